from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.web.contact import forget_contacts, phone_line
from services_app.web.models import PhoneLine
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page

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
