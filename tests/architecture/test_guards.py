"""The guards guard: a GET that writes and a call that leaves this machine are caught, and each test begins with a clean database."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import WritesOutside, db, transaction
from services_app.web.models import AnsweredRequest
from tests.databases import WorkersDatabase, written_table
from tests.guards import ReachedOutside, WriteGuard, WroteDuringGet, is_here


def answered(key: str) -> AnsweredRequest:
    """A row of a small table."""
    return AnsweredRequest(request_key=key, location="/", answered_at=clock.now())


def test_a_get_that_writes_is_caught(app: Flask, write_guard: WriteGuard) -> None:
    with (
        app.test_request_context("/przejazdy"),
        pytest.raises(WroteDuringGet, match="GET /przejazdy writes to answered_requests"),
        transaction() as session,
    ):
        session.execute(update(AnsweredRequest).values(location="/gdzie-indziej"))
    with pytest.raises(WroteDuringGet):
        write_guard.report()


def test_a_post_may_write(app: Flask, write_guard: WriteGuard) -> None:
    with app.test_request_context("/przejazdy", method="POST"), transaction() as session:
        session.add(answered("post"))
    assert write_guard.offences == []


def test_a_page_writes_nothing_outside_of_a_transaction(app: Flask, session: Session) -> None:
    with app.test_request_context("/przejazdy", method="POST"):
        with pytest.raises(WritesOutside):
            db.session.execute(update(AnsweredRequest).values(location="/gdzie-indziej"))
        db.session.add(answered("outside"))
        with pytest.raises(WritesOutside):
            db.session.commit()
        db.session.rollback()
    assert session.scalar(select(func.count()).select_from(AnsweredRequest)) == 0


@pytest.mark.parametrize("key", ["first", "second"])
def test_each_test_begins_clean(session: Session, key: str) -> None:
    """Both run: whichever comes second would meet the other's row."""
    assert session.scalar(select(func.count()).select_from(AnsweredRequest)) == 0
    with transaction() as saved:
        saved.add(answered(key))
    assert session.scalar(select(func.count()).select_from(AnsweredRequest)) == 1


def test_what_another_process_wrote_is_undone_too(app: Flask, database: WorkersDatabase) -> None:
    database.note_unknown()
    assert database.touched


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT * FROM rides FOR UPDATE", None),
        ('INSERT INTO "rides" (id) VALUES (1)', "rides"),
        ("INSERT OR IGNORE INTO rides VALUES (1)", "rides"),
        ("\n  update rides SET id = 1", "rides"),
        ("DELETE FROM rides", "rides"),
        ("WITH due AS (SELECT 1) UPDATE messages SET state = 'x'", "messages"),
        ("WITH due AS (SELECT 1) SELECT * FROM due", None),
        ("CREATE TABLE rides (id INTEGER)", None),
    ],
)
def test_a_writing_statement_is_told_by_its_table(statement: str, table: str | None) -> None:
    assert written_table(statement) == table


def test_statements_of_sqlalchemy_are_read_right(session: Session) -> None:
    assert written_table(str(insert(AnsweredRequest))) == "answered_requests"


def test_nothing_reaches_outside() -> None:
    with pytest.raises(ReachedOutside), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises((ReachedOutside, urllib.error.URLError)):
        urllib.request.urlopen("http://elsewhere.example/", timeout=1)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("sms.example", False)],
)
def test_loopback_is_here(host: str, here: bool) -> None:
    assert is_here(host) is here
