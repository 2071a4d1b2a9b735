"""The senior who uses no mouse: a whole booking by Tab, Space, arrows and Enter, with the focus in sight at each stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from services_app.database import transaction
from services_app.residents.models import Resident
from services_app.rides.models import Ride
from services_app.rides.terms import RideState
from tests.browser import DESK, Site, Visitor, code_sent
from tests.factories.rides import booked_ride
from tests.frozen import Clock
from tests.rides.walking import Town, make_town

_SEEN = """
() => { const e = document.activeElement, r = e.getBoundingClientRect();
  const shown = e.matches('.choice-card input') ? getComputedStyle(e.closest('.choice-card')) : getComputedStyle(e);
  return r.bottom > 0 && r.top < innerHeight && (shown.outlineStyle !== 'none' || shown.boxShadow !== 'none'); }
"""


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session)


def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until the wanted thing has the focus; every stop on the way is visible."""
    for _stop in range(60):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate(_SEEN), f"the focus cannot be seen on {visitor.focused()!r} ({visitor.path})"
        if visitor.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector} on {visitor.path}")


def choose(visitor: Visitor, name: str, value: str) -> None:
    """Reach a group of choices and choose with the arrows."""
    tab_to(visitor, f"input[name={name}]")
    visitor.page.keyboard.press("Space")
    for _step in range(10):
        if visitor.page.evaluate("v => document.activeElement.value === v", value):
            return
        visitor.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not among the choices")


def go_on(visitor: Visitor) -> None:
    """Press the form's button, once the focus is on it."""
    tab_to(visitor, "main form[method=post] button[type=submit]")
    before = visitor.page.url
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: url != before)
    visitor.look()


def test_a_booking_by_keyboard_alone(site: Site, new_visitor: Callable[..., Visitor], town: Town) -> None:
    visitor = new_visitor(viewport=DESK)
    visitor.sign_in("resident", town.rider.id)
    visitor.goto("/przejazdy/zamow")
    visitor.page.keyboard.press("Tab")
    assert visitor.focused() == "Przejdź do treści"
    tab_to(visitor, "input[name=q]")
    visitor.page.keyboard.type("poradnia")
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.locator("[role=option]").first.wait_for()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**miejsce=*")
    visitor.look()
    choose(visitor, "place", f"d:{town.place.id}")
    go_on(visitor)
    choose(visitor, "day", "2026-06-23")
    tab_to(visitor, "input[name=hour]")
    visitor.page.keyboard.type("10")
    go_on(visitor)
    choose(visitor, "length", "60")
    go_on(visitor)
    choose(visitor, "way_back", "fixed_hour")
    tab_to(visitor, "input[name=return_at]")
    visitor.page.keyboard.type("11:30")
    go_on(visitor)
    choose(visitor, "companions", "0")
    go_on(visitor)
    visitor.shot("times")
    go_on(visitor)
    visitor.shot("summary")
    go_on(visitor)
    visitor.sees("Przejazd jest zamówiony").shot("done")
    site.session.rollback()
    assert site.session.scalars(select(Ride.state)).all() == [RideState.CONFIRMED]


def follow(visitor: Visitor, selector: str) -> None:
    """Reach a link and press Enter."""
    tab_to(visitor, selector)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def test_signing_in_and_cancelling_by_keyboard_alone(
    site: Site, new_visitor: Callable[..., Visitor], clock: Clock
) -> None:
    clock.at("2026-06-15 08:00", runs=True)
    town = make_town(site.session, phones=("600 100 200",))
    with transaction() as session:
        ride_id = booked_ride(session, session.get_one(Resident, town.rider.id)).id
    visitor = new_visitor(viewport=DESK)
    visitor.goto("/przejazdy/moje").sees("Zaloguj się")
    tab_to(visitor, "input[name=contact]")
    visitor.page.keyboard.type("600 100 200")
    go_on(visitor)
    tab_to(visitor, "input[name=code]")
    visitor.page.keyboard.type(code_sent(site))
    go_on(visitor)
    follow(visitor.sees("Moje przejazdy"), f"main a[href$='/przejazdy/{ride_id}']")
    follow(visitor, "main a[href$='/odwolaj']")
    go_on(visitor.sees("Odwołać ten przejazd?"))
    visitor.sees("Przejazd jest odwołany.")
    site.session.rollback()
    assert site.session.scalars(select(Ride.state)).all() == [RideState.CANCELLED_IN_TIME]


def test_an_error_takes_the_focus_and_leads_to_its_field(
    site: Site, new_visitor: Callable[..., Visitor], town: Town
) -> None:
    visitor = new_visitor()
    visitor.sign_in("resident", town.rider.id)
    visitor.goto(f"/przejazdy/zamow/nowe/dokad?miejsce={town.place.id}")
    visitor.click("Dalej")
    visitor.choose("wtorek 23 czerwca").click("Dalej")
    assert "Podaj godzinę, na którą jest umówiona wizyta." in visitor.focused()
    visitor.shot("error")
    visitor.press("Tab", "Enter")
    assert visitor.page.evaluate("document.activeElement.name") == "hour"
