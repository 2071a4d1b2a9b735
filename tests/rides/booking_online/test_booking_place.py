"""Booking online, "where to": own places, doors, typed addresses, what for."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.places.models import Entrance
from services_app.residents.models import Resident
from services_app.rides.models import BookingDraft, SavedPlace
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose
from tests.factories.places import make_destination
from tests.factories.rides import ROOMY, booked_ride
from tests.page import Page
from tests.rides.walking import make_town, say_where


def test_saved_and_recent_places_stand_first_as_cards(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    bank = make_destination(session, "Bank Miejski", category="bank", street="Sienkiewicza")
    session.add(SavedPlace(resident_id=town.rider.id, destination_id=bank.id))
    session.commit()
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow")
    labels = [label.get_text(" ", strip=True) for label in page.form("Dalej").select("label")]
    assert labels == ["Bank Miejski", "Poradnia na Wzgórzu"]
    typed = str(page.form("Dalej").select("input[name=place]")[1]["value"])
    assert typed.startswith("t:")
    page.fill_and_send({"place": typed}, form="Dalej")
    assert page.h1 == "Po co jest ten przejazd?"


def test_a_place_with_several_entrances_asks_which_one(page: Page, session: Session) -> None:
    town = make_town(session)
    for position, name in enumerate(("Wejście główne", "Wejście B, rehabilitacja")):
        session.add(Entrance(destination_id=town.place.id, name=name, note="od parkingu", position=position))
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert page.h1 == "Do którego wejścia?"
    second = str(page.form().select("input[name=entrance]")[1]["value"])
    page.fill_and_send({"entrance": second}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"
    draft = session.scalars(select(BookingDraft)).one()
    assert draft.answers["place"]["entrance_id"] == int(second)
    assert draft.answers["purpose"] == "medical"


def test_a_typed_address_asks_why_and_is_located(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow")
    page.follow("Nie ma go na liście. Wpiszę adres")
    page.fill_and_send({"street": "", "house_number": "3"}, form="Dalej")
    assert page.errors == ["Podaj ulicę."]
    page.fill_and_send(
        {"street": "Duża", "house_number": "3", "name": "Gabinet okulisty", "town": "kielce"}, form="Dalej"
    )
    assert page.h1 == "Po co jest ten przejazd?"
    page.fill_and_send({"purpose": "medical"}, form="Dalej")
    answers = session.scalars(select(BookingDraft)).one().answers
    assert (answers["place"]["name"], answers["place"]["address"], answers["place"]["town"]) == (
        "Gabinet okulisty", "Duża 3", "Kielce",
    )  # fmt: skip


def test_a_kind_of_place_the_rules_do_not_know_is_asked_about_honestly(page: Page, session: Session) -> None:
    town = make_town(session)
    theatre = make_destination(session, "Teatr Lalek", category="kultura")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, theatre)
    assert page.h1 == "Po co jest ten przejazd?"
    offered = {str(field["value"]) for field in page.form().select("input[name=purpose]")}
    assert offered == {"medical", "office", "bank", "culture", "other"}


def test_whose_purpose_is_none_of_those_listed_is_told_so_and_whom_to_call(page: Page, session: Session) -> None:
    town = make_town(session)
    market = make_destination(session, "Bazar", category="handel")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, market)
    page.fill_and_send({"purpose": "other"}, form="Dalej")
    assert page.h1 == "Po co jest ten przejazd?"
    assert page.errors == [
        "Program nie obejmuje innych przejazdów. Możesz jechać: do lekarza specjalisty i na badania, do urzędu, do banku. "
        "Jeśli nie wiesz, co wybrać, zadzwoń."
    ]
    assert page.soup.select_one(".call-us__number")
    assert "purpose" not in session.scalars(select(BookingDraft)).one().answers
    page.fill_and_send({"purpose": "office"}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"


def test_where_family_doctors_are_excluded_a_clinic_asks_which_doctor(page: Page, session: Session) -> None:
    rules = replace(KIELCE_2024, forbidden_purposes=frozenset({Purpose.GP}))
    town = make_town(session, rules)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.fill_and_send({"purpose": "gp"}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"


def test_nothing_found_says_what_to_try(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/dokad", q="xyzxyz")
    assert "Wpisz krótsze słowo" in page.main
    page.post("/przejazdy/zamow/nowe/dokad", {"place": "d:999999"})
    assert page.errors == ["Tego miejsca nie ma już w spisie. Wybierz inne albo wpisz adres."]


def test_suggestions_lead_back_with_the_place_chosen(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/miejsca.json", q="poradnia")
    assert page.response is not None
    (item,) = page.response.get_json()["items"]
    assert item["label"] == "Poradnia na Wzgórzu"
    page.get(item["href"])
    assert page.fields("Dalej")["place"] == [f"d:{town.place.id}"]
