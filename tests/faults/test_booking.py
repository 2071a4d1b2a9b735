"""32 clients want 20 places, in several processes, while staff reassign: also when workers are killed all the time.

After each run: nobody over capacity, every acknowledged ride is there, ride, history, journal and message exist together or not at all,
the journal's chain holds.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import time as hour
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.journal.queries import verified_journal
from services_app.messaging.models import Message
from services_app.rides.models import Ride, RideEvent
from services_app.rides.queries import broken_invariants
from tests.databases import WorkersDatabase
from tests.factories.fleet import make_shift
from tests.factories.rides import RIDE_ON, make_rider, make_rules
from tests.processes import Running, start

CLIENTS, PLACES, WORKERS = 32, 20, 4
MOST_KILLED = 16
"""Each worker killed is started anew, and starting takes longer than all it does."""
PATIENCE = 300


@pytest.fixture
def clients(session: Session, database: WorkersDatabase) -> list[int]:
    """Riders at the far end of the town, and cars whose shift is as long as one ride with a waiting driver: two never fit into one."""
    version = make_rules(session)
    random.seed(7)
    riders = [
        make_rider(
            session, version, latitude=50.83 + random.random() * 0.01, longitude=20.55 + random.random() * 0.01
        ).id
        for _ in range(CLIENTS)
    ]
    for _ in range(PLACES):
        make_shift(session, RIDE_ON, starts=hour(9), ends=hour(11, 15))
    session.commit()
    database.note_unknown()
    return riders


def launch(database: WorkersDatabase, folder: Path, clients: list[int]) -> Running:
    """The workers, started."""
    command = [
        sys.executable, "-m", "tests.faults.booking_worker", database.url, str(folder), str(folder / "answers"), str(WORKERS),
        *map(str, clients),
    ]  # fmt: skip
    return start(command, {}, folder / "log")


def run(
    database: WorkersDatabase, folder: Path, clients: list[int], disturb: Callable[[Running], Running]
) -> list[list[str]]:
    """Let the workers finish under disturbance; what the clients were told."""
    running = launch(database, folder, clients)
    until = time.monotonic() + PATIENCE
    try:
        while running.process.poll() is None:
            assert time.monotonic() < until, "not done in time:\n" + running.output()[-2000:]
            running = disturb(running)
        assert running.process.returncode == 0, running.output()[-3000:]
    finally:
        running.kill_all()
    return [line.split() for line in (folder / "answers").read_text().splitlines()]


def check(session: Session, told: list[list[str]]) -> None:
    """The invariants, and that nobody was told what is not true."""
    session.rollback()
    assert [line for line in told if line[0] == "error"] == []
    rides = {ride.resident_id: ride.id for ride in session.scalars(select(Ride)).unique()}
    assert len(rides) == session.scalar(select(func.count()).select_from(Ride)), "somebody has two rides"
    acknowledged = {int(line[1]): int(line[2]) for line in told if line[0] == "booked"}
    assert acknowledged.items() <= rides.items()
    full = {int(line[1]) for line in told if line[0] == "full"}
    assert not full & set(rides)
    assert len(rides) == PLACES
    assert len(acknowledged) + len(full) == CLIENTS
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []
    booked = {
        "events": select(func.count()).select_from(RideEvent).where(RideEvent.deed == "booked"),
        "journal": select(func.count()).select_from(JournalEntry).where(JournalEntry.deed == "ride_booked"),
        "messages": select(func.count()).select_from(Message).where(Message.kind == "ride_confirmed"),
    }
    assert {name: session.scalar(query) for name, query in booked.items()} == dict.fromkeys(booked, PLACES)
    assert verified_journal(session).first_break is None
    if session.get_bind().dialect.name == "sqlite":
        with contextlib.closing(sqlite3.connect(str(session.get_bind().engine.url.database))) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_32_clients_get_20_places_and_not_one_more(
    session: Session, database: WorkersDatabase, clients: list[int], tmp_path: Path
) -> None:
    def let_be(running: Running) -> Running:
        time.sleep(0.1)
        return running

    check(session, run(database, tmp_path, clients, let_be))


@pytest.mark.slow
def test_workers_killed_all_the_time_lose_and_double_nothing(
    session: Session, database: WorkersDatabase, clients: list[int], tmp_path: Path
) -> None:
    killed = {"workers": 0, "trees": 0}

    def kill(running: Running) -> Running:
        time.sleep(0.5)
        children = running.children()
        if len(told_so_far(tmp_path)) > CLIENTS // 4 and not killed["trees"]:
            running.kill_all()
            killed["trees"] += 1
            return launch(database, tmp_path, clients)
        if children and killed["workers"] < MOST_KILLED:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(children), signal.SIGKILL)
                killed["workers"] += 1
        return running

    told = run(database, tmp_path, clients, kill)
    assert killed["workers"] >= 3
    assert killed["trees"] == 1
    check(session, told)


def told_so_far(folder: Path) -> list[str]:
    answers = folder / "answers"
    return answers.read_text().splitlines() if answers.exists() else []
