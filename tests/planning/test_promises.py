from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services_app.planning import (
    BreakRule,
    DayPlan,
    Doing,
    FaultCode,
    FinishedWay,
    Lack,
    LackCode,
    Load,
    Point,
    PromisedLeg,
    ReturnMode,
    RideRequest,
    StreetTravel,
    Window,
    apply,
    day_with_free,
    empty_plan,
    explain_no,
    faults_of,
    faults_of_day,
    insert,
    make_room,
    plan_from_promises,
    promised_legs,
    replan,
    request_for_appointment,
    ride_keys,
)
from tests.planning.town import CLINIC, HOME, TRAVEL, days, leg, ride, rides, shift

BRIEFLY = settings(max_examples=40, suppress_health_check=list(HealthCheck))
NEW_YEAR = 29_453_760.0 - 60  # 1 January 2026, 0:00 in Warsaw, in minutes since the epoch


@BRIEFLY
@given(days(most=6))
def test_a_plan_rebuilt_from_its_promises_drives_the_same_stops_in_the_same_order(plans: list[DayPlan]) -> None:
    for plan in plans:
        rebuilt = plan_from_promises(plan.shift, promised_legs(plan), TRAVEL)
        keys = [[(s.leg_key, s.kind) for s in p.stops if s.leg_key] for p in (plan, rebuilt)]
        assert keys[0] == keys[1]
        assert not faults_of(rebuilt, TRAVEL)


def worst_faults(plan: DayPlan) -> dict[tuple[FaultCode, str], float]:
    """By how much each leg breaks each rule; both its stops can be too early, then the worse counts."""
    found: dict[tuple[FaultCode, str], float] = {}
    for fault in faults_of(plan, TRAVEL):
        key = (fault.code, fault.leg_key)
        found[key] = max(fault.by, found.get(key, 0.0))
    return found


@BRIEFLY
@given(days(most=2), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=3), rides())
def test_a_forced_plan_is_taken_as_it_is_and_never_made_worse(
    plans: list[DayPlan], forced: list[tuple[int, int]], request: RideRequest
) -> None:
    for plan in plans:
        legs = promised_legs(plan) + [
            PromisedLeg(f"F{n}", leg(f"F{n}", 100.0), min(pair), max(pair)) for n, pair in enumerate(forced)
        ]
        given_plan = plan_from_promises(plan.shift, legs, TRAVEL)
        before = worst_faults(given_plan)
        found = insert(request, [given_plan], TRAVEL)
        if found:
            after = worst_faults(apply(found, [given_plan])[0])
            new = {key: by for key, by in after.items() if by > before.get(key, 0) + 1e-6}
            late = {code for code, key in new if key.startswith("new")}
            assert not late
            assert {code for code, _ in new} <= {
                FaultCode.TOO_LATE,
                FaultCode.RIDE_TIME,
            }  # up to what was tolerated at once


def test_a_stored_leg_that_runs_late_is_named_but_accepted() -> None:
    late = PromisedLeg("R", leg("R", 100), 150, 160)
    plan = plan_from_promises(shift(), [late], TRAVEL)
    assert {fault.code for fault in faults_of(plan, TRAVEL)} <= {FaultCode.TOO_LATE}
    assert insert(ride("S", 300), [plan], TRAVEL)
    backwards = plan_from_promises(shift(), [PromisedLeg("R", leg("R", 100), 100, 90)], TRAVEL)
    assert [stop.kind.value for stop in backwards.stops] == ["pickup", "dropoff"]


def test_the_break_goes_where_most_room_is() -> None:
    resting = shift(rest=BreakRule(Window(100, 300), 30))
    legs = [PromisedLeg("R", leg("R", 100), 100, 110), PromisedLeg("S", leg("S", 250), 250, 260)]
    plan = plan_from_promises(resting, legs, TRAVEL)
    assert [stop.kind.value for stop in plan.stops].index("break") == 2
    assert not faults_of(plan, TRAVEL)


def test_an_appointment_becomes_windows() -> None:
    wish = request_for_appointment("R", HOME, CLINIC, TRAVEL, appointment=600, visit_minutes=60)
    assert wish.outbound.dropoff == Window(570, 590)
    assert wish.outbound.pickup == Window(560, 580)
    assert wish.back
    assert wish.back.pickup == Window(660, 680)
    assert wish.back.max_ride_minutes == 25
    one_way = request_for_appointment("R", HOME, CLINIC, TRAVEL, appointment=600, visit_minutes=60, mode=None)
    assert one_way.back is None
    wide = request_for_appointment("R", HOME, CLINIC, TRAVEL, appointment=600, visit_minutes=60, mode=ReturnMode.OPEN)
    assert wide.back
    assert wide.back.pickup == Window(660, 780)


