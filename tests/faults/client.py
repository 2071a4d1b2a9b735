"""A browser without eyes, for the tests that stop and kill servers: real sockets, real forms, one cookie."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup
from flask import Flask

from services_app import clock
from services_app.database import transaction
from services_app.web.sessions import open_sign_in

COOKIE = "__Host-session"
NO_ANSWER = (OSError, http.client.HTTPException)
# Forms are read without a parser's tree: dozens of clients share one processor with the servers they measure.
_FORM = re.compile(r"<form(?P<head>[^>]*)>(?P<inside>.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass
class Answer:
    """What came back, and after how long."""

    status: int
    headers: dict[str, str]
    body: str
    seconds: float
    asked: str = ""
    """The method and the path, without the query."""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def main(self) -> str:
        """The words of the page."""
        return " ".join(BeautifulSoup(self.body, "html.parser").get_text(" ").split())

    def form(self, action: str | None) -> dict[str, list[str]]:
        """What the posting form with this address (None: the page itself) holds, a list for each name; empty without such a form."""
        for form in _FORM.finditer(self.body):
            attributes = _attributes(form["head"])
            given = attributes.get("action")
            if attributes.get("method") == "post" and (given and given.split("?")[0]) == action:
                return _controls(form["inside"])
        return {}


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _controls(form: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in _INPUT.findall(form):
        attributes = _attributes(tag)
        if "name" in attributes:
            found.setdefault(attributes["name"], []).append(attributes.get("value", ""))
    return found


class Client:
    """One person at one browser. A connection that breaks is an exception (:data:`NO_ANSWER`), never tried again by itself."""

    def __init__(self, url: str, cookie: str = "", timeout: float = 40) -> None:
        self.url, self.cookie, self.timeout = url, cookie, timeout

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        body = urlencode(fields, doseq=True).encode()
        return self.send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        began = time.monotonic()
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=self.timeout)
        try:
            connection.request(method, path, body, {"Cookie": f"{COOKIE}={self.cookie}", **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            given = {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()
        set_cookie = given.get("set-cookie", "")
        if set_cookie.startswith(COOKIE + "="):
            self.cookie = set_cookie.removeprefix(COOKIE + "=").partition(";")[0]
        return Answer(response.status, given, text, time.monotonic() - began, f"{method} {path.partition('?')[0]}")


def signed_in_cookie(app: Flask, kind: str, subject_id: int) -> str:
    """The cookie of somebody who has just signed in."""
    with app.test_request_context("/", method="POST"), transaction() as session:
        token = open_sign_in(session, kind, subject_id, now=clock.now())
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own cookie sessions have it
    kept = {"_user_id": token, "_fresh": True, "who": f"{kind}:{subject_id}", "seen": int(clock.now().timestamp())}
    return str(signer.dumps(kept))
