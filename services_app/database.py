"""The database: one base for all models, and the one way to save.

SQLite is the embedded default (WAL, ``BEGIN IMMEDIATE`` for everything that writes), PostgreSQL is production.
"""

from __future__ import annotations

import enum
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, Pool, String, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import UpdateBase

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = metadata


class PageSession(BoundSession):
    """The session of a page or a command.

    On PostgreSQL a page reads without a transaction around it: each question sees what is stored at its moment, as it would inside one at
    the default level, without saying BEGIN and ROLLBACK each time, and no transaction stands open while a page is put together.
    """

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: Engine | Connection | None = None,
        **named: Any,
    ) -> Engine | Connection:
        """The engine; inside a request and outside of :func:`transaction` its form for reading, with which nothing is written."""
        found = super().get_bind(mapper, clause, bind, **named)
        if self.info.get("writing") or not has_request_context():
            return found
        if isinstance(clause, UpdateBase):
            raise WritesOutside
        return _for_reading(found) if isinstance(found, Engine) and found.dialect.name == "postgresql" else found

    def flush(self, objects: Any = None) -> None:
        """Send what was changed; a page that changes something outside of :func:`transaction` is refused."""
        if has_request_context() and not self.info.get("writing") and (self.new or self.dirty or self.deleted):
            raise WritesOutside
        super().flush(objects)


class WritesOutside(RuntimeError):
    """A page writes outside of :func:`transaction`: a mistake of ours."""


@lru_cache(maxsize=4)
def _for_reading(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


db = SQLAlchemy(metadata=metadata, disable_autonaming=True, session_options={"class_": PageSession})

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Moments go in as UTC; SQLite keeps them without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must say its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Moments come out aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[Any]):
    """A word of the domain (a ``StrEnum``), stored as its text."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[enum.StrEnum]) -> None:
        super().__init__(40)
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Only a known word goes in."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> enum.StrEnum | None:
        """The word comes out as its enumeration."""
        return None if value is None else self.words(value)


PATIENCE_SECONDS: Final = 10
"""The longest anybody waits on SQLite for others who write."""


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # transactions are begun below, in sight
    cursor = connection.cursor()
    # FULL: an acknowledged booking survives a power cut. secure_delete: erased personal data leave the file.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
    cursor.close()


@event.listens_for(Engine, "do_connect")
def _connect_bounded(dialect: Dialect, _record: object, arguments: Any, named: dict[str, Any]) -> Any:
    if dialect.name != "postgresql":
        return None
    from services_app.bounded import BoundedConnection  # who keeps to SQLite loads no driver for PostgreSQL

    passed = {name: value for name, value in named.items() if name != "answer_seconds"}
    connection = BoundedConnection.connect(*arguments, **passed)
    connection.answer_seconds, connection.answered_at = named.get("answer_seconds"), time.monotonic()
    return connection


@event.listens_for(Pool, "checkin")
def _note_its_use(connection: Any, _record: object) -> None:
    if hasattr(connection, "answered_at"):
        connection.answered_at = time.monotonic()


@event.listens_for(Pool, "checkout")
def _refuse_the_dead(connection: Any, _record: object, _held: object) -> None:
    """In place of the pool's own ping, which asks at every use: a page takes a connection twice when it notes what was read."""
    if hasattr(connection, "is_alive") and not connection.is_alive():
        raise InvalidatePoolError  # the others of its age are no better


class UnsafeDatabase(Exception):
    """The database may forget what it has acknowledged."""


def durability_faults(connection: Connection) -> list[str]:
    """What would let an acknowledged booking be lost in a power cut; nothing when all is well."""
    if connection.dialect.name == "sqlite":
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        faults = [] if synchronous >= 2 else ["PRAGMA synchronous is below FULL"]
        return faults if connection.engine.url.database else [*faults, "DATABASE_URL names no file"]
    named = connection.exec_driver_sql(
        "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
    )
    return [f"{name} is {setting}" for name, setting in sorted(tuple(row) for row in named) if setting == "off"]


def refuse_unsafe_database(engine: Engine) -> bool:
    """At a start: raise :class:`UnsafeDatabase` when acknowledged writes could be lost. False when the database does not answer yet."""
    try:
        with engine.connect() as connection:
            faults = durability_faults(connection)
    except OperationalError:
        return False
    finally:
        engine.dispose()  # a process that forks later must not share the connection
    if faults:
        raise UnsafeDatabase("; ".join(faults) + ". Only DATABASE_MAY_FORGET=1 accepts that.")
    return True


