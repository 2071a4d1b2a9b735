"""F7: a slow database, and one that swallows everything without a word: no worker waits for ever, and all goes on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cutting import CuttingProxy, cutting_proxy
from tests.databases import PostgresDatabase
from tests.faults.client import Answer, Client
from tests.faults.desk import Desk, open_desk
from tests.faults.patience import on_this_machine
from tests.postgres import Cluster
from tests.processes import Running, web
from tests.settings import environment_for

LIMIT = 30


@pytest.fixture
def proxy(cluster: Cluster | None) -> Iterator[CuttingProxy]:
    if cluster is None:
        pytest.skip("SQLite has no network")
    with cutting_proxy(cluster.port) as made:
        yield made


@pytest.fixture
def desk(app: Flask, session: Session, database: PostgresDatabase, proxy: CuttingProxy) -> Desk:
    return open_desk(app, session, database, riders=2, places=2)


@pytest.fixture
def running(
    desk: Desk, proxy: CuttingProxy, cluster: Cluster, database: PostgresDatabase, tmp_path: Path
) -> Iterator[Running]:
    url = cluster.url(database.name, by_tcp=True, port=proxy.port)
    with web(environment_for(url, tmp_path), tmp_path / "log", workers=1) as made:
        assert Client(made.url).get("/deklaracja-dostepnosci").status == 200
        yield made


def test_a_slow_network_is_only_slow(desk: Desk, running: Running, proxy: CuttingProxy) -> None:
    client = Client(running.url, desk.cookie)
    proxy.delay = 0.05
    _page, form = desk.filled_form(client, desk.riders[0])
    saved = client.post(desk.path(desk.riders[0]), form)
    assert saved.status == 302
    assert saved.seconds < LIMIT


def test_a_black_hole_holds_no_worker_and_leaves_nothing_behind(
    desk: Desk, running: Running, proxy: CuttingProxy
) -> None:
    client = Client(running.url, desk.cookie, timeout=LIMIT + 10)
    _page, form = desk.filled_form(client, desk.riders[1])
    answers: list[Answer] = []

    def ask() -> None:
        answers.append(Client(running.url, desk.cookie).get("/przejazdy/biurko"))

    proxy.swallows = True
    people = [threading.Thread(target=ask) for _person in range(4)]  # as many as the worker has threads
    for person in people:
        person.start()
    saved = client.post(desk.path(desk.riders[1]), form)
    for person in people:
        person.join(LIMIT + 10)
    assert [answer.status for answer in (*answers, saved)] == [503] * 5
    assert max(answer.seconds for answer in (*answers, saved)) < LIMIT
    for path in ("/deklaracja-dostepnosci", "/static/img/favicon.svg", "/health/live"):
        answer = client.get(path)
        assert (path, answer.status, answer.seconds < on_this_machine(10)) == (path, 200, True)
    ready = client.get("/health/ready")
    assert (ready.status, ready.seconds < on_this_machine(5)) == (503, True)
    workers = running.children()
    proxy.swallows = False
    began = time.monotonic()
    while client.get("/health/ready").status != 200:
        assert time.monotonic() - began < on_this_machine(5)
    assert client.post(desk.path(desk.riders[1]), form).status == 302
    assert running.children() == workers, "nothing had to be restarted"
