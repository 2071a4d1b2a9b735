"""The way home: who can say to be ready, what can still be called off, who was not there, and which car comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.rides.actions import (
    Ready,
    Rescued,
    arrive,
    assign_as_planned,
    assign_leg,
    assign_lost,
    assign_ride,
    cancel_ride,
    deliver,
    excuse,
    leave_without,
    mark_no_show,
    pick_up,
    say_ready,
    set_out,
)
from services_app.rides.models import Ride
from services_app.rides.policy import PurposeRule, RideRules
from services_app.rides.queries import cancellation_preview, fits_of, may_say_ready
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose, ReturnMode, RideState
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.one_ride import BY_WAYS, KIND, OPEN, at, brought_there, messages, prepared, sound, stored
from tests.rides.staff_face import Office

# --- ready to go home --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-1, 0])
def test_nobody_is_ready_to_go_home_before_they_can_be_there(session: Session, seconds: int) -> None:
    ride_id = prepared(session, ROOMY, wish=OPEN)
    now = stored(session, ride_id).legs[0].planned_dropoff_at + timedelta(seconds=seconds)
    assert may_say_ready(stored(session, ride_id), now=now) is (seconds == 0)
    with transaction() as writing:
        answer = say_ready(writing, ride_id, by=OPERATOR, now=now)
    assert isinstance(answer, Ready) is (seconds == 0)
    assert len(messages(session, kind="ride_ready_taken")) == seconds + 1


def test_who_was_brought_there_early_is_ready_before_the_planned_arrival(session: Session) -> None:
    ride_id = prepared(session, ROOMY, wish=OPEN)
    out = stored(session, ride_id).legs[0]
    early = out.planned_dropoff_at - timedelta(minutes=10)
    with transaction() as writing:
        pick_up(writing, out.id, by=OPERATOR, now=early)
    assert not may_say_ready(stored(session, ride_id), now=early)
    with transaction() as writing:
        deliver(writing, out.id, by=OPERATOR, now=early)
    assert may_say_ready(stored(session, ride_id), now=early)


def test_a_request_and_another_day_have_no_ready_button(session: Session) -> None:
    rules = replace(ROOMY, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))
    ride = stored(session, prepared(session, rules, wish=OPEN))
    assert ride.state is RideState.REQUESTED
    assert not may_say_ready(ride, now=at(12))
    ride = stored(session, prepared(session, ROOMY, wish=OPEN))
    assert [may_say_ready(ride, now=at(12) + timedelta(days=days)) for days in (-1, 0, 1)] == [False, True, False]


def test_the_button_stands_where_it_can_be_pressed_for_the_passenger_and_for_staff(office: Office) -> None:
    office.shift()
    ride = office.ride(return_mode=ReturnMode.CALL_WHEN_READY)
    arrival = ride.legs[0].planned_dropoff_at
    for moment, there in ((arrival - timedelta(seconds=1), False), (arrival, True)):
        office.clock.at(moment)
        office.sign_in("operator")
        assert ("Gotowa do powrotu" in office.page.get(f"/przejazdy/przejazd/{ride.id}").main) is there
        office.page.sign_in("resident", ride.resident_id)
        main = office.page.get(f"/przejazdy/{ride.id}").main
        assert ("Wizyta się skończyła?" in main) is there
        assert ("Po wizycie otwórz tę stronę" in main) is not there


# --- calling the way home off ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "charged"),
    [(KIELCE_2024, 2), (replace(KIELCE_2024, charged=KIND), 1)],
)
def test_who_goes_home_otherwise_calls_only_the_way_home_off(session: Session, rules: RideRules, charged: int) -> None:
    ride = brought_there(session, prepared(session, rules))
    with transaction() as writing:
        answer = cancel_ride(writing, ride.id, by=OPERATOR, now=at(10, 30), sequences={1}, reason="syn mnie zabierze")
    assert not isinstance(answer, Verdict)
    ride = stored(session, ride.id)
    assert (ride.state, ride.charged_legs) == (RideState.DONE, charged)
    assert [(leg.active, leg.shift_id is None) for leg in ride.legs] == [(True, False), (False, True)]
    (told,) = messages(session, kind="ride_cancelled")
    assert "11:00" in told.body
    assert messages(session, kind="ride_moved") == []
    assert sound(session)


@pytest.mark.parametrize("sequences", [{0}, {0, 1}, None])
def test_a_way_somebody_sits_in_is_never_called_off(session: Session, sequences: set[int] | None) -> None:
    ride_id = prepared(session)
    out = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        pick_up(writing, out, by=OPERATOR, now=at(9, 25))
    assert cancellation_preview(session, stored(session, ride_id), now=at(9, 30), sequences={0}).sequences == ()
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=at(9, 30), sequences=sequences)
    ride = stored(session, ride_id)
    assert (ride.state, ride.legs[0].active) == (RideState.ON_BOARD, True)
    assert ride.legs[1].active is (sequences != {0, 1})
    with transaction() as writing:
        assert deliver(writing, out, by=OPERATOR, now=at(9, 50)).allowed
    assert stored(session, ride_id).state is (RideState.DONE if sequences == {0, 1} else RideState.ON_BOARD)


def test_getting_in_and_calling_the_whole_off_at_once_leaves_nobody_in_the_void(app: Flask, session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert set_out(writing, ride_id, by=OPERATOR, now=at(9))
    out = stored(session, ride_id).legs[0].id

    def gets_in() -> bool:
        with transaction() as writing:
            return pick_up(writing, out, by=OPERATOR, now=at(9, 25)).allowed

    def calls_off() -> bool:
        with transaction() as writing:
            return not isinstance(cancel_ride(writing, ride_id, by=OPERATOR, now=at(9, 25)), Verdict)

    answers = at_once(app, [gets_in, calls_off])
    assert sorted(answers) == [False, True], answers
    ride = stored(session, ride_id)
    assert ride.state is (RideState.ON_BOARD if answers[0] else RideState.CANCELLED_LATE)
    assert all(leg.active is answers[0] for leg in ride.legs)


def test_the_passenger_is_offered_to_call_the_way_home_off(office: Office, session: Session) -> None:
    office.shift()
    ride = brought_there(session, office.ride().id)
    office.clock.at(at(10, 30))
    office.page.sign_in("resident", ride.resident_id)
    office.page.get(f"/przejazdy/{ride.id}").follow("Odwołaj powrót")
    assert office.page.h1 == "Odwołać powrót?"
    assert "11:00" in office.page.main
    assert "Cały przejazd" not in office.page.main
    page = office.page.fill_and_send(form="Tak, odwołuję")
    assert "Powrót jest odwołany. Auto nie przyjedzie." in page.main
    assert "Odwołaj powrót" not in page.main
    assert stored(session, ride.id).state is RideState.DONE


def test_the_operator_calls_the_way_home_off(office: Office, session: Session) -> None:
    office.shift()
    ride = brought_there(session, office.ride().id)
    office.clock.at(at(10, 30))
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}").follow("Odwołaj na prośbę pasażera")
    assert "tylko powrót" in page.main
    assert "cały przejazd" not in page.main
    assert "Odwołane." in page.fill_and_send({"reason": "syn"}, form="Odwołaj przejazd").main
    assert stored(session, ride.id).state is RideState.DONE


# --- nobody there for the way home -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rules", "charged"), [(BY_WAYS, 2), (replace(BY_WAYS, charged=KIND), 1)])
def test_nobody_there_for_the_way_home_ends_that_way_only(session: Session, rules: RideRules, charged: int) -> None:
    ride = brought_there(session, prepared(session, rules))
    back = ride.legs[1].id
    with transaction() as writing:
        arrive(writing, back, by=OPERATOR, now=at(11))
        assert leave_without(writing, back, "nie ma", by=OPERATOR, now=at(11, 14)).codes == ("WAIT_LONGER",)
        assert leave_without(writing, back, "", by=OPERATOR, now=at(11, 15)).codes == ("REASON_NEEDED",)
        assert leave_without(writing, back, "nie ma", by=OPERATOR, now=at(11, 15)).allowed
    ride = stored(session, ride.id)
    assert (ride.state, ride.charged_legs, ride.legs[1].active) == (RideState.DONE, charged, False)
    (told,) = messages(session, kind="ride_no_show")
    assert ("nie liczy się do limitu" in told.body or "nie liczy sie do limitu" in told.body) is (charged == 1)
    with transaction() as writing:
        assert excuse(writing, ride.id, "czekała przy innym wejściu", by=OPERATOR, now=at(15)).allowed is (charged == 2)
        assert not excuse(writing, ride.id, "jeszcze raz", by=OPERATOR, now=at(15)).allowed
    assert stored(session, ride.id).charged_legs == 1
    assert sound(session)


def test_where_only_whole_rides_count_there_is_nothing_to_excuse(session: Session) -> None:
    ride = brought_there(session, prepared(session))
    with transaction() as writing:
        assert mark_no_show(writing, ride.id, "nie ma", by=OPERATOR, now=at(12)).allowed
        assert not excuse(writing, ride.id, "szpital", by=OPERATOR, now=at(15)).allowed


def test_who_was_told_no_hour_cannot_have_missed_it(session: Session) -> None:
    ride = brought_there(session, prepared(session, ROOMY, wish=OPEN))
    with transaction() as writing:
        arrive(writing, ride.legs[1].id, by=OPERATOR, now=at(11))
        assert leave_without(writing, ride.legs[1].id, "nie ma", by=OPERATOR, now=at(15)).codes == ("NOT_NOW",)
        assert not mark_no_show(writing, ride.id, "nie ma", by=OPERATOR, now=at(15)).allowed
    assert stored(session, ride.id).state is RideState.ON_BOARD


def test_a_late_tap_on_the_way_there_does_not_end_the_way_home(session: Session) -> None:
    ride_id = prepared(session)
    out = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        arrive(writing, out, by=OPERATOR, now=at(9, 20))
    brought_there(session, ride_id)
    with transaction() as writing:
        assert leave_without(writing, out, "nie ma", by=OPERATOR, now=at(11)).codes == ("NOT_NOW",)
    assert stored(session, ride_id).legs[1].active


def test_the_driver_and_the_coordinator_are_offered_it(session: Session, page: Page, clock: Clock) -> None:
    office = Office(session, page, clock)
    shift = office.shift()
    ride = office.ride()
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    brought_there(session, ride.id)
    back = stored(session, ride.id).legs[1].id
    for minute in (14, 15):
        clock.at(at(11, minute))
        office.sign_in("coordinator")
        assert ("Pasażer nie przyszedł" in page.get(f"/przejazdy/przejazd/{ride.id}").main) is (minute == 15)
    clock.at(at(11))
    office.drives(office.sign_in("driver", name="Darek Drogowski"), shift)
    page.get("/przejazdy/moja-zmiana")
    page.post(f"/przejazdy/moja-zmiana/{back}", {"step": "arrive"})
    assert "Zapisz: nikogo nie ma" not in page.main
    clock.at(at(11, 15))
    assert page.who is not None
    page.sign_in("staff", page.who.id)
    page.get("/przejazdy/moja-zmiana")
    page.fill_and_send({"reason": "dzwoniłem"}, form=f"Zapisz: nikogo nie ma {ride.resident.name} 11:00")
    assert stored(session, ride.id).state is RideState.DONE
    page.sign_in("resident", ride.resident_id)
    main = page.get(f"/przejazdy/{ride.id}").main
    assert "Kierowca nikogo nie zastał przy powrocie" in main
    assert "Nie odbył się" in main


# --- which car comes ---------------------------------------------------------------------------------------------------------------------


def ready_without_car(session: Session, now: datetime) -> tuple[Ride, int]:
    """Somebody said to be ready when no car drove; then there is one."""
    ride = brought_there(session, prepared(session, ROOMY, wish=OPEN))
    with transaction() as writing:
        for leg in ride.legs:
            if leg.shift_id is not None and leg.sequence == 0:
                cancel_shift(writing, leg.shift_id, by=OPERATOR, now=now)
        answer = say_ready(writing, ride.id, by=OPERATOR, now=now)
        assert isinstance(answer, Verdict)
        assert answer.codes == ("NO_CAR_NOW",)
        shift_id = make_shift(writing, RIDE_ON).id
    return stored(session, ride.id), shift_id


def told_when(session: Session, ride_id: int) -> str:
    """The one message that says when the car comes; what is stored agrees with it."""
    (told,) = messages(session, kind="ride_ready_taken")
    assert stored(session, ride_id).legs[1].assigned_at is not None
    return told.body


def test_who_waits_for_a_car_is_planned_from_now_and_told_when(session: Session) -> None:
    ride, shift_id = ready_without_car(session, at(11, 10))
    now = at(11, 20)
    (fit,) = fits_of(session, ride, [ride.legs[1]], now=now)
    assert fit.fits
    with transaction() as writing:
        assert assign_ride(writing, ride.id, shift_id, by=OPERATOR, now=now).allowed
    back = stored(session, ride.id).legs[1]
    assert now <= back.planned_pickup_at <= back.promised_until_at
    assert now <= back.promised_from_at
    assert f"{back.promised_from_at.astimezone(now.tzinfo):%M}" in told_when(session, ride.id)
    assert sound(session)


def test_the_rescue_of_a_day_tells_who_waits_too(session: Session) -> None:
    ride, _shift_id = ready_without_car(session, at(11, 10))
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=at(13, 30)) == Rescued(1, 0)
    assert stored(session, ride.id).legs[1].planned_pickup_at >= at(13, 30)
    assert told_when(session, ride.id)
    assert sound(session)


def test_a_car_forced_for_who_waits_is_told_too(session: Session) -> None:
    ride, shift_id = ready_without_car(session, at(11, 10))
    now = at(15, 50)  # the shift ends at four
    with transaction() as writing:
        assert assign_ride(writing, ride.id, shift_id, by=OPERATOR, now=now).codes == ("NO_ROOM",)
        answer = assign_ride(writing, ride.id, shift_id, by=OPERATOR, now=now, force_reason="kierowca się zgodził")
        assert answer.allowed
    assert stored(session, ride.id).legs[1].planned_pickup_at >= now
    assert "15:50" in told_when(session, ride.id)


def test_who_was_told_an_hour_keeps_it_with_another_car(session: Session) -> None:
    ride = brought_there(session, prepared(session, ROOMY, wish=OPEN))
    with transaction() as writing:
        answer = say_ready(writing, ride.id, by=OPERATOR, now=at(11, 1))
        assert isinstance(answer, Ready)
        other = make_shift(writing, RIDE_ON).id
    told = stored(session, ride.id).legs[1].promised_from_at
    with transaction() as writing:
        assert assign_leg(writing, ride.legs[1].id, other, by=OPERATOR, now=told - timedelta(minutes=3)).allowed
    assert stored(session, ride.id).legs[1].promised_from_at == told
    assert len(messages(session, kind="ride_ready_taken")) == 1
    assert len(messages(session, kind="ride_other_car")) == 1


def test_who_was_told_an_hour_that_nobody_can_keep_is_told_another(session: Session) -> None:
    ride = brought_there(session, prepared(session, ROOMY, wish=OPEN))
    with transaction() as writing:
        assert isinstance(say_ready(writing, ride.id, by=OPERATOR, now=at(11, 1)), Ready)
        other = make_shift(writing, RIDE_ON).id
    with transaction() as writing:
        assert assign_leg(writing, ride.legs[1].id, other, by=OPERATOR, now=at(11, 30)).allowed
    back = stored(session, ride.id).legs[1]
    assert at(11, 30) <= back.promised_from_at <= back.planned_pickup_at
    assert len(messages(session, kind="ride_ready_taken")) == 2
    assert sound(session)


def test_a_car_that_is_given_a_ride_does_not_set_out_in_the_past(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        other = make_shift(writing, RIDE_ON).id
    out = stored(session, ride_id).legs[0]
    now = out.promised_until_at - timedelta(minutes=1)  # nobody is there in a minute
    with transaction() as writing:
        assert assign_leg(writing, out.id, other, by=OPERATOR, now=now).codes == ("NO_ROOM",)
        assert out.shift_id is not None
        assert assign_leg(writing, out.id, out.shift_id, by=OPERATOR, now=now).allowed, "that car is on its way already"
        forced = assign_leg(writing, out.id, other, by=OPERATOR, now=now, force_reason="jest za rogiem")
        assert forced.allowed
    assert stored(session, ride_id).legs[0].planned_pickup_at >= now
