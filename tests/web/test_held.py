from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.sealed import seal
from services_app.staff.models import StaffAccount
from services_app.web.held import HeldForm, open_held
from tests.factories.staff import PASSWORD, code_now, make_staff
from tests.frozen import Clock
from tests.page import Page

NewPage = Callable[[], Page]
TYPED = {"e_mail": "ewa.lis@mopr.example", "first_name": "Ewa", "last_name": "Lis", "roles": ["operator", "driver"]}


@pytest.fixture
def administrator(session: Session, page: Page, clock: Clock) -> StaffAccount:
    clock.at("2026-11-23 09:00")
    account = make_staff(session, "administrator", name="Adam Wójcik", e_mail="adam@mopr.example", second_factor=True)
    page.sign_in("staff", account.id)
    return account


def send_too_late(page: Page, clock: Clock) -> Page:
    page.get("/pracownicy/nowy")
    clock.pass_by(minutes=31)
    return page.fill_and_send(TYPED, status=401)


def ewa(session: Session) -> StaffAccount | None:
    session.rollback()
    return session.scalar(select(StaffAccount).where(StaffAccount.e_mail == "ewa.lis@mopr.example"))


def test_a_form_that_met_an_expired_session_is_sent_after_signing_in(
    page: Page, administrator: StaffAccount, clock: Clock, session: Session
) -> None:
    send_too_late(page, clock)
    assert "Sesja wygasła" in page.main
    request_id = page.fields()["request_id"]
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD)
    page.fill_and_send(code=code_now())
    assert page.h1 == "Dokończ to, co było zaczęte"
    assert "ewa.lis@mopr.example" in page.main
    assert page.fields()["request_id"] == request_id
    page.fill_and_send()
    assert page.h1 == "Ewa Lis"
    made = ewa(session)
    assert made is not None
    assert made.role_words == {"operator", "driver"}


def test_a_wrong_password_and_a_wrong_code_do_not_lose_it(
    page: Page, administrator: StaffAccount, clock: Clock
) -> None:
    send_too_late(page, clock)
    page.fill_and_send(e_mail="adam@mopr.example", password="nie to hasło wcale")
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD)
    page.fill_and_send(code="000000" if code_now() != "000000" else "111111")
    clock.pass_by(minutes=11)  # the second step came too late: the first once more
    page.fill_and_send(code=code_now())
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert page.h1 == "Dokończ to, co było zaczęte"


def test_the_lock_does_not_lose_it_either(page: Page, administrator: StaffAccount, clock: Clock) -> None:
    send_too_late(page, clock)
    for _ in range(5):
        page.fill_and_send(e_mail="adam@mopr.example", password="nie to hasło wcale")
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD, status=429)
    clock.pass_by(minutes=15)
    page.fill_and_send()
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert page.h1 == "Dokończ to, co było zaczęte"


