"""What the provider reports: doubled, late, out of order, forged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.messaging import queries
from services_app.messaging.models import Message
from services_app.messaging.receipts import receipts_in
from services_app.messaging.terms import MessageState
from tests import gateway as faults
from tests.factories.messaging import a_message, all_messages, send_everything_due
from tests.gateway import Gateway, gateway, settings_of
from tests.page import Page

PATH = "/wiadomosci/raport/tests"


@pytest.fixture
def sms(app: Flask) -> Iterator[Gateway]:
    """A gateway the app sends through."""
    with gateway() as made:
        app.config.update(settings_of(made.url))
        yield made


def sent_one(app: Flask, sms: Gateway) -> tuple[Message, str]:
    """A message that went out, and its key."""
    message = a_message()
    send_everything_due(app)
    return message, list(sms.ledger.accepted)[-1]


def state_of(session: Session) -> MessageState:
    """The state of the first message."""
    return all_messages(session)[0].state


def report(page: Page, receipt: Mapping[str, str]) -> None:
    """The provider calls."""
    assert page.get(f"{PATH}?{urlencode(receipt)}").body == b"OK"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_report_of_delivery_is_taken(app: Flask, session: Session, page: Page, sms: Gateway, method: str) -> None:
    _message, key = sent_one(app, sms)
    receipt = sms.receipt(key)
    answer = page.client.open(
        PATH,
        method=method,
        base_url="https://localhost",
        **({"query_string": receipt} if method == "GET" else {"data": receipt}),
    )
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "OK")
    assert state_of(session) is MessageState.DELIVERED


def test_doubled_and_disordered_reports_change_nothing_more(
    app: Flask, session: Session, page: Page, sms: Gateway
) -> None:
    _message, key = sent_one(app, sms)
    for status in (faults.DELIVERED, faults.DELIVERED, faults.SENT, faults.UNDELIVERED, "402"):
        report(page, sms.receipt(key, status))
        assert state_of(session) is MessageState.DELIVERED
    assert len(queries.history_of(session, all_messages(session)[0].id)) == 2
    assert queries.open_call_count(session, now=real_clock.now()) == 0


def test_a_phone_that_never_answered_becomes_a_call_once(
    app: Flask, session: Session, page: Page, sms: Gateway
) -> None:
    _message, key = sent_one(app, sms)
    for _time in range(2):
        report(page, sms.receipt(key, faults.UNDELIVERED))
    report(page, sms.receipt(key, faults.DELIVERED))
    assert state_of(session) is MessageState.PERMANENT_FAILURE
    assert queries.open_call_count(session, now=real_clock.now()) == 1


def test_several_reports_come_in_one_call(app: Flask, session: Session, page: Page, sms: Gateway) -> None:
    for _number in range(3):
        a_message()
    send_everything_due(app)
    report(page, sms.receipts(list(sms.ledger.accepted)))
    assert {message.state for message in all_messages(session)} == {MessageState.DELIVERED}


def test_a_report_tells_the_id_when_the_answer_was_lost(app: Flask, session: Session, page: Page, sms: Gateway) -> None:
    sms.order(faults.ACCEPT_AND_DROP, times=1)
    _message, key = sent_one(app, sms)
    assert state_of(session) is MessageState.TEMPORARY_FAILURE
    report(page, sms.receipt(key))
    message = all_messages(session)[0]
    assert (message.state, message.provider_id) == (MessageState.DELIVERED, "SIM00000001")


def test_a_wrong_secret_finds_no_page(app: Flask, session: Session, page: Page, sms: Gateway) -> None:
    _message, key = sent_one(app, sms)
    assert (
        page.client.get(
            "/wiadomosci/raport/wrong", query_string=sms.receipt(key), base_url="https://localhost"
        ).status_code
        == 404
    )
    app.config["SMS_CALLBACK_SECRET"] = ""
    assert page.client.get("/wiadomosci/raport/", base_url="https://localhost").status_code == 404
    assert state_of(session) is MessageState.SENT


@pytest.mark.parametrize("key", ["1x000000000000000000000000", "1", "x", "9999999999x1", "-1x", "٣x", "1x' OR 1=1"])
def test_a_forged_or_unknown_key_moves_nothing(
    app: Flask, session: Session, page: Page, sms: Gateway, key: str
) -> None:
    sent_one(app, sms)
    report(page, {"idx": key, "status": "404", "MsgId": "X"})
    assert state_of(session) is MessageState.SENT


def test_a_report_that_says_nothing_is_answered_too(page: Page) -> None:
    assert page.get(PATH).body == b"OK"
    report(page, {"idx": "1x", "status": ""})


def test_fields_that_do_not_match_are_left_out() -> None:
    assert [receipt.key for receipt in receipts_in({"idx": "a,b,c", "status": "404,404", "MsgId": "1"})] == ["a", "b"]
    assert list(receipts_in({})) == []
    assert len(list(receipts_in({"idx": ",".join("a" * 99), "status": ",".join(["404"] * 99)}))) == 50
