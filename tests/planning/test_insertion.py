from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services_app.planning import (
    BreakRule,
    DayPlan,
    Load,
    Point,
    PromisedLeg,
    ReturnMode,
    RideRequest,
    StalePlan,
    StopKind,
    Window,
    apply,
    empty_plan,
    faults_of,
    faults_of_day,
    feasible_times,
    insert,
    plan_from_promises,
    ride_keys,
    without,
)
from services_app.planning.pairs import RideSearch
from tests.planning.town import (
    CLINIC,
    DEPOT,
    STREETS,
    TRAVEL,
    cheapest_by_trying_everything,
    days,
    leg,
    ride,
    rides,
    shift,
)

BRIEFLY = settings(max_examples=50, suppress_health_check=list(HealthCheck))


@BRIEFLY
@given(days(), rides())
def test_a_place_is_found_exactly_when_trying_everything_finds_one_and_it_is_the_cheapest(
    plans: list[DayPlan], request: RideRequest
) -> None:
    found = insert(request, plans, TRAVEL)
    best = cheapest_by_trying_everything(request, plans)
    if best is None:
        assert found is None
        return
    assert found is not None
    assert not faults_of_day(apply(found, plans), TRAVEL)
    assert found.added_minutes == pytest.approx(best)
    assert found.added_km == pytest.approx(best)  # on squared paper a kilometre takes a minute


@BRIEFLY
@given(days(), rides(), st.lists(st.integers(0, 300), min_size=1, max_size=6), st.integers(0, 300))
def test_offered_times_are_those_nearest_the_wish_that_trying_everything_finds(
    plans: list[DayPlan], template: RideRequest, candidates: list[int], wish: int
) -> None:
    offers = feasible_times(template, candidates, plans, TRAVEL, wish=wish, count=2)
    zero = template.outbound.pickup.earliest
    nearest = sorted(set(candidates), key=lambda at: (abs(at - wish), at))
    expected = [at for at in nearest if cheapest_by_trying_everything(template.moved(at - zero), plans) is not None]
    assert [offer.candidate for offer in offers] == expected[:2]
    for offer in offers:
        assert not faults_of_day(apply(offer.insertion, plans), TRAVEL)


@BRIEFLY
@given(
    days(most=6, travel=STREETS),
    rides(travel=STREETS),
    st.lists(st.integers(0, 300), min_size=1, max_size=6),
    st.integers(0, 300),
)
def test_in_a_town_of_real_streets_the_offers_are_those_that_trying_everything_finds(
    plans: list[DayPlan], template: RideRequest, candidates: list[int], wish: int
) -> None:
    offers = feasible_times(template, candidates, plans, STREETS, wish=wish, count=3)
    zero = template.outbound.pickup.earliest
    nearest = sorted(set(candidates), key=lambda at: (abs(at - wish), at))
    cheapest: dict[float, float | None] = {
        at: cheapest_by_trying_everything(template.moved(at - zero), plans, STREETS) for at in nearest
    }
    assert [offer.candidate for offer in offers] == [at for at in nearest if cheapest[at] is not None][:3]
    for offer in offers:
        assert offer.added_minutes == pytest.approx(cheapest[offer.candidate], abs=1e-4)
        assert not faults_of_day(apply(offer.insertion, plans), STREETS)


@BRIEFLY
@given(days(most=6), rides(), st.lists(st.integers(-60, 240), min_size=2, max_size=12, unique=True))
def test_searching_many_moments_at_once_finds_what_searching_each_alone_finds(
    plans: list[DayPlan], template: RideRequest, moves: list[int]
) -> None:
    together = RideSearch(template, plans, TRAVEL, moves)
    for move in moves:
        alone = insert(template.moved(move), [replace(plan) for plan in plans], TRAVEL)
        found = together.best(move)
        assert (found is None) == (alone is None)
        assert found is None or alone is None or found.added_minutes == pytest.approx(alone.added_minutes)


