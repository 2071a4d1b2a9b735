"""When each stop of a given order begins: exact, and as early as every promise allows.

The order of stops fixes a system of differences: each stop begins no earlier than its window, than the stop before it
plus the way, and than what the ride-time limit of its rider and the longest tour ask back from later stops. Its least
solution is found by going forward and raising what is too early; if that ever passes a latest moment, no schedule of
this order exists at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from services_app.planning.model import (
    ALWAYS,
    TOLERANCE,
    DayPlan,
    Point,
    Shift,
    Stop,
    StopKind,
    driven_before,
    full_hour,
)
from services_app.planning.travel import Travel, way_minutes


def way_to(travel: Travel, shift: Shift, stops: Sequence[Stop], place: int) -> float:
    """Minutes of driving to the stop at ``place`` (``len(stops)``: home to the depot) from what comes before it."""
    here = (stops[place].point, stops[place].hour) if place < len(stops) else (shift.end_depot, None)
    before = (stops[place - 1].point, stops[place - 1].hour) if place else (shift.start_depot, None)
    if place < len(stops) and stops[place].kind is StopKind.BREAK:
        return 0.0  # driven before or behind the break, as the hours ask: :func:`behind_break`
    return way_minutes(travel, before, here, shift.start)


def break_stop(shift: Shift, point: Point) -> Stop:
    """The driver's break on the way on from ``point``, where the vehicle stands. The shift must have one."""
    rest = shift.rest
    if rest is None:
        raise ValueError(f"shift {shift.key} has no break")
    return Stop(StopKind.BREAK, point, rest.window, rest.minutes, rest.window.earliest, rest.window.latest)


def empty_plan(shift: Shift, travel: Travel) -> DayPlan:
    """A shift that drives nobody yet; its break, if any, is at the depot."""
    return day_plan(shift, (break_stop(shift, shift.start_depot),) if shift.rest else (), travel)


def day_plan(shift: Shift, stops: Sequence[Stop], travel: Travel) -> DayPlan:
    """The plan of a given order. An impossible order gives a plan too, whose faults :func:`~.check.faults_of` names."""
    placed = with_breaks_in_place(shift, stops)
    return _as_early_as_possible(shift, placed, ways_between(shift, placed, travel))


def with_break_behind(plan: DayPlan, place: int, shift: Shift, travel: Travel) -> DayPlan:
    """The plan of ``shift`` that takes its break behind ``place`` stops of a plan that has none.

    Of the ways only the one behind the break can change: it then meets the traffic of another hour.
    """
    here = plan.stops[place - 1].point if place else shift.start_depot
    stops = [*plan.stops[:place], break_stop(shift, here), *plan.stops[place:]]
    driving = [*plan.driving[:place], 0.0, way_to(travel, shift, stops, place + 1), *plan.driving[place + 1 :]]
    return _as_early_as_possible(shift, stops, driving)


def _as_early_as_possible(shift: Shift, stops: Sequence[Stop], driving: Sequence[float]) -> DayPlan:
    times, home_at, _ = earliest_times(shift, stops, driving, shift.end, shift.max_minutes)
    return DayPlan(shift, tuple(stops), tuple(driving), tuple(times), home_at, shift.end, shift.max_minutes)


def ways_between(shift: Shift, stops: Sequence[Stop], travel: Travel) -> list[float]:
    """:func:`way_to` every stop and home, in one go."""
    minutes = travel.minutes
    here, hour = shift.start_depot, None
    driving: list[float] = []
    for stop in stops:
        there, promised = stop.point, stop.hour
        if promised is None:
            driving.append(0.0)
        else:
            driving.append(minutes(here, there, promised if hour is None else hour))
        here, hour = there, promised
    driving.append(minutes(here, shift.end_depot, full_hour(shift.start) if hour is None else hour))
    return driving


def with_breaks_in_place(shift: Shift, stops: Sequence[Stop]) -> list[Stop]:
    """The stops with each break on the way on from the stop before it."""
    placed: list[Stop] = []
    for stop in stops:
        here = placed[-1].point if placed else shift.start_depot
        moves = stop.kind is StopKind.BREAK and stop.point is not here
        placed.append(replace(stop, point=here) if moves else stop)
    return placed


