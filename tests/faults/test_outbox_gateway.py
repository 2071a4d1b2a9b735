"""F4: a gateway that is down, slow, or accepts without a word: nothing is lost, nothing doubled, and in the end a person is asked."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.messaging import queries
from services_app.messaging.policy.sending import TRIES
from services_app.messaging.terms import Channel, MessageState
from services_app.messaging.worker import Worker
from services_app.reminders import jobs
from tests import gateway as faults
from tests.factories.messaging import a_message, all_messages, send_everything_due
from tests.faults.patience import on_this_machine
from tests.frozen import Clock
from tests.gateway import gateway, settings_of

RECOVERABLE = [
    faults.DOWN,
    faults.ERROR_500,
    faults.BUSY_429,
    faults.GARBAGE,
    faults.ACCEPT_AND_500,
    faults.ACCEPT_AND_DROP,
    faults.MIXED,
]
COUNT = 40


@pytest.mark.parametrize("fault", RECOVERABLE)
def test_every_message_arrives_once_after_the_trouble(app: Flask, session: Session, clock: Clock, fault: str) -> None:
    began = clock.at("2026-11-23 10:00", runs=True)
    with gateway() as sms:
        app.config.update(settings_of(sms.url))
        for _number in range(COUNT):
            a_message(expires_at=began + timedelta(days=2))
        sms.order(fault, times=2 * COUNT)
        for _round in range(TRIES):
            send_everything_due(app)
            clock.at(real_clock.now() + timedelta(hours=5), runs=True)
        assert len(sms.ledger.accepted) == COUNT
        assert sms.ledger.doubled == []
        assert len(sms.ledger.attempts) >= COUNT
    assert {message.state for message in all_messages(session)} == {MessageState.SENT}
    assert queries.open_call_count(session, now=real_clock.now()) == 0


def test_a_gateway_down_for_good_ends_in_one_call_each(app: Flask, session: Session, clock: Clock) -> None:
    began = clock.at("2026-11-23 10:00", runs=True)
    with gateway() as sms:
        app.config.update({**settings_of(sms.url), "QUIET_FROM_HOUR": 0, "QUIET_UNTIL_HOUR": 0})
        for _number in range(5):
            a_message(expires_at=began + timedelta(days=3))
        sms.order(faults.DOWN)
        for _round in range(TRIES + 3):
            send_everything_due(app)
            clock.at(real_clock.now() + timedelta(hours=4, minutes=5), runs=True)
        assert sms.ledger.accepted == {}
    messages = all_messages(session)
    failed = [message for message in messages if message.channel is Channel.SMS]
    assert {(message.state, message.attempts) for message in failed} == {(MessageState.PERMANENT_FAILURE, TRIES)}
    assert queries.open_call_count(session, now=real_clock.now()) == len(failed) == 5
    assert queries.failed_count(session, now=real_clock.now()) == 5


def test_a_hanging_gateway_costs_ten_seconds_a_call_and_doubles_nothing(
    app: Flask, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00", runs=True)
    with gateway() as sms:
        app.config.update({**settings_of(sms.url), "SMS_TIMEOUT_SECONDS": 1})
        for _number in range(8):
            a_message()
        sms.order(faults.ACCEPT_AND_HANG, times=8, seconds=3)
        worker = Worker(app)
        began = time.monotonic()
        worker.drain(Channel.SMS)
        assert time.monotonic() - began < on_this_machine(20)
        clock.at(real_clock.now() + timedelta(minutes=5), runs=True)
        worker.drain(Channel.SMS)
        worker.stop()
        assert len(sms.ledger.accepted) == 8
        assert sms.ledger.doubled == []
    assert {message.state for message in all_messages(session)} == {MessageState.SENT}


def test_doubled_and_disordered_callbacks_while_sending_leave_the_truth(app: Flask, session: Session) -> None:
    app.extensions.pop("outbox_worker", None)
    with gateway() as sms:
        app.config.update(settings_of(sms.url))
        for _number in range(COUNT):
            a_message()
        stop = threading.Event()

        def call_back() -> None:
            client = app.test_client()
            while not stop.is_set():
                for key in list(sms.ledger.accepted):
                    for status in (faults.DELIVERED, faults.SENT, faults.DELIVERED, faults.UNDELIVERED):
                        client.get(
                            "/wiadomosci/raport/tests",
                            query_string=sms.receipt(key, status),
                            base_url="https://localhost",
                        )

        provider = threading.Thread(target=call_back)
        provider.start()
        jobs.send_sms(app)
        for _wait in range(600):
            session.rollback()
            if {message.state for message in all_messages(session)} == {MessageState.DELIVERED}:
                break
            time.sleep(0.1)
        stop.set()
        provider.join(30)
        jobs.worker_in(app).stop()
    app.extensions.pop("outbox_worker")
    session.rollback()
    assert {message.state for message in all_messages(session)} == {MessageState.DELIVERED}
    assert sms.ledger.doubled == []


def test_a_page_is_as_quick_while_the_gateway_hangs(app: Flask, session: Session) -> None:
    """Sending is another process's work; here even in the same one a page waits for no gateway."""
    with gateway() as sms:
        app.config.update({**settings_of(sms.url), "SMS_TIMEOUT_SECONDS": 120})
        for _number in range(8):
            a_message()
        sms.order(faults.HOLD)
        worker = Worker(app)
        sending = threading.Thread(target=worker.drain, args=(Channel.SMS,))
        sending.start()
        client = app.test_client()
        client.get("/health/live", base_url="https://localhost")
        taken = []
        for _number in range(20):
            began = time.monotonic()
            assert client.get("/deklaracja-dostepnosci", base_url="https://localhost").status_code == 200
            taken.append(time.monotonic() - began)
        assert sending.is_alive(), "the gateway was hanging all the while"
        sms.let_go()
        worker.stop()
        sending.join(30)
    assert sorted(taken)[18] < on_this_machine(1.0)


def test_the_gateway_itself_catches_a_client_without_keys() -> None:
    with gateway() as sms:
        for _time in range(2):
            requests.post(
                f"{sms.url}/sms.do",
                data={"to": "48600", "message": "x", "idx": "a"},
                headers={"Authorization": "Bearer tests"},
                timeout=5,
            )
        assert sms.ledger.doubled != []
