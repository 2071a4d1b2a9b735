"""Limits in seconds on a machine that others use too."""

from __future__ import annotations

import os
import time

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
