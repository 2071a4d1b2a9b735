"""Days on which somebody could ride: within the terms, on a day cars drive, with something left of every limit; and why not on others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services_app.clock import NoSuchHour, day_of
from services_app.fleet.queries import last_working_day, working_days
from services_app.residents.models import Resident
from services_app.rides.policy import (
    PastRide,
    QuotaState,
    RideRules,
    book_from,
    day_reasons,
    programme_runs,
    quota_reasons,
    quotas_left,
)
from services_app.rides.policy.moments import booking_reasons
from services_app.rides.queries.asking import (
    DAYS_AROUND,
    HOUR_REASONS,
    NO_RULES,
    NO_SUCH_HOUR,
    asking_of,
    closed_days,
    closed_reason,
)
from services_app.rides.queries.people import history_of, history_span
from services_app.rides.queries.rules import NoRules, RulesCalendar, rules_of
from services_app.rides.scheduling import RideWish
from services_app.verdict import Reason, Verdict

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
    known = _known(session, resident_id, calendar, today, today + timedelta(days=LOOKED_AT), now, without_ride_id)
    days: list[date] = []
    used_up: dict[QuotaState, None] = {}
    without_cars = False
    for on in (today + timedelta(days=ahead) for ahead in range(LOOKED_AT + 1)):
        rules = known.open_rules(on)
        if rules is None:
            continue
        full = [state for state in quotas_left(rules, known.history, on) if not state.left]
        used_up |= dict.fromkeys(full)
        if not full and on in known.with_cars:
            days.append(on)
        without_cars |= not full and on not in known.with_cars
        if len(days) == count:
            break
    return DaysToBook(tuple(days), tuple(used_up), without_cars and len(days) < count)


@dataclass(frozen=True)
class _Known:
    """What was read about a resident and a stretch of days."""

    calendar: RulesCalendar
    history: tuple[PastRide, ...]
    closed: dict[date, str]
    with_cars: frozenset[date]
    now: datetime

    def open_rules(self, on: date) -> RideRules | None:
        """The rules of a day they leave open, whatever the limits and the cars say; None for any other."""
        rules = _rules_or_none(self.calendar, on)
        if rules is None or on in self.closed or not programme_runs(rules, on) or any(day_reasons(rules.service, on)):
            return None
        return None if any(booking_reasons(rules, on, None, now=self.now)) else rules

    def open(self, on: date) -> bool:
        """Whether everything leaves a day open."""
        rules = self.open_rules(on) if on in self.with_cars else None
        return rules is not None and all(state.left for state in quotas_left(rules, self.history, on))


def _known(
    session: Session, resident_id: int, calendar: RulesCalendar, first: date, last: date, now: datetime, without_ride_id: int | None
) -> _Known:  # fmt: skip
    span = history_span([rules_of(version) for version in calendar.versions], first, last)
    history = history_of(session, resident_id, *span, without_ride_id=without_ride_id)
    closed, with_cars = closed_days(session, first, last), working_days(session, first, last)
    return _Known(calendar, tuple(history), closed, with_cars, now)


def _rules_or_none(calendar: RulesCalendar, on: date) -> RideRules | None:
    try:
        return calendar.rules_on(on)
    except NoRules:
        return None


def nearest_days(
    session: Session,
    resident_id: int,
    calendar: RulesCalendar,
    around: date,
    *,
    now: datetime,
    count: int = 5,
    without_ride_id: int | None = None,
) -> tuple[date, ...]:
    """The open days nearest a day (that day itself, if it is one), in their order; where cars or terms end before it, the last ones.

    Four queries, however far the day is.
    """
    today, reach = day_of(now), timedelta(days=DAYS_AROUND)
    last = last_possible_day(session, calendar.rules_on, around + reach, now=now)
    if last is None:
        return ()
    middle = max(min(around, last), today)
    first, last = max(today, middle - reach), min(last, middle + reach)
    known = _known(session, resident_id, calendar, first, last, now, without_ride_id)
    days = [on for on in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)) if known.open(on)]
    return tuple(sorted(sorted(days, key=lambda on: (abs(on - around), around - on))[:count]))


def last_possible_day(
    session: Session, rules_on: Callable[[date], RideRules], until: date, *, now: datetime
) -> date | None:
    """The last day up to another on which a car drives, or on which rides can be booked by now, whichever is sooner; one query.

    ``rules_on``: the rules of a day; may raise :class:`NoRules`.
    """
    today = day_of(now)
    last = last_working_day(session, today, until) if today <= until else None
    while last is not None and last > today and not _opened(rules_on, last, now):
        last -= timedelta(days=1)
    return last


def _opened(rules_on: Callable[[date], RideRules], on: date, now: datetime) -> bool:
    try:
        opens = book_from(rules_on(on), on)
    except NoRules:
        return False
    return opens is None or now >= opens


def reasons_against_day(
    session: Session,
    resident_id: int,
    calendar: RulesCalendar,
    on: date,
    *,
    now: datetime,
    without_ride_id: int | None = None,
) -> tuple[Reason, ...]:
    """Why nobody rides on a day, or this resident does not, wherever to, at any hour and be it one way; two queries."""
    rules = _rules_or_none(calendar, on)
    if rules is None:
        return (NO_RULES,)
    history = history_of(session, resident_id, *history_span([rules], on, on), without_ride_id=without_ride_id)
    because = closed_days(session, on, on).get(on)
    reasons = [
        *day_reasons(rules.service, on),
        *booking_reasons(rules, on, None, now=now),
        *quota_reasons(rules, quotas_left(rules, history, on), on, 1),
    ]
    taken_out = () if because is None else (closed_reason(because),)
    return Verdict.of(reasons).also(Verdict(taken_out)).reasons


def reasons_against_hour(
    session: Session,
    resident: Resident,
    calendar: RulesCalendar,
    one_way: RideWish,
    *,
    now: datetime,
) -> tuple[Reason, ...]:
    """What speaks against the hour alone, be it that nobody drives the person home again (``one_way``); four queries."""
    asking = asking_of(session, resident, one_way.on, now=now, calendar=calendar)
    try:
        assessment = asking.assessment(one_way, asking.exact(one_way), None)
    except NoRules:
        return ()
    except NoSuchHour:
        return (NO_SUCH_HOUR,)
    return tuple(reason for reason in assessment.verdict.reasons if reason.code in HOUR_REASONS)
