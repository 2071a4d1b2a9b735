"""Where a leg fits: every place in every plan, for a whole range of times at once.

A leg that may be moved in time fits between two stops for an *interval* of moves: its ends follow from when the vehicle
can leave the stop before and must reach the stop behind. One look at a gap therefore answers all candidate times of the
same hour, instead of one look for each. What is computed here follows the time windows only and so never refuses what
is possible (as long as a detour is not quicker than the direct way); ride-time limits and the rest are decided by
scheduling the changed plan exactly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from services_app.planning.model import TOLERANCE, DayPlan, LegRequest, Point, Shift, full_hour
from services_app.planning.schedule import behind_break
from services_app.planning.timeline import Timeline
from services_app.planning.travel import Travel

# (added minutes of driving, first and last move in minutes, number of the plan, gap of the pick-up, gap of the drop-off)
Option = tuple[float, float, float, int, int, int]
EASE = 2 * TOLERANCE


class LegSearch:
    """All places for one leg in the given plans, found hour by hour as they are asked for."""

    def __init__(self, leg: LegRequest, plans: Sequence[DayPlan], travel: Travel, moves: Sequence[float]) -> None:
        """``moves``: the minutes by which the leg may be moved; only these are ever asked for."""
        self.leg, self.travel = leg, travel
        self._plans = plans
        self._gaps: list[_Gaps] | None = None
        self._seated = leg.pickup.earliest + leg.pickup_minutes
        self._out = leg.dropoff.earliest + leg.dropoff_minutes
        self._first, self._last = min(moves, default=0.0), max(moves, default=0.0)
        self._found: dict[tuple[float, float], list[Option]] = {}

    def options(self, move: float) -> list[Option]:
        """The places that fit when the leg is moved by so many minutes, cheapest first."""
        # the full hours of the promises: in their traffic the ways from pick-up and drop-off are driven
        hours = ((self._seated + move) // 60.0 * 60.0, (self._out + move) // 60.0 * 60.0)
        found = self._found.get(hours)
        if found is None:
            found = self._found[hours] = self._search(hours, *self._alike(hours))
        return [option for option in found if option[1] - EASE <= move <= option[2] + EASE] if found else found

    def _alike(self, hours: tuple[float, float]) -> tuple[float, float]:
        """Bounds of the moves whose promises fall into these hours."""
        low = max(self._first, hours[0] - self._seated, hours[1] - self._out)
        high = min(self._last, hours[0] - self._seated + 60.0, hours[1] - self._out + 60.0)
        return low, high

    def _search(self, hours: tuple[float, float], low: float, high: float) -> list[Option]:
        task = _Task(self.leg, self.travel, hours, low, high)
        if not task.possible:
            return []
        if self._gaps is None:
            self._gaps = [
                _Gaps(task, number, plan) for number, plan in enumerate(self._plans) if plan.shift.suits(self.leg)
            ]
        found: list[Option] = []
        begins = low + task.pick_first + task.pick_minutes - EASE
        ends = high + task.pick_last + EASE
        for gaps in self._gaps:
            first, last = bisect_left(gaps.until, begins), bisect_right(gaps.ready, ends)
            if first < last:
                _look_through(task, gaps, first, last, found)
        found.sort()
        return found


class _Roomy(NamedTuple):
    """The gaps of a plan in which somebody could get in at all, whatever the hour and wherever from.

    ``ready`` and ``until``: when the vehicle can leave the stop before each and must reach the stop behind. ``beyond``,
    one entry for every node: somebody on board there may stay on board, beside all who do; never on reaching the depot.
    """

    gaps: list[int]
    ready: list[float]
    until: list[float]
    beyond: list[bool]


def _roomy(task: _Task, shift: Shift, line: Timeline) -> _Roomy:
    """Enough slack (a detour takes at least as long as helping in), enough places; remembered in the plan's timeline,
    because many wishes are alike in what is asked here.
    """
    key = (task.pick_minutes, task.seats, task.chairs, task.exclusive)
    known = line.roomy.get(key)
    if known is None:
        least = task.pick_minutes - EASE
        slack, spare, aboard = line.slack, line.spare, line.aboard
        free = [
            not alone and not task.exclusive and _fits(task, shift, line, gap) for gap, alone in enumerate(line.alone)
        ]
        gaps = [
            gap for gap in line.loose if slack[gap] >= least and spare[gap] >= least and (not aboard[gap] or free[gap])
        ]
        beyond = [free[node] and not line.shut[node] and not line.rests[node] for node in range(len(free))]
        known = line.roomy[key] = _Roomy(
            gaps, [line.ready[gap] for gap in gaps], [line.latest[gap + 1] for gap in gaps], [*beyond, False]
        )
    return known


class _Gaps:
    """The gaps of one plan in which the leg could get in. ``ways`` keeps the minutes from the stop before to the leg's
    pick-up.
    """

    __slots__ = ("beyond", "gaps", "line", "number", "ready", "shift", "until", "ways")

    def __init__(self, task: _Task, number: int, plan: DayPlan) -> None:
        self.number, self.shift, self.line = number, plan.shift, plan.timeline
        self.gaps, self.ready, self.until, self.beyond = _roomy(task, plan.shift, plan.timeline)
        self.ways: list[float | None] = [None] * len(self.gaps)

    def behind_break(self, task: _Task, gap: int, way: float) -> float:
        """When the vehicle can be at a pick-up in the gap behind a break, ``way`` minutes from the stop before it."""
        ready, rest = self.line.ready, self.line.service[gap]
        return behind_break(ready[gap - 1], ready[gap] - rest, ready[gap], task.known, way)

    def way(self, task: _Task, place: int) -> float:
        """Minutes from the stop before the gap to the pick-up; remembered unless they depend on the leg's own hour."""
        gap = self.gaps[place]
        hour = self.line.hours[gap]
        way = task.minutes(self.line.points[gap], task.origin, task.pick_hour if hour is None else hour)
        if hour is not None:
            self.ways[place] = way
        return way


