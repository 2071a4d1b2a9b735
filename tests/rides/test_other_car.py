"""A reminder names the car that comes: one read before the car changed never goes out, one that went out is put right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.rides.actions import (
    Rescued,
    assign_as_planned,
    assign_leg,
    assign_lost,
    assign_ride,
    assigning_days,
    cancel_ride,
    say_late,
    unassign,
)
from services_app.rides.models import RideEvent
from services_app.rides.queries import DayRide
from services_app.rides.reminding import Reminder, ride_reminders
from services_app.rides.terms import RideState
from tests.at_once import at_once
from tests.counting import counted_queries
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import at, messages, prepared, stored

MORNING = at(7)


def with_two_cars(session: Session) -> tuple[int, int]:
    """A ride assigned to its car, and another car's shift."""
    ride_id = prepared(session)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        other = make_shift(writing, RIDE_ON).id
    return ride_id, other


def plate(session: Session, ride_id: int) -> str:
    shift = stored(session, ride_id).legs[0].shift
    assert shift is not None
    return shift.vehicle.plate


def queue(session: Session) -> int:
    """A round of the scheduler."""
    return sum(reminder() for reminder in read(session))


def read(session: Session) -> list[Callable[[], bool]]:
    """The reminders as they were read, each to be queued later."""
    due = list(ride_reminders(session, now=MORNING))
    session.rollback()
    return [partial(send, reminder) for reminder in due]


def send(reminder: Callable[[Session], bool]) -> bool:
    with transaction() as writing:
        return reminder(writing)


def test_a_reminder_read_before_the_car_changed_never_goes_out(session: Session) -> None:
    ride_id, other = with_two_cars(session)
    old, (reminder,) = plate(session, ride_id), read(session)
    with transaction() as writing:
        assert assign_ride(writing, ride_id, other, by=OPERATOR, now=MORNING).allowed
    assert plate(session, ride_id) != old
    assert not reminder()
    assert queue(session) == 1
    (told,) = messages(session, kind="ride_morning")
    assert plate(session, ride_id) in told.body
    assert messages(session, kind="ride_other_car") == []


def test_a_reminder_sent_before_the_car_changed_is_put_right(session: Session) -> None:
    ride_id, other = with_two_cars(session)
    assert queue(session) == 1
    with transaction() as writing:
        assert assign_ride(writing, ride_id, other, by=OPERATOR, now=MORNING).allowed
    told = messages(session, kind="ride_other_car")
    assert told
    assert all(plate(session, ride_id) in each.body for each in told)


def test_a_reminder_read_before_one_way_lost_its_car_never_goes_out(session: Session) -> None:
    ride_id = prepared(session)
    out = stored(session, ride_id).legs[0]
    assert out.shift_id is not None
    with transaction() as writing:
        assert assign_leg(writing, out.id, out.shift_id, by=OPERATOR, now=NOW).allowed
    assert stored(session, ride_id).state is RideState.CONFIRMED, "only one of its ways has a car"
    (reminder,) = read(session)
    with transaction() as writing:
        assert unassign(writing, ride_id, by=OPERATOR, now=MORNING).allowed
    assert not reminder()
    deeds = session.scalars(select(RideEvent.deed).where(RideEvent.ride_id == ride_id)).all()
    assert "unassigned" in deeds
    assert session.scalars(select(Message).where(Message.kind == "ride_morning")).all() == []


# --- the hour told last, and the car named last ------------------------------------------------------------------------------------------


def late(session: Session, ride_id: int, minutes: int, *, now: datetime) -> None:
    out = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        assert say_late(writing, out, minutes, by=OPERATOR, now=now).allowed


def given(session: Session, ride_id: int, other: int, *, now: datetime) -> list[Message]:
    """The way there goes by another car, whatever its plan says; what is told of it."""
    out = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        assert assign_leg(writing, out, other, by=OPERATOR, now=now, force_reason="awaria").allowed
    return messages(session, kind="ride_other_car")


@pytest.mark.parametrize(("now", "told"), [(at(9, 41), 1), (at(10, 9), 1), (at(10, 10), 0)])
def test_who_waits_for_a_late_car_hears_of_another_one(session: Session, now: datetime, told: int) -> None:
    ride_id, other = with_two_cars(session)
    queue(session)
    assert stored(session, ride_id).legs[0].promised_until_at == at(9, 40)
    late(session, ride_id, 30, now=at(9, 20))
    messages_told = given(session, ride_id, other, now=now)
    assert len(messages_told) == told
    for message in messages_told:
        assert "9:55: przyjedzie inne auto" in message.body
        assert plate(session, ride_id) in message.body
        assert message.expires_at == max(at(9, 55), now) + timedelta(minutes=30)


@pytest.mark.parametrize(("now", "told"), [(at(9, 39), 1), (at(9, 40), 0)])
def test_after_a_window_that_was_kept_to_nobody_is_told_of_a_car(session: Session, now: datetime, told: int) -> None:
    ride_id, other = with_two_cars(session)
    queue(session)
    assert len(given(session, ride_id, other, now=now)) == told