def test_before_a_refusal_a_leg_changes_its_vehicle() -> None:
    wheelchair = shift("W", wheelchair_places=1, seats=2)
    plans = [empty_plan(wheelchair, TRAVEL), empty_plan(shift("C", wheelchair_places=0, start_depot=CLINIC), TRAVEL)]
    # an exclusive walking rider takes the only vehicle with a place for the wheelchair
    first = insert(RideRequest("R", leg("R", 100, width=5, exclusive=True)), plans[:1], TRAVEL)
    assert first
    plans = apply(first, plans)
    wish = RideRequest("S", leg("S", 100, width=5, exclusive=True, load=Load(0, 1)))
    assert insert(wish, plans, TRAVEL) is None
    found = replan(plans, wish, TRAVEL)
    assert found
    assert found.moved == ("R",)
    assert not faults_of_day(found.plans, TRAVEL)
    assert replan(plans, wish, TRAVEL, fixed_before=101) is None
    easy = replan(plans, RideRequest("E", leg("E", 300)), TRAVEL)
    assert easy
    assert easy.moved == ()


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(days(most=6), rides())
def test_replanning_keeps_everybody_and_every_promise(plans: list[DayPlan], request: RideRequest) -> None:
    found = replan(plans, request, TRAVEL, rounds=6)
    if found is None:
        assert insert(request, plans, TRAVEL) is None
        return
    assert not faults_of_day(found.plans, TRAVEL)
    assert ride_keys(found.plans) == ride_keys(plans) | {request.key}


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(days(most=8), rides(), st.sampled_from(range(8)))
def test_room_is_made_by_one_ride_that_may_move_and_every_promise_stands_also_when_read_again(
    plans: list[DayPlan], request: RideRequest, held: int
) -> None:
    kept = frozenset({f"R{held}:out", f"R{held}:back"})
    before = {leg.leg.key: plan.shift.key for plan in plans for leg in promised_legs(plan)}
    found = make_room(plans, request, TRAVEL, kept=kept)
    if insert(request, plans, TRAVEL) or found is None:
        return
    assert apply(found.insertion, plans) == list(found.plans)
    assert ride_keys(found.plans) == ride_keys(plans) | {request.key}
    again = [plan_from_promises(plan.shift, promised_legs(plan), TRAVEL) for plan in found.plans]
    assert not faults_of_day([*found.plans], TRAVEL)
    assert not faults_of_day(again, TRAVEL)
    after = {leg.leg.key: (plan.shift.key, leg) for plan in found.plans for leg in promised_legs(plan)}
    assert {key for key in before if after[key][0] != before[key]} == set(found.moved)
    assert len({key.split(":")[0] for key in found.moved}) <= 1
    assert not kept & set(found.moved)
    for placed in found.insertion.legs:
        shift_key, stored = after[placed.leg.key]
        assert (placed.shift_key, placed.pickup_at, placed.dropoff_at) == (
            shift_key,
            stored.pickup_at,
            stored.dropoff_at,
        )


def test_room_is_made_where_only_the_wheelchair_place_lacks_and_never_by_whom_somebody_put_there() -> None:
    van, car = shift("W", seats=2), shift("C", wheelchair_places=0)
    plans = [empty_plan(van, TRAVEL), empty_plan(car, TRAVEL)]
    walker = insert(ride("R", 100, 200, width=5, exclusive=True), plans[:1], TRAVEL)
    assert walker
    plans = apply(walker, plans)
    wish = ride("S", 100, 200, width=5, exclusive=True, load=Load(0, 1))
    assert insert(wish, plans, TRAVEL) is None
    found = make_room(plans, wish, TRAVEL)
    assert found
    assert found.moved == ("R:back", "R:out")
    assert [leg.shift_key for leg in found.insertion.legs] == ["W", "W"]
    assert not faults_of_day(found.plans, TRAVEL)
    assert make_room(plans, wish, TRAVEL, kept=frozenset({"R:out"})) is None
    assert make_room(plans, wish, TRAVEL, fixed_before=101) is None
    assert make_room(plans, ride("S", 400, 500, load=Load(0, 2)), TRAVEL) is None  # too far apart to be in the way


