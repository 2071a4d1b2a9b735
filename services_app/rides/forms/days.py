"""The next days on which somebody could ride: within the terms, on a day of service, with something left of every limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.rides.policy import PastRide, RideRules, book_from, book_until, day_reasons, quotas_left
from services_app.rides.queries import NoRules, RulesCalendar, closed_days, history_of, history_span, rules_of

LOOKED_AT = 62
"""How many days ahead are looked at."""


def bookable_days(
    session: Session,
    resident_id: int,
    calendar: RulesCalendar,
    *,
    now: datetime,
    count: int = 5,
    without_ride_id: int | None = None,
) -> list[date]:
    """The nearest days the rules leave open to a resident, whatever the hour; two queries. Eligibility is not asked here."""
    today = day_of(now)
    last = today + timedelta(days=LOOKED_AT)
    span = history_span([rules_of(version) for version in calendar.versions], today, last)
    history = history_of(session, resident_id, *span, without_ride_id=without_ride_id)
    closed = closed_days(session, today, last)
    found: list[date] = []
    for ahead in range(LOOKED_AT + 1):
        on = today + timedelta(days=ahead)
        try:
            rules = calendar.rules_on(on)
        except NoRules:
            continue
        if on not in closed and _open(rules, on, history, now):
            found.append(on)
        if len(found) == count:
            break
    return found


def _open(rules: RideRules, on: date, history: list[PastRide], now: datetime) -> bool:
    opens = book_from(rules, on)
    if now > book_until(rules, on) or (opens is not None and now < opens):
        return False
    if any(day_reasons(rules.service, on)):
        return False
    return all(state.left for state in quotas_left(rules, history, on))
