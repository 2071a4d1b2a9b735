"""Polish working days and whole months. Pure.

Days off are Sundays, public holidays (the act of 18 January 1951 on days free from work; 24 December is one since 2025, and
12 November 2018 was one once) and, as in KPA art. 57 § 4, Saturdays.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

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
