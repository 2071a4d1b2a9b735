"""The coordinator's morning when a driver falls ill, and the driver who takes over with a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from services_app.rides.models import Ride
from services_app.rides.terms import RideState
from tests.browser import PHONE, SCROLLS_SIDEWAYS, Visitor
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import DAY, Office


@pytest.fixture
def office(session: Session, page: Page, clock: Clock) -> Office:
    return Office(session, page, clock)


def test_a_driver_falls_ill_and_the_rides_go_with_another_car(
    office: Office, new_visitor: Callable[..., Visitor], session: Session, clock: Clock
) -> None:
    office.shift("Chory bus")
    ride = office.ride(office.rider(last_name="Czekająca"))
    spare = office.shift("Zapasowy")
    clock.at("2026-06-23 08:40", runs=True)
    planner, driver = make_staff(session, "coordinator"), make_staff(session, "driver", name="Darek Drogowski")
    office.drives(driver.id, spare)

    desk = new_visitor()
    desk.sign_in("staff", planner.id)
    desk.goto("/flota/zmiany?tydzien=2026-06-22")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Odwołaj zmianę Chory bus").click()
    desk.look().sees("Jej przejazdy czekają na inny samochód")
    desk.goto("/pulpit").click("Wybierz samochód Przejazdy bez samochodu")
    desk.sees("Bez samochodu: 1").fits()
    desk.shot("day")
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name=re.compile("Wybierz samochód ?: Czekająca")).first.click()
    desk.look().page.get_by_label("Zapasowy").check()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    desk.look().sees("Przydzielone.")
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name=re.compile("Karta drogowa ?: Zapasowy")).click()
    desk.look().fits()

    phone = new_visitor(viewport=PHONE, has_touch=True)
    phone.sign_in("staff", driver.id)
    phone.goto("/przejazdy/moja-zmiana").fits()
    for words in ("Wyjeżdżam", "Pasażer wsiadł", "Pasażer na miejscu"):
        with phone.page.expect_navigation():
            phone.page.get_by_role("button", name=words).first.tap()
        phone.look().sees("Zapisane.")
    phone.shot("shift")
    desk.goto(f"/przejazdy/przejazd/{ride.id}").sees("Darek Drogowski").fits()
    session.expire_all()
    assert session.get_one(Ride, ride.id).state is RideState.ON_BOARD


def test_the_day_before_everything_is_assigned_in_one_go(office: Office, visitor: Visitor, session: Session) -> None:
    office.shift()
    ride = office.ride()
    office.clock.at("2026-06-22 13:30", runs=True)
    visitor.sign_in("staff", make_staff(session, "coordinator").id)
    visitor.goto(DAY).click("Przydziel wszystkie tak, jak zaplanowano (1)").sees("Przydzielone przejazdy: 1")
    session.expire_all()
    assert session.get_one(Ride, ride.id).state is RideState.ASSIGNED


@pytest.mark.parametrize(
    ("width", "height", "one_line"), [(1280, 800, True), (1024, 768, False), (360, 740, False)]
)  # fmt: skip
def test_a_phone_number_or_a_pesel_fits_into_the_search_on_top(
    office: Office, new_visitor: Callable[..., Visitor], session: Session, width: int, height: int, one_line: bool
) -> None:
    planner = make_staff(session, "coordinator", name="Karol Koordynujący")
    desk = new_visitor(viewport={"width": width, "height": height})
    desk.sign_in("staff", planner.id)
    desk.goto(DAY)
    room = desk.page.evaluate("document.querySelector('#staff-q').getBoundingClientRect().width / 16")
    lines = desk.page.evaluate("document.querySelector('.staff-top__line').getBoundingClientRect().height / 44")
    assert room >= 12
    assert (lines < 2) is one_line
    desk.fits()
    desk.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not desk.page.evaluate(SCROLLS_SIDEWAYS)
