"""Somebody nobody knows yet: applies by keyboard alone on a phone's screen; a clerk makes a resident of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from services_app.residents.models import Resident
from services_app.rides.models import JoinApplication
from tests.browser import PHONE, Site, Visitor
from tests.factories.applications import PESEL
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.journeys.test_senior_by_keyboard import choose, tab_to
from tests.rides.walking import make_town


@pytest.fixture
def site_with_rules(site: Site, clock: Clock) -> Site:
    clock.at("2026-06-15 08:00", runs=True)
    make_town(site.session)
    site.session.commit()
    return site


def type_into(visitor: Visitor, name: str, words: str) -> None:
    """Reach a field by Tab and type."""
    tab_to(visitor, f"input[name={name}]")
    visitor.page.keyboard.type(words)


def press(visitor: Visitor, words: str) -> None:
    """Reach the button with these words, and press Enter."""
    for _stop in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.focused() == words:
            break
    assert visitor.focused() == words
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def test_an_application_by_keyboard_alone_becomes_a_resident(
    site_with_rules: Site, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.goto("/przejazdy/dolacz")
    press(visitor, "Zgłaszam siebie")
    press(visitor, "Dalej")
    assert visitor.focused().startswith("Popraw te miejsca")
    for name, words in (("first_name", "Zofia"), ("last_name", "Zmyślona"), ("pesel", PESEL), ("phone", "600 100 200")):
        type_into(visitor, name, words)
    for name, words in (("street", "Wymyślona"), ("house_number", "12")):
        type_into(visitor, name, words)
    choose(visitor, "mobility", "cane")
    choose(visitor, "cannot_use_transit", "yes")
    press(visitor, "Dalej")
    tab_to(visitor, "input[name=agreed]")
    visitor.page.keyboard.press("Space")
    press(visitor, "Wyślij zgłoszenie")
    number = visitor.page.locator("h1").inner_text().removeprefix("Mamy zgłoszenie ")
    clerk = new_visitor()
    clerk.sign_in("staff", make_staff(site_with_rules.session, "operator").id)
    clerk.goto("/przejazdy/zgloszenia/internetowe")
    clerk.page.get_by_role("link", name=number).click()
    clerk.look()
    clerk.page.get_by_role("button", name="To nowa osoba").click()
    clerk.look()
    site_with_rules.session.expire_all()
    made = site_with_rules.session.scalars(select(JoinApplication)).one()
    assert clerk.path == f"/osoby/{made.resident_id}"
    assert site_with_rules.session.get_one(Resident, made.resident_id).name == "Zofia Zmyślona"
