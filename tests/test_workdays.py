from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_app.workdays import (
    add,
    is_public_holiday,
    is_working_day,
    months_after,
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