def test_somebody_else_who_signs_in_does_not_get_it(
    page: Page, administrator: StaffAccount, clock: Clock, session: Session
) -> None:
    make_staff(session, "administrator", name="Jan Kos", e_mail="jan@mopr.example", second_factor=True)
    send_too_late(page, clock)
    page.fill_and_send(e_mail="jan@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert "ewa.lis" not in page.body.decode()
    assert ewa(session) is None


def test_after_a_day_it_is_gone(page: Page, administrator: StaffAccount, clock: Clock) -> None:
    send_too_late(page, clock)
    clock.pass_by(hours=24, seconds=1)
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert page.h1 != "Dokończ to, co było zaczęte"


def test_a_form_from_another_site_is_not_kept(
    page: Page, administrator: StaffAccount, clock: Clock, app: Flask
) -> None:
    page.get("/pracownicy/nowy")
    data = {**page.fields(), **TYPED}
    clock.pass_by(minutes=31)
    response = page.client.post(
        "/pracownicy/nowy", data=data, base_url="https://localhost", headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 401
    assert 'name="held" value=""' in response.get_data(as_text=True)


def test_a_form_whose_session_is_gone_altogether_leads_straight_to_signing_in(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    page.get("/pracownicy/nowy")
    page.forget()
    page.fill_and_send(TYPED, status=401)
    assert "Sesja wygasła" in page.main
    page.fill_and_send(e_mail="adam@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert page.h1 == "Dokończ to, co było zaczęte"
    assert "ewa.lis@mopr.example" in page.main
    assert ewa(session) is None, "nothing is done before the person has confirmed it"
    page.fill_and_send()
    assert ewa(session) is not None


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {}])
def test_without_a_session_a_form_of_another_site_gets_no_further(
    page: Page, administrator: StaffAccount, session: Session, headers: dict[str, str]
) -> None:
    page.get("/pracownicy/nowy")
    data = {**page.fields(), **TYPED}
    page.forget()
    response = page.client.post("/pracownicy/nowy", data=data, base_url="https://localhost", headers=headers)
    assert response.status_code == 400
    assert "ewa.lis" not in response.get_data(as_text=True)
    assert ewa(session) is None


def test_somebody_signed_in_sends_a_form_with_a_wrong_token_once_more(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    page.get("/pracownicy/nowy")
    page.post("/pracownicy/nowy", {**page.fields(), **TYPED, "csrf_token": "x"}, status=400)
    assert ewa(session) is None
    page.fill_and_send(form="Wyślij jeszcze raz")
    assert ewa(session) is not None


def test_passwords_and_codes_are_not_carried(page: Page, administrator: StaffAccount, clock: Clock, app: Flask) -> None:
    page.get("/pracownicy/moje-konto/haslo")
    clock.pass_by(minutes=31)
    page.fill_and_send(current_password=PASSWORD, password="tajne nowe hasło 17", repeated="x", status=401)
    with app.app_context():
        held = open_held(page.fields()["held"][0], f"staff:{administrator.id}")
    assert held is not None
    assert {name for name, _ in held.fields}.isdisjoint({"password", "current_password", "code", "csrf_token", "held"})


@pytest.mark.parametrize("held", ["", "x", "tests.AAAA", "tests.ąę", "a" * 5000, "tests." + "A" * 21])
def test_what_was_changed_on_the_way_is_nothing(app: Flask, held: str) -> None:
    assert open_held(held, "staff:1") is None


@pytest.mark.parametrize("content", ["44051401359", "[]", '["something else", "/x", [], null, 0]', '{"a": 1}'])
def test_what_was_sealed_for_something_else_is_nothing(app: Flask, content: str) -> None:
    assert open_held(seal(content), "staff:1") is None


def test_the_owner_gets_it_back_and_nobody_else(app: Flask) -> None:
    kept = seal(json.dumps(["held form", "/x?day=1", [["a", "b"]], "resident:5", int(product_clock.now().timestamp())]))
    assert open_held(kept, "resident:5") == HeldForm("/x?day=1", (("a", "b"),), "resident:5")
    assert open_held(kept, "staff:5") is None


def test_what_is_shown_is_words_and_no_whole_pesel() -> None:
    fields = (
        ("request_id", "7b6f2f5e-0000-4000-8000-000000000001"), ("place", "17"), ("wheelchair", "folding_wheelchair"), ("name", "Ewa  Lis"),
        ("pesel", "44051401359"), ("note", "PESEL 44051401359, dzwonić rano"),
        ("day", "5.12.2026"), ("hour", "9:10"), ("phone", "600 100 200"),
        ("again", "Ewa Lis"), ("length", "other"), ("other_length", "50 minut"),
    )  # fmt: skip
    shown = HeldForm("/x", fields, None).shown
    assert shown == ["Ewa Lis", "PESEL 44…, dzwonić rano", "5.12.2026", "9:10", "600 100 200", "50 minut"]
