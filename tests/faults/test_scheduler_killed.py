"""F5: three schedulers, killed and replaced every second: no reminder lost, none doubled, none of a moved ride."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.outbox import gateway_process, queue_reminders, through_killed_schedulers
from services_app import clock
from services_app.database import db, transaction
from services_app.messaging.actions import withdraw_messages
from services_app.messaging.models import Message
from services_app.messaging.outbox import id_in
from services_app.messaging.terms import Channel, MessageState
from services_app.messaging.worker import PACES
from tests.databases import WorkersDatabase
from tests.faults.patience import wait_until
from tests.gateway import HOLD, LET_GO, asked_for_ledger, settings_of, told_to_misbehave
from tests.processes import scheduler
from tests.settings import app_on, environment_for

COUNT = 600
SENDERS = 2
THREADS = SENDERS * PACES[Channel.SMS].threads
CLAIMED = THREADS * PACES[Channel.SMS].claimed
SLOW_ENOUGH_SECONDS = 240
"""The bound for a machine others use too; alone it takes a tenth."""


@pytest.mark.slow
def test_killed_schedulers_lose_nothing_and_double_nothing(database: WorkersDatabase, tmp_path: Path) -> None:
    url = database.another("killed")
    with gateway_process() as gateway:
        came = through_killed_schedulers(
            url, tmp_path, gateway, COUNT, seconds=SLOW_ENOUGH_SECONDS, lease_seconds=13, killing_seconds=15
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
            wait_until(lambda: len(asked_for_ledger(gateway)["accepted"]) > 20)
            running.signal(signal.SIGTERM)
            assert running.process.wait(timeout=40) == 0, running.output()[-2000:]
        ledger = asked_for_ledger(gateway)
        assert ledger["doubled"] == []
        assert _count(app, MessageState.SENDING) == 0, "nothing waits for a lease to run out"
        assert _count(app, MessageState.SENT) == len(ledger["accepted"])


@pytest.mark.slow
def test_a_moved_rides_old_reminder_never_goes(database: WorkersDatabase, tmp_path: Path) -> None:
    """Every sending thread has one message in hand, held by the gateway, and a claim of others behind it. Then every second ride is moved.

    From the moment that is committed no request for a moved ride begins. A thread that had just looked may still begin the one it had in
    hand; each looks again before the next, so there is at most one for each thread, however slow the machine.
    """
    url = database.another("moved")
    with gateway_process() as gateway, app_on(url, tmp_path) as app:
        told_to_misbehave(gateway, HOLD)
        queue_reminders(app, CLAIMED)
        environment = environment_for(url, tmp_path, QUIET_FROM_HOUR="0", QUIET_UNTIL_HOUR="0", **settings_of(gateway))
        with contextlib.ExitStack() as stack:
            for number in range(SENDERS):
                stack.enter_context(scheduler(environment, tmp_path / f"moved-{number}.log"))
            wait_until(lambda: len(asked_for_ledger(gateway)["arrivals"]) >= THREADS, told=lambda: _states(app))
            moved = _moved_at_once(app, range(0, CLAIMED, 2))
            committed = time.time()
            begun = {id_in(key) for key, _at in asked_for_ledger(gateway)["arrivals"]}
            behind = _claimed_and_moved(app) - begun
            told_to_misbehave(gateway, LET_GO)
            wait_until(lambda: _unfinished(app) == 0, told=lambda: _states(app))
        ledger = asked_for_ledger(gateway)
        late = [key for key, at in ledger["arrivals"] if at > committed and id_in(key) in moved]
        assert _count(app, MessageState.WITHDRAWN) == len(moved)
    assert len(behind) >= 5 * THREADS, "without a last look they would have gone: they were claimed"
    assert len(late) <= THREADS
    sent = {id_in(key) for key in ledger["accepted"]}
    assert len(sent - moved) == CLAIMED - len(moved), "all others went"
    assert ledger["doubled"] == []


def _moved_at_once(app: Flask, numbers: range) -> set[int]:
    """The messages taken back because their rides were moved, in one transaction."""
    with app.app_context():
        with transaction() as session:
            for number in numbers:
                withdraw_messages(session, ("ride", number + 1), now=clock.now(), because="ride_moved")
        return set(db.session.scalars(select(Message.id).where(Message.state == MessageState.WITHDRAWN)))


def _claimed_and_moved(app: Flask) -> set[int]:
    """Withdrawn messages that stand in some thread's claim."""
    with app.app_context():
        return set(
            db.session.scalars(
                select(Message.id).where(Message.state == MessageState.WITHDRAWN, Message.lease.is_not(None))
            )
        )


def _unfinished(app: Flask) -> int:
    """Messages some thread still has, or has yet to take; one whose answer took too long waits for its next try and is not counted."""
    with app.app_context():
        waiting = Message.state.in_([MessageState.CREATED, MessageState.SENDING])
        return db.session.scalar(select(func.count()).select_from(Message).where(waiting)) or 0


def _count(app: Flask, state: MessageState) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message).where(Message.state == state)) or 0


def _states(app: Flask) -> str:
    with app.app_context():
        grouped = select(Message.state, Message.channel, Message.failure, func.count())
        return str(db.session.execute(grouped.group_by(Message.state, Message.channel, Message.failure)).all())
