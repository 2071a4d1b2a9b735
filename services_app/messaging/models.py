"""The outbox and its texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_app.database import Base, UtcDateTime, Word
from services_app.messaging.terms import Channel, MessageState
from services_app.sealed import Sealed


class MessageText(Base):
    """The wording of one kind of message in one language and channel, as staff edited it. Without a row the shipped wording holds."""

    __tablename__ = "message_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))

    __table_args__ = (UniqueConstraint("kind", "channel", "language"),)


class Message(Base):
    """One thing to be told to one person once. ``dedupe_key`` makes saying it twice impossible."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    recipient_kind: Mapped[str] = mapped_column(String(20))
    recipient_id: Mapped[int]
    resident_id: Mapped[int | None]
    """Whose matter it is (no foreign key: residents stand above messaging)."""
    subject_kind: Mapped[str | None] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(5), default="pl")
    recipient_name: Mapped[str] = mapped_column(Sealed, default="")
    """Whom to ask for on the phone."""
    address: Mapped[str] = mapped_column(Sealed)
    subject: Mapped[str | None] = mapped_column(Sealed)
    body: Mapped[str] = mapped_column(Sealed)
    spoken: Mapped[str | None] = mapped_column(Sealed)
    """The same in a sentence an operator can say, for the call that follows a final failure."""
    parts: Mapped[int] = mapped_column(default=1)
    state: Mapped[MessageState] = mapped_column(Word(MessageState), default=MessageState.CREATED)
    urgent: Mapped[bool] = mapped_column(default=False)
    """Goes out in quiet hours too (a sign-in code, a ride within hours)."""
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Begins anew when staff send it once more after it was reported undelivered; its history says when it came to be."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Not before; after a failure the next try."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(80), index=True)
    failure: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    """Who made the call."""

    __table_args__ = (
        Index("ix_messages_due", "state", "channel", "due_at"),
        Index("ix_messages_subject", "subject_kind", "subject_id"),
        Index("ix_messages_resident", "resident_id", "id"),
    )


class MessageEvent(Base):
    """Each step in the life of a message."""

    __tablename__ = "message_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    detail: Mapped[str | None] = mapped_column(String(120))


class Heartbeat(Base):
    """When each scheduler process was last alive."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
