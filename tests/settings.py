"""The product's settings in the tests: as in production, with keys that guard nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import QueuePool

from config import from_environment
from services_app import create_app, with_migrations
from services_app.database import db

SEALING_KEYS = "tests:" + base64.urlsafe_b64encode(bytes(range(64))).decode()
_TEMPLATES = Path(__file__).parent.parent / ".pytest_cache" / "templates"
LOOKUP_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def environment_for(database_url: str, data_dir: Path | str, **more: str) -> dict[str, str]:
    """The environment a process of the product needs: for those the tests start."""
    return {
        "SECRET_KEY": "a key for the tests, of use to nobody else",
        "SEALING_KEYS": SEALING_KEYS,
        "LOOKUP_KEY": LOOKUP_KEY,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "TEMPLATES_DIR": str(_TEMPLATES),  # compiled by the first process of a run, for all of them
        "BASE_URL": "https://localhost",
        "TRUSTED_PROXIES": "1",
        "SMS_CALLBACK_SECRET": "tests",
        "METRICS_TOKEN": "tests",
        "LOG_LEVEL": "WARNING",
        "BOOKINGS_A_MINUTE": "100000",  # floods of the tests all come from one address
        "DATABASE_MAY_FORGET": "1",  # the tests' PostgreSQL is a hasty one
        **more,
    }


def settings_for(database_url: str, data_dir: Path | str, **more: Any) -> dict[str, Any]:
    """The same for an application inside this process, with no proxy in front; ``more`` replaces single settings."""
    return {
        **from_environment(environment_for(database_url, data_dir)), "TESTING": True, "TRUSTED_PROXIES": 0, **more,
    }  # fmt: skip


def make_app(database_url: str, data_dir: Path | str, **more: Any) -> Flask:
    """The product on one database."""
    return with_migrations(create_app(settings_for(database_url, data_dir, **more)))


def let_go(app: Flask) -> None:
    """Close every connection this process holds to the app's database."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def leave_one(app: Flask) -> None:
    """The same when there are several: with one, each question of a test comes by the connection of the one before."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            pool = engine.pool
            if not isinstance(pool, QueuePool) or pool.checkedin() + pool.checkedout() != 1:
                engine.dispose()


@contextmanager
def app_on(database_url: str, data_dir: Path | str, **more: Any) -> Iterator[Flask]:
    """The product on a database of its own, with its connections closed at the end."""
    app = make_app(database_url, data_dir, **more)
    try:
        yield app
    finally:
        let_go(app)


def migrate_to(database_url: str, data_dir: Path | str, revision: str = "head") -> None:
    """Bring a database to a revision, down too (``base``)."""
    with app_on(database_url, data_dir) as app, app.app_context():
        move = flask_migrate.downgrade if revision == "base" else flask_migrate.upgrade
        move(revision=revision)
