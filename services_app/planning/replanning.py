"""Before a refusal: move what may be moved and look again.

Taking some legs out and putting them back elsewhere, always inside their promised windows, often makes a place that
insertion alone does not find. The search is bounded and, with the same seed, always the same. Nobody's promise changes;
only the vehicle or the minute within the window may. A leg that has begun, begins before ``fixed_before`` or stands
outside its promise stays in its vehicle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from services_app.planning.check import faults_of
from services_app.planning.insertion import apply, insert, reordered
from services_app.planning.model import (
    ALWAYS,
    DayPlan,
    Insertion,
    LegRequest,
    PlacedLeg,
    ReturnMode,
    RideRequest,
    Stop,
    StopKind,
)
from services_app.planning.promises import (
    leg_of,
    plan_from_promises,
    planned_legs,
    promised_legs,
    with_best_break,
)
from services_app.planning.schedule import keeps_everything
from services_app.planning.travel import Travel

ROUNDS = 40
MOST_TRIED = 20  # other rides tried one by one in make_room
PLANS_LOOKED_AT = 400  # tries times vehicles: fewer tries where many vehicles make each one dear
NEAR_MINUTES = 90.0  # who rides further from the new ride's hours than this is not in its way
TAKEN_OUT = (4, 8, 16, 32)  # legs taken out in turn: a small change is tried before a large one


@dataclass(frozen=True, slots=True)
class Replanned:
    """The day with the new ride in it. ``moved``: keys of the legs that changed their vehicle. ``insertion.changed`` holds every plan that
    differs; the minutes and kilometres added are those of the new ride alone.
    """

    plans: tuple[DayPlan, ...]
    insertion: Insertion
    moved: tuple[str, ...]


def replan(
    plans: Sequence[DayPlan],
    request: RideRequest,
    travel: Travel,
    *,
    fixed_before: float = ALWAYS,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> Replanned | None:
    """A day that also carries ``request``, or none within ``rounds`` attempts.

    ``fixed_before``: legs planned to begin before this moment keep their vehicle (give now + 15); nothing taken out is
    put back so that a vehicle would have to set out for it earlier. Plain insertion is tried first and then nothing
    else is touched.
    """
    straight = insert(request, plans, travel)
    if straight:
        return Replanned(tuple(apply(straight, plans)), straight, ())
    movable = _movable(plans, fixed_before)
    random = Random(seed)  # noqa: S311 - a repeatable search, not a secret
    for attempt in range(rounds):
        last = attempt == rounds - 1
        size = len(movable) if last else min(len(movable), TAKEN_OUT[attempt % len(TAKEN_OUT)])
        taken = _related(movable, request, size, random)
        found = _with_taken_out(plans, request, taken, travel, fixed_before)
        if found:
            return found
    return None


def make_room(
    plans: Sequence[DayPlan],
    request: RideRequest,
    travel: Travel,
    *,
    fixed_before: float = ALWAYS,
    kept: frozenset[str] = frozenset(),
) -> Replanned | None:
    """A day that also carries ``request`` because one other ride is driven by other vehicles, one way of it or both.

    The gentle kind of :func:`replan`, for a ride that fits nowhere by itself: the rides nearest in time are tried first and no more than
    :data:`MOST_TRIED`, fewer in a large fleet; the same day gives the same answer. ``kept``: keys of legs that keep their vehicle.

    The break is placed anew whenever a plan is read from stored promises; a day that would not stand that is not found.
    """
    rides: dict[str, list[RideRequest]] = {}
    for unit in _movable(plans, fixed_before):
        if not {leg.key for leg in _legs(unit)} & kept:
            rides.setdefault(unit.key, []).append(unit)
    near = sorted((min(_minutes_apart(unit, request) for unit in units), key) for key, units in rides.items())
    tries = min(MOST_TRIED, PLANS_LOOKED_AT // max(len(plans), 1))
    for apart, key in near[:tries]:
        if apart > NEAR_MINUTES:
            break
        found = _with_taken_out(plans, request, rides[key], travel, fixed_before)
        if found and all(_stored_soundly(before, after, travel) for before, after in found.insertion.changed):
            return found
    return None


def _minutes_apart(unit: RideRequest, request: RideRequest) -> float:
    return min(abs(one.pickup.earliest - other.pickup.earliest) for one in _legs(unit) for other in _legs(request))


def _stored_soundly(before: DayPlan, after: DayPlan, travel: Travel) -> bool:
    """True when the plan read again from what will be stored breaks nothing that was not broken before."""
    again = plan_from_promises(after.shift, promised_legs(after), travel)
    broken = {(fault.code, fault.leg_key) for fault in faults_of(again, travel)}
    return broken <= {(fault.code, fault.leg_key) for fault in faults_of(before, travel)}


def _with_taken_out(
    plans: Sequence[DayPlan], request: RideRequest, taken: Sequence[RideRequest], travel: Travel, fixed_before: float
) -> Replanned | None:
    """Take legs out, put the new ride in, put the legs back; none unless all of them find a place."""
    trial = _lightened(plans, {leg.key for unit in taken for leg in _legs(unit)}, travel, fixed_before)
    insertion = insert(request, trial, travel)
    if insertion is None:
        return None
    trial = apply(insertion, trial)
    for unit in sorted(taken, key=lambda unit: unit.outbound.pickup.earliest):
        back_in = insert(unit, trial, travel)
        if back_in is None:
            return None
        trial = apply(back_in, trial)
    before, after = _vehicles(plans), _vehicles(trial)
    moved = tuple(sorted(leg for leg in before if before[leg] != after[leg]))
    return Replanned(tuple(trial), _as_it_ends(insertion, plans, trial), moved)


def _as_it_ends(insertion: Insertion, plans: Sequence[DayPlan], trial: Sequence[DayPlan]) -> Insertion:
    """The new ride's place once everybody is back in: all vehicles that changed, and its moments, which others may have delayed."""
    changed = tuple((old, new) for old, new in zip(plans, trial, strict=True) if old is not new)
    ends = {leg.leg.key: leg for _, plan in changed for leg in _placed_legs(plan)}
    return replace(
        insertion, legs=tuple(replace(ends[each.leg.key], leg=each.leg) for each in insertion.legs), changed=changed
    )


