"""F12: servers are stopped, renewed and started again while people use them: what was sent is answered, and the gap is short.

The port is held by the service manager (systemd's socket; here this test), so that who comes during a restart waits instead of being
turned away; without it a restart is a gap of as long as the product takes to load.
"""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.rides.models import Ride
from tests.databases import WorkersDatabase
from tests.factories.messaging import a_message, all_messages
from tests.faults.client import NO_ANSWER, Answer, Client
from tests.faults.desk import Desk, open_desk
from tests.faults.patience import on_this_machine, wait_until
from tests.gateway import gateway
from tests.processes import held_socket, scheduler, serve_on, wait_until_live, web
from tests.settings import environment_for

LONGEST_GAP = 3.0


@pytest.fixture
def desk(app: Flask, session: Session, database: WorkersDatabase) -> Desk:
    return open_desk(app, session, database, riders=4, places=4)


class Visitors:
    """People who open a page again and again; when they were answered, and what they met."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answered: list[float] = []
        self.statuses: set[int] = set()
        self.turned_away = 0
        self._stop = threading.Event()
        self.threads = [threading.Thread(target=self._visit) for _person in range(4)]

    def _visit(self) -> None:
        while not self._stop.is_set():
            try:
                answer = Client(self.url, timeout=20).get("/deklaracja-dostepnosci")
            except NO_ANSWER:
                self.turned_away += 1
                time.sleep(0.05)
                continue
            self.statuses.add(answer.status)
            self.answered.append(time.monotonic())
            time.sleep(0.05)

    @contextmanager
    def coming(self) -> Iterator[None]:
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self.threads:
                thread.join(30)

    @property
    def longest_gap(self) -> float:
        moments = sorted(self.answered)
        return max(later - earlier for earlier, later in itertools.pairwise(moments))


def test_renewing_the_workers_under_load_turns_nobody_away(
    database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    with web(environment_for(database.url, tmp_path), tmp_path / "log", workers=2) as running:
        visitors = Visitors(running.url)
        with visitors.coming():
            for _renewal in range(3):
                before = set(running.children())
                running.signal(signal.SIGHUP)
                wait_until(lambda before=before: not before & set(running.children()))  # type: ignore[misc]  # this turn's set
        assert visitors.statuses == {200}
        assert visitors.turned_away == 0
        assert visitors.longest_gap < on_this_machine(LONGEST_GAP)


def test_who_comes_during_a_restart_waits_at_the_held_socket(
    database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    environment = environment_for(database.url, tmp_path)
    with held_socket() as listener:
        running = serve_on(listener, environment, tmp_path / "log")
        wait_until_live(running)
        visitors, slowest = Visitors(running.url), 0.0
        try:
            with visitors.coming():
                for _restart in range(2):
                    time.sleep(1)
                    began = time.monotonic()
                    assert running.stop() == 0
                    running = serve_on(listener, environment, tmp_path / "log")
                    wait_until_live(running)
                    slowest = max(slowest, time.monotonic() - began)
        finally:
            running.kill_all()
        assert visitors.statuses == {200}
        # who connected in the very instant of a stop and had not yet asked may have to ask again, once
        assert visitors.turned_away <= 2 * len(visitors.threads)
        assert visitors.longest_gap < max(on_this_machine(LONGEST_GAP), 1.5 * slowest), (
            "no longer than stopping and loading take"
        )


def test_a_form_under_way_at_a_stop_is_answered(
    session: Session, database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    """Another writer holds the day while the stop is asked for: the booking waits for it, and is finished."""
    rider = desk.riders[0]
    answers: list[Answer] = []
    session.rollback()
    with web(environment_for(database.url, tmp_path), tmp_path / "log", workers=1) as running:
        client, path = Client(running.url, desk.cookie), desk.path(rider)
        _page, form = desk.filled_form(client, rider)

        def send() -> None:
            answers.append(client.post(path, form))

        sender = threading.Thread(target=send)
        with writing_held(session):
            sender.start()
            time.sleep(min(on_this_machine(1), 4))  # the form is sent, and waits, but not until its patience ends
            running.signal(signal.SIGTERM)
            time.sleep(1)
            assert running.process.poll() is None, "it waits for what is under way"
        sender.join(20)
        assert running.process.wait(timeout=20) == 0
    assert [(answer.status, answer.location) for answer in answers] == [(302, path)]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Ride)) == 1


@contextmanager
def writing_held(session: Session) -> Iterator[None]:
    """Nobody else can write a ride meanwhile."""
    engine = session.get_bind().engine
    postgresql = engine.dialect.name == "postgresql"
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(text("LOCK TABLE rides IN EXCLUSIVE MODE" if postgresql else "SELECT 1"))
        yield
        connection.rollback()


def test_a_scheduler_that_is_stopped_hands_over_what_it_held(
    app: Flask, session: Session, database: WorkersDatabase, tmp_path: Path
) -> None:
    database.note_unknown()
    with gateway() as sms:
        for _message in range(60):
            a_message()
        session.commit()
        environment = environment_for(
            database.url, tmp_path, SMS_API_URL=sms.url, SMS_API_TOKEN="tests", OUTBOX_LEASE_SECONDS="300",
            QUIET_FROM_HOUR="0", QUIET_UNTIL_HOUR="0",
        )  # fmt: skip
        sms.order("slow", times=60, seconds=0.2)
        with scheduler(environment, tmp_path / "first") as first:
            wait_until(lambda: len(sms.ledger.accepted) >= 3)
            assert first.stop(30) == 0
        session.rollback()
        held = [message for message in all_messages(session) if message.state is MessageState.SENDING]
        assert held == [], "nothing waits for a lease of five minutes to run out"
        with scheduler(environment, tmp_path / "second"):
            wait_until(lambda: _sent(session) == 60)
        assert sms.ledger.doubled == []
        assert len(sms.ledger.accepted) == 60


def _sent(session: Session) -> int:
    session.rollback()
    return int(session.scalar(select(func.count()).select_from(Message).where(Message.state == MessageState.SENT)) or 0)
