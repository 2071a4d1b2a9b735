"""The senior alone, on a phone: signs in with the code, books a ride to the clinic, cancels it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from services_app import clock as product_clock
from services_app.rides.models import Ride
from services_app.rides.terms import RideState
from tests.browser import PHONE, Site, Visitor, code_sent
from tests.factories.rides import RIDE_ON
from tests.frozen import Clock
from tests.rides.walking import Town, make_town


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session, phones=("600 100 200",), usual_companion="Anna (córka)")


def walk_to_the_times(visitor: Visitor) -> None:
    """The five questions."""
    visitor.sees("Dokąd chcesz jechać?").shot("1-dokad")
    visitor.page.locator("#q").fill("poradnia")
    visitor.click("Szukaj").choose(re.compile("Poradnia na Wzgórzu")).shot("1-dokad-znalezione")
    visitor.click("Dalej").sees("Kiedy jest wizyta?")
    visitor.choose("wtorek 23 czerwca").fill("Na którą godzinę?", "10.00").shot("2-kiedy")
    visitor.click("Dalej").choose("godzina").shot("3-jak-dlugo")
    visitor.click("Dalej").choose("Kierowca przyjedzie o umówionej godzinie").shot("4-powrot")
    visitor.click("Dalej").choose("Nikt, bez opiekuna").shot("5-opiekun")
    visitor.click("Pokaż wolne godziny").sees("Wybierz godzinę wyjazdu").shot("6-godziny")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_she_signs_in_books_and_cancels(
    site: Site, new_visitor: Callable[..., Visitor], town: Town, scripts: bool
) -> None:
    visitor = new_visitor(viewport=PHONE, java_script_enabled=scripts)
    visitor.goto("/przejazdy/").sees("Taksówka dla seniora").shot("0-o-programie")
    visitor.click("Zamów przejazd").fill("Twój numer telefonu lub e-mail", "600 100 200")
    visitor.click("Wyślij mi kod")
    visitor.page.locator("input[name=code]").fill(code_sent(site))
    visitor.click("Zaloguj", "button")
    walk_to_the_times(visitor)
    visitor.page.locator("button[name=offer]").first.click()
    visitor.look().sees("do poniedziałku 22 czerwca, 23:59").shot("7-sprawdz")
    visitor.click("Zamawiam ten przejazd").sees("Przejazd jest zamówiony").shot("8-gotowe")
    if scripts:
        visitor.fits(320)
    visitor.click("Moje przejazdy", "link").sees("wtorek 23 czerwca").shot("9-moje")
    visitor.click(re.compile("Szczegóły i zmiany")).shot("10-przejazd")
    visitor.click("Odwołaj").sees("Nic nie tracisz.").shot("11-odwolanie")
    visitor.click("Tak, odwołuję").sees("Przejazd jest odwołany.").shot("12-odwolany")
    site.session.rollback()
    assert site.session.scalars(select(Ride.state)).all() == [RideState.CANCELLED_IN_TIME]
    assert product_clock.today() < RIDE_ON


def test_pages_fit_a_narrow_phone_and_letters_twice_as_large(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.sign_in("resident", town.rider.id)
    for path in ("/przejazdy/", "/przejazdy/zamow", "/przejazdy/moje", "/przejazdy/miejsca"):
        visitor.goto(path).fits(320)
        visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
        visitor.shot("large" + path.replace("/", "-"))
        visitor.fits(640)