@BRIEFLY
@given(days(most=6))
def test_taking_every_ride_out_again_leaves_sound_plans_at_each_step(plans: list[DayPlan]) -> None:
    for key in sorted(ride_keys(plans)):
        plans = without(plans, key, TRAVEL)
        assert key not in ride_keys(plans)
        assert not faults_of_day(plans, TRAVEL)


def test_somebody_is_not_put_before_a_break_that_then_ends_too_late_for_the_next_rider() -> None:
    resting = shift(rest=BreakRule(Window(150, 160), 30))
    far = leg("F", 190, Point(0, 9), CLINIC, width=0)
    plan = plan_from_promises(resting, [PromisedLeg("F", far, 190, 209)], TRAVEL)
    assert [stop.kind for stop in plan.stops] == [StopKind.BREAK, StopKind.PICKUP, StopKind.DROPOFF]
    # eighteen minutes with N and sixteen to the next rider, who must find the driver rested at 190
    for at, fits in ((126, True), (127, False)):
        away = leg("N", at, Point(0, 1), Point(7, 0), width=0)
        assert (insert(RideRequest("N", away), [plan], TRAVEL) is not None) is fits


def test_when_a_ride_before_the_break_is_taken_out_the_next_rider_is_still_fetched_in_time() -> None:
    resting = shift(rest=BreakRule(Window(72, 92), 30))
    ways = [
        leg("early", 10, DEPOT, Point(0, 1), width=0),
        leg("before", 14, Point(0, 1), DEPOT, width=57),
        leg("behind", 102, DEPOT, Point(0, 3), width=0),
    ]
    promised = [PromisedLeg(way.key, way, way.pickup.earliest, way.dropoff.earliest) for way in ways]
    plan = plan_from_promises(resting, promised, TRAVEL)
    assert [stop.kind for stop in plan.stops].index(StopKind.BREAK) == 4
    (lighter,) = without([plan], "before", TRAVEL)
    assert not faults_of(lighter, TRAVEL)
    assert lighter.times[2:4] == (72, 102)  # the break from 72 to 102 leaves no minute behind it:
    assert lighter.driven_before(2) == 1  # the driver rests where the next rider lives


def test_an_offer_tells_when_the_rider_is_fetched_arrives_and_is_home_again() -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    (offer,) = feasible_times(ride("R", 100, 200), [100], plans, TRAVEL)
    assert (offer.pickup_at, offer.arrival_at, offer.return_pickup_at, offer.home_at) == (100, 110, 200, 210)
    assert offer.shift_keys == ("A", "A")
    assert offer.added_minutes == 20
    assert offer.added_km == 20


def test_an_offer_without_a_way_back_has_no_hours_for_it() -> None:
    (offer,) = feasible_times(ride("R", 100), [100], [empty_plan(shift(), TRAVEL)], TRAVEL)
    assert (offer.return_pickup_at, offer.home_at) == (None, None)


def test_offers_keep_the_distance_asked_for() -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    offers = feasible_times(ride("R", 100), range(100, 160, 5), plans, TRAVEL, apart=15)
    assert [offer.candidate for offer in offers] == [100, 115, 130]


def test_only_the_120_candidates_nearest_the_wish_are_tried() -> None:
    late = [empty_plan(shift(start=200), TRAVEL)]
    candidates = [*range(100, 219), 300]
    assert [offer.candidate for offer in feasible_times(ride("R", 0), candidates, late, TRAVEL, wish=100, count=1)] == [
        195
    ]
    assert feasible_times(ride("R", 0), range(60, 330), late, TRAVEL, wish=60) == []


def test_both_legs_are_placed_or_neither() -> None:
    plans = [empty_plan(shift(end=150), TRAVEL)]
    assert insert(ride("R", 100), plans, TRAVEL)
    assert insert(ride("R", 100, 200), plans, TRAVEL) is None


