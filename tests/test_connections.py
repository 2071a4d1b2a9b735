"""Connections to PostgreSQL waiting in the pool: a dead one is replaced unseen, a living one is not asked all the time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from services_app.bounded import TRUSTED_SECONDS, BoundedConnection
from services_app.database import db


@pytest.fixture
def engine(app: Flask, database_kind: str) -> Engine:
    """The product's own engine."""
    if database_kind != "postgresql":
        pytest.skip("SQLite has no server that could go away")
    with app.app_context():
        return db.engine


def used(engine: Engine) -> tuple[int, BoundedConnection]:
    """Ask something on a pooled connection and give it back; the server's number of it, and the connection."""
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()), raw


def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a connection is asked beside the product's own questions: whether it is alive."""
    asked: list[str] = []
    plain = BoundedConnection.execute

    def execute(self: BoundedConnection, query: Any, *more: Any, **named: Any) -> Any:
        asked.append(query)
        return plain(self, query, *more, **named)

    monkeypatch.setattr(BoundedConnection, "execute", execute)
    return asked


def test_one_that_answered_a_moment_ago_is_not_asked_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    pid, raw = used(engine)
    asked = questions(monkeypatch)
    raw.answered_at = time.monotonic()
    assert used(engine)[0] == pid
    assert asked == []


def test_one_that_rested_is_asked_and_goes_on_as_it_was(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    pid, raw = used(engine)
    asked, patience = questions(monkeypatch), raw.answer_seconds
    raw.answered_at = time.monotonic() - TRUSTED_SECONDS
    assert used(engine)[0] == pid
    assert asked == [""]
    assert (raw.answer_seconds, raw.autocommit) == (patience, False)


@pytest.mark.parametrize("rested", [0, TRUSTED_SECONDS])
def test_one_the_server_has_ended_is_replaced_before_anybody_meets_it(engine: Engine, rested: float) -> None:
    pid, raw = used(engine)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as held, engine.connect() as other:
        for one in (held, other):
            mine = int(one.execute(text("SELECT pg_backend_pid()")).scalar_one())
            if mine != pid:
                one.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
                break
    raw.answered_at = time.monotonic() - rested
    assert used(engine)[0] != pid


def test_one_given_up_a_moment_ago_is_not_handed_out(engine: Engine) -> None:
    pid, raw = used(engine)
    raw.answered_at = time.monotonic()
    raw.close()
    assert used(engine)[0] != pid
