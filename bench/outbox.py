"""The outbox against the gateway simulator: messages a second for one worker, and 10,000 reminders through schedulers that get killed.

Three ``flask scheduler`` processes send; each second one of those at work is killed with SIGKILL and another is started (the last one
at work is spared, so that a slow machine gets anywhere). The gateway's ledger says what reached a phone.
``python -m bench.outbox --exactly-once`` runs that part alone.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from datetime import time as hour_of_day
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from bench.harness import Figure, Place, as_json, as_table, place
from services_app import clock
from services_app.database import db, transaction
from services_app.messaging.actions import queue_message
from services_app.messaging.models import Heartbeat, Message
from services_app.messaging.terms import Channel, MessageState, Recipient
from services_app.messaging.worker import worker_of
from tests.gateway import asked_for_ledger, settings_of
from tests.processes import ROOT, Running, free_port, scheduler
from tests.settings import app_on, environment_for

SCHEDULERS = 3
KILLED_EVERY_SECONDS = 1.0
LEASE_SECONDS = 15


def figures(place: Place) -> list[Figure]:
    """Both parts."""
    return [*throughput(place, 300 if place.hurry else 3000), *exactly_once(place, 300 if place.hurry else 10_000)]


def throughput(place: Place, count: int) -> list[Figure]:
    """How fast one worker empties the outbox, every result saved."""
    url = place.database("throughput")
    with gateway_process() as gateway, place.app(url, **settings_of(gateway)) as app:
        began = time.perf_counter()
        queue_reminders(app, count)
        queued = time.perf_counter() - began
        with worker_of(app) as worker:
            began = time.perf_counter()
            worker.drain(Channel.SMS)
            took = time.perf_counter() - began
        accepted = len(asked_for_ledger(gateway)["accepted"])
    return [
        Figure("messages sent by one worker", round(accepted / took), "a second", at_least=200),
        Figure("messages queued", round(count / queued), "a second"),
    ]


def exactly_once(place: Place, count: int) -> list[Figure]:
    """Reminders through killed schedulers: none lost, none doubled."""
    url = place.database("exactly_once")
    with gateway_process() as gateway:
        came = through_killed_schedulers(url, place.folder, gateway, count, seconds=600)
    return [
        Figure(f"reminders due, {came.kills} schedulers killed meanwhile", count, ""),
        Figure("reminders lost", count - came.accepted, "", at_most=0),
        Figure("reminders doubled", came.doubled, "", at_most=0),
        Figure("reminders not marked as sent", came.not_marked, "", at_most=0),
        Figure("time until the last was sent", round(came.seconds, 1), "s"),
    ]


@dataclass(frozen=True)
class Came:
    """What reached the gateway, and what the database says."""

    accepted: int
    doubled: int
    not_marked: int
    repeated_attempts: int
    kills: int
    seconds: float


def queue_reminders(app: Flask, count: int, *, prefix: str = "bench") -> None:
    """So many reminders due now, to as many people."""
    values = {"day": date(2026, 11, 26), "hour": hour_of_day(9, 10), "return_hour": hour_of_day(11)}
    with app.app_context():
        for numbers in batches(count, 500):
            now = clock.now()
            with transaction() as session:
                for number in numbers:
                    somebody = Recipient(
                        "resident", number + 1, "Janina Testowa", "pl", Channel.SMS, f"+486{number:08d}"
                    )
                    queue_message(
                        session, "ride_day_before", somebody, values, dedupe_key=f"{prefix}:{number}", now=now,
                        expires_at=now + timedelta(days=1), urgent=True, subject=("ride", number + 1),
                    )  # fmt: skip


def batches(count: int, size: int) -> Iterator[range]:
    """The numbers below ``count`` in batches."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


@contextlib.contextmanager
def gateway_process() -> Iterator[str]:
    """The gateway simulator in a process of its own; its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.gateway", str(port)], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    for _attempt in range(200):
        with contextlib.suppress(OSError):
            asked_for_ledger(url)
            return
        time.sleep(0.05)
    raise RuntimeError("the gateway does not answer")


@dataclass
class Swarm:
    """Scheduler processes that are killed in turn and replaced at once."""

    environment: dict[str, str]
    folder: Path
    stack: contextlib.ExitStack
    running: list[Running] = field(default_factory=list)
    kills: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def start_one(self) -> None:
        """One more process."""
        log = self.folder / f"scheduler-{next(self._numbers)}.log"
        self.running.append(self.stack.enter_context(scheduler(self.environment, log)))

    def kill_one_at_work(self, at_work: set[int]) -> None:
        """Kill the one that has worked longest, and start another; nobody, when only one works yet."""
        victims = [process for process in self.running if process.process.pid in at_work]
        if len(victims) < 2:
            return
        self.running.remove(victims[0])
        victims[0].kill_all()
        self.kills += 1
        self.start_one()


def through_killed_schedulers(
    url: str,
    folder: Path,
    gateway: str,
    count: int,
    *,
    seconds: float,
    lease_seconds: int = LEASE_SECONDS,
    killing_seconds: float = 3600,
) -> Came:
    """Queue reminders, let three schedulers send them while one is killed every second, and compare ledger and database."""
    environment = environment_for(
        url, folder, OUTBOX_LEASE_SECONDS=str(lease_seconds), QUIET_FROM_HOUR="0", QUIET_UNTIL_HOUR="0", **settings_of(gateway)
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        app = stack.enter_context(app_on(url, folder))
        swarm = Swarm(environment, folder, stack)
        queue_reminders(app, count)
        for _number in range(SCHEDULERS):
            swarm.start_one()
        began = time.monotonic()
        while time.monotonic() - began < seconds and still_to_send(app):
            time.sleep(KILLED_EVERY_SECONDS)
            if time.monotonic() - began < killing_seconds:
                swarm.kill_one_at_work(processes_at_work(app))
        took = time.monotonic() - began
        ledger = asked_for_ledger(gateway)
        repeated = int(ledger["attempts"]) - len(ledger["accepted"])
        return Came(
            len(ledger["accepted"]), len(ledger["doubled"]), still_to_send(app), repeated, swarm.kills, took
        )  # fmt: skip


def processes_at_work(app: Flask) -> set[int]:
    """The ids of the scheduler processes that have given a sign of life."""
    with app.app_context():
        return {int(name.split(":")[-2]) for name in db.session.scalars(select(Heartbeat.process))}


def still_to_send(app: Flask) -> int:
    """How many messages the database does not call sent."""
    with app.app_context():
        unsent = Message.state.not_in([MessageState.SENT, MessageState.DELIVERED])
        return db.session.scalar(select(func.count()).select_from(Message).where(unsent)) or 0


def main() -> int:
    """The second part alone."""
    parser = argparse.ArgumentParser(prog="python -m bench.outbox")
    parser.add_argument("--exactly-once", action="store_true", help="only the reminders through killed schedulers")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    wished = parser.parse_args()
    with place(wished.database) as where:
        made = exactly_once(where, wished.count) if wished.exactly_once else figures(where)
    print(as_table(made), as_json("outbox", wished.database, made), sep="\n")
    return int(not all(figure.holds for figure in made))


if __name__ == "__main__":
    sys.exit(main())
