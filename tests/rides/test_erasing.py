"""Erasing a person reaches the rides: places, words and promises go, what is counted stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import metadata, transaction
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.actions import erase_resident
from services_app.residents.actions.locating import KIELCE
from services_app.residents.models import Resident
from services_app.residents.queries.exporting import everything_about
from services_app.rides.actions import refuse, save_place, start_draft
from services_app.rides.models import BookingDraft, Enrolment, Leg, Refusal, Ride, RideEvent, SavedPlace
from services_app.rides.queries import offer_times
from services_app.rides.terms import Channel, Purpose, RideState
from tests.factories.rides import CLINIC, NOW, OPERATOR, booked_ride, wish_for
from tests.frozen import Clock
from tests.rides.walking import Town, make_town

PLANTED = "Tajemnicza Poradnia Onkologiczna"
ADMINISTRATOR = Actor("staff", None)


@pytest.fixture
def town(session: Session, clock: Clock) -> Town:
    """Somebody with a coming ride, a refusal, a draft and a saved place."""
    clock.at("2026-06-15 08:00")
    made = make_town(session, phones=("600 100 200",), latitude=50.8801, longitude=20.6402)
    rider_id, place_id = made.rider.id, made.place.id
    with transaction() as writing:
        rider = writing.get_one(Resident, rider_id)
        wish = wish_for(place=replace(CLINIC, name=PLANTED), note=f"{PLANTED}, gabinet 3")
        booked_ride(writing, rider, wish)
        offers = offer_times(writing, rider, wish, now=NOW)  # the second ride of the month
        refuse(writing, rider_id, offers, by=OPERATOR, channel=Channel.PHONE, now=NOW)
        start_draft(writing, rider_id, by=OPERATOR, now=NOW, answers={"q": PLANTED})
        save_place(writing, rider_id, place_id, by=OPERATOR, now=NOW, label=PLANTED)
    return made


def everything(session: Session) -> str:
    """Every row of every table."""
    return "".join(str(row) for table in metadata.sorted_tables for row in session.execute(table.select()))


def erase(town: Town) -> None:
    with transaction() as writing:
        erase_resident(writing, writing.get_one(Resident, town.rider.id), by=ADMINISTRATOR, now=NOW)


def test_where_somebody_went_is_gone_and_that_they_went_is_counted(session: Session, town: Town) -> None:
    assert PLANTED in everything(session)
    session.rollback()
    erase(town)
    session.expire_all()
    assert PLANTED not in everything(session)
    ride = session.scalars(select(Ride)).one()
    assert (ride.destination_name, ride.destination_address, ride.note, ride.destination_id) == (
        "Dane usunięte",
        "",
        None,
        None,
    )
    assert ride.purpose == Purpose.MEDICAL
    ends = {
        (leg.from_latitude, leg.from_longitude, leg.to_latitude, leg.to_longitude)
        for leg in session.scalars(select(Leg))
    }
    assert ends == {(*KIELCE, *KIELCE)}, "neither the home nor the clinic"
    assert session.scalars(select(BookingDraft)).all() == []
    assert session.scalars(select(SavedPlace)).all() == []
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.wish == {}
    assert all(reason["code"] for reason in refusal.reasons)
    assert not any(reason["text"] for reason in refusal.reasons)
    assert PLANTED not in str(everything_about(session, town.rider.id))


def test_no_car_comes_and_nobody_is_told(session: Session, town: Town) -> None:
    erase(town)
    session.expire_all()
    ride = session.scalars(select(Ride)).one()
    assert ride.state is RideState.CANCELLED_BY_OPERATOR
    assert ride.charged_legs == 0
    assert not any(leg.active for leg in ride.legs)
    waiting = (MessageState.CREATED, MessageState.SENDING)
    assert session.scalars(select(Message).where(Message.state.in_(waiting))).all() == []
    assert all(event.reason is None for event in session.scalars(select(RideEvent)))
    assert session.scalars(select(Enrolment)).one().ended_at is not None
