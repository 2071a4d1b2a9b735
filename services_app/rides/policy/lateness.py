"""How long a driver waits at the door, and whom a delay reaches further on. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

LATE_MINUTES: Final = (10, 20, 30)
"""By how much a driver may say to be late, with one tap. Our own steps: no regulamin speaks of late cars."""
WORTH_TELLING: Final = 10
"""A smaller delay stays within what passengers are told to expect."""
_TOLD_IN: Final = 5
"""Delays further on are told in steps of so many minutes."""


def waits_until(arrived_at: datetime, promised_at: datetime, waiting_minutes: int | None) -> datetime:
    """Until when the driver waits: the rules' minutes from the arrival, but never counted before the hour the passenger was told.

    The minutes are those of the rules (Kielce, regulamin of 2024: the driver waits up to 30 minutes); where rules name none, the waiting
    ends with the hour told. A full minute, so that the hour shown is the hour meant.
    """
    until = max(arrived_at, promised_at) + timedelta(minutes=waiting_minutes or 0, seconds=59)
    return until.replace(second=0, microsecond=0)


def passed_on(minutes: float, pauses: Iterable[float]) -> Iterator[float]:
    """What is left of a delay at each later stop; ``pauses`` are the minutes the plan has to spare before each of them."""
    for pause in pauses:
        minutes = max(0.0, minutes - max(0.0, pause))
        yield minutes


def told_delay(minutes: float) -> int:
    """A delay as it is told: rounded up to five minutes; 0 for one that is not worth telling."""
    return math.ceil(minutes / _TOLD_IN) * _TOLD_IN if minutes >= WORTH_TELLING else 0
