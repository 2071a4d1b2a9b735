"""The referee: reads a finished plan and names everything it breaks.

Written without the engine's shortcuts on purpose (no slack, no lists kept by others), so that the engine can be held
against it. It judges the true promises: a plan that a coordinator forced through is named here even where the engine
tolerates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from services_app.planning.model import ALWAYS, TOLERANCE, DayPlan, StopKind
from services_app.planning.schedule import way_to
from services_app.planning.travel import Travel


class FaultCode(Enum):
    """What can be wrong with a plan."""

    ORDER = "order"
    SEATS = "seats"
    WHEELCHAIRS = "wheelchairs"
    CAPABILITY = "capability"
    SHARING = "sharing"
    WAITING = "waiting"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TRAVEL = "travel"
    RIDE_TIME = "ride_time"
    SHIFT_START = "shift_start"
    SHIFT_END = "shift_end"
    TOUR_LENGTH = "tour_length"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken constraint: where (a leg, or empty for the vehicle) and by how much (minutes or places; 0 when there
    is no measure).
    """

    code: FaultCode
    shift_key: str
    leg_key: str = ""
    by: float = 0.0


def faults_of(plan: DayPlan, travel: Travel) -> tuple[Fault, ...]:
    """Everything the plan breaks; empty when it keeps every promise."""
    checks = (_order, _loads, _capabilities, _sharing, _waiting, _windows, _rides, _shift, _breaks)
    return tuple(fault for check in checks for fault in check(plan)) + tuple(_ways(plan, travel))


def faults_of_day(plans: Iterable[DayPlan], travel: Travel) -> tuple[Fault, ...]:
    """The faults of all plans, and legs that are driven twice."""
    found: list[Fault] = []
    driven: set[str] = set()
    for plan in plans:
        found += faults_of(plan, travel)
        for stop in plan.stops:
            if stop.kind is StopKind.PICKUP:
                if stop.leg_key in driven:
                    found.append(Fault(FaultCode.ORDER, plan.shift.key, stop.leg_key))
                driven.add(stop.leg_key)
    return tuple(found)


def _order(plan: DayPlan) -> Iterator[Fault]:
    """Each leg gets in once and out once, in this order."""
    aboard: set[str] = set()
    done: set[str] = set()
    for stop in plan.stops:
        if stop.kind is StopKind.PICKUP:
            if stop.leg_key in aboard | done:
                yield Fault(FaultCode.ORDER, plan.shift.key, stop.leg_key)
            aboard.add(stop.leg_key)
        elif stop.kind is StopKind.DROPOFF:
            if stop.leg_key not in aboard:
                yield Fault(FaultCode.ORDER, plan.shift.key, stop.leg_key)
            aboard.discard(stop.leg_key)
            done.add(stop.leg_key)
    for leg_key in sorted(aboard):
        yield Fault(FaultCode.ORDER, plan.shift.key, leg_key)


def _loads(plan: DayPlan) -> Iterator[Fault]:
    seats = wheelchairs = 0
    for stop in plan.stops:
        seats += stop.seats
        wheelchairs += stop.wheelchairs
        if stop.kind is not StopKind.PICKUP:
            continue
        chairs_over = wheelchairs - plan.shift.wheelchair_places
        seats_over = seats + plan.shift.seats_per_wheelchair * wheelchairs - plan.shift.seats
        if chairs_over > 0:
            yield Fault(FaultCode.WHEELCHAIRS, plan.shift.key, stop.leg_key, chairs_over)
        if seats_over > 0:
            yield Fault(FaultCode.SEATS, plan.shift.key, stop.leg_key, seats_over)


def _capabilities(plan: DayPlan) -> Iterator[Fault]:
    for stop in plan.stops:
        if stop.kind is StopKind.PICKUP and stop.needs - plan.shift.capabilities:
            yield Fault(FaultCode.CAPABILITY, plan.shift.key, stop.leg_key)


def _sharing(plan: DayPlan) -> Iterator[Fault]:
    """Nobody rides with somebody who must not share."""
    aboard: dict[str, bool] = {}
    for stop in plan.stops:
        if stop.kind is StopKind.PICKUP:
            if aboard and (stop.exclusive or any(aboard.values())):
                yield Fault(FaultCode.SHARING, plan.shift.key, stop.leg_key)
            aboard[stop.leg_key] = stop.exclusive
        elif stop.kind is StopKind.DROPOFF:
            aboard.pop(stop.leg_key, None)


