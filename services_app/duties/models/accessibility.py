"""Requests for accessibility, and reviews of the accessibility statement."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.clock import day_of
from services_app.database import Base, UtcDateTime, Word
from services_app.duties.terms import OPEN_REQUESTS, AnswerBy, RequestChannel, RequestState, ReviewOutcome
from services_app.sealed import Sealed
from services_app.staff.models import StaffAccount


class AccessibilityRequest(Base):
    """Somebody asks that a page or a place be made accessible. What they write may tell of a disability, so it is sealed."""

    __tablename__ = "accessibility_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed)
    answer_by: Mapped[AnswerBy] = mapped_column(Word(AnswerBy))
    phone: Mapped[str | None] = mapped_column(Sealed)
    e_mail: Mapped[str | None] = mapped_column(Sealed)
    address: Mapped[str | None] = mapped_column(Sealed)
    language: Mapped[str] = mapped_column(String(5), default="pl")
    place: Mapped[str] = mapped_column(Sealed)
    """The page, its part, or the place of the office."""
    barrier: Mapped[str] = mapped_column(Sealed)
    wish: Mapped[str | None] = mapped_column(Sealed)
    """How it should be made accessible, when the person says so."""
    channel: Mapped[RequestChannel] = mapped_column(Word(RequestChannel))
    received_on: Mapped[date]
    """The day the terms run from; earlier than the entry for a letter that lay a day."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    state: Mapped[RequestState] = mapped_column(Word(RequestState), default=RequestState.RECEIVED)
    due_on: Mapped[date]
    """The last day to answer: seven days, or the new day after a notice of delay."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When who asked and what they wrote was removed, its period over."""

    steps: Mapped[list[AccessibilityStep]] = relationship(
        back_populates="request", cascade="all, delete-orphan", order_by="AccessibilityStep.id", lazy="selectin"
    )

    __table_args__ = (
        Index("ix_accessibility_requests_state", "state", "due_on"),
        CheckConstraint("due_on >= received_on", name="term"),
    )

    @property
    def number(self) -> str:
        """What the person is told to name: ``D/12/2026``."""
        return f"D/{self.id}/{self.received_on.year}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for us."""
        return self.state in OPEN_REQUESTS


class AccessibilityStep(Base):
    """One thing we told the requester: that we have the request, that it takes longer, the answer."""

    __tablename__ = "accessibility_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("accessibility_requests.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    words: Mapped[str] = mapped_column(Sealed, default="")
    new_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    by_letter: Mapped[bool] = mapped_column(default=False)
    letter_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letter_sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))

    request: Mapped[AccessibilityRequest] = relationship(back_populates="steps")

    @property
    def on(self) -> date:
        """The day it was decided."""
        return day_of(self.at)


class StatementReview(Base):
    """One review of the accessibility statement: when, by whom, what was found."""

    __tablename__ = "statement_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewed_on: Mapped[date] = mapped_column(index=True)
    outcome: Mapped[ReviewOutcome] = mapped_column(Word(ReviewOutcome))
    findings: Mapped[str | None] = mapped_column(String(2000))
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[StaffAccount] = relationship()
