"""The port behind which messages leave the house: what goes out, what came of it, and which sender carries a channel."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from services_app.messaging.terms import Channel


@dataclass(frozen=True)
class Outgoing:
    """A message as a sender needs it. ``key`` is the same at every attempt and never used for another message."""

    id: int
    key: str
    channel: Channel
    kind: str
    language: str
    address: str
    subject: str | None
    body: str


class Outcome(enum.Enum):
    """What came of an attempt."""

    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    """It will never be accepted: no use in trying again."""


@dataclass(frozen=True)
class Result:
    """The outcome, the provider's own id of the message, and a word that says what went wrong."""

    outcome: Outcome
    provider_id: str | None = None
    reason: str | None = None


class Sender(Protocol):
    """Carries messages of one channel; used by one thread at a time."""

    def send(self, message: Outgoing) -> Result:
        """Try once. Never raises for what a provider or the network does."""

    def close(self) -> None:
        """Let go of connections; the next ``send`` opens them again."""


class NoSender:
    """A channel nobody has set up: messages wait, then a person is asked."""

    def send(self, message: Outgoing) -> Result:
        """Not now."""
        return Result(Outcome.TRY_LATER, reason="channel_not_set_up")

    def close(self) -> None:
        """Nothing to let go."""


class OnScreen:
    """The demo: what would have gone out is shown on the outbox page and nowhere else."""

    def send(self, message: Outgoing) -> Result:
        """It counts as sent."""
        return Result(Outcome.ACCEPTED, provider_id=f"demo-{message.id}")

    def close(self) -> None:
        """Nothing to let go."""


def sender_for(channel: Channel, settings: Mapping[str, Any]) -> Sender:
    """The sender the configuration asks for."""
    from services_app.messaging.channels.smsapi import SmsApi
    from services_app.messaging.channels.smtp import Smtp

    if channel is Channel.SMS and settings["SMS_API_URL"]:
        return SmsApi.from_settings(settings)
    if channel is Channel.E_MAIL and settings["MAIL_SERVER"]:
        return Smtp.from_settings(settings)
    return OnScreen() if settings["DEMO"] else NoSender()
