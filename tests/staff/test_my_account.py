from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from services_app.staff.models import StaffAccount
from services_app.staff.passwords import password_matches
from tests.factories.staff import PASSWORD, code_now, make_staff
from tests.page import Page

NEW = "wiewiórka liczy 17 szyszek"
NewPage = Callable[[], Page]


@pytest.fixture
def account(session: Session, page: Page) -> StaffAccount:
    made = make_staff(session, "operator", second_factor=True)
    page.sign_in("staff", made.id)
    return made


def test_a_new_password_ends_the_other_sessions(page: Page, new_page: NewPage, account: StaffAccount) -> None:
    other = new_page()
    other.sign_in("staff", account.id)
    page.get("/pracownicy/moje-konto/haslo").fill_and_send(current_password=PASSWORD, password=NEW, repeated=NEW)
    assert page.h1 == "Moje konto"
    assert other.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"
    assert password_matches(account.password_hash, NEW)


def test_the_old_password_is_asked_for_and_its_tries_are_counted(page: Page, account: StaffAccount) -> None:
    page.get("/pracownicy/moje-konto/haslo")
    for _ in range(5):
        page.fill_and_send(current_password="nie to", password=NEW, repeated=NEW)
        assert "To nie jest obecne hasło" in page.errors[0]
    page.fill_and_send(current_password=PASSWORD, password=NEW, repeated=NEW)
    assert "Za dużo prób" in page.errors[0]
    assert password_matches(account.password_hash, PASSWORD)


def test_a_corrected_form_is_carried_out(page: Page, account: StaffAccount) -> None:
    page.get("/pracownicy/moje-konto/haslo")
    page.fill_and_send(current_password="nie to", password=NEW, repeated=NEW)
    page.fill_and_send(current_password=PASSWORD, password=NEW, repeated=NEW)
    assert page.path == "/pracownicy/moje-konto"
    assert password_matches(account.password_hash, NEW)


def test_passwords_typed_never_come_back_in_a_page(page: Page, account: StaffAccount) -> None:
    page.get("/pracownicy/moje-konto/haslo").fill_and_send(
        current_password="moje stare tajne", password=NEW, repeated="inne"
    )
    assert "moje stare tajne" not in page.body.decode()
    assert NEW not in page.body.decode()


def test_another_phone_replaces_the_first(page: Page, account: StaffAccount) -> None:
    page.get("/pracownicy/moje-konto/drugi-krok")
    secret = page.soup.select_one("main strong.num").get_text().replace(" ", "")  # type: ignore[union-attr]  # it is there
    page.fill_and_send(code=code_now(), current_password=PASSWORD)
    assert "nie pasuje" in page.errors[0]
    page.fill_and_send(code=code_now(secret), current_password=PASSWORD)
    assert page.h1 == "Moje konto"
    assert account.totp_secret == secret


def test_sessions_are_listed_and_ended(page: Page, new_page: NewPage, account: StaffAccount) -> None:
    first, second = new_page(), new_page()
    first.sign_in("staff", account.id)
    second.sign_in("staff", account.id)
    page.get("/pracownicy/moje-konto")
    assert len(page.rows()) == 3
    row = page.soup.select_one('form[action*="/sesje/"][action$="/zakoncz"].post-button')
    assert row is not None
    page.fill_and_send(form=str(row["action"]))
    assert len(page.rows()) == 2
    page.fill_and_send(form="Wyloguj wszędzie poza tym urządzeniem")
    assert len(page.rows()) == 1
    for other in (first, second):
        assert other.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"


def test_nobody_ends_a_stranger_s_session(
    page: Page, new_page: NewPage, account: StaffAccount, session: Session
) -> None:
    from sqlalchemy import select

    from services_app.web.models import SignIn

    stranger = make_staff(session)
    other = new_page()
    other.sign_in("staff", stranger.id)
    sign_in_id = session.scalar(select(SignIn.id).where(SignIn.subject_id == stranger.id))
    page.post(
        f"/pracownicy/moje-konto/sesje/{sign_in_id}/zakoncz",
        {"request_id": "7b6f2f5e-0000-4000-8000-000000000002"},
        status=404,
    )
    other.get("/pracownicy/moje-konto")
