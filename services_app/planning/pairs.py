"""Both legs of a ride at one moment: pairs of places, cheapest first, until one keeps everything when scheduled
exactly.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from services_app.planning.model import (
    DayPlan,
    Insertion,
    LegRequest,
    PlacedLeg,
    Point,
    RideRequest,
    Shift,
    Stop,
    StopKind,
    full_hour,
)
from services_app.planning.schedule import spliced
from services_app.planning.search import EASE, LegSearch, Option, onward
from services_app.planning.timeline import Timeline
from services_app.planning.travel import Travel

# (added minutes, place of the way there, place of the way back)
Pair = tuple[float, Option, Option | None]
NOT_ALONE = (0.0, 1.0, 0.0)  # a way back that fits only behind its way there has no moves of its own
Changed = tuple[tuple[DayPlan, DayPlan], ...]


class RideSearch:
    """One ride against the plans of a day, for any number of moves in time."""

    def __init__(self, request: RideRequest, plans: Sequence[DayPlan], travel: Travel, moves: Sequence[float]) -> None:
        """``moves``: minutes by which the whole ride may be moved."""
        self.request, self.plans, self.travel = request, plans, travel
        self._out = LegSearch(request.outbound, plans, travel, moves)
        self._back = LegSearch(request.back, plans, travel, moves) if request.back else None
        self._breaks = [_break_node(plan) for plan in plans] if request.back else []
        self._suited = [request.back is not None and plan.shift.suits(request.back) for plan in plans]

    def best(self, move: float) -> Insertion | None:
        """The cheapest place of the ride moved by so many minutes; none when it fits nowhere."""
        outs = self._out.options(move)
        if not outs:
            return None
        tries = _Tries(self.request, move, self.plans, self.travel)
        for _, out, back in self._pairs(outs, move, tries.failed):
            changed = tries.scheduled(out, back)
            if changed:
                return self._insertion(tries.request, changed)
        return None

    def _pairs(self, outs: list[Option], move: float, failed: set[tuple[bool, Option]]) -> Iterator[Pair]:
        """Places for both legs, cheapest first."""
        if self._back is None or self.request.back is None:
            return iter([(out[0], out, None) for out in outs])
        straight_back = _StraightBack(self.request, self.request.back, move, self.travel)
        together = sorted(straight_back.places(outs, self.plans, self._suited))
        if self.request.driver_waits:
            return iter(together)
        sums = _cheapest_sums(outs, self._back.options(move), failed, self._breaks)
        return heapq.merge(together, sums) if together else sums

    def _insertion(self, request: RideRequest, changed: Changed) -> Insertion:
        legs = [request.outbound, *([request.back] if request.back else [])]
        return Insertion(
            request=request,
            legs=tuple(_placed(leg, changed) for leg in legs),
            changed=changed,
            added_minutes=sum(sum(after.driving) - sum(before.driving) for before, after in changed),
            added_km=sum(_added_km(before, after, self.travel) for before, after in changed),
        )


class _Tries:
    """Exact scheduling of places for a request at one moment, each leg in its vehicle only once."""

    def __init__(self, request: RideRequest, move: float, plans: Sequence[DayPlan], travel: Travel) -> None:
        self._asked, self._move, self._plans, self._travel = request, move, plans, travel
        self._done: dict[tuple[bool, Option], DayPlan] = {}
        self.failed: set[tuple[bool, Option]] = set()

    @cached_property
    def request(self) -> RideRequest:
        """The request at its moment."""
        return self._asked.moved(self._move)

    @cached_property
    def _there(self) -> tuple[Stop, Stop]:
        return self.request.outbound.stops(self.request.key, stays=self.request.driver_waits)

    @cached_property
    def _home(self) -> tuple[Stop, Stop] | None:
        return self.request.back.stops(self.request.key) if self.request.back else None

    def scheduled(self, out: Option, back: Option | None) -> Changed | None:
        """The plans as they were and as they become; none when a promise would break.

        What does not fit by itself does not fit together with more, and is not tried again.
        """
        first = self._alone(False, out)
        if first is None:
            return None
        plan = self._plans[out[3]]
        if back is None or self._home is None:
            return ((plan, first),)
        second = self._alone(True, back) if back[1] <= back[2] + EASE else None
        if out[3] == back[3]:
            if (True, back) in self.failed:
                return None
            both = spliced(plan, _added(out, self._there) + _added(back, self._home), self._travel)
            return ((plan, both),) if both else None
        return ((plan, first), (self._plans[back[3]], second)) if second else None

    def _alone(self, homeward: bool, place: Option) -> DayPlan | None:
        key = (homeward, place)
        if key in self.failed:
            return None
        if key not in self._done:
            stops = self._home if homeward and self._home else self._there
            plan = spliced(self._plans[place[3]], _added(place, stops), self._travel)
            if plan is None:
                self.failed.add(key)
                return None
            self._done[key] = plan
        return self._done[key]


def _added(place: Option, stops: tuple[Stop, Stop]) -> list[tuple[int, Stop]]:
    return [(place[4], stops[0]), (place[5], stops[1])]


def _break_node(plan: DayPlan) -> int:
    """The node of the driver's break; 0, the depot, when there is none."""
    rests = plan.timeline.rests
    return rests.index(True) if plan.shift.rest and True in rests else 0


def _placed(leg: LegRequest, changed: Changed) -> PlacedLeg:
    for _, after in changed:
        pickup, dropoff = after.time_of(leg.key, StopKind.PICKUP), after.time_of(leg.key, StopKind.DROPOFF)
        if pickup is not None and dropoff is not None:
            return PlacedLeg(leg, after.shift.key, pickup, dropoff)
    raise LookupError(leg.key)  # pragma: no cover - every leg was just put into one of the plans


