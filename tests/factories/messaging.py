"""Recipients and messages for tests."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import transaction
from services_app.messaging.actions import queue_message
from services_app.messaging.models import Message
from services_app.messaging.queries import SECRET_KINDS
from services_app.messaging.terms import Channel, Recipient
from services_app.messaging.worker import Worker

_numbers = itertools.count(1)
RIDE_VALUES: Mapping[str, object] = {"day": date(2026, 11, 26), "hour": time(9, 10), "return_hour": time(11, 0)}


def a_recipient(**changes: Any) -> Recipient:
    """A resident with a mobile phone, unless ``changes`` say otherwise."""
    number = next(_numbers)
    plain: dict[str, Any] = {
        "kind": "resident", "id": number, "name": "Janina Testowa", "language": "pl", "channel": Channel.SMS,
        "address": f"+4860{number % 10_000_000:07d}",
    }  # fmt: skip
    if changes.get("channel") is Channel.E_MAIL and "address" not in changes:
        changes["address"] = f"janina{number}@poczta.example"
    return Recipient(**{**plain, **changes})


def a_message(
    kind: str = "ride_confirmed", values: Mapping[str, object] | None = None, *, recipient: Recipient | None = None, **changes: Any
) -> Message:  # fmt: skip
    """A message in the outbox, saved in a transaction of its own; read it again in the test's session."""
    now: datetime = changes.pop("now", None) or clock.now()
    key = changes.pop("dedupe_key", None) or f"test:{next(_numbers)}"
    changes.setdefault("expires_at", now + timedelta(days=2))
    changes.setdefault("urgent", True)
    if kind in SECRET_KINDS:
        changes.setdefault("subject", (SECRET_KINDS[kind], next(_numbers)))
    with transaction() as session:
        assert queue_message(
            session, kind, recipient or a_recipient(), values or RIDE_VALUES, dedupe_key=key, now=now, **changes
        )
        return message_of(session, key)


def message_of(session: Session, key: str) -> Message:
    """The message under a key."""
    return session.scalars(select(Message).where(Message.dedupe_key == key)).one()


def all_messages(session: Session) -> list[Message]:
    """Every message, oldest first, read anew."""
    session.expire_all()
    return list(session.scalars(select(Message).order_by(Message.id)))


def send_everything_due(app: Flask) -> int:
    """Empty the outbox once, in this thread; how many attempts were made."""
    worker = Worker(app)
    return sum(worker.run_thread(channel) for channel in worker.paces)
