"""Which cars of a day could drive a ride: asked before a coordinator decides, and again when they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services_app.fleet.models import Shift
from services_app.planning import (
    ALWAYS,
    DayPlan,
    Insertion,
    LegRequest,
    RideRequest,
    Window,
    feasible_times,
    insert,
    without,
)
from services_app.planning import ReturnMode as PlannedReturn
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, facts_of, planned_day, request_of_leg
from services_app.rides.queries.rules import rules_of
from services_app.rides.scheduling import (
    OPEN_RETURN_MINUTES,
    PLANNED,
    SLACK_HOME,
    STEP,
    ceil_step,
    floor_step,
    minutes_of,
)


@dataclass(frozen=True)
class Fit:
    """A shift, whether the ride has room in its plan, and whether it carries who rides."""

    shift: Shift
    fits: bool
    carries: bool
    planned: bool
    """The place is kept here already."""


def ways_to_assign(ride: Ride) -> list[Leg]:
    """Ways that can still be put on a car. Of somebody who said to be ready to go home only that one: they are there, whoever drove."""
    ahead = [leg for leg in ride.legs if leg.active and leg.picked_up_at is None]
    return [leg for leg in ahead if leg.ready_at is not None] or ahead


def cars_mark(ride: Ride) -> str:
    """Which cars were given to the ways of a ride, as a form carries it."""
    return f"was_{','.join(_car_of(leg) for leg in ride.legs)}"


def given_since(legs: Sequence[Leg], seen: str) -> list[Leg]:
    """Those of the ways that were given a car since a form was drawn; ``seen``: its :func:`cars_mark`."""
    drawn = seen.removeprefix("was_").split(",")
    return [leg for leg in legs if leg.assigned_at is not None and _car_of(leg) not in drawn]


def _car_of(leg: Leg) -> str:
    return f"{leg.id}.{leg.shift_id if leg.assigned_at else None}"


def place_ways(ride: Ride, legs: Sequence[Leg], plans: Sequence[DayPlan], *, now: datetime) -> Insertion | None:
    """The best place for ways that are put on cars now, each in whichever plan suits it; None when they fit nowhere.

    They keep the hours that were told, and no car sets out for them before ``now``, but the one that is on its way to them already. Who is
    ready to go home and was told no hour, or one that nobody can keep, gets the soonest one.
    """
    ready = ready_way(legs)
    if ready is not None and ready.assigned_at is None:
        return soonest_home(ride, ready, plans, now=now)
    goes_there = len(plans) == 1 and all(str(leg.shift_id) == plans[0].shift.key for leg in legs)
    known_at = ALWAYS if goes_there else minutes_of(now)
    found = _place(ride, [replace(request_of_leg(facts_of(leg)), known_at=known_at) for leg in legs], plans)
    if found is None and ready is not None:
        return soonest_home(ride, ready, plans, now=now)
    return found


def ready_way(legs: Sequence[Leg]) -> Leg | None:
    """The way home of somebody who said to be ready, if that is what is to be placed."""
    return legs[0] if len(legs) == 1 and legs[0].ready_at is not None else None


def _place(ride: Ride, requests: Sequence[LegRequest], plans: Sequence[DayPlan]) -> Insertion | None:
    if not requests:
        return None
    freed = list(plans)
    for request in requests:
        freed = without(freed, str(ride.id), TRAVEL, leg_key=request.key)
    if len(requests) == 1:
        return insert(RideRequest(str(ride.id), requests[0]), freed, TRAVEL)
    mode = PlannedReturn.FIXED_HOUR if ride.return_mode is None else PLANNED[ride.return_mode]
    return insert(RideRequest(str(ride.id), requests[0], requests[1], mode), freed, TRAVEL)


def request_home(ride: Ride, leg: Leg, *, now: datetime) -> LegRequest:
    """The way home of somebody who is ready: at the first hour that can be told now."""
    stored = request_of_leg(facts_of(leg))
    window = rules_of(ride.rules_version).window_minutes
    first = ceil_step(minutes_of(now))
    way = TRAVEL.minutes(stored.origin, stored.destination, first + stored.pickup_minutes)
    last_home = first + window + stored.pickup_minutes + way + SLACK_HOME
    return replace(
        stored,
        pickup=Window(first, first + window),
        dropoff=Window(first + stored.pickup_minutes, last_home),
        known_at=minutes_of(now),
    )


def soonest_home(ride: Ride, leg: Leg, plans: Sequence[DayPlan], *, now: datetime) -> Insertion | None:
    """The first told hour from now at which one of these cars can take the passenger home; None when none can."""
    asked = request_home(ride, leg, now=now)
    first = asked.pickup.earliest
    last = max(first + OPEN_RETURN_MINUTES, floor_step(minutes_of(leg.promised_until_at)))
    candidates = [first + STEP * step for step in range(int((last - first) // STEP) + 1)]
    freed = without(plans, str(ride.id), TRAVEL, leg_key=asked.key)
    found = feasible_times(RideRequest(str(ride.id), asked), candidates, freed, TRAVEL, wish=first, count=1)
    return found[0].insertion if found else None


def fits_of(session: Session, ride: Ride, legs: Sequence[Leg], *, now: datetime) -> list[Fit]:
    """Every shift of the ride's day, those with room first; two queries."""
    day = planned_day(session, ride.on)
    requests = [request_of_leg(facts_of(leg)) for leg in legs]
    kept = {leg.shift_id for leg in legs}
    found = []
    for plan in day.plans:
        shift = day.shifts[int(plan.shift.key)]
        carries = all(request.needs <= plan.shift.capabilities for request in requests)
        fits = carries and place_ways(ride, legs, [plan], now=now) is not None
        found.append(Fit(shift, fits, carries, shift.id in kept))
    return sorted(found, key=lambda each: (not each.planned, not each.fits, not each.carries, each.shift.vehicle.name))
