"""A day as a picture: when each vehicle is busy and when it is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from services_app.planning.model import TOLERANCE, DayPlan, StopKind


class Doing(Enum):
    """What a vehicle does. ``WAITING``: it stays at a destination for its rider and cannot be given anything else."""

    BUSY = "busy"
    FREE = "free"
    BREAK = "break"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Interval:
    """Something a vehicle does from one moment to another."""

    doing: Doing
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class VehicleDay:
    """One shift as consecutive intervals from its start to its end (or to coming home, if that is later)."""

    shift_key: str
    intervals: tuple[Interval, ...]

    @property
    def free(self) -> tuple[Interval, ...]:
        """Only the free intervals."""
        return tuple(interval for interval in self.intervals if interval.doing is Doing.FREE)


def day_with_free(plans: Iterable[DayPlan]) -> list[VehicleDay]:
    """What each vehicle does all day long. It sets out as late as its next stop allows; what lies before is free time,
    unless somebody is on board or is being waited for.
    """
    return [VehicleDay(plan.shift.key, tuple(_joined(_intervals(plan)))) for plan in plans]


def _intervals(plan: DayPlan) -> list[Interval]:
    found: list[Interval] = []
    at, aboard = plan.shift.start, 0
    pause = Doing.FREE
    for place, (stop, begins) in enumerate(zip(plan.stops, plan.times, strict=True)):
        driving = plan.driven_before(place)
        found.append(Interval(pause, at, begins - driving))
        found.append(Interval(Doing.BUSY, begins - driving, begins))
        at = begins + stop.service_minutes
        found.append(Interval(Doing.BREAK if stop.kind is StopKind.BREAK else Doing.BUSY, begins, at))
        aboard += {StopKind.PICKUP: 1, StopKind.DROPOFF: -1, StopKind.BREAK: 0}[stop.kind]
        pause = Doing.WAITING if stop.stays else Doing.BUSY if aboard else Doing.FREE
    if plan.stops:
        found.append(Interval(Doing.BUSY, at, plan.home_at))
        at = plan.home_at
    return [*found, Interval(Doing.FREE, at, plan.shift.end)]


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Without empty intervals, and neighbours of the same kind as one."""
    result: list[Interval] = []
    for interval in intervals:
        if interval.ends - interval.begins <= TOLERANCE:
            continue
        if result and result[-1].doing is interval.doing:
            result[-1] = Interval(interval.doing, result[-1].begins, interval.ends)
        else:
            result.append(interval)
    return result
