"""From a wish to promised windows: arrival before the appointment, home after it, places by mobility, keys that survive a form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from services_app.clock import moment_at
from services_app.planning import Load, MatrixTravel, Point
from services_app.planning import ReturnMode as PlannedReturn
from services_app.rides.policy import Sharing
from services_app.rides.scheduling import (
    ARRIVE_AHEAD,
    Choice,
    DayHours,
    RideWish,
    Trip,
    boarding_minutes,
    exact_choice,
    load_of,
    minutes_of,
    moment_of,
    request_of,
    sensible,
    trip_of,
)
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Assistance, Mobility, ReturnMode
from tests.factories.rides import CLINIC, RIDE_ON, wish_for

HOME = Point(50.87, 20.63)
CLINIC_POINT = Point(CLINIC.latitude, CLINIC.longitude)
TRAVEL = MatrixTravel({(HOME, CLINIC_POINT): 12.0, (CLINIC_POINT, HOME): 14.0})
TEN, ELEVEN = moment_at(RIDE_ON, time(10)), moment_at(RIDE_ON, time(11))
ALL_DAY = DayHours()


def trip(wish: RideWish | None = None, *, sharing: Sharing = KIELCE_2024.sharing) -> Trip:
    rules = replace(KIELCE_2024, sharing=sharing)
    return trip_of(wish or wish_for(), HOME, rules, Mobility.WALKS, Assistance.DOOR, known_at=0.0)


def exact(asked: Trip | None = None) -> Choice:
    return exact_choice(asked or trip(), TEN, None, TRAVEL)


@pytest.mark.parametrize(
    ("mobility", "assistance", "minutes"),
    [
        (Mobility.WALKS, Assistance.DOOR, 3),
        (Mobility.WALKS, Assistance.THROUGH_DOOR, 5),
        (Mobility.FOLDING_WHEELCHAIR, Assistance.THROUGH_DOOR, 10),
        (Mobility.FIXED_WHEELCHAIR, Assistance.THROUGH_DOOR, 10),
    ],
)
def test_boarding_takes_three_to_ten_minutes(mobility: Mobility, assistance: Assistance, minutes: int) -> None:
    assert boarding_minutes(mobility, assistance) == minutes


@pytest.mark.parametrize(
    ("mobility", "companions", "load"),
    [
        (Mobility.WALKS, 0, Load(1, 0)),
        (Mobility.WALKER, 1, Load(2, 0)),
        (Mobility.FOLDING_WHEELCHAIR, 0, Load(1, 0)),
        (Mobility.FIXED_WHEELCHAIR, 0, Load(0, 1)),
        (Mobility.FIXED_WHEELCHAIR, 1, Load(1, 1)),
    ],
)
def test_a_folded_wheelchair_takes_a_seat_and_a_fixed_one_its_place(
    mobility: Mobility, companions: int, load: Load
) -> None:
    assert load_of(mobility, companions) == load


def test_even_at_the_end_of_its_window_the_car_arrives_ten_minutes_ahead() -> None:
    choice = exact()
    # 9:50 less 12 minutes of driving, 3 of boarding and 15 of window is 9:20, which is told as it is
    assert choice.pickup_at == moment_at(RIDE_ON, time(9, 20))
    request = request_of(trip(), choice, ALL_DAY, TRAVEL)
    assert request is not None
    assert request.outbound.dropoff.latest == minutes_of(TEN) - ARRIVE_AHEAD
    assert request.outbound.pickup.latest - request.outbound.pickup.earliest == 15
    assert request.outbound.exclusive
    assert request.back is not None
    assert request.back.pickup.earliest == minutes_of(ELEVEN)
    assert request.mode is PlannedReturn.FIXED_HOUR


def test_told_hours_are_rounded_to_the_safe_side() -> None:
    travel = MatrixTravel({(HOME, CLINIC_POINT): 13.0, (CLINIC_POINT, HOME): 14.0})
    assert exact_choice(trip(), TEN, None, travel).pickup_at == moment_at(RIDE_ON, time(9, 15))
    odd = replace(wish_for(), visit_minutes=62)
    assert exact_choice(trip(odd), TEN, None, TRAVEL).return_at == moment_at(RIDE_ON, time(11, 5))


def test_the_way_home_never_begins_before_the_visit_ends() -> None:
    assert exact_choice(trip(), TEN, moment_at(RIDE_ON, time(10, 30)), TRAVEL).return_at == ELEVEN
    assert exact_choice(trip(), TEN, moment_at(RIDE_ON, time(12)), TRAVEL).return_at == moment_at(RIDE_ON, time(12))


def test_an_open_return_is_kept_for_two_hours() -> None:
    asked = trip(wish_for(return_mode=ReturnMode.CALL_WHEN_READY))
    request = request_of(asked, exact(asked), ALL_DAY, TRAVEL)
    assert request is not None
    assert request.back is not None
    assert request.mode is PlannedReturn.OPEN
    assert request.back.pickup.latest - request.back.pickup.earliest == 120


def test_one_way_has_no_way_back() -> None:
    asked = trip(wish_for(return_mode=None))
    request = request_of(asked, exact(asked), ALL_DAY, TRAVEL)
    assert request is not None
    assert request.back is None


@pytest.mark.parametrize(("home_by", "latest"), [(time(11, 32), 15), (time(11, 20), 3), (time(11, 17), 0)])
def test_the_window_home_ends_so_that_the_rules_hour_is_kept(home_by: time, latest: int) -> None:
    request = request_of(trip(), exact(), DayHours(home_by=moment_at(RIDE_ON, home_by)), TRAVEL)
    assert request is not None
    assert request.back is not None
    assert request.back.pickup.latest - request.back.pickup.earliest == latest


def test_nobody_is_promised_to_be_home_too_late() -> None:
    assert request_of(trip(), exact(), DayHours(home_by=moment_at(RIDE_ON, time(11, 16))), TRAVEL) is None


def test_shared_rides_leave_room_for_the_detour() -> None:
    asked = trip(sharing=Sharing(allowed=True, max_detour_minutes=10))
    choice = exact(asked)
    assert choice.pickup_at == moment_at(RIDE_ON, time(9, 10))
    request = request_of(asked, choice, ALL_DAY, TRAVEL)
    assert request is not None
    assert not request.outbound.exclusive


def test_a_choice_survives_a_form_and_garbage_does_not() -> None:
    choice = exact()
    assert Choice.of(choice.key) == choice
    one_way = Choice(choice.pickup_at, choice.appointment_at)
    assert Choice.of(one_way.key) == one_way
    for garbage in ("", "x", "1", "1-2-3-4", "-1-2", "0-5", "1-999999999999", "1.5-2"):
        with pytest.raises(ValueError):
            Choice.of(garbage)


@pytest.mark.parametrize(
    ("early", "late", "fits"),
    [(0, 0, True), (180, 0, True), (181, 0, False), (0, 240, True), (0, 241, False), (0, -1, False)],
)
def test_a_choice_far_from_the_wish_is_not_one_of_ours(early: int, late: int, fits: bool) -> None:
    ours = exact()
    assert ours.return_at is not None
    theirs = Choice(ours.pickup_at - timedelta(minutes=early), TEN, ours.return_at + timedelta(minutes=late))
    assert sensible(theirs, ours, trip()) is fits


def test_a_choice_without_its_way_back_is_not_one_of_ours() -> None:
    ours = exact()
    assert not sensible(Choice(ours.pickup_at, TEN), ours, trip())


def test_a_wish_survives_a_draft() -> None:
    wish = wish_for(
        return_at=time(12, 15),
        mobility=Mobility.CANE,
        assistance=Assistance.KERB,
        companions=1,
        companion_age=44,
        note="gips",
    )
    assert RideWish.from_json(wish.to_json()) == wish
    assert RideWish.from_json(wish_for(return_mode=None).to_json()) == wish_for(return_mode=None)


def test_moments_are_kept_to_the_minute_over_a_clock_change() -> None:
    moment = moment_at(date(2026, 10, 25), time(9, 20))
    assert moment_of(minutes_of(moment)) == moment
