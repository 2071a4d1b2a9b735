"""Sent once more by staff: it really goes out again, nobody gets it twice, and nobody stops calling before it has gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.database import db, transaction
from services_app.journal.actions import Actor
from services_app.messaging import actions, outbox, queries
from services_app.messaging.models import Message
from services_app.messaging.receipts import Receipt, take_receipt
from services_app.messaging.terms import MessageState
from tests import gateway as faults
from tests.at_once import at_once
from tests.factories.messaging import a_message, all_messages, send_everything_due
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.gateway import Gateway, gateway, settings_of


@pytest.fixture
def sms(app: Flask, clock: Clock) -> Iterator[Gateway]:
    """A gateway the app sends through, at an hour when everybody is up."""
    clock.at("2026-11-23 10:00")
    with gateway() as made:
        app.config.update(settings_of(made.url))
        yield made


@pytest.fixture
def by(session: Session) -> Actor:
    """Who clicks."""
    return Actor("staff", make_staff(session).id)


def sent_keys(sms: Gateway) -> list[str]:
    """The keys the gateway has taken, in their order."""
    return list(sms.ledger.accepted)


def report(sms: Gateway, key: str, status: str) -> bool:
    """The gateway reports on a message."""
    told = sms.receipt(key, status)
    with transaction() as session:
        return take_receipt(session, Receipt(told["idx"], told["MsgId"], told["status"]), now=real_clock.now())


def click_again(message_id: int, by: Actor) -> bool:
    """Staff press the button."""
    with transaction() as session:
        return actions.send_again(session, message_id, by=by, now=real_clock.now()).allowed


def calls(session: Session) -> int:
    """How many people are to be called."""
    session.rollback()
    return queries.open_call_count(session, now=real_clock.now())


def the_message(session: Session) -> Message:
    """The first message as it stands."""
    session.rollback()
    return all_messages(session)[0]


@pytest.mark.parametrize("status", ["401", "402", "405", "406", "407", "412"])
def test_what_the_phone_did_not_take_goes_out_again(
    app: Flask, session: Session, sms: Gateway, by: Actor, status: str
) -> None:
    message = a_message()
    send_everything_due(app)
    report(sms, sent_keys(sms)[0], status)
    assert calls(session) == 1
    assert click_again(message.id, by)
    again = the_message(session)
    assert (again.state, again.provider_id, again.sent_at) == (MessageState.CREATED, None, None)
    assert calls(session) == 1, "the person is not told yet"
    send_everything_due(app)
    assert len(sent_keys(sms)) == 2, "the gateway has taken it a second time"
    assert the_message(session).provider_id == "SIM00000002"
    assert calls(session) == 0
    report(sms, sent_keys(sms)[1], faults.DELIVERED)
    assert the_message(session).state is MessageState.DELIVERED


def test_a_phone_that_refuses_again_becomes_a_call_again(
    app: Flask, session: Session, sms: Gateway, by: Actor, clock: Clock
) -> None:
    message = a_message()
    for number in range(3):
        send_everything_due(app)
        assert len(sent_keys(sms)) == number + 1
        assert calls(session) == 0
        report(sms, sent_keys(sms)[number], faults.UNDELIVERED)
        assert calls(session) == 1
        assert click_again(message.id, by)


def test_a_late_word_about_the_first_round_says_nothing_about_the_second(
    app: Flask, session: Session, sms: Gateway, by: Actor
) -> None:
    message = a_message()
    send_everything_due(app)
    first = sent_keys(sms)[0]
    report(sms, first, faults.UNDELIVERED)
    click_again(message.id, by)
    assert not report(sms, first, faults.UNDELIVERED)
    send_everything_due(app)
    for status in (faults.UNDELIVERED, faults.DELIVERED):
        assert not report(sms, first, status)
    assert the_message(session).state is MessageState.SENT


def given_up_without_an_answer(app: Flask, sms: Gateway) -> Message:
    """The gateway took it, its answer was lost, and we gave up."""
    message = a_message()
    sms.order(faults.ACCEPT_AND_DROP, times=1)
    send_everything_due(app)
    with transaction() as session:
        outbox.fail_for_good(session, session.get_one(Message, message.id), "timeout", now=real_clock.now())
    return message


def test_what_may_be_on_its_way_is_not_risked_twice(app: Flask, session: Session, sms: Gateway, by: Actor) -> None:
    message = given_up_without_an_answer(app, sms)
    click_again(message.id, by)
    send_everything_due(app)
    assert sms.ledger.attempts == sent_keys(sms) * 2
    assert the_message(session).state is MessageState.SENT
    assert calls(session) == 0


def test_what_was_reported_undelivered_after_we_gave_up_goes_out_again(
    app: Flask, session: Session, sms: Gateway, by: Actor
) -> None:
    message = given_up_without_an_answer(app, sms)
    report(sms, sent_keys(sms)[0], faults.UNDELIVERED)
    assert (the_message(session).state, the_message(session).failure) == (MessageState.PERMANENT_FAILURE, "status_405")
    click_again(message.id, by)
    send_everything_due(app)
    assert len(sent_keys(sms)) == 2


def test_the_call_stays_while_the_gateway_does_not_take_it(
    app: Flask, session: Session, sms: Gateway, by: Actor, clock: Clock
) -> None:
    message = a_message()
    send_everything_due(app)
    report(sms, sent_keys(sms)[0], faults.UNDELIVERED)
    click_again(message.id, by)
    sms.order(faults.DOWN, times=1)
    send_everything_due(app)
    assert the_message(session).state is MessageState.TEMPORARY_FAILURE
    assert calls(session) == 1
    clock.pass_by(seconds=31)
    send_everything_due(app)
    assert the_message(session).state is MessageState.SENT
    assert calls(session) == 0


def test_a_report_faster_than_the_answer_ends_the_call_too(
    app: Flask, session: Session, sms: Gateway, by: Actor
) -> None:
    message = given_up_without_an_answer(app, sms)
    click_again(message.id, by)
    assert calls(session) == 1
    assert report(sms, sent_keys(sms)[0], faults.DELIVERED)
    assert calls(session) == 0


def test_a_refused_second_round_leaves_the_one_call(app: Flask, session: Session, sms: Gateway, by: Actor) -> None:
    message = a_message()
    for _round in range(2):
        sms.order(faults.REFUSE, times=1, code=13)
        send_everything_due(app)
        assert the_message(session).failure == "smsapi_13"
        assert calls(session) == 1
        assert click_again(message.id, by)


def test_who_was_told_meanwhile_stays_told(app: Flask, session: Session, sms: Gateway, by: Actor) -> None:
    message = a_message()
    send_everything_due(app)
    report(sms, sent_keys(sms)[0], faults.UNDELIVERED)
    click_again(message.id, by)
    now = real_clock.now()
    with transaction() as saved:
        (call,) = queries.open_calls(saved, now=now)
        assert actions.mark_told(saved, call.id, by=by, now=now)
    send_everything_due(app)
    session.rollback()
    call = all_messages(session)[1]
    assert (call.state, call.told_by_id) == (MessageState.DELIVERED, by.id)


def test_two_clicks_at_once_send_it_once(app: Flask, session: Session, sms: Gateway, by: Actor) -> None:
    message = a_message()
    send_everything_due(app)
    report(sms, sent_keys(sms)[0], faults.UNDELIVERED)
    assert sorted(at_once(app, [partial(click_again, message.id, by)] * 2)) == [False, True]
    send_everything_due(app)
    assert len(sent_keys(sms)) == 2


def test_the_second_round_at_the_same_moment_has_a_key_of_its_own(session: Session, by: Actor) -> None:
    message = a_message()
    before = outbox.key_of(message.id, message.dedupe_key, message.created_at)
    with transaction() as saved:
        outbox.fail_for_good(saved, saved.get_one(Message, message.id), "status_405", now=message.created_at)
    with transaction() as saved:
        assert actions.send_again(saved, message.id, by=by, now=message.created_at - timedelta(hours=1)).allowed
    after = the_message(session)
    assert outbox.key_of(after.id, after.dedupe_key, after.created_at) != before
    db.session.rollback()