def earliest_times(
    shift: Shift,
    stops: Sequence[Stop],
    driving: Sequence[float],
    ends_by: float,
    longest: float,
    *,
    give_up: bool = False,
) -> tuple[list[float], float, bool]:
    """The earliest beginning of each stop, the moment the vehicle is home, and whether everything is kept.

    When it is not, the times are those of driving straight on, so that what is broken shows; with ``give_up`` they end
    at the first stop that is too late.
    """
    times, home_at, in_time, rides_kept = _straight_on(shift, stops, driving, None, give_up)
    first_times, first_home = times, home_at
    if in_time and home_at <= ends_by + TOLERANCE:
        if rides_kept and (longest == math.inf or _tour(stops, times, driving, home_at) <= longest + TOLERANCE):
            return times, home_at, True
        floors = [ALWAYS] * (len(stops) + 1)
        for _ in range(len(stops) + 1):
            if not _raise_floors(stops, driving, times, home_at, longest, floors):
                return times, home_at, True
            times, home_at, in_time, _ = _straight_on(shift, stops, driving, floors, True)
            if not in_time or home_at > ends_by + TOLERANCE:
                break
    return first_times, first_home, False


def keeps_everything(plan: DayPlan) -> bool:
    """True when the times of a plan, which are the earliest there are, keep every limit."""
    if (
        plan.home_at > plan.ends_by + TOLERANCE
        or _tour(plan.stops, plan.times, plan.driving, plan.home_at) > plan.longest + TOLERANCE
    ):
        return False
    seated: dict[str, float] = {}
    for stop, at in zip(plan.stops, plan.times, strict=True):
        if at > stop.latest + TOLERANCE:
            return False
        if stop.kind is StopKind.PICKUP:
            seated[stop.leg_key] = at + stop.service_minutes
        elif at - seated.get(stop.leg_key, at) > stop.ride_limit + TOLERANCE:
            return False
    return True


def _tour(stops: Sequence[Stop], times: Sequence[float], driving: Sequence[float], home_at: float) -> float:
    return home_at - times[0] + driven_before(stops, driving, times, home_at, 0) if stops else 0.0


def behind_break(left: float, rests: float, ends: float, known_at: float, way: float) -> float:
    """When the stop behind a break is reached: ``left`` is when the vehicle left the stop before the break, ``rests`` and
    ``ends`` when the break begins and ends, ``way`` the minutes of driving from stop to stop.

    What lies between leaving and the break is used for driving, unless nobody could know of the stop yet.
    """
    before = rests - (left if left > known_at else known_at)
    ahead = way if before > way else max(before, 0.0)
    return (ends if ends > known_at else known_at) + way - ahead


def _straight_on(
    shift: Shift, stops: Sequence[Stop], driving: Sequence[float], floors: Sequence[float] | None, give_up: bool
) -> tuple[list[float], float, bool, bool]:
    """Drive from stop to stop, waiting only for windows and ``floors`` (of each stop and, last, of leaving the depot):
    times, home, in time everywhere, every ride short enough.
    """
    times: list[float] = []
    seated: dict[str, float] = {}
    in_time = rides_kept = True
    left = leaves = shift.start if floors is None else max(shift.start, floors[-1])
    rested = False
    for place, stop in enumerate(stops):
        if rested:
            at = behind_break(left, times[-1], leaves, stop.known_at, driving[place])
        else:
            at = (leaves if leaves > stop.known_at else stop.known_at) + driving[place]
        earliest = stop.earliest
        if at < earliest:
            at = earliest
        if floors is not None and at < floors[place]:
            at = floors[place]
        if at > stop.latest + TOLERANCE:
            in_time = False
            if give_up:
                break
        times.append(at)
        left, leaves = leaves, at + stop.service_minutes
        rested = stop.kind is StopKind.BREAK
        if stop.kind is StopKind.PICKUP:
            seated[stop.leg_key] = leaves
        elif at - seated.get(stop.leg_key, at) > stop.ride_limit + TOLERANCE:
            rides_kept = False
    if rested:
        return times, behind_break(left, times[-1], leaves, ALWAYS, driving[-1]), in_time, rides_kept
    return times, leaves + driving[-1], in_time, rides_kept


