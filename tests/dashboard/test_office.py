from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.web.contact import forget_contacts, phone_line
from services_app.web.models import PhoneLine
from tests.at_once import at_once
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.meanwhile import told
from tests.page import Page

PAGE = "/ustawienia/telefony"

LINE = {
    "programme": "rides",
    "phone": "514 643 274",
    "opens_at": "7:30",
    "closes_at": "15:30",
    "valid_from": "1.11.2026",
}


@pytest.fixture
def administrator(session: Session, page: Page, clock: Clock) -> Page:
    clock.at("2026-11-23 10:00")
    forget_contacts()
    page.sign_in("staff", make_staff(session, "administrator", name="Alicja Admin").id)
    return page


def test_a_new_number_stands_on_every_page_with_who_confirmed_it(session: Session, administrator: Page) -> None:
    administrator.get("/ustawienia/telefony").fill_and_send(LINE)
    line = session.scalars(select(PhoneLine)).one()
    assert (line.phone, line.confirmed_by, line.confirmed_on) == ("+48514643274", "Alicja Admin", date(2026, 11, 23))
    assert "514 643 274" in administrator.get("/prywatnosc").text


def test_a_number_for_january_leaves_december_as_it_is(session: Session, administrator: Page) -> None:
    administrator.get("/ustawienia/telefony").fill_and_send(LINE)
    administrator.get("/ustawienia/telefony").fill_and_send(
        {**LINE, "phone": "41 331 25 24", "valid_from": "1.01.2027"}
    )
    december, january = (phone_line(session, "rides", today=on) for on in (date(2026, 12, 31), date(2027, 1, 1)))
    assert december is not None
    assert january is not None
    assert (december.phone, january.phone) == ("+48514643274", "+48413312524")
    assert december.valid_until == date(2026, 12, 31)


def test_a_number_between_two_known_ones_ends_where_the_next_begins(session: Session, administrator: Page) -> None:
    numbers = {"1.11.2026": "514 643 274", "1.02.2027": "41 331 25 24", "1.12.2026": "41 367 60 00"}
    for valid_from, phone in numbers.items():
        administrator.get(PAGE).fill_and_send({**LINE, "phone": phone, "valid_from": valid_from})
    periods = select(PhoneLine.valid_from, PhoneLine.valid_until).order_by(PhoneLine.valid_from)
    assert [tuple(row) for row in session.execute(periods)] == [
        (date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2027, 1, 31)),
        (date(2027, 2, 1), None),
    ]


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("closes_at", "7:30", "Godzina końca musi być po godzinie początku."),
        ("phone", "12", ""),
        ("valid_from", "jutro", "Podaj datę"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    session: Session, administrator: Page, field: str, typed: str, says: str
) -> None:
    administrator.get("/ustawienia/telefony").fill_and_send({**LINE, field: typed})
    assert says in administrator.main
    assert session.scalars(select(PhoneLine)).all() == []


def test_who_changes_a_number_second_sees_the_first_change_and_may_save(session: Session, administrator: Page) -> None:
    administrator.get(PAGE).fill_and_send(LINE)
    page = administrator.get(PAGE)
    line = session.scalars(select(PhoneLine)).one()
    line.phone = "+48413312524"
    session.commit()
    page.fill_and_send({**LINE, "phone": "514 643 275"})
    assert told(page)[:2] == ([], []), "the table below says what changed"
    assert "413 312 524" in page.main
    page.fill_and_send()
    session.expire_all()
    assert session.scalars(select(PhoneLine.phone)).all() == ["+48514643275"]


def test_two_administrators_at_once_leave_one_number_in_force(
    session: Session, administrator: Page, new_page: Callable[[], Page], app: Flask
) -> None:
    administrator.get(PAGE).fill_and_send(LINE)
    other = new_page()
    other.sign_in("staff", make_staff(session, "administrator").id)
    pages = [administrator.get(PAGE), other.get(PAGE)]
    typed = {**LINE, "valid_from": "23.11.2026"}
    forms = [{**{key: values[0] for key, values in page.fields().items()}, **typed} for page in pages]
    session.commit()

    def send(number: int) -> Callable[[], int]:
        return lambda: pages[number].client.post(PAGE, data=forms[number], base_url="https://localhost").status_code

    assert sorted(at_once(app, [send(0), send(1)])) == [200, 302]
    session.expire_all()
    open_ended = select(PhoneLine.valid_from).where(PhoneLine.valid_until.is_(None))
    assert session.scalars(open_ended).all() == [date(2026, 11, 23)]
