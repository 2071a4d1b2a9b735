"""F5: three schedulers, killed and replaced every second: no reminder lost, none doubled, none of a moved ride."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.outbox import gateway_process, queue_reminders, still_to_send, through_killed_schedulers
from services_app import clock
from services_app.database import db, transaction
from services_app.messaging.actions import withdraw_messages
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from tests.databases import WorkersDatabase
from tests.gateway import SLOW, asked_for_ledger, settings_of, told_to_misbehave
from tests.processes import scheduler
from tests.settings import app_on, environment_for

COUNT = 600
SLOW_ENOUGH_SECONDS = 90
"""The bound for a machine others use too; alone it takes a third."""


@pytest.mark.slow
def test_killed_schedulers_lose_nothing_and_double_nothing(database: WorkersDatabase, tmp_path: Path) -> None:
    url = database.another("killed")
    with gateway_process() as gateway:
        came = through_killed_schedulers(
            url, tmp_path, gateway, COUNT, seconds=SLOW_ENOUGH_SECONDS, lease_seconds=13, killing_seconds=20
        )
    assert came.not_marked == 0, "everything was sent in time"
    assert (came.accepted, came.doubled) == (COUNT, 0)


@pytest.mark.slow
def test_a_told_scheduler_hands_over_what_it_holds(database: WorkersDatabase, tmp_path: Path) -> None:
    url = database.another("told")
    with gateway_process() as gateway, app_on(url, tmp_path) as app:
        queue_reminders(app, COUNT)
        environment = environment_for(url, tmp_path, **settings_of(gateway))
        with scheduler(environment, tmp_path / "told.log") as running:
            _wait(lambda: len(asked_for_ledger(gateway)["accepted"]) > 20)
            running.signal(signal.SIGTERM)
            assert running.process.wait(timeout=40) == 0, running.output()[-2000:]
        ledger = asked_for_ledger(gateway)
        assert ledger["doubled"] == []
        assert _count(app, MessageState.SENDING) == 0, "nothing waits for a lease to run out"
        assert _count(app, MessageState.SENT) == len(ledger["accepted"])


@pytest.mark.slow
def test_a_moved_rides_old_reminder_never_goes(database: WorkersDatabase, tmp_path: Path) -> None:
    url = database.another("moved")
    with gateway_process() as gateway, app_on(url, tmp_path) as app:
        told_to_misbehave(gateway, SLOW, seconds=0.2)
        queue_reminders(app, COUNT)
        with contextlib.ExitStack() as stack:
            environment = environment_for(url, tmp_path, OUTBOX_LEASE_SECONDS="13", **settings_of(gateway))
            for number in range(2):
                stack.enter_context(scheduler(environment, tmp_path / f"moved-{number}.log"))
            logs = [tmp_path / f"moved-{number}.log" for number in range(2)]
            _wait(
                lambda: len(asked_for_ledger(gateway)["accepted"]) > 20,
                told=lambda: "".join(log.read_text()[-1500:] for log in logs),
            )
            moved = _moved_while_sending(app, range(COUNT // 2, COUNT))
            _wait(lambda: still_to_send(app) == _count(app, MessageState.WITHDRAWN), told=lambda: _states(app))
        sent_late = _went_out_after_withdrawal(app)
        accepted = len(asked_for_ledger(gateway)["accepted"])
    assert moved > 0, "some were still waiting when their rides moved"
    assert accepted == COUNT - moved + sent_late
    assert sent_late <= 16, "at most what two schedulers had in hand at that very moment"


def _moved_while_sending(app: Flask, numbers: range) -> int:
    """All at one moment, so that each sending thread can have at most one of them in hand."""
    with app.app_context(), transaction() as session:
        now = clock.now()
        return sum(
            withdraw_messages(session, ("ride", number + 1), now=now, because="ride_moved") for number in numbers
        )


def _went_out_after_withdrawal(app: Flask) -> int:
    with app.app_context():
        late = select(func.count()).select_from(Message)
        late = late.where(Message.state == MessageState.WITHDRAWN, Message.sent_at.is_not(None))
        return db.session.scalar(late) or 0


def _count(app: Flask, state: MessageState) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message).where(Message.state == state)) or 0


def _states(app: Flask) -> str:
    with app.app_context():
        grouped = select(Message.state, Message.channel, Message.failure, func.count())
        return str(db.session.execute(grouped.group_by(Message.state, Message.channel, Message.failure)).all())


def _wait(condition: Callable[[], bool], seconds: float = SLOW_ENOUGH_SECONDS, told: Callable[[], str] = str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it did not come to that in time: {told()}"
        time.sleep(0.2)
