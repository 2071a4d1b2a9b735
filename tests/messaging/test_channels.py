"""The senders against a gateway and a mail server that misbehave to order."""

from __future__ import annotations

import email
import email.policy
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from config import for_tests
from services_app.messaging.channels import NoSender, OnScreen, Outcome, Outgoing, sender_for
from services_app.messaging.channels.smsapi import NEVER, SmsApi, read_answer
from services_app.messaging.channels.smtp import Smtp, written
from services_app.messaging.terms import Channel
from tests import gateway as faults
from tests.gateway import Gateway, gateway, settings_of
from tests.processes import free_port

SMS = Outgoing(1, "1xabc", Channel.SMS, "ride_confirmed", "pl", "+48600100200", None, "MOPR: 9:10 wyjazd z domu")
LETTER = Outgoing(
    2,
    "2xdef",
    Channel.E_MAIL,
    "ride_confirmed",
    "pl",
    "janina@poczta.example",
    "Przejazd w środę",
    "Zażółć gęślą jaźń.\nDrugi wiersz.",
)


@pytest.fixture
def sms() -> Iterator[Gateway]:
    """A gateway."""
    with gateway() as made:
        yield made


def sender_to(sms: Gateway, seconds: float = 2.0) -> SmsApi:
    """A sender with little patience."""
    return SmsApi(sms.url, faults.TOKEN, "MOPR", "https://localhost/raport", seconds)


def test_an_sms_goes_out_as_smsapi_wants_it(sms: Gateway) -> None:
    result = sender_to(sms).send(SMS)
    assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, "SIM00000001")
    sent = sms.ledger.accepted["1xabc"]
    assert sent["to"] == "48600100200"
    assert sent["from"] == "MOPR"
    assert sent["message"] == SMS.body
    assert (sent["check_idx"], sent["format"], sent["encoding"]) == ("1", "json", "utf-8")
    assert sent["notify_url"] == "https://localhost/raport"


def test_the_same_key_twice_counts_as_accepted_and_is_sent_once(sms: Gateway) -> None:
    sender = sender_to(sms)
    outcomes = [sender.send(SMS).outcome for _attempt in range(3)]
    assert outcomes == [Outcome.ACCEPTED] * 3
    assert len(sms.ledger.accepted) == 1
    assert sms.ledger.doubled == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.ERROR_500, "http_500"), (faults.BUSY_429, "http_429"), (faults.GARBAGE, "unreadable_answer"),
        (faults.ACCEPT_AND_500, "http_500"), (faults.DOWN, "ConnectionError"), (faults.ACCEPT_AND_DROP, "ConnectionError"),
    ],
)  # fmt: skip
def test_what_can_be_recovered_from_is_tried_later(sms: Gateway, fault: str, reason: str) -> None:
    sms.order(fault, times=1)
    sender = sender_to(sms)
    result = sender.send(SMS)
    assert (result.outcome, result.reason) == (Outcome.TRY_LATER, reason)
    assert sender.send(SMS).outcome is Outcome.ACCEPTED
    assert sms.ledger.doubled == []


@pytest.mark.parametrize("fault", [faults.SLOW, faults.ACCEPT_AND_HANG])
def test_a_silent_gateway_is_not_waited_for(sms: Gateway, fault: str) -> None:
    sms.order(fault, times=1, seconds=60)
    began = time.monotonic()
    assert sender_to(sms, seconds=1.0).send(SMS).reason == "timeout"
    assert time.monotonic() - began < 30, "it gave up long before the gateway would have answered"


@pytest.mark.parametrize("code", [11, 12, 13, 17, 18, 19, 35, 51])
def test_a_refused_number_or_text_is_final(sms: Gateway, code: int) -> None:
    assert code in NEVER
    sms.order(faults.REFUSE, times=1, code=code)
    assert sender_to(sms).send(SMS).outcome is Outcome.REFUSED


@pytest.mark.parametrize("code", [101, 103, 105, 201, 999])
def test_trouble_with_the_account_passes(sms: Gateway, code: int) -> None:
    sms.order(faults.REFUSE, times=1, code=code)
    result = sender_to(sms).send(SMS)
    assert (result.outcome, result.reason) == (Outcome.TRY_LATER, f"smsapi_{code}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"count":0,"list":[]}',
        b'{"list":[{}]}',
        b'{"error":"x"}',
        b"ERROR:11",
        b'{"list":{"id":1}}',
    ],
)
def test_an_answer_that_says_nothing_counts_as_none(body: bytes) -> None:
    assert read_answer(200, body).outcome is Outcome.TRY_LATER


def test_a_redirect_is_not_followed(sms: Gateway) -> None:
    result = read_answer(302, b"")
    assert (result.outcome, result.reason) == (Outcome.TRY_LATER, "http_302")


def test_a_wrong_token_is_told(sms: Gateway) -> None:
    result = SmsApi(sms.url, "wrong", "MOPR", "", 2).send(SMS)
    assert (result.outcome, result.reason) == (Outcome.TRY_LATER, "smsapi_101")


