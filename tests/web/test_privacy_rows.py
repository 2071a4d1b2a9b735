"""Promises about personal data that span all packages: who sees what, what is told where data are given, who is called."""

from __future__ import annotations

import ast
import re
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.pl import pesel

from services_app import clock
from services_app.messaging.shipped.kinds import PLACES
from services_app.residents.models import Resident
from services_app.residents.policy.numbers import Pesel, masked_pesel, read_pesel
from services_app.staff.models import StaffAccount
from services_app.web.access import STAFF_ROLES
from services_app.wording import search_key
from tests.every_address import addresses_with, rows_for_pages
from tests.factories.residents import make_resident, pesel_of
from tests.factories.staff import make_staff
from tests.page import HOME, Page
from tests.rides.walking import Town

TOP = Path(__file__).parents[2]


@pytest.fixture
def rows(town: Town) -> dict[str, int]:
    return rows_for_pages(town)


# --- S3, L14, L30: whole personal numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_role_meets_a_whole_pesel_on_a_page_or_in_a_file(
    app: Flask, page: Page, session: Session, town: Town, rows: dict[str, int], role: str
) -> None:
    number = town.rider.pesel or ""
    assert pesel.is_valid(number)
    page.sign_in("staff", make_staff(session, role).id)
    page.let_pages_see()
    opened, leaks = 0, []
    for path in addresses_with(app, town, rows):
        if path.endswith("/dane.zip"):
            continue  # the copy of one's data on request: journalled, and whole by law
        answer = page.client.get(path, base_url=HOME)
        opened += answer.status_code == 200
        text = answer.get_data().decode(
            "utf-8", "replace"
        )  # a PDF or a sheet too: it must not hold the number as it is
        numbers = (
            re.findall(r"(?<!\d)\d{11}(?!\d)", text)
            if (answer.mimetype or "").startswith(("text/", "application/json"))
            else []
        )
        if number in text or any(pesel.is_valid(found) for found in numbers):
            leaks.append(path)
        answer.close()
    assert leaks == []
    assert opened >= 8, f"{role} opened only {opened} pages"


def test_a_driver_opens_no_file_and_no_list_of_people(
    app: Flask, page: Page, session: Session, town: Town, rows: dict[str, int]
) -> None:
    page.sign_in("staff", make_staff(session, "driver").id)
    page.let_pages_see()
    named = []
    for path in addresses_with(app, town, rows):
        answer = page.client.get(path, base_url=HOME)
        if answer.status_code == 200 and town.rider.last_name in answer.get_data(as_text=True):
            named.append(path)
        answer.close()
    assert named == [], "somebody who rides with another driver is a stranger to this one"


def test_every_slip_of_one_digit_in_a_pesel_is_noticed() -> None:
    today = date(2026, 11, 23)
    good = [
        pesel_of(date(year, month, 7), serial)
        for serial, year in enumerate((1931, 1946, 1999, 2001))
        for month in (1, 6, 12)
    ]
    assert len(good) == 12
    assert all(isinstance(read_pesel(number, today=today), Pesel) for number in good)
    slips = 0
    for at in range(11):
        for digit in set("0123456789") - {good[3][at]}:
            slips += 1
            assert not isinstance(read_pesel(good[3][:at] + digit + good[3][at + 1 :], today=today), Pesel)
    assert slips == 99


def test_lists_show_masked_numbers(page: Page, session: Session, town: Town) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/osoby", q="Kowalska")
    assert (town.rider.pesel or "") not in page.text
    assert masked_pesel(town.rider.pesel) == "*******" + (town.rider.pesel or "")[-4:]
    assert masked_pesel(town.rider.pesel) in page.main


# --- L1: the notice where data are given --------------------------------------------------------------------------------------------------

NOTICE = (
    "administrator", "inspektor", "cele", "podstawa", "odbiorcy", "panstwa-trzecie", "okres", "prawa", "cofniecie", "skarga", "obowiazek",
    "profilowanie",
)  # fmt: skip


def has_notice(page: Page) -> bool:
    """All twelve parts of RODO art. 13, each with words."""
    return all((tag := page.soup.find(id=f"rodo-{part}")) is not None and tag.get_text(strip=True) for part in NOTICE)


@pytest.mark.parametrize("path", ["/osoby/nowa", "/osoby/{}/przedstawiciele", "/przejazdy/zgloszenia/nowe/{}"])
def test_the_desk_has_the_notice_where_it_takes_data_down(page: Page, session: Session, path: str, town: Town) -> None:
    newcomer = make_resident(session, "Irena", "Nowicka")
    page.sign_in("staff", make_staff(session, "operator", "coordinator").id)
    assert has_notice(page.get(path.format(newcomer.id)))


def test_a_resident_meets_the_notice_where_data_are_given(page: Page, town: Town) -> None:
    page.sign_in("resident", town.rider.id)
    for path in ("/moje-dane/zmien", "/moje-dane"):
        assert has_notice(page.get(path))


@pytest.mark.parametrize("path", ["/przejazdy/zamow/nowe/adres", "/moi-przedstawiciele/dodaj"])
def test_where_an_address_or_a_relative_is_typed_the_notice_is_a_link_away(page: Page, town: Town, path: str) -> None:
    page.sign_in("resident", town.rider.id)
    page.get(path).follow("Co robimy z danymi, które wpisujesz")
    assert page.path == "/prywatnosc"


