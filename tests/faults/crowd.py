"""Everybody at once: people who want places by real forms, and staff who move rides from car to car meanwhile.

Used by the short trials of the suite and by the long ones that measure.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.rides.models import Ride, RideEvent
from tests.faults.client import NO_ANSWER, Answer, Client
from tests.faults.desk import Desk
from tests.processes import BIN, ROOT, free_port, web

PATIENCE = 240
"""Seconds somebody goes on asking a server that does not answer, and the longest a crowd may take; a bound for a busy machine."""
FULL = "nie ma wolnego samochodu"
_CAR = re.compile(r'name="shift"[^>]*value="(\d+)"(.*?)(?=<input)', re.DOTALL)
_ROOM = "Mieści się."
_MOVE = re.compile(r"/przejazdy/przejazd/\d+/samochod")


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
    moved: int = 0
    """How often staff put a ride on another car."""

    @property
    def errors(self) -> list[int]:
        """Statuses nobody should meet."""
        return [answer.status for answer in self.answers if answer.status >= 500]

    def seconds(self, share: float) -> float:
        """So long, or less, that share of the answers took."""
        ordered = sorted(answer.seconds for answer in self.answers)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


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
    """A caller's request: look, choose, save; when the time was just taken, look again. At the end a place, or a page that says "full"."""
    client, path = Client(url, desk.cookie), desk.path(rider)
    for _try in range(60):
        page = persistently(told, lambda: client.get(path, **desk.query()))
        assert page.status == 200, page.main[:500]
        form = {name: random.choice(values) for name, values in page.form(path).items()}
        if not form:
            assert FULL in page.body, page.main[:800]
            told.full.add(rider)
            return
        saved = persistently(told, lambda form=form: client.post(path, form))  # type: ignore[misc]  # a default keeps this turn's form
        assert saved.status == 302, f"{saved.status}: {saved.main[:500]}"
        if "szukaj" not in saved.location:
            told.booked[rider], told.forms[rider] = form["request_id"], (client.cookie, form)
            return
    raise AssertionError("neither a place nor a refusal")


def all_book(desk: Desk, url: str, told: Told) -> None:
    """Everybody at once; whatever went wrong in one of them is raised."""
    with ThreadPoolExecutor(len(desk.riders)) as people:
        for done in [people.submit(book, desk, url, rider, told) for rider in desk.riders]:
            done.result()


def move_one(desk: Desk, url: str, told: Told) -> None:
    """A coordinator opens the day, takes some ride, and puts it on some car; "no room" is an answer too."""
    client = Client(url, desk.coordinators_cookie)
    day = persistently(told, lambda: client.get(f"/przejazdy/dzien/{desk.on.isoformat()}"))
    paths = _MOVE.findall(day.body)
    if not paths:
        time.sleep(0.05)
        return
    path = random.choice(paths)
    page = persistently(told, lambda: client.get(path))
    form = page.form(None)
    if page.status != 200 or not form:
        return
    chosen = {name: random.choice(values) for name, values in form.items()}
    roomy = [shift for shift, said in _CAR.findall(page.body) if _ROOM in said]
    if roomy and random.random() < 0.8:
        chosen["shift"] = random.choice(roomy)
    saved = persistently(told, lambda: client.post(path, chosen))
    assert saved.status in (200, 302), f"{saved.status}: {saved.main[:500]}"
    told.moved += saved.status == 302


@contextmanager
def staff_moving(desk: Desk, url: str, told: Told, people: int = 2) -> Iterator[None]:
    """Coordinators at work until the end of the block; whatever went wrong with them is raised there."""
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            move_one(desk, url, told)

    with ThreadPoolExecutor(people) as staff:
        working = [staff.submit(work) for _person in range(people)]
        try:
            yield
        finally:
            done.set()
        for one in working:
            one.result()


def flask_says(environment: dict[str, str], *command: str) -> str:
    """What a command of the product prints; its failure fails the test."""
    little = {"PATH": os.environ["PATH"], "FLASK_APP": "wsgi", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(BIN / "flask"), *command], cwd=ROOT, env={**little, **environment}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(desk: Desk, session: Session, environment: dict[str, str], told: Told) -> None:
    """Nobody over capacity, every acknowledged ride there once, ride, history, journal and message together, the chain whole."""
    assert told.errors == []
    session.rollback()
    rides = [ride for ride in session.scalars(select(Ride)).unique() if ride.on == desk.on]
    riders = {ride.resident_id for ride in rides}
    assert len(rides) == len(riders) == desk.places
    assert set(told.booked) == riders
    assert told.full == set(desk.riders) - riders
    ids = {ride.id for ride in rides}
    together = {
        "history": select(RideEvent.ride_id).where(RideEvent.deed == "booked"),
        "journal": select(JournalEntry.subject_id).where(JournalEntry.deed == "ride_booked"),
        "messages": select(Message.subject_id).where(Message.kind == "ride_confirmed"),
    }
    for name, query in together.items():
        found = [int(each) for each in session.scalars(query) if each is not None and int(each) in ids]
        assert sorted(found) == sorted(ids), f"{name}: not one for each ride"
    session.rollback()
    assert "are sound" in flask_says(environment, "rides", "verify", "--every")
    assert "is whole" in flask_says(environment, "journal", "verify")


def repeat_all(desk: Desk, session: Session, url: str, told: Told) -> None:
    """Each form that was saved is sent once more: the same answer, and nothing new."""
    session.rollback()
    before = session.scalar(select(func.count()).select_from(Ride))
    for rider, (cookie, form) in told.forms.items():
        again = Client(url, cookie).post(desk.path(rider), form)
        assert (again.status, again.location) == (302, desk.path(rider))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Ride)) == before


@dataclass
class Kills:
    """What was killed, and how long each whole server took to answer again (seconds)."""

    workers_killed: int = 0
    gaps: list[float] = field(default_factory=list)


def through_kills(
    desk: Desk, session: Session, environment: dict[str, str], log: Path, told: Told, *, workers: int, kills: int = 8
) -> Kills:
    """Everybody books while a random worker is killed every half second, ``kills`` times a server, and the whole server three times.

    Coordinators go on moving rides until the last server. At the end each form that was saved is sent once more.
    """
    port, came, over = free_port(), Kills(), threading.Event()
    url = f"http://127.0.0.1:{port}"

    def go_on() -> None:
        with staff_moving(desk, url, told):
            all_book(desk, url, told)
            over.wait(PATIENCE)

    with ThreadPoolExecutor(1) as crowd:
        everybody = None
        for server in range(3):
            began = time.monotonic()
            with web(environment, log, workers=workers, port=port) as running:
                came.gaps.append(time.monotonic() - began)
                everybody = everybody or crowd.submit(go_on)
                for _kill in range(kills):
                    if over.wait(0.5) or everybody.done():
                        break
                    with contextlib.suppress(ProcessLookupError, IndexError):
                        os.kill(random.choice(running.children()), signal.SIGKILL)
                        came.workers_killed += 1
                if server == 2:
                    over.set()
                    everybody.result(timeout=2 * PATIENCE)
                    repeat_all(desk, session, running.url, told)
    return came
