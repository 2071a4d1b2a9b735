"""Periods of the file plan as the office confirmed them, and protocols of what was removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, Json, UtcDateTime, Word
from services_app.duties.terms import Kept
from services_app.staff.models import StaffAccount


class RetentionRule(Base):
    """How many years a set of data is kept, from a day on; each change is a new row, the newest that has begun holds."""

    __tablename__ = "retention_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept: Mapped[Kept] = mapped_column(Word(Kept))
    years: Mapped[int]
    legal_source: Mapped[str] = mapped_column(String(300))
    """The class of the file plan and the act it rests on."""
    valid_from: Mapped[date]
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_count: Mapped[int | None]
    """How many were due when the program last looked, at night."""

    confirmed_by: Mapped[StaffAccount] = relationship()

    __table_args__ = (
        Index("ix_retention_rules_kept", "kept", "valid_from"),
        CheckConstraint("years BETWEEN 1 AND 50", name="years"),
    )


class RetentionRun(Base):
    """One removal: what, by which period, how many, confirmed by whom. It names numbers of rows, never people."""

    __tablename__ = "retention_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept: Mapped[Kept] = mapped_column(Word(Kept))
    rule_id: Mapped[int] = mapped_column(ForeignKey("retention_rules.id"))
    ended_before: Mapped[date]
    removed: Mapped[int]
    subject_ids: Mapped[list[Any]] = mapped_column(Json, default=list)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))

    rule: Mapped[RetentionRule] = relationship()
    by: Mapped[StaffAccount] = relationship()


class ErasureDecision(Base):
    """What was decided about one set of somebody's data when its erasure was asked for: erased then, or held until a day, and why."""

    __tablename__ = "erasure_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    kept: Mapped[Kept] = mapped_column(Word(Kept))
    held_until: Mapped[date | None]
    """None: erased at once."""
    ground: Mapped[str] = mapped_column(String(500))
    """RODO art. 17(1) or 17(3), in words; it names nobody."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another decision about the same set took its place."""

    by: Mapped[StaffAccount] = relationship()

    __table_args__ = (Index("ix_erasure_decisions_held", "superseded_at", "held_until"),)
