"""A person books a few rides in a minute, a program is stopped; nothing chosen is lost, and nobody else is held up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.rides.actions import pace_verdict
from services_app.rides.models import Ride
from tests.factories.rides import NOW, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import USUAL_REQUEST, Office
from tests.rides.walking import answer_all, book_online, choose_first, make_town

SENIOR, OTHER, CLERK = Actor("resident", 1), Actor("resident", 2), Actor("staff", 1)
CONFIRM = "Zamawiam ten przejazd"


def booked(by: Actor, address: str = "10.0.0.1", *, now: datetime = NOW) -> bool:
    """Whether one more booking is let through."""
    with transaction() as session:
        return pace_verdict(session, by=by, address=address, limit=10, now=now).allowed


@pytest.mark.parametrize(("by", "most"), [(SENIOR, 10), (CLERK, 60)])
def test_a_person_books_ten_a_minute_and_staff_sixty(session: Session, by: Actor, most: int) -> None:
    assert [booked(by) for _ in range(most + 2)] == [True] * most + [False] * 2
    assert booked(by, now=NOW + timedelta(seconds=59)) is False
    assert booked(by, now=NOW + timedelta(minutes=1)) is True


def test_an_address_books_as_much_as_two_people_and_another_address_is_untouched(session: Session) -> None:
    people = [Actor("resident", number) for number in range(30)]
    assert [booked(one) for one in people] == [True] * 20 + [False] * 10
    assert booked(people[29], "10.0.0.2")


def test_somebody_stopped_holds_up_nobody_else(session: Session) -> None:
    assert [booked(SENIOR) for _ in range(11)][-1] is False
    assert booked(OTHER)
    assert [booked(CLERK) for _ in range(12)] == [True] * 12


def rides_in(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Ride)) or 0


def test_the_check_page_says_so_keeps_everything_and_a_minute_later_it_is_booked(
    app: Flask, page: Page, session: Session, clock: Clock
) -> None:
    clock.at(NOW)
    app.config["BOOKINGS_A_MINUTE"] = 1
    town = make_town(session, ROOMY)
    page.sign_in("resident", town.rider.id)
    book_online(page, town.place)
    answer_all(page, town.place, at=time(13))
    choose_first(page)
    page.fill_and_send(form=CONFIRM, status=429)
    assert "Odczekaj minutę i potwierdź jeszcze raz. Nic, co wybrano, nie zginęło." in page.main
    assert page.h1 == "Sprawdź i potwierdź"
    assert "13:00" in page.main
    assert (rides_in(session), session.scalar(select(func.count()).select_from(Message))) == (1, 1)
    clock.pass_by(minutes=1)
    page.fill_and_send(form=CONFIRM)
    assert page.h1 == "Przejazd jest zamówiony"
    assert rides_in(session) == 2


def test_the_desk_keeps_the_request_of_a_clerk_who_is_too_fast(
    app: Flask, page: Page, session: Session, clock: Clock
) -> None:
    app.config["BOOKINGS_A_MINUTE"] = 0
    office = Office(session, page, clock)
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page.get(f"/przejazdy/biurko/{rider.id}").fill_and_send(USUAL_REQUEST, form="Pokaż godziny F8")
    page.fill_and_send(form="Zapisz przejazd Ctrl+Enter")
    assert "To za dużo zamówień naraz." in page.main
    assert page.fields("Pokaż godziny F8")["place"] == ["Poradnia na Wzgórzu"]
    assert rides_in(session) == 0
