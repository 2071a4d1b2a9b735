"""Polish working days, whole months, and when a line answers that keeps its hours on them. Pure.

Days off are Sundays, public holidays (the act of 18 January 1951 on days free from work; 24 December is one since 2025, and
12 November 2018 was one once) and, as in KPA art. 57 § 4, Saturdays.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from holidays import country_holidays

from services_app.wording import WARSAW, local

_DAY = timedelta(days=1)
_ONCE_ONLY = frozenset({date(2018, 11, 12)})


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(country_holidays("PL", years=year)) | frozenset(on for on in _ONCE_ONLY if on.year == year)


def is_public_holiday(on: date) -> bool:
    """True on a day free from work by the act; an ordinary Sunday is not meant."""
    return on in _holidays_of(on.year)


def is_working_day(on: date) -> bool:
    """True from Monday to Friday, except on public holidays."""
    return on.weekday() < 5 and on not in _holidays_of(on.year)


def add(on: date, number: int) -> date:
    """The day so many working days after ``on`` (before it, when negative); ``on`` itself is not counted, 0 gives it back."""
    step = _DAY if number > 0 else -_DAY
    for _ in range(abs(number)):
        on += step
        while not is_working_day(on):
            on += step
    return on


def working_days_before(on: date, number: int) -> date:
    """The day so many working days before ``on``, which is not counted itself and need not be a working day."""
    return add(on, -number)


def months_after(on: date, number: int) -> date:
    """The same day so many months later (earlier, when negative), or the last day of a shorter month (KPA art. 57 § 3)."""
    year, month = divmod(on.year * 12 + on.month - 1 + number, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


CLOSED_AT_MOST = 14
"""Days: no run of holidays and weekends is as long; beyond it the hours are not known."""


@dataclass(frozen=True)
class OpenHours:
    """When somebody answers, on the Warsaw clock, from a first to a last day (None: until further notice)."""

    opens_at: time
    closes_at: time
    working_days_only: bool
    since: date
    until: date | None = None

    def holds_on(self, on: date) -> bool:
        """Whether these are the hours of a day, be it one on which nobody answers."""
        return self.since <= on and (self.until is None or on <= self.until)


def _open_on(hours: Sequence[OpenHours], on: date) -> tuple[datetime, datetime] | None:
    """From when until when somebody answers on a day, by the first hours that hold then."""
    known = next((one for one in hours if one.holds_on(on)), None)
    if known is None or (known.working_days_only and not is_working_day(on)):
        return None
    opens, closes = (
        datetime.combine(on, at, tzinfo=WARSAW).astimezone(UTC) for at in (known.opens_at, known.closes_at)
    )
    return opens, closes


def _open_days(hours: Sequence[OpenHours], on: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    for number in range(CLOSED_AT_MOST):
        opened = _open_on(hours, on + number * step)
        if opened is not None:
            yield opened


def last_open_moment(hours: Sequence[OpenHours], until: datetime) -> datetime | None:
    """The last moment not after ``until`` at which somebody answers: itself within the hours, else when they closed before.

    The very minute of opening is none: nobody gets through by then. None when the hours of those days are not known.
    """
    ways = (min(until, closes) for opens, closes in _open_days(hours, local(until).date(), -_DAY) if opens < until)
    return next(ways, None)


def next_open_moment(hours: Sequence[OpenHours], moment: datetime) -> datetime | None:
    """From when on somebody answers: the moment itself within the hours, else when they open next; None when not known."""
    ways = (max(moment, opens) for opens, closes in _open_days(hours, local(moment).date(), _DAY) if moment < closes)
    return next(ways, None)
