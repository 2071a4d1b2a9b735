"""The doors of a place: each row of the form is one of them, for good."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.places.models import CLOSED, Destination, Entrance
from services_app.rides.models import Ride
from tests.factories.places import make_destination
from tests.factories.staff import make_staff
from tests.page import Page
from tests.rides.one_ride import prepared


@pytest.fixture
def coordinator(session: Session, page: Page) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


@pytest.fixture
def place(session: Session) -> Destination:
    doors = [Entrance(name=name, position=number) for number, name in enumerate(("Wejście A", "Wejście B"))]
    return make_destination(session, entrances=doors)


def save(page: Page, place: Destination, **typed: str) -> None:
    values = {f"entrances-{name.replace('_', '-', 1)}": words for name, words in typed.items()}
    page.get(f"/miejsca/{place.id}").fill_and_send(values, form="miejsce")
    assert "Zapisane." in page.main


def doors(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    session.expire_all()
    return [(one.position, one.name) for one in session.scalars(select(Entrance).order_by(Entrance.id))]


def test_an_emptied_row_closes_its_door_and_moves_no_other(
    session: Session, coordinator: Page, place: Destination
) -> None:
    save(coordinator, place, **{"0_name": ""})
    assert doors(session) == [(CLOSED, "Wejście A"), (1, "Wejście B")]
    assert [one.name for one in session.get_one(Destination, place.id).entrances] == ["Wejście B"]
    assert coordinator.get(f"/miejsca/{place.id}").fields(form="miejsce")["entrances-1-name"] == ["Wejście B"]


def test_a_ride_promised_to_a_closed_door_still_names_it(
    session: Session, coordinator: Page, place: Destination
) -> None:
    ride = session.get_one(Ride, prepared(session))
    ride.destination_id, ride.entrance_id = place.id, place.entrances[0].id
    session.commit()
    save(coordinator, place, **{"0_name": ""})
    session.expire_all()
    assert ride.entrance is not None
    assert ride.entrance.name == "Wejście A"


def test_a_new_door_in_a_row_that_was_emptied_is_another_door(
    session: Session, coordinator: Page, place: Destination
) -> None:
    save(coordinator, place, **{"0_name": ""})
    save(coordinator, place, **{"0_name": "Wejście C"})
    assert doors(session) == [(CLOSED, "Wejście A"), (1, "Wejście B"), (0, "Wejście C")]
    assert [one.name for one in session.get_one(Destination, place.id).entrances] == ["Wejście C", "Wejście B"]


def test_the_last_door_can_go_too(session: Session, coordinator: Page, place: Destination) -> None:
    save(coordinator, place, **{"0_name": "", "1_name": ""})
    assert session.get_one(Destination, place.id, populate_existing=True).entrances == []
    assert "Bez schodów" in coordinator.get(f"/miejsca/{place.id}").main