def _placed_legs(plan: DayPlan) -> list[PlacedLeg]:
    return [PlacedLeg(each.leg, plan.shift.key, each.pickup_at, each.dropoff_at) for each in promised_legs(plan)]


def _lightened(plans: Sequence[DayPlan], leg_keys: set[str], travel: Travel, fixed_before: float) -> list[DayPlan]:
    """The plans without these legs; a break that has not begun moves to where most room is."""
    result: list[DayPlan] = []
    for plan in plans:
        kept = [stop for stop in plan.stops if stop.kind is StopKind.BREAK or stop.leg_key not in leg_keys]
        if len(kept) == len(plan.stops):
            result.append(plan)
            continue
        lighter = reordered(plan, kept, travel)
        if plan.shift.rest and _break_is_ahead(plan, fixed_before):
            rested = replace(
                with_best_break(plan.shift, lighter.stops, travel), ends_by=plan.ends_by, longest=plan.longest
            )
            lighter = rested if keeps_everything(rested) else lighter
        result.append(lighter)
    return result


def _break_is_ahead(plan: DayPlan, fixed_before: float) -> bool:
    return all(
        at >= fixed_before and stop.earliest == stop.window.earliest and stop.latest == stop.window.latest
        for stop, at in zip(plan.stops, plan.times, strict=True)
        if stop.kind is StopKind.BREAK
    )


def _vehicles(plans: Sequence[DayPlan]) -> dict[str, str]:
    return {stop.leg_key: plan.shift.key for plan in plans for stop in plan.stops if stop.kind is StopKind.PICKUP}


def _legs(unit: RideRequest) -> list[LegRequest]:
    return [unit.outbound, *([unit.back] if unit.back else [])]


def _related(movable: Sequence[RideRequest], request: RideRequest, size: int, random: Random) -> list[RideRequest]:
    """Legs that are likely in the way: near the new ride's hours, with some luck mixed in."""
    hours = [leg.pickup.earliest for leg in _legs(request)]

    def distance(unit: RideRequest) -> float:
        return min(abs(leg.pickup.earliest - hour) for leg in _legs(unit) for hour in hours)

    return sorted(movable, key=lambda unit: distance(unit) + random.random() * 60)[:size]


def _movable(plans: Sequence[DayPlan], fixed_before: float) -> list[RideRequest]:
    """What may change its vehicle: single legs, and both legs together where the driver waits."""
    units: list[RideRequest] = []
    for plan in plans:
        legs = planned_legs(plan)
        waiting = {drop.ride_key for _, _, drop in legs if drop.stays}
        units += [
            RideRequest(pickup.ride_key, leg_of(pickup, drop, known_at=fixed_before))
            for at, pickup, drop in legs
            if at >= fixed_before and pickup.ride_key not in waiting and _as_promised(pickup, drop)
        ]
        for ride_key in sorted(waiting):
            both = [leg for leg in legs if leg[1].ride_key == ride_key]
            if len(both) == 2 and all(at >= fixed_before and _as_promised(pickup, drop) for at, pickup, drop in both):
                out, back = (leg_of(pickup, drop, known_at=fixed_before) for _, pickup, drop in both)
                units.append(RideRequest(ride_key, out, back, ReturnMode.DRIVER_WAITS))
    return units


def _as_promised(pickup: Stop, dropoff: Stop) -> bool:
    """True when the engine keeps exactly to the promise here: nothing was forced through."""
    kept = all((stop.earliest, stop.latest) == (stop.window.earliest, stop.window.latest) for stop in (pickup, dropoff))
    return kept and dropoff.ride_limit == dropoff.max_ride_minutes
