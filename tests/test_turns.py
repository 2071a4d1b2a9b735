"""Writers on SQLite take turns, and do without where turns cannot be had."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import transaction
from services_app.web.models import Throttle
from tests.at_once import at_once

pytestmark = pytest.mark.database

WRITERS = 12


def write(name: str) -> None:
    with transaction() as session:
        session.add(Throttle(key_hash=name, window_began_at=clock.now(), tries=0))


def written(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(select(Throttle.key_hash)))


def test_many_writers_at_once_all_come_to_their_turn(app: Flask, session: Session) -> None:
    def writer(number: int) -> Callable[[], int]:
        def deed() -> int:
            for turn in range(5):
                write(f"{number}-{turn}")
            return number

        return deed

    session.rollback()
    assert at_once(app, [writer(number) for number in range(WRITERS)]) == list(range(WRITERS))
    assert written(session) == {f"{number}-{turn}" for number in range(WRITERS) for turn in range(5)}


def test_a_file_system_without_locks_is_written_to_at_once(
    session: Session, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL nobody waits for a turn")
    asked = []

    def no_locks(file: int, _how: int) -> None:
        asked.append(file)
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    write("a")
    assert len(asked) == 1, "asking again would not help"
    assert written(session) == {"a"}


def test_a_turn_file_that_cannot_be_made_is_done_without(session: Session, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL nobody waits for a turn")
    turn = Path(f"{session.get_bind().engine.url.database}-turn")
    session.rollback()
    turn.unlink(missing_ok=True)
    turn.mkdir()
    try:
        write("a")
    finally:
        turn.rmdir()
    assert written(session) == {"a"}
