from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

import openpyxl
import pytest
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.dashboard.tables import Table, as_csv, as_xlsx
from services_app.rides.views.day_picture import shown_hours
from services_app.web.access import Identity
from services_app.web.waiting import Waiting, ask_here, waiting_for
from tests.critic import words_of
from tests.factories.staff import make_staff
from tests.page import Page

DANGEROUS = ("=1+1", "+1+1", "-1+1", " =1+1", "@SUM(A1)", "\tx", "\r=x", '=HYPERLINK("x")')


@pytest.fixture
def manager(session: Session, page: Page) -> Page:
    page.sign_in("staff", make_staff(session, "manager").id)
    return page


def test_an_empty_house_greets_and_says_that_nothing_waits(manager: Page) -> None:
    manager.get("/pulpit")
    assert "Dzień dobry, Anna Nowak" in manager.h1
    assert "Dzisiaj nie jeździ żaden samochód." in manager.main


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ("od=1.11.2026&do=30.11.2026", None),
        ("", None),
        ("od=bzdura&do=30.11.2026", "Podaj obie daty"),
        ("od=1.11.2026", "Podaj obie daty"),
        ("od=2.11.2026&do=2.11.2026", None),
        ("od=2.11.2026&do=1.11.2026", "Pierwszy dzień okresu jest po ostatnim"),
        ("od=1.01.1999&do=1.01.2026", "Okres jest za długi"),
    ],
)
def test_any_period_asked_for_gives_a_page_that_says_what_is_wrong_with_it(
    manager: Page, period: str, says: str | None
) -> None:
    manager.get(f"/pulpit?{period}")
    error = manager.soup.select_one("#okres-blad")
    assert (error is not None) is (says is not None)
    assert (says or "") in words_of(error)
    shown = [str(manager.soup.select_one(f"#{name}")["value"]) for name in ("od", "do")]  # type: ignore[index]  # the page has both
    assert not says or shown == [typed_in(period, name) for name in ("od", "do")], "what was typed stays"


def typed_in(query: str, name: str) -> str:
    return dict(parse_qsl(query)).get(name, "")


def test_a_driver_sees_what_waits_and_no_figures(session: Session, page: Page) -> None:
    page.sign_in("staff", make_staff(session, "driver").id)
    page.get("/pulpit")
    assert "Wykonane przejazdy" not in page.main
    page.get("/pulpit/liczby.csv", status=403)


@pytest.mark.parametrize(
    ("role", "offered"), [("operator", True), ("auditor", True), ("driver", False), ("clerk", False)]
)
def test_the_search_for_people_is_offered_to_those_who_may_search(
    session: Session, page: Page, role: str, offered: bool
) -> None:
    page.sign_in("staff", make_staff(session, role).id)
    page.get("/pulpit")
    assert bool(page.soup.select("form[role=search]")) is offered
    page.get("/osoby", status=200 if offered else 403)


def test_figures_go_home_as_csv_and_xlsx(manager: Page) -> None:
    manager.get("/pulpit/liczby.csv")
    assert manager.body.startswith(b"\xef\xbb\xbf")
    assert manager.response is not None
    assert manager.response.headers["Content-Type"] == "text/csv; charset=utf-8"
    manager.get("/pulpit/liczby.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(manager.body))
    assert len(book.sheetnames) == 5
    manager.get("/pulpit/liczby.exe", status=404)


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_becomes_a_formula(app: object, cell: str) -> None:
    table = Table("Próba", ["a"], [[cell]])
    rows = list(
        csv.reader(io.StringIO(as_csv([table], "x").get_data(as_text=True).lstrip("\ufeff"), newline=""), delimiter=";")
    )
    assert rows[2][0].startswith("'")
    assert rows[2][0].removeprefix("'") == cell
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([table], "x").get_data())).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"


def test_numbers_stay_numbers(app: object) -> None:
    table = Table("Liczby", ["Ile", "Telefon"], [[-5, "+48 600 100 200"]])
    assert "\r\n-5;+48 600 100 200\r\n" in as_csv([table], "x").get_data(as_text=True)


def test_days_are_days_in_a_spreadsheet_and_plain_in_csv(app: object) -> None:
    table = Table("Dni", ["Dzień"], [[date(2026, 11, 2)]])
    assert "\r\n2026-11-02\r\n" in as_csv([table], "x").get_data(as_text=True)
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([table], "x").get_data())).active
    assert sheet is not None
    assert sheet["A2"].is_date
    assert sheet["A2"].value == datetime(2026, 11, 2)


def test_what_waits_is_asked_of_each_feature_by_role_urgent_and_oldest_first(session: Session) -> None:
    from flask import Flask

    app, moment = Flask("test"), now()
    old, older = moment - timedelta(hours=1), moment - timedelta(hours=2)
    ask_here(
        app,
        lambda _session, _now: [Waiting("stare", 1, "Zrób", "/", old), Waiting("puste", 0, "Zrób", "/")],
        "operator",
    )
    ask_here(
        app,
        lambda _session, _now: [
            Waiting("starsze", 2, "Zrób", "/", older),
            Waiting("pilne", 1, "Zrób", "/", moment, urgent=True),
        ],
    )
    ask_here(app, lambda _session, _now: [Waiting("cudze", 1, "Zrób", "/")], "auditor")
    operator = Identity("staff", 1, "Ola", frozenset({"operator"}))
    assert [item.words for item in waiting_for(app, session, operator, now=moment)] == ["pilne", "starsze", "stare"]


def test_the_front_page_has_a_door_and_a_phone(page: Page) -> None:
    page.get("/")
    assert "Taksówka dla seniora" in page.main


def test_who_helps_somebody_close_begins_on_the_front_page(page: Page) -> None:
    page.get("/").follow("Zamów przejazd za bliską osobę")
    assert page.h1 == "Zaloguj się"


@pytest.mark.parametrize(("starts", "ends", "hours"), [(7.5, 15.5, (7, 16)), (8, 15, (8, 16)), (0, 23.9, (0, 24))])
def test_the_picture_shows_the_hours_of_work_and_no_more(starts: float, ends: float, hours: tuple[int, int]) -> None:
    rows = [{"shift": [starts, ends], "bars": []}]
    assert shown_hours(rows) == hours
