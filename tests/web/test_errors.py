"""What people see when something went wrong: plain Polish, what to do, the number to call, and what they typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services_app.web import contact
from services_app.web.contact import Contact, contact_or_nothing
from services_app.web.errors import PAGES
from services_app.web.models import PhoneLine
from tests.factories.staff import make_staff
from tests.page import HOME, Page

NUMBER = "514 643 274"


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    contact.forget_contacts()
    yield
    contact.forget_contacts()


@pytest.fixture
def line(session: Session) -> PhoneLine:
    made = PhoneLine(
        programme="rides",
        phone="+48514643274",
        opens_at=time(7, 30),
        closes_at=time(15, 30),
        valid_from=date(2024, 1, 1),
    )
    session.add(made)
    session.commit()
    return made


def _away(*_arguments: object, **_named: object) -> None:
    raise OperationalError("SELECT", {}, Exception("gone"))


def shown_by(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Page:
    """A view that ends with an error."""

    def breaks() -> str:
        raise error

    breaks.access = app.view_functions["web.site_map"].access  # type: ignore[attr-defined,union-attr]  # the mark a decorator leaves
    monkeypatch.setitem(app.view_functions, "web.site_map", breaks)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return Page(app, None)  # type: ignore[arg-type]  # no database is asked


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("SELECT", {}, Exception("gone")), 503),
        (PoolTimeout("no connection"), 503),
        (DataError("SELECT", {}, Exception("too large")), 400),
        (OverflowError("too large"), 400),
        (RuntimeError("a mistake"), 500),
    ],
)
def test_each_error_is_a_page_in_polish(
    app: Flask, line: PhoneLine, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    shown_by(app, monkeypatch, error)
    response = app.test_client().get("/mapa-strony", base_url=HOME)
    assert response.status_code == status
    assert str(PAGES[status][0]) in response.text
    assert "gone" not in response.text
    assert ("Retry-After" in response.headers) == (status == 503)


def test_the_number_is_there_although_the_database_is_not(
    app: Flask, line: PhoneLine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.test_client().get("/mapa-strony", base_url=HOME)
    monkeypatch.setattr(Session, "scalar", _away)
    response = app.test_client().get("/osoby/1", base_url=HOME)
    assert response.status_code in (302, 503)
    with app.test_request_context("/", base_url=HOME):
        known = contact_or_nothing()
    assert known is not None
    assert (known.phone, known.phone_href) == (NUMBER, "tel:+48514643274")


def test_a_process_that_never_reached_it_reads_what_another_wrote_down(
    app: Flask, line: PhoneLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.test_client().get("/mapa-strony", base_url=HOME)
    contact.forget_contacts()
    with app.test_request_context("/", base_url=HOME):
        known = contact_or_nothing()
    assert known is not None
    assert (known.phone, known.opens) == (NUMBER, "7:30")


@pytest.mark.parametrize("written", ["", "{", "[]", json.dumps({"phone": 1}), "null"])
def test_what_cannot_be_read_gives_the_configured_number(app: Flask, tmp_path: object, written: str) -> None:
    from pathlib import Path

    app.config["DATA_DIR"], app.config["CENTRE_PHONE"] = str(tmp_path), "+48413312524"
    Path(str(tmp_path), "contact-rides.json").write_text(written, encoding="utf-8")
    with app.test_request_context("/", base_url=HOME):
        known = contact_or_nothing()
        assert known is not None
        assert (known.phone, known.hours_text) == ("413 312 524", "")


def test_a_folder_that_may_not_be_written_to_stops_nobody(app: Flask, line: PhoneLine) -> None:
    app.config["DATA_DIR"] = "/proc/nowhere"
    assert NUMBER in app.test_client().get("/mapa-strony", base_url=HOME).text.replace("\u00a0", " ")


def test_no_hours_are_said_where_none_are_known(app: Flask) -> None:
    with app.test_request_context("/", base_url=HOME):
        assert Contact("1", "tel:1", "", "", True, False).hours_text == ""
        assert Contact("1", "tel:1", "7:30", "15:30", True, False).hours_text == "w dni robocze od 7:30 do 15:30"


def test_a_page_for_everybody_is_shown_although_nobody_knows_who_asks(
    app: Flask, page: Page, session: Session, line: PhoneLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.sign_in("staff", make_staff(session).id)
    page.get("/mapa-strony")
    page.let_pages_see()
    monkeypatch.setattr(Session, "scalar", _away)
    monkeypatch.setattr(Session, "execute", _away)
    response = page.client.get("/deklaracja-dostepnosci", base_url=HOME)
    assert response.status_code == 200
    assert NUMBER in response.text.replace("\u00a0", " ")
    assert page.client.get("/osoby", base_url=HOME).status_code == 503
    monkeypatch.undo()
    assert page.get("/pracownicy/moje-konto").path == "/pracownicy/moje-konto", "still signed in afterwards"


def test_the_form_comes_back_with_the_same_number(
    page: Page, session: Session, line: PhoneLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get("/pracownicy/nowy")
    sent = page.fields()["request_id"]
    from services_app.staff import actions

    monkeypatch.setattr(actions, "invite_staff", _away)
    page.fill_and_send(
        {"e_mail": "ewa.lis@mopr.example", "first_name": "Ewa", "last_name": "Lis", "roles": ["driver"]}, status=503
    )
    kept = page.fields()
    assert kept["request_id"] == sent
    assert kept["e_mail"] == ["ewa.lis@mopr.example"]
    assert "jest zachowane" in page.main
    monkeypatch.undo()
    page.fill_and_send()
    assert page.h1 == "Ewa Lis"
