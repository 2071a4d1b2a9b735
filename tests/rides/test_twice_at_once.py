"""Two people press the same button at the same moment: it is done once, and told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.fleet.models import Shift
from services_app.messaging.models import Message
from services_app.rides.actions import (
    Rescued,
    approve_ride,
    arrive,
    assign_as_planned,
    assign_lost,
    call_off_day,
    close_day,
    decide_enrolment,
    enrol,
    hand_over_shift,
    leave_without,
    say_late,
    set_out,
    turn_down_ride,
    verify_condition,
)
from services_app.rides.models import Enrolment, Refusal, Ride, RideEvent
from services_app.rides.policy import PurposeRule
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Condition, EnrolmentState, Purpose, RideState
from tests.at_once import at_once
from tests.factories.fleet import make_driver, make_shift
from tests.factories.residents import make_resident
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import messages, prepared, sound, stored

MORNING = moment_at(RIDE_ON, time(7, 30))
ASKS = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))


def doing(deed: Callable[..., Any], *asked: Any, now: Any = NOW) -> Callable[[], Any]:
    """A deed in a transaction of its own."""

    def done() -> Any:
        with transaction() as session:
            return deed(session, *asked, by=OPERATOR, now=now)

    return done


def events(session: Session, deed: str) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RideEvent).where(RideEvent.deed == deed)) or 0


def on_the_way(session: Session) -> Ride:
    """A ride whose car is on its way."""
    ride_id = prepared(session)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert set_out(writing, ride_id, by=OPERATOR, now=MORNING).allowed
    return stored(session, ride_id)


def test_a_shift_goes_to_one_of_two_drivers_named_for_two_shifts(app: Flask, session: Session) -> None:
    first, second = make_shift(session, RIDE_ON), make_shift(session, RIDE_ON)
    healthy = make_driver(session, "Ewa", "Zastępcza")
    session.commit()
    answers = at_once(app, [doing(hand_over_shift, shift.id, healthy.id) for shift in (first, second)])
    assert sorted(answer.codes for answer in answers) == [(), ("DRIVER_TAKEN",)], answers
    session.rollback()
    driven = select(func.count()).select_from(Shift).where(Shift.driver_id == healthy.id)
    assert session.scalar(driven) == 1


def test_the_same_shift_is_handed_over_once(app: Flask, session: Session) -> None:
    shift, healthy = make_shift(session, RIDE_ON), make_driver(session, "Ewa", "Zastępcza")
    session.commit()
    answers = at_once(app, [doing(hand_over_shift, shift.id, healthy.id)] * 2)
    assert sorted(answer.codes for answer in answers) == [(), ("DRIVER_SAME",)], answers


def test_a_lost_ride_finds_one_other_car(app: Flask, session: Session) -> None:
    ride_id = prepared(session)
    lost = stored(session, ride_id).legs[0].shift_id
    for _ in range(2):
        make_shift(session, RIDE_ON)
    session.commit()
    assert lost is not None
    with transaction() as writing:
        cancel_shift(writing, lost, by=OPERATOR, now=NOW)
    answers = at_once(app, [doing(assign_lost, RIDE_ON)] * 2)
    assert sorted(answer.assigned for answer in answers) == [0, 1], answers
    assert Rescued(0, 0) in answers
    assert events(session, "assigned") == 1
    assert sound(session)


def test_a_day_is_called_off_and_told_once(app: Flask, session: Session) -> None:
    version = make_rules(session)
    riders = [make_rider(session, version) for _ in range(3)]
    make_shift(session, RIDE_ON)
    session.commit()
    for number, rider in enumerate(riders):
        with transaction() as writing:
            booked_ride(writing, rider, wish_for(at=time(9 + number)))
    with transaction() as writing:
        close_day(writing, RIDE_ON, "powódź", by=OPERATOR, now=NOW)
    answers = at_once(app, [doing(call_off_day, RIDE_ON)] * 2)
    assert sorted(answers) == [0, 3]
    assert len(messages(session, kind="ride_cancelled_by_operator")) == 3
    assert sound(session)


def test_a_request_is_agreed_to_or_turned_down_never_both(app: Flask, session: Session) -> None:
    ride_id = prepared(session, ASKS)
    answers = at_once(app, [doing(approve_ride, ride_id), doing(turn_down_ride, ride_id, "Nie.")])
    assert sorted(answer.codes for answer in answers) == [(), ("NOT_NOW",)], answers
    agreed = stored(session, ride_id).state is RideState.CONFIRMED
    refused = session.scalar(select(func.count()).select_from(Refusal))
    assert ([each.kind for each in messages(session)], refused) == (
        (["ride_confirmed"], 0) if agreed else (["ride_refused_later"], 1)
    )


def test_a_delay_is_told_once(app: Flask, session: Session) -> None:
    leg_id = on_the_way(session).legs[0].id
    answers = at_once(app, [doing(say_late, leg_id, 20, now=MORNING)] * 2)
    assert [answer.allowed for answer in answers] == [True, True]
    assert len(messages(session, kind="ride_late")) == 1
    assert events(session, "late") == 1


def test_an_arrival_and_nobody_there_are_noted_once(app: Flask, session: Session) -> None:
    leg_id = on_the_way(session).legs[0].id
    arrivals = at_once(app, [doing(arrive, leg_id, now=MORNING)] * 2)
    assert sorted(answer.codes for answer in arrivals) == [(), ("NOT_NOW",)], arrivals
    later = moment_at(RIDE_ON, time(12))
    leaving = at_once(app, [doing(leave_without, leg_id, "nikt nie otwiera", now=later)] * 2)
    assert sorted(answer.codes for answer in leaving) == [(), ("NOT_NOW",)], leaving
    session.rollback()
    assert session.scalars(select(Ride.state)).all() == [RideState.NO_SHOW]
    told = session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert told == ["ride_confirmed", "ride_no_show"]


def test_a_place_in_the_programme_is_given_or_refused_never_both(app: Flask, session: Session) -> None:
    make_rules(session)
    resident = make_resident(session, phones=("600 100 200",))
    session.commit()
    declared = {Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}
    with transaction() as writing:
        enrolment_id = enrol(writing, resident.id, declared, by=OPERATOR, channel=Channel.PHONE, now=NOW, tell=False).id
        for condition in declared:
            verify_condition(writing, enrolment_id, condition, True, by=OPERATOR, now=NOW)

    def decided(accept: bool) -> Callable[[], Any]:
        def done() -> Any:
            with transaction() as writing:
                return decide_enrolment(writing, enrolment_id, accept, by=OPERATOR, now=NOW, note="Nie.")

        return done

    answers = at_once(app, [decided(True), decided(False)])
    assert sorted(answer.codes for answer in answers) == [(), ("ALREADY_DECIDED",)], answers
    session.rollback()
    kind = {EnrolmentState.VERIFIED: "enrolment_verified", EnrolmentState.REFUSED: "enrolment_refused"}
    state = session.scalars(select(Enrolment.state)).one()
    assert session.scalars(select(Message.kind)).all() == [kind[state]]


@pytest.mark.parametrize(("hour", "count"), [(time(23, 59), 1), (time(0), 0)])
def test_a_day_that_is_over_is_not_called_off(session: Session, hour: time, count: int) -> None:
    prepared(session)
    on = RIDE_ON if count else RIDE_ON.replace(day=RIDE_ON.day + 1)
    with transaction() as writing:
        close_day(writing, RIDE_ON, "powódź", by=OPERATOR, now=moment_at(on, hour))
    with transaction() as writing:
        assert call_off_day(writing, RIDE_ON, by=OPERATOR, now=moment_at(on, hour)) == count


def test_a_day_in_service_is_not_called_off_also_when_it_is_put_back_at_the_same_moment(
    app: Flask, session: Session
) -> None:
    prepared(session)
    now = moment_at(RIDE_ON, time(6))
    assert doing(call_off_day, RIDE_ON, now=now)() is None
    doing(close_day, RIDE_ON, "powódź", now=now)()
    _, count = at_once(app, [doing(close_day, RIDE_ON, None, now=now), doing(call_off_day, RIDE_ON, now=now)])
    session.rollback()
    state = session.scalars(select(Ride.state)).one()
    assert (count, state) in {(None, RideState.CONFIRMED), (1, RideState.CANCELLED_BY_OPERATOR)}
