"""A way home without an hour: booked, reminded of, called for with "Jestem gotowa", taken by a driver; and when no car is free."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from services_app.database import transaction
from services_app.fleet.models import Driver, Shift
from services_app.messaging.models import Message
from services_app.rides.actions import assign_as_planned, deliver, pick_up
from services_app.rides.models import Leg, Ride
from services_app.rides.reminding import ride_reminders
from tests.browser import DESK, PHONE, Site, Visitor
from tests.factories.rides import OPERATOR, RIDE_ON, ROOMY
from tests.factories.staff import make_staff
from tests.frozen import Clock, warsaw
from tests.rides.walking import Town, make_town

MINE = "/przejazdy/moja-zmiana"
DAY = f"/przejazdy/dzien/{RIDE_ON.isoformat()}"


@pytest.fixture
def town(site: Site, clock: Clock) -> Town:
    clock.at("2026-06-15 08:00", runs=True)
    return make_town(site.session, ROOMY, phones=("600 100 200",))


def book(visitor: Visitor, town: Town) -> None:
    """The five questions, with an open return."""
    visitor.sign_in("resident", town.rider.id)
    visitor.goto(f"/przejazdy/zamow/nowe/dokad?miejsce={town.place.id}").click("Dalej")
    visitor.choose("wtorek 23 czerwca").fill("Na którą godzinę?", "10.00").click("Dalej")
    visitor.choose("godzina").click("Dalej").shot("1-powrot")
    visitor.choose("Damy znać, gdy wizyta się skończy").click("Dalej").choose("Nikt, bez opiekuna")
    visitor.click("Pokaż wolne godziny").sees("na telefon").shot("2-godziny")
    visitor.page.locator("button[name=offer]").first.click()
    visitor.look().sees("na telefon").shot("3-sprawdz")
    visitor.click("Zamawiam ten przejazd").sees("Przejazd jest zamówiony").shot("4-gotowe")


def ride_of(site: Site) -> Ride:
    site.session.rollback()
    return site.session.scalars(select(Ride)).one()


def bodies(site: Site, kind: str) -> list[str]:
    site.session.rollback()
    return [message.body for message in site.session.scalars(select(Message).where(Message.kind == kind))]


def remind(site: Site, clock: Clock, moment: str) -> None:
    """What the scheduler does at a moment."""
    now = clock.at(moment, runs=True)
    site.session.rollback()
    due = list(ride_reminders(site.session, now=now))
    for reminder in due:
        with transaction() as session:
            reminder(session)


def driver_of(site: Site) -> int:
    """The only shift's driver, with an account."""
    account = make_staff(site.session, "driver", name="Darek Drogowski")
    shift = site.session.scalars(select(Shift)).one()
    site.session.get_one(Driver, shift.driver_id).staff_account_id = account.id
    account_id = account.id
    site.session.commit()
    return account_id


def bring_there(leg: Leg) -> None:
    """The way there is done."""
    for deed, at in ((pick_up, "09:25"), (deliver, "09:50")):
        with transaction() as session:
            deed(session, leg.id, by=OPERATOR, now=warsaw(f"2026-06-23 {at}"))


def test_booked_reminded_called_for_and_taken(
    site: Site, new_visitor: Callable[..., Visitor], town: Town, clock: Clock
) -> None:
    senior = new_visitor(viewport=PHONE)
    book(senior, town)
    [confirmed] = bodies(site, "ride_confirmed")
    assert "Powrot po telefonie do nas." in confirmed
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=warsaw("2026-06-19 10:00"))
    remind(site, clock, "2026-06-22 10:00")
    remind(site, clock, "2026-06-23 07:00")
    assert len(bodies(site, "ride_day_before")) == 1
    assert len(bodies(site, "ride_morning")) == 1
    assert all(
        "Powrot po telefonie do nas." in body
        for kind in ("ride_day_before", "ride_morning")
        for body in bodies(site, kind)
    )
    driver_id = driver_of(site)
    bring_there(ride_of(site).legs[0])
    clock.at("2026-06-23 11:02", runs=True)
    driver = new_visitor(viewport=PHONE)
    driver.sign_in("staff", driver_id)
    driver.goto(MINE).shot("5-kierowca-przed")
    assert "na telefon" in driver.page.locator("main").inner_text()
    senior.sign_in("resident", town.rider.id)
    senior.goto("/przejazdy/moje").shot("6-moje")
    ride_id = ride_of(site).id
    senior.goto(f"/przejazdy/{ride_id}").shot("7-przejazd")
    senior.click("Jestem gotowa").sees("Samochód przyjedzie między").shot("8-gotowa")
    [taken] = bodies(site, "ride_ready_taken")
    assert "11:05" in taken
    back = ride_of(site).legs[1]
    assert back.ready_at is not None
    assert back.promised_from_at == warsaw("2026-06-23 11:05")
    driver.goto(MINE).sees("11:05").shot("9-kierowca-po")
    driver.click("Pasażer wsiadł " + town.rider.name + " 11:05").shot("10-kierowca-wsiadl")
    coordinator = new_visitor(viewport=DESK)
    coordinator.sign_in("staff", make_coordinator(site))
    coordinator.goto(DAY).shot("11-koordynator")
    assert "11:05" in coordinator.page.locator("main").inner_text()
    coordinator.goto(f"/przejazdy/przejazd/{ride_id}").sees("gotowość do powrotu").shot("12-przejazd-koordynator")


def make_coordinator(site: Site) -> int:
    """Somebody who keeps the day."""
    site.session.rollback()
    account_id = make_staff(site.session, "coordinator", name="Kasia Planowska").id
    site.session.commit()
    return account_id


def test_without_a_free_car_somebody_is_asked_to_send_one(
    site: Site, new_visitor: Callable[..., Visitor], town: Town, clock: Clock
) -> None:
    senior = new_visitor(viewport=PHONE)
    book(senior, town)
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=warsaw("2026-06-19 10:00"))
    bring_there(ride_of(site).legs[0])
    clock.at("2026-06-23 11:02", runs=True)
    shift = site.session.scalars(select(Shift)).one()
    shift.ends_at = shift.starts_at + timedelta(hours=4)
    site.session.commit()
    senior.sign_in("resident", town.rider.id)
    senior.goto(f"/przejazdy/{ride_of(site).id}").click("Jestem gotowa")
    senior.sees("teraz nie ma wolnego samochodu").shot("1-brak-auta")
    coordinator = new_visitor(viewport=DESK)
    coordinator.sign_in("staff", make_coordinator(site))
    coordinator.goto("/pulpit").sees("Gotowi do powrotu, bez samochodu").shot("2-pulpit")
    coordinator.click(re.compile("^Wyślij samochód")).shot("3-dzien")
    assert town.rider.last_name in coordinator.page.locator("main").inner_text()
