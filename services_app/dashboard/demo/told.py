"""Everybody in the demo town has been told what happened before today's start: nobody sent it, for nothing leaves a demo."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from services_app.messaging.models import Message, MessageEvent
from services_app.messaging.terms import Channel, MessageState
from services_app.staff.models import StaffAccount


def deliver_the_past(session: Session, *, now: datetime) -> None:
    """Messages from before ``now`` arrived when they were due; who has only a land line heard it from the first operator."""
    old = (Message.created_at < now, Message.due_at < now, Message.state == MessageState.CREATED)
    seen = select(
        Message.id, Message.due_at, literal(MessageState.DELIVERED, MessageEvent.state.type), literal("demo")
    ).where(*old)  # fmt: skip
    session.execute(insert(MessageEvent).from_select(["message_id", "at", "state", "detail"], seen))
    caller_id = session.scalar(select(func.min(StaffAccount.id)))
    session.execute(update(Message).where(*old, Message.channel == Channel.CALL).values(told_by_id=caller_id))
    arrived = {"state": MessageState.DELIVERED, "sent_at": Message.due_at, "finished_at": Message.due_at}
    session.execute(update(Message).where(*old).values(**arrived), execution_options={"synchronize_session": False})
