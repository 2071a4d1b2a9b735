"""Slips of staff: nobody is absent, fetched or given another car by a click that comes too early or too late."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.models import Shift
from services_app.rides.actions import (
    arrive,
    assign_as_planned,
    assign_ride,
    cancel_ride,
    change_state,
    deliver,
    mark_missed,
    mark_no_show,
    pick_up,
    say_late,
    say_ready,
    set_out,
)
from services_app.rides.models import Ride
from services_app.rides.queries import cars_mark, told_from
from services_app.rides.terms import RideState
from tests.at_once import at_once
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.rides.one_ride import AFTER_THE_WAIT, DAYTIME, OPEN, at, brought_there, prepared, sound, stored
from tests.rides.staff_face import Office

SECOND = timedelta(seconds=1)
PROMISED = moment_at(RIDE_ON, time(9, 25))


def under_way(session: Session, *, now: datetime = DAYTIME) -> int:
    """A ride whose car has set out."""
    ride_id = prepared(session)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert set_out(writing, ride_id, by=OPERATOR, now=now).allowed
    return ride_id


def noted_absent(ride_id: int, *, now: datetime, plainly: bool = False) -> bool:
    with transaction() as writing:
        if plainly:
            answer = change_state(writing, ride_id, RideState.NO_SHOW, by=OPERATOR, now=now, reason="nie ma")
        else:
            answer = mark_no_show(writing, ride_id, "nie ma", by=OPERATOR, now=now)
    return answer.allowed


# --- nobody there -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plainly", [False, True])
@pytest.mark.parametrize(("late", "until"), [(None, AFTER_THE_WAIT), (30, AFTER_THE_WAIT + timedelta(minutes=30))])
def test_staff_note_an_absence_only_after_the_hour_told_and_the_wait(
    session: Session, late: int | None, until: datetime, plainly: bool
) -> None:
    ride_id = under_way(session)
    if late:
        with transaction() as writing:
            assert say_late(writing, stored(session, ride_id).legs[0].id, late, by=OPERATOR, now=DAYTIME).allowed
    for moment, allowed in ((at(3, 2), False), (until - SECOND, False), (until, True)):
        assert noted_absent(ride_id, now=moment, plainly=plainly) is allowed
        assert (stored(session, ride_id).state is RideState.NO_SHOW) is allowed


def test_a_car_that_came_late_is_waited_for_as_long(session: Session) -> None:
    ride_id = under_way(session)
    with transaction() as writing:
        assert arrive(writing, stored(session, ride_id).legs[0].id, by=OPERATOR, now=at(9, 35)).allowed
    for moment, allowed in ((at(9, 50) - SECOND, False), (at(9, 50), True)):
        assert noted_absent(ride_id, now=moment) is allowed


@pytest.mark.parametrize("delivered", [False, True])
def test_who_was_fetched_is_never_absent_for_the_whole_ride(session: Session, delivered: bool) -> None:
    ride_id = under_way(session)
    there = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        assert pick_up(writing, there, by=OPERATOR, now=PROMISED).allowed
        if delivered:
            assert deliver(writing, there, by=OPERATOR, now=at(9, 50)).allowed
        assert not set_out(writing, ride_id, by=OPERATOR, now=at(9, 55)).allowed
        assert not mark_no_show(writing, ride_id, "nie ma", by=OPERATOR, now=at(10, 55)).allowed
        assert mark_missed(writing, ride_id, "awaria", by=OPERATOR, now=at(16)).allowed
    assert not noted_absent(ride_id, now=at(17), plainly=True), "judged anew, too"
    assert stored(session, ride_id).charged_legs == 0
    assert sound(session)


def test_who_is_only_driven_home_is_absent_after_the_hour_of_the_way_home(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert set_out(writing, ride_id, by=OPERATOR, now=DAYTIME).allowed
    until = told_from(stored(session, ride_id).legs[1]) + timedelta(minutes=15)
    for moment, allowed in ((AFTER_THE_WAIT, False), (until - SECOND, False), (until, True)):
        assert noted_absent(ride_id, now=moment) is allowed


def test_a_slip_before_anybody_got_in_is_still_put_right(session: Session) -> None:
    ride_id = under_way(session)
    with transaction() as writing:
        assert change_state(writing, ride_id, RideState.ASSIGNED, by=OPERATOR, now=DAYTIME).allowed
        assert set_out(writing, ride_id, by=OPERATOR, now=DAYTIME).allowed


def test_the_page_offers_no_absence_before_its_time_nor_to_set_out_again(office: Office, session: Session) -> None:
    office.shift()
    ride = office.ride()
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    path = f"/przejazdy/przejazd/{ride.id}"
    until = told_from(ride.legs[0]) + timedelta(minutes=ROOMY.window_minutes)
    offered = {}
    for moment in (at(3, 2), until - SECOND, until):
        office.clock.at(moment)
        office.sign_in("coordinator")
        page = office.page.get(path)
        if moment == at(3, 2):
            page.fill_and_send(form="Samochód wyjechał")
            assert "Pasażer wsiadł" not in page.main
        offered[moment] = "Pasażer nie przyszedł" in page.main
    assert list(offered.values()) == [False, False, True]
    page = office.page.get(path).fill_and_send(form="Pasażer wsiadł (tam)")
    for step in ("Samochód wyjechał", "Pasażer nie przyszedł"):
        assert step not in page.main
    page.fill_and_send(form="Pasażer dojechał (tam)")
    for step in ("Samochód wyjechał", "Pasażer nie przyszedł"):
        assert step not in page.main
    page.post(f"{path}/krok", {"step": "set_out"})
    page.post(f"{path}/krok", {"step": "no_show", "reason": "nie ma nikogo"})
    session.rollback()
    assert session.get_one(Ride, ride.id).state is RideState.ON_BOARD


# --- got in -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [None, 30])
def test_nobody_gets_in_more_than_an_hour_before_the_hour_promised(session: Session, late: int | None) -> None:
    ride_id = under_way(session)
    there = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        if late:  # a delay may be made good
            assert say_late(writing, there, late, by=OPERATOR, now=DAYTIME).allowed
        for moment in (at(3, 2), at(8, 25) - SECOND):
            assert pick_up(writing, there, by=OPERATOR, now=moment).codes == ("TOO_EARLY",)
        assert pick_up(writing, there, by=OPERATOR, now=at(8, 25)).allowed


def test_too_early_says_for_when_the_ride_is(office: Office, session: Session) -> None:
    office.shift()
    ride = office.ride()
    office.clock.at("2026-06-23 03:02")
    office.sign_in("coordinator")
    data = {"step": "pick_up", "leg": str(ride.legs[0].id)}
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}").post(f"/przejazdy/przejazd/{ride.id}/krok", data)
    assert "Na to jest za wcześnie. Ten przejazd jest o 9:" in page.main
    session.rollback()
    assert session.get_one(Ride, ride.id).legs[0].picked_up_at is None


def test_who_was_brought_there_goes_home_at_any_time(session: Session) -> None:
    ride = brought_there(session, prepared(session))
    with transaction() as writing:
        assert pick_up(writing, ride.legs[1].id, by=OPERATOR, now=at(9, 51)).allowed, (
            "the driver waits, the visit fell through"
        )


def test_who_is_only_driven_home_gets_in_at_most_an_hour_before_the_hour_told(session: Session) -> None:
    ride_id = prepared(session, ROOMY, wish=OPEN)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert say_ready(writing, ride_id, by=OPERATOR, now=at(13)) is not None
    back = stored(session, ride_id).legs[1]
    limit = back.promised_from_at - timedelta(hours=1)
    with transaction() as writing:
        assert pick_up(writing, back.id, by=OPERATOR, now=limit - SECOND).codes == ("TOO_EARLY",)
        assert pick_up(writing, back.id, by=OPERATOR, now=limit).allowed


# --- two coordinators, two cars ---------------------------------------------------------------------------------------------------------


def cars_of(session: Session, ride_id: int) -> set[int | None]:
    return {leg.shift_id for leg in stored(session, ride_id).legs}


def three_cars(office: Office) -> tuple[Ride, Shift, Shift]:
    """A ride, and two cars besides the one that was planned for it."""
    office.shift("Biały bus")
    ride = office.ride()
    return ride, office.shift("Czerwony van"), office.shift("Zielony van")


def test_the_second_coordinator_is_told_who_gave_which_car_and_may_send_again(office: Office, session: Session) -> None:
    ride, red, green = three_cars(office)
    path = f"/przejazdy/przejazd/{ride.id}/samochod"
    office.sign_in("coordinator", name="Karol Pierwszy")
    page = office.page.get(path)
    drawn = page.fields()
    page.fill_and_send({"shift": str(red.id)})
    office.sign_in("coordinator", name="Anna Druga")
    fresh = office.page.get(path).fields()
    page = office.page.post(path, {**fresh, "as_it_was": drawn["as_it_was"], "shift": str(green.id)})
    (error,) = page.errors
    assert error.startswith("Ten przejazd ma już samochód Czerwony van. Przydział: Karol Pierwszy, ")
    assert cars_of(session, ride.id) == {red.id}
    page.fill_and_send({"shift": str(green.id)})
    assert page.errors == []
    assert cars_of(session, ride.id) == {green.id}


def test_the_same_car_chosen_twice_and_a_car_seen_before_need_no_question(office: Office, session: Session) -> None:
    ride, red, green = three_cars(office)
    drawn = cars_mark(stored(session, ride.id))
    session.rollback()
    for car in (red, red):
        with transaction() as writing:
            assert assign_ride(writing, ride.id, car.id, by=OPERATOR, now=NOW, seen=drawn).allowed
    with transaction() as writing:
        assert assign_ride(writing, ride.id, green.id, by=OPERATOR, now=NOW, seen=drawn).codes == ("CAR_GIVEN",)
        assert assign_ride(writing, ride.id, green.id, by=OPERATOR, now=NOW, seen="").codes == ("CAR_GIVEN",)
    seen = cars_mark(stored(session, ride.id))
    session.rollback()
    with transaction() as writing:
        assert assign_ride(writing, ride.id, green.id, by=OPERATOR, now=NOW, seen=seen).allowed
    assert cars_of(session, ride.id) == {green.id}


def test_of_two_cars_given_at_once_one_stays(app: Flask, session: Session) -> None:
    ride_id = prepared(session)
    cars = [make_shift(session, RIDE_ON).id for _ in range(2)]
    session.commit()
    drawn = cars_mark(stored(session, ride_id))
    session.rollback()

    def gives(car: int) -> tuple[str, ...]:
        with transaction() as writing:
            return assign_ride(writing, ride_id, car, by=OPERATOR, now=NOW, seen=drawn).codes

    answers = at_once(app, [lambda car=car: gives(car) for car in cars])  # type: ignore[misc]  # the car is bound
    assert sorted(answers) == [(), ("CAR_GIVEN",)], answers
    assert cars_of(session, ride_id) == {cars[answers.index(())]}
