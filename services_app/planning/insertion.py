"""The best place for a ride in several vehicles' plans, and the times that can be offered.

Both legs are placed together or neither. They may be driven by different vehicles unless the driver waits. Whatever is
answered has been scheduled exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services_app.planning.model import DayPlan, Insertion, Offer, RideRequest, Stop, StopKind
from services_app.planning.pairs import RideSearch
from services_app.planning.schedule import day_plan
from services_app.planning.travel import Travel

MOST_CANDIDATES = 120


class StalePlan(ValueError):
    """The plan has changed since the place in it was found; search again."""


def insert(request: RideRequest, plans: Sequence[DayPlan], travel: Travel) -> Insertion | None:
    """The place that adds the fewest minutes of driving, over all vehicles and positions; none when the ride fits
    nowhere.
    """
    return RideSearch(request, plans, travel, (0.0,)).best(0.0)


def feasible_times(
    template: RideRequest,
    candidates: Iterable[float],
    plans: Sequence[DayPlan],
    travel: Travel,
    *,
    wish: float | None = None,
    count: int = 3,
    apart: float = 0.0,
) -> list[Offer]:
    """The candidate pick-up times nearest the wish at which the whole ride fits, each with its best place.

    ``candidates`` and ``wish`` are moments at which the pick-up window at home should begin; each moves the whole wish,
    appointment and way back included. Without ``wish`` the template's own beginning counts. At most the 120 candidates
    nearest to it are tried. Offers lie at least ``apart`` minutes from each other. The answer is in the order of
    nearness, of two equally near the earlier first.
    """
    zero = template.outbound.pickup.earliest
    wanted = zero if wish is None else wish
    nearest = sorted(set(candidates), key=lambda at: (abs(at - wanted), at))[:MOST_CANDIDATES]
    search = RideSearch(template, plans, travel, [at - zero for at in nearest])
    offers: list[Offer] = []
    for at in nearest:
        if len(offers) >= count:
            break
        if apart and any(abs(at - offer.candidate) < apart for offer in offers):
            continue
        insertion = search.best(at - zero)
        if insertion:
            offers.append(Offer(at, insertion))
    return offers


def apply(insertion: Insertion, plans: Sequence[DayPlan]) -> list[DayPlan]:
    """The plans with the ride in them.

    :raises StalePlan: a plan is no longer the one in which the place was found.
    """
    changed = {before.shift.key: (before, after) for before, after in insertion.changed}
    result: list[DayPlan] = []
    for plan in plans:
        before, after = changed.pop(plan.shift.key, (plan, plan))
        if plan is not before and plan != before:
            raise StalePlan(plan.shift.key)
        result.append(after)
    if changed:
        raise StalePlan(", ".join(sorted(changed)))
    return result


def without(plans: Iterable[DayPlan], ride_key: str, travel: Travel, *, leg_key: str | None = None) -> list[DayPlan]:
    """The plans without a ride (or without one leg of it), for moving and cancelling. Plans it is not in stay the same
    objects. What was sound stays sound.
    """
    return [_without(plan, ride_key, leg_key, travel) for plan in plans]


def _without(plan: DayPlan, ride_key: str, leg_key: str | None, travel: Travel) -> DayPlan:
    def goes(stop: Stop) -> bool:
        return (
            stop.kind is not StopKind.BREAK
            and stop.ride_key == ride_key
            and (leg_key is None or stop.leg_key == leg_key)
        )

    if not any(goes(stop) for stop in plan.stops):
        return plan
    return reordered(plan, [stop for stop in plan.stops if not goes(stop)], travel)


def reordered(plan: DayPlan, stops: Sequence[Stop], travel: Travel) -> DayPlan:
    """A plan of the same vehicle, with the same tolerated excess, that keeps only these of its stops.

    A driver no longer waits for somebody who does not come. A stop that was reached in time stays reachable, even when
    the vehicle now comes from further away than from the stop that is gone.
    """
    riding = {(stop.ride_key, stop.leg_key) for stop in stops}
    kept = [
        replace(stop, stays=False)
        if stop.stays and not any(ride == stop.ride_key and leg != stop.leg_key for ride, leg in riding)
        else stop
        for stop in stops
    ]
    fresh = day_plan(plan.shift, kept, travel)
    began = {(stop.leg_key, stop.kind): at for stop, at in zip(plan.stops, plan.times, strict=True)}
    rests = [0.0, *[stop.service_minutes if stop.kind is StopKind.BREAK else 0.0 for stop in fresh.stops]]
    known = [
        min(stop.known_at, began[stop.leg_key, stop.kind] - way - rest)
        for stop, way, rest in zip(fresh.stops, fresh.driving, rests, strict=False)
    ]
    if any(moment != stop.known_at for moment, stop in zip(known, fresh.stops, strict=True)):
        reachable = [replace(stop, known_at=moment) for moment, stop in zip(known, fresh.stops, strict=True)]
        fresh = day_plan(plan.shift, reachable, travel)
    return replace(fresh, ends_by=plan.ends_by, longest=plan.longest)
