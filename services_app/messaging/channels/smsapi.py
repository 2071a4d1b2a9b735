"""SMS through SMSAPI's HTTP interface (``POST /sms.do``); ``idx`` with ``check_idx`` makes a repeated send harmless.

The names of the parameters (``to``, ``from``, ``message``, ``idx``, ``check_idx``, ``notify_url``…) are those of SMSAPI's public clients.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import requests

from services_app.messaging.channels import Outcome, Outgoing, Result

ALREADY_ACCEPTED = 53
"""An earlier attempt with this ``idx`` got through although we never heard so."""
NEVER = frozenset({11, 12, 13, 17, 18, 19, 35, 51})
"""This message will never be taken: wrong number, wrong text, too many parts. Trouble with the account (101, 103, 105…) passes."""

_MOST_BYTES = 64 * 1024


class SmsApi:
    """One persistent connection to the provider; only the configured host is called, redirects are not followed."""

    def __init__(self, url: str, token: str, sender: str, notify_url: str, seconds: float) -> None:
        self.url = url.rstrip("/") + "/sms.do"
        self.fixed = {"from": sender, "encoding": "utf-8", "format": "json", "check_idx": "1", "notify_url": notify_url}
        self.seconds = seconds
        self.http = requests.Session()
        self.http.trust_env = (
            False  # no proxy and no credentials from the environment: the call goes where the configuration says
        )
        self.http.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> SmsApi:
        """As configured; without a secret for receipts no receipts are asked for."""
        secret = settings["SMS_CALLBACK_SECRET"]
        notify_url = f"{str(settings['BASE_URL']).rstrip('/')}/wiadomosci/raport/{secret}" if secret else ""
        seconds = float(settings.get("SMS_TIMEOUT_SECONDS", 10))
        return cls(settings["SMS_API_URL"], settings["SMS_API_TOKEN"], settings["SMS_SENDER"], notify_url, seconds)

    def send(self, message: Outgoing) -> Result:
        """Try once, in ten seconds at most; an answer that cannot be understood counts as none."""
        fields = {**self.fixed, "to": message.address.lstrip("+"), "message": message.body, "idx": message.key}
        until = time.monotonic() + self.seconds
        try:
            with self.http.post(
                self.url,
                data=fields,
                timeout=(self.seconds * 0.3, self.seconds * 0.7),
                allow_redirects=False,
                stream=True,
            ) as response:
                return read_answer(response.status_code, _body(response, until))
        except requests.Timeout:
            self.close()
            return Result(Outcome.TRY_LATER, reason="timeout")
        except requests.RequestException as error:
            self.close()
            return Result(Outcome.TRY_LATER, reason=type(error).__name__)

    def close(self) -> None:
        """Close the connection."""
        self.http.close()


def _body(response: requests.Response, until: float) -> bytes:
    """The answer, unless it is endless in size or in time."""
    body = b""
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > _MOST_BYTES or time.monotonic() > until:
            raise requests.Timeout("the answer does not end")
    return body


def read_answer(status: int, body: bytes) -> Result:
    """What an answer means."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Result(Outcome.TRY_LATER, reason=f"http_{status}" if status != 200 else "unreadable_answer")
    if "error" in said:
        return _error(said["error"])
    if status != 200:
        return Result(Outcome.TRY_LATER, reason=f"http_{status}")
    return _accepted(said)


def _error(code: object) -> Result:
    try:
        number = int(str(code))
    except ValueError:
        return Result(Outcome.TRY_LATER, reason="unreadable_answer")
    if number == ALREADY_ACCEPTED:
        return Result(Outcome.ACCEPTED, reason="already_accepted")
    return Result(Outcome.REFUSED if number in NEVER else Outcome.TRY_LATER, reason=f"smsapi_{number}")


def _accepted(said: Mapping[str, Any]) -> Result:
    sent = said.get("list")
    first = sent[0] if isinstance(sent, list) and sent else None
    if not isinstance(first, dict) or not first.get("id"):
        return Result(Outcome.TRY_LATER, reason="unreadable_answer")
    if first.get("error"):
        return _error(first["error"])
    return Result(Outcome.ACCEPTED, provider_id=str(first["id"])[:80])
