"""A small town on squared paper for the planning tests: distances are exact, so both sides of a limit can be hit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services_app.planning import (
    BreakRule,
    DayPlan,
    LegRequest,
    Load,
    Point,
    ReturnMode,
    RideRequest,
    Shift,
    Stop,
    StreetTravel,
    Travel,
    Window,
    apply,
    day_plan,
    empty_plan,
    faults_of,
    insert,
)

DEPOT, HOME, CLINIC = Point(0, 0), Point(0, 5), Point(5, 5)


class SquaredPaper:
    """One minute and one kilometre for each step along the lines."""

    def minutes(self, origin: Point, destination: Point, departing_at: float) -> float:
        return abs(origin.lat - destination.lat) + abs(origin.lon - destination.lon)

    def kilometres(self, origin: Point, destination: Point) -> float:
        return self.minutes(origin, destination, 0)


TRAVEL = SquaredPaper()
STREETS = StreetTravel([30] * 24)
"""Real streets at the same speed all day: fractions of minutes everywhere, and a detour is never quicker."""


def shift(key: str = "A", start: float = 0, end: float = 600, **changes: Any) -> Shift:
    return replace(Shift(key, start, end, DEPOT, DEPOT, seats=3, wheelchair_places=1), **changes)


def leg(
    key: str,
    at: float,
    origin: Point = HOME,
    destination: Point = CLINIC,
    width: float = 10,
    **changes: Any,
) -> LegRequest:
    """A leg to be picked up at ``at`` or up to ``width`` minutes later, five minutes at both ends, and driven within 20 more."""
    way = TRAVEL.minutes(origin, destination, 0)
    made = LegRequest(
        key,
        origin,
        destination,
        Window(at, at + width),
        Window(at + 5 + way, at + 5 + way + 20),
        max_ride_minutes=way + 20,
    )
    return replace(made, **changes)


def ride(
    key: str, at: float, back_at: float | None = None, mode: ReturnMode = ReturnMode.FIXED_HOUR, **changes: Any
) -> RideRequest:
    """There at ``at`` and, if asked, back at ``back_at``."""
    out = leg(f"{key}:out", at, HOME, CLINIC, **changes)
    back = leg(f"{key}:back", back_at, CLINIC, HOME, **changes) if back_at is not None else None
    return RideRequest(key, out, back, mode)


points = st.builds(Point, st.integers(0, 12), st.integers(0, 12))
addresses = st.builds(
    lambda north, east: Point(50.84 + north / 500, 20.56 + east / 500), st.integers(0, 40), st.integers(0, 60)
)
modes = st.sampled_from([ReturnMode.FIXED_HOUR, ReturnMode.FIXED_HOUR, ReturnMode.DRIVER_WAITS, ReturnMode.OPEN])


@st.composite
def legs(
    draw: st.DrawFn,
    key: str,
    at: int,
    origin: Point,
    destination: Point,
    load: Load,
    exclusive: bool,
    travel: Travel = TRAVEL,
) -> LegRequest:
    way = math.ceil(travel.minutes(origin, destination, 0))
    boarding = draw(st.integers(1, 6))
    width, detour = draw(st.integers(0, 20)), draw(st.integers(0, 15))
    opens = at + boarding + way - draw(st.integers(0, 5))
    return LegRequest(
        key, origin, destination, Window(at, at + width), Window(opens, opens + width + detour), load, boarding,
        draw(st.integers(1, 6)), way + detour, exclusive,
        known_at=draw(st.sampled_from([float("-inf"), at - 10.0, at - 30.0])),
    )  # fmt: skip


@st.composite
def rides(draw: st.DrawFn, key: str = "new", latest: int = 240, travel: Travel = TRAVEL) -> RideRequest:
    home, clinic = draw(places_of(travel)), draw(places_of(travel))
    wheelchair = draw(st.booleans()) and draw(st.booleans())
    load = Load(draw(st.integers(0, 2)), 1) if wheelchair else Load(draw(st.integers(1, 2)), 0)
    exclusive = draw(st.integers(0, 4)) == 0
    out = draw(legs(f"{key}:out", draw(st.integers(10, latest)), home, clinic, load, exclusive, travel))
    if draw(st.integers(0, 3)) == 0:
        return RideRequest(key, out)
    back_at = int(out.dropoff.latest) + draw(st.integers(0, 60))
    back = draw(legs(f"{key}:back", back_at, clinic, home, load, exclusive, travel))
    return RideRequest(key, out, back, draw(modes))


@st.composite
def shifts(draw: st.DrawFn, key: str, travel: Travel = TRAVEL) -> Shift:
    rest = None
    if draw(st.booleans()):
        begins = draw(st.integers(60, 200))
        rest = BreakRule(Window(begins, begins + draw(st.integers(20, 120))), draw(st.integers(10, 30)))
    start = draw(st.integers(0, 60))
    places = places_of(travel)
    return Shift(
        key, start, start + draw(st.integers(250, 400)), draw(places), draw(places), 3, draw(st.integers(0, 1)),
        draw(st.integers(0, 2)), rest, max_minutes=draw(st.sampled_from([float("inf"), 200.0])),
    )  # fmt: skip


@st.composite
def days(draw: st.DrawFn, vehicles: int = 2, most: int = 4, travel: Travel = TRAVEL) -> list[DayPlan]:
    """A day as it grows: rides put in one after another, those that do not fit left out."""
    count = draw(st.integers(1, vehicles))
    plans = [empty_plan(draw(shifts(f"V{number}", travel)), travel) for number in range(count)]
    for number in range(draw(st.integers(0, most))):
        found = insert(draw(rides(f"R{number}", travel=travel)), plans, travel)
        if found:
            plans = apply(found, plans)
    return [plan for plan in plans if not faults_of(plan, travel)]


def places_of(travel: Travel) -> st.SearchStrategy[Point]:
    """Where people live: on squared paper, or in a town."""
    return points if travel is TRAVEL else addresses


def everywhere(plan: DayPlan, stops: Sequence[Stop], pickup: Stop, dropoff: Stop) -> Iterator[list[Stop]]:
    """The stops with a leg put into every possible pair of places."""
    for one in range(len(stops) + 1):
        for other in range(one, len(stops) + 1):
            yield [*stops[:one], pickup, *stops[one:other], dropoff, *stops[other:]]


def cheapest_by_trying_everything(
    request: RideRequest, plans: Sequence[DayPlan], travel: Travel = TRAVEL
) -> float | None:
    """The fewest added minutes over every vehicle and every order, judged by the referee alone."""

    def cost(before: DayPlan, stops: Sequence[Stop]) -> float | None:
        if not before.shift.suits(request.outbound):
            return None
        after = day_plan(before.shift, stops, travel)
        return None if faults_of(after, travel) else sum(after.driving) - sum(before.driving)

    def feasible(pickup: Stop, dropoff: Stop) -> list[tuple[int, list[Stop], float]]:
        """Every order of every vehicle that carries one leg more: number of the vehicle, the order, what it adds."""
        return [
            (number, stops, added)
            for number, plan in enumerate(plans)
            for stops in everywhere(plan, plan.stops, pickup, dropoff)
            if (added := cost(plan, stops)) is not None
        ]

    outs = feasible(*request.outbound.stops(request.key))
    if request.back is None:
        return min((added for _, _, added in outs), default=None)
    home = request.back.stops(request.key)
    waits = request.driver_waits
    # an order that cannot carry the way there cannot carry both: no detour is a short cut
    costs = [
        added
        for number, stops, _ in outs
        for both in everywhere(plans[number], _waiting(stops, request) if waits else stops, *home)
        if (added := cost(plans[number], both)) is not None
    ]
    if not waits:
        homes = feasible(*home)
        costs += [one + other for i, _, one in outs for k, _, other in homes if i != k]
    return min(costs, default=None)


def _waiting(stops: Sequence[Stop], request: RideRequest) -> list[Stop]:
    return [
        replace(stop, stays=True)
        if stop.leg_key == request.outbound.key and stop.seats + stop.wheelchairs < 0
        else stop
        for stop in stops
    ]
