"""Taking back what waits to be sent about a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.actions import finish
from services_app.messaging.models import Message
from services_app.messaging.policy.sending import can_be_withdrawn
from services_app.messaging.terms import MessageState


def withdraw_all_about(
    session: Session, resident_id: int, *, because: str, now: datetime, representative_id: int | None = None
) -> int:
    """Withdraw everything not yet sent about a resident, perhaps only what goes to one representative; returns how many."""
    waiting = [state for state in MessageState if can_be_withdrawn(state)]
    query = select(Message).where(Message.resident_id == resident_id, Message.state.in_(waiting))
    if representative_id is not None:
        query = query.where(Message.recipient_kind == "representative", Message.recipient_id == representative_id)
    messages = session.scalars(query.with_for_update()).all()
    for message in messages:
        finish(session, message, MessageState.WITHDRAWN, now=now, detail=because)
    session.flush()
    return len(messages)
