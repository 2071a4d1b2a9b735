"""What the web layer keeps: open sign-ins, answered requests, counters against guessing, the centre's phone line."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from services_app.database import Base, UtcDateTime


class SignIn(Base):
    """A person signed in on one device; ending the row ends the session at once."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    """``staff``, ``resident`` or ``representative``."""
    subject_id: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_sign_ins_subject", "kind", "subject_id", "ended_at"),)


class AnsweredRequest(Base):
    """A form that was carried out, by the id it carried: its repetition is answered as the first time."""

    __tablename__ = "answered_requests"

    request_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Throttle(Base):
    """How often something was tried in the running window, for all processes together."""

    __tablename__ = "throttles"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PhoneLine(Base):
    """The number to call, with its hours: data of the office, with a period and who confirmed it."""

    __tablename__ = "phone_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    """``rides`` for the taxi line, ``centre`` for the centre itself."""
    phone: Mapped[str] = mapped_column(String(20))
    opens_at: Mapped[time] = mapped_column(Time)
    closes_at: Mapped[time] = mapped_column(Time)
    working_days_only: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),)
