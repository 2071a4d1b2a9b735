"""Where a driver rests when the shift names no hours for it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.planning import Doing
from services_app.rides.planning_day import planned_day
from services_app.rides.queries import free_on
from services_app.rides.scheduling import moment_of
from tests.factories.fleet import make_shift
from tests.factories.rides import RIDE_ON

pytestmark = pytest.mark.database


def at(hour: int, minute: int = 0) -> datetime:
    return moment_at(RIDE_ON, time(hour, minute))


def rest_of(session: Session) -> tuple[datetime, datetime]:
    """The first and the last moment at which the break of the only shift may begin."""
    rest = planned_day(session, RIDE_ON).plans[0].shift.rest
    assert rest is not None
    return moment_of(rest.window.earliest), moment_of(rest.window.latest)


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        (time(7), time(16), at(10), at(12, 30)),
        (time(7), time(16, 30), at(10, 10), at(12, 50)),
        (time(7), time(19), at(11), at(13)),
        (time(6), time(22), at(11, 20), at(12)),
    ],
)
def test_without_hours_the_break_lies_in_the_middle_and_within_six_hours(
    session: Session, starts: time, ends: time, first: datetime, last: datetime
) -> None:
    make_shift(session, RIDE_ON, starts=starts, ends=ends, break_minutes=30)
    session.commit()
    assert rest_of(session) == (first, last)
    drawn = [each for each in free_on(session, RIDE_ON)[0].stretches if each.doing is Doing.BREAK]
    assert [(each.from_at, each.minutes) for each in drawn] == [(first, 30)]


@pytest.mark.parametrize(
    ("ends", "first", "last"), [(time(8, 30), at(7, 30), at(7, 30)), (time(8, 29), at(7), at(7, 59))]
)
def test_a_shift_too_short_for_a_middle_rests_anywhere_in_it(
    session: Session, ends: time, first: datetime, last: datetime
) -> None:
    make_shift(session, RIDE_ON, starts=time(7), ends=ends, break_minutes=30)
    session.commit()
    assert rest_of(session) == (first, last)


def test_hours_that_were_typed_stand(session: Session) -> None:
    make_shift(session, RIDE_ON, break_minutes=30, break_from_at=at(8), break_until_at=at(9))
    session.commit()
    assert rest_of(session) == (at(8), at(8, 30))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [({"break_from_at": at(9)}, at(9), at(12, 30)), ({"break_until_at": at(15)}, at(10), at(14, 30)),
     ({"break_from_at": at(14)}, at(14), at(15, 30)), ({"break_until_at": at(9)}, at(7), at(8, 30))],
)  # fmt: skip
def test_of_one_typed_hour_the_other_is_the_middles_or_the_shifts(
    session: Session, typed: dict[str, Any], first: datetime, last: datetime
) -> None:
    make_shift(session, RIDE_ON, break_minutes=30, **typed)
    session.commit()
    assert rest_of(session) == (first, last)


def test_a_shift_without_a_break_shows_none(session: Session) -> None:
    make_shift(session, RIDE_ON)
    session.commit()
    assert planned_day(session, RIDE_ON).plans[0].shift.rest is None
    assert [each.doing for each in free_on(session, RIDE_ON)[0].stretches] == [Doing.FREE]
