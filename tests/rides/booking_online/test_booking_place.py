"""Booking online, "where to": own places, doors, typed addresses, what for."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.places.models import Entrance
from services_app.residents.models import Resident
from services_app.rides.models import BookingDraft, SavedPlace
from services_app.rides.policy import Area, PurposeRule
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose
from tests.factories.places import make_destination
from tests.factories.rides import RIDE_ON, ROOMY, booked_ride, make_rules
from tests.page import Page
from tests.rides.walking import count, make_town, say_where


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


def test_a_place_one_rides_to_for_nothing_allowed_is_refused_at_once(page: Page, session: Session) -> None:
    town = make_town(session)
    library = make_destination(session, "Biblioteka Główna", category="biblioteka")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, library)
    assert page.h1 == "Dokąd chcesz jechać?"
    assert page.errors == ["Tam nie wozimy. Możesz jechać: do lekarza specjalisty i na badania, do urzędu, do banku."]
    assert page.soup.select_one(".call-us__number")
    assert count(session, BookingDraft) == 0


def test_a_place_whose_purpose_is_allowed_goes_on(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, purposes=(*KIELCE_2024.purposes, PurposeRule(Purpose.LIBRARY))))
    library = make_destination(session, "Biblioteka Główna", category="biblioteka")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, library)
    assert page.h1 == "Kiedy jest wizyta?"


def test_what_rules_to_come_allow_is_not_refused_before_the_day_is_known(page: Page, session: Session) -> None:
    town = make_town(session)
    wider = replace(
        KIELCE_2024, purposes=(*KIELCE_2024.purposes, PurposeRule(Purpose.LIBRARY)), area=Area(("Kielce", "Warszawa"))
    )  # fmt: skip
    make_rules(session, wider, in_force_from=RIDE_ON)
    library = make_destination(session, "Biblioteka Główna", category="biblioteka")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, library)
    assert page.h1 == "Po co jest ten przejazd?"
    offered = [str(field["value"]) for field in page.form().select("input[name=purpose]")]
    assert offered == ["medical", "office", "bank", "library", "other"]
    page.fill_and_send({"purpose": "library"}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"


def test_a_clinic_where_no_doctor_is_allowed_is_refused_at_once(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, purposes=(PurposeRule(Purpose.OFFICE),)))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert page.errors == ["Tam nie wozimy. Możesz jechać: do urzędu."]


def test_the_purposes_asked_about_are_those_allowed_and_none_of_them(page: Page, session: Session) -> None:
    town = make_town(session)
    market = make_destination(session, "Bazar", category="handel")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, market)
    offered = [str(field["value"]) for field in page.form().select("input[name=purpose]")]
    assert offered == ["medical", "office", "bank", "other"]


def test_an_address_beyond_the_area_is_refused_beside_its_town(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, area=Area(("Kielce",))))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/adres")
    page.fill_and_send({"street": "Marszałkowska", "house_number": "1", "town": "Warszawa"}, form="Dalej")
    assert page.h1 == "Pod jaki adres?"
    assert page.errors == ["Wozimy tylko w granicach: Kielce. Wybierz miejsce bliżej."]
    assert page.soup.select_one("#town-error")
    assert page.soup.select_one(".call-us__number")
    assert page.fields("Dalej")["street"] == ["Marszałkowska"]
    assert count(session, BookingDraft) == 0
    page.fill_and_send({"town": "kielce"}, form="Dalej")
    assert page.h1 == "Po co jest ten przejazd?"
    assert "Marszałkowska 1 , Kielce" in page.main


def test_a_place_of_the_catalogue_beyond_the_area_is_refused_when_chosen(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, area=Area(("Kielce",))))
    far = make_destination(session, "Szpital w Busku", town="Busko-Zdrój")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, far)
    assert page.errors == ["Wozimy tylko w granicach: Kielce. Wybierz miejsce bliżej."]


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
    assert page.h1 == "Po co jest ten przejazd?"
    assert "Tam nie wozimy." in page.errors[0]
    page.fill_and_send({"purpose": "medical"}, form="Dalej")
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