_LOOKS_AGAIN_SECONDS: Final = 0.002
_queues: dict[str, threading.Lock] = {}
os.register_at_fork(after_in_child=_queues.clear)


@contextmanager
def _turn_to_write(session: Session) -> Iterator[float]:
    """One writer of an SQLite file after the other; yields the seconds of patience that are left. On PostgreSQL nobody waits here.

    SQLite lets each waiting writer look again at times of its own, up to 100 ms apart, so among many somebody loses every round and is
    turned away after ten seconds. Here a process sends one of its threads at a time, and that one looks often. This is about order only:
    what keeps writers apart is SQLite's own lock, so a turn that cannot be had (the patience over, no room for its file) is done without.
    """
    file = session.get_bind().engine.url.database
    if session.get_bind().dialect.name != "sqlite" or not file:
        yield PATIENCE_SECONDS
        return
    until = time.monotonic() + PATIENCE_SECONDS
    queue = _queues.setdefault(file, threading.Lock())
    first = queue.acquire(timeout=PATIENCE_SECONDS)
    held = _locked_file(f"{file}-turn", until)
    try:
        yield max(until - time.monotonic(), 0.0)
    finally:
        if held is not None:
            os.close(held)
        if first:
            queue.release()


def _locked_file(path: str, until: float) -> int | None:
    """The open file once it is ours alone; None when that was not to be had in time. A process that dies lets go."""
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held
        except BlockingIOError:  # somebody else's turn
            over = time.monotonic() > until
        except OSError:  # a file system without locks
            over = True
        if over:
            os.close(held)
            return None
        time.sleep(_LOOKS_AGAIN_SECONDS)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes, lasting = options.get("writes", False), options.get("lasting", True)
    if connection.dialect.name != "sqlite":
        if not lasting:
            raw: Any = connection.connection.driver_connection
            with raw.pipeline():  # BEGIN and this go together
                raw.execute("SET LOCAL synchronous_commit TO off")
        return
    if not writes:
        connection.exec_driver_sql("BEGIN")
        return
    cursor = connection.connection.cursor()
    # said before each write, so that nothing of an earlier one is left
    cursor.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
    cursor.execute(f"PRAGMA busy_timeout={int(options.get('patience', PATIENCE_SECONDS) * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
        cursor.close()


BeginHook = Callable[[Session], None]
begin_hooks: list[BeginHook] = []
"""Called inside every transaction right after it has begun (the record of answered requests is one)."""


@contextmanager
def transaction(*, lasting: bool = True) -> Iterator[Session]:
    """All saved, or nothing: the only way to write.

    What is saved survives a killed process at once, and a power cut, too, unless it need not be ``lasting``: then the last second before
    the cut may be missing, never something in the middle.

    Stands in a view, a command or a job around exactly one action and never nests. What was read before is read again inside, under the
    transaction's own locks. Leaving by an exception, or after :func:`discard`, saves nothing.
    """
    session: Session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() does not nest")
    session.rollback()
    session.info["writing"] = True
    try:
        with _turn_to_write(session) as patience:
            yield from _saved_or_not(session, patience, lasting=lasting)
    finally:
        for key in ("writing", "discarded", "last_steps", "deeds"):
            session.info.pop(key, None)


def _saved_or_not(session: Session, patience: float, *, lasting: bool) -> Iterator[Session]:
    """The block inside BEGIN and COMMIT."""
    try:
        session.connection(execution_options={"writes": True, "patience": patience, "lasting": lasting})
        for hook in begin_hooks:
            hook(session)
        yield session
        if session.info.get("discarded"):
            session.rollback()
            return
        for last_step in session.info.pop("last_steps", {}).values():
            last_step(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def discard(session: Session) -> None:
    """Let the running transaction end without saving anything (the action answered "no")."""
    session.info["discarded"] = True


def at_the_end(session: Session, name: str, step: Callable[[Session], None]) -> None:
    """Do a step as the transaction's last, once per name (the journal takes its lock here, always last)."""
    if not session.info.get("writing"):
        raise RuntimeError("a write needs transaction()")
    session.info.setdefault("last_steps", {}).setdefault(name, step)