def _raise_floors(
    stops: Sequence[Stop],
    driving: Sequence[float],
    times: Sequence[float],
    home_at: float,
    longest: float,
    floors: list[float],
) -> bool:
    """Ask pick-ups (and leaving the depot) to be later where a ride (or the tour) takes too long; true when anything was
    asked.
    """
    picked: dict[str, int] = {}
    raised = False
    for place, stop in enumerate(stops):
        if stop.kind is StopKind.PICKUP:
            picked[stop.leg_key] = place
        elif stop.leg_key in picked:
            start = picked[stop.leg_key]
            needed = times[place] - stop.ride_limit - stops[start].service_minutes
            if needed > times[start] + TOLERANCE:
                floors[start] = max(floors[start], needed)
                raised = True
    if _tour(stops, times, driving, home_at) > longest + TOLERANCE:
        floors[-1] = max(floors[-1], home_at - longest)
        raised = True
    return raised


def spliced(plan: DayPlan, added: Sequence[tuple[int, Stop]], travel: Travel) -> DayPlan | None:
    """The plan with stops added, each behind as many old stops as its number says (same number: in the given order).

    None when no schedule keeps everything. Loads, sharing and waiting are not looked at: the search does that.
    """
    stops: list[Stop] = []
    driving: list[float] = []
    before: list[float] = []  # when each stop began so far
    done = 0
    for after, stop in added:
        stops += plan.stops[done:after]
        driving += plan.driving[done:after]
        before += plan.times[done:after]
        stops.append(stop)
        driving.append(0.0)
        before.append(ALWAYS)
        done = after
    stops += plan.stops[done:]
    driving += plan.driving[done:]
    before += plan.times[done:]
    _renew_ways(plan.shift, stops, driving, [after + nth for nth, (after, _) in enumerate(added)], travel)
    times, home_at, kept = _earliest_again(plan, stops, driving, before, added[0][0], added[-1][0] + len(added))
    if not kept:
        return None
    return DayPlan(plan.shift, tuple(stops), tuple(driving), tuple(times), home_at, plan.ends_by, plan.longest)


def _earliest_again(
    plan: DayPlan, stops: Sequence[Stop], driving: Sequence[float], before: Sequence[float], first: int, settled: int
) -> tuple[list[float], float, bool]:
    """:func:`earliest_times` of a plan with stops added, computed only where it differs.

    ``before``: when each old stop began; more stops make none of them earlier. ``first``: place of the first new stop; from ``settled``
    on all are old. Once such a stop begins when it did before, all that follows does. Where a ride becomes too long or the tour is
    limited, everything is computed anew.
    """
    if plan.longest < math.inf:
        return earliest_times(plan.shift, stops, driving, plan.ends_by, plan.longest, give_up=True)
    times = list(before[:first])
    seated = {
        stop.leg_key: at + stop.service_minutes
        for stop, at in zip(stops[:first], times, strict=True)
        if stop.kind is StopKind.PICKUP
    }
    rested = first > 0 and stops[first - 1].kind is StopKind.BREAK
    leaves = times[-1] + stops[first - 1].service_minutes if first else plan.shift.start
    left = times[-2] + stops[first - 2].service_minutes if first > 1 else plan.shift.start
    for place in range(first, len(stops)):
        stop = stops[place]
        if rested:
            reached = behind_break(left, times[-1], leaves, stop.known_at, driving[place])
        else:
            reached = max(leaves, stop.known_at) + driving[place]
        at = max(reached, stop.earliest, before[place])
        if at > stop.latest + TOLERANCE:
            return times, leaves, False
        if stop.kind is StopKind.PICKUP:
            seated[stop.leg_key] = at + stop.service_minutes
        elif at - seated.get(stop.leg_key, at) > stop.ride_limit + TOLERANCE:
            return earliest_times(plan.shift, stops, driving, plan.ends_by, plan.longest, give_up=True)
        rested = stop.kind is StopKind.BREAK
        if place >= settled and at == before[place] and not rested:  # what is driven before a break may have changed
            return [*times, *before[place:]], plan.home_at, True
        times.append(at)
        left, leaves = leaves, at + stop.service_minutes
    home_at = behind_break(left, times[-1], leaves, ALWAYS, driving[-1]) if rested else leaves + driving[-1]
    return times, home_at, home_at <= plan.ends_by + TOLERANCE


def _renew_ways(shift: Shift, stops: list[Stop], driving: list[float], places: Sequence[int], travel: Travel) -> None:
    """Compute the ways to and from new stops; a break right behind one is taken on the way on from there."""
    for place in places:
        driving[place] = way_to(travel, shift, stops, place)
        following = place + 1
        if following < len(stops) and stops[following].kind is StopKind.BREAK:
            stops[following] = replace(stops[following], point=stops[place].point)
            driving[following] = 0.0
            following += 1
        driving[following] = way_to(travel, shift, stops, following)
