"""Putting messages into the outbox and taking them back: always inside the transaction of the deed they tell of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services_app import clock
from services_app.journal.actions import Actor, record
from services_app.messaging.models import Message, MessageEvent, MessageText
from services_app.messaging.policy import sms
from services_app.messaging.policy.filling import fill, harmless, spoken_values
from services_app.messaging.policy.sending import (
    after_quiet_hours,
    best_called_before,
    call_due_at,
    can_be_withdrawn,
    keeps_quiet_hours,
    was_reported_undelivered,
)
from services_app.messaging.policy.texts import sms_body, text_verdict
from services_app.messaging.queries import SECRET_KINDS, text_in_force
from services_app.messaging.shipped import KINDS, Text, known_language, shipped_text
from services_app.messaging.shipped.kinds import LINKS
from services_app.messaging.terms import Channel, MessageState, Recipient
from services_app.verdict import Reason, Verdict
from services_app.web.contact import answering_hours, grouped, phone_line
from services_app.web.languages import say
from services_app.wording import N_

_LONGEST_KEY = 120
Known = TypeVar("Known")


def queue_message(
    session: Session, kind: str, recipient: Recipient, values: Mapping[str, object], *, dedupe_key: str, now: datetime,
    expires_at: datetime, subject: tuple[str, int] | None = None, resident_id: int | None = None, due_at: datetime | None = None,
    urgent: bool = False,
) -> bool:  # fmt: skip
    """Have something told to one person, once; False when the key says it was asked for before.

    ``values`` are plain (days, hours, moments, numbers, texts, reasons); ``shipped.kinds`` says which each kind takes. They are put into
    words of the recipient's language now, so the message tells what was true when it was decided. Not sent before ``due_at`` (now when
    left out) nor after ``expires_at``; in quiet hours only when ``urgent``. ``subject`` names the thing it is about, for
    :func:`withdraw_messages`. Raises ValueError for an unknown kind, a missing value or a secret about nothing.
    """
    missing = [name for name in KINDS[kind].needed if values.get(name) in (None, "")] if kind in KINDS else [kind]
    if missing:
        raise ValueError(f"a message {kind!r} lacks {', '.join(missing)}")
    if kind in SECRET_KINDS and (subject is None or subject[0] != SECRET_KINDS[kind]):
        raise ValueError(f"the words of {kind!r} could not be forgotten: it must be about a {SECRET_KINDS[kind]!r}")
    starts = outside_quiet_hours(due_at or now, expires_at, recipient.channel, urgent=urgent)
    if recipient.channel is Channel.CALL:
        starts = when_to_call(session, due_at or now, expires_at, now=now)
    written = written_message(session, kind, recipient, values, now=now)
    return insert_once(
        session, written, dedupe_key=_stored_key(dedupe_key), kind=kind, recipient_kind=recipient.kind, recipient_id=recipient.id,
        channel=recipient.channel,
        recipient_name=harmless(recipient.name), language=known_language(recipient.language), address=recipient.address, urgent=urgent,
        resident_id=resident_id, subject_kind=subject[0] if subject else None, subject_id=subject[1] if subject else None,
        created_at=now, due_at=starts, expires_at=expires_at,
    )  # fmt: skip


def _stored_key(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def insert_once(session: Session, written: Mapping[str, Any], **values: Any) -> bool:
    """Add a message unless its key is there already; inside a transaction that may still be undone, both together."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    adding = insert(Message).values(**values, **written).on_conflict_do_nothing(index_elements=["dedupe_key"])
    return session.execute(adding.returning(Message.id)).first() is not None


def quiet_hours() -> tuple[int, int]:
    """From which hour until which nobody's phone should ring, as configured."""
    return int(current_app.config["QUIET_FROM_HOUR"]), int(current_app.config["QUIET_UNTIL_HOUR"])


