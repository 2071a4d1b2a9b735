"""Long names on a narrow phone with letters twice as large: nothing scrolls sideways, and no word is torn that had room on a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services_app.database import transaction
from services_app.rides.actions import assign_as_planned
from services_app.rides.queries import place_of
from tests.browser import PHONE, SCROLLS_SIDEWAYS, Site, Visitor
from tests.factories.applications import send_application
from tests.factories.fleet import make_shift
from tests.factories.places import make_destination
from tests.factories.rides import OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff
from tests.frozen import Clock

LONG_NAME = "Brzęczyszczykiewicz-Konstantynopolitańczykiewiczówna"
LONG_PLACE = (
    "Świętokrzyskie Centrum Onkologii Samodzielny Publiczny Zakład Opieki Zdrowotnej, Poradnia Otolaryngologiczna"
)
LONG_STREET = "księdza Romana Kotlarza-Brzęczyszczykiewiczowskiego"

TORN = """
() => {
  const torn = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('.govuk-visually-hidden, svg, thead')) continue;
    for (const found of node.data.matchAll(/[^\\s\\-–/]+/gu)) {
      if (found[0].length > 10) continue;
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) torn.push(`${found[0]} in ${node.parentElement.tagName}.${node.parentElement.className}`);
    }
  }
  return torn;
}
"""


@pytest.fixture
def people(site: Site, clock: Clock) -> dict[str, int]:
    """Somebody with the longest name and a ride to the place with the longest name; somebody like them who applies; a coordinator."""
    clock.at("2026-06-15 08:00", runs=True)
    session = site.session
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version, first_name="Aleksandra", last_name=LONG_NAME)
    place = make_destination(session, LONG_PLACE)
    make_shift(session, RIDE_ON)
    coordinator = make_staff(session, "coordinator", "operator", name="Kasia Planowska").id
    rider_id, place_id, wish = rider.id, place.id, wish_for(place=place_of(place))
    session.commit()
    now = clock.at("2026-06-15 08:00", runs=True)
    with transaction() as writing:
        ride = booked_ride(writing, writing.get_one(type(rider), rider_id), wish, now=now)
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=now)
        ride_id = ride.id
        application = send_application(
            writing, now=now, first_name="Aleksandra", last_name=LONG_NAME, street=LONG_STREET
        ).id
    return {
        "rider": rider_id,
        "place": place_id,
        "coordinator": coordinator,
        "ride": ride_id,
        "application": application,
    }


def examine(visitor: Visitor, name: str) -> None:
    """At 320 px as it is, then at 360 px with letters twice as large."""
    visitor.fits(320)
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    visitor.shot(name)
    wide = visitor.page.evaluate(SCROLLS_SIDEWAYS)
    assert not wide, f"{name} scrolls sideways because of {wide}"
    torn = visitor.page.evaluate(TORN)
    assert torn == [], f"{name} tears {torn}"


def test_the_seniors_pages_hold_long_names(
    site: Site, new_visitor: Callable[..., Visitor], people: dict[str, int]
) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.sign_in("resident", people["rider"])
    for name, path in (
        ("moje", "/przejazdy/moje"),
        ("przejazd", f"/przejazdy/{people['ride']}"),
        ("dane", "/moje-dane"),
        ("odwolaj", f"/przejazdy/{people['ride']}/odwolaj"),
    ):
        visitor.goto(path)
        examine(visitor, name)


def test_the_booking_holds_long_names(site: Site, new_visitor: Callable[..., Visitor], people: dict[str, int]) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.sign_in("resident", people["rider"])
    visitor.goto(f"/przejazdy/zamow/nowe/dokad?miejsce={people['place']}")
    examine(visitor, "1-dokad")
    visitor.click("Dalej").choose("wtorek 23 czerwca").fill("Na którą godzinę?", "13.00")
    examine(visitor, "2-kiedy")
    visitor.click("Dalej").choose("godzina").click("Dalej")
    examine(visitor, "3-powrot")
    visitor.choose("Kierowca przyjedzie o umówionej godzinie").click("Dalej").choose("Nikt, bez opiekuna")
    visitor.click("Pokaż wolne godziny")
    examine(visitor, "4-godziny")
    visitor.page.locator("button[name=offer]").first.click()
    visitor.look()
    examine(visitor, "5-sprawdz")


def test_the_staffs_pages_hold_long_names(
    site: Site, new_visitor: Callable[..., Visitor], people: dict[str, int]
) -> None:
    visitor = new_visitor(viewport=PHONE)
    visitor.sign_in("staff", people["coordinator"])
    for name, path in (
        ("dzien", f"/przejazdy/dzien/{RIDE_ON.isoformat()}"),
        ("karta-osoby", f"/osoby/{people['rider']}"),
        ("karta-biurko", f"/przejazdy/biurko/{people['rider']}"),
        ("przejazd-biuro", f"/przejazdy/przejazd/{people['ride']}"),
        ("zgloszenia", "/przejazdy/zgloszenia/internetowe"),
        ("zgloszenie", f"/przejazdy/zgloszenia/internetowe/{people['application']}"),
    ):
        visitor.goto(path)
        examine(visitor, name)
