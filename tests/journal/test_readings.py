"""Pages that note whose file was opened: on PostgreSQL tried in one statement, holding nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import db, transaction
from services_app.journal.actions import Actor, record, record_at_once
from services_app.journal.appending import append_if_free
from services_app.journal.models import JournalEntry
from services_app.journal.queries import verified_journal
from tests.at_once import at_once

ME = Actor("staff", 7)


def write(deed: str) -> None:
    with transaction() as own:
        record(own, deed, ("thing", 1), by=ME, now=product_clock.now())


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)))


def reading(session: Session, number: int, turn: int) -> None:
    """What a page does that shows somebody's file: tried without holding anything, else in a transaction."""
    now, subject = product_clock.now(), ("resident", turn)
    if record_at_once(session, "r", subject, by=Actor("staff", number), now=now, resident_id=turn):
        return
    with transaction(lasting=False) as own:
        record(own, "r", subject, by=Actor("staff", number), now=now, resident_id=turn)


def test_pages_that_note_readings_and_others_who_write_make_one_whole_chain(app: Flask, session: Session) -> None:
    def worker(number: int) -> Callable[[], int]:
        def deed() -> int:
            with app.test_request_context():
                for turn in range(10):
                    if number % 2:
                        reading(db.session(), number, turn)
                    else:
                        write("w")
            return number

        return deed

    session.rollback()
    assert at_once(app, [worker(number) for number in range(6)]) == list(range(6))
    session.rollback()
    examined = verified_journal(session)
    assert (examined.entries, examined.first_break) == (60, None)


@pytest.fixture
def on_postgresql(database_kind: str) -> None:
    if database_kind != "postgresql":
        pytest.skip("SQLite gives each writer the whole file: nothing is tried without it")


@pytest.mark.usefixtures("on_postgresql")
def test_a_reading_with_nobody_else_about_is_noted_at_once(app: Flask, session: Session) -> None:
    write("first")
    with app.test_request_context():
        assert record_at_once(db.session(), "r", ("resident", 1), by=ME, now=product_clock.now(), resident_id=1)
    assert deeds(session) == ["first", "r"]
    assert verified_journal(session).first_break is None


@pytest.mark.usefixtures("on_postgresql")
def test_the_very_first_entry_is_left_to_who_can_hold_the_end(app: Flask, session: Session) -> None:
    with app.test_request_context():
        assert not record_at_once(db.session(), "r", ("resident", 1), by=ME, now=product_clock.now(), resident_id=1)
    assert deeds(session) == []


@pytest.mark.usefixtures("on_postgresql")
def test_a_reading_is_not_noted_behind_an_end_that_has_moved(session: Session) -> None:
    write("first")
    entry = {
        "at": product_clock.now(), "actor_kind": "staff", "actor_id": 7, "deed": "r", "subject_kind": "resident", "subject_id": "1",
        "resident_id": 1, "details": {}, "hash": "f" * 64,
    }  # fmt: skip

    def somebody_is_faster(previous: str, number: int) -> dict[str, Any]:
        write("faster")
        return {**entry, "id": number, "previous_hash": previous}

    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        assert not append_if_free(connection, somebody_is_faster)
    assert deeds(session) == ["first", "faster"]
    assert verified_journal(session).first_break is None