def outside_quiet_hours(moment: datetime, expires_at: datetime, channel: Channel, *, urgent: bool) -> datetime:
    """The moment itself when a message may go out then, otherwise when the quiet hours are over."""
    waits = not urgent and keeps_quiet_hours(channel)
    return after_quiet_hours(moment, expires_at, *quiet_hours()) if waits else moment


def when_to_call(session: Session, moment: datetime, expires_at: datetime, *, now: datetime) -> datetime:
    """The moment itself when the desk is open then, otherwise when it opens: nobody is asked to call at night."""
    hours = _in_this_transaction(session, "message_hours", lambda: answering_hours(session, today=clock.day_of(now)))
    return call_due_at(moment, expires_at, hours, *quiet_hours())


SENT_AGAIN = "sent_again_by_staff"
"""Why a message that had failed waits once more: a person may have been asked to call in its place."""


def call_key(message_id: int) -> str:
    """The key of the call that stands in for a message that failed."""
    return f"call:{message_id}"


def written_message(
    session: Session, kind: str, recipient: Recipient, values: Mapping[str, object], *, now: datetime
) -> dict[str, Any]:
    """The subject, body, spoken sentence and number of SMS parts, in the recipient's language."""
    language = known_language(recipient.language)
    spoken = words_for(session, values, language, now=now)
    text = text_in_force(session, kind, recipient.channel, language)
    body = composed(text, recipient.channel, language, spoken)
    aloud = None
    if recipient.channel is not Channel.CALL and KINDS[kind].may_be_called:
        aloud = fill(text_in_force(session, kind, Channel.CALL, language).body, spoken)
    return {
        "subject": composed_subject(text, spoken),
        "body": body,
        "spoken": aloud,
        "parts": sms.parts(body) if recipient.channel is Channel.SMS else 1,
    }


def composed(text: Text, channel: Channel, language: str, spoken: Mapping[str, str]) -> str:
    """The body as it goes out."""
    if channel is not Channel.SMS:
        return fill(text.body, spoken)
    return sms_body(text, language, spoken, romanise=bool(current_app.config.get("SMS_ROMANISE_UKRAINIAN", False)))


def composed_subject(text: Text, spoken: Mapping[str, str]) -> str | None:
    """An e-mail's subject on one line."""
    return None if text.subject is None else " ".join(fill(text.subject, spoken).split())[:200]


def words_for(session: Session, values: Mapping[str, object], language: str, *, now: datetime) -> dict[str, str]:
    """All values as words of a language, with what stands in every message: who writes, and the number to call."""
    known: dict[str, object] = {
        "sender": current_app.config["SMS_SENDER"],
        "centre": current_app.config["CENTRE_NAME"],
        "phone": _phone(session, now=now),
    }
    said = {name: _said(value, language) for name, value in values.items()}
    return spoken_values({**known, **said}, language, LINKS)


def _said(value: object, language: str) -> object:
    match value:
        case Reason():
            with force_locale(language):
                return say(value)
        case list() | tuple():
            return [_said(item, language) for item in value]
        case _:
            return value


def _phone(session: Session, *, now: datetime) -> str:
    """The rides line of the day."""

    def ask() -> str:
        line = phone_line(session, "rides", "centre", today=clock.day_of(now))
        return grouped(line.phone) if line else ""

    return _in_this_transaction(session, "message_phone", ask)


def _in_this_transaction(session: Session, name: str, ask: Callable[[], Known]) -> Known:
    """What was asked for once a transaction, because reminders are queued by the thousand."""
    transaction = session.get_transaction()
    kept: tuple[object, Known] | None = session.info.get(name)
    if kept is None or kept[0] is not transaction:
        session.info[name] = kept = (transaction, ask())
    return kept[1]


