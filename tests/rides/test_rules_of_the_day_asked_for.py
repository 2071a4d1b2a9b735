"""The rules of the day that is asked for judge and offer; a ride that is changed keeps those it was promised under."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.clock import day_of, moment_at
from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.rides.actions import approve_ride, save_answer, save_place, start_draft
from services_app.rides.models import BookingDraft, Leg, Ride
from services_app.rides.policy import PurposeRule, Quota
from services_app.rides.queries import asking_of, rides_without_vehicle, rules_calendar, rules_judging
from services_app.rides.queries.open_days import days_to_book
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Period, Purpose, QuotaUnit, ReturnMode
from tests.at_once import at_once
from tests.factories.fleet import make_shift
from tests.factories.places import make_destination
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import USUAL_REQUEST, Office

NO_WAITING = replace(KIELCE_2024, return_modes=frozenset({ReturnMode.FIXED_HOUR}))
NEXT_DAY = RIDE_ON + timedelta(days=1)


def waited_for(session: Session) -> Ride:
    """A ride whose driver waits, promised before the rules forgot that way home."""
    rider = make_rider(session, make_rules(session))
    for on in (RIDE_ON, NEXT_DAY):
        make_shift(session, on)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(return_mode=ReturnMode.DRIVER_WAITS, visit_minutes=30)).id
    make_rules(session, NO_WAITING, in_force_from=day_of(NOW))
    session.commit()
    return session.get_one(Ride, ride_id)


@pytest.mark.parametrize(("later", "waits"), [(0, True), (1, False)])
def test_a_ride_that_keeps_its_day_keeps_its_rules(session: Session, later: int, waits: bool) -> None:
    ride = waited_for(session)
    on = RIDE_ON + timedelta(days=later)
    for moving, expected in ((ride, waits), (None, False)):
        assert (ReturnMode.DRIVER_WAITS in rules_judging(session, on, moving).return_modes) is expected


def test_who_changes_only_the_hour_still_has_the_driver_wait(page: Page, session: Session, clock: Clock) -> None:
    ride = waited_for(session)
    clock.at("2026-06-15 08:00")
    page.sign_in("resident", ride.resident_id)
    page.get(f"/przejazdy/{ride.id}").fill_and_send(form="Zmień termin").fill_and_send({"hour": "11"}, form="Dalej")
    assert page.h1 == "Wybierz godzinę wyjazdu"
    assert "kierowca poczeka" in page.main


def test_the_desk_offers_the_ways_home_of_the_day_asked_for(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    make_rules(session, NO_WAITING, in_force_from=RIDE_ON)
    session.commit()
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}")
    assert page.soup.select("#back option[value=driver_waits]")
    page.fill_and_send(USUAL_REQUEST, form="Pokaż godziny F8")
    assert not page.soup.select("#back option[value=driver_waits]")


def test_an_hour_for_the_way_back_goes_with_a_fixed_hour_only(office: Office) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}")
    page.fill_and_send(
        {**USUAL_REQUEST, "back": "driver_waits", "back_at": "13", "minutes": "30"}, form="Pokaż godziny F8"
    )
    assert "Godzinę podaj tylko przy powrocie o ustalonej godzinie." in page.main
    page.fill_and_send({"back": "fixed_hour"}, form="Pokaż godziny F8")
    assert "Mam takie godziny" in page.main


ASKS = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))


def test_agreement_is_asked_for_once_for_each_purpose(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ASKS))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    ride, wish = session.get_one(Ride, ride_id), wish_for(at=time(11))

    def asked() -> bool:
        asking = asking_of(session, ride.resident, RIDE_ON, now=NOW, moving=ride)
        return asking.needs_approval(wish, asking.assessment(wish, asking.exact(wish), None))

    assert asked()
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=NOW).allowed
    session.refresh(ride)
    assert not asked()
    wish = replace(wish, purpose=Purpose.SPECIALIST)
    assert asked()


@pytest.mark.parametrize(("ends", "offered"), [(RIDE_ON, True), (RIDE_ON - timedelta(days=1), False)])
def test_days_after_a_programmes_end_are_not_offered(session: Session, ends: object, offered: bool) -> None:
    programme = Quota(Period.PROGRAMME, 9, QuotaUnit.ROUND_TRIP, day_of(NOW), ends)  # type: ignore[arg-type]  # a day
    rider = make_rider(session, make_rules(session, replace(KIELCE_2024, quotas=(programme,))))
    make_shift(session, RIDE_ON)
    session.commit()
    days = days_to_book(session, rider.id, rules_calendar(session), now=NOW).days
    assert (RIDE_ON in days) is offered


def test_who_has_been_driven_already_needs_no_other_car(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    shift = make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(return_mode=None)).id
    with transaction() as writing:
        cancel_shift(writing, shift.id, by=OPERATOR, now=NOW)
    assert [each.ride.id for each in rides_without_vehicle(session, RIDE_ON, RIDE_ON)] == [ride_id]
    with transaction() as writing:
        (leg,) = writing.get_one(Ride, ride_id).legs
        leg.picked_up_at = moment_at(RIDE_ON, time(9, 20))
    session.expire_all()
    assert len(rides_without_vehicle(session, RIDE_ON, RIDE_ON)) == 1  # sits in a car that stands
    with transaction() as writing:
        writing.get_one(Leg, leg.id).delivered_at = moment_at(RIDE_ON, time(9, 50))
    session.expire_all()
    assert rides_without_vehicle(session, RIDE_ON, RIDE_ON) == []


def test_two_tabs_of_one_booking_lose_neither_answer(app: Flask, session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    session.commit()
    with transaction() as writing:
        draft_id = start_draft(writing, rider.id, by=OPERATOR, now=NOW).id

    def says(name: str) -> object:
        def said() -> None:
            with transaction() as writing:
                save_answer(writing, draft_id, {name: name}, by=OPERATOR, now=NOW)

        return said

    names = [f"answer-{number}" for number in range(6)]
    assert at_once(app, [says(name) for name in names]) == [None] * 6  # type: ignore[misc]  # each is a deed
    session.expire_all()
    assert sorted(session.get_one(BookingDraft, draft_id).answers) == names


def test_a_place_kept_twice_at_once_is_kept_once(app: Flask, session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    place = make_destination(session)
    session.commit()
    rider_id, place_id = rider.id, place.id

    def keeps() -> int:
        with transaction() as writing:
            return save_place(writing, rider_id, place_id, by=OPERATOR, now=NOW).id

    assert len(set(at_once(app, [keeps] * 4))) == 1