class _Task:
    """A leg with everything that stays the same within one hour of candidates, so that the loops below only add and
    compare.
    """

    __slots__ = (
        "backward",
        "chairs",
        "destination",
        "direct",
        "drop_first",
        "drop_hour",
        "drop_last",
        "drop_minutes",
        "exclusive",
        "forward",
        "high",
        "known",
        "low",
        "minutes",
        "origin",
        "pick_first",
        "pick_hour",
        "pick_last",
        "pick_minutes",
        "possible",
        "ride",
        "seats",
        "through",
    )  # fmt: skip

    def __init__(self, leg: LegRequest, travel: Travel, hours: tuple[float, float], low: float, high: float) -> None:
        self.minutes = travel.minutes
        self.origin, self.destination = leg.origin, leg.destination
        self.pick_hour, self.drop_hour = hours
        self.low, self.high = low, high
        self.pick_first, self.pick_last = leg.pickup.earliest, leg.pickup.latest
        self.drop_first, self.drop_last = leg.dropoff.earliest, leg.dropoff.latest
        self.pick_minutes, self.drop_minutes = leg.pickup_minutes, leg.dropoff_minutes
        self.ride = leg.pickup_minutes + leg.max_ride_minutes
        self.seats, self.chairs, self.exclusive = leg.load.seats, leg.load.wheelchairs, leg.exclusive
        self.known = leg.known_at
        self.direct = travel.minutes(leg.origin, leg.destination, hours[0])
        self.through = self.pick_minutes + self.direct  # from beginning to help in to being there, alone
        self.backward = min(self.pick_last, self.drop_last - self.through)
        self.forward = max(self.pick_first + self.through, self.drop_first) + self.drop_minutes
        self.possible = (
            self.through <= self.ride + EASE
            and self.pick_first + self.through <= self.drop_last + EASE
            and self.drop_first <= self.pick_last + self.ride + EASE
        )


def _look_through(task: _Task, gaps: _Gaps, first: int, last: int, found: list[Option]) -> None:
    """The gaps of one plan that touch the task's time: alone between two stops, and with other riders on board."""
    line, latest, rests = gaps.line, gaps.line.latest, gaps.line.rests
    high, low, known, through = task.high, task.low, task.known, task.through + task.drop_minutes - EASE
    too_late = high + task.pick_last + EASE
    for place in range(first, last):
        gap = gaps.gaps[place]
        coming = gaps.ways[place] or gaps.way(task, place)
        arrives = gaps.behind_break(task, gap, coming) if rests[gap] else max(gaps.ready[place], known) + coming
        if arrives > too_late:
            continue
        left = latest[gap + 1] - arrives
        if left >= through:
            more, leave_by = onward(task.minutes, gaps.shift, line, gap, task.destination, task.drop_hour)
            begin, end = arrives - task.backward, leave_by - task.forward
            added = coming + task.direct + more
            kept = added + task.pick_minutes + task.drop_minutes <= line.spare[gap] + EASE  # by riders on board
            in_time = arrives + through <= leave_by  # whatever the move: not waiting for anybody's window
            if kept and in_time and begin <= end + EASE and begin <= high + EASE and end >= low - EASE:
                found.append((added, begin, end, gaps.number, gap, gap))
        if gaps.beyond[gap + 1] and left >= task.pick_minutes - EASE:
            _look_further(task, gaps, gap, coming, arrives, found)


