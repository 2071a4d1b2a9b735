"""The words of messaging."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Channel(enum.StrEnum):
    """How somebody is told."""

    SMS = "sms"
    E_MAIL = "e_mail"
    CALL = "call"
    """A task on the operator's call list."""


class MessageState(enum.StrEnum):
    """The life of a message. A call goes from ``created`` to ``delivered`` when the person was told."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary_failure"
    PERMANENT_FAILURE = "permanent_failure"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """No longer true before it was sent: the ride moved, the consent ended, the person was told another way."""


FINISHED = frozenset(
    {MessageState.DELIVERED, MessageState.PERMANENT_FAILURE, MessageState.EXPIRED, MessageState.WITHDRAWN}
)


@dataclass(frozen=True)
class Recipient:
    """Who is to be told and how: plain values, so messaging needs to know nobody. ``kind`` is resident, representative or staff."""

    kind: str
    id: int
    name: str
    language: str
    channel: Channel
    address: str
    """A phone number (+48…) for SMS and call, an address for e-mail."""
