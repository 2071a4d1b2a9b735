"""What a provider reports later: believed when its key is true, and never moving a message that has come to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from services_app.messaging.actions import finish
from services_app.messaging.models import Message, MessageEvent
from services_app.messaging.outbox import call_off, fail_for_good, id_in, key_of
from services_app.messaging.policy.sending import failure_reported, may_become
from services_app.messaging.terms import MessageState

STATES: Mapping[str, MessageState] = {
    "401": MessageState.PERMANENT_FAILURE,  # not found
    "402": MessageState.EXPIRED,
    "403": MessageState.SENT,
    "404": MessageState.DELIVERED,
    "405": MessageState.PERMANENT_FAILURE,  # undelivered
    "406": MessageState.PERMANENT_FAILURE,  # failed
    "407": MessageState.PERMANENT_FAILURE,  # rejected
    "409": MessageState.SENT,  # queued at the provider
    "410": MessageState.SENT,  # accepted by the operator
    "412": MessageState.PERMANENT_FAILURE,  # stopped
}
"""SMSAPI's delivery statuses that say something; 408 (unknown) says nothing."""

_MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Receipt:
    """One report about one message."""

    key: str
    provider_id: str
    status: str


def receipts_in(values: Mapping[str, str]) -> Iterator[Receipt]:
    """The reports of one call: SMSAPI joins several with commas, field by field (``MsgId``, ``idx``, ``status``)."""
    keys = values.get("idx", "").replace("|", ",").split(",")[:_MOST_AT_ONCE]
    ids = values.get("MsgId", "").split(",")
    statuses = values.get("status", "").split(",")
    for place, key in enumerate(keys):
        if key and place < len(statuses):
            yield Receipt(key.strip(), ids[place].strip()[:80] if place < len(ids) else "", statuses[place].strip())


def take_receipt(session: Session, receipt: Receipt, *, now: datetime) -> bool:
    """Note one report; False when it is about nothing of ours, says nothing new, or comes after the end."""
    message_id, state = id_in(receipt.key), STATES.get(receipt.status)
    if message_id is None or state is None:
        return False
    columns = load_only(
        Message.id, Message.state, Message.dedupe_key, Message.created_at, Message.provider_id, Message.sent_at, Message.kind,
        Message.expires_at, Message.channel, Message.recipient_kind, Message.lease, Message.leased_until, Message.failure,
    )  # fmt: skip
    message = session.scalar(select(Message).where(Message.id == message_id).options(columns).with_for_update())
    if message is None or key_of(message.id, message.dedupe_key, message.created_at) != receipt.key:
        return False
    message.provider_id = message.provider_id or receipt.provider_id or None
    if not may_become(message.state, state):
        _note_undelivered(message, state, receipt.status)
        return False
    _move(session, message, state, receipt.status, now=now)
    return True


def _note_undelivered(message: Message, state: MessageState, status: str) -> None:
    """We gave up without an answer, and now hear that the provider had taken it and the phone had not: it may be sent anew."""
    if message.state is MessageState.PERMANENT_FAILURE and state in (
        MessageState.PERMANENT_FAILURE,
        MessageState.EXPIRED,
    ):
        message.failure = failure_reported(status)


def _move(session: Session, message: Message, state: MessageState, status: str, *, now: datetime) -> None:
    message.lease = message.leased_until = None
    message.sent_at = message.sent_at or now
    if state is MessageState.PERMANENT_FAILURE or (state is MessageState.EXPIRED and message.expires_at > now):
        # the phone was off or does not exist: the provider gave up, a person takes over while there is still time
        fail_for_good(session, message, failure_reported(status), now=now)
        return
    if state is MessageState.SENT:
        message.state = state
        session.add(MessageEvent(message_id=message.id, at=now, state=state, detail=failure_reported(status)))
    else:
        finish(session, message, state, now=now, detail=failure_reported(status))
    if state in (MessageState.SENT, MessageState.DELIVERED):
        call_off(session, [message.id])
