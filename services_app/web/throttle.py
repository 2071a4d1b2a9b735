"""Counting tries, for all processes together, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services_app.sealed import lookup_hash
from services_app.web.models import Throttle


def _row(session: Session, key: str, *, now: datetime) -> Throttle:
    """The counter, made when it is missing, held until the transaction ends: one and the same statement for a key known and unknown."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(Throttle).values(key_hash=lookup_hash("throttle", key), window_began_at=now, tries=0)
    held = made.on_conflict_do_update(index_elements=["key_hash"], set_={"tries": Throttle.tries}).returning(Throttle)
    return session.scalars(held, execution_options={"populate_existing": True}).one()


def count_try(session: Session, key: str, *, limit: int, minutes: int, now: datetime) -> bool:
    """Count one more try; False when it is over the limit of ``limit`` tries in ``minutes`` minutes, and then it is locked that long."""
    row, window = _row(session, key, now=now), timedelta(minutes=minutes)
    if row.locked_until is not None and timedelta() < row.locked_until - now <= window:
        return False
    # Who waited for the row reads an earlier clock than who made it: the same window. Only a clock set back by more begins another.
    if abs(now - row.window_began_at) >= window:
        row.window_began_at, row.tries, row.locked_until = now, 0, None
    row.tries += 1
    if row.tries > limit:
        row.locked_until = now + window
        return False
    return True


def take_back_try(session: Session, key: str, *, now: datetime) -> None:
    """A try that turned out right does not count: many people behind one address may sign in one after another."""
    row = _row(session, key, now=now)
    row.tries = max(row.tries - 1, 0)


def forget_tries(session: Session, key: str) -> None:
    """After a success the count begins anew."""
    session.execute(delete(Throttle).where(Throttle.key_hash == lookup_hash("throttle", key)))


def sweep_throttles(session: Session, *, now: datetime) -> None:
    """Remove counters nobody needs any more."""
    session.execute(delete(Throttle).where(Throttle.window_began_at < now - timedelta(days=1)))
