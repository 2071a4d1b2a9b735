"""F1 and F2: 32 people at the desk want 20 places, by real forms and four real web processes; then the same while workers are killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.rides.models import Ride, RideEvent
from tests.databases import WorkersDatabase
from tests.faults.client import NO_ANSWER, Answer, Client
from tests.faults.desk import Desk, open_desk
from tests.processes import BIN, ROOT, free_port, web
from tests.settings import environment_for

CLIENTS, PLACES, WORKERS = 32, 20, 4
PATIENCE = 90


@dataclass
class Told:
    """What the clients were told."""

    booked: dict[int, str] = field(default_factory=dict)
    """Riders with the request id of the form that was answered as saved."""
    full: set[int] = field(default_factory=set)
    forms: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """What was sent, with the cookie it was sent with."""
    answers: list[Answer] = field(default_factory=list)
    unanswered: int = 0


@pytest.fixture
def desk(app: Flask, session: Session, database: WorkersDatabase) -> Desk:
    return open_desk(app, session, database, riders=CLIENTS, places=PLACES)


def on_this_machine(seconds: float) -> float:
    """A limit for an idle machine, stretched by how many processes wait for each core just now."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def persistently(told: Told, ask: Callable[[], Answer]) -> Answer:
    """Ask until there is an answer, as a person does whose browser said "no connection"."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            answer = ask()
        except NO_ANSWER:
            told.unanswered += 1
            time.sleep(0.1)
            continue
        told.answers.append(answer)
        return answer
    raise AssertionError("no answer at all")


def book(desk: Desk, url: str, rider: int, told: Told) -> None:
    """A caller's request: look, choose, save; when the time was just taken, look again."""
    client, path = Client(url, desk.cookie), desk.path(rider)
    for _try in range(60):
        page = persistently(told, lambda: client.get(path, **desk.query()))
        assert page.status == 200, page.main[:500]
        form = {name: random.choice(values) for name, values in page.form(path).items()}
        if not form:
            told.full.add(rider)
            return
        saved = persistently(told, lambda form=form: client.post(path, form))  # type: ignore[misc]
        assert saved.status == 302, f"{saved.status}: {saved.main[:500]}"
        if "szukaj" not in saved.location:
            told.booked[rider], told.forms[rider] = form["request_id"], (client.cookie, form)
            return
    raise AssertionError("neither a place nor a refusal")


def all_book(desk: Desk, url: str) -> Told:
    """Everybody at once; whatever went wrong in one of them is raised."""
    told = Told()
    with ThreadPoolExecutor(CLIENTS) as people:
        for done in [people.submit(book, desk, url, rider, told) for rider in desk.riders]:
            done.result()
    return told


def flask_says(environment: dict[str, str], *command: str) -> str:
    """What a command of the product prints; its failure fails the test."""
    little = {"PATH": os.environ["PATH"], "FLASK_APP": "wsgi", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(BIN / "flask"), *command], cwd=ROOT, env={**little, **environment}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(desk: Desk, session: Session, environment: dict[str, str], told: Told) -> None:
    """Nobody over capacity, every acknowledged ride there once, ride, history, journal and message together, the chain whole."""
    assert [answer.status for answer in told.answers if answer.status >= 500] == []
    session.rollback()
    rides = list(session.scalars(select(Ride)).unique())
    riders = {ride.resident_id for ride in rides}
    assert len(rides) == len(riders) == PLACES
    assert set(told.booked) == riders
    assert told.full == set(desk.riders) - riders
    together = {
        "history": select(func.count()).select_from(RideEvent).where(RideEvent.deed == "booked"),
        "journal": select(func.count()).select_from(JournalEntry).where(JournalEntry.deed == "ride_booked"),
        "messages": select(func.count()).select_from(Message).where(Message.kind == "ride_confirmed"),
    }
    assert {name: session.scalar(query) for name, query in together.items()} == dict.fromkeys(together, PLACES)
    session.rollback()
    assert "are sound" in flask_says(environment, "rides", "verify", "--every")
    assert "is whole" in flask_says(environment, "journal", "verify")


def repeat_all(desk: Desk, session: Session, url: str, told: Told) -> None:
    """Each form that was saved is sent once more: the same answer, and nothing new."""
    for rider, (cookie, form) in told.forms.items():
        again = Client(url, cookie).post(desk.path(rider), form)
        assert (again.status, again.location) == (302, desk.path(rider))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Ride)) == PLACES


def test_32_people_get_20_places_and_nobody_an_error(
    session: Session, database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    environment = environment_for(database.url, tmp_path)
    with web(environment, tmp_path / "log", workers=WORKERS) as running:
        for _first in range(4 * WORKERS):  # each worker reads its templates once
            assert Client(running.url, desk.cookie).get(desk.path(desk.riders[0]), **desk.query()).status == 200
        told = all_book(desk, running.url)
        assert told.unanswered == 0
        check(desk, session, environment, told)
        repeat_all(desk, session, running.url, told)
    assert sorted(answer.seconds for answer in told.answers)[int(len(told.answers) * 0.99)] < on_this_machine(4)


def test_killed_workers_and_servers_lose_and_double_nothing(
    session: Session, database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    environment, port = environment_for(database.url, tmp_path), free_port()
    told, gaps, killed = Told(), [], 0
    done = threading.Event()

    def go_on() -> None:
        try:
            told.__dict__.update(all_book(desk, f"http://127.0.0.1:{port}").__dict__)
        finally:
            done.set()

    with ThreadPoolExecutor(1) as crowd:
        booked_by_all = None
        for server in range(3):
            began = time.monotonic()
            with web(environment, tmp_path / "log", workers=WORKERS, port=port) as running:
                gaps.append(time.monotonic() - began)
                booked_by_all = booked_by_all or crowd.submit(go_on)
                for _kill in range(8):
                    if done.wait(0.5):
                        break
                    with contextlib.suppress(ProcessLookupError, IndexError):
                        os.kill(random.choice(running.children()), signal.SIGKILL)
                        killed += 1
                if server == 2:
                    booked_by_all.result(timeout=PATIENCE)
                    repeat_all(desk, session, running.url, told)
    assert killed >= 5
    assert told.unanswered > 0, "the killing should have been felt"
    assert max(gaps) < on_this_machine(5)
    check(desk, session, environment, told)
