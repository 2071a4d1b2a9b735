"""Periods the office sets, set by set: how they run, who sets them, where they are told."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.retention import count_what_is_due
from services_app.duties.models import RetentionRule
from services_app.duties.policy.retention import ended_before, rule_verdict, same_cut_verdict
from services_app.duties.policy.retention_table import ASKED_OF_OFFICE, TABLE
from services_app.duties.queries.retention import due_count
from services_app.duties.terms import Kept, LetGo
from services_app.duties.waiting import retention_waiting
from tests.duties.retention.keeping import PERIOD, removed, ruled
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town


@pytest.mark.parametrize(
    ("on", "before"),
    [(date(2031, 12, 31), date(2026, 1, 1)), (date(2032, 1, 1), date(2027, 1, 1))],
)
def test_years_run_from_the_first_of_january_after_the_end(on: date, before: date) -> None:
    assert ended_before(5, today=on) == before  # what ended in 2026 is due from 1 January 2032 on


def test_nothing_goes_without_a_period_and_its_source() -> None:
    assert rule_verdict(None, "").codes == ("NO_PERIOD",)
    assert rule_verdict(5, "").codes == ("NO_PERIOD",)
    assert rule_verdict(5, "JRWA 8111").allowed
    assert same_cut_verdict(date(2025, 1, 1), date(2026, 1, 1)).codes == ("CHANGED_MEANWHILE",)


def test_every_set_says_all_and_a_fixed_period_stands_exactly_where_the_office_sets_none() -> None:
    assert set(TABLE) == set(Kept)
    for kept, row in TABLE.items():
        assert all((row.name, row.people, row.purpose, row.basis, row.recipients, row.starts)), kept
        assert bool(row.period) == (row.let_go is not LetGo.CONFIRMED), kept


def test_a_period_to_come_holds_from_its_day_and_the_one_before_stays(
    administrator: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send(PERIOD)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, "years": "10", "valid_from": "1.01.2027"})
    assert "5 lat" in administrator.main
    assert "10 lat" not in administrator.main
    clock.at("2027-01-01 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/")
    assert "10 lat" in administrator.main
    administrator.get("/przechowywanie/ride/okres")
    assert "5 lat" in administrator.main
    assert len(session.scalars(select(RetentionRule)).all()) == 2


@pytest.mark.parametrize(
    "given", [{"years": "1"}, {"years": "50"}, {"valid_from": "23.11.2026"}, {"valid_from": "23.11.2031"}]
)
def test_a_possible_period_is_kept(administrator: Page, session: Session, clock: Clock, given: dict[str, str]) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, **given})
    rule = session.scalars(select(RetentionRule)).one()
    assert given in ({"years": str(rule.years)}, {"valid_from": f"{rule.valid_from:%d.%m.%Y}"})


@pytest.mark.parametrize(
    "given",
    [{"years": "0"}, {"years": "51"}, {"legal_source": ""}, {"valid_from": "22.11.2026"}, {"valid_from": "24.11.2031"}],
)
def test_an_impossible_period_is_refused(
    administrator: Page, session: Session, clock: Clock, given: dict[str, str]
) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, **given})
    assert administrator.soup.select(f"#{next(iter(given))}-error")
    assert session.scalars(select(RetentionRule)).all() == []


def test_only_sets_the_office_decides_on_have_such_a_page(administrator: Page) -> None:
    for kept in ("journal", "draft", "cokolwiek"):
        administrator.get(f"/przechowywanie/{kept}", status=404)
        administrator.get(f"/przechowywanie/{kept}/okres", status=404)


def test_a_manager_reads_and_removes_nothing(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get("/przechowywanie/")
    assert "Wpisz okres" not in page.main
    page.get("/przechowywanie/person", status=403)
    page.post("/przechowywanie/person", {"potwierdzam": "tak"}, status=403)


def test_the_register_of_processing_comes_from_the_same_table(administrator: Page, session: Session) -> None:
    ruled(session, Kept.RIDE)
    administrator.get("/przechowywanie/rejestr.csv")
    header, *rows = csv.reader(io.StringIO(administrator.body.decode("utf-8-sig")), delimiter=";")
    assert len(rows) == len(TABLE)
    assert all(cell for row in rows for name, cell in zip(header, row, strict=True) if name != "Skąd okres")
    periods = {row[0]: row[5:7] for row in rows}
    assert periods[TABLE[Kept.RIDE].name] == ["5 lat", "JRWA 8111"]
    assert periods[TABLE[Kept.PERSON].name][0] == "do ustalenia przez ośrodek"
    assert periods[TABLE[Kept.JOURNAL].name][0] == "2 lata"


def test_the_night_counts_and_the_morning_view_says_it(app: Flask, session: Session, town: Town, clock: Clock) -> None:
    def said() -> list[tuple[str, int]]:
        with app.test_request_context():
            return [(item.words, item.count) for item in retention_waiting(session, now())]

    missing = len(ASKED_OF_OFFICE)
    assert said() == [("Okresy przechowywania do ustalenia", missing)]
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    with transaction() as writing:
        count_what_is_due(writing, now=now())
    session.expire_all()
    assert said() == [
        ("Dane po okresie przechowywania, do usunięcia", 1), ("Okresy przechowywania do ustalenia", missing - 1),
    ]  # fmt: skip
    assert due_count(session, Kept.RIDE, date(2027, 1, 1), today=today()) == 1
    removed(Kept.RIDE, actor)
    session.expire_all()
    assert said() == [("Okresy przechowywania do ustalenia", missing - 1)]