def test_the_way_back_may_be_driven_by_another_vehicle() -> None:
    plans = [empty_plan(shift("A", end=150), TRAVEL), empty_plan(shift("B", start=150), TRAVEL)]
    found = insert(ride("R", 100, 200), plans, TRAVEL)
    assert found
    assert [placed.shift_key for placed in found.legs] == ["A", "B"]


def test_a_waiting_driver_is_given_nothing_in_between() -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    found = insert(ride("R", 100, 200, ReturnMode.DRIVER_WAITS), plans, TRAVEL)
    assert found
    plans = apply(found, plans)
    assert insert(ride("S", 140), plans, TRAVEL) is None
    assert insert(ride("S", 240), plans, TRAVEL)


def test_a_waiting_driver_cannot_be_split_over_two_vehicles() -> None:
    plans = [empty_plan(shift("A", end=150), TRAVEL), empty_plan(shift("B", start=150), TRAVEL)]
    assert insert(ride("R", 100, 200, ReturnMode.DRIVER_WAITS), plans, TRAVEL) is None


def test_when_the_way_back_is_cancelled_the_driver_no_longer_waits() -> None:
    found = insert(ride("R", 100, 200, ReturnMode.DRIVER_WAITS), [empty_plan(shift(), TRAVEL)], TRAVEL)
    assert found
    (plan,) = without([found.changed[0][1]], "R", TRAVEL, leg_key="R:back")
    assert [stop.stays for stop in plan.stops] == [False, False]
    assert not faults_of(plan, TRAVEL)


@pytest.mark.parametrize(("exclusive", "shared"), [(False, True), (True, False)])
def test_strangers_ride_together_only_where_both_may(exclusive: bool, shared: bool) -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    first = insert(RideRequest("R", leg("R:out", 100, width=0)), plans, TRAVEL)
    assert first
    second = RideRequest("S", leg("S:out", 100, width=5, exclusive=exclusive))
    assert (insert(second, apply(first, plans), TRAVEL) is not None) is shared


@pytest.mark.parametrize(("places", "fits"), [(1, False), (2, True)])
def test_two_wheelchairs_share_a_vehicle_only_with_two_places(places: int, fits: bool) -> None:
    plans = [empty_plan(shift(wheelchair_places=places), TRAVEL)]
    first = insert(RideRequest("R", leg("R:out", 100, width=0, load=Load(0, 1))), plans, TRAVEL)
    assert first
    second = RideRequest("S", leg("S:out", 100, width=5, load=Load(0, 1)))
    assert (insert(second, apply(first, plans), TRAVEL) is not None) is fits


@pytest.mark.parametrize(("known_at", "fits"), [(105.0, True), (106.0, False)])
def test_nobody_sets_out_before_a_ride_is_known(known_at: float, fits: bool) -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    request = RideRequest("R", leg("R:out", 100, width=10, known_at=known_at))
    assert (insert(request, plans, TRAVEL) is not None) is fits  # five minutes from the depot, 110 at the latest


def test_a_place_in_a_plan_that_has_changed_meanwhile_is_refused() -> None:
    plans = [empty_plan(shift(), TRAVEL)]
    first, second = insert(ride("R", 100), plans, TRAVEL), insert(ride("S", 100), plans, TRAVEL)
    assert first
    assert second
    with pytest.raises(StalePlan):
        apply(second, apply(first, plans))
    with pytest.raises(StalePlan):
        apply(second, [])


def test_a_way_back_before_the_way_there_ends_is_no_request() -> None:
    with pytest.raises(ValueError, match="the way back begins before"):
        ride("R", 100, 110)
    with pytest.raises(ValueError, match="without a way back"):
        RideRequest("R", leg("R:out", 100), mode=ReturnMode.OPEN)


def test_a_plan_tells_when_a_leg_gets_in() -> None:
    found = insert(ride("R", 100), [empty_plan(shift(), TRAVEL)], TRAVEL)
    assert found
    assert found.changed[0][1].time_of("R:out", StopKind.PICKUP) == 100
    assert found.changed[0][1].time_of("X", StopKind.PICKUP) is None
