"""F6: the database is cut off in the middle of a form, on the answer to COMMIT, and for some seconds.

People get a page in Polish with the number to call and their form in it, within three seconds; sent again it makes one booking.
On SQLite there is no network to cut: there a writer that does not let go stands for the database that is away.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from datetime import date
from datetime import time as hour
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.rides.models import Ride
from services_app.web.models import PhoneLine
from tests.cutting import CuttingProxy, cutting_proxy
from tests.databases import PostgresDatabase, WorkersDatabase
from tests.faults.client import Answer, Client
from tests.faults.desk import Desk, open_desk
from tests.faults.patience import on_this_machine
from tests.postgres import Cluster
from tests.processes import Running, web
from tests.settings import environment_for

PHONE, GROUPED = "+48514643274", "514 643 274"
QUICKLY = 3.0


@pytest.fixture
def desk(app: Flask, session: Session, database: WorkersDatabase) -> Desk:
    line = PhoneLine(
        programme="rides", phone=PHONE, opens_at=hour(7, 30), closes_at=hour(15, 30), valid_from=date(2024, 1, 1)
    )
    session.add(line)
    return open_desk(app, session, database, riders=4, places=4)


@pytest.fixture
def proxy(cluster: Cluster | None) -> Iterator[CuttingProxy]:
    if cluster is None:
        pytest.skip("SQLite has no network to cut")
    with cutting_proxy(cluster.port) as made:
        yield made


@pytest.fixture
def running(
    desk: Desk, proxy: CuttingProxy, cluster: Cluster, database: PostgresDatabase, tmp_path: Path
) -> Iterator[Running]:
    """Two web processes that reach the database only through the proxy."""
    url = cluster.url(database.name, by_tcp=True, port=proxy.port)
    with web(environment_for(url, tmp_path), tmp_path / "log", workers=2) as made:
        for _time in range(4):
            assert Client(made.url).get("/deklaracja-dostepnosci").status == 200
        yield made


def rides_of(session: Session, rider: int) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Ride).where(Ride.resident_id == rider))
    session.rollback()
    return int(found or 0)


def assert_helps(answer: Answer, form: dict[str, str], path: str) -> dict[str, str]:
    """The page of a database that is away: in Polish, with the number, quickly, with the form as it was; that form."""
    assert answer.status == 503, answer.main[:500]
    assert answer.seconds < on_this_machine(QUICKLY)
    assert "Przez chwilę nie możemy tego zapisać" in answer.main
    assert GROUPED in answer.main.replace("\u00a0", " ")
    assert answer.headers["retry-after"] == "30"
    kept = {name: values[0] for name, values in answer.form(path).items()}
    assert {**kept, "csrf_token": ""} == {**form, "csrf_token": ""}
    return kept


def send_until_saved(client: Client, path: str, form: dict[str, str], seconds: float = 5) -> Answer:
    """The person presses "send again" now and then; how soon it works is the point."""
    began = time.monotonic()
    answer = client.post(path, form)
    while answer.status != 302 and time.monotonic() - began < on_this_machine(seconds):
        time.sleep(0.2)
        answer = client.post(path, form)
    assert (answer.status, answer.location) == (302, path), answer.main[:500]
    return answer


@pytest.mark.parametrize("words", [b"BEGIN", b"INSERT INTO rides", b"COMMIT\0"])
def test_a_form_cut_off_on_the_way_is_offered_again_and_makes_one_ride(
    session: Session, desk: Desk, running: Running, proxy: CuttingProxy, words: bytes
) -> None:
    rider = desk.riders[0]
    client, path = Client(running.url, desk.cookie), desk.path(rider)
    _page, form = desk.filled_form(client, rider)
    assert form
    proxy.cut_answer_to = words
    if words == b"BEGIN":
        proxy.cut()  # every pooled connection is dead: noticed, and replaced without anybody seeing it
        proxy.cut_answer_to = None
        assert client.post(path, form).location == path
    else:
        kept = assert_helps(client.post(path, form), form, path)
        assert proxy.cuts == 1
        assert rides_of(session, rider) == (words == b"COMMIT\0"), "a lost COMMIT answer does not mean a lost ride"
        send_until_saved(client, path, kept)
    send_until_saved(client, path, form)
    assert rides_of(session, rider) == 1


def test_a_database_away_for_seconds_costs_nobody_the_form_and_heals_by_itself(
    session: Session, desk: Desk, running: Running, proxy: CuttingProxy
) -> None:
    rider = desk.riders[1]
    client, path = Client(running.url, desk.cookie), desk.path(rider)
    _page, form = desk.filled_form(client, rider)
    proxy.refuses = True
    proxy.cut()
    for _try in range(4):
        kept = assert_helps(client.post(path, form), form, path)
        form = kept
    assert client.get("/health/ready").status == 503
    assert client.get("/health/ready").seconds < on_this_machine(1)
    assert client.get("/health/live").status == 200
    statement = client.get("/deklaracja-dostepnosci")
    assert (statement.status, statement.seconds < on_this_machine(QUICKLY)) == (200, True)
    away = client.get("/przejazdy/biurko")
    assert (away.status, GROUPED in away.main.replace("\u00a0", " ")) == (503, True)
    proxy.refuses = False
    send_until_saved(client, path, form)
    assert rides_of(session, rider) == 1
    assert client.get("/health/ready").status == 200


def test_a_process_started_while_the_database_is_away_knows_the_number(
    desk: Desk, running: Running, proxy: CuttingProxy, cluster: Cluster, database: PostgresDatabase, tmp_path: Path
) -> None:
    proxy.refuses = True
    proxy.cut()
    url = cluster.url(database.name, by_tcp=True, port=proxy.port)
    fresh = {**environment_for(url, tmp_path), "DATABASE_MAY_FORGET": "0"}
    with web(fresh, tmp_path / "log2", workers=1) as second:
        answer = Client(second.url, desk.cookie).get("/przejazdy/biurko")
        assert answer.status == 503
        assert answer.seconds < on_this_machine(QUICKLY)
        assert GROUPED in answer.main.replace("\u00a0", " ")
    elsewhere = {**environment_for(url, tmp_path / "empty"), "CENTRE_PHONE": "+48413312524"}
    with web(elsewhere, tmp_path / "log3", workers=1) as third:
        assert "413 312 524" in Client(third.url).get("/logowanie").main.replace("\u00a0", " ")


def test_a_writer_that_does_not_let_go_ends_in_the_same_page(
    session: Session, database: WorkersDatabase, desk: Desk, database_kind: str, tmp_path: Path
) -> None:
    if database_kind != "sqlite":
        pytest.skip("one writer at a time is SQLite's way")
    rider = desk.riders[2]
    session.rollback()
    with web(environment_for(database.url, tmp_path), tmp_path / "log", workers=2) as running:
        client, path = Client(running.url, desk.cookie), desk.path(rider)
        _page, form = desk.filled_form(client, rider)
        assert form
        with contextlib.closing(sqlite3.connect(str(session.get_bind().engine.url.database))) as writer:
            writer.execute("BEGIN IMMEDIATE")
            answer = client.post(path, form)
            assert answer.status == 503
            assert answer.seconds < on_this_machine(12), "the busy timeout is ten seconds"
            assert GROUPED in answer.main.replace("\u00a0", " ")
            assert Client(running.url).get("/deklaracja-dostepnosci").status == 200, "reading goes on"
        kept = {name: values[0] for name, values in answer.form(path).items()}
        assert kept["request_id"] == form["request_id"]
        send_until_saved(client, path, kept)
    assert rides_of(session, rider) == 1
