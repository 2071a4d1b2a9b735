"""The copy of one's data to read: plain words only, and every stored column is either said or left out with a reason."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import Table
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import Word, metadata, transaction
from services_app.duties.models import ErasureDecision
from services_app.duties.terms import Kept
from services_app.journal.actions import SYSTEM
from services_app.residents.actions import receive_data_request
from services_app.residents.copied import not_on_paper, sections
from services_app.residents.documents import printed
from services_app.residents.models import Resident
from services_app.residents.queries.exporting import everything_about, exported_columns, tables_of_a_person
from services_app.residents.terms import DataRequestKind
from services_app.rides.actions import living, refuse, save_place, start_draft
from services_app.rides.copied import STEPS, offers_said, reasons_said, wish_said
from services_app.rides.models import RideEvent
from services_app.rides.queries import offer_times
from services_app.rides.terms import Channel
from tests.factories.applications import send_application
from tests.factories.messaging import a_message, a_recipient
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import CLINIC, NOW, OPERATOR, booked_ride, wish_for
from tests.frozen import Clock
from tests.residents.conftest import staff_member
from tests.rides.walking import make_town

POLISH_TOO = {"pesel"}
"""A column whose name is what Poles call it."""
WORDS = re.compile(r"[^\W\d]+(?:_\w+)*")


@pytest.fixture
def rich(session: Session, clock: Clock) -> int:
    """Somebody with something in every section; the id."""
    clock.at("2026-06-15 08:00")
    town = make_town(session, phones=("600 100 200",), latitude=50.8801, longitude=20.6402)
    rider_id, place_id = town.rider.id, town.place.id
    let_represent(session, make_representative(session, "Ewa Córka"), town.rider, valid_until=date(2027, 1, 31))
    decider = staff_member(session, "administrator")
    a_message("ride_confirmed", recipient=a_recipient(id=rider_id), resident_id=rider_id)
    with transaction() as writing:
        rider = writing.get_one(Resident, rider_id)
        rider.has_lift, rider.notes = False, "Słabo słyszy"
        ride = booked_ride(writing, rider, wish_for())
        step_facts: dict[str, Any] = {"ride_id": ride.id, "at": NOW, "state": ride.state, "by_kind": "system"}
        writing.add_all(RideEvent(deed=deed, **step_facts) for deed in STEPS)
        wish = wish_for(place=replace(CLINIC, name="Poradnia oczna"))
        refuse(
            writing, rider_id, offer_times(writing, rider, wish, now=NOW), by=OPERATOR, channel=Channel.PHONE, now=NOW,
            outcome="declined",
        )  # fmt: skip
        start_draft(writing, rider_id, by=OPERATOR, now=NOW, answers={"q": "Poradnia"})
        save_place(writing, rider_id, place_id, by=OPERATOR, now=NOW, label=None)
        receive_data_request(writing, rider, DataRequestKind.ACCESS, None, by=SYSTEM, now=now())
        send_application(writing).resident_id = rider_id
        writing.add(
            ErasureDecision(
                resident_id=rider_id, kept=Kept.RIDE, held_until=date(2031, 12, 31), ground="Ustawa o archiwach", at=NOW, by_id=decider
            )
        )  # fmt: skip
    return rider_id


def paper_of(app: Flask, session: Session, resident_id: int, language: str = "pl") -> list[dict[str, Any]]:
    with app.test_request_context(), force_locale(language):
        return printed(everything_about(session, resident_id), language)


def texts_of(paper: list[dict[str, Any]]) -> Iterator[str]:
    for section in paper:
        yield section["title"]
        for row in section["rows"]:
            for label, value in row:
                yield from (label, value)


def exported_tables() -> list[Table]:
    return [metadata.tables[name] for name in (*tables_of_a_person(1), "representatives")]


def test_nothing_on_paper_is_a_word_of_the_database(app: Flask, session: Session, page: Any, rich: int) -> None:
    page.sign_in("resident", rich)
    page.get("/moje-dane")
    session.rollback()
    paper = paper_of(app, session, rich)
    assert {section["title"] for section in paper} == {section.title for section in sections().values()}
    names = {column.name for table in metadata.sorted_tables for column in table.columns} | set(metadata.tables)
    for text in texts_of(paper):
        words = {word.casefold() for word in WORDS.findall(text)}
        assert not {word for word in words if "_" in word}, text
        assert not (words & names) - POLISH_TOO, text


def test_a_copy_says_plainly_what_it_holds(app: Flask, session: Session, rich: int) -> None:
    rows = {section["title"]: section["rows"] for section in paper_of(app, session, rich)}
    assert next(iter(rows)) == "Dane osobowe"
    assert ("Data urodzenia", "5 grudnia 1946") in rows["Dane osobowe"][0]
    assert ("Winda", "nie") in rows["Dane osobowe"][0]
    assert ("Spełniony", "tak") in rows["Warunki udziału"][0]
    assert any(("Co zrobiono", "zamówiono przejazd") in row for row in rows["Kto i kiedy używał Twoich danych"])
    assert ("Rodzaj", "Potwierdzenie przejazdu") in rows["Wiadomości"][0]
    assert ("Dzień", "wtorek 23 czerwca 2026") in rows["Przejazdy"][0]
    assert ("Zamówiono", "poniedziałek 15 czerwca 2026, 8:00") in rows["Przejazdy"][0]
    refused = dict(rows["Odmowy"][0])
    assert refused["Dokąd i po co"] == "Poradnia oczna, Grunwaldzka 45, Kielce, 10:00, lekarz specjalista lub badania"
    assert refused["Powody odmowy"]
    assert dict(rows["Zapisane miejsca"][0])["Dokąd"]


@pytest.mark.parametrize(("language", "words"), [("en", ("First name", "no")), ("uk", ("Ім’я", "ні"))])
def test_a_copy_speaks_the_language_of_the_person(
    app: Flask, session: Session, rich: int, language: str, words: tuple[str, str]
) -> None:
    said = dict(paper_of(app, session, rich, language)[0]["rows"][0])
    assert words[0] in said
    assert words[1] in said.values()


def test_the_paper_itself_reads_so(page: Any, rich: int) -> None:
    page.sign_in("resident", rich)
    page.get("/moje-dane/kopia.zip")
    with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
        pages = PdfReader(io.BytesIO(archive.read("dane.pdf"))).pages
        text = " ".join("".join(sheet.extract_text() for sheet in pages).split())
    assert "zamówiono przejazd" in text
    assert "15 czerwca 2026" in text
    assert not re.findall(r"\w+_\w+", text)


def test_every_column_of_the_copy_is_printed_or_left_out_with_a_reason(app: Flask) -> None:
    for table in exported_tables():
        if table.name in not_on_paper():
            continue
        section = sections()[table.name]
        read, left = set(section.fields), set(section.left_out)
        columns = {"id", "name", "kind"} if table.name == "representatives" else set(exported_columns(table))
        assert not read & left, table.name
        assert columns == (read | left) - set(section.named), table.name
        assert all([*section.left_out.values()]), table.name
    assert all(not_on_paper().values())
    assert not set(not_on_paper()) & set(sections())


def test_every_word_that_can_be_stored_has_its_polish(app: Flask) -> None:
    for name, section in sections().items():
        for column in metadata.tables[name].columns:
            if column.name in section.fields and isinstance(column.type, Word):
                field = section.fields[column.name]
                unsaid = [word for word in column.type.words if field.words is None or not field.said(word)]
                assert not unsaid, (name, column.name)


def test_every_step_of_a_ride_has_its_polish() -> None:
    """A step is named where it is added: the word after the ride in a call of ``event``."""
    sources = Path(living.__file__).parent.glob("*.py")
    calls = (
        node for source in sources for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)
    )
    named = [call.args[2] for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("event", "_note")]
    steps = {word.value for word in named if isinstance(word, ast.Constant)}
    assert {"booked", "moved", "cancelled"} <= steps
    assert steps <= set(STEPS)


def test_a_refusal_whose_words_were_removed_still_has_its_reason() -> None:
    assert reasons_said([{"code": "QUOTA_USED", "text": ""}]) == ["wykorzystany limit"]
    assert reasons_said([{"code": "QUOTA_USED", "text": "Limit na czerwiec."}]) == ["Limit na czerwiec."]
    assert reasons_said([{"code": "NOTE", "text": ""}, {}]) == []
    assert wish_said({}) == []
    assert offers_said([{"on": "2026-06-24"}]) == [date(2026, 6, 24)]
