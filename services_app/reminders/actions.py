"""What the scheduler writes about itself, and what it throws away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services_app.messaging.models import Heartbeat
from services_app.web.models import AnsweredRequest
from services_app.web.throttle import sweep_throttles

_ANSWERS_KEPT = timedelta(days=7)
_HEARTBEATS_KEPT = timedelta(days=1)


def beat(session: Session, process: str, *, began_at: datetime, now: datetime) -> None:
    """Say that a scheduler process is alive."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    beating = insert(Heartbeat).values(process=process, beat_at=now, began_at=began_at)
    session.execute(beating.on_conflict_do_update(index_elements=["process"], set_={"beat_at": now}))


def remove_leavings(session: Session, *, now: datetime) -> None:
    """Answers nobody will ask for again, counters, heartbeats of processes long gone."""
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.answered_at < now - _ANSWERS_KEPT))
    session.execute(delete(Heartbeat).where(Heartbeat.beat_at < now - _HEARTBEATS_KEPT))
    sweep_throttles(session, now=now)