def withdraw_messages(
    session: Session, subject: tuple[str, int], *, now: datetime, because: str, kinds: Sequence[str] | None = None,
    recipient: tuple[str, int] | None = None,
) -> int:  # fmt: skip
    """Take back what has not gone out yet about a thing, tasks to call included; returns how many.

    ``because`` is a word for the record. What a sender holds at this moment is marked too: it checks once more right before it sends.
    """
    query = select(Message).where(Message.subject_kind == subject[0], Message.subject_id == subject[1])
    query = query.where(Message.state.in_([state for state in MessageState if can_be_withdrawn(state)]))
    if kinds is not None:
        query = query.where(Message.kind.in_(kinds))
    if recipient is not None:
        query = query.where(Message.recipient_kind == recipient[0], Message.recipient_id == recipient[1])
    withdrawn = session.scalars(query.with_for_update()).all()
    for message in withdrawn:
        finish(session, message, MessageState.WITHDRAWN, now=now, detail=because)
    session.flush()
    return len(withdrawn)


def finish(
    session: Session, message: Message, state: MessageState, *, now: datetime, detail: str | None = None
) -> None:
    """End the life of a message, with a line in its history."""
    message.state, message.finished_at = state, now
    session.add(MessageEvent(message_id=message.id, at=now, state=state, detail=detail[:120] if detail else None))


def _open_call(session: Session, message_id: int) -> Message | None:
    message = session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.channel is not Channel.CALL or not can_be_withdrawn(message.state):
        return None
    return message


def forget_secrets(session: Session, *, now: datetime, most: int) -> int:
    """Take their words from ``most`` codes and invitations that opened a door once and open none now; returns how many there were.

    With the words goes what the message was about, so an index leads to those alone that are still to be forgotten.
    """
    about = Message.subject_kind.in_(set(SECRET_KINDS.values()))
    ended = (
        select(Message.id)
        .where(about, Message.kind.in_(SECRET_KINDS.keys()), Message.expires_at < now)
        .order_by(Message.id)
    )
    ended = ended.limit(most).with_for_update(skip_locked=True)  # another scheduler may be at it
    forgetting = update(Message).where(Message.id.in_(ended))
    forgotten = forgetting.values(body="", subject=None, subject_kind=None, subject_id=None).returning(Message.id)
    return len(session.scalars(forgotten, execution_options={"synchronize_session": False}).all())


def mark_told(session: Session, message_id: int, *, by: Actor, now: datetime) -> bool:
    """The person was reached by phone; False when somebody else has dealt with the task already."""
    message = _open_call(session, message_id)
    if message is None:
        return False
    message.told_by_id, message.sent_at = by.id, now
    finish(session, message, MessageState.DELIVERED, now=now, detail="told")
    record(session, "call_told", ("message", message.id), by=by, now=now, resident_id=message.resident_id)
    return True


def told_in_the_talk(session: Session, dedupe_key: str, *, by: Actor, now: datetime) -> bool:
    """What was queued under this key was said in the very talk that decided it: nobody needs to call. False for other channels."""
    message_id = session.scalar(select(Message.id).where(Message.dedupe_key == _stored_key(dedupe_key)))
    return message_id is not None and mark_told(session, message_id, by=by, now=now)


NOBODY_ANSWERED = "no_answer"


def mark_not_answered(session: Session, message_id: int, again_at: datetime, *, by: Actor, now: datetime) -> Verdict:
    """Nobody picked up: the task comes back at ``again_at``."""
    message = _open_call(session, message_id)
    if message is None:
        return Verdict.of([Reason("CALL_DONE", N_("Ktoś już się tym zajął. Nie trzeba dzwonić."))])
    last = best_called_before(message.expires_at, *quiet_hours(), now=now) or message.expires_at
    if again_at >= last:
        values = {"last": last}
        return Verdict.of([Reason("CALL_LATE", N_("Wtedy będzie za późno. Ostatnia chwila: {last}."), values)])
    message.state, message.due_at, message.failure = MessageState.TEMPORARY_FAILURE, again_at, NOBODY_ANSWERED
    message.attempts += 1
    session.add(MessageEvent(message_id=message.id, at=now, state=message.state, detail=NOBODY_ANSWERED))
    record(session, "call_not_answered", ("message", message.id), by=by, now=now, resident_id=message.resident_id)
    return Verdict()


