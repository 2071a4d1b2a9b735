"""The driver with a phone in one hand: at the door, waiting, late; with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from services_app.database import transaction
from services_app.fleet.models import Driver
from services_app.messaging.models import Message
from services_app.rides.actions import assign_as_planned
from services_app.rides.models import Ride
from tests.browser import PHONE, Site, Visitor
from tests.factories.fleet import make_shift, make_vehicle
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules
from tests.factories.staff import make_staff
from tests.frozen import Clock

MINE = "/przejazdy/moja-zmiana"
LONG_NAME = "Brzęczyszczykiewicz-Konstantynopolitańczykiewiczówna"


@pytest.fixture
def day(site: Site, clock: Clock) -> tuple[int, Ride]:
    """The driver's account and a ride at 9:25 of this day, assigned."""
    clock.at(NOW)
    session = site.session
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version, first_name="Aleksandra", last_name=LONG_NAME, floor="3", has_lift=False)
    shift = make_shift(session, RIDE_ON, vehicle=make_vehicle(session, name="Biały bus"))
    account = make_staff(session, "driver", name="Darek Drogowski")
    session.get_one(Driver, shift.driver_id).staff_account_id = account.id
    account_id, rider_id = account.id, rider.id
    session.commit()
    with transaction() as writing:
        ride = booked_ride(writing, writing.get_one(type(rider), rider_id))
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    return account_id, ride


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_driver_is_late_arrives_and_waits(
    site: Site, new_visitor: Callable[..., Visitor], day: tuple[int, Ride], clock: Clock, scripts: bool
) -> None:
    account_id, ride = day
    pick_up_at = ride.legs[0].promised_from_at
    clock.at(pick_up_at - timedelta(minutes=15), runs=True)
    visitor = new_visitor(viewport=PHONE, java_script_enabled=scripts)
    visitor.sign_in("staff", account_id)
    visitor.goto(MINE).shot("1-zmiana")
    if scripts:
        visitor.fits(320)
    visitor.click(re.compile("^20 min")).sees("później, ok. 9:45").shot("2-spoznienie")
    visitor.click(re.compile("^Wyjeżdżam")).click(re.compile("^Jestem na miejscu")).sees("Poczekaj do").shot(
        "3-czekanie"
    )
    if scripts:
        visitor.fits(320)
        visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
        visitor.shot("3-czekanie-200")
    site.session.rollback()
    [late] = site.session.scalars(select(Message).where(Message.kind == "ride_late"))
    assert "9:45" in late.body


def test_the_minutes_left_are_counted_and_their_end_is_said(
    site: Site, new_visitor: Callable[..., Visitor], day: tuple[int, Ride], clock: Clock
) -> None:
    account_id, ride = day
    clock.at(ride.legs[0].promised_from_at)
    visitor = new_visitor(viewport=PHONE)
    visitor.page.clock.install(time=ride.legs[0].promised_from_at)
    visitor.sign_in("staff", account_id)
    visitor.goto(MINE).click(re.compile("^Wyjeżdżam")).click(re.compile("^Jestem na miejscu"))
    visitor.sees("Zostało minut: 15")
    visitor.page.clock.fast_forward(13 * 60 * 1000 + 30_000)
    visitor.sees("Zostało minut: 2")
    visitor.page.clock.fast_forward(2 * 60 * 1000)
    visitor.sees("Czas minął")
    visitor.page.get_by_role("status").filter(has_text="Czas minął").wait_for()
