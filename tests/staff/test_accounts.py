from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import transaction
from services_app.journal.actions import SYSTEM
from services_app.staff import actions
from services_app.staff.models import StaffAccount
from services_app.staff.queries import active_administrators
from tests.at_once import at_once
from tests.factories.staff import PASSWORD, code_now, make_staff
from tests.frozen import Clock
from tests.page import Page

NewPage = Callable[[], Page]
NEW = {"e_mail": "Ewa.Lis@mopr.example", "first_name": "Ewa", "last_name": "Lis", "roles": ["operator", "coordinator"]}


@pytest.fixture
def administrator(session: Session, page: Page) -> StaffAccount:
    account = make_staff(session, "administrator", name="Adam Wójcik", e_mail="adam@mopr.example")
    page.sign_in("staff", account.id)
    return account


def link_on(page: Page) -> str:
    found = re.search(r"https://localhost(/pracownicy/zaproszenie/[\w-]+)", page.main)
    assert found, page.main
    return found.group(1)


def invite(page: Page, **values: object) -> str:
    page.get("/pracownicy/nowy").fill_and_send({**NEW, **values})
    return link_on(page)


def test_an_invited_person_sets_a_password_and_a_phone_and_is_in(
    page: Page, new_page: NewPage, administrator: StaffAccount
) -> None:
    link = invite(page, authorisation_number="DA.012.7")
    assert "Nowak" not in page.h1
    ewa = new_page()
    ewa.get(link)
    assert "ewa.lis@mopr.example" in ewa.main
    ewa.fill_and_send(password=PASSWORD, repeated=PASSWORD)
    secret = ewa.soup.select_one("main strong.num").get_text().replace(" ", "")  # type: ignore[union-attr]  # it is there
    ewa.fill_and_send(code=code_now(secret))
    ewa.get("/pracownicy/moje-konto")
    assert "Operator telefonu, Koordynator przejazdów" in ewa.main
    assert "DA.012.7" in ewa.main