def send_again(session: Session, message_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Give a message that failed another round of attempts. The call that stands in for it stays until the provider has taken it."""
    message = session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.state is not MessageState.PERMANENT_FAILURE or message.channel is Channel.CALL:
        return Verdict.of([Reason("NOT_FAILED", N_("Tej wiadomości nie trzeba wysyłać jeszcze raz."))])
    if message.expires_at <= now:
        return Verdict.of([Reason("MESSAGE_LATE", N_("Na tę wiadomość jest za późno. Zadzwoń, jeśli trzeba."))])
    call = session.scalar(select(Message).where(Message.dedupe_key == call_key(message.id)).with_for_update())
    if call is not None and not can_be_withdrawn(call.state):
        return Verdict.of([Reason("CALL_DONE", N_("Ktoś już się tym zajął. Nie trzeba dzwonić."))])
    if was_reported_undelivered(message.failure):
        # the provider has taken this key once and would answer that it has it already: the new round gets another. In every other case the
        # message may be on its way unknown to us, and the same key keeps it from going out twice.
        message.created_at = max(now, message.created_at + timedelta(microseconds=1))
        message.provider_id = message.sent_at = None
    message.state, message.attempts = MessageState.CREATED, 0
    message.due_at = outside_quiet_hours(now, message.expires_at, message.channel, urgent=message.urgent)
    message.finished_at, message.failure = None, SENT_AGAIN
    session.add(MessageEvent(message_id=message.id, at=now, state=MessageState.CREATED, detail=SENT_AGAIN))
    record(session, "message_sent_again", ("message", message.id), by=by, now=now, resident_id=message.resident_id)
    return Verdict()


def held_text(session: Session, kind: str, channel: Channel, language: str, *, by: Actor, now: datetime) -> Text:
    """The wording in force, which nobody else changes until the transaction ends. Only for one that then writes it, or is given up."""
    shipped = shipped_text(kind, channel, language)
    words = {"body": shipped.body, "subject": shipped.subject, "edited_at": now, "edited_by_id": by.id}
    key = {"kind": kind, "channel": channel, "language": language}
    # a shipped wording has no row of its own that could be locked
    session.execute(_inserting(session).values(**key, **words).on_conflict_do_nothing(index_elements=[*key]))
    row = session.scalars(_edited(kind, channel, language).execution_options(populate_existing=True)).one()
    return Text(row.body, row.subject)


def write_text(
    session: Session, kind: str, channel: Channel, language: str, text: Text, *, by: Actor, now: datetime
) -> Verdict:
    """Put a wording in force in place of the shipped one; refused with every reason when it could not go out."""
    verdict = text_verdict(kind, channel, language, text)
    if not verdict.allowed:
        return verdict
    words = {"body": text.body, "subject": text.subject, "edited_at": now, "edited_by_id": by.id}
    key = {"kind": kind, "channel": channel, "language": language}
    # in one statement: of two first wordings written at once the later one stands
    writing = _inserting(session).values(**key, **words)
    session.execute(writing.on_conflict_do_update(index_elements=[*key], set_=words))
    details = {"kind": kind, "channel": channel.value, "language": language}
    record(session, "message_text_changed", ("message_text", kind), by=by, now=now, details=details)
    return verdict


def restore_shipped_text(
    session: Session, kind: str, channel: Channel, language: str, *, by: Actor, now: datetime
) -> bool:
    """Go back to the shipped wording; False when it was in force anyway."""
    row = session.scalar(_edited(kind, channel, language))
    if row is None:
        return False
    session.delete(row)
    details = {"kind": kind, "channel": channel.value, "language": language}
    record(session, "message_text_restored", ("message_text", kind), by=by, now=now, details=details)
    return True


def _edited(kind: str, channel: Channel, language: str) -> Select[MessageText]:
    query = select(MessageText).where(
        MessageText.kind == kind, MessageText.channel == channel, MessageText.language == language
    )
    return query.with_for_update()


def _inserting(session: Session) -> Any:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(MessageText)
