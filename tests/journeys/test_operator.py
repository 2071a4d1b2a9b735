"""The operator with a caller on the line and both hands on the keyboard."""

from __future__ import annotations

import re
import time as stopwatch
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as MessageChannel
from services_app.messaging.terms import MessageState
from services_app.rides.models import Refusal, Ride
from services_app.rides.terms import Channel
from services_app.staff.models import StaffAccount
from tests.browser import DESK, Visitor
from tests.factories.rides import NOW
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import Office

FITS_THE_SCREEN = """
() => Math.max(...[...document.querySelectorAll('.desk__column')].map(e => e.getBoundingClientRect().bottom)) + scrollY
"""


@pytest.fixture
def office(session: Session, page: Page, clock: Clock) -> Office:
    made = Office(session, page, clock)
    clock.at(NOW, runs=True)
    made.shift()
    return made


def operator_at_the_desk(office: Office, visitor: Visitor) -> Visitor:
    office.session.commit()  # what was read so far is old by now
    account = make_staff(office.session, "operator", name="Ola Dyżurna")
    visitor.sign_in("staff", account.id)
    return visitor.goto("/przejazdy/biurko")


def going(visitor: Visitor, key: str) -> Visitor:
    """Press a key that leads to another page, and wait for it."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(key)
    return visitor.look()


def sentence_beside(desk: Visitor, number: int) -> str:
    """What stands to be said with one of the times."""
    said = desk.page.locator(f"#say-{number}").inner_text()
    hour = desk.page.locator(f"label[for=choice-{number}] .desk__hour").inner_text()
    assert f"Wyjazd z domu o {hour}," in said
    return str(said)


def test_a_known_caller_on_a_land_line_has_a_ride_without_the_mouse(
    office: Office, visitor: Visitor, session: Session
) -> None:
    rider = office.rider(first_name="Irena", last_name="Przykładna", phones=("41 369 00 01",))
    office.rider(first_name="Irmina", last_name="Przykładna", phones=("41 369 00 02",))
    office.shift("Drugi", on=NOW.date().replace(day=25))
    office.ride(rider, on=NOW.date().replace(day=25))
    desk, keys = operator_at_the_desk(office, visitor), visitor.page.keyboard
    began = stopwatch.monotonic()
    desk.press("F2")
    keys.type("przykładna")
    going(desk, "Enter").sees("Alt+2")
    going(desk, "Alt+1").sees("stacjonarny")
    assert desk.page.evaluate(FITS_THE_SCREEN) <= DESK["height"]
    going(desk, "F6")
    assert desk.focused() == "Dzień"
    keys.type("23.6")
    desk.press("Tab")
    keys.type("10")
    going(desk, "F8").sees("Mam takie godziny")
    assert desk.page.evaluate(FITS_THE_SCREEN) <= DESK["height"]
    desk.shot("three-times", whole=False)
    desk.press("Alt+2")
    assert desk.page.locator(".desk__times .say-aloud:visible").all_inner_texts() == [sentence_beside(desk, 2)]
    assert desk.page.evaluate(FITS_THE_SCREEN) <= DESK["height"]
    desk.press("Alt+1")
    assert desk.page.locator(".desk__times .say-aloud:visible").all_inner_texts() == [sentence_beside(desk, 1)]
    going(desk, "Control+Enter").sees("Zapisane. Powiedz: wtorek 23 czerwca.")
    assert stopwatch.monotonic() - began < 60
    session.expire_all()
    ride = session.scalars(select(Ride).order_by(Ride.id.desc())).first()
    assert ride is not None
    assert (ride.resident_id, ride.channel, ride.on.isoformat()) == (rider.id, Channel.PHONE, "2026-06-23")
    told = session.scalars(select(Message).where(Message.subject_id == ride.id)).one()
    assert (told.channel, told.state) == (
        MessageChannel.CALL,
        MessageState.DELIVERED,
    )  # heard in the talk: nobody calls
    caller = session.get_one(StaffAccount, told.told_by_id)
    assert caller.name == "Ola Dyżurna"


def test_a_no_is_kept_when_the_next_caller_is_looked_for(office: Office, visitor: Visitor, session: Session) -> None:
    office.rider(first_name="Adam", last_name="Młody", birth_on=NOW.date().replace(year=1980))
    office.rider(first_name="Ewa", last_name="Następna")
    desk, keys = operator_at_the_desk(office, visitor), visitor.page.keyboard
    keys.type("młody")
    going(desk, "Enter").sees("Dokąd jedziemy")
    keys.type("Poradnia na Wzgórzu")
    desk.press("Tab")
    keys.type("23.6")
    desk.press("Tab")
    keys.type("10")
    going(desk, "F8").sees("Tym razem nie możemy pojechać")
    desk.press("F2")
    keys.type("następna")
    going(desk, "Enter").sees("Ewa Następna")
    session.expire_all()
    kept = session.scalars(select(Refusal)).unique().all()
    assert [{reason["code"] for reason in refusal.reasons} for refusal in kept] == [{"TOO_YOUNG"}]


def test_the_desk_works_without_scripts_and_with_large_letters(
    office: Office, new_visitor: Callable[..., Visitor]
) -> None:
    rider = office.rider()
    plain = operator_at_the_desk(office, new_visitor(java_script_enabled=False))
    plain.goto(f"/przejazdy/biurko/{rider.id}")
    plain.fill(re.compile("^Dokąd$"), "Poradnia na Wzgórzu").fill("Dzień", "23.6").fill("Godzina wizyty", "10")
    plain.page.get_by_role("button", name="Pokaż godziny").click()
    plain.page.get_by_role("button", name="Zapisz przejazd").click()
    plain.sees("Zapisane. Powiedz: wtorek 23 czerwca.")
    large = new_visitor()
    operator_at_the_desk(office, large).goto(f"/przejazdy/biurko/{rider.id}").fits(320)
    large.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    large.fits(640)
