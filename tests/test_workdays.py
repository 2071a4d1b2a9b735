from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_app.wording import WARSAW
from services_app.workdays import (
    OpenHours,
    add,
    is_public_holiday,
    is_working_day,
    last_open_moment,
    months_after,
    next_open_moment,
    working_days_before,
)

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("on", "working"),
    [
        (date(2026, 11, 27), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 11, 11), False),
        (date(2027, 1, 6), False),
        (date(2027, 3, 29), False),
        (date(2027, 5, 27), False),
        (date(2018, 11, 12), False),
        (date(2019, 11, 12), True),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(on: date, working: bool) -> None:
    assert is_working_day(on) is working


@pytest.mark.parametrize(
    ("year", "free"), [(2020, False), (2021, False), (2024, False), (2025, True), (2026, True), (2035, True)]
)
def test_christmas_eve_is_free_since_2025(year: int, free: bool) -> None:
    assert is_public_holiday(date(year, 12, 24)) is free


def test_an_ordinary_sunday_is_no_holiday() -> None:
    assert not is_public_holiday(date(2026, 11, 29))


def test_christmas_is_jumped_over_backwards_and_forwards() -> None:
    assert working_days_before(date(2026, 12, 28), 1) == date(2026, 12, 23)
    assert working_days_before(date(2026, 12, 28), 3) == date(2026, 12, 21)
    assert add(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert working_days_before(date(2024, 12, 27), 1) == date(2024, 12, 24)


def test_a_day_off_may_be_counted_from_and_nought_gives_it_back() -> None:
    assert working_days_before(date(2026, 11, 29), 1) == date(2026, 11, 27)
    assert add(date(2026, 11, 29), 0) == date(2026, 11, 29)


@given(DAYS, st.integers(1, 40))
def test_counting_there_and_back_agrees(on: date, number: int) -> None:
    later = add(on, number)
    assert is_working_day(later)
    between = [on + timedelta(days=day) for day in range(1, (later - on).days + 1)]
    assert sum(map(is_working_day, between)) == number


@pytest.mark.parametrize(
    ("on", "number", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2027, 1, 31), -2, date(2026, 11, 30)),
        (date(2028, 2, 29), 60, date(2033, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(on: date, number: int, expected: date) -> None:
    assert months_after(on, number) == expected


OFFICE = (OpenHours(time(7, 30), time(15, 30), working_days_only=True, since=date(2024, 1, 1)),)


def warsaw(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2026-11-27 12:00", "2026-11-27 12:00"),  # within the hours: the term itself
        ("2026-11-27 15:30", "2026-11-27 15:30"),
        ("2026-11-27 15:31", "2026-11-27 15:30"),
        ("2026-11-27 07:31", "2026-11-27 07:31"),
        ("2026-11-27 07:30", "2026-11-26 15:30"),  # nobody gets through within the minute of opening
        ("2026-11-27 05:00", "2026-11-26 15:30"),
        ("2026-11-28 10:00", "2026-11-27 15:30"),  # a Saturday
        ("2026-11-29 23:59", "2026-11-27 15:30"),  # a Sunday
        ("2026-11-11 12:00", "2026-11-10 15:30"),  # a holiday
        ("2026-12-27 23:59", "2026-12-23 15:30"),  # Christmas, with the 24th
        ("2026-10-25 23:59", "2026-10-23 15:30"),  # the clocks go back that night
        ("2027-03-29 12:00", "2027-03-26 15:30"),  # Easter Monday, and the clocks went forward on Sunday
    ],
)
def test_the_last_moment_somebody_answers_before_a_term(until: str, last: str) -> None:
    assert last_open_moment(OFFICE, warsaw(until)) == warsaw(last)


def test_an_hour_after_a_clock_change_is_the_hour_on_the_wall() -> None:
    daily = (OpenHours(time(7), time(22), working_days_only=False, since=date(2024, 1, 1)),)
    assert last_open_moment(daily, warsaw("2026-10-25 23:59")) == datetime(2026, 10, 25, 21, tzinfo=UTC)
    assert last_open_moment(daily, warsaw("2026-10-24 23:59")) == datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert next_open_moment(daily, warsaw("2027-03-28 01:30")) == datetime(2027, 3, 28, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-27 07:29", "2026-11-27 07:30"),
        ("2026-11-27 07:30", "2026-11-27 07:30"),
        ("2026-11-27 15:29", "2026-11-27 15:29"),
        ("2026-11-27 15:30", "2026-11-30 07:30"),
        ("2026-12-23 23:46", "2026-12-28 07:30"),
    ],
)
def test_from_when_on_somebody_answers(moment: str, opens: str) -> None:
    assert next_open_moment(OFFICE, warsaw(moment)) == warsaw(opens)


def test_where_no_hours_hold_nothing_is_known() -> None:
    ended = (OpenHours(time(7, 30), time(15, 30), True, date(2024, 1, 1), date(2026, 10, 1)),)
    for hours in ((), ended):
        assert last_open_moment(hours, warsaw("2026-11-27 12:00")) is None
        assert next_open_moment(hours, warsaw("2026-11-27 12:00")) is None


def test_the_hours_of_each_day_are_those_that_hold_on_it() -> None:
    """New hours from Saturday: Friday still closes by the old ones."""
    new = OpenHours(time(9), time(17), True, date(2026, 11, 28))
    old = OpenHours(time(7, 30), time(15, 30), True, date(2024, 1, 1), date(2026, 11, 27))
    assert last_open_moment((new, old), warsaw("2026-11-29 23:59")) == warsaw("2026-11-27 15:30")
    assert last_open_moment((new, old), warsaw("2026-11-30 23:59")) == warsaw("2026-11-30 17:00")
    assert next_open_moment((new, old), warsaw("2026-11-27 16:00")) == warsaw("2026-11-30 09:00")
