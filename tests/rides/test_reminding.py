"""Reminders: one working day before and on the morning, once, at the Warsaw hour, and never of a ride that moved or was cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.rides.actions import Booked, cancel_ride, move_ride, offer_times, wish_of
from services_app.rides.models import Ride
from services_app.rides.policy import RideRules, Service, Term
from services_app.rides.reminding import due_reminders, ride_reminders
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import DayUnit
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for

EVE = moment_at(RIDE_ON - timedelta(days=1), time(10))
MORNING = moment_at(RIDE_ON, time(6, 30))
EVERY_DAY = replace(KIELCE_2024, service=Service(weekdays=frozenset(range(7)), on_holidays=True))


def booked(
    session: Session, on: date = RIDE_ON, *, rules: RideRules = KIELCE_2024, now: datetime = NOW, relative: bool = False
) -> Ride:
    rider = make_rider(session, make_rules(session, rules))
    make_shift(session, on)
    if relative:
        let_represent(session, make_representative(session, now=now), rider, now=now)
    session.commit()
    with transaction() as writing:
        ride = booked_ride(writing, rider, wish_for(on), now=now)
        _ = ride.id
    return ride


def remind(now: datetime) -> int:
    """What the scheduler does in a round."""
    due = list(ride_reminders(db.session(), now=now))
    db.session.rollback()
    with transaction() as session:
        return sum(bool(queue(session)) for queue in due)


def reminders(session: Session) -> list[Message]:
    query = select(Message).where(Message.dedupe_key.like("reminder:%")).order_by(Message.id)
    return list(session.scalars(query))


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (EVE - timedelta(seconds=1), []),
        (EVE, ["ride_day_before"]),
        (moment_at(RIDE_ON - timedelta(days=1), time(23, 58)), ["ride_day_before"]),
        (moment_at(RIDE_ON, time(0)), []),
        (MORNING - timedelta(seconds=1), []),
        (MORNING, ["ride_morning"]),
        (moment_at(RIDE_ON, time(10)), []),
    ],
)
def test_each_reminder_has_its_hour(session: Session, now: datetime, kinds: list[str]) -> None:
    booked(session)
    assert remind(now) == len(kinds)
    assert [message.kind for message in reminders(session)] == kinds


def test_asking_often_queues_once(session: Session) -> None:
    booked(session)
    assert [remind(EVE + timedelta(minutes=number)) for number in range(3)] == [1, 0, 0]


def test_two_schedulers_that_read_the_same_queue_once(session: Session) -> None:
    booked(session)
    first, second = (list(ride_reminders(db.session(), now=EVE)) for _ in range(2))
    db.session.rollback()
    for due, added in ((first, [True]), (second, [False])):
        with transaction() as writing:
            assert [queue(writing) for queue in due] == added
    assert len(reminders(session)) == 1


def test_relatives_who_want_to_know_are_reminded_too(session: Session) -> None:
    booked(session, relative=True)
    assert remind(EVE) == 2
    assert {(each.kind, each.recipient_kind) for each in reminders(session)} == {
        ("ride_day_before", "resident"),
        ("relative_notice", "representative"),
    }
    assert remind(EVE) == 0


def test_a_monday_ride_is_reminded_on_friday(session: Session) -> None:
    monday = date(2026, 6, 29)
    booked(session, monday)
    assert remind(moment_at(date(2026, 6, 26), time(9, 59))) == 0
    assert remind(moment_at(date(2026, 6, 26), time(10))) == 1


def test_the_reminder_comes_while_cancelling_is_still_free(session: Session) -> None:
    noon = replace(KIELCE_2024, cancelling=Term(1, DayUnit.WORKING_DAYS, time(12)))
    ride = booked(session, rules=noon)
    assert remind(moment_at(RIDE_ON - timedelta(days=1), time(9))) == 1
    (message,) = reminders(session)
    assert message.expires_at == ride.cancel_until


def test_a_moved_rides_old_reminder_never_goes(session: Session) -> None:
    ride = booked(session)
    read = list(ride_reminders(db.session(), now=EVE))
    db.session.rollback()
    later = replace(wish_of(session.get_one(Ride, ride.id)), appointment_at=time(12))
    offers = offer_times(
        session, session.get_one(Ride, ride.id).resident, later, now=EVE, moving=session.get_one(Ride, ride.id)
    )
    with transaction() as writing:
        assert isinstance(move_ride(writing, ride.id, later, offers.times[0].choice, by=OPERATOR, now=EVE), Booked)
    with transaction() as writing:
        assert [queue(writing) for queue in read] == [False]
    assert remind(EVE + timedelta(minutes=1)) == 1
    (message,) = reminders(session)
    assert str(int(offers.times[0].pickup_at.timestamp())) in message.dedupe_key


def test_a_queued_reminder_is_taken_back_when_the_ride_moves_or_ends(session: Session) -> None:
    ride = booked(session)
    assert remind(EVE) == 1
    with transaction() as writing:
        cancel_ride(writing, ride.id, by=OPERATOR, now=EVE)
    (message,) = reminders(session)
    assert message.state is MessageState.WITHDRAWN
    assert remind(EVE) == remind(MORNING) == 0


def test_who_has_just_booked_is_not_reminded_at_once(session: Session) -> None:
    rules = replace(KIELCE_2024, booking=Term(0))
    booked(session, rules=rules, now=EVE + timedelta(minutes=1))
    assert remind(EVE + timedelta(minutes=2)) == 0
    assert remind(MORNING) == 1


@pytest.mark.parametrize(
    ("on", "utc_hours"),
    [
        (
            date(2026, 10, 25),
            (8, 5.5),
        ),  # clocks go back in the night before: Friday is still summer time, Sunday is not
        (date(2027, 3, 28), (9, 4.5)),  # clocks go forward
    ],
)
def test_reminders_keep_the_warsaw_hour_over_a_clock_change(
    session: Session, on: date, utc_hours: tuple[float, float]
) -> None:
    ride = booked(session, on, rules=EVERY_DAY, now=moment_at(on - timedelta(days=10), time(8)))
    early, morning = (moment_at(on, time(0)).replace(hour=0, minute=0) + timedelta(hours=hours) for hours in utc_hours)
    friday = early.replace(year=on.year, month=(on - timedelta(days=2)).month, day=(on - timedelta(days=2)).day)
    sunday = morning.replace(year=on.year, month=on.month, day=on.day)
    for moment, kind in ((friday, "ride_day_before"), (sunday, "ride_morning")):
        stored = session.get_one(Ride, ride.id)
        assert [due.kind for due in due_reminders(stored, now=moment)] == [kind]
        assert list(due_reminders(stored, now=moment - timedelta(seconds=1))) == []