def test_nobody_listens() -> None:
    result = SmsApi(f"http://127.0.0.1:{free_port()}", "x", "MOPR", "", 1).send(SMS)
    assert (result.outcome, result.reason) == (Outcome.TRY_LATER, "ConnectionError")


class Post:
    """A mail server that keeps one letter for each Message-ID, as careful receivers do."""

    def __init__(self) -> None:
        self.letters: dict[str, Any] = {}
        self.received = 0
        self.connections = 0
        self.answers: list[str] = []
        self.lock = threading.Lock()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count those who come."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - as above
        """Nobody lives at ``nikt``."""
        if address.startswith("nikt"):
            return "550 no such user"
        if address.startswith("potem"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        """Take the letter."""
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self.lock:
            self.received += 1
            self.letters[str(letter["Message-ID"])] = letter
            return self.answers.pop(0) if self.answers else "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, dict[str, Any]]]:
    """A mail server and the settings that lead to it."""
    server = Post()
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server, {**for_tests(), "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port}
    controller.stop()


def test_a_letter_arrives_with_polish_letters(post: tuple[Post, dict[str, Any]]) -> None:
    server, settings = post
    sender = Smtp(settings)
    result = sender.send(LETTER)
    sender.close()
    assert result.outcome is Outcome.ACCEPTED
    letter = server.letters["<2xdef@mopr.example>"]
    assert letter["Subject"] == "Przejazd w środę"
    assert letter["From"] == "MOPR Kielce <taxi@mopr.example>"
    assert letter["To"] == "janina@poczta.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().split() == LETTER.body.split()


def test_many_letters_take_one_connection(post: tuple[Post, dict[str, Any]]) -> None:
    server, settings = post
    sender = Smtp(settings)
    for _number in range(5):
        assert sender.send(LETTER).outcome is Outcome.ACCEPTED
    sender.close()
    assert server.connections == 1
    assert server.received == 5
    assert len(server.letters) == 1, "the same Message-ID each time: a receiver keeps one"


@pytest.mark.parametrize(
    ("address", "outcome", "reason"),
    [("nikt@poczta.example", Outcome.REFUSED, "smtp_550"), ("potem@poczta.example", Outcome.TRY_LATER, "smtp_451")],
)
def test_a_refused_address_is_final_and_a_busy_one_is_not(
    post: tuple[Post, dict[str, Any]], address: str, outcome: Outcome, reason: str
) -> None:
    sender = Smtp(post[1])
    letter = Outgoing(3, "3x", Channel.E_MAIL, "ride_confirmed", "pl", address, "Temat", "Treść")
    result = sender.send(letter)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert sender.send(LETTER).outcome is Outcome.ACCEPTED, "the next letter is not hurt by it"
    sender.close()


def test_a_server_that_takes_and_then_fails_is_tried_later(post: tuple[Post, dict[str, Any]]) -> None:
    server, settings = post
    server.answers = ["421 going away"]
    sender = Smtp(settings)
    assert sender.send(LETTER).outcome is Outcome.TRY_LATER
    assert sender.send(LETTER).outcome is Outcome.ACCEPTED
    sender.close()
    assert len(server.letters) == 1


def test_no_mail_server_there() -> None:
    sender = Smtp({**for_tests(), "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": free_port()})
    assert sender.send(LETTER).outcome is Outcome.TRY_LATER


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: zly@evil.example", "a b@c.example"])
def test_an_address_cannot_add_a_header(address: str) -> None:
    letter = Outgoing(3, "3x", Channel.E_MAIL, "ride_confirmed", "pl", address, "Temat", "Treść")
    assert Smtp(for_tests()).send(letter).outcome is Outcome.REFUSED


def test_a_subject_cannot_add_a_header() -> None:
    letter = Outgoing(
        3, "3x", Channel.E_MAIL, "ride_confirmed", "pl", "a@b.example", "Temat\r\nBcc: zly@evil.example", "Treść"
    )
    with pytest.raises(ValueError, match="line"):
        written(letter, "taxi@mopr.example", "MOPR")
    assert Smtp(for_tests()).send(letter).outcome is Outcome.REFUSED


def test_the_configuration_chooses_the_sender(app: Flask) -> None:
    bare = {**app.config, "SMS_API_URL": "", "MAIL_SERVER": ""}
    for channel in (Channel.SMS, Channel.E_MAIL):
        assert isinstance(sender_for(channel, {**bare, "DEMO": True}), OnScreen)
        assert isinstance(sender_for(channel, {**bare, "DEMO": False}), NoSender)
    assert isinstance(sender_for(Channel.SMS, {**bare, **settings_of("http://127.0.0.1:1")}), SmsApi)
    assert isinstance(sender_for(Channel.E_MAIL, {**bare, "MAIL_SERVER": "poczta"}), Smtp)
    assert OnScreen().send(SMS).outcome is Outcome.ACCEPTED
    assert NoSender().send(SMS).outcome is Outcome.TRY_LATER
