"""What is read about messages and their texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, defer

from services_app.messaging.models import Message, MessageEvent, MessageText
from services_app.messaging.shipped import Text, shipped_text
from services_app.messaging.terms import Channel, MessageState
from services_app.web.paging import Page, page_of
from services_app.wording import N_

phone_finders: dict[str, Callable[[Session, int], str | None]] = {}
"""By kind of recipient, how to find a phone number of somebody whose e-mail failed; registered by those who know people."""


def text_in_force(session: Session, kind: str, channel: Channel, language: str) -> Text:
    """The wording that holds: the one staff wrote, else the shipped one. The edited ones are read once a transaction."""
    transaction = session.get_transaction()
    kept = session.info.get("message_texts")
    if kept is None or kept[0] is not transaction or transaction is None:
        rows = session.execute(
            select(MessageText.kind, MessageText.channel, MessageText.language, MessageText.body, MessageText.subject)
        )
        edited = {(row.kind, row.channel, row.language): Text(row.body, row.subject) for row in rows}
        session.info["message_texts"] = kept = (session.get_transaction(), edited)
    found: Text | None = kept[1].get((kind, channel, language))
    return found or shipped_text(kind, channel, language)


OPEN_CALL = (MessageState.CREATED, MessageState.TEMPORARY_FAILURE)
CALLS_SHOWN = 50


def _open_calls(*, now: datetime) -> Select[Message]:
    return select(Message).where(
        Message.state.in_(OPEN_CALL), Message.channel == Channel.CALL, Message.expires_at > now
    )


def open_calls(session: Session, *, now: datetime) -> list[Message]:
    """Who is to be called, at most a page of them: those due before those to be tried again later, and first what is soonest of no use."""
    later = case((Message.due_at <= now, 0), else_=1)
    query = _open_calls(now=now).order_by(later, Message.expires_at, Message.due_at, Message.id)
    return list(session.scalars(query.limit(CALLS_SHOWN)))


def open_call_count(session: Session, *, now: datetime) -> int:
    """How many calls are waiting, those for later too."""
    return session.scalar(select(func.count()).select_from(_open_calls(now=now).subquery())) or 0


def calls_due(session: Session, *, now: datetime) -> tuple[int, datetime | None]:
    """How many people are to be called now, and since when the first of them."""
    due = _open_calls(now=now).where(Message.due_at <= now).subquery()
    count, since = session.execute(select(func.count(), func.min(due.c.due_at))).one()
    return count, since


def _failed(*, now: datetime) -> Select[Message]:
    since = now - FAILURES_SHOWN_FOR
    return select(Message).where(
        Message.state == MessageState.PERMANENT_FAILURE, Message.channel != Channel.CALL, Message.due_at > since
    )


FAILURES_SHOWN_FOR = timedelta(days=14)


def failed_messages(session: Session, *, now: datetime, number: int) -> Page[Message]:
    """Messages of the last two weeks that could not be delivered, newest first."""
    query = _failed(now=now).order_by(Message.finished_at.desc(), Message.id.desc())
    return page_of(session, query, number=number)


def failed_count(session: Session, *, now: datetime) -> int:
    """How many messages failed and can still be put right."""
    still_useful = _failed(now=now).where(Message.expires_at > now)
    return session.scalar(select(func.count()).select_from(still_useful.subquery())) or 0


@dataclass(frozen=True)
class Wanted:
    """What the list of messages shows; None is "all"."""

    state: MessageState | None = None
    channel: Channel | None = None
    kind: str | None = None
    resident_id: int | None = None


def messages_before(
    session: Session, wanted: Wanted, *, before: int | None, size: int = 30
) -> tuple[list[Message], int | None]:
    """One page of the outbox, newest first, and the id to go on from (None at the end)."""
    query = select(Message).order_by(Message.id.desc()).limit(size + 1)
    query = query if before is None else query.where(Message.id < before)
    for column, value in (
        (Message.state, wanted.state),
        (Message.channel, wanted.channel),
        (Message.kind, wanted.kind),
        (Message.resident_id, wanted.resident_id),
    ):
        if value is not None:
            query = query.where(column == value)
    heavy = (Message.body, Message.spoken, Message.subject, Message.address)
    rows = list(session.scalars(query.options(*(defer(column) for column in heavy))))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def history_of(session: Session, message_id: int) -> list[MessageEvent]:
    """Each step in the life of a message."""
    return list(
        session.scalars(select(MessageEvent).where(MessageEvent.message_id == message_id).order_by(MessageEvent.id))
    )


def latest_on_screen(session: Session, *, now: datetime, most: int = 12) -> list[Message]:
    """The demo's phones and letters: what went out last, and what is about to."""
    gone_or_due = or_(
        Message.sent_at.is_not(None),
        and_(Message.state.in_((MessageState.CREATED, MessageState.SENDING)), Message.due_at <= now),
    )
    query = select(Message).where(
        Message.channel != Channel.CALL, gone_or_due, Message.created_at > now - timedelta(days=1)
    )
    return list(session.scalars(query.order_by(Message.id.desc()).limit(most)))


def deliveries(session: Session, *, since: datetime, until: datetime) -> dict[tuple[Channel, MessageState], int]:
    """How many messages made in a period stand where, by channel and state: for the dashboard."""
    query = (
        select(Message.channel, Message.state, func.count())
        .where(Message.created_at >= since, Message.created_at < until)
        .group_by(Message.channel, Message.state)
    )
    return {(channel, state): count for channel, state, count in session.execute(query)}


def edited_texts(session: Session) -> dict[tuple[str, Channel, str], MessageText]:
    """The wordings staff have written, by kind, channel and language."""
    return {(row.kind, row.channel, row.language): row for row in session.scalars(select(MessageText))}


LANGUAGES_TO_MENTION = {"en": N_("Osoba mówi po angielsku."), "uk": N_("Osoba mówi po ukraińsku.")}
"""What an operator should know before dialling."""

SECRET_KINDS: Mapping[str, str] = {"sign_in_code": "sign_in_code", "staff_invitation": "staff_account"}
"""Messages that open a door, each with the kind of subject it is about, by which its words are found when they are to be forgotten.

Nobody but the recipient reads them, and their words are forgotten once they are of no use.
"""


def deliveries_by_channel(session: Session, *, now: datetime) -> dict[Channel, dict[str, int]]:
    """The last seven days by channel: ``good`` (sent or delivered), ``waiting``, ``bad`` (failed for good)."""
    groups = {
        MessageState.SENT: "good", MessageState.DELIVERED: "good", MessageState.PERMANENT_FAILURE: "bad",
        MessageState.CREATED: "waiting", MessageState.SENDING: "waiting", MessageState.TEMPORARY_FAILURE: "waiting",
    }  # fmt: skip
    table: dict[Channel, dict[str, int]] = {channel: {"good": 0, "waiting": 0, "bad": 0} for channel in Channel}
    for (channel, state), count in deliveries(
        session, since=now - timedelta(days=7), until=now + timedelta(seconds=1)
    ).items():
        if state in groups:
            table[channel][groups[state]] += count
    return table
