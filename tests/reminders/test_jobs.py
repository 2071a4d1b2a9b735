"""The jobs of the scheduler, and whether anybody runs them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from services_app import clock as real_clock
from services_app.database import db, transaction
from services_app.messaging.actions import forget_secrets, queue_message
from services_app.messaging.models import Heartbeat, Message
from services_app.messaging.terms import Channel, MessageState
from services_app.reminders import actions, jobs, queries
from services_app.reminders.scheduler import guarded, listen_for_the_end, made_scheduler, run_until_told, trigger_of
from services_app.web.models import AnsweredRequest
from tests.factories.messaging import RIDE_VALUES, a_message, a_recipient, all_messages
from tests.frozen import Clock, warsaw
from tests.gateway import gateway, settings_of


def source_of(keys: list[str], broken: str = "") -> jobs.ReminderSource:
    """A feature with reminders under these keys; the broken one cannot be written."""

    def queue(key: str, now: datetime, session: Session) -> bool:
        values = {} if key == broken else RIDE_VALUES
        return queue_message(
            session, "ride_day_before", a_recipient(), values, dedupe_key=key, now=now, expires_at=now + timedelta(days=1)
        )  # fmt: skip

    def due(_session: Session, *, now: datetime) -> Iterator[jobs.Queue]:
        for key in keys:
            yield partial(queue, key, now)

    return due


@pytest.fixture
def sources(app: Flask) -> Iterator[list[Any]]:
    """The features' sources, empty for the test."""
    kept = list(app.extensions["reminder_sources"])
    app.extensions["reminder_sources"].clear()
    yield app.extensions["reminder_sources"]
    app.extensions["reminder_sources"][:] = kept


def test_each_reminder_is_queued_once_however_often_the_clock_ticks(
    app: Flask, session: Session, sources: list[Any]
) -> None:
    sources += [source_of([f"a{number}" for number in range(150)]), source_of(["b"])]
    assert jobs.queue_reminders(app) == 151
    assert jobs.queue_reminders(app) == 0
    assert len(all_messages(session)) == 151


def test_one_reminder_that_cannot_be_written_stops_no_other(app: Flask, session: Session, sources: list[Any]) -> None:
    sources.append(source_of(["a", "b", "c"], broken="b"))
    assert jobs.queue_reminders(app) == 2
    assert [message.dedupe_key for message in all_messages(session)] == ["a", "c"]


def test_due_messages_go_out_by_the_jobs(app: Flask, session: Session) -> None:
    app.extensions.pop("outbox_worker", None)
    with gateway() as sms:
        app.config.update(settings_of(sms.url))
        for _number in range(30):
            a_message()
        assert jobs.send_sms(app) == 30
        assert jobs.send_sms(app) == 0
        jobs.worker_in(app).stop()
    app.extensions.pop("outbox_worker")
    assert len(sms.ledger.accepted) == 30
    assert {message.state for message in all_messages(session)} == {MessageState.SENT}


def test_a_letter_without_a_mail_server_waits(app: Flask, session: Session) -> None:
    a_message(recipient=a_recipient(channel=Channel.E_MAIL))
    assert jobs.send_e_mail(app) == 1
    jobs.worker_in(app).stop()
    app.extensions.pop("outbox_worker")
    assert all_messages(session)[0].failure == "channel_not_set_up"


def test_the_alarm_rings_after_five_silent_minutes(session: Session) -> None:
    now = real_clock.now()
    assert not queries.scheduler_alive(session, now=now)
    for _beat in range(2):
        with transaction() as saved:
            actions.beat(saved, "here:1", began_at=now, now=now)
    assert queries.last_heartbeat(session) == now
    assert queries.scheduler_alive(session, now=now + timedelta(minutes=5))
    assert not queries.scheduler_alive(session, now=now + timedelta(minutes=5, seconds=1))


@pytest.fixture
def hooks(app: Flask) -> Iterator[list[Any]]:
    """The features' nightly hooks; what a test adds goes again."""
    kept = list(app.extensions["retention_hooks"])
    yield app.extensions["retention_hooks"]
    app.extensions["retention_hooks"][:] = kept


def test_what_nobody_needs_is_removed(app: Flask, session: Session, clock: Clock, hooks: list[Any]) -> None:
    now = clock.at("2026-11-23 03:10")
    with transaction() as saved:
        for key, age in (("old", timedelta(days=7, seconds=1)), ("new", timedelta(days=7))):
            saved.add(AnsweredRequest(request_key=key, location="/", answered_at=now - age))
        for name, age in (("old", timedelta(days=1, seconds=1)), ("new", timedelta(days=1))):
            actions.beat(saved, name, began_at=now, now=now - age)
    used = a_message("sign_in_code", {"code": "204816"}, expires_at=now - timedelta(seconds=1))
    valid = a_message("sign_in_code", {"code": "204817"}, expires_at=now + timedelta(minutes=1))
    ride = a_message(expires_at=now - timedelta(days=1))
    hooked: list[datetime] = []
    hooks.append(lambda _session, *, now: hooked.append(now))
    jobs.clean_up(app)
    session.rollback()
    assert session.scalars(select(AnsweredRequest.request_key)).all() == ["new"]
    assert session.scalars(select(Heartbeat.process)).all() == ["new"]
    words = {message.id: message.body for message in all_messages(session)}
    assert words[used.id] == ""
    assert "204817" in words[valid.id]
    assert words[ride.id]
    assert hooked == [now]


