from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import hash_password
from services_app.web.models import SignIn
from tests.databases import WorkersDatabase
from tests.factories.staff import PASSWORD, code_now, make_staff
from tests.frozen import Clock
from tests.page import HOME, FreshClient, Page
from tests.settings import app_on

SIGN_IN = "/pracownicy/logowanie"
NewPage = Callable[[], Page]


@pytest.fixture
def account(session: Session) -> StaffAccount:
    return make_staff(session, "operator", e_mail="anna@mopr.example", second_factor=True)


def enter_password(page: Page, e_mail: str = "anna@mopr.example", password: str = PASSWORD, status: int = 200) -> Page:
    page.get(SIGN_IN)
    return page.fill_and_send(e_mail=e_mail, password=password, status=status)


def signed_in(page: Page) -> bool:
    return page.get("/pracownicy/moje-konto", status=None, follow=False).status == 200


def test_password_and_code_let_in(page: Page, account: StaffAccount) -> None:
    enter_password(page, e_mail=" Anna@MOPR.example ")
    assert page.path == "/pracownicy/logowanie/kod"
    assert not signed_in(page)
    page.get("/pracownicy/logowanie/kod").fill_and_send(code=code_now())
    assert signed_in(page)


def test_a_code_may_be_typed_with_spaces(page: Page, account: StaffAccount) -> None:
    code = code_now()
    enter_password(page).fill_and_send(code=f" {code[:3]} {code[3:]} ")
    assert signed_in(page)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    page: Page, new_page: NewPage, account: StaffAccount
) -> None:
    enter_password(page, password="nie to hasło wcale")
    other = new_page()
    enter_password(other, e_mail="nikt@mopr.example")
    assert page.errors == other.errors != []
    assert page.text == other.text


def test_an_unknown_address_takes_as_long(real_hashing: None, page: Page, app: Flask, session: Session) -> None:
    app.config["SIGN_IN_TRIES"] = 1000
    make_staff(session, e_mail="anna@mopr.example").password_hash = hash_password(PASSWORD)

    def seconds(e_mail: str) -> float:
        begun = time.process_time()
        enter_password(page, e_mail=e_mail, password="nie to hasło wcale")
        return time.process_time() - begun

    seconds("anna@mopr.example"), seconds("nikt@mopr.example")  # warmed up
    known = statistics.median(seconds("anna@mopr.example") for _ in range(5))
    unknown = statistics.median(seconds("nikt@mopr.example") for _ in range(5))
    assert 0.6 < known / unknown < 1.67


def test_an_invited_person_without_a_password_cannot_sign_in(page: Page, session: Session) -> None:
    make_staff(session, e_mail="nowa@mopr.example", accepted=False)
    assert enter_password(page, e_mail="nowa@mopr.example", password="nobody's password").errors


