"""Rights over one's data: the copy, the register of requests, restriction, erasure; and that numbers stay sealed."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import db, metadata, transaction
from services_app.journal.actions import SYSTEM
from services_app.journal.models import JournalEntry
from services_app.messaging.actions import queue_message
from services_app.messaging.models import Message
from services_app.residents.actions import erase_resident, erasers, receive_data_request
from services_app.residents.models import PersonalDataRequest, Representative, Resident
from services_app.residents.queries import recipients_for
from services_app.residents.queries.exporting import everything_about, own_keys, tables_of_a_person
from services_app.residents.terms import DataRequestKind
from services_app.residents.waiting import data_requests_waiting
from tests.factories.residents import let_represent, make_representative, make_resident, pesel_of
from tests.frozen import Clock
from tests.residents.conftest import staff_member

PESEL = pesel_of(date(1946, 12, 5), 777)
SURNAME = "Niezapominajkowska"


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(
        session,
        "Jadwiga",
        SURNAME,
        pesel=PESEL,
        phones=["600 100 200"],
        e_mail="jadwiga@poczta.example.pl",
        gate_code="sekretnykod",
        notes="Uwaga o zdrowiu",
    )
    daughter = make_representative(session, "Ewa Tylkojejcorka", phone="601 222 333")
    let_represent(session, daughter, resident)
    session.commit()
    with transaction() as writing:
        resident = writing.get_one(Resident, resident.id)
        for told in recipients_for(writing, resident, today=today()):
            queue_message(
                writing,
                "representation_added",
                told,
                {"who": SURNAME},
                dedupe_key=f"test:{told.kind}",
                now=now(),
                expires_at=now() + timedelta(days=1),
                subject=("ride", 1),
                resident_id=resident.id,
            )
    return resident.id


@pytest.fixture
def guard(page: Any, session: Session) -> Any:
    page.sign_in("staff", staff_member(session, "administrator"))
    return page


def opened(page: Any) -> tuple[dict[str, Any], bytes]:
    with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
        return json.loads(archive.read("dane.json")), archive.read("dane.pdf")


def test_a_resident_takes_a_copy_to_read_and_one_for_machines(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/kopia.zip")
    machine, paper = opened(page)
    assert paper.startswith(b"%PDF-")
    data = machine["data"]
    assert data["residents"][0]["pesel"] == PESEL
    assert data["residents"][0]["gate_code"] == "sekretnykod"
    assert data["resident_phones"][0]["number"] == "+48600100200"
    assert data["representatives"][0]["name"] == "Ewa Tylkojejcorka"
    assert SURNAME in data["messages"][0]["body"] or data["messages"][0]["kind"] == "representation_added"
    text = json.dumps(machine)
    resident = session.get_one(Resident, jadwiga)
    assert resident.pesel_hash is not None
    assert resident.pesel_hash not in text


def test_staff_take_the_same_copy_and_it_is_journalled(guard: Any, session: Session, jadwiga: int) -> None:
    guard.get(f"/osoby/{jadwiga}/dane.zip")
    assert opened(guard)[0]["data"]["residents"][0]["last_name"] == SURNAME
    assert session.scalars(select(JournalEntry.deed)).all()[-1] == "resident_data_copied_read"


def test_every_table_that_names_a_resident_is_in_the_copy(session: Session, jadwiga: int) -> None:
    included = tables_of_a_person(jadwiga)
    named = {table.name for table in metadata.sorted_tables if own_keys(table)}
    assert named <= set(included)
    assert {
        "residents",
        "messages",
        "message_events",
        "sign_ins",
        "journal_entries",
        "rides",
        "resident_phones",
    } <= set(included)
    exported = everything_about(session, jadwiga)
    assert set(included) <= set(exported)
    for name in ("residents", "resident_phones", "representations", "messages", "resident_search_words"):
        assert exported[name], name


def test_a_copy_holds_nothing_of_others(session: Session, jadwiga: int) -> None:
    other = make_resident(session, "Zofia", "Calkiemobca", phones=["600 555 444"])
    exported = str(everything_about(session, jadwiga))
    assert "Calkiemobca" not in exported
    assert "+48600555444" not in exported
    assert {row["id"] for row in everything_about(session, other.id)["residents"]} == {other.id}


def test_a_request_is_due_in_a_month_and_is_answered(guard: Any, session: Session, jadwiga: int, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    guard.sign_in("staff", staff_member(session, "coordinator"))
    path = f"/osoby/{jadwiga}/dane"
    guard.get(path).fill_and_send(kind="access", received_on="20.11.2026", form=path)
    asked = session.scalars(select(PersonalDataRequest)).one()
    assert asked.answer_by == date(2026, 12, 20)
    assert "zostało dni" not in guard.get("/wnioski-o-dane").main
    clock.at("2026-12-10 10:00")
    guard.sign_in("staff", staff_member(session, "coordinator"))
    assert "zostało dni: 10" in guard.get("/wnioski-o-dane").main
    clock.at("2026-12-21 10:00")
    guard.sign_in("staff", staff_member(session, "coordinator"))
    assert "po terminie" in guard.get("/wnioski-o-dane").main
    answering = f"/wnioski-o-dane/{asked.id}"
    guard.get(answering).fill_and_send(outcome="", form=answering)
    assert guard.errors
    guard.fill_and_send(outcome="Wysłano kopię pocztą.", form=answering)
    assert "Nic nie czeka" in guard.main
    assert "Wysłano kopię pocztą." in guard.get("/wnioski-o-dane?stan=zalatwione").main


@pytest.mark.parametrize(
    ("received_on", "answer_by"),
    [("23.11.2026", date(2026, 12, 23)), ("24.11.2026", None), ("20.11.2027", None), ("31.12.9999", None), ("", date(2026, 12, 23))],
)  # fmt: skip
def test_a_request_did_not_come_in_the_future(
    guard: Any, session: Session, jadwiga: int, clock: Clock, received_on: str, answer_by: date | None
) -> None:
    clock.at("2026-11-23 23:30")
    guard.sign_in("staff", staff_member(session, "coordinator"))
    path = f"/osoby/{jadwiga}/dane"
    guard.get(path).fill_and_send(kind="access", received_on=received_on, form=path)
    assert session.scalar(select(PersonalDataRequest.answer_by)) == answer_by
    assert bool(guard.soup.select("#received_on-error")) is (answer_by is None)


@pytest.mark.parametrize(("days_left", "urgent"), [(11, False), (10, True)])
def test_a_request_is_urgent_on_both_pages_from_the_same_day(
    app: Flask, guard: Any, session: Session, jadwiga: int, clock: Clock, days_left: int, urgent: bool
) -> None:
    clock.at("2026-11-01 10:00")
    with transaction() as writing:
        resident = writing.get_one(Resident, jadwiga)
        asked = receive_data_request(writing, resident, DataRequestKind.ACCESS, None, by=SYSTEM, now=now())
        last = asked.answer_by
    clock.at(f"{last - timedelta(days=days_left)} 10:00")
    guard.sign_in("staff", staff_member(session, "coordinator"))
    assert ("zostało dni" in guard.get("/wnioski-o-dane").main) is urgent
    with app.test_request_context():
        assert [item.urgent for item in data_requests_waiting(session, now())] == [urgent]


def test_a_restricted_file_is_seen_by_its_guard_only(guard: Any, new_page: Any, session: Session, jadwiga: int) -> None:
    resident = new_page()
    resident.sign_in("resident", jadwiga)
    resident.get("/moje-dane")
    guard.get(f"/osoby/{jadwiga}/dane").fill_and_send(form=f"/osoby/{jadwiga}/ogranicz")
    assert session.get_one(Resident, jadwiga).restricted_at is not None
    operator = new_page()
    operator.sign_in("staff", staff_member(session, "operator", "manager"))
    operator.get(f"/osoby/{jadwiga}", status=404)
    assert SURNAME not in operator.get(f"/osoby?q={SURNAME}").main.replace("„", "")
    assert resident.get("/moje-dane").path == "/logowanie"
    assert recipients_for(session, session.get_one(Resident, jadwiga), today=today()) == []
    assert SURNAME in guard.get(f"/osoby?q={SURNAME}").main
    guard.get(f"/osoby/{jadwiga}/dane").fill_and_send(form=f"/osoby/{jadwiga}/ogranicz")
    operator.get(f"/osoby/{jadwiga}")


def test_erasing_blanks_the_person_and_keeps_figures(guard: Any, session: Session, jadwiga: int) -> None:
    called = []
    erasers.append(lambda _session, resident, _now: called.append(resident.id))
    try:
        with transaction() as writing:
            erase_resident(writing, writing.get_one(Resident, jadwiga), by=SYSTEM, now=now())
    finally:
        erasers.pop()
    assert called == [jadwiga]
    gone = session.get_one(Resident, jadwiga)
    assert gone.erased_at is not None
    assert (gone.pesel, gone.pesel_hash, gone.first_name, gone.e_mail, gone.gate_code, gone.notes, gone.phones) == (
        None,
        None,
        "",
        None,
        None,
        None,
        [],
    )
    assert (gone.birth_on, gone.sex) == (date(1946, 1, 1), "female")
    assert session.scalars(select(Representative)).one().phone is None
    for message in session.scalars(select(Message).where(Message.recipient_kind == "resident")):
        assert (message.address, message.body, message.subject) == ("", "", None)
    guard.get(f"/osoby/{jadwiga}", status=404)
    exported = json.dumps(everything_about(session, jadwiga), default=str)
    for planted in (PESEL, SURNAME, "600100200", "sekretnykod", "Uwaga o zdrowiu"):
        assert planted not in exported


def test_only_the_guard_restricts(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("staff", staff_member(session, "manager"))
    page.post(f"/osoby/{jadwiga}/ogranicz", {"ogranicz": "tak"}, status=403)


def files_of_the_database() -> list[Path]:
    path = Path(str(db.engine.url.database))
    return [file for file in path.parent.glob(path.name + "*") if file.is_file()]


def hits_on_disk(planted: str) -> int:
    return sum(file.read_bytes().count(planted.encode()) for file in files_of_the_database())


def test_a_pesel_never_stands_in_the_databases_files_logs_or_journal(
    guard: Any,
    session: Session,
    jadwiga: int,
    database_kind: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    guard.get(f"/osoby?q={PESEL}")
    assert guard.path == f"/osoby/{jadwiga}"
    guard.get(f"/osoby?q={pesel_of(date(1950, 1, 1), 1)}")
    assert "Nie ma osoby z tym numerem PESEL" in guard.main
    guard.get(f"/osoby/{jadwiga}")
    with guard.showing_pesel():
        guard.fill_and_send(form=f"/osoby/{jadwiga}/pesel")
    guard.get(f"/osoby/{jadwiga}/zmien").fill_and_send(floor="4", form=f"/osoby/{jadwiga}/zmien")
    printed = capsys.readouterr()
    said = [f"{name} {vars(entry)}" for entry in session.scalars(select(JournalEntry)) for name in ("entry",)]
    for text in (caplog.text, printed.out, printed.err, *said):
        assert PESEL not in text
        assert SURNAME not in text
    if database_kind == "sqlite":
        assert hits_on_disk(PESEL) == 0
        assert hits_on_disk(SURNAME) > 0, "the look into the files finds what is there"
    else:
        rows = [
            str(row)
            for table in metadata.sorted_tables
            for row in session.connection().exec_driver_sql(f'SELECT * FROM "{table.name}"')
        ]
        assert not any(PESEL in row for row in rows)


def test_erasing_leaves_nothing_on_disk(guard: Any, session: Session, jadwiga: int, database_kind: str) -> None:
    if database_kind != "sqlite":
        rows = "".join(
            str(row)
            for table in metadata.sorted_tables
            for row in session.connection().exec_driver_sql(f'SELECT * FROM "{table.name}"')
        )
        assert SURNAME in rows
        session.rollback()
    everything = ("ride", "message", "data_request", "person")
    decided = {f"{one}_what": "erase" for one in everything} | {f"{one}_ground": "RODO art. 17" for one in everything}
    guard.get(f"/osoby/{jadwiga}/dane").follow("Usuń dane tej osoby").fill_and_send(decided)
    session.rollback()
    assert session.get_one(Resident, jadwiga).erased_at is not None
    if database_kind == "sqlite":
        for planted in (PESEL, SURNAME, "600100200", "jadwiga@poczta.example.pl", "Uwaga o zdrowiu", "Tylkojejcorka"):
            assert hits_on_disk(planted) == 0, planted
        return
    rows = "".join(
        str(row)
        for table in metadata.sorted_tables
        for row in session.connection().exec_driver_sql(f'SELECT * FROM "{table.name}"')
    )
    for planted in (PESEL, SURNAME, "600100200", "Tylkojejcorka"):
        assert planted not in rows, planted
