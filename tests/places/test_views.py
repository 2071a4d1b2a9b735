"""Destinations and streets: found, added, changed, closed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.places.actions import install_kielce
from services_app.places.models import Destination, Street
from services_app.places.queries import coordinates_of, destinations_like, streets_like
from tests.counting import counted_queries
from tests.factories.staff import make_staff
from tests.page import Page

pytestmark = pytest.mark.usefixtures("app")

NEW = {
    "name": "Bank Spółdzielczy",
    "category": "bank",
    "street": "ul. Sienkiewicza",
    "house_number": "18",
    "postcode": "25301",
    "entrances-0-name": "Od ulicy",
}


@pytest.fixture
def kielce(session: Session) -> None:
    session.rollback()
    with transaction() as writing:
        install_kielce(writing)


@pytest.fixture
def coordinator(session: Session, page: Page) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def test_the_shipped_town_has_enough_places_with_doors_and_streets(session: Session, kielce: None) -> None:
    places = session.scalars(select(Destination)).all()
    assert len(places) >= 60
    assert all(place.entrances for place in places)
    assert len(session.scalars(select(Street)).all()) >= 150


def test_installing_twice_adds_nothing(session: Session, kielce: None) -> None:
    with transaction() as writing:
        assert install_kielce(writing) == 0


def test_the_shipped_town_is_installed_by_a_command(session: Session, app: Flask) -> None:
    runner = app.test_cli_runner()
    added = runner.invoke(args=["places", "install-kielce"]).output
    places = session.scalar(select(func.count()).select_from(Destination))
    assert added == f"Added {places} destinations.\n"
    assert streets_like(session, "zagorska")
    assert "Added 0 " in runner.invoke(args=["places", "install-kielce"]).output


@pytest.mark.parametrize("typed", ["zespolony", "ZESPOLONY grunwaldzka", "szpital zesp", "wojewodzki  szpital"])
def test_a_hospital_is_found_however_it_is_typed(session: Session, kielce: None, typed: str) -> None:
    assert "Wojewódzki Szpital Zespolony w Kielcach" in [place.name for place in destinations_like(session, typed)]


@pytest.mark.parametrize("typed", ["onkologia", "centrum onkologia", "Onkologii"])
def test_a_name_is_found_with_another_ending(session: Session, kielce: None, typed: str) -> None:
    assert [place.name for place in destinations_like(session, typed)] == ["Świętokrzyskie Centrum Onkologii"]


def test_signs_that_mean_something_to_the_database_are_only_signs(session: Session, kielce: None) -> None:
    assert destinations_like(session, "%%") == []
    assert destinations_like(session, "__") == []


@pytest.mark.parametrize("typed", ["ul. Solidarności", "al. solidarnosci", "Solidar"])
def test_a_street_is_found_with_or_without_its_kind(session: Session, kielce: None, typed: str) -> None:
    assert "Aleja Solidarności" in [street.name for street in streets_like(session, typed)]


def test_an_unknown_street_lies_in_the_middle_of_town_and_says_so(session: Session, kielce: None) -> None:
    assert coordinates_of(session, "Kielce", "ul. Nieznana", "3") == (50.8703, 20.6275, False)
    assert coordinates_of(session, "Kielce", "ul. Zagórska", "3")[2] is True


def test_anybody_gets_suggestions_while_typing(page: Page, kielce: None) -> None:
    answer = page.client.get("/miejsca/szukaj.json?q=onkologii", base_url="https://localhost").get_json()
    assert [item["label"] for item in answer["items"]] == ["Świętokrzyskie Centrum Onkologii"]
    answer = page.client.get("/miejsca/ulice.json?q=zago", base_url="https://localhost").get_json()
    assert "Zagórska" in [item["label"] for item in answer["items"]]


def test_a_coordinator_adds_a_place_and_it_is_found(session: Session, coordinator: Page, kielce: None) -> None:
    coordinator.get("/miejsca/nowe").fill_and_send({**NEW, "confirmed": "y"})
    place = session.scalars(select(Destination).where(Destination.name == NEW["name"])).one()
    assert place.postcode == "25-301"
    assert not place.place_is_exact
    assert place.confirmed_on == clock.today()
    assert [entrance.name for entrance in place.entrances] == ["Od ulicy"]
    assert NEW["name"] in coordinator.get("/miejsca/", q="spoldzielczy").main
    assert "destination_added" in session.scalars(select(JournalEntry.deed)).all()


def test_entrances_keep_their_identity_when_they_are_renamed(session: Session, coordinator: Page, kielce: None) -> None:
    place = session.scalars(select(Destination).where(Destination.name.startswith("Wojewódzki Szpital"))).one()
    before = [entrance.id for entrance in place.entrances]
    coordinator.get(f"/miejsca/{place.id}").fill_and_send(
        {"entrances-0-name": "Wejście A", "entrances-0-step_free": "yes"}, form="miejsce"
    )
    session.expire_all()
    assert [entrance.id for entrance in place.entrances] == before
    assert (place.entrances[0].name, place.entrances[0].step_free) == ("Wejście A", True)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Podaj nazwę miejsca."),
        ("street", "", "Podaj ulicę."),
        ("postcode", "123", "Kod ma pięć cyfr"),
        ("position", "gdzieś", "Podaj dwie liczby"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    coordinator: Page, field: str, typed: str, says: str
) -> None:
    coordinator.get("/miejsca/nowe").fill_and_send({**NEW, field: typed})
    assert says in coordinator.main
    assert "Od ulicy" in str(coordinator.soup)


def test_a_closed_place_is_no_longer_offered_and_can_come_back(
    session: Session, coordinator: Page, kielce: None
) -> None:
    place = destinations_like(session, "onkologii")[0]
    coordinator.get(f"/miejsca/{place.id}").fill_and_send(form=f"/miejsca/{place.id}/zamkniecie")
    assert destinations_like(session, "onkologii") == []
    coordinator.get(f"/miejsca/{place.id}").fill_and_send(form=f"/miejsca/{place.id}/przywrocenie")
    assert len(destinations_like(session, "onkologii")) == 1


def test_the_list_asks_the_same_number_of_questions_for_ten_places_and_all(coordinator: Page, kielce: None) -> None:
    with counted_queries() as few:
        coordinator.get("/miejsca/", q="onkologii")
    with counted_queries() as many:
        coordinator.get("/miejsca/")
    assert len(few) == len(many)
