from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services_app.planning import (
    BreakRule,
    DayPlan,
    FaultCode,
    Load,
    MatrixTravel,
    Point,
    ReturnMode,
    RideRequest,
    Shift,
    Stop,
    StopKind,
    Window,
    day_plan,
    empty_plan,
    faults_of,
    faults_of_day,
)
from services_app.planning.schedule import break_stop, keeps_everything, way_to, ways_between, with_break_behind
from tests.planning.town import DEPOT, STREETS, TRAVEL, days, leg, ride, rides, shift, shifts


def possible(plan: DayPlan) -> bool:
    """Whether any times at all keep windows, ways, rides and the tour, for any whole minutes driven before the break."""
    rests = [place for place, stop in enumerate(plan.stops) if stop.kind is StopKind.BREAK]
    if not rests:
        return any_times(plan, plan.driving, [stop.known_at for stop in plan.stops])
    rest = rests[0]
    return any(any_times(plan, *driven_around(plan, rest, before)) for before in range(int(plan.driving[rest + 1]) + 1))


def driven_around(plan: DayPlan, rest: int, before: int) -> tuple[list[float], list[float]]:
    """The ways, and when each stop is known, with so many minutes of the way behind the break driven before it."""
    driving, known = list(plan.driving), [stop.known_at for stop in plan.stops]
    driving[rest : rest + 2] = [before, driving[rest + 1] - before]
    if before and rest + 1 < len(known):
        known[rest], known[rest + 1] = known[rest + 1], -math.inf
    return driving, known


def any_times(plan: DayPlan, driving: Sequence[float], known: Sequence[float]) -> bool:
    """Longest paths in the graph of differences."""
    shifted, stops, end = plan.shift, plan.stops, len(plan.stops) + 1
    edges: list[tuple[int, int, float]] = []  # node 0 leaves the depot, node end is home: to >= from + minutes
    latest = [math.inf, *[stop.latest for stop in stops], shifted.end]
    at = [shifted.start, *[stop.earliest for stop in stops], shifted.start]
    for place, stop in enumerate(stops, start=1):
        service = stops[place - 2].service_minutes if place > 1 else 0
        edges.append((place - 1, place, service + driving[place - 1]))
        at[place] = max(at[place], known[place - 1] + driving[place - 1])
        if stop.kind is StopKind.DROPOFF:
            picked = next(n for n, s in enumerate(stops, start=1) if s.leg_key == stop.leg_key)
            edges.append((place, picked, -stop.ride_limit - stops[picked - 1].service_minutes))
    edges.append((end - 1, end, stops[-1].service_minutes + driving[-1]))
    edges.append((end, 0, -shifted.max_minutes))
    for _ in range(end + 2):
        before = list(at)
        for one, other, minutes in edges:
            at[other] = max(at[other], at[one] + minutes)
        if any(moment > last for moment, last in zip(at, latest, strict=True)):
            return False
        if at == before:
            return True
    return False


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(shifts("A"), st.lists(rides(latest=150), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_an_order_has_times_exactly_when_the_differences_allow_any(
    shifted: Shift, wishes: list[RideRequest], random: Random
) -> None:
    stops: list[Stop] = []
    for number, wish in enumerate(wishes):
        pickup, dropoff = replace(wish.outbound, key=f"L{number}").stops(f"R{number}")
        one = random.randint(0, len(stops))
        stops.insert(one, pickup)
        stops.insert(random.randint(one + 1, min(len(stops), one + 3)), dropoff)
    if shifted.rest:
        stops.insert(random.randint(0, len(stops)), break_stop(shifted, DEPOT))
    plan = day_plan(shifted, stops, TRAVEL)
    timing = {
        FaultCode.TOO_LATE, FaultCode.TOO_EARLY, FaultCode.RIDE_TIME, FaultCode.SHIFT_END, FaultCode.SHIFT_START,
        FaultCode.TOUR_LENGTH, FaultCode.TRAVEL,
    }  # fmt: skip
    broken = {fault.code for fault in faults_of(plan, TRAVEL)} & timing
    assert possible(plan) is not bool(broken)


def two_rides(first: float = 100, second: float = 200) -> DayPlan:
    return day_plan(shift(), [*leg("R", first).stops("R"), *leg("S", second).stops("S")], TRAVEL)


def codes(plan: DayPlan) -> set[FaultCode]:
    return {fault.code for fault in faults_of(plan, TRAVEL)}


def test_a_sound_plan_has_no_faults() -> None:
    assert not faults_of(two_rides(), TRAVEL)
    assert not faults_of(empty_plan(shift(), TRAVEL), TRAVEL)
    assert empty_plan(shift(start=7), TRAVEL).leaves_at == 7


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"times": (99.0, 110.0, 200.0, 210.0)}, FaultCode.TOO_EARLY),
        ({"times": (111.0, 121.0, 200.0, 210.0)}, FaultCode.TOO_LATE),
        ({"times": (100.0, 109.0, 200.0, 210.0)}, FaultCode.TRAVEL),
        ({"home_at": 210.0}, FaultCode.TRAVEL),
        ({"times": (100.0, 131.0, 200.0, 210.0)}, FaultCode.RIDE_TIME),
        ({"shift": shift(start=96)}, FaultCode.SHIFT_START),
        ({"shift": shift(end=220)}, FaultCode.SHIFT_END),
        ({"shift": shift(max_minutes=100)}, FaultCode.TOUR_LENGTH),
        ({"shift": shift(seats=0)}, FaultCode.SEATS),
        ({"shift": shift(rest=BreakRule(Window(0, 50), 10))}, FaultCode.BREAK),
    ],
)
def test_the_referee_names_what_is_broken(change: dict[str, object], code: FaultCode) -> None:
    assert code in codes(replace(two_rides(), **change))  # type: ignore[arg-type]  # fields by name


