"""The numbers to call and their hours: data of the office, with a period and who confirmed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor, record
from services_app.journal.labels import register, register_subject
from services_app.web.contact import phone_line
from services_app.web.models import PhoneLine
from services_app.wording import N_

register("phone_line_changed", N_("zmieniono numer telefonu lub jego godziny"))
register_subject("phone_line", N_("numer telefonu"))


@dataclass(frozen=True)
class PhoneLineFacts:
    """A number from a day on, as typed."""

    programme: str
    phone: str
    opens_at: time
    closes_at: time
    working_days_only: bool
    valid_from: date


def change_phone_line(
    session: Session, facts: PhoneLineFacts, *, by: Actor, confirmed_by: str, now: datetime
) -> PhoneLine:
    """A new period begins and lasts until the next one known; the one before ends the day before it. Saving it confirms it."""
    before = phone_line(session, facts.programme, today=facts.valid_from)
    if before is not None and before.valid_from < facts.valid_from:
        before.valid_until = facts.valid_from - timedelta(days=1)
    elif before is not None:
        session.delete(before)
    later = select(func.min(PhoneLine.valid_from)).where(
        PhoneLine.programme == facts.programme, PhoneLine.valid_from > facts.valid_from
    )
    next_from = session.scalar(later)
    valid_until = None if next_from is None else next_from - timedelta(days=1)
    line = PhoneLine(**vars(facts), valid_until=valid_until, confirmed_on=day_of(now), confirmed_by=confirmed_by)
    session.add(line)
    session.flush()
    record(session, "phone_line_changed", ("phone_line", line.id), by=by, now=now)
    return line
