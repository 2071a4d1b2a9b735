"""Yearly reviews of who may do what, kept as protocols; trainings of staff."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, Json, UtcDateTime, Word
from services_app.duties.terms import AccessDecision
from services_app.staff.models import StaffAccount


class AccessReview(Base):
    """One review: every account open at its beginning is looked at."""

    __tablename__ = "access_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    running: Mapped[bool | None] = mapped_column(default=True)
    """True while it runs, then NULL: at most one runs at a time."""

    begun_by: Mapped[StaffAccount] = relationship(foreign_keys=[begun_by_id])
    finished_by: Mapped[StaffAccount | None] = relationship(foreign_keys=[finished_by_id])
    items: Mapped[list[AccessReviewItem]] = relationship(back_populates="review", order_by="AccessReviewItem.id")

    __table_args__ = (UniqueConstraint("running"),)


class AccessReviewItem(Base):
    """One account in a review: what it could do when it was looked at, and what was decided."""

    __tablename__ = "access_review_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("access_reviews.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[AccessDecision | None] = mapped_column(Word(AccessDecision))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))

    review: Mapped[AccessReview] = relationship(back_populates="items")
    account: Mapped[StaffAccount] = relationship(foreign_keys=[account_id])
    decided_by: Mapped[StaffAccount | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (UniqueConstraint("review_id", "account_id"),)


class StaffTraining(Base):
    """A training somebody took: data protection and safety of information."""

    __tablename__ = "staff_trainings"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    trained_on: Mapped[date]
    topic: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))

    __table_args__ = (Index("ix_staff_trainings_account", "account_id", "trained_on"),)
