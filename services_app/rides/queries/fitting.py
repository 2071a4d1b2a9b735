"""Which cars of a day could drive a ride: asked before a coordinator decides, and again when they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services_app.fleet.models import Shift
from services_app.planning import DayPlan, Insertion, LegRequest, RideRequest, insert, without
from services_app.planning import ReturnMode as PlannedReturn
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, facts_of, planned_day, request_of_leg
from services_app.rides.scheduling import PLANNED


@dataclass(frozen=True)
class Fit:
    """A shift, whether the ride has room in its plan, and whether it carries who rides."""

    shift: Shift
    fits: bool
    carries: bool
    planned: bool
    """The place is kept here already."""


def place_in_plan(ride: Ride, requests: Sequence[LegRequest], plan: DayPlan) -> Insertion | None:
    """The place of one way or both in one plan, beside whatever else it carries; None when they do not fit."""
    return place_in_plans(ride, requests, [plan])


def place_in_plans(ride: Ride, requests: Sequence[LegRequest], plans: Sequence[DayPlan]) -> Insertion | None:
    """The best place over several plans, each way in whichever suits it; None when they fit nowhere."""
    freed = list(plans)
    for request in requests:
        freed = without(freed, str(ride.id), TRAVEL, leg_key=request.key)
    if len(requests) == 1:
        return insert(RideRequest(str(ride.id), requests[0]), freed, TRAVEL)
    mode = PlannedReturn.FIXED_HOUR if ride.return_mode is None else PLANNED[ride.return_mode]
    return insert(RideRequest(str(ride.id), requests[0], requests[1], mode), freed, TRAVEL)


def fits_of(session: Session, ride: Ride, legs: Collection[Leg]) -> list[Fit]:
    """Every shift of the ride's day, those with room first; two queries."""
    day = planned_day(session, ride.on)
    requests = [request_of_leg(facts_of(leg)) for leg in legs]
    kept = {leg.shift_id for leg in legs}
    found = []
    for plan in day.plans:
        shift = day.shifts[int(plan.shift.key)]
        carries = all(request.needs <= plan.shift.capabilities for request in requests)
        fits = carries and bool(requests) and place_in_plan(ride, requests, plan) is not None
        found.append(Fit(shift, fits, carries, shift.id in kept))
    return sorted(found, key=lambda each: (not each.planned, not each.fits, not each.carries, each.shift.vehicle.name))