def test_the_link_is_shown_once_and_kept_only_as_a_hash(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    link = invite(page)
    token = link.rpartition("/")[2]
    page.get(page.path)
    assert token not in page.text
    account = session.scalars(select(StaffAccount).where(StaffAccount.first_name == "Ewa")).one()
    assert account.invitation_hash is not None
    assert token not in account.invitation_hash


def test_the_link_works_once(page: Page, new_page: NewPage, administrator: StaffAccount) -> None:
    link = invite(page)
    new_page().get(link).fill_and_send(password=PASSWORD, repeated=PASSWORD)
    assert "już nie działa" in new_page().get(link, status=410).main


def test_the_link_works_for_seventy_two_hours(page: Page, new_page: NewPage, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    page.sign_in("staff", make_staff(session, "administrator").id)
    link = invite(page)
    clock.at("2026-11-26 08:59:59")
    new_page().get(link)
    clock.at("2026-11-26 09:00")
    new_page().get(link, status=410)


def test_a_new_invitation_ends_the_one_before(page: Page, new_page: NewPage, administrator: StaffAccount) -> None:
    first = invite(page)
    page.fill_and_send(form="Nowe zaproszenie")
    second = link_on(page)
    new_page().get(first, status=410)
    new_page().get(second)


def test_a_weak_password_is_refused_with_every_reason(
    page: Page, new_page: NewPage, administrator: StaffAccount
) -> None:
    ewa = new_page()
    ewa.get(invite(page))
    ewa.fill_and_send(password="haslo", repeated="haslo")
    assert len(ewa.errors) == 2
    assert "Wpisano 5" in ewa.errors[0]
    ewa.fill_and_send(password="Ewa.Lis.2026.", repeated="Ewa.Lis.2026.")
    assert "nazwisko" in ewa.errors[0]
    ewa.fill_and_send(password=PASSWORD, repeated=PASSWORD + "x")
    assert "różnią" in ewa.errors[0]
    ewa.fill_and_send(password=PASSWORD, repeated=PASSWORD)
    assert ewa.path == "/pracownicy/logowanie/kod"


def test_spaces_at_the_ends_of_a_password_count(
    page: Page, new_page: NewPage, administrator: StaffAccount, app: Flask
) -> None:
    app.config["STAFF_SECOND_FACTOR_REQUIRED"] = False
    spaced = f" {PASSWORD} "
    new_page().get(invite(page)).fill_and_send(password=spaced, repeated=spaced)
    ewa = new_page()
    ewa.get("/pracownicy/logowanie").fill_and_send(e_mail="ewa.lis@mopr.example", password=PASSWORD)
    assert ewa.errors
    ewa.fill_and_send(e_mail="ewa.lis@mopr.example", password=spaced)
    assert ewa.get("/pracownicy/moje-konto").h1 == "Moje konto"


def test_an_address_is_invited_once(page: Page, administrator: StaffAccount) -> None:
    invite(page)
    page.get("/pracownicy/nowy").fill_and_send({**NEW, "e_mail": "ewa.lis@MOPR.example"})
    assert "ma już konto" in page.errors[0]


def test_an_invitation_needs_an_address_a_name_and_a_role(page: Page, administrator: StaffAccount) -> None:
    page.get("/pracownicy/nowy").fill_and_send(e_mail="to nie adres")
    assert len(page.errors) == 4


@pytest.fixture
def hook() -> Iterator[list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []

    def tell(_session: Session, account: StaffAccount, link: str, _now: object) -> None:
        told.append((account.e_mail, link))

    actions.invitation_hooks.append(tell)
    yield told
    actions.invitation_hooks.remove(tell)


def test_a_forged_host_does_not_change_the_link(
    page: Page, administrator: StaffAccount, hook: list[tuple[str, str]]
) -> None:  # fmt: skip
    page.get("/pracownicy/nowy")
    fields = {**page.fields(), **NEW}
    page.client.post("/pracownicy/nowy", data=fields, base_url=page.url.removesuffix("/pracownicy/nowy"),
                     headers={"X-Forwarded-Host": "evil.example", "Origin": "https://localhost"})  # fmt: skip
    [(e_mail, link)] = hook
    assert e_mail == "ewa.lis@mopr.example"
    assert link.startswith("https://localhost/pracownicy/zaproszenie/")


def test_roles_count_from_the_next_click_on(
    page: Page, new_page: NewPage, administrator: StaffAccount, session: Session
) -> None:
    other = make_staff(session, "operator", name="Ewa Lis")
    ewa = new_page()
    ewa.sign_in("staff", other.id)
    ewa.get("/pracownicy/", status=403)
    page.get(f"/pracownicy/{other.id}").fill_and_send(form="Zapisz", roles=["operator", "administrator"])
    ewa.get("/pracownicy/")
    page.get(f"/pracownicy/{other.id}").fill_and_send(form="Zapisz", roles=["driver"])
    ewa.get("/pracownicy/", status=403)


def test_deactivation_ends_sessions_at_once(
    page: Page, new_page: NewPage, administrator: StaffAccount, session: Session
) -> None:
    other = make_staff(session, "operator", name="Ewa Lis")
    ewa = new_page()
    ewa.sign_in("staff", other.id)
    ewa.get("/pracownicy/moje-konto")
    page.get(f"/pracownicy/{other.id}").fill_and_send(form="Wyłącz konto")
    assert ewa.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"
    ewa.fill_and_send(e_mail=other.e_mail, password=PASSWORD)
    assert ewa.errors
    page.get(f"/pracownicy/{other.id}").fill_and_send(form="Włącz konto")
    assert ewa.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"  # the old session stays dead
    ewa.fill_and_send(e_mail=other.e_mail, password=PASSWORD)
    assert ewa.path == "/pracownicy/logowanie/kod"


def test_the_last_administrator_can_be_neither_closed_nor_stripped(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    make_staff(session, "administrator", accepted=False)  # only invited: nobody who could let others in
    page.get(f"/pracownicy/{administrator.id}").fill_and_send(form="Wyłącz konto")
    assert "jedyny czynny administrator" in page.text
    page.get(f"/pracownicy/{administrator.id}").fill_and_send(form="Zapisz", roles=["operator"])
    assert "jedyny czynny administrator" in page.errors[0]
    page.get("/pracownicy/")
    make_staff(session, "administrator")
    page.get(f"/pracownicy/{administrator.id}").fill_and_send(form="Wyłącz konto")
    page.get("/pracownicy/")
    assert page.path == "/pracownicy/logowanie"


def test_two_administrators_who_remove_each_other_at_once_leave_one(app: Flask, session: Session) -> None:
    pair = [make_staff(session, "administrator").id for _ in range(2)]
    session.rollback()

    def remove(account_id: int) -> Callable[[], bool]:
        def deed() -> bool:
            with transaction() as own:
                return actions.deactivate_account(own, account_id, by=SYSTEM, now=product_clock.now()).allowed

        return deed

    assert sorted(at_once(app, [remove(account_id) for account_id in pair])) == [False, True]
    session.expire_all()
    assert len(active_administrators(session)) == 1


def test_a_second_person_resets_a_lost_phone(
    page: Page, new_page: NewPage, administrator: StaffAccount, session: Session
) -> None:
    other = make_staff(session, "operator", name="Ewa Lis", second_factor=True)
    ewa = new_page()
    ewa.sign_in("staff", other.id)
    page.get(f"/pracownicy/{other.id}").fill_and_send(form="Odnów logowanie")
    link = link_on(page)
    assert ewa.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"
    ewa.fill_and_send(e_mail=other.e_mail, password=PASSWORD)
    assert ewa.errors
    ewa.get(link).fill_and_send(password="nowe hasło dla Ewy i kota", repeated="nowe hasło dla Ewy i kota")
    assert "Ustaw drugi krok" in ewa.h1


def test_nobody_resets_their_own(page: Page, administrator: StaffAccount, session: Session) -> None:
    page.get(f"/pracownicy/{administrator.id}")
    assert "Odnów logowanie" not in page.main
    page.post(f"/pracownicy/{administrator.id}/odnow-logowanie", {"request_id": "7b6f2f5e-0000-4000-8000-000000000001"})
    assert "odnawia druga osoba" in page.text
    assert administrator.password_hash is not None


def test_only_administrators_see_accounts(page: Page, session: Session) -> None:
    other = make_staff(session, "coordinator", "manager", "auditor")
    page.sign_in("staff", other.id)
    for path in ("/pracownicy/", "/pracownicy/nowy", f"/pracownicy/{other.id}"):
        page.get(path, status=403)


def test_an_account_that_is_not_there_is_not_found(page: Page, administrator: StaffAccount) -> None:
    page.get("/pracownicy/999999", status=404)
    page.get("/pracownicy/99999999999999999999", status=404)


def test_the_list_tells_the_state_of_each(page: Page, administrator: StaffAccount, session: Session) -> None:
    make_staff(session, "driver", name="Ewa Łoś", accepted=False)
    make_staff(session, "driver", name="Jan Lis")
    page.get("/pracownicy/")
    assert [row[0].split()[0] for row in page.rows()] == ["Lis", "Łoś", "Wójcik"]
    assert [row[3] for row in page.rows()] == ["czynne", "zaproszenie wygasło", "czynne"]
