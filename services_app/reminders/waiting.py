"""The alarm when nobody sends anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services_app.reminders.queries import last_heartbeat, scheduler_alive
from services_app.web.waiting import Waiting


def silence(session: Session, now: datetime) -> Iterator[Waiting]:
    """No scheduler process has been alive for five minutes: messages do not go out."""
    if not scheduler_alive(session, now=now):
        words = _("Wiadomości nie wychodzą: program, który je wysyła, nie działa. Powiedz administratorowi")
        yield Waiting(
            words, 1, _("Zobacz wiadomości"), url_for("messaging.outbox"), since=last_heartbeat(session), urgent=True
        )
