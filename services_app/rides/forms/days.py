"""The next days on which somebody could ride: within the terms, on a day cars drive, with something left of every limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.fleet.queries import working_days
from services_app.rides.policy import (
    QuotaState,
    RideRules,
    book_from,
    book_until,
    day_reasons,
    quota_reasons,
    quotas_left,
)
from services_app.rides.queries import NoRules, RulesCalendar, closed_days, history_of, history_span, rules_of
from services_app.verdict import Reason

LOOKED_AT = 62
"""How many days ahead are looked at."""


@dataclass(frozen=True)
class DaysToBook:
    """The nearest days to choose from, and why nearer ones, or more of them, are not among them."""

    days: tuple[date, ...]
    used_up: tuple[QuotaState, ...]
    """Limits that close a day which the terms leave open, each once, the soonest first."""
    without_cars: bool
    """There are fewer days than asked for, and days the rules leave open have no car in the plan."""


def days_to_book(
    session: Session,
    resident_id: int,
    calendar: RulesCalendar,
    *,
    now: datetime,
    count: int = 5,
    without_ride_id: int | None = None,
) -> DaysToBook:
    """The nearest days the rules, the limits and the cars leave open to a resident, whatever the hour; three queries.

    Eligibility is not asked here.
    """
    today = day_of(now)
    last = today + timedelta(days=LOOKED_AT)
    span = history_span([rules_of(version) for version in calendar.versions], today, last)
    history = history_of(session, resident_id, *span, without_ride_id=without_ride_id)
    closed, with_cars = closed_days(session, today, last), working_days(session, today, last)
    days: list[date] = []
    used_up: dict[QuotaState, None] = {}
    without_cars = False
    for on in (today + timedelta(days=ahead) for ahead in range(LOOKED_AT + 1)):
        rules = _rules_or_none(calendar, on)
        if rules is None or on in closed or not _within_terms(rules, on, now):
            continue
        full = [state for state in quotas_left(rules, history, on) if not state.left]
        used_up |= dict.fromkeys(full)
        if not full and on in with_cars:
            days.append(on)
        without_cars |= not full and on not in with_cars
        if len(days) == count:
            break
    return DaysToBook(tuple(days), tuple(used_up), without_cars and len(days) < count)


def _rules_or_none(calendar: RulesCalendar, on: date) -> RideRules | None:
    try:
        return calendar.rules_on(on)
    except NoRules:
        return None


def _within_terms(rules: RideRules, on: date, now: datetime) -> bool:
    opens = book_from(rules, on)
    if now > book_until(rules, on) or (opens is not None and now < opens):
        return False
    return not any(day_reasons(rules.service, on))


def limits_against(
    session: Session, resident_id: int, calendar: RulesCalendar, on: date, *, without_ride_id: int | None = None
) -> list[Reason]:
    """Why the limits allow no ride at all on a day, not even one way; one query."""
    rules = _rules_or_none(calendar, on)
    if rules is None:
        return []
    history = history_of(session, resident_id, *history_span([rules], on, on), without_ride_id=without_ride_id)
    return list(quota_reasons(rules, quotas_left(rules, history, on), on, 1))
