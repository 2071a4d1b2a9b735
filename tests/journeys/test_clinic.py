"""A clinic that books for its many patients, and a representative who reads Ukrainian."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from services_app.messaging.models import Message
from services_app.residents.terms import RepresentativeKind
from services_app.rides.models import Ride
from tests.browser import DESK, PHONE, Site, Visitor
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import make_rider
from tests.frozen import Clock
from tests.rides.walking import Town, make_town


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session, first_name="Łucja", last_name="Święcicka")


def clinic_of_many(site: Site, town: Town) -> int:
    """A clinic that stands up for thirty people, one of whom may ride."""
    session = site.session
    clinic = make_representative(
        session, "Przychodnia Zdrowie", kind=RepresentativeKind.CLINIC, e_mail="rej@zdrowie.example.pl"
    )
    let_represent(session, clinic, town.rider)
    for number in range(29):
        let_represent(session, clinic, make_resident(session, "Ewa", "Pacjentka", birth_on=date(1940, 1, 1 + number)))
    clinic_id = clinic.id
    session.commit()
    return clinic_id


def test_the_clinic_finds_one_of_many_and_books(site: Site, new_visitor: Callable[..., Visitor], town: Town) -> None:
    visitor = new_visitor(viewport=DESK)
    visitor.sign_in("representative", clinic_of_many(site, town))
    visitor.goto("/przejazdy/zamow").shot("0-dla-kogo")
    visitor.goto("/moje-osoby").shot("1-osoby")
    visitor.page.locator("#q").fill("swiec")
    visitor.click("Szukaj").sees("Łucja Święcicka").shot("2-znaleziona")
    visitor.click(re.compile("^Zamów przejazd")).sees("Dokąd ma być przejazd?").shot("3-dokad")
    visitor.page.locator("#q").fill("poradnia")
    visitor.click("Szukaj").choose(re.compile("Poradnia na Wzgórzu")).click("Dalej")
    visitor.choose("wtorek 23 czerwca").fill("Na którą godzinę?", "10.00").click("Dalej")
    visitor.choose("godzina").click("Dalej").choose("Kierowca przyjedzie o umówionej godzinie").click("Dalej")
    visitor.choose("Nikt, bez opiekuna").click("Pokaż wolne godziny").shot("4-godziny")
    visitor.page.locator("button[name=offer]").first.click()
    visitor.look().shot("5-sprawdz")
    visitor.click("Zamawiam ten przejazd").sees("Przejazd jest zamówiony").shot("6-gotowe")
    site.session.rollback()
    ride = site.session.scalars(select(Ride)).one()
    assert (ride.resident_id, ride.booked_by_kind) == (town.rider.id, "representative")
    told = {(message.recipient_kind, message.kind) for message in site.session.scalars(select(Message))}
    assert {
        ("resident", "ride_confirmed"),
        ("resident", "representative_did"),
        ("representative", "relative_notice"),
    } <= told
    visitor.goto("/przejazdy/moje").sees("Łucja Święcicka").shot("7-moje")


POLISH = re.compile(r"\b(przejazd|przejazdy|osoba|zgoda|Zamów|Wróć|Dalej|Szukaj|Zaloguj|Wyloguj)\b")


def test_the_ukrainian_face_stays_ukrainian_when_signed_in(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    session = site.session
    rider = make_rider(
        session, town.version, first_name="Оксана", last_name="Шевченко", language="uk", phones=("600 100 240",)
    )
    daughter = make_representative(session, "Олена Шевченко", language="uk")
    let_represent(session, daughter, rider)
    daughter_id, rider_id = daughter.id, rider.id
    session.commit()
    for kind, who, paths in (
        ("resident", rider_id, ("/przejazdy/moje", "/przejazdy/zamow", "/moje-dane", "/przejazdy/miejsca")),
        ("representative", daughter_id, ("/przejazdy/moje", "/przejazdy/zamow", "/moje-osoby", "/moje-dane")),
    ):
        visitor = new_visitor(viewport=PHONE, locale="uk-UA")
        visitor.sign_in(kind, who)
        for path in paths:
            visitor.goto(path).shot(f"{kind}{path.replace('/', '-')}")
            assert visitor.page.locator("html").get_attribute("lang") == "uk", path
            words = visitor.page.locator("main").inner_text()
            assert not POLISH.search(words), (path, words)
