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
AT_DOOR_AT_LEAST: Final = 5
"""Minutes a driver waits at the door even where the rules promise a minute and no window. Our own: nobody is absent that very minute."""
_TOLD_IN: Final = 5
"""Delays further on are told in steps of so many minutes."""


def waits_until(arrived_at: datetime, told_at: datetime, minutes: int) -> datetime:
    """Until when the driver waits at the door: so many minutes from the arrival, but never counted before the hour the passenger was told.

    ``minutes`` is the promised window (``window_minutes`` of the rules): a car in time waits until its end, a late one as long again. No
    regulamin names a wait at the door. What they call waiting (``waiting_minutes``; Kielce 2024: up to 30) is the wait during the visit
    and counts only where the driver stays for it. A full minute, so that the hour shown is the hour meant.
    """
    until = max(arrived_at, told_at) + timedelta(minutes=max(minutes, AT_DOOR_AT_LEAST), seconds=59)
    return until.replace(second=0, microsecond=0)


def passed_on(minutes: float, pauses: Iterable[float]) -> Iterator[float]:
    """What is left of a delay at each later stop; ``pauses`` are the minutes the plan has to spare before each of them."""
    for pause in pauses:
        minutes = max(0.0, minutes - max(0.0, pause))
        yield minutes


def told_delay(minutes: float) -> int:
    """A delay as it is told: rounded up to five minutes; 0 for one that is not worth telling."""
    return math.ceil(minutes / _TOLD_IN) * _TOLD_IN if minutes >= WORTH_TELLING else 0
