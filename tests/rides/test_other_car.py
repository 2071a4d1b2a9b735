"""A reminder names the car that comes: one read before the car changed never goes out, one that went out is put right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.rides.actions import assign_as_planned, assign_leg, assign_ride, unassign
from services_app.rides.models import RideEvent
from services_app.rides.reminding import ride_reminders
from services_app.rides.terms import RideState
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON
from tests.rides.one_ride import messages, prepared, stored

MORNING = moment_at(RIDE_ON, time(7))


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
