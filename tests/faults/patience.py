"""Limits in seconds on a machine that others use too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

_WORK = 2_000_000
_MOST = 12.0
"""Beyond that a limit would say nothing any more."""


def on_this_machine(seconds: float) -> float:
    """A limit meant for an idle machine, stretched by how much everything waits for a core just now. Asked after the measurement."""
    return seconds * min(_MOST, max(1.0, busy(), kept_waiting()))


def busy() -> float:
    """How many processes wanted each core in the last minute."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def kept_waiting() -> float:
    """How many times longer a piece of plain work takes on the wall clock than on the processor, at this moment."""
    began, worked = time.perf_counter(), time.process_time()
    sum(range(_WORK))
    return (time.perf_counter() - began) / max(time.process_time() - worked, 1e-6)


def wait_until(done: Callable[[], bool], seconds: float = 240, told: Callable[[], str] = str) -> None:
    """Until something has come; the bound is for a machine others use too. ``told`` says how things stand when it has not."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"it did not come to that in time: {told()}"
        time.sleep(0.1)
