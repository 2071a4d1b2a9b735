"""The outbox as the senders see it: claim some messages, send them outside any transaction, save what came of it.

A claim is a lease in the row. Whoever dies while holding one is outlived by it: :func:`sweep` gives the messages to others, and the
message's key makes the repetition harmless at the provider.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, load_only

from services_app.messaging.actions import (
    call_key,
    finish,
    insert_once,
    outside_quiet_hours,
    quiet_hours,
    when_to_call,
)
from services_app.messaging.channels import Outcome, Outgoing, Result
from services_app.messaging.models import Message, MessageEvent
from services_app.messaging.policy.sending import (
    can_be_withdrawn,
    end_of_quiet_hours,
    keeps_quiet_hours,
    may_try_again,
    outcome_forgotten,
    wait_after,
)
from services_app.messaging.queries import phone_finders
from services_app.messaging.shipped import KINDS
from services_app.messaging.terms import Channel, MessageState
from services_app.sealed import lookup_hash

WAITING = (MessageState.CREATED, MessageState.TEMPORARY_FAILURE)
_STATE_COLUMNS = (
    Message.id, Message.state, Message.lease, Message.leased_until, Message.attempts, Message.due_at, Message.expires_at,
    Message.provider_id, Message.channel, Message.sent_at, Message.finished_at, Message.failure, Message.urgent, Message.kind,
)  # fmt: skip


def key_of(message_id: int, dedupe_key: str, created_at: datetime) -> str:
    """What a provider knows the message by. The moment is part of it, so a database restored from a backup never reuses one."""
    return f"{message_id}x{lookup_hash('message', f'{dedupe_key}|{created_at.isoformat()}')[:24]}"


def id_in(key: str) -> int | None:
    """The message's id in a key; whether the key is true, comparing it decides."""
    number = key.partition("x")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None


