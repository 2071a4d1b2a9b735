"""Signing in when it does not go smoothly: mistyped codes, a code that ran out, the printed code of a letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from services_app.database import transaction
from services_app.residents.actions import new_code_for_letter
from services_app.residents.models import Resident
from tests.browser import PHONE, Site, Visitor, code_sent
from tests.factories.residents import make_resident
from tests.factories.rides import OPERATOR
from tests.frozen import Clock

CONTACT = "Twój numer telefonu lub e-mail"


@pytest.fixture
def senior(site: Site, clock: Clock) -> int:
    clock.at("2026-06-15 08:00", runs=True)
    resident = make_resident(site.session, phones=["600 100 200"], birth_on=date(1946, 12, 5))
    site.session.commit()
    return resident.id


def ask_for_code(visitor: Visitor) -> None:
    visitor.goto("/moje-dane").fill(CONTACT, "600 100 200").click("Wyślij mi kod")


def type_code(visitor: Visitor, code: str) -> Visitor:
    visitor.page.locator("input[name=code]").fill(code)
    return visitor.click("Zaloguj", "button")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_three_slips_and_then_the_right_code(
    site: Site, new_visitor: Callable[..., Visitor], senior: int, scripts: bool
) -> None:
    visitor = new_visitor(viewport=PHONE, java_script_enabled=scripts)
    ask_for_code(visitor)
    right = code_sent(site).replace(" ", "")
    wrong = "000000" if right != "000000" else "111111"
    for typed in (wrong, right[:5], wrong):
        type_code(visitor, typed)
    visitor.sees("To nie jest właściwy kod").shot("1-pomylki")
    type_code(visitor, f"{right[:3]} {right[3:]}").sees("Kim jesteś").shot("2-zalogowana")
    assert visitor.path == "/moje-dane"


def test_a_code_that_ran_out_offers_a_new_one(
    site: Site, new_visitor: Callable[..., Visitor], senior: int, clock: Clock
) -> None:
    visitor = new_visitor(viewport=PHONE)
    ask_for_code(visitor)
    old = code_sent(site)
    clock.at("2026-06-15 08:11", runs=True)
    type_code(visitor, old).sees("Ten kod już nie działa").shot("1-wygasl")
    visitor.fill(CONTACT, "600 100 200").click("Wyślij mi kod")
    new = code_sent(site)
    assert new != old
    type_code(visitor, new).sees("Kim jesteś")


def test_five_slips_close_the_code_and_the_phone_is_named(
    site: Site, new_visitor: Callable[..., Visitor], senior: int
) -> None:
    visitor = new_visitor(viewport=PHONE)
    ask_for_code(visitor)
    right = code_sent(site).replace(" ", "")
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        type_code(visitor, wrong)
    visitor.sees("Ten kod już nie działa").shot("1-zamkniety")
    assert right not in visitor.page.url
    assert "413 312 524" in visitor.page.locator("body").inner_text().replace("\u00a0", " ")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_printed_code_and_the_birth_date_sign_in(
    site: Site, new_visitor: Callable[..., Visitor], senior: int, clock: Clock, scripts: bool
) -> None:
    now = clock.at("2026-06-15 08:00", runs=True)
    with transaction() as session:
        code = new_code_for_letter(session, session.get_one(Resident, senior), by=OPERATOR, now=now) or ""
    visitor = new_visitor(viewport=PHONE, java_script_enabled=scripts)
    visitor.goto("/moje-dane").click("Mam kod z listu").shot("1-list")
    visitor.fill("Kod z listu", code).fill("Data urodzenia", "6.12.1946").click("Zaloguj", "button")
    visitor.sees("nie pasują do siebie").shot("2-zla-data")
    visitor.fill("Kod z listu", code.lower()).fill("Data urodzenia", "5.12.1946").click("Zaloguj", "button")
    visitor.sees("Kim jesteś")
    assert visitor.path == "/moje-dane"