def test_the_referee_names_wrong_orders_loads_and_company() -> None:
    pickup, dropoff = leg("R", 100).stops("R")
    other = leg("S", 100, exclusive=True, load=Load(0, 2), needs=frozenset({"lift"})).stops("S")
    assert FaultCode.ORDER in codes(day_plan(shift(), [dropoff, pickup], TRAVEL))
    assert FaultCode.ORDER in codes(day_plan(shift(), [pickup, pickup, dropoff], TRAVEL))
    assert FaultCode.ORDER in codes(day_plan(shift(), [pickup], TRAVEL))
    shared = codes(day_plan(shift(), [pickup, other[0], dropoff, other[1]], TRAVEL))
    assert {FaultCode.SHARING, FaultCode.WHEELCHAIRS, FaultCode.CAPABILITY} <= shared
    twice = faults_of_day([two_rides(), two_rides()], TRAVEL)
    assert {fault.code for fault in twice} == {FaultCode.ORDER}


def test_the_referee_names_a_driver_who_does_not_wait() -> None:
    wish = ride("R", 100, 200, ReturnMode.DRIVER_WAITS)
    assert wish.back
    there, back = wish.outbound.stops("R", stays=True), wish.back.stops("R")
    between = leg("S", 150).stops("S")
    assert not codes(day_plan(shift(), [*there, *back], TRAVEL))
    assert codes(day_plan(shift(), [*there, *between, *back], TRAVEL)) == {FaultCode.WAITING}
    assert FaultCode.WAITING in codes(day_plan(shift(), there, TRAVEL))


def test_a_break_with_somebody_on_board_is_none() -> None:
    resting = shift(rest=BreakRule(Window(0, 300), 10))
    pickup, dropoff = leg("R", 100).stops("R")
    rest = break_stop(resting, DEPOT)
    assert not codes(day_plan(resting, [pickup, dropoff, rest], TRAVEL))
    assert FaultCode.BREAK in codes(day_plan(resting, [pickup, rest, dropoff], TRAVEL))
    with pytest.raises(ValueError, match="no break"):
        break_stop(shift(), DEPOT)


