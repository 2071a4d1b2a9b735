"""The driver fell ill or the car broke down: other cars, another driver, and the way home of who waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import cancel_shift, note_absence
from services_app.fleet.models import Shift
from services_app.rides.actions import (
    Ready,
    Rescued,
    assign_as_planned,
    assign_leg,
    assign_lost,
    assign_ride,
    deliver,
    hand_over_shift,
    pick_up,
    say_ready,
)
from services_app.rides.policy import PurposeRule
from services_app.rides.queries import rides_without_vehicle
from services_app.rides.reminding import ride_reminders
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Mobility, Priority, Purpose, ReturnMode, RideState
from tests.factories.fleet import make_driver, make_shift, make_vehicle
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import DAYTIME, messages, prepared, sound, stored


def test_the_rides_of_a_driver_who_fell_ill_go_to_other_cars_in_one_go(session: Session) -> None:
    version = make_rules(session)
    ill = make_shift(session, RIDE_ON)
    riders = [make_rider(session, version, latitude=50.86 + number / 100) for number in range(3)]
    session.commit()
    with transaction() as writing:
        ids = [booked_ride(writing, rider, wish_for(at=time(9 + 2 * n))).id for n, rider in enumerate(riders)]
    told = {leg.id: (leg.promised_from_at, leg.promised_until_at) for one in ids for leg in stored(session, one).legs}
    first = make_shift(session, RIDE_ON, ends=time(9, 45))
    second = make_shift(session, RIDE_ON, starts=time(9, 45), ends=time(12, 45))
    session.commit()
    with transaction() as writing:
        note_absence(writing, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=ill.driver_id)
    assert len(rides_without_vehicle(session, RIDE_ON, RIDE_ON)) == 3
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=NOW) == Rescued(2, 1)
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=NOW) == Rescued(0, 1)
    left = [each.ride.id for each in rides_without_vehicle(session, RIDE_ON, RIDE_ON)]
    assert left == [ids[2]]
    for one in ids:
        ride = stored(session, one)
        assert {leg.id: (leg.promised_from_at, leg.promised_until_at) for leg in ride.legs}.items() <= told.items()
        if one not in left:
            assert ride.state is RideState.ASSIGNED
            assert {leg.shift_id for leg in ride.legs} <= {first.id, second.id}
    assert len(messages(session)) == 3  # the confirmations: the hours stay, so there is nothing to tell
    assert sound(session)


@pytest.mark.parametrize(("priority", "saved"), [(Priority.TIERS, 1), (Priority.FIRST_COME, 0)])
def test_when_cars_are_short_the_more_important_purpose_goes_first_where_the_rules_say_so(
    session: Session, priority: Priority, saved: int
) -> None:
    purposes = (PurposeRule(Purpose.MEDICAL, 1), PurposeRule(Purpose.OFFICE, 2))
    version = make_rules(session, replace(KIELCE_2024, purposes=purposes, priority=priority))
    falls_away = [make_shift(session, RIDE_ON) for _ in range(2)]
    riders = [make_rider(session, version, latitude=latitude) for latitude in (50.80, 50.94)]  # far from each other
    session.commit()
    wishes = [wish_for(purpose=Purpose.OFFICE, at=time(9)), wish_for(purpose=Purpose.MEDICAL, at=time(9, 5))]
    ids = []
    for rider, wish in zip(riders, wishes, strict=True):
        with transaction() as writing:
            ids.append(booked_ride(writing, rider, wish).id)
    make_shift(session, RIDE_ON, vehicle=make_vehicle(session))
    session.commit()
    with transaction() as writing:
        for shift in falls_away:
            cancel_shift(writing, shift.id, by=OPERATOR, now=NOW)
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=NOW) == Rescued(1, 1)
    assert [each.ride.id for each in rides_without_vehicle(session, RIDE_ON, RIDE_ON)] == [ids[1 - saved]]


def test_what_should_have_begun_is_left_to_a_person(session: Session) -> None:
    ride_id = prepared(session)
    out = stored(session, ride_id).legs[0]
    lost, late = out.shift_id, out.promised_until_at + timedelta(minutes=1)
    make_shift(session, RIDE_ON)
    session.commit()
    assert lost is not None
    with transaction() as writing:
        cancel_shift(writing, lost, by=OPERATOR, now=late)
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=late) == Rescued(0, 1)


@pytest.mark.parametrize("way", ["in one go", "by hand"])
def test_who_was_told_a_number_is_told_the_other_one(session: Session, way: str) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW) == 1
    morning = moment_at(RIDE_ON, time(7))
    for due in list(ride_reminders(session, now=morning)):
        session.rollback()
        with transaction() as writing:
            due(writing)
    lost = stored(session, ride_id).legs[0].shift_id
    other = make_shift(session, RIDE_ON)
    plate, other_id = other.vehicle.plate, other.id
    session.commit()
    assert lost is not None
    later = moment_at(RIDE_ON, time(7, 15))
    with transaction() as writing:
        cancel_shift(writing, lost, by=OPERATOR, now=later)
        if way == "by hand":
            assert assign_ride(writing, ride_id, other_id, by=OPERATOR, now=later).allowed
        else:
            assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=later) == Rescued(1, 0)
    told = messages(session, kind="ride_other_car")
    assert [plate in each.body for each in told] == [True, True]  # there and back
    assert all(each.urgent for each in told)


def test_a_shift_is_handed_over_with_its_rides(session: Session) -> None:
    ride_id = prepared(session)
    shift_id = stored(session, ride_id).legs[0].shift_id
    healthy = make_driver(session, "Ewa", "Zastępcza", carries_wheelchairs=False)
    session.commit()
    assert shift_id is not None
    with transaction() as writing:
        note_absence(
            writing, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=writing.get_one(Shift, shift_id).driver_id
        )  # fmt: skip
        assert hand_over_shift(writing, shift_id, healthy.id, by=OPERATOR, now=NOW).allowed
    assert rides_without_vehicle(session, RIDE_ON, RIDE_ON) == []
    assert session.get_one(Shift, shift_id).driver_id == healthy.id
    assert sound(session)


@pytest.mark.parametrize("carries", [True, False])
def test_who_does_not_carry_wheelchairs_takes_over_no_shift_with_one(session: Session, carries: bool) -> None:
    version = make_rules(session)
    rider = make_rider(session, version, mobility=Mobility.FIXED_WHEELCHAIR)
    shift = make_shift(session, RIDE_ON, vehicle=make_vehicle(session, wheelchair_places=1))
    healthy = make_driver(session, carries_wheelchairs=carries)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    with transaction() as writing:
        answer = hand_over_shift(writing, shift.id, healthy.id, by=OPERATOR, now=NOW)
    assert answer.codes == (() if carries else ("NO_WHEELCHAIRS",))


def test_another_car_takes_home_whose_driver_waited_and_broke_down(session: Session) -> None:
    ride_id = prepared(session, wish=wish_for(visit_minutes=30, return_mode=ReturnMode.DRIVER_WAITS))
    out, back = stored(session, ride_id).legs
    broken, other = out.shift_id, make_shift(session, RIDE_ON).id
    out_id, back_id = out.id, back.id
    session.commit()
    assert broken is not None
    with transaction() as writing:
        pick_up(writing, out_id, by=OPERATOR, now=DAYTIME)
        deliver(writing, out_id, by=OPERATOR, now=DAYTIME)
        cancel_shift(writing, broken, by=OPERATOR, now=DAYTIME)
        answer = assign_leg(writing, back_id, other, by=OPERATOR, now=DAYTIME)
        assert answer.allowed, answer.codes
    out, back = stored(session, ride_id).legs
    assert (out.shift_id, back.shift_id) == (broken, other)


def test_who_is_ready_early_keeps_the_place_kept_for_them(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    make_shift(session, RIDE_ON, ends=time(9, 45))
    make_shift(session, RIDE_ON, starts=time(12, 45))  # nobody drives in between
    session.commit()
    wish = wish_for(at=time(9), visit_minutes=240, return_mode=ReturnMode.CALL_WHEN_READY)
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish).id
    out, back = stored(session, ride_id).legs
    until_at, out_id = back.promised_until_at, out.id
    ready_at = moment_at(RIDE_ON, time(10))
    with transaction() as writing:
        assert pick_up(writing, out_id, by=OPERATOR, now=DAYTIME).allowed
        assert deliver(writing, out_id, by=OPERATOR, now=DAYTIME).allowed
        answer = say_ready(writing, ride_id, by=OPERATOR, now=ready_at)
        assert isinstance(answer, Ready), answer.codes
        assert ready_at + timedelta(hours=2) < answer.pickup_at <= until_at
