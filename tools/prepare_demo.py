"""What ``./dev run`` does before it serves: migrate, fill the demo (nothing is filled twice), note the demo's sign-ins beside the data.

It happens inside gunicorn's first process (see ``gunicorn.conf.py``), before that forks: loading the product twice would cost the second
start half of its five seconds.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

import flask_migrate
from flask import Flask
from flask.cli import ScriptInfo

from services_app import with_migrations
from services_app.database import db


def run_command(app: Flask, *arguments: str) -> None:
    """Run one ``flask`` command in this process; its failure is an exception."""
    app.cli.main(args=list(arguments), obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


def printed_by(app: Flask, *arguments: str) -> str:
    """What a ``flask`` command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run_command(app, *arguments)
    return printed.getvalue()


def write_for_owner(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def prepare(app: Flask) -> None:
    """Migrate, fill, note who can sign in; no connection is left open, so that the process may fork."""
    with with_migrations(app).app_context():
        flask_migrate.upgrade()
    sign_ins = ""
    if app.config["DEMO"]:
        run_command(app, "demo", "fill")
        sign_ins = printed_by(app, "demo", "sign-ins")
    write_for_owner(Path(app.config["DATA_DIR"]) / "demo-sign-ins.txt", sign_ins)
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
