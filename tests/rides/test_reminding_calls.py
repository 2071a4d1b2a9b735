"""Reminders after a standstill, and by voice: nobody is rung at night, and nobody is asked to call when the desk is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.messaging import outbox
from services_app.messaging.models import Message
from services_app.messaging.queries import calls_due
from services_app.messaging.terms import Channel, MessageState
from services_app.rides.actions import cancel_by_operator
from services_app.rides.models import Ride
from services_app.rides.policy import RideRules, Service, Term
from services_app.rides.reminding import Desk, day_before_at
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import DayUnit
from services_app.web.contact import answering_hours
from tests.factories.fleet import make_shift
from tests.factories.phone_lines import make_phone_line
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.frozen import warsaw
from tests.rides.one_ride import messages
from tests.rides.rounds import remind, reminders

EVE = RIDE_ON - timedelta(days=1)
LAND_LINE = ("41 331 25 24",)
EARLY = replace(KIELCE_2024, service=Service(first_pickup=time(5), home_by=time(16)))


def booked(
    session: Session, rules: RideRules = KIELCE_2024, *, phones: tuple[str, ...] = LAND_LINE, at: time = time(10), on: date = RIDE_ON
) -> int:  # fmt: skip
    make_phone_line(session)
    rider = make_rider(session, make_rules(session, rules), phones=phones)
    make_shift(session, on, starts=time(5))
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish_for(on, at)).id


def claimed(now: datetime) -> int:
    with transaction() as session:
        leased = outbox.claim(session, Channel.SMS, "lease", now=now, leased_until=now + timedelta(minutes=1), limit=50)
        return len([each for each in leased if each.kind == "ride_day_before"])


# --- SMS --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "rings"), [(time(19, 59), 1), (time(20), 0), (time(23, 46), 0)])
def test_a_reminder_queued_in_time_rings_until_the_quiet_hours_and_never_in_them(
    app: Flask, session: Session, at: time, rings: int
) -> None:
    """The senders stood still from ten in the morning."""
    booked(session, phones=("600 100 200",))
    assert remind(moment_at(EVE, time(10))) == 1
    assert claimed(moment_at(EVE, at)) == rings


def test_what_the_evening_missed_ends_unheard_and_the_morning_tells_it(session: Session) -> None:
    booked(session, phones=("600 100 200",))
    remind(moment_at(EVE, time(10)))
    with transaction() as writing:
        outbox.sweep(writing, now=moment_at(EVE, time(23, 46)))
    assert [message.state for message in reminders(session)] == [MessageState.EXPIRED]
    assert remind(moment_at(EVE, time(23, 47))) == 0, "it is known already"
    assert remind(moment_at(RIDE_ON, time(7))) == 1


def test_news_of_a_ride_that_is_over_waits_for_the_morning(session: Session) -> None:
    ride_id = booked(session, phones=("600 100 200",))
    night = moment_at(RIDE_ON, time(21, 30))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "nie pojechaliśmy", by=OPERATOR, now=night).allowed
    (told,) = messages(session, kind="ride_cancelled_by_operator")
    morning = moment_at(RIDE_ON + timedelta(days=1), time(7))
    assert (told.due_at, told.expires_at, told.urgent) == (morning, morning + timedelta(hours=1), False)


# --- the hour of the reminder -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cutoff", "told_at"),
    [
        (time(12), "2026-06-22 09:00"),
        (time(10, 31), "2026-06-22 07:31"),  # the desk has just opened, and three hours are left
        (time(10, 30), "2026-06-19 12:30"),  # three hours before, nobody is there yet: so on the working day before
        (time(6), "2026-06-19 12:30"),
    ],
)
def test_who_cancels_by_phone_is_reminded_while_the_phone_is_answered(
    session: Session, cutoff: time, told_at: str
) -> None:
    rules = replace(KIELCE_2024, cancelling=Term(1, DayUnit.WORKING_DAYS, cutoff))
    ride = session.get_one(Ride, booked(session, rules))
    desk = Desk(answering_hours(session, today=EVE), (20, 7))
    assert day_before_at(ride, None, desk) == warsaw(told_at)


def test_without_hours_no_reminder_has_its_hour_at_night(session: Session) -> None:
    rules = replace(KIELCE_2024, cancelling=Term(1, DayUnit.WORKING_DAYS, time(6)))
    ride = session.get_one(Ride, booked(session, rules))
    assert day_before_at(ride, None, Desk((), (20, 7))) == moment_at(EVE - timedelta(days=1), time(19))
    assert day_before_at(ride, None, Desk((), (0, 0))) == moment_at(EVE, time(3))


# --- calls ------------------------------------------------------------------------------------------------------------------------------


def test_a_call_is_due_at_once_in_office_hours(session: Session) -> None:
    booked(session)
    assert remind(moment_at(EVE, time(10))) == 1
    (call,) = reminders(session)
    assert (call.channel, call.due_at) == (Channel.CALL, moment_at(EVE, time(10)))


@pytest.mark.parametrize(("at", "asked"), [(time(15, 29), 1), (time(15, 30), 0), (time(18), 0), (time(23, 46), 0)])
def test_after_the_desk_closed_the_mornings_call_takes_its_place(session: Session, at: time, asked: int) -> None:
    booked(session)
    assert remind(moment_at(EVE, at)) == asked
    assert remind(moment_at(RIDE_ON, time(7))) == 1
    morning = reminders(session)[-1]
    assert (morning.kind, morning.due_at) == ("ride_morning", moment_at(RIDE_ON, time(7, 30)))


def test_who_is_fetched_before_the_desk_opens_is_called_on_the_eve_by_whoever_is_still_there(session: Session) -> None:
    booked(session, EARLY, at=time(7))
    assert remind(moment_at(EVE, time(18))) == 1
    (call,) = reminders(session)
    assert call.due_at == moment_at(EVE, time(18))
    assert remind(moment_at(RIDE_ON, time(4, 45))) == 0, "nobody is asked to call at night"


def test_a_call_asked_for_at_night_is_no_work_of_the_night(session: Session) -> None:
    ride_id = booked(session)
    night = moment_at(EVE, time(23, 46))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "kierowca chory", by=OPERATOR, now=night).allowed
    (call,) = messages(session, kind="ride_cancelled_by_operator")
    opens = moment_at(RIDE_ON, time(7, 30))
    assert call.due_at == opens
    others = len([each for each in messages(session) if each.due_at <= night and each.state is MessageState.CREATED])
    assert calls_due(session, now=opens - timedelta(seconds=1))[0] == others
    assert calls_due(session, now=opens) == (
        others + 1,
        opens if not others else min(each.due_at for each in messages(session)),
    )


def test_a_call_in_place_of_a_message_that_failed_waits_for_the_desk_too(session: Session) -> None:
    booked(session, phones=("600 100 200",))
    (told,) = messages(session, kind="ride_confirmed")
    evening = NOW.replace(hour=18)
    with transaction() as writing:
        outbox.fail_for_good(writing, writing.get_one(Message, told.id), "smsapi_13", now=evening)
    (call,) = messages(session, kind="ride_confirmed", channel=Channel.CALL)
    assert call.due_at == moment_at(NOW.date() + timedelta(days=1), time(7, 30))
