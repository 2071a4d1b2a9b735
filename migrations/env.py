"""Alembic's environment: one connection, one lock, everything of a step or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text

from services_app.bounded import BoundedConnection
from services_app.database import UtcDateTime, Word, db
from services_app.sealed import Sealed

_LOCK = 0x6D696772  # "migr"
_PATIENCE_SECONDS = 3600
"""How long a second process waits on SQLite for the one that migrates; PostgreSQL's lock has no limit."""
metadata = db.metadata


def rendered(kind: str, item: Any, _autogen: AutogenContext) -> str | bool:
    """Write our column types as the plain types they are stored as: a migration must read the same in ten years."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Word):
        return "sa.String(length=40)"
    if isinstance(item, Sealed):
        return "sa.String()"
    return False


def _be_patient(connection: Connection) -> None:
    """No limit of time, neither for a long step nor for those who wait for it."""
    raw = connection.connection.dbapi_connection
    if isinstance(raw, BoundedConnection):
        raw.answer_seconds = None
    for limit in ("statement_timeout", "lock_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = 0"))


def run(connection: Connection) -> None:
    """Migrate under a lock: several processes started at once take turns, and the later ones find nothing left to do."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=rendered,
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            _be_patient(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = context.get_context().get_current_heads()
        context.run_migrations()
        if connection.dialect.name == "sqlite" and context.get_context().get_current_heads() != before:
            _refuse_broken_references(connection)


@contextmanager
def _references_loose(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it; with references enforced, dropping the old one would take the rows that refer to it along."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration leaves {len(broken)} references to rows that are gone: {broken[0]}")


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: set DATABASE_URL.")

# On SQLite the whole migration is one BEGIN IMMEDIATE: a second process waits, and a killed one leaves nothing behind.
with (
    current_app.app_context(),
    db.engine.connect().execution_options(writes=True, patience=_PATIENCE_SECONDS) as opened,
    _references_loose(opened),
):
    run(opened)
