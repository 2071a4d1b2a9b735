"""A plan turned into plain lists, so that "does it fit here?" costs a few additions.

Node 0 is the depot the vehicle leaves, nodes 1…n its stops, node n+1 the depot it returns to; gap ``i`` lies between
node ``i`` and ``i+1``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from services_app.planning.model import ALWAYS, TOLERANCE, DayPlan, Point, StopKind
from services_app.planning.schedule import behind_break


@dataclass(slots=True)
class Timeline:
    """What is precomputed for a plan, one entry per node (or per gap where said).

    ``ready``: earliest moment the vehicle can leave the node; ``latest``: last moment the node may begin without
    anything later breaking its window, its ride-time limit or the shift. More stops can only make both tighter (a
    detour is never quicker than the direct way), so a test against them does not refuse what is possible. For a break,
    ``latest`` leaves the way behind it out, because that begins wherever the stop before it is. ``spare`` (gap):
    minutes by which riders on board may still be delayed; ``slack`` (gap): minutes between leaving on time and having
    to be there, less the driving; ``loose``: the gaps in which a stop
    could be added at all. ``aboard``, ``seats``, ``chairs`` (gap): riders,
    seats and wheelchairs on the way; ``alone`` (gap): somebody on board must not share; ``shut`` (gap): the vehicle
    waits for a rider and does nothing else. ``roomy`` is where the search remembers which gaps have room for whom.
    """

    points: list[Point]
    hours: list[float | None]
    opens: list[float]
    closes: list[float]
    service: list[float]
    driving: list[float]
    ready: list[float]
    latest: list[float]
    aboard: list[int]
    seats: list[int]
    chairs: list[int]
    alone: list[bool]
    shut: list[bool]
    rests: list[bool]
    spare: list[float]
    slack: list[float]
    loose: list[int]
    roomy: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: DayPlan) -> Timeline:
        """The timeline of a plan."""
        shift, stops = plan.shift, plan.stops
        ready, latest = earliest_departures(plan), latest_beginnings(plan)
        aboard, seats, chairs, alone = _loads(plan)
        spare = _spare_ride_minutes(plan)
        slack = [until - leaves - way for until, leaves, way in zip(latest[1:], ready, plan.driving, strict=True)]
        for node, stop in enumerate(stops, 1):
            if stop.kind is StopKind.BREAK:
                reached = behind_break(ready[node - 1], plan.times[node - 1], ready[node], ALWAYS, plan.driving[node])
                slack[node] = latest[node + 1] - reached
        shut = [False, *[stop.stays for stop in stops]]
        return cls(
            points=[shift.start_depot, *[stop.point for stop in stops], shift.end_depot],
            hours=[None, *[stop.hour for stop in stops], None],
            opens=[shift.start, *[stop.earliest for stop in stops], ALWAYS],
            closes=[shift.start, *[stop.latest for stop in stops], plan.ends_by],
            service=[0.0, *[stop.service_minutes for stop in stops], 0.0],
            driving=list(plan.driving),
            ready=ready,
            latest=latest,
            aboard=aboard,
            seats=seats,
            chairs=chairs,
            alone=alone,
            shut=shut,
            rests=[False, *[stop.kind is StopKind.BREAK for stop in stops], False],
            spare=spare,
            slack=slack,
            loose=[
                gap
                for gap, minutes in enumerate(slack)
                if minutes >= -TOLERANCE and spare[gap] >= -TOLERANCE and not shut[gap]
            ],
        )


def earliest_departures(plan: DayPlan) -> list[float]:
    """When each node can be left: the plan's own times are the earliest that keep everything."""
    return [
        plan.shift.start,
        *[at + stop.service_minutes for stop, at in zip(plan.stops, plan.times, strict=True)],
    ]


def latest_beginnings(plan: DayPlan) -> list[float]:
    """The last moment each node may begin.

    Going backward from the last moments, and again while a ride-time limit forbids getting out that much later than in.
    """
    caps = [stop.latest for stop in plan.stops]
    latest = _straight_back(plan, caps)
    for _ in plan.stops:
        picked: dict[str, float] = {}
        lowered = False
        for place, stop in enumerate(plan.stops):
            if stop.kind is StopKind.PICKUP:
                picked[stop.leg_key] = latest[place + 1] + stop.service_minutes
            elif latest[place + 1] > picked.get(stop.leg_key, math.inf) + stop.ride_limit + TOLERANCE:
                caps[place] = picked[stop.leg_key] + stop.ride_limit
                lowered = True
        if not lowered:
            break
        latest = _straight_back(plan, caps)
    return latest


def _straight_back(plan: DayPlan, caps: list[float]) -> list[float]:
    last, way = plan.ends_by, plan.driving[-1]
    latest = [last]
    for stop, cap, way_there in zip(reversed(plan.stops), reversed(caps), plan.driving[-2::-1], strict=True):
        before_the_way = last - stop.service_minutes
        last = before_the_way - way
        if last > cap:
            last = cap
        way = way_there
        latest.append(min(cap, before_the_way) if stop.kind is StopKind.BREAK else last)
    latest.append(last - way)
    latest.reverse()
    return latest


def _spare_ride_minutes(plan: DayPlan) -> list[float]:
    """For each gap, how much longer the way may become before a rider on board rides too long even without any waiting."""
    spare = [math.inf] * (len(plan.stops) + 1)
    picked: dict[str, tuple[int, float]] = {}
    elapsed = 0.0
    for place, stop in enumerate(plan.stops):
        elapsed += plan.driving[place]
        if stop.kind is StopKind.DROPOFF and stop.leg_key in picked:
            start, seated = picked[stop.leg_key]
            left = stop.ride_limit - (elapsed - seated)
            for gap in range(start + 1, place + 1):
                spare[gap] = min(spare[gap], left)
        elapsed += stop.service_minutes
        if stop.kind is StopKind.PICKUP:
            picked[stop.leg_key] = (place, elapsed)
    return spare


def _loads(plan: DayPlan) -> tuple[list[int], list[int], list[int], list[bool]]:
    riders = seats = chairs = exclusive = 0
    aboard, seats_taken, chairs_taken, alone = [0], [0], [0], [False]
    for stop in plan.stops:
        if stop.kind is not StopKind.BREAK:
            one = 1 if stop.kind is StopKind.PICKUP else -1
            riders += one
            exclusive += one if stop.exclusive else 0
            seats += stop.seats
            chairs += stop.wheelchairs
        aboard.append(riders)
        seats_taken.append(seats)
        chairs_taken.append(chairs)
        alone.append(exclusive > 0)
    return aboard, seats_taken, chairs_taken, alone
