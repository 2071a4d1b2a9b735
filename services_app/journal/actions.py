"""Writing into the journal: always the last step of a transaction, under one lock, chained by hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import g
from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from services_app.database import at_the_end
from services_app.journal.chain import FIRST_HASH, entry_hash, head_seal
from services_app.journal.models import JournalCheckpoint, JournalEntry, JournalHead
from services_app.journal.triggers import RETENTION_DAYS
from services_app.web.access import Identity, Nobody

_CHAIN_LOCK = 0x6A6F7572  # "jour"


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
    subject_id = None if subject[1] is None else str(subject[1])
    noted: list[_Deed] = session.info.setdefault("deeds", [])
    # As it will come back from the database: the hash must be the same then. What is no plain value is refused here.
    plain: dict[str, Any] = json.loads(json.dumps(dict(details or {}), allow_nan=False))
    noted.append(_Deed(now, by, deed, subject[0], subject_id, resident_id, plain))
    at_the_end(session, "journal", _write)


_HEADS, _ENTRIES = cast(Table, JournalHead.__table__), cast(Table, JournalEntry.__table__)
# Put together once: every write and every opened file passes here.
_HEAD = select(_HEADS.c.hash).where(_HEADS.c.id == 1).with_for_update()
_NEW_ENTRY = insert(_ENTRIES)
_NEW_HEAD = insert(_HEADS).values(id=1)
_NEXT_HEAD = update(_HEADS).where(_HEADS.c.id == 1)


def _write(session: Session) -> None:
    deeds: list[_Deed] = session.info.pop("deeds", [])
    session.flush()
    connection = session.connection()  # plain rows: asked without the detour by objects
    head = _locked_head(connection)
    previous = _last_hash(session) if head is None else head
    for deed in deeds:
        values = _entry(deed, previous)
        key: Any = connection.execute(_NEW_ENTRY, values).inserted_primary_key
        entry_id = key[0]
        previous = values["hash"]
    ends = {"entry_id": entry_id, "hash": previous, "seal": head_seal(entry_id, previous)}
    connection.execute(_NEW_HEAD if head is None else _NEXT_HEAD, ends)


def _locked_head(connection: Connection) -> str | None:
    """The hash the next entry follows, held until the transaction ends; None while the journal is empty."""
    head: str | None = connection.scalar(_HEAD)
    if head is None and connection.dialect.name == "postgresql":
        # there is no row yet to be locked: of several first ones each waits here, and then looks again
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})
        head = connection.scalar(_HEAD)
    return head


def _last_hash(session: Session) -> str:
    return session.scalar(select(JournalEntry.hash).order_by(JournalEntry.id.desc()).limit(1)) or FIRST_HASH


def _entry(deed: _Deed, previous: str) -> dict[str, Any]:
    subject = (deed.subject_kind, deed.subject_id)
    digest = entry_hash(
        previous, deed.at, (deed.by.kind, deed.by.id), deed.deed, subject, deed.resident_id, deed.details
    )
    return {
        "at": deed.at, "actor_kind": deed.by.kind, "actor_id": deed.by.id, "deed": deed.deed, "subject_kind": deed.subject_kind,
        "subject_id": deed.subject_id, "resident_id": deed.resident_id, "details": dict(deed.details), "previous_hash": previous,
        "hash": digest,
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
