"""What people asked about their data, for the morning view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.residents.models import PersonalDataRequest
from services_app.residents.policy.rights import DAYS_LEFT_TO_HURRY
from services_app.web.waiting import Waiting


def data_requests_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Requests about personal data that nobody has answered."""
    moment = PersonalDataRequest.received_at
    query = select(func.count(), func.min(moment, type_=moment.type), func.min(PersonalDataRequest.answer_by))
    count, since, answer_by = session.execute(query.where(PersonalDataRequest.answered_at.is_(None))).one()
    if count:
        urgent = answer_by - day_of(now) <= timedelta(days=DAYS_LEFT_TO_HURRY)
        href = url_for("residents.data_requests")
        yield Waiting(_("Wnioski o dane osobowe"), count, _("Odpowiedz"), href, since=since, urgent=urgent)
