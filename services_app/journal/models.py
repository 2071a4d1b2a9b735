"""The journal's tables. Triggers (``journal/triggers.py``) refuse every change, and every removal but that of retention."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services_app.database import Base, Json, UtcDateTime


class JournalEntry(Base):
    """One deed or one reading. Holds ids, never names, numbers, codes or texts."""

    __tablename__ = "journal_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))
    """``staff``, ``resident``, ``representative``, ``system`` or ``nobody``."""
    actor_id: Mapped[int | None]
    deed: Mapped[str] = mapped_column(String(60))
    """What was done, as a word: ``ride_booked``, ``resident_read``."""
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(40))
    resident_id: Mapped[int | None]
    """Whose file it concerns, so that person can see it."""
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (
        Index("ix_journal_entries_resident", "resident_id", "id"),
        Index("ix_journal_entries_subject", "subject_kind", "subject_id", "id"),
        Index("ix_journal_entries_actor", "actor_kind", "actor_id", "id"),
    )


class JournalHead(Base):
    """Where the chain ends now: one row. Its seal needs a key that is not in the database, so a cut-off end shows."""

    __tablename__ = "journal_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class JournalCheckpoint(Base):
    """Up to where the journal was removed when its years were over: nothing may be deleted beyond it, and verifying begins there."""

    __tablename__ = "journal_checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    up_to_entry_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    """The hash of the last removed entry: what the first one left must follow."""
    seal: Mapped[str] = mapped_column(String(64))
    removed: Mapped[int]
    older_than: Mapped[datetime] = mapped_column(UtcDateTime)
    """Everything removed was written before this moment."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