def test_a_car_in_time_after_all_comes_at_the_later_hour_that_was_told(session: Session) -> None:
    ride_id, other = with_two_cars(session)
    queue(session)
    late(session, ride_id, 30, now=at(8, 45))
    (told,) = given(session, ride_id, other, now=at(8, 46))
    assert "9:55" in told.body
    assert "9:25" not in told.body


def test_a_delay_names_a_car_too(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        other = make_shift(writing, RIDE_ON).id
    late(session, ride_id, 10, now=at(8, 25))
    (told,) = given(session, ride_id, other, now=at(8, 35))
    assert plate(session, ride_id) in told.body


def test_a_delay_of_the_way_there_names_no_car_of_the_way_home(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        other = make_shift(writing, RIDE_ON).id
    late(session, ride_id, 10, now=at(8, 25))
    back = stored(session, ride_id).legs[1].id
    with transaction() as writing:
        assert assign_leg(writing, back, other, by=OPERATOR, now=at(8, 35)).allowed
    assert messages(session, kind="ride_other_car") == []


@pytest.mark.parametrize("way", [0, 1])
def test_the_morning_names_the_car_that_comes_first_or_none(session: Session, way: int) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        other = make_shift(writing, RIDE_ON).id
    leg = stored(session, ride_id).legs[way].id
    with transaction() as writing:
        assert assign_leg(writing, leg, other, by=OPERATOR, now=NOW).allowed
    assert queue(session) == 1
    (told,) = messages(session, kind="ride_morning")
    shift = stored(session, ride_id).legs[way].shift
    assert shift is not None
    assert (shift.vehicle.plate in told.body) is (way == 0)
    assert ("Auto" in told.body) is (way == 0)


@pytest.mark.parametrize("there_stands", [True, False])
def test_of_who_only_goes_home_the_morning_names_the_car_home(session: Session, there_stands: bool) -> None:
    ride_id, other = with_two_cars(session)
    if not there_stands:
        with transaction() as writing:
            cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    back = stored(session, ride_id).legs[1].id
    with transaction() as writing:
        assert assign_leg(writing, back, other, by=OPERATOR, now=NOW).allowed
    named = plate(session, ride_id) if there_stands else other_plate(session, ride_id)
    due = [
        reminder.values["plate"] for reminder in ride_reminders(session, now=MORNING) if isinstance(reminder, Reminder)
    ]
    assert due == [named]


def other_plate(session: Session, ride_id: int) -> str:
    shift = stored(session, ride_id).legs[1].shift
    assert shift is not None
    return shift.vehicle.plate


# --- a car that falls out ----------------------------------------------------------------------------------------------------------------


def lost_rides(session: Session, number: int) -> list[int]:
    """Rides told of their cars in the morning, all of which then fell out; as many others drive. The first booked rides last."""
    version = make_rules(session, ROOMY)
    shifts = [make_shift(session, RIDE_ON).id for _ in range(number)]
    riders = [make_rider(session, version) for _ in range(number)]
    session.commit()
    ids = []
    for place, rider in enumerate(riders):
        with transaction() as writing:
            ids.append(booked_ride(writing, rider, wish_for(at=time(13 - place))).id)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    queue(session)
    with transaction() as writing:
        for shift in shifts:
            make_shift(writing, RIDE_ON)
            cancel_shift(writing, shift, by=OPERATOR, now=NOW)
    return ids


def test_the_numbers_of_the_cars_are_read_once_for_all_who_lost_theirs(session: Session) -> None:
    ids = lost_rides(session, 3)
    with counted_queries() as asked, transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=MORNING) == Rescued(3, 0)
    assert len(messages(session, kind="ride_other_car")) == 2 * len(ids), "of either way"
    assert len([each for each in asked if each.startswith("SELECT vehicles.plate")]) == 1


def test_reminders_and_the_rescue_of_a_day_do_not_wait_for_each_other(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = lost_rides(session, 2)
    with transaction() as writing:
        writing.query(Message).delete()
    first, last = list(ride_reminders(session, now=MORNING))
    session.rollback()
    held, saved = threading.Event(), threading.Event()

    def reminders() -> None:
        with transaction() as writing:
            first(writing)
            held.set()
            saved.wait(1)
            last(writing)

    rescue = assigning_days._rescue

    def slowly(writing: Session, each: DayRide, *, by: Actor, now: datetime) -> bool:
        found = rescue(writing, each, by=by, now=now)
        writing.flush()
        if each.ride.id == ids[1]:  # rides first, was booked last
            saved.set()
        return found

    def rescues() -> None:
        held.wait(1)
        with transaction() as writing:
            assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=MORNING) == Rescued(2, 0)

    monkeypatch.setattr(assigning_days, "_rescue", slowly)
    assert at_once(app, [reminders, rescues]) == [None, None]
