"""Before a "no": another ride, which nobody has put on its car yet, is driven by a different one, at the hours it was promised."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Shift
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, NotBooked, assign_ride, book_ride, move_ride
from services_app.rides.models import Leg, Ride
from services_app.rides.queries import offer_times
from services_app.rides.queries.offers import may_be_replanned
from services_app.rides.scheduling import TimeOffer
from services_app.rides.terms import Channel, Mobility
from tests.at_once import at_once
from tests.factories.fleet import make_driver, make_shift, make_vehicle
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import sound
from tests.rides.together import chosen_booking

THERE, ELSEWHERE = (50.8250, 20.5600), (50.9200, 20.7000)


class Scene:
    """A walker in the only car with a wheelchair place; beside it a car without one; somebody in a wheelchair asks for the same hour."""

    def __init__(self, session: Session) -> None:
        version = make_rules(session)
        self.walker = make_rider(session, version, latitude=THERE[0], longitude=THERE[1])
        self.van = self._shift(session, places=1)
        self.ride = booked_ride(session, self.walker)
        self.car = self._shift(session, places=0)
        self._shift(session, places=1, on=RIDE_ON + timedelta(days=1))
        self.rolling = [
            make_rider(
                session, version, latitude=ELSEWHERE[0], longitude=ELSEWHERE[1], mobility=Mobility.FIXED_WHEELCHAIR
            )
            for _ in range(2)
        ]
        session.commit()

    @staticmethod
    def _shift(session: Session, places: int, on: date = RIDE_ON) -> Shift:
        """So short that one car cannot fetch both, however early."""
        vehicle = make_vehicle(session, wheelchair_places=places)
        driver = make_driver(session, carries_wheelchairs=True)
        return make_shift(session, on, vehicle=vehicle, driver=driver, starts=time(8, 40), ends=time(12, 5))


@pytest.fixture
def scene(app: Flask, session: Session) -> Scene:
    with transaction() as writing:
        return Scene(writing)


def first_time(session: Session, resident: Resident, *, now: datetime = NOW, **values: Any) -> TimeOffer:
    return offer_times(session, resident, wish_for(), now=now, **values).times[0]


def cars_of(session: Session, ride_id: int) -> list[int | None]:
    session.expire_all()
    return list(session.scalars(select(Leg.shift_id).where(Leg.ride_id == ride_id).order_by(Leg.sequence)))


def promises_of(session: Session, ride_id: int) -> list[tuple[Any, ...]]:
    query = select(Leg.promised_from_at, Leg.promised_until_at, Leg.arrive_by_at).where(Leg.ride_id == ride_id)
    return [tuple(row) for row in session.execute(query.order_by(Leg.sequence))]


def test_who_needs_the_wheelchair_place_gets_it_and_the_walker_another_car_at_the_same_hours(
    scene: Scene, session: Session
) -> None:
    promised = promises_of(session, scene.ride.id)
    told = session.scalars(select(Message.id)).all()
    offer = first_time(session, scene.rolling[0])
    assert offer.keeps_appointment
    assert cars_of(session, scene.ride.id) == [scene.van.id, scene.van.id]  # looking moves nobody
    with transaction() as writing:
        answer = book_ride(
            writing, scene.rolling[0].id, wish_for(), offer.choice, by=OPERATOR, channel=Channel.PHONE, now=NOW
        )
        assert isinstance(answer, Booked)
    assert cars_of(session, answer.ride.id) == [scene.van.id, scene.van.id]
    assert cars_of(session, scene.ride.id) == [scene.car.id, scene.car.id]
    assert promises_of(session, scene.ride.id) == promised
    assert sound(session)
    noted = select(JournalEntry).where(JournalEntry.deed == "ride_replanned")
    entries = session.scalars(noted).all()
    assert {(each.resident_id, each.actor_kind, each.actor_id) for each in entries} == {
        (scene.walker.id, "system", None)
    }
    assert {each.resident_id for each in session.scalars(select(Message).where(Message.id.not_in(told)))} == {
        scene.rolling[0].id
    }


def test_a_ride_moved_to_another_day_makes_room_too(scene: Scene, session: Session) -> None:
    with transaction() as writing:
        mine = booked_ride(writing, scene.rolling[0], wish_for(RIDE_ON + timedelta(days=1)))
    offer = first_time(session, scene.rolling[0], moving=mine)
    assert offer.keeps_appointment
    with transaction() as writing:
        assert isinstance(move_ride(writing, mine.id, wish_for(), offer.choice, by=OPERATOR, now=NOW), Booked)
    assert cars_of(session, scene.ride.id) == [scene.car.id, scene.car.id]
    assert cars_of(session, mine.id) == [scene.van.id, scene.van.id]
    assert sound(session)


def test_whom_a_coordinator_put_on_a_car_stays_there(scene: Scene, session: Session) -> None:
    offer = first_time(session, scene.rolling[0])
    with transaction() as writing:
        assert assign_ride(writing, scene.ride.id, scene.van.id, by=OPERATOR, now=NOW).allowed
    assert not any(time.keeps_appointment for time in offer_times(session, scene.rolling[0], wish_for(), now=NOW).times)
    with transaction() as writing:  # chosen before, asked again under the lock
        answer = book_ride(
            writing, scene.rolling[0].id, wish_for(), offer.choice, by=OPERATOR, channel=Channel.PHONE, now=NOW
        )
        assert isinstance(answer, NotBooked)
    assert answer.verdict.codes == ("NO_VEHICLE",)
    assert cars_of(session, scene.ride.id) == [scene.van.id, scene.van.id]


def test_of_two_for_whom_room_could_be_made_one_gets_it(app: Flask, scene: Scene, session: Session) -> None:
    ids = [each.id for each in scene.rolling]
    answers = at_once(app, [chosen_booking(resident_id, wish_for()) for resident_id in ids])
    assert sorted(answer[0] for answer in answers) == [False, True], answers
    session.rollback()
    assert session.scalar(select(Leg.shift_id).where(Leg.ride_id == scene.ride.id).limit(1)) == scene.car.id
    assert len(session.scalars(select(Ride.id)).all()) == 2
    assert sound(session)


@pytest.mark.parametrize(
    ("today", "possible"),
    [("2026-06-21", True), ("2026-06-22", False), ("2026-06-23", False)],  # Sunday, Monday, the Tuesday itself
)
def test_from_the_working_day_before_on_nothing_is_moved(today: str, possible: bool) -> None:
    assert may_be_replanned(RIDE_ON, now=datetime.fromisoformat(f"{today}T09:00:00+02:00")) is possible
