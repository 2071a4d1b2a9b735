"""Writing into the journal: always the last step of a transaction, under one lock, chained by hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services_app.database import at_the_end
from services_app.journal.appending import append, append_if_free, held_end
from services_app.journal.chain import entry_hash, head_seal
from services_app.journal.models import JournalCheckpoint, JournalEntry
from services_app.journal.triggers import RETENTION_DAYS
from services_app.web.access import Identity, Nobody


@dataclass(frozen=True)
class Actor:
    """Who answers for a deed."""

    kind: str
    id: int | None = None

    @classmethod
    def of(cls, identity: Identity | Nobody) -> Actor:
        """The actor behind a signed-in identity."""
        return cls(identity.kind, identity.id or None)


SYSTEM = Actor("system")


@dataclass(frozen=True)
class _Deed:
    at: datetime
    by: Actor
    deed: str
    subject_kind: str
    subject_id: str | None
    resident_id: int | None
    details: Mapping[str, Any]


def record(
    session: Session, deed: str, subject: tuple[str, int | str | None], *, by: Actor, now: datetime,
    resident_id: int | None = None, details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Note a deed; it is written when the transaction ends, together with what it tells of. ``details`` holds ids and words only."""
    noted: list[_Deed] = session.info.setdefault("deeds", [])
    noted.append(_deed_of(deed, subject, resident_id, details or {}, by=by, now=now))
    at_the_end(session, "journal", _write)


def _deed_of(
    deed: str, subject: tuple[str, int | str | None], resident_id: int | None, details: Mapping[str, Any], *, by: Actor, now: datetime
) -> _Deed:  # fmt: skip
    subject_id = None if subject[1] is None else str(subject[1])
    # As it will come back from the database: the hash must be the same then. What is no plain value is refused here.
    plain: dict[str, Any] = json.loads(json.dumps(dict(details), allow_nan=False))
    return _Deed(now, by, deed, subject[0], subject_id, resident_id, plain)


def record_at_once(
    session: Session, deed: str, subject: tuple[str, int | str | None], *, by: Actor, now: datetime, resident_id: int | None
) -> bool:  # fmt: skip
    """Note one deed that changes nothing, outside of a transaction; False when that cannot be done now, and nothing is noted.

    It can where pages read without a transaction around them, and nobody else writes at this moment.
    """
    connection = session.connection()
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        return False
    noted = _deed_of(deed, subject, resident_id, {}, by=by, now=now)
    return append_if_free(connection, lambda previous, number: _entry(noted, previous, number))


def _write(session: Session) -> None:
    deeds: list[_Deed] = session.info.pop("deeds", [])
    session.flush()
    connection = session.connection()  # plain rows: asked without the detour by objects
    previous, numbers = held_end(connection, len(deeds))
    entries: list[dict[str, Any]] = []
    for number, deed in zip(numbers, deeds, strict=True):
        entries.append(_entry(deed, previous, number))
        previous = entries[-1]["hash"]
    append(connection, entries)


def _entry(deed: _Deed, previous: str, number: int) -> dict[str, Any]:
    digest = entry_hash(
        previous, deed.at, (deed.by.kind, deed.by.id), deed.deed, (deed.subject_kind, deed.subject_id), deed.resident_id, deed.details,
    )  # fmt: skip
    return {
        "id": number, "at": deed.at, "actor_kind": deed.by.kind, "actor_id": deed.by.id, "deed": deed.deed,
        "subject_kind": deed.subject_kind, "subject_id": deed.subject_id, "resident_id": deed.resident_id, "details": dict(deed.details),
        "previous_hash": previous, "hash": digest,
    }  # fmt: skip


def trim_journal(session: Session, *, now: datetime, most: int = 50_000) -> int:
    """Remove entries whose two years are over, at most ``most`` of them, oldest first; returns how many.

    A checkpoint is left in their place: the database deletes nothing beyond it, and verifying begins at it. The removal is journalled.
    """
    older_than = now - timedelta(days=RETENTION_DAYS)
    newest = select(func.max(JournalEntry.id)).scalar_subquery()  # stays, so that a number is never given twice
    first_kept = select(func.min(JournalEntry.id)).where(JournalEntry.at >= older_than).scalar_subquery()
    removable = select(JournalEntry.id, JournalEntry.hash).where(JournalEntry.id < func.coalesce(first_kept, newest))
    rows = session.execute(removable.order_by(JournalEntry.id).limit(most)).all()
    if not rows:
        return 0
    last_id, last_hash = rows[-1]
    session.add(
        JournalCheckpoint(
            up_to_entry_id=last_id, hash=last_hash, seal=head_seal(last_id, last_hash), removed=len(rows),
            older_than=older_than, made_at=now,
        )
    )  # fmt: skip
    session.flush()
    session.execute(delete(JournalEntry).where(JournalEntry.id <= last_id))
    details = {"up_to": last_id, "removed": len(rows), "hash": last_hash}
    record(session, "journal_trimmed", ("journal", None), by=SYSTEM, now=now, details=details)
    return len(rows)


def note_reading(deed: str, subject: tuple[str, int | str | None], resident_id: int | None) -> None:
    """Note that a personal file was opened on this page; written in a small transaction of its own before the page leaves the house."""
    g.setdefault("readings", []).append((deed, subject, resident_id))