def _look_further(task: _Task, gaps: _Gaps, gap: int, coming: float, arrives: float, found: list[Option]) -> None:
    """Pick up in ``gap``, ``coming`` minutes of driving away, and drop off only after one or more of the stops behind it,
    the first of which allows it.
    """
    number, shift, line = gaps.number, gaps.shift, gaps.line
    node, beyond = gap + 1, gaps.beyond
    minutes, points, latest = task.minutes, line.points, line.latest
    way = minutes(task.origin, points[node], task.pick_hour)
    added = coming + way - line.driving[gap]
    if added + task.pick_minutes > line.spare[gap] + EASE:
        return
    elapsed = task.pick_minutes + way  # from beginning to help in to beginning at ``node``, without waiting
    not_before = line.opens[node]  # the earliest beginning at ``node`` that windows allow
    until = latest[node] - elapsed  # the latest pick-up that reaches everything up to ``node``
    while (
        beyond[node]
        and arrives <= until + EASE
        and task.pick_first + task.low <= until + EASE
        and elapsed <= task.ride + EASE
        and not_before <= latest[node] + EASE
        and not_before <= task.drop_last + task.high + EASE
    ):
        option = _drop_behind(task, shift, line, node, arrives, (added, elapsed, not_before, until))
        if option:
            found.append((option[0], option[1], option[2], number, gap, node))
        service, way = line.service[node], line.driving[node]
        node += 1
        elapsed += service + way
        not_before = max(not_before + service + way, line.opens[node])
        until = min(until, latest[node] - elapsed)


def _drop_behind(
    task: _Task, shift: Shift, line: Timeline, node: int, arrives: float, so_far: tuple[float, float, float, float]
) -> tuple[float, float, float] | None:
    """Added minutes and the interval of moves when the rider gets out right behind ``node``; none when there is no such
    move.
    """
    added, elapsed, not_before, until = so_far
    way = task.minutes(line.points[node], task.destination, line.hours[node] or task.drop_hour)
    through = elapsed + line.service[node] + way
    if through > task.ride + EASE or task.pick_first + through > task.drop_last + EASE:
        return None
    there = not_before + line.service[node] + way
    if there > until + task.ride + EASE:
        return None
    more, leave_by = onward(task.minutes, shift, line, node, task.destination, task.drop_hour)
    if way + more + task.drop_minutes > line.spare[node] + EASE:
        return None
    leave_by -= task.drop_minutes  # the latest beginning of the drop-off
    if there > leave_by + EASE or arrives + through > leave_by + EASE:
        return None
    begin = max(
        arrives - task.pick_last,
        there - task.drop_last,
        arrives + through - task.drop_last,
        there - task.pick_last - task.ride,
    )
    end = min(
        until - task.pick_first,
        leave_by - through - task.pick_first,
        leave_by - task.drop_first,
        until + task.ride - task.drop_first,
    )
    if begin > end + EASE or begin > task.high + EASE or end < task.low - EASE:
        return None
    return added + way + more, begin, end


def _fits(task: _Task, shift: Shift, line: Timeline, gap: int) -> bool:
    """True when the riders on the way in this gap leave the places the leg needs and may be shared with."""
    return not line.alone[gap] and shift.carries(line.seats[gap] + task.seats, line.chairs[gap] + task.chairs)


def onward(
    minutes: Callable[[Point, Point, float], float], shift: Shift, line: Timeline, gap: int, point: Point, hour: float
) -> tuple[float, float]:
    """Going on from a new stop at ``point`` at the end of ``gap``: minutes more than drove there before, and the latest
    departure.

    A break at the gap's end is then taken on the way on from the new stop, before, between or behind the driving.
    """
    if not line.rests[gap + 1]:
        way = minutes(point, line.points[gap + 1], hour)
        return way - line.driving[gap], line.latest[gap + 1] - way
    behind = gap + 2
    promised = line.hours[behind]
    way = minutes(point, line.points[behind], full_hour(shift.start) if promised is None else promised)
    leave_by = min(line.closes[gap + 1], line.latest[behind] - way - line.service[gap + 1])
    return way - line.driving[gap + 1], leave_by