def _due(channel: Channel, *, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What may go out now. What became due in the evening and found no sender rings in the morning, not when the sender is back."""
    due = (Message.state.in_(WAITING), Message.channel == channel, Message.due_at <= now, Message.expires_at > now)
    quiet_until = end_of_quiet_hours(now, *quiet_hours()) if keeps_quiet_hours(channel) else None
    return due if quiet_until is None else (*due, or_(Message.urgent.is_(True), Message.expires_at <= quiet_until))


def claim(
    session: Session, channel: Channel, lease: str, *, now: datetime, leased_until: datetime, limit: int
) -> list[Outgoing]:
    """Lease the next messages due, urgent ones first; rows another sender is claiming at this moment are passed by."""
    due = (
        select(
            Message.id, Message.dedupe_key, Message.created_at, Message.kind, Message.language, Message.address, Message.subject,
            Message.body,
        )
        .where(*_due(channel, now=now))
        .order_by(Message.urgent.desc(), Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    rows = session.execute(due).all()
    if rows:
        taking = update(Message).where(Message.id.in_([row.id for row in rows]))
        session.execute(
            taking.values(
                state=MessageState.SENDING, lease=lease, leased_until=leased_until, attempts=Message.attempts + 1
            ),
            execution_options={"synchronize_session": False},
        )
    return [
        Outgoing(
            row.id, key_of(row.id, row.dedupe_key, row.created_at), channel, row.kind, row.language, row.address, row.subject, row.body
        )
        for row in rows
    ]  # fmt: skip


def still_to_send(session: Session, messages: Sequence[Outgoing], lease: str) -> set[int]:
    """Which of the claimed messages are still ours and still true: asked right before sending, after every wait."""
    ids = [message.id for message in messages]
    query = select(Message.id).where(Message.id.in_(ids), Message.lease == lease, Message.state == MessageState.SENDING)
    return set(session.scalars(query))


def release(session: Session, messages: Sequence[Outgoing], lease: str) -> None:
    """Give back what was claimed and not tried (the process is stopping, or the lease runs out)."""
    if not messages:
        return
    ids = [message.id for message in messages]
    giving = update(Message).where(Message.id.in_(ids), Message.lease == lease, Message.state == MessageState.SENDING)
    session.execute(
        giving.values(state=MessageState.CREATED, lease=None, leased_until=None, attempts=Message.attempts - 1),
        execution_options={"synchronize_session": False},
    )


def _locked(session: Session, ids: Iterable[int]) -> dict[int, Message]:
    query = select(Message).where(Message.id.in_(sorted(ids))).order_by(Message.id).with_for_update()
    rows = session.scalars(query.options(load_only(*_STATE_COLUMNS)), execution_options={"populate_existing": True})
    return {row.id: row for row in rows}


def save_results(session: Session, results: Sequence[tuple[int, Result]], lease: str, *, now: datetime) -> None:
    """Write down what came of the attempts."""
    rows = _locked(session, [message_id for message_id, _result in results])
    failed_before = [row for row in rows.values() if row.failure is not None]  # of others nobody was asked to call
    for message_id, result in results:
        if message_id in rows:
            save_result(session, rows[message_id], result, lease, now=now)
    session.flush()
    call_off(session, [row.id for row in failed_before if row.state is MessageState.SENT])


def save_result(session: Session, message: Message, result: Result, lease: str, *, now: datetime) -> None:
    """One result. A receipt, a withdrawal or another sender may have been faster: then only the facts are added."""
    if message.state is not MessageState.SENDING or message.lease != lease:
        _note_late(session, message, result, now=now)
    elif result.outcome is Outcome.ACCEPTED:
        message.state, message.lease, message.leased_until = MessageState.SENT, None, None
        message.sent_at, message.failure = now, None
        message.provider_id = result.provider_id or message.provider_id
        session.add(MessageEvent(message_id=message.id, at=now, state=MessageState.SENT, detail=result.reason))
    elif result.outcome is Outcome.REFUSED:
        fail_for_good(session, message, result.reason or "refused", now=now)
    else:
        _try_later(session, message, result.reason or "unknown", now=now)


def _note_late(session: Session, message: Message, result: Result, *, now: datetime) -> None:
    if result.outcome is not Outcome.ACCEPTED:
        return
    message.provider_id = message.provider_id or result.provider_id
    message.sent_at = message.sent_at or now
    if message.state is MessageState.WITHDRAWN:
        session.add(MessageEvent(message_id=message.id, at=now, state=message.state, detail="was_already_on_its_way"))


def _try_later(session: Session, message: Message, reason: str, *, now: datetime) -> None:
    again_at = now + wait_after(message.attempts)
    again_at = outside_quiet_hours(again_at, message.expires_at, message.channel, urgent=message.urgent)
    if not may_try_again(message.attempts) or again_at >= message.expires_at:
        fail_for_good(session, message, reason, now=now)
        return
    message.state, message.lease, message.leased_until = MessageState.TEMPORARY_FAILURE, None, None
    message.due_at, message.failure = again_at, reason[:80]
    session.add(MessageEvent(message_id=message.id, at=now, state=message.state, detail=reason[:120]))


def fail_for_good(session: Session, message: Message, reason: str, *, now: datetime) -> None:
    """No more attempts: from here a person tells the person."""
    message.lease, message.leased_until, message.failure = None, None, reason[:80]
    finish(session, message, MessageState.PERMANENT_FAILURE, now=now, detail=reason)
    ask_for_a_call(session, message, now=now)


def ask_for_a_call(session: Session, message: Message, *, now: datetime) -> bool:
    """A task on the call list in place of a message that failed, once; False when a call makes no sense."""
    if not KINDS[message.kind].may_be_called or message.channel is Channel.CALL or message.expires_at <= now:
        return False
    find_phone = phone_finders.get(message.recipient_kind)
    phone = message.address if message.channel is Channel.SMS else None
    if phone is None and find_phone is not None:
        phone = find_phone(session, message.recipient_id)
    return insert_once(
        session, {}, dedupe_key=call_key(message.id), kind=message.kind, channel=Channel.CALL, recipient_kind=message.recipient_kind,
        recipient_id=message.recipient_id, recipient_name=message.recipient_name, resident_id=message.resident_id,
        subject_kind=message.subject_kind, subject_id=message.subject_id, language=message.language, address=phone or message.address,
        subject=None, body=message.spoken or message.body, urgent=message.urgent, created_at=now,
        due_at=when_to_call(session, now, message.expires_at, now=now), expires_at=message.expires_at,
    )  # fmt: skip


def call_off(session: Session, message_ids: Sequence[int]) -> None:
    """Messages sent once more are with the provider now: nobody needs to call in their place.

    The task is removed, not withdrawn: should the phone refuse the message again, its key must be free for another.
    """
    if not message_ids:
        return
    open_states = [state for state in MessageState if can_be_withdrawn(state)]
    keys = [call_key(message_id) for message_id in message_ids]
    tasks = delete(Message).where(Message.dedupe_key.in_(keys), Message.state.in_(open_states))
    session.execute(tasks, execution_options={"synchronize_session": False})


def sweep(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Put right what was left behind: leases that ran out, messages that came too late. Returns how many were touched."""
    return _sweep_leases(session, now=now, limit=limit) + _sweep_expired(session, now=now, limit=limit)


def _sweep_leases(session: Session, *, now: datetime, limit: int) -> int:
    query = select(Message.id).where(Message.state == MessageState.SENDING, Message.leased_until < now).limit(limit)
    stuck = _locked(session, session.scalars(query.with_for_update(skip_locked=True)).all())
    for message in stuck.values():
        attempted_at = message.leased_until or now
        again_at = outside_quiet_hours(now, message.expires_at, message.channel, urgent=message.urgent)
        if message.channel is Channel.SMS and outcome_forgotten(attempted_at, now=again_at):
            fail_for_good(session, message, "outcome_unknown", now=now)
            continue
        message.state, message.lease, message.leased_until = MessageState.TEMPORARY_FAILURE, None, None
        message.due_at, message.failure = again_at, "lease_ran_out"
        session.add(MessageEvent(message_id=message.id, at=now, state=message.state, detail="lease_ran_out"))
    session.flush()
    return len(stuck)


def _sweep_expired(session: Session, *, now: datetime, limit: int) -> int:
    query = select(Message.id).where(Message.state.in_(WAITING), Message.expires_at <= now).limit(limit)
    late = _locked(session, session.scalars(query.with_for_update(skip_locked=True)).all())
    for message in late.values():
        finish(session, message, MessageState.EXPIRED, now=now, detail=message.failure)
    session.flush()
    return len(late)


def anything_due(session: Session, channel: Channel, *, now: datetime) -> bool:
    """Whether a channel has something to send: one look into an index."""
    return session.scalar(select(Message.id).where(*_due(channel, now=now)).limit(1)) is not None
