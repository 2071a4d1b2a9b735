"""A town to open pages in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.frozen import Clock
from tests.rides.walking import Town, make_town


@pytest.fixture
def town(session: Session, clock: Clock) -> Town:
    """Rules in force, somebody who may ride, a place and a car, on a Monday morning."""
    clock.at("2026-06-15 08:00")
    return make_town(session, phones=("600 100 200",))
