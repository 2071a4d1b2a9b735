"""Bookings are made on a Monday morning."""

from __future__ import annotations

import pytest

from tests.factories.rides import NOW
from tests.frozen import Clock


@pytest.fixture(autouse=True)
def a_monday_morning(clock: Clock) -> None:
    clock.at(NOW)
