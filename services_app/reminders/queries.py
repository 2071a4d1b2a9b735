"""Whether anybody is sending."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.messaging.models import Heartbeat

SILENT_FOR = timedelta(minutes=5)
"""After so long without a heartbeat the dashboard raises the alarm."""


def last_heartbeat(session: Session) -> datetime | None:
    """When any scheduler process was last alive."""
    return session.scalar(select(func.max(Heartbeat.beat_at)))


def scheduler_alive(session: Session, *, now: datetime) -> bool:
    """Whether at least one scheduler process has been alive in the last five minutes."""
    beat_at = last_heartbeat(session)
    return beat_at is not None and now - beat_at <= SILENT_FOR
