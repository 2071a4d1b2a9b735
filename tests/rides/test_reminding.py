"""Reminders: one working day before and on the morning, once, at the Warsaw hour, and never of a ride that moved or was cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of, moment_at
from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.messaging.policy.sending import is_quiet
from services_app.messaging.terms import MessageState
from services_app.rides.actions import Booked, approve_ride, cancel_ride, move_ride, offer_times, wish_of
from services_app.rides.actions.telling import first_moment
from services_app.rides.models import Ride
from services_app.rides.policy import PurposeRule, RideRules, Service, Term, cancel_until
from services_app.rides.reminding import day_before_at, due_reminders, morning_at, ride_reminders
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import DayUnit, Purpose
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.rides.rounds import remind, reminders

EVE = moment_at(RIDE_ON - timedelta(days=1), time(10))
MORNING = moment_at(RIDE_ON, time(7))
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


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (EVE - timedelta(seconds=1), []),
        (EVE, ["ride_day_before"]),
        (moment_at(RIDE_ON - timedelta(days=1), time(19, 59)), ["ride_day_before"]),
        (moment_at(RIDE_ON - timedelta(days=1), time(20)), []),
        (moment_at(RIDE_ON - timedelta(days=1), time(23, 46)), []),
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
    assert remind(EVE + timedelta(minutes=1)) == 0, "who has just been told of the move is not told again"
    assert remind(MORNING) == 1
    (message,) = reminders(session)
    assert str(int(offers.times[0].pickup_at.timestamp())) in message.dedupe_key


def move_to_noon(session: Session, ride: Ride, now: datetime) -> None:
    later = replace(wish_of(session.get_one(Ride, ride.id)), appointment_at=time(12))
    moving = session.get_one(Ride, ride.id)
    choice = offer_times(session, moving.resident, later, now=now, moving=moving).times[0].choice
    session.rollback()
    with transaction() as writing:
        answer = move_ride(writing, ride.id, later, choice, by=OPERATOR, now=now, override_reason="lekarz przełożył")
        assert isinstance(answer, Booked)


@pytest.mark.parametrize(
    ("moved_at", "eve", "morning"),
    [
        (EVE - timedelta(seconds=1), 1, 1),
        (EVE, 0, 1),
        (EVE + timedelta(hours=4), 0, 1),
        (MORNING - timedelta(seconds=1), 0, 1),
        (MORNING, 0, 0),
    ],
)
def test_who_was_told_of_a_move_after_the_reminders_hour_is_not_told_again(
    session: Session, moved_at: datetime, eve: int, morning: int
) -> None:
    ride = booked(session)
    move_to_noon(session, ride, moved_at)
    if moved_at < MORNING - timedelta(hours=8):
        assert remind(max(moved_at, EVE) + timedelta(minutes=1)) == eve
    assert remind(MORNING + timedelta(minutes=1)) == morning


def test_who_was_agreed_to_on_the_eve_is_not_reminded_minutes_later(session: Session) -> None:
    asks = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))
    ride = booked(session, rules=asks)
    with transaction() as writing:
        assert approve_ride(writing, ride.id, by=OPERATOR, now=EVE + timedelta(minutes=5)).allowed
    assert remind(EVE + timedelta(minutes=10)) == 0
    assert remind(MORNING) == 1


def test_a_move_that_was_taken_back_unread_does_not_swallow_the_reminder(session: Session) -> None:
    ride = booked(session)
    move_to_noon(session, ride, EVE + timedelta(hours=1))
    for message in session.scalars(select(Message).where(Message.kind == "ride_moved")):
        message.state = MessageState.WITHDRAWN
    session.commit()
    assert remind(EVE + timedelta(hours=2)) == 1


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
            (8, 6),
        ),  # clocks go back in the night before: Friday is still summer time, Sunday is not
        (date(2027, 3, 28), (9, 5)),  # clocks go forward
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


def test_only_an_early_ride_is_reminded_in_the_quiet_hours(session: Session) -> None:
    ride = booked(session)
    assert not is_quiet(morning_at(ride), 20, 7)
    for leg in ride.legs:
        leg.promised_from_at -= timedelta(hours=1)
    assert first_moment(ride) < moment_at(RIDE_ON, time(9))
    assert morning_at(ride) == first_moment(ride) - timedelta(hours=2)
    assert is_quiet(morning_at(ride), 20, 7)
    session.rollback()


@pytest.mark.parametrize("days", [3, 10, 60])
def test_who_can_no_longer_cancel_freely_is_reminded_one_working_day_before_all_the_same(
    session: Session, days: int
) -> None:
    """A hospital discharge booked past the term, or a term so long that a reminder within it would be forgotten again."""
    rules = replace(KIELCE_2024, booking=Term(0), cancelling=Term(days))
    ride = booked(session, rules=rules, now=EVE - timedelta(hours=20))
    assert ride.cancel_until < ride.booked_at
    assert remind(EVE - timedelta(seconds=1)) == 0
    assert remind(EVE) == 1
    (message,) = reminders(session)
    assert message.kind == "ride_day_before"
    assert message.expires_at == moment_at(RIDE_ON - timedelta(days=1), time(20)), "the evening ends it, not the night"
    assert "odwołasz" not in message.body.lower()


@pytest.mark.parametrize(("days", "told_on"), [(8, RIDE_ON - timedelta(days=8)), (9, RIDE_ON - timedelta(days=1))])
def test_a_reminder_follows_the_term_of_cancelling_as_far_as_it_is_still_a_reminder(
    session: Session, days: int, told_on: date
) -> None:
    booked(session, rules=replace(KIELCE_2024, cancelling=Term(days)), now=NOW - timedelta(days=20))
    at = time(19) if told_on < EVE.date() else time(10)  # three hours before the term it is night
    assert remind(moment_at(told_on, at) - timedelta(minutes=1)) == 0
    assert remind(moment_at(told_on, at)) == 1


PICK_UPS = st.times(time(5), time(21)).map(lambda at: at.replace(second=0, microsecond=0))
TERMS = st.one_of(
    st.none(), st.builds(Term, st.integers(0, 60), st.sampled_from(DayUnit), st.sampled_from([None, time(5), time(12)]))
)


@given(
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    PICK_UPS,
    TERMS,
    st.timedeltas(timedelta(minutes=1), timedelta(days=90)),
)
def test_every_ride_is_reminded_of_in_the_time_left(
    on: date, pickup: time, term: Term | None, before: timedelta
) -> None:
    """Whatever the term of cancelling: once on the eve when it was booked before the hour of the reminder, once in the morning likewise."""
    first = moment_at(on, pickup)
    until = cancel_until(replace(KIELCE_2024, cancelling=term), on, pickup) or first
    ride = Ride(on=on, booked_at=first - before, cancel_until=until, appointment_at=first, legs=[])
    eve, morning = day_before_at(ride), morning_at(ride)
    assert morning < first
    assert eve < morning or until <= ride.booked_at
    assert on - day_of(eve) <= timedelta(days=8)
    for kind, due_at in (("ride_day_before", eve), ("ride_morning", morning)):
        told = [due for due in due_reminders(ride, now=due_at) if due.kind == kind]
        assert len(told) == (ride.booked_at < due_at < first and (kind == "ride_morning" or due_at < morning))
        assert all(due_at < due.ends_at for due in told)
        assert not [due for due in due_reminders(ride, now=due_at - timedelta(seconds=1)) if due.kind == kind]
    assert not list(due_reminders(ride, now=first))