def test_one_nightly_step_that_fails_is_logged_and_stops_no_other(
    app: Flask, session: Session, hooks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, ran = real_clock.now(), []

    def broken(own: Session, *, now: datetime) -> None:
        actions.beat(own, "half done", began_at=now, now=now)
        raise RuntimeError("Janina Testowa")

    def leaves_a_trace(own: Session, *, now: datetime) -> None:
        ran.append("after")
        actions.beat(own, "done", began_at=now, now=now)

    secret = a_message("sign_in_code", {"code": "204816"}, now=now - timedelta(1), expires_at=now - timedelta(hours=1))
    monkeypatch.setattr(actions, "remove_leavings", broken)
    hooks.insert(0, leaves_a_trace)
    hooks.insert(1, broken)
    hooks.append(leaves_a_trace)
    with capture_logs() as logs:
        jobs.clean_up(app)
    session.rollback()
    failed = [entry for entry in logs if entry["event"] == "job_failed"]
    assert (
        failed == [{"event": "job_failed", "log_level": "error", "job": "clean_up:broken", "error": "RuntimeError"}] * 2
    )
    assert ran == ["after", "after"]
    assert session.scalars(select(Heartbeat.process)).all() == ["done"]
    assert session.get_one(Message, secret.id).body == ""


def test_a_standstill_is_caught_up_in_portions(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    now = real_clock.now()
    monkeypatch.setattr(jobs, "FORGOTTEN_AT_ONCE", 2)
    for _number in range(4):
        a_message("sign_in_code", {"code": "204816"}, now=now - timedelta(1), expires_at=now - timedelta(hours=1))
    jobs.clean_up(app)
    assert [message.body for message in all_messages(session)] == [""] * 4


def test_what_is_forgotten_is_not_forgotten_again(session: Session) -> None:
    now = real_clock.now()
    a_message("sign_in_code", {"code": "204816"}, now=now - timedelta(1), expires_at=now - timedelta(hours=1))
    session.rollback()
    for forgotten in (1, 0):
        with transaction() as own:
            assert forget_secrets(own, now=now, most=500) == forgotten


def test_forgetting_looks_at_nothing_that_is_forgotten_or_no_secret(session: Session) -> None:
    session.rollback()
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    with transaction() as own:
        forget_secrets(own, now=real_clock.now(), most=500)
    event.remove(engine, "before_cursor_execute", note)
    (forgetting,) = [statement for statement in statements if statement.startswith("UPDATE")]
    assert "subject_kind IN" in forgetting, (
        "led by ix_messages_subject: whoever was forgotten is about nothing any more"
    )


def test_the_sweep_is_a_job(app: Flask, session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now)
    with transaction() as saved:
        row = saved.get_one(Message, message.id)
        row.state, row.lease, row.leased_until = MessageState.SENDING, "dead", now - timedelta(seconds=1)
    assert jobs.sweep(app) == 1


def test_jobs_are_registered_with_their_times(app: Flask) -> None:
    registered = {job.name: job.when for job in jobs.jobs_of(app)}
    assert {"reminders", "send_sms", "send_e_mail", "sweep", "clean_up"} <= set(registered)
    scheduler = made_scheduler(app)
    assert {job.id for job in scheduler.get_jobs()} == {*registered, "heartbeat"}
    assert all(job.name == job.id for job in scheduler.get_jobs()), "the logs call a job by its name"


@pytest.mark.parametrize(
    ("from_", "until"), [("2026-10-24 12:00", "2026-10-25 03:10"), ("2027-03-27 12:00", "2027-03-28 03:10")]
)
def test_a_nightly_job_keeps_its_hour_when_the_clock_changes(from_: str, until: str) -> None:
    assert trigger_of("10 3 * * *").get_next_fire_time(None, warsaw(from_)) == warsaw(until)


def test_a_job_in_trouble_lives_to_see_its_next_turn(app: Flask) -> None:
    turns: list[int] = []

    def job(_app: Flask) -> None:
        turns.append(1)
        raise RuntimeError("the database is away")

    run = guarded(app, jobs.Job("broken", 1, job))
    run()
    run()
    assert len(turns) == 2


def test_the_scheduler_beats_sends_and_stops_when_told(app: Flask, session: Session) -> None:
    app.extensions.pop("outbox_worker", None)
    with gateway() as sms:
        app.config.update(settings_of(sms.url))
        for _number in range(10):
            a_message()
        told = threading.Event()
        process = threading.Thread(target=run_until_told, args=(app, told))
        process.start()
        for _wait in range(200):
            session.rollback()
            if queries.last_heartbeat(session) is not None and len(sms.ledger.accepted) == 10:
                break
            told.wait(0.05)
        told.set()
        process.join(20)
        assert not process.is_alive()
    app.extensions.pop("outbox_worker")
    session.rollback()
    assert queries.scheduler_alive(session, now=real_clock.now())
    held = select(func.count()).select_from(Message).where(Message.state == MessageState.SENDING)
    assert session.scalar(held) == 0


def test_a_second_signal_in_the_middle_of_the_first_does_no_harm() -> None:
    calls: list[int] = []

    class Interrupted(threading.Event):
        def set(self) -> None:
            calls.append(1)
            if len(calls) < 3:
                signal.raise_signal(signal.SIGTERM)
            super().set()

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    told = Interrupted()
    try:
        listen_for_the_end(told)
        signal.raise_signal(signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert told.is_set()
    assert calls == [1]
