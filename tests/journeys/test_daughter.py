"""The daughter books for her mother, to a surgery she types the address of, and both are told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from services_app.messaging.models import Message
from services_app.residents.terms import Sex
from services_app.rides.models import Ride
from tests.browser import DESK, Site, Visitor
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import make_rider
from tests.frozen import Clock
from tests.rides.walking import Town, make_town


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session, first_name="Maria", last_name="Nowak", street="Jesionowa")


def test_she_books_for_her_mother_and_both_are_told(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    session = site.session
    father = make_rider(
        session, town.version, first_name="Stanisław", last_name="Nowak", sex=Sex.MALE, phones=("600 100 240",)
    )
    daughter = make_representative(session, "Ewa Nowak")
    for parent in (town.rider, father):
        let_represent(session, daughter, parent)
    session.commit()
    visitor = new_visitor(viewport=DESK)
    visitor.sign_in("representative", daughter.id)
    visitor.goto("/przejazdy/zamow").sees("Dla kogo jest przejazd?").shot("0-dla-kogo")
    visitor.click(re.compile("Maria Nowak")).sees("Dokąd ma być przejazd?").shot("1-dokad")
    visitor.click("Nie ma go na liście. Wpiszę adres")
    visitor.page.locator("#street").fill("Grunwaldzka")
    visitor.fill("Numer domu", "45").fill(re.compile("Nazwa miejsca"), "Poradnia dr Wójcik")
    visitor.press("Escape").shot("1-adres")
    visitor.click("Dalej").choose("lekarz specjalista lub badania").shot("1-po-co")
    visitor.click("Dalej").choose("Inny dzień").fill("Jaki dzień?", "23.6.2026").fill("Na którą godzinę?", "9:30").shot(
        "2-kiedy"
    )
    visitor.click("Dalej").choose("pół godziny").click("Dalej").choose("Kierowca poczeka").shot("4-powrot")
    visitor.click("Dalej").choose("Jedna osoba").click("Pokaż wolne godziny").shot("6-godziny")
    visitor.page.locator("button[name=offer]").first.click()
    visitor.look().shot("7-sprawdz")
    visitor.click("Zamawiam ten przejazd").sees("Przejazd jest zamówiony").shot("8-gotowe")
    session.rollback()
    ride = session.scalars(select(Ride)).one()
    assert (ride.resident_id, ride.booked_by_kind, ride.destination_name) == (
        town.rider.id,
        "representative",
        "Poradnia dr Wójcik",
    )
    told = {(message.recipient_kind, message.kind) for message in session.scalars(select(Message))}
    assert {
        ("resident", "ride_confirmed"),
        ("resident", "representative_did"),
        ("representative", "relative_notice"),
    } <= told
    visitor.goto("/przejazdy/moje").sees("Maria Nowak").shot("9-moje")


def test_a_day_without_room_shows_why_and_what_else(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    visitor = new_visitor(viewport=DESK)
    visitor.sign_in("resident", town.rider.id)
    visitor.goto(f"/przejazdy/zamow/nowe/dokad?miejsce={town.place.id}").click("Dalej")
    visitor.choose("Inny dzień").fill("Jaki dzień?", "22.6").fill("Na którą godzinę?", "16:30").click("Dalej")
    visitor.choose("godzina").click("Dalej").choose("Kierowca przyjedzie o umówionej godzinie").click("Dalej")
    visitor.choose("Nikt, bez opiekuna").click("Pokaż wolne godziny")
    visitor.sees("Tego przejazdu nie możemy obiecać").shot("refusal")
    visitor.fits(320)
