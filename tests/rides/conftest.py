"""The office that the staff's pages are looked at from."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import Office


@pytest.fixture
def office(session: Session, page: Page, clock: Clock) -> Office:
    """A town with roomy rules and a clinic; the clock stands at its Monday morning."""
    return Office(session, page, clock)
