"""The way home on its own: when it can be noted as missed, in what words it is told, and whose arrival at the door counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.models import Representative
from services_app.rides.actions import (
    Ready,
    Rescued,
    arrive,
    assign_leg,
    assign_lost,
    cancel_by_operator,
    cancel_ride,
    excuse,
    leave_without,
    mark_no_show,
    say_late,
    say_ready,
    unassign,
)
from services_app.rides.models import Leg
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import ReturnMode
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.rides.one_ride import BY_WAYS, KIND, OPEN, at, brought_there, followed, messages, prepared, stored
from tests.rides.staff_face import Office


def test_of_an_open_way_home_that_is_called_off_no_hour_is_said(office: Office, session: Session) -> None:
    office.shift()
    ride = brought_there(session, office.ride(return_mode=ReturnMode.CALL_WHEN_READY).id)
    office.clock.at(at(10, 10))
    office.page.sign_in("resident", ride.resident_id)
    office.page.get(f"/przejazdy/{ride.id}").follow("Odwołaj powrót")
    assert office.page.h1 == "Odwołać powrót?"
    assert "na telefon" in office.page.main
    assert "11:00" not in office.page.main
    office.page.fill_and_send(form="Tak, odwołuję")
    (told,) = messages(session, kind="ride_cancelled")
    assert "11:00" not in told.body
    assert "powrót na telefon" in told.body or "powrot na telefon" in told.body


@pytest.mark.parametrize("by_us", [False, True])
def test_a_ride_left_with_an_open_way_home_is_called_off_without_an_hour(session: Session, by_us: bool) -> None:
    ride_id = prepared(session, ROOMY, wish=OPEN)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    with transaction() as writing:
        if by_us:
            assert cancel_by_operator(writing, ride_id, "awaria", by=OPERATOR, now=NOW).allowed
        else:
            cancel_ride(writing, ride_id, by=OPERATOR, now=NOW)
    (told,) = messages(session, kind="ride_cancelled_by_operator" if by_us else "ride_cancelled")
    assert "11:00" not in told.body
    assert "powrot na telefon" in told.body


def test_a_relative_who_calls_the_way_home_off_and_the_passenger_read_its_hour(session: Session) -> None:
    ride = brought_there(session, followed(session, prepared(session)))
    with transaction() as writing:
        daughter = Actor("representative", writing.query(Representative).one().id)
        cancel_ride(writing, ride.id, by=daughter, now=at(10, 30), sequences={1})
    (did,) = messages(session, kind="representative_did")
    assert "11:00" in did.body
    assert "9:25" not in did.body
    notice = messages(session, kind="relative_notice")[-1]
    assert "Powrót do domu: 11:00" in notice.body


@pytest.mark.parametrize(("late", "until"), [(None, at(11, 15)), (30, at(11, 45))])
def test_staff_too_end_the_way_home_only_after_the_hour_told_and_the_wait(
    session: Session, late: int | None, until: datetime
) -> None:
    ride = brought_there(session, prepared(session))
    if late:
        with transaction() as writing:
            assert say_late(writing, ride.legs[1].id, late, by=OPERATOR, now=at(10, 30)).allowed
    for moment, allowed in ((at(9, 51), False), (until - timedelta(seconds=1), False), (until, True)):
        with transaction() as writing:
            assert mark_no_show(writing, ride.id, "nie ma", by=OPERATOR, now=moment).allowed is allowed
        assert stored(session, ride.id).legs[1].active is not allowed


def test_a_way_home_nobody_came_to_is_told_as_the_way_home(session: Session) -> None:
    ride = brought_there(session, followed(session, prepared(session, replace(KIELCE_2024, charged=KIND))))
    with transaction() as writing:
        assert mark_no_show(writing, ride.id, "nie ma", by=OPERATOR, now=at(12)).allowed
    (own,) = messages(session, kind="ride_no_show")
    assert own.spoken is not None
    assert "Ten powrót nie liczy się do limitu" in own.spoken, "the way there does"
    notice = messages(session, kind="relative_notice")[-1]
    assert "kierowca nikogo nie zastał" in notice.body
    assert "Powrót do domu: 11:00" in notice.body
    assert "Wyjazd z domu" not in notice.body


@pytest.mark.parametrize("sent", [False, True])
def test_an_excused_way_home_is_not_said_to_count(session: Session, sent: bool) -> None:
    ride = brought_there(session, prepared(session, BY_WAYS))
    with transaction() as writing:
        assert mark_no_show(writing, ride.id, "nie ma", by=OPERATOR, now=at(20, 30)).allowed
    if sent:
        with transaction() as writing:
            for message in writing.query(Message).filter_by(kind="ride_no_show"):
                message.state = MessageState.SENT
    with transaction() as writing:
        assert excuse(writing, ride.id, "czekała przy innym wejściu", by=OPERATOR, now=at(20, 40)).allowed
    first, *again = messages(session, kind="ride_no_show")
    assert first.state is (MessageState.SENT if sent else MessageState.WITHDRAWN)
    assert len(again) == sent
    assert all("11:00" in each.body and "Ten powrot nie liczy sie do limitu" in each.body for each in again)
    assert stored(session, ride.id).charged_legs == 1


def test_another_driver_was_not_at_the_door_yet(session: Session) -> None:
    ride = brought_there(session, prepared(session))
    back = ride.legs[1].id
    with transaction() as writing:
        assert arrive(writing, back, by=OPERATOR, now=at(10, 55)).allowed
        other = make_shift(writing, RIDE_ON).id
    with transaction() as writing:
        assert assign_leg(writing, back, other, by=OPERATOR, now=at(10, 56), force_reason="awaria").allowed
    with transaction() as writing:
        assert leave_without(writing, back, "nie ma", by=OPERATOR, now=at(11, 20)).codes == ("NOT_ARRIVED",)
        assert say_late(writing, back, 20, by=OPERATOR, now=at(11)).allowed
        assert arrive(writing, back, by=OPERATOR, now=at(11, 20)).allowed


def test_the_same_driver_stays_at_the_door(session: Session) -> None:
    ride = brought_there(session, prepared(session))
    back = ride.legs[1]
    assert back.shift_id is not None
    with transaction() as writing:
        assert arrive(writing, back.id, by=OPERATOR, now=at(10, 55)).allowed
    with transaction() as writing:
        again = assign_leg(writing, back.id, back.shift_id, by=OPERATOR, now=at(10, 56), force_reason="jest na miejscu")
        assert again.allowed
    assert stored(session, ride.id).legs[1].arrived_at == at(10, 55)


def test_the_rescue_of_a_day_takes_the_arrival_of_the_lost_car_along(session: Session) -> None:
    ride = brought_there(session, prepared(session))
    back = ride.legs[1]
    assert back.shift_id is not None
    with transaction() as writing:
        assert arrive(writing, back.id, by=OPERATOR, now=at(10, 30)).allowed
    with transaction() as writing:
        cancel_shift(writing, back.shift_id, by=OPERATOR, now=at(10, 31))
        make_shift(writing, RIDE_ON)
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=at(10, 32)) == Rescued(1, 0)
    assert stored(session, ride.id).legs[1].arrived_at is None


def test_nobody_waits_at_the_door_for_who_was_told_no_hour(session: Session) -> None:
    ride = brought_there(session, prepared(session, ROOMY, wish=OPEN))
    back = ride.legs[1].id
    with transaction() as writing:
        assert arrive(writing, back, by=OPERATOR, now=at(10, 30)).codes == ("NOT_NOW",)
        writing.get_one(Leg, back).arrived_at = at(10, 30)  # tapped before this was refused
    with transaction() as writing:
        assert isinstance(say_ready(writing, ride.id, by=OPERATOR, now=at(11, 1)), Ready)
    assert stored(session, ride.id).legs[1].arrived_at is None
    with transaction() as writing:
        assert arrive(writing, back, by=OPERATOR, now=at(11, 4)).allowed


def test_who_is_ready_hears_of_another_car_also_after_the_first_was_taken_back(session: Session) -> None:
    ride_id = prepared(session, ROOMY, wish=OPEN)
    with transaction() as writing:
        assert isinstance(say_ready(writing, ride_id, by=OPERATOR, now=at(11, 1)), Ready)
        other = make_shift(writing, RIDE_ON).id
    back = stored(session, ride_id).legs[1]
    first = back.promised_from_at
    with transaction() as writing:
        assert unassign(writing, ride_id, by=OPERATOR, now=at(11, 1)).allowed
    with transaction() as writing:
        assert assign_leg(writing, back.id, other, by=OPERATOR, now=at(11, 2)).allowed
    back = stored(session, ride_id).legs[1]
    assert back.promised_from_at == first
    assert back.shift is not None
    plate = back.shift.vehicle.plate
    assert plate in messages(session, kind="ride_ready_taken")[-1].body
