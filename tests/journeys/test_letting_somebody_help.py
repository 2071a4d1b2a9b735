"""The senior lets her daughter act for her; the daughter signs in with her own phone; the consent ends while she is there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from services_app.messaging.models import Message
from services_app.residents.models import Representation
from tests.browser import DESK, PHONE, Site, Visitor, code_sent
from tests.frozen import Clock
from tests.rides.walking import Town, make_town

ADD = "/moi-przedstawiciele/dodaj"


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session, first_name="Maria", last_name="Nowak")


def add_daughter(visitor: Visitor) -> None:
    """Both steps."""
    visitor.goto("/moi-przedstawiciele").shot("1-nikt")
    visitor.click("Dodaj osobę, która Ci pomaga").shot("2-kto")
    visitor.click("Dalej").shot("3-bledy")
    visitor.choose("Ktoś z rodziny").fill(
        "Imię i nazwisko albo nazwa", "Ewa Brzęczyszczykiewicz-Konstantynopolitańczykiewiczówna"
    )
    visitor.fill("Telefon komórkowy lub e-mail tej osoby", "601 222 333")
    visitor.choose("Zamawia, zmienia i odwołuje moje przejazdy").click("Dalej").sees("Sprawdź i wyraź zgodę").shot(
        "4-sprawdz"
    )
    visitor.choose("Zgadzam się").click("Zapisz zgodę").sees("Zapisaliśmy Twoją zgodę").shot("5-gotowe")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_daughter_may_act_until_the_consent_ends(
    site: Site, new_visitor: Callable[..., Visitor], town: Town, scripts: bool
) -> None:
    mother = new_visitor(viewport=PHONE, java_script_enabled=scripts)
    mother.sign_in("resident", town.rider.id)
    add_daughter(mother)
    daughter = new_visitor(viewport=DESK, java_script_enabled=scripts)
    daughter.goto("/przejazdy/zamow").fill("Twój numer telefonu lub e-mail", "601 222 333").click("Wyślij mi kod")
    daughter.page.locator("input[name=code]").fill(code_sent(site))
    daughter.click("Zaloguj", "button").sees("Dokąd ma być przejazd?").shot("6-corka-zamawia")
    daughter.goto("/moje-osoby").sees("Maria Nowak").shot("7-moje-osoby")
    mother.click(re.compile("^Cofnij zgodę")).sees("Cofnęliśmy zgodę").shot("8-cofniete")
    daughter.goto(f"/przejazdy/zamow?osoba={town.rider.id}").shot("9-corka-po-cofnieciu")
    assert "Dokąd" not in daughter.h1
    daughter.goto("/moje-osoby").sees("Nikt nie dał Ci jeszcze zgody").shot("10-corka-nikogo")
    daughter.goto("/przejazdy/moje").shot("11-corka-moje")
    assert "Maria" not in daughter.page.locator("main").inner_text()
    site.session.rollback()
    assert site.session.scalars(select(Representation)).one().revoked_at is not None
    told = {(message.kind, message.recipient_kind) for message in site.session.scalars(select(Message))}
    assert {("representation_revoked", "resident"), ("representation_revoked", "representative")} <= told


def test_the_pages_fit_a_narrow_phone_and_letters_twice_as_large(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.sign_in("resident", town.rider.id)
    add_daughter(visitor)
    for name, path in (("lista", "/moi-przedstawiciele"), ("dodaj", ADD)):
        visitor.goto(path).fits(320)
        visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
        visitor.shot(f"200-{name}")
        assert not visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