def test_a_code_works_once(page: Page, new_page: NewPage, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00:05")
    code = code_now()
    enter_password(page).fill_and_send(code=code)
    assert signed_in(page)
    thief = new_page()
    enter_password(thief).fill_and_send(code=code)
    assert thief.errors
    assert not signed_in(thief)
    clock.pass_by(seconds=30)
    thief.get("/pracownicy/logowanie/kod").fill_and_send(code=code_now())
    assert signed_in(thief)


def test_a_code_of_the_neighbouring_half_minute_works_and_one_further_does_not(
    page: Page, new_page: NewPage, account: StaffAccount, clock: Clock
) -> None:  # fmt: skip
    clock.at("2026-11-23 09:00:05")
    enter_password(page).fill_and_send(code=code_now(steps=-2))
    assert page.errors
    page.fill_and_send(code=code_now(steps=-1))
    assert signed_in(page)


def test_the_second_step_must_follow_within_ten_minutes(page: Page, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    enter_password(page)
    clock.at("2026-11-23 09:10:01")
    page.fill_and_send(code=code_now())
    assert page.path == SIGN_IN
    assert not signed_in(page)


def test_a_changed_password_ends_what_was_between_the_steps(
    page: Page, account: StaffAccount, session: Session
) -> None:
    enter_password(page)
    account.password_hash = "something else"
    page.fill_and_send(code=code_now())
    assert page.path == SIGN_IN


def test_five_wrong_passwords_lock_the_account_for_a_quarter(page: Page, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    for _ in range(5):
        assert enter_password(page, password="nie to hasło wcale").errors
    enter_password(page, status=429)
    assert "15 minut" in page.main
    clock.at("2026-11-23 09:15")
    assert enter_password(page).path == "/pracownicy/logowanie/kod"


def test_four_wrong_passwords_do_not_lock(page: Page, account: StaffAccount) -> None:
    for _ in range(4):
        enter_password(page, password="nie to hasło wcale")
    assert enter_password(page).path == "/pracownicy/logowanie/kod"


def test_an_unknown_address_is_locked_as_well(page: Page) -> None:
    for _ in range(5):
        enter_password(page, e_mail="nikt@mopr.example")
    enter_password(page, e_mail="nikt@mopr.example", status=429)


def test_wrong_codes_lock_too(page: Page, account: StaffAccount) -> None:
    enter_password(page)
    wrong = "000000" if code_now() != "000000" else "000001"
    for _ in range(5):
        page.fill_and_send(code=wrong)
    page.fill_and_send(code=code_now(), status=429)
    assert not signed_in(page)


def test_one_address_cannot_try_many_accounts_and_a_forged_header_does_not_help(app: Flask, session: Session) -> None:
    client = FreshClient(app, app.response_class, use_cookies=True)
    app.config["WTF_CSRF_ENABLED"] = False
    statuses = []
    for number in range(22):
        headers = {
            "X-Forwarded-For": f"10.0.0.{number}",
            "Forwarded": f"for=10.0.1.{number}",
            "X-Real-IP": f"10.0.2.{number}",
        }
        fields = {"e_mail": f"ktos{number}@mopr.example", "password": "cokolwiek innego"}
        statuses.append(client.post(SIGN_IN, data=fields, base_url=HOME, headers=headers).status_code)
    assert statuses == [200] * 20 + [429] * 2
    other = {"REMOTE_ADDR": "192.0.2.9"}
    fields = {"e_mail": "ktos99@mopr.example", "password": "cokolwiek innego"}
    assert client.post(SIGN_IN, data=fields, base_url=HOME, environ_overrides=other).status_code == 200


def test_the_lock_holds_in_every_process(
    page: Page, account: StaffAccount, database: WorkersDatabase, session: Session, tmp_path: object
) -> None:  # fmt: skip
    for _ in range(3):
        enter_password(page, password="nie to hasło wcale")
    with app_on(database.url, str(tmp_path)) as second_app:
        other = Page(second_app, session)
        for _ in range(2):
            enter_password(other, password="nie to hasło wcale")
        enter_password(other, status=429)
    enter_password(page, status=429)


def test_sign_in_gives_a_new_cookie_and_a_row(page: Page, account: StaffAccount, session: Session) -> None:
    page.get(SIGN_IN)
    before = page.client.get_cookie("__Host-session")
    enter_password(page).fill_and_send(code=code_now())
    after = page.client.get_cookie("__Host-session")
    assert after is not None
    assert before is None or before.value != after.value
    row = session.scalars(select(SignIn)).one()
    assert (row.kind, row.subject_id, row.ended_at) == ("staff", account.id, None)
    deeds = session.scalars(select(JournalEntry.deed)).all()
    assert "staff_signed_in" in deeds


def test_signing_in_again_in_one_browser_ends_the_session_before(
    page: Page, account: StaffAccount, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 09:00")
    enter_password(page).fill_and_send(code=code_now())
    clock.at("2026-11-23 09:31")
    enter_password(page).fill_and_send(code=code_now())
    assert len(session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()) == 1


def test_signing_out_kills_the_old_cookie(page: Page, new_page: NewPage, account: StaffAccount) -> None:
    enter_password(page).fill_and_send(code=code_now())
    old = page.client.get_cookie("__Host-session")
    assert old is not None
    page.get("/pracownicy/moje-konto").fill_and_send(form="Wyloguj", follow=False, status=302)
    assert page.response is not None
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = new_page()
    thief.client.set_cookie("__Host-session", old.value, domain="localhost", secure=True)
    assert not signed_in(thief)


def test_without_the_requirement_a_password_is_enough_until_a_phone_is_set(
    page: Page, session: Session, app: Flask
) -> None:
    app.config["STAFF_SECOND_FACTOR_REQUIRED"] = False
    make_staff(session, e_mail="bez@mopr.example")
    enter_password(page, e_mail="bez@mopr.example")
    assert signed_in(page)


def test_with_the_requirement_somebody_without_a_phone_takes_one_into_use(page: Page, session: Session) -> None:
    account = make_staff(session, e_mail="bez@mopr.example")
    enter_password(page, e_mail="bez@mopr.example")
    assert "svg" in str(page.soup.main)
    assert not signed_in(page)
    page.get("/pracownicy/logowanie/kod")
    secret = page.soup.select_one("main strong.num").get_text().replace(" ", "")  # type: ignore[union-attr]  # it is there
    page.fill_and_send(code=code_now(secret, steps=9))
    assert page.errors
    page.fill_and_send(code=code_now(secret))
    assert signed_in(page)
    assert account.totp_secret == secret


def test_a_key_of_somebody_else_is_not_taken(page: Page, new_page: NewPage, session: Session) -> None:
    make_staff(session, e_mail="jeden@mopr.example")
    make_staff(session, e_mail="dwa@mopr.example")
    enter_password(page, e_mail="jeden@mopr.example")
    key = page.fields()["key"][0]
    other = new_page()
    enter_password(other, e_mail="dwa@mopr.example")
    secret = page.soup.select_one("main strong.num").get_text().replace(" ", "")  # type: ignore[union-attr]  # it is there
    other.post("/pracownicy/logowanie/kod", {"code": code_now(secret), "key": key}, status=400)
    assert not signed_in(other)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\\\evil",
    ],
)
def test_signing_in_leads_nowhere_else(page: Page, account: StaffAccount, target: str) -> None:
    page.get(SIGN_IN, dalej=target)
    page.fill_and_send(e_mail="anna@mopr.example", password=PASSWORD)
    page.fill_and_send(code=code_now(), follow=False, status=302)
    assert page.location.startswith("/")
    assert "evil" not in page.location


def test_signing_in_leads_to_the_page_asked_for(page: Page, account: StaffAccount) -> None:
    page.get("/pracownicy/moje-konto/haslo")
    assert page.path == SIGN_IN
    page.fill_and_send(e_mail="anna@mopr.example", password=PASSWORD).fill_and_send(code=code_now())
    assert page.path == "/pracownicy/moje-konto/haslo"


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "x" * 300, "ą" * 5000])
def test_odd_input_is_a_plain_no(page: Page, odd: str) -> None:
    data = {"e_mail": odd.encode("utf-8", "surrogatepass"), "password": odd.encode("utf-8", "surrogatepass")}
    page.post(SIGN_IN, data)


def test_staying_extends_the_session(page: Page, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    page.sign_in("staff", account.id)
    page.get("/pracownicy/moje-konto")
    clock.at("2026-11-23 09:29")
    page.post("/pracownicy/zostan")
    assert page.response is not None
    assert page.response.get_json() == {"ends_at": "2026-11-23T08:59:00+00:00"}
    clock.at("2026-11-23 09:58:59")
    assert signed_in(page)


def test_a_session_ends_after_thirty_idle_minutes(page: Page, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    page.sign_in("staff", account.id)
    clock.at("2026-11-23 09:30")
    assert signed_in(page)
    clock.at("2026-11-23 10:00:01")
    assert not signed_in(page)


def test_a_session_ends_after_twelve_hours_however_busy(page: Page, account: StaffAccount, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    page.sign_in("staff", account.id)
    for _ in range(35):
        clock.pass_by(minutes=20)
        assert signed_in(page)
    clock.at("2026-11-23 20:59:59")
    page.get("/pracownicy/moje-konto")
    assert page.soup.body is not None
    assert page.soup.body["data-session-ends-at"] == "2026-11-23T20:00:00+00:00"
    clock.at("2026-11-23 21:00")
    assert not signed_in(page)