def test_a_break_is_taken_on_the_way_as_late_and_as_early_as_its_window_and_the_next_rider_ask() -> None:
    behind = leg("R", 130, width=0).stops("R")  # five minutes from the depot
    for opens, closes, sound, before in (
        (0, 99, True, 0),
        (96, 99, True, 1),
        (100, 100, True, 5),
        (101, 110, False, 5),
    ):
        resting = shift(rest=BreakRule(Window(opens, closes), 30))
        plan = day_plan(resting, [break_stop(resting, DEPOT), *behind], TRAVEL)
        assert (not codes(plan)) is sound
        assert plan.driven_before(0) == before
        assert plan.leaves_at == plan.times[0] - before
        assert plan.driven_before(0) + plan.driven_before(1) == 5


def test_nobody_sets_out_for_a_rider_behind_the_break_before_the_ride_is_known() -> None:
    resting = shift(rest=BreakRule(Window(100, 110), 30))
    for known_at, at in ((95, 130), (97, 132), (100, 135), (128, 135), (131, 136)):
        behind = leg("R", 130, width=20, known_at=known_at).stops("R")
        plan = day_plan(resting, [break_stop(resting, DEPOT), *behind], TRAVEL)
        assert plan.times[1] == at
        assert not codes(plan)
        assert FaultCode.TRAVEL in codes(replace(plan, times=(plan.times[0], at - 1, *plan.times[2:])))


def test_a_pick_up_is_delayed_rather_than_riding_too_long() -> None:
    tight = leg("R", 100, width=30, dropoff=Window(130, 150), max_ride_minutes=12)
    plan = day_plan(shift(), tight.stops("R"), TRAVEL)
    assert list(plan.times) == [113, 130]
    assert not faults_of(plan, TRAVEL)


def test_known_best_routes_of_a_small_instance_are_accepted_at_their_cost_and_refused_when_broken() -> None:
    """A published kind of instance in miniature: Euclidean ways, one vehicle, rides of at most 30 minutes."""
    spots = [Point(0, 0), Point(3, 4), Point(6, 8), Point(0, 8), Point(-6, 8)]
    rows = [[math.dist((a.lat, a.lon), (b.lat, b.lon)) for b in spots] for a in spots]
    travel = MatrixTravel.of(spots, rows)
    day = Shift("A", 0, 480, spots[0], spots[0], seats=1)
    windows = [Window(0, 400), Window(20, 30), Window(35, 45), Window(0, 400)]
    route: list[Stop] = []
    for number, (one, other) in enumerate([(1, 2), (3, 4)]):
        request = leg(
            f"L{number}", 0, spots[one], spots[other], pickup=windows[one - 1], dropoff=windows[other - 1],
            pickup_minutes=3, dropoff_minutes=3, max_ride_minutes=30,
        )  # fmt: skip
        route += request.stops(f"R{number}")
    plan = day_plan(day, route, travel)
    assert not faults_of(plan, travel)
    assert sum(plan.driving) == pytest.approx(5 + 5 + 6 + 6 + 10)
    for order in ([1, 0, 2, 3], [0, 2, 1, 3], [2, 3, 0, 1]):
        assert faults_of(day_plan(day, [route[place] for place in order], travel), travel)
    assert all(one <= other for one, other in pairwise(plan.times))


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(days(vehicles=1, most=6, travel=STREETS), st.integers(0, 12))
def test_what_is_reckoned_in_one_go_is_what_is_reckoned_stop_by_stop(plans: list[DayPlan], place: int) -> None:
    for plan in plans:
        shifted, stops = plan.shift, plan.stops
        assert ways_between(shifted, stops, STREETS) == [
            way_to(STREETS, shifted, stops, n) for n in range(len(stops) + 1)
        ]
        assert keeps_everything(plan)
        driving = [stop for stop in stops if stop.kind is not StopKind.BREAK]
        if shifted.rest:
            behind = min(place, len(driving))
            rested = day_plan(shifted, [*driving[:behind], break_stop(shifted, DEPOT), *driving[behind:]], STREETS)
            assert with_break_behind(day_plan(shifted, driving, STREETS), behind, shifted, STREETS) == rested
            assert keeps_everything(rested) is not _late(rested)


def _late(plan: DayPlan) -> bool:
    late = {FaultCode.TOO_LATE, FaultCode.RIDE_TIME, FaultCode.SHIFT_END, FaultCode.TOUR_LENGTH}
    return bool(late & {fault.code for fault in faults_of(plan, STREETS)})
