"""``flask scheduler``: the process that sends what is due."""

from __future__ import annotations

from flask import Flask, current_app
from flask.cli import with_appcontext


def init_app(app: Flask) -> None:
    """Register the command."""

    @app.cli.command(
        "scheduler", help="Send messages and reminders until stopped; any number of these may run at once."
    )
    @with_appcontext
    def run_scheduler() -> None:
        # a server that answers pages need not load what only this one uses
        from services_app.reminders import scheduler

        scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's documented way to the real object
