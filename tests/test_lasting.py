"""What must outlive a power cut waits for the disk; what need not, keeps nobody waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from services_app.database import transaction
from tests.settings import let_go

pytestmark = pytest.mark.database


@pytest.fixture
def careful(app: Flask, session: Session) -> Iterator[None]:
    """The server the tests run on forgets, to be quick; this connection is told not to."""
    if session.get_bind().dialect.name == "sqlite":
        yield
        return
    let_go(app)  # so that there is one connection, and it is the one used below
    session.execute(text("SET synchronous_commit TO on"))
    session.commit()
    yield
    session.execute(text("RESET synchronous_commit"))
    session.commit()


def how_it_is_saved(session: Session) -> str:
    """What the database says of the transaction that is open now."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return str(session.scalar(text("PRAGMA synchronous" if sqlite else "SHOW synchronous_commit")))


@pytest.mark.usefixtures("careful")
def test_a_booking_waits_for_the_disk_and_a_reading_does_not_and_neither_leaves_anything_behind() -> None:
    said = []
    for lasting in (True, False, True, False):
        with transaction(lasting=lasting) as writing:
            said.append(how_it_is_saved(writing))
    assert said in (["2", "1", "2", "1"], ["on", "off", "on", "off"])