def test_every_public_page_leads_to_what_happens_with_data(page: Page, town: Town) -> None:
    for path in ("/", "/logowanie", "/logowanie/list", "/przejazdy/", "/przejazdy/dolacz"):
        assert page.get(path).soup.select("footer a[href='/prywatnosc']")
    page.get("/prywatnosc")
    for words in ("Inspektor ochrony danych", "RODO", "Prezesa Urzędu Ochrony Danych Osobowych", "2 lata"):
        assert words in page.main


# --- L17: what others carry for us ----------------------------------------------------------------------------------------------------


def test_no_wording_can_hold_a_pesel_an_address_of_birth_or_a_disability() -> None:
    assert not [name for name in PLACES if re.search(r"pesel|birth|document|mobility|disab|health", name)]


# --- L27, S6: cookies -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/przejazdy/", "/przejazdy/dolacz", "/deklaracja-dostepnosci", "/prywatnosc", "/mapa-strony"]
)
def test_who_only_reads_gets_no_cookie(page: Page, town: Town, path: str) -> None:
    answer = page.client.get(path, base_url=HOME)
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []


def test_a_form_needs_one_cookie_and_a_switch_another(page: Page) -> None:
    names = set()
    for path in ("/logowanie", "/pracownicy/logowanie", "/ustawienia?contrast=high"):
        names |= {cookie.split("=")[0] for cookie in page.client.get(path, base_url=HOME).headers.getlist("Set-Cookie")}
    assert names == {"__Host-session", "__Host-preferences"}


# --- S37, S38: the door for reports, and no door left open --------------------------------------------------------------------------------


def test_security_txt_says_where_to_report_and_is_not_stale(page: Page) -> None:
    lines = dict(line.split(": ", 1) for line in page.get("/.well-known/security.txt").body.decode().splitlines())
    assert lines["Contact"]
    expires = datetime.fromisoformat(lines["Expires"])
    assert timedelta(0) < expires - clock.now() < timedelta(days=2 * 366)


def test_outside_the_demo_there_is_no_account_to_begin_with_and_none_can_be_filled_in(
    app: Flask, session: Session, page: Page
) -> None:
    assert app.config["DEMO"] is False
    assert session.scalar(select(func.count(StaffAccount.id))) == 0
    session.rollback()
    refused = app.test_cli_runner().invoke(args=["demo", "fill"])
    assert refused.exit_code != 0
    assert "no demo" in refused.output
    assert session.scalar(select(func.count(StaffAccount.id))) == 0
    page.get("/wiadomosci/na-ekranie", status=404)


# --- S39: who is called -----------------------------------------------------------------------------------------------------------------

CALLERS = {"requests", "httpx", "urllib3", "aiohttp", "socket", "smtplib", "http", "ftplib", "websockets"}
MAY_CALL = {"messaging/channels/smsapi.py": "requests", "messaging/channels/smtp.py": "smtplib"}


def imported(path: Path) -> set[str]:
    """The packages a file imports, and ``urllib.request`` by its whole name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {name.split(".")[0] for name in names} | {
            "urllib.request" for name in names if name == "urllib.request"
        }
    return found


def test_only_the_two_channels_call_anybody() -> None:
    calling = {}
    for path in (TOP / "services_app").rglob("*.py"):
        called = imported(path) & (CALLERS | {"urllib.request"})
        if called:
            calling[path.relative_to(TOP / "services_app").as_posix()] = called
    for name, package in MAY_CALL.items():
        assert package in calling.pop(name)
    for name in [name for name, called in calling.items() if called == {"socket"}]:
        text = (TOP / "services_app" / name).read_text(encoding="utf-8")
        assert re.findall(r"socket\.(\w+)", text) == ["gethostname"] * len(re.findall(r"socket\.(\w+)", text)), name
        calling.pop(name)
    assert calling == {}


# --- S40: names -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Święcińska-Żółć", "Ñandú", "Łącka", "Nguyễn Thị Ánh", "Ó'Śniady", "Ś" * 100])
def test_a_name_is_the_same_however_its_letters_are_put_together(page: Page, session: Session, name: str) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    typed: dict[str, Any] = {
        "pesel": pesel_of(date(1946, 12, 5), 321), "first_name": "Anna", "last_name": unicodedata.normalize("NFD", name),
        "street": "Zagórska", "house_number": "1", "phone_1": "600 100 200",
    }  # fmt: skip
    page.get("/osoby/nowa").fill_and_send(typed, button="Zapisz")
    saved = session.scalars(select(Resident)).one()
    assert saved.last_name == unicodedata.normalize("NFC", name)
    for form in ("NFC", "NFD"):
        page.get("/osoby", q=unicodedata.normalize(form, name).upper()[:60])
        assert page.path == f"/osoby/{saved.id}" or "Anna" in page.main
    assert search_key(unicodedata.normalize("NFD", name)) == search_key(name)


# --- RODO art. 22: what the program decides alone ---------------------------------------------------------------------------------------


def test_the_privacy_page_says_what_the_program_decides_and_whom_to_ask(page: Page) -> None:
    page.get("/prywatnosc")
    for said in (
        "program sam sprawdza",
        "odmowę sprawdził człowiek",
        "zawsze decyduje człowiek",
        "stronę z formularzem",
    ):
        assert said in page.main
    assert page.soup.select("main a[href^='tel:']")
