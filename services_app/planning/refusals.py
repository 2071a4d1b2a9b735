"""Why a ride fits nowhere, so that a refusal can say what was lacking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from services_app.planning.insertion import insert
from services_app.planning.model import DayPlan, LegRequest, Load, RideRequest, Shift
from services_app.planning.schedule import empty_plan, spliced
from services_app.planning.travel import Travel


class LackCode(Enum):
    """What can be lacking. Each leg has at most one; the last two concern the ride as a whole."""

    NO_VEHICLE_IN_SERVICE = "no_vehicle_in_service"
    NO_WHEELCHAIR_PLACE = "no_wheelchair_place"
    TOO_FEW_SEATS = "too_few_seats"
    MISSING_CAPABILITY = "missing_capability"
    ALL_VEHICLES_BUSY = "all_vehicles_busy"
    NOBODY_CAN_WAIT = "nobody_can_wait"
    NOT_BOTH_WAYS = "not_both_ways"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that was lacking, and for which leg (empty: for the ride as a whole)."""

    code: LackCode
    leg_key: str = ""


def explain_no(request: RideRequest, plans: Sequence[DayPlan], travel: Travel) -> tuple[Lack, ...]:
    """Everything that stands against the ride; empty when it fits after all."""
    if insert(request, plans, travel):
        return ()
    legs = [request.outbound, *([request.back] if request.back else [])]
    lacks = tuple(lack for leg in legs for lack in _lacks_of(leg, plans, travel))
    if lacks:
        return lacks
    return (Lack(LackCode.NOBODY_CAN_WAIT if request.driver_waits else LackCode.NOT_BOTH_WAYS),)


def _lacks_of(leg: LegRequest, plans: Sequence[DayPlan], travel: Travel) -> Iterator[Lack]:
    somebody = replace(leg, load=Load(0, 0), needs=frozenset())
    serving = [plan.shift for plan in plans if _could_drive(plan.shift, somebody, travel)]
    code = _missing(leg, serving)
    if code is None and insert(RideRequest(leg.key, leg), plans, travel) is None:
        code = LackCode.ALL_VEHICLES_BUSY
    if code:
        yield Lack(code, leg.key)


def _could_drive(shift: Shift, leg: LegRequest, travel: Travel) -> bool:
    """True when the shift with nothing else to do could drive the leg, before or after its break."""
    pickup, dropoff = leg.stops(leg.key)
    plan = empty_plan(shift, travel)
    return any(spliced(plan, [(gap, pickup), (gap, dropoff)], travel) for gap in range(len(plan.stops) + 1))


def _missing(leg: LegRequest, serving: Sequence[Shift]) -> LackCode | None:
    """What no vehicle in service at that time has."""
    if not serving:
        return LackCode.NO_VEHICLE_IN_SERVICE
    if not any(shift.wheelchair_places >= leg.load.wheelchairs for shift in serving):
        return LackCode.NO_WHEELCHAIR_PLACE
    roomy = [shift for shift in serving if shift.carries(leg.load.seats, leg.load.wheelchairs)]
    if not roomy:
        return LackCode.TOO_FEW_SEATS
    return None if any(shift.suits(leg) for shift in roomy) else LackCode.MISSING_CAPABILITY
