"""F9: clocks that change, jump and stand in another zone: each reminder once, at its local hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.outbox import gateway_process, queue_reminders, still_to_send
from services_app import clock as real_clock
from services_app.messaging.actions import queue_message
from services_app.messaging.terms import MessageState
from services_app.reminders import jobs
from tests.databases import WorkersDatabase
from tests.factories.messaging import RIDE_VALUES, a_recipient, all_messages, send_everything_due
from tests.frozen import Clock, warsaw
from tests.gateway import Gateway, asked_for_ledger, gateway, settings_of
from tests.processes import scheduler
from tests.settings import app_on, environment_for

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def morning_source(mornings: list[datetime]) -> jobs.ReminderSource:
    """A reminder for each morning, told from an hour before."""
    people = {morning: a_recipient() for morning in mornings}

    def queue(morning: datetime, now: datetime, session: Session) -> bool:
        return queue_message(
            session, "ride_morning", people[morning], RIDE_VALUES, dedupe_key=f"morning:{morning.isoformat()}", now=now, due_at=morning,
            expires_at=morning + timedelta(hours=3),
        )  # fmt: skip

    def due(_session: Session, *, now: datetime) -> Iterator[jobs.Queue]:
        for morning in mornings:
            if morning - timedelta(hours=1) <= now < morning + timedelta(hours=3):
                yield partial(queue, morning, now)

    return due


@pytest.fixture
def sms(app: Flask) -> Iterator[Gateway]:
    """A gateway the app sends through, and no other source of reminders."""
    kept = list(app.extensions["reminder_sources"])
    app.extensions["reminder_sources"].clear()
    with gateway() as made:
        app.config.update(settings_of(made.url))
        yield made
    app.extensions["reminder_sources"][:] = kept


def tick(app: Flask) -> None:
    """What the scheduler does at one moment."""
    jobs.queue_reminders(app)
    jobs.sweep(app)
    send_everything_due(app)


@pytest.mark.parametrize("night", ["2026-10-24", "2027-03-27", "2026-12-30", "2028-02-28"])
def test_a_reminder_goes_once_at_its_local_hour_over_the_night(
    app: Flask, session: Session, clock: Clock, sms: Gateway, night: str
) -> None:
    evening = warsaw(f"{night} 22:00")
    first = warsaw(f"{night} 07:00")
    second = (datetime.fromisoformat(night) + timedelta(days=1)).strftime("%Y-%m-%d 07:00")
    app.extensions["reminder_sources"].append(morning_source([first, warsaw(second)]))
    now = evening
    while now < warsaw(second) + timedelta(hours=1):
        clock.at(now, runs=True)
        tick(app)
        now += timedelta(minutes=30)
    sent = [message for message in all_messages(session) if message.state is MessageState.SENT]
    assert len(sms.ledger.accepted) == len(sent) == 1
    assert sms.ledger.doubled == []
    assert sent[0].sent_at is not None
    assert timedelta(0) <= sent[0].sent_at - warsaw(second) < timedelta(minutes=1)


def test_a_clock_set_back_two_hours_says_nothing_twice(
    app: Flask, session: Session, clock: Clock, sms: Gateway
) -> None:
    morning = warsaw("2026-11-24 07:00")
    app.extensions["reminder_sources"].append(morning_source([morning]))
    for at in ("07:00", "07:30", "05:30", "06:30", "07:00", "07:30"):
        clock.at(f"2026-11-24 {at}", runs=True)
        tick(app)
    assert len(sms.ledger.accepted) == 1
    assert len(sms.ledger.attempts) == 1
    assert len(all_messages(session)) == 1


def test_a_clock_set_forward_three_hours_skips_only_what_lost_its_use(
    app: Flask, session: Session, clock: Clock, sms: Gateway
) -> None:
    early, late = warsaw("2026-11-24 07:00"), warsaw("2026-11-24 09:00")
    app.extensions["reminder_sources"].append(morning_source([early, late]))
    clock.at("2026-11-24 06:30", runs=True)
    tick(app)
    clock.at("2026-11-24 10:00", runs=True)
    tick(app)
    states = {message.dedupe_key: message.state for message in all_messages(session)}
    assert states == {
        f"morning:{early.isoformat()}": MessageState.EXPIRED, f"morning:{late.isoformat()}": MessageState.SENT,
    }  # fmt: skip


def test_a_late_tick_sends_once(app: Flask, session: Session, clock: Clock, sms: Gateway) -> None:
    morning = warsaw("2026-11-24 07:00")
    app.extensions["reminder_sources"].append(morning_source([morning]))
    clock.at("2026-11-24 09:59", runs=True)
    ticks = [threading.Thread(target=_tick_in_context, args=(app,)) for _number in range(3)]
    for one in ticks:
        one.start()
    for one in ticks:
        one.join(30)
    session.rollback()
    assert len(sms.ledger.accepted) == 1
    assert sms.ledger.doubled == []


def _tick_in_context(app: Flask) -> None:
    with app.app_context():
        tick(app)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_process_in_another_zone_over_the_october_night(
    database: WorkersDatabase, tmp_path: Path, zone: str
) -> None:
    """The real process under libfaketime: it begins at 2:59:50 of the night that has 25 hours, ten seconds before 2:00 comes again."""
    assert FAKETIME.exists(), "Debian's package libfaketime is missing (./dev test installs it)"
    began = warsaw("2026-10-25 02:59:50") - timedelta(hours=1)
    with gateway_process() as gateway_url, app_on(database.another(f"zone_{zone[:3].lower()}"), tmp_path) as app:
        _queue_at(app, began)
        environment = environment_for(
            str(app.config["DATABASE_URL"]), tmp_path, TZ=zone, LD_PRELOAD=str(FAKETIME), FAKETIME_DONT_FAKE_MONOTONIC="1",
            FAKETIME=f"@{_as_local(began, zone)}", **settings_of(gateway_url),
        )  # fmt: skip
        with scheduler(environment, tmp_path / "zone.log") as running:
            until = time.monotonic() + 180
            while still_to_send(app) and time.monotonic() < until:
                time.sleep(0.3)
            assert still_to_send(app) == 0, running.output()[-2000:]
        ledger = asked_for_ledger(gateway_url)
    assert (len(ledger["accepted"]), ledger["doubled"]) == (20, [])


def _queue_at(app: Flask, moment: datetime) -> None:
    clock = Clock()
    clock.at(moment)
    try:
        queue_reminders(app, 20)
        assert real_clock.now() == moment
    finally:
        clock.release()


def _as_local(moment: datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