def test_a_refusal_says_what_was_lacking() -> None:
    plans = [empty_plan(shift(start=90, end=400, wheelchair_places=0, seats=2), TRAVEL)]

    def lacks(wish: RideRequest, day: list[DayPlan] = plans) -> list[LackCode]:
        return [lack.code for lack in explain_no(wish, day, TRAVEL)]

    assert lacks(ride("R", 100)) == []
    assert explain_no(ride("R", 100, 500), plans, TRAVEL) == (Lack(LackCode.NO_VEHICLE_IN_SERVICE, "R:back"),)
    assert lacks(ride("R", 100, load=Load(0, 1))) == [LackCode.NO_WHEELCHAIR_PLACE]
    assert lacks(ride("R", 100, load=Load(3, 0))) == [LackCode.TOO_FEW_SEATS]
    assert lacks(ride("R", 100, needs=frozenset({"lift"}))) == [LackCode.MISSING_CAPABILITY]
    taken = insert(ride("T", 100, exclusive=True), plans, TRAVEL)
    assert taken
    assert lacks(ride("R", 100), apply(taken, plans)) == [LackCode.ALL_VEHICLES_BUSY]
    between = insert(RideRequest("T", leg("T", 150)), plans, TRAVEL)
    assert between
    assert lacks(ride("R", 100, 200, ReturnMode.DRIVER_WAITS), apply(between, plans)) == [LackCode.NOBODY_CAN_WAIT]
    either = [empty_plan(shift(max_minutes=60), TRAVEL)]
    assert lacks(ride("R", 100, 200), either) == [LackCode.NOT_BOTH_WAYS]


def test_the_day_is_told_in_busy_and_free_hours() -> None:
    wish = insert(ride("R", 100, 150, ReturnMode.DRIVER_WAITS), [empty_plan(shift(end=400), TRAVEL)], TRAVEL)
    assert wish
    (day,) = day_with_free(apply(wish, [empty_plan(shift(end=400), TRAVEL)]))
    assert [(i.doing, i.begins, i.ends) for i in day.intervals] == [
        (Doing.FREE, 0, 95),
        (Doing.BUSY, 95, 115),
        (Doing.WAITING, 115, 150),
        (Doing.BUSY, 150, 170),
        (Doing.FREE, 170, 400),
    ]
    assert [i.begins for i in day.free] == [0, 170]


@BRIEFLY
@given(days(most=5))
def test_the_picture_has_no_holes_and_no_overlaps(plans: list[DayPlan]) -> None:
    for plan, day in zip(plans, day_with_free(plans), strict=True):
        assert day.intervals[0].begins == plan.shift.start
        assert day.intervals[-1].ends == max(plan.shift.end, plan.home_at)
        assert all(one.ends == pytest.approx(other.begins) for one, other in pairwise(day.intervals))


def test_streets_are_longer_than_the_straight_line_and_slower_at_the_rush() -> None:
    streets = StreetTravel([30] * 8 + [15] + [30] * 15)
    here, there = Point(50.87, 20.63), Point(50.87, 20.70)
    kilometres = streets.kilometres(here, there)
    assert kilometres == pytest.approx(1.34 * 4.912, rel=1e-3)
    assert streets.minutes(here, there, NEW_YEAR + 7 * 60 + 59) == pytest.approx(kilometres * 2)
    assert streets.minutes(here, there, NEW_YEAR + 8 * 60) == pytest.approx(kilometres * 4)
    assert streets.minutes(here, there, NEW_YEAR + 9 * 60) == pytest.approx(kilometres * 2)
    assert streets.minutes(here, Point(50.8701, 20.63), NEW_YEAR) == 3
    assert streets.minutes(here, here, NEW_YEAR) == 0
    assert streets.minutes(here, Point(50.87, 20.63), NEW_YEAR) == 0
    for hour in range(24 * 401):  # a process that runs for more than a year
        streets.minutes(here, there, NEW_YEAR + 60 * hour)
    with pytest.raises(ValueError, match="24 positive speeds"):
        StreetTravel([30] * 23)


def test_the_speed_of_an_hour_is_that_of_finished_rides_once_there_are_enough() -> None:
    streets = StreetTravel([30] * 24)
    here, there = Point(50.87, 20.63), Point(50.87, 20.70)
    kilometres = streets.kilometres(here, there)
    ways = [FinishedWay(here, there, NEW_YEAR + 8 * 60, kilometres * 3)] * 20
    ways += [FinishedWay(here, there, NEW_YEAR + 9 * 60, kilometres * 3)] * 19
    ways += [FinishedWay(here, there, NEW_YEAR + 10 * 60, 2)] * 50
    speeds = streets.calibrated(ways).speeds_kmh
    assert speeds[8] == pytest.approx(20)
    assert {speeds[9], speeds[10]} == {30}


def test_the_same_local_hour_counts_on_both_sides_of_the_clock_change() -> None:
    streets = StreetTravel([30] * 8 + [15] + [30] * 15)
    here, there = Point(50.87, 20.63), Point(50.87, 20.70)
    winter, summer = 29_576_580.0, 29_580_840.0  # 8:00 on 27 and on 30 March 2026 in Warsaw
    assert (summer - winter) % (24 * 60) == 23 * 60
    assert streets.minutes(here, there, winter) == streets.minutes(here, there, summer)
    assert streets.minutes(here, there, summer) != streets.minutes(here, there, summer + 60)
