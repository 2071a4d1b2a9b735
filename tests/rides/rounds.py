"""A scheduler's round of reminders, for tests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.rides.reminding import ride_reminders


def remind(now: datetime) -> int:
    """What the scheduler does in a round; how many messages it queued."""
    due = list(ride_reminders(db.session(), now=now))
    db.session.rollback()
    with transaction() as session:
        return sum(bool(queue(session)) for queue in due)


def reminders(session: Session) -> list[Message]:
    """All reminders queued so far, in order."""
    query = select(Message).where(Message.dedupe_key.like("reminder:%")).order_by(Message.id)
    return list(session.scalars(query))