def _added_km(before: DayPlan, after: DayPlan, travel: Travel) -> float:
    """Kilometres driven more; only where the two plans differ (stops that stay are the same objects)."""
    old, new = _points(before), _points(after)
    head = 0
    while head < len(old) - 1 and old[head] is new[head]:
        head += 1
    tail = 0
    while tail < len(old) - head and old[-1 - tail] is new[-1 - tail]:
        tail += 1
    start = max(head - 1, 0)
    kilometres = travel.kilometres

    def length(points: list[Point]) -> float:
        part = points[start : len(points) - tail + 1]
        return sum(kilometres(a, b) for a, b in pairwise(part))

    return length(new) - length(old)


def _points(plan: DayPlan) -> list[Point]:
    return [plan.shift.start_depot, *[stop.point for stop in plan.stops], plan.shift.end_depot]


def _cheapest_sums(
    outs: list[Option], backs: list[Option], failed: set[tuple[bool, Option]], breaks: Sequence[int]
) -> Iterator[Pair]:
    """Every pair of two sorted lists by its sum, as far as it is asked for, without those that ``failed`` meanwhile.

    In one vehicle the way back comes in a later gap; the same gap, or the next one across a break (``breaks``: its
    node in each plan), is :class:`_StraightBack`'s.
    """
    if not outs or not backs:
        return
    heap = [(outs[0][0] + backs[0][0], 0, 0)]
    while heap:
        cost, one, other = heapq.heappop(heap)
        out, back = outs[one], backs[other]
        if other == 0 and one + 1 < len(outs):
            heapq.heappush(heap, (outs[one + 1][0] + back[0], one + 1, 0))
        if (False, out) in failed:
            continue
        if (True, back) not in failed and (out[3] != back[3] or _apart(out, back, breaks)):
            yield cost, out, back
        if other + 1 < len(backs):
            heapq.heappush(heap, (out[0] + backs[other + 1][0], one, other + 1))


def _apart(out: Option, back: Option, breaks: Sequence[int]) -> bool:
    """True when two places in one vehicle do not touch."""
    return back[4] > out[5] and not (back[4] == out[5] + 1 == breaks[out[3]])


class _StraightBack:
    """Places where the way back begins right where the way there ended: in the same vehicle and gap, or behind the break.

    The only pairs whose costs do not simply add up, and the only ones for a driver who waits.
    """

    def __init__(self, request: RideRequest, back: LegRequest, move: float, travel: Travel) -> None:
        out = request.outbound
        self.waits, self.back, self.minutes = request.driver_waits, back, travel.minutes
        self.visited = out.destination
        self.visit_hour = full_hour(out.dropoff.earliest + move + out.dropoff_minutes)
        self.seated = back.pickup.earliest + move + back.pickup_minutes
        self.leave_hour = full_hour(self.seated)
        self.opens, self.closes = back.dropoff.earliest + move, back.dropoff.latest + move
        self.home_hour = full_hour(self.opens + back.dropoff_minutes)
        self.direct = self.minutes(back.origin, back.destination, self.leave_hour)
        self.over = self.minutes(self.visited, back.origin, self.visit_hour)
        self.out_again = max(self.seated + self.direct, self.opens) + back.dropoff_minutes

    def places(self, outs: list[Option], plans: Sequence[DayPlan], suited: Sequence[bool]) -> Iterator[Pair]:
        """The pairs, in no order; loads and sharing are respected, times only roughly."""
        for out in outs:
            plan, gap = plans[out[3]], out[5]
            line = plan.timeline
            if not suited[out[3]]:
                continue
            if line.rests[gap + 1] and not self.waits:
                yield from self._ways_home(out, plan.shift, line, gap + 1)
            if line.latest[gap + 1] < self.seated - EASE:
                continue
            if line.aboard[gap] and (self.waits or not self._fits(plan.shift, line, gap)):
                continue
            yield from self._ways_home(out, plan.shift, line, gap)

    def _fits(self, shift: Shift, line: Timeline, gap: int) -> bool:
        load = self.back.load
        alone = self.back.exclusive or line.alone[gap]
        return not alone and shift.carries(line.seats[gap] + load.seats, line.chairs[gap] + load.wheelchairs)

    def _ways_home(self, out: Option, shift: Shift, line: Timeline, gap: int) -> Iterator[Pair]:
        """``gap``: the way there's last, or the one behind the break that is taken where the way there ended."""
        back, minutes = self.back, self.minutes
        straight_home = self.out_again <= line.latest[gap + 1] + EASE
        with_others = not back.exclusive and not line.rests[gap + 1]
        if not straight_home and not with_others:
            return
        over = self.over if gap == out[5] else minutes(self.visited, back.origin, self.leave_hour)
        added = out[0] + over - onward(minutes, shift, line, out[5], self.visited, self.visit_hour)[0]
        if straight_home:
            more, leave_by = onward(minutes, shift, line, gap, back.destination, self.home_hour)
            if self.out_again <= leave_by + EASE:
                yield added + self.direct + more, out, (*NOT_ALONE, out[3], gap, gap)
        if not with_others:
            return
        shared = added + onward(minutes, shift, line, gap, back.origin, self.leave_hour)[0]
        for node in range(gap + 1, len(line.aboard)):
            late = line.opens[node] > self.closes
            if late or line.rests[node] or line.shut[node] or not self._fits(shift, line, node):
                return
            way = minutes(line.points[node], back.destination, line.hours[node] or self.home_hour)
            detour = way + onward(minutes, shift, line, node, back.destination, self.home_hour)[0]
            yield shared + detour, out, (*NOT_ALONE, out[3], gap, node)
