"""What no test may do unseen: reach outside this machine, or write to the database while answering a GET."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import has_request_context, request
from sqlalchemy import Engine, event, make_url

from tests.databases import WorkersDatabase, written_table

MAY_BE_WRITTEN_BY_A_GET = frozenset({"journal_entries", "journal_heads"})
"""That somebody opened a file is noted in the journal; nothing else."""
A_GET_MAY_WRITE = frozenset({"messaging.receipts"})
"""Called by the SMS provider's machine, which reports with GET; a secret in the path and a key in each report keep browsers out."""


class WroteDuringGet(AssertionError):
    """A GET changed the database."""


class ReachedOutside(AssertionError):
    """Something tried to leave this machine."""


class WriteGuard:
    """Watches every statement of this process: notes what is written, and refuses writes that answer a GET."""

    def __init__(self, database: WorkersDatabase) -> None:
        self.database = database
        self.url = make_url(database.url)
        self.offences: list[str] = []

    def watch(self, connection: Any, cursor: Any, statement: str, *_rest: object) -> None:
        """Called by SQLAlchemy before each statement."""
        table = written_table(statement)
        if table is None:
            return
        if connection.engine.url == self.url:
            self.database.note_written(table)
        if table in MAY_BE_WRITTEN_BY_A_GET or not has_request_context() or request.endpoint in A_GET_MAY_WRITE:
            return
        if request.method in ("GET", "HEAD"):
            offence = f"GET {request.path} writes to {table}"
            self.offences.append(offence)
            raise WroteDuringGet(offence)

    def report(self) -> None:
        """Fail the test that met an offence, also when the page hid it behind an error page."""
        offences, self.offences = self.offences, []
        if offences:
            raise WroteDuringGet("; ".join(offences))


@contextmanager
def writes_watched(database: WorkersDatabase) -> Iterator[WriteGuard]:
    """A guard over every engine of this process."""
    guard = WriteGuard(database)
    event.listen(Engine, "before_cursor_execute", guard.watch)
    try:
        yield guard
    finally:
        event.remove(Engine, "before_cursor_execute", guard.watch)


def is_here(host: object) -> bool:
    """Whether an address is on this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def stay_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every look-up and connection of this process that leads outside."""
    monkeypatch.setattr(socket.socket, "connect", _inside_only(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _inside_only(socket.socket.connect_ex))
    really_look_up = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        if not is_here(host):
            raise ReachedOutside(f"look-up of {host!r}")
        return really_look_up(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _inside_only(connect: Callable[..., Any]) -> Callable[..., Any]:
    def connect_inside(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            raise ReachedOutside(f"connection to {address!r}")
        return connect(self, address)

    return connect_inside