def _waiting(plan: DayPlan) -> Iterator[Fault]:
    """Where the driver waits, the next stop is the same rider's way home, and nobody else sits in the vehicle."""
    aboard: set[str] = set()
    for place, stop in enumerate(plan.stops):
        if stop.kind is StopKind.PICKUP:
            aboard.add(stop.leg_key)
        aboard -= {stop.leg_key} if stop.kind is StopKind.DROPOFF else set()
        if stop.stays:
            following = plan.stops[place + 1] if place + 1 < len(plan.stops) else None
            home = following and following.kind is StopKind.PICKUP and following.ride_key == stop.ride_key
            if aboard or not home:
                yield Fault(FaultCode.WAITING, plan.shift.key, stop.leg_key)


def _windows(plan: DayPlan) -> Iterator[Fault]:
    for stop, at in zip(plan.stops, plan.times, strict=True):
        if at < stop.window.earliest - TOLERANCE:
            yield Fault(FaultCode.TOO_EARLY, plan.shift.key, stop.leg_key, stop.window.earliest - at)
        if at > stop.window.latest + TOLERANCE:
            yield Fault(FaultCode.TOO_LATE, plan.shift.key, stop.leg_key, at - stop.window.latest)


def _rides(plan: DayPlan) -> Iterator[Fault]:
    seated: dict[str, float] = {}
    for stop, at in zip(plan.stops, plan.times, strict=True):
        if stop.kind is StopKind.PICKUP:
            seated[stop.leg_key] = at + stop.service_minutes
        elif stop.leg_key in seated:
            over = at - seated[stop.leg_key] - stop.max_ride_minutes
            if over > TOLERANCE:
                yield Fault(FaultCode.RIDE_TIME, plan.shift.key, stop.leg_key, over)


def _shift(plan: DayPlan) -> Iterator[Fault]:
    if not plan.stops:
        return
    early = plan.shift.start - plan.leaves_at
    late = plan.home_at - plan.shift.end
    over = plan.home_at - plan.leaves_at - plan.shift.max_minutes
    if early > TOLERANCE:
        yield Fault(FaultCode.SHIFT_START, plan.shift.key, by=early)
    if late > TOLERANCE:
        yield Fault(FaultCode.SHIFT_END, plan.shift.key, by=late)
    if over > TOLERANCE:
        yield Fault(FaultCode.TOUR_LENGTH, plan.shift.key, by=over)


def _breaks(plan: DayPlan) -> Iterator[Fault]:
    """One break of the right length while nobody is on board (its window is checked with the others)."""
    rest = plan.shift.rest
    aboard = taken = 0
    for stop in plan.stops:
        aboard += {StopKind.PICKUP: 1, StopKind.DROPOFF: -1, StopKind.BREAK: 0}[stop.kind]
        if stop.kind is StopKind.BREAK:
            taken += 1
            if aboard or rest is None or stop.service_minutes < rest.minutes or stop.window != rest.window:
                yield Fault(FaultCode.BREAK, plan.shift.key)
    if taken != (1 if rest else 0):
        yield Fault(FaultCode.BREAK, plan.shift.key)


def _ways(plan: DayPlan, travel: Travel) -> Iterator[Fault]:
    """There is time to drive from each stop to the next, around the break, and nobody set out for a stop before it was known."""
    free_from = plan.shift.start
    rest_begins = rest_ends = ALWAYS
    halts = [(stop.leg_key, stop.known_at, at) for stop, at in zip(plan.stops, plan.times, strict=True)]
    for place, (leg_key, known_at, at) in enumerate([*halts, ("", ALWAYS, plan.home_at)]):
        sets_out = max(free_from, known_at)
        resting = max(0.0, rest_ends - max(rest_begins, sets_out))
        short = max(way_to(travel, plan.shift, plan.stops, place) - (at - sets_out - resting), rest_ends - at)
        if short > TOLERANCE:
            yield Fault(FaultCode.TRAVEL, plan.shift.key, leg_key, short)
        if place == len(plan.stops):
            return
        ends = at + plan.stops[place].service_minutes
        if plan.stops[place].kind is StopKind.BREAK:
            rest_begins, rest_ends = at, ends
        else:
            free_from, rest_begins, rest_ends = ends, ALWAYS, ALWAYS
