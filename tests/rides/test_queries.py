"""What can be offered, what is left, and lists in a constant number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import db, transaction
from services_app.fleet.actions import cancel_shift, note_absence
from services_app.fleet.models import Shift
from services_app.rides.models import Ride, ServiceDay
from services_app.rides.policy import Horizon, Quota, Service
from services_app.rides.queries import (
    ShownRide,
    broken_invariants,
    figures_of,
    free_on,
    history_of,
    limits_left,
    may_ride,
    offer_times,
    operator_card,
    recent_open_places,
    ride_for,
    rides_of,
    rides_on,
    rides_without_vehicle,
    shown,
    working_shifts_of_ride,
)
from services_app.rides.terms import Mobility, Period, Purpose, ReturnMode, RideState
from services_app.wording import local
from tests.counting import counted_queries
from tests.factories.fleet import make_shift, make_vehicle
from tests.factories.residents import make_resident
from tests.factories.rides import CLINIC, NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for


def test_the_offer_keeps_the_appointment_and_brings_home(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    offers = offer_times(session, rider, wish_for(), now=NOW)
    assert offers.allowed
    best = offers.times[0]
    assert best.keeps_appointment
    assert best.pickup_at < best.arrive_by_at <= moment_at(RIDE_ON, time(9, 50))
    assert best.return_at == moment_at(RIDE_ON, time(11))
    assert best.home_at is not None
    assert best.home_at > best.return_at
    assert len(offers.times) == 3
    assert local(best.pickup_at).minute % 5 == 0
    assert [state.left for state in offers.quotas] == [1, 8]
    assert offers.cancel_until is not None
    assert f"{local(offers.cancel_until):%d.%m %H:%M}" == "22.06 23:59"


def test_times_offered_beside_each_other_are_half_an_hour_apart(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    times = sorted(each.pickup_at for each in offer_times(session, rider, wish_for(), now=NOW).times)
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(times))


def test_feasible_times_take_six_queries(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    with counted_queries() as seen:
        assert offer_times(session, rider, wish_for(), now=NOW).allowed
    assert len(seen) <= 6, seen


def test_the_operators_card_takes_four_queries(session: Session) -> None:
    version = make_rules(session)
    make_shift(session, RIDE_ON)
    rider = make_rider(session, version)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    reader = db.session()
    rider = reader.get_one(type(rider), rider.id)
    _ = rider.phones
    with counted_queries() as seen:
        card = operator_card(reader, rider, now=NOW)
        assert [(ride.on, ride.first_at is not None) for ride in card.coming] == [(RIDE_ON, True)]
    assert len(seen) <= 4, seen
    assert card.may_ride.allowed
    assert card.usual is not None
    assert card.usual.place.name == CLINIC.name
    assert card.to_be_confirmed


def test_all_reasons_are_told_and_no_time_is_offered_when_the_purpose_is_wrong(session: Session) -> None:
    rider = make_rider(session, make_rules(session), birth_on=date(1970, 1, 1))
    make_shift(session, RIDE_ON)
    offers = offer_times(session, rider, wish_for(purpose=Purpose.CULTURE), now=NOW)
    assert set(offers.verdict.codes) == {"TOO_YOUNG", "PURPOSE_NOT_ALLOWED"}
    assert offers.times == offers.other_days == ()
    assert offers.other_help


def test_somebody_outside_the_programme_is_told_so(session: Session) -> None:
    make_rules(session)
    outsider = make_resident(session)
    assert offer_times(session, outsider, wish_for(), now=NOW).verdict.codes == ("NOT_ENROLLED",)
    assert may_ride(session, outsider, RIDE_ON).codes == ("NOT_ENROLLED",)


def test_a_full_day_offers_the_nearest_days_that_have_room(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON + timedelta(days=1))
    make_shift(session, RIDE_ON + timedelta(days=3))
    offers = offer_times(session, rider, wish_for(), now=NOW)
    assert offers.verdict.codes == ("NO_VEHICLE",)
    assert offers.times == ()
    assert [each.on for each in offers.other_days] == [RIDE_ON + timedelta(days=1), RIDE_ON + timedelta(days=3)]


def test_weeks_without_a_car_are_passed_over_until_one_drives_again(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    again = RIDE_ON + timedelta(days=16)
    make_shift(session, again)
    with counted_queries() as seen:
        offers = offer_times(session, rider, wish_for(), now=NOW)
    assert [each.on for each in offers.other_days] == [again]
    assert len(seen) <= 18, seen


@pytest.mark.parametrize("beyond", [45, 46, 265])
def test_a_wish_beyond_the_last_day_with_cars_is_offered_the_last_days_that_do(session: Session, beyond: int) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    for on in (RIDE_ON - timedelta(days=1), RIDE_ON):
        make_shift(session, on)
    offers = offer_times(session, rider, wish_for(RIDE_ON + timedelta(days=beyond)), now=NOW)
    assert offers.verdict.codes in (("NO_VEHICLE",), ("DAY_CLOSED", "NO_VEHICLE"), ("DAY_CLOSED",))
    assert offers.other_days
    assert offers.other_days[0].on == RIDE_ON
    assert [each.on for each in offers.other_days][1:] == ([] if beyond == 45 else [RIDE_ON - timedelta(days=1)])


def test_the_last_days_are_found_in_as_many_queries_however_far_the_wish_is(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    make_shift(session, RIDE_ON)
    asked = []
    for wished in (date(2026, 9, 15), date(2027, 3, 15), date(2036, 3, 14)):
        with counted_queries() as seen:
            assert [each.on for each in offer_times(session, rider, wish_for(wished), now=NOW).other_days] == [RIDE_ON]
        asked.append(len(seen))
    assert len(set(asked)) == 1, asked


def test_a_cancelled_shift_and_a_closed_day_are_no_last_days(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    make_shift(session, RIDE_ON)
    make_shift(session, RIDE_ON + timedelta(days=1))
    late = make_shift(session, RIDE_ON + timedelta(days=2))
    session.add(ServiceDay(on=RIDE_ON + timedelta(days=1), closed_because="powódź"))
    session.commit()
    with transaction() as writing:
        cancel_shift(writing, late.id, by=OPERATOR, now=NOW)
    offers = offer_times(session, rider, wish_for(date(2027, 3, 15)), now=NOW)
    assert [each.on for each in offers.other_days] == [RIDE_ON]


@pytest.mark.parametrize(("horizon", "last"), [(7, RIDE_ON - timedelta(days=1)), (8, RIDE_ON)])
def test_a_wish_beyond_the_horizon_is_offered_the_last_days_within_it(
    session: Session, horizon: int, last: date
) -> None:
    rider = make_rider(session, make_rules(session, replace(ROOMY, horizon=Horizon(horizon))))
    for ahead in range(-1, 100):
        make_shift(session, RIDE_ON + timedelta(days=ahead))
    offers = offer_times(session, rider, wish_for(date(2027, 3, 15)), now=NOW, count=1)
    assert offers.verdict.codes == ("TOO_EARLY_TO_BOOK",)
    assert [each.on for each in offers.other_days] == [last]


def test_without_any_car_ahead_no_day_is_offered(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    make_shift(session, RIDE_ON - timedelta(days=30))
    assert offer_times(session, rider, wish_for(date(2027, 3, 15)), now=NOW).other_days == ()


def test_a_used_limit_offers_days_of_the_next_month(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    make_shift(session, RIDE_ON)
    make_shift(session, date(2026, 7, 1))
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    offers = offer_times(session, rider, wish_for(RIDE_ON + timedelta(days=1)), now=NOW)
    assert offers.verdict.codes == ("QUOTA_USED",)
    assert [each.on for each in offers.other_days] == [date(2026, 7, 1)]


@pytest.mark.parametrize(("at", "reasons"), [(time(8, 50), ()), (time(8, 10), ("OUTSIDE_HOURS",))])
def test_the_first_pickup_of_the_rules_is_kept(session: Session, at: time, reasons: tuple[str, ...]) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON, starts=time(6))
    offers = offer_times(session, rider, wish_for(at=at), now=NOW)
    assert offers.verdict.codes == reasons
    assert offers.times
    assert all(local(each.pickup_at).time() >= time(8) for each in offers.times)


def test_everybody_is_home_by_the_hour_of_the_rules(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON, ends=time(18))
    offers = offer_times(session, rider, wish_for(at=time(13, 30)), now=NOW)
    for each in offers.times:
        assert each.home_at is not None
        assert local(each.home_at).time() <= time(15)
    late = offer_times(session, rider, wish_for(at=time(14, 30)), now=NOW)
    assert late.verdict.codes == ("OUTSIDE_HOURS",)
    assert all(not each.keeps_appointment for each in late.times)


def test_a_closed_day_is_named_with_its_reason(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.add(ServiceDay(on=RIDE_ON, closed_because="powódź"))
    session.flush()
    offers = offer_times(session, rider, wish_for(), now=NOW)
    assert offers.verdict.codes == ("DAY_CLOSED",)
    assert "powódź" in offers.verdict.reasons[0].text


def test_an_hour_the_clock_jumps_over_cannot_be_asked_for(session: Session) -> None:
    rules = replace(ROOMY, service=Service(weekdays=frozenset(range(7)), on_holidays=True))
    rider = make_rider(session, make_rules(session, rules))
    spring = date(2027, 3, 28)
    now = moment_at(date(2027, 3, 20), time(8))
    assert offer_times(session, rider, wish_for(spring, time(2, 30)), now=now).verdict.codes == ("NO_SUCH_HOUR",)


def test_a_fixed_wheelchair_needs_a_car_with_a_place_for_it(session: Session) -> None:
    rider = make_rider(session, make_rules(session), mobility=Mobility.FIXED_WHEELCHAIR)
    make_shift(session, RIDE_ON)
    refused = offer_times(session, rider, wish_for(), now=NOW)
    assert refused.verdict.codes == ("NO_VEHICLE",)
    assert "wózek" in refused.verdict.reasons[0].text
    make_shift(session, RIDE_ON, vehicle=make_vehicle(session, wheelchair_places=1))
    assert offer_times(session, rider, wish_for(), now=NOW).allowed


def test_a_cancelled_shift_and_an_absent_driver_carry_nobody(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    first, second = make_shift(session, RIDE_ON), make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        assert cancel_shift(writing, first.id, by=OPERATOR, now=NOW).allowed
    assert offer_times(session, rider, wish_for(), now=NOW).allowed
    with transaction() as writing:
        note_absence(writing, RIDE_ON, RIDE_ON, "urlop", by=OPERATOR, now=NOW, driver_id=second.driver_id)
    assert not offer_times(session, rider, wish_for(), now=NOW).times


def test_who_waits_must_not_be_longer_than_the_rules_allow(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    wish = wish_for(return_mode=ReturnMode.DRIVER_WAITS)
    assert offer_times(session, rider, replace(wish, visit_minutes=31), now=NOW).verdict.codes == ("WAITING_TOO_LONG",)
    best = offer_times(session, rider, replace(wish, visit_minutes=30), now=NOW).times[0]
    assert best.driver_waits
    assert best.out_shift_id == best.back_shift_id


def test_limits_and_history_follow_a_booked_ride(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    assert [state.left for state in limits_left(session, rider, RIDE_ON)] == [0, 7]
    assert [state.left for state in limits_left(session, rider, date(2026, 7, 1))] == [1, 7]
    (past,) = history_of(session, rider.id, RIDE_ON, RIDE_ON)
    assert (past.on, past.legs) == (RIDE_ON, 2)
    assert past.starts_at is not None
    assert past.ends_at is not None
    assert past.starts_at < past.ends_at


def test_a_strangers_ride_is_not_found(session: Session) -> None:
    version = make_rules(session)
    rider, stranger = make_rider(session, version), make_rider(session, version)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    assert ride_for(session, ride_id, [rider.id]) is not None
    assert ride_for(session, ride_id, [stranger.id]) is None
    assert [ride.id for ride in rides_of(session, rider.id, today=NOW.date(), coming=True).rows] == [ride_id]
    assert rides_of(session, rider.id, today=NOW.date(), coming=False).rows == []
    assert [known.place.name for known in recent_open_places(session, rider.id, count=5)] == [CLINIC.name]
    usual = operator_card(session, rider, now=NOW).usual
    assert usual is not None
    assert (usual.purpose, usual.times) == (Purpose.MEDICAL, 1)


def test_my_rides_go_on_where_the_page_ended(session: Session) -> None:
    rules = replace(ROOMY, quotas=(Quota(Period.YEAR, 50),))
    rider = make_rider(session, make_rules(session, rules))
    days = [RIDE_ON + timedelta(days=number) for number in (0, 1, 2)]
    for on in days:
        make_shift(session, on)
    session.commit()
    for on in days:
        with transaction() as writing:
            booked_ride(writing, rider, wish_for(on))
    first = rides_of(session, rider.id, today=NOW.date(), coming=True, size=2)
    assert [ride.on for ride in first.rows] == days[:2]
    second = rides_of(session, rider.id, today=NOW.date(), coming=True, size=2, after=first.next)
    assert [ride.on for ride in second.rows] == days[2:]
    assert second.next is None


@pytest.mark.parametrize("mode", [None, ReturnMode.FIXED_HOUR, ReturnMode.CALL_WHEN_READY])
def test_a_ride_in_the_list_is_shown_as_on_its_own_page(session: Session, mode: ReturnMode | None) -> None:
    rider = make_rider(session, make_rules(session, ROOMY), flat_number="7")
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(return_mode=mode, companions=1)).id
    for assigned_at in (None, NOW):
        for leg in session.get_one(Ride, ride_id).legs:
            leg.assigned_at = assigned_at
        session.commit()
        (listed,) = rides_of(session, rider.id, today=NOW.date(), coming=True).rows
        assert listed == _on_its_own_page(session, ride_id)
        assert [leg.car != "" for leg in listed.legs] == [assigned_at is not None] * len(listed.legs)
    assert not any(leg.lost for leg in listed.legs)
    session.scalars(select(Shift)).one().cancelled_at = NOW
    session.commit()
    (listed,) = rides_of(session, rider.id, today=NOW.date(), coming=True).rows
    assert listed == _on_its_own_page(session, ride_id)
    assert all(leg.lost and not leg.car for leg in listed.legs)


def _on_its_own_page(session: Session, ride_id: int) -> ShownRide:
    ride = session.get_one(Ride, ride_id)
    return shown(ride, working_shifts_of_ride(session, ride))


@pytest.mark.parametrize("number", [1, 6])
def test_the_days_list_takes_the_same_queries_for_any_number(session: Session, number: int) -> None:
    version = make_rules(session, ROOMY)
    for _ in range(number):
        make_shift(session, RIDE_ON)
    riders = [make_rider(session, version) for _ in range(number)]
    session.commit()
    for rider in riders:
        with transaction() as writing:
            booked_ride(writing, rider)
    reader = db.session()
    reader.expire_all()
    with counted_queries() as seen:
        listed = rides_on(reader, RIDE_ON)
        assert [bool(each.vehicle_names and each.driver_names and each.ride.resident.name) for each in listed] == [
            True
        ] * number
        assert [phone.number for each in listed for phone in each.ride.resident.phones]
    assert len(seen) <= 5, seen
    assert not any(each.needs_vehicle for each in listed)


def test_what_is_free_and_the_figures_of_a_day(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    shift = make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride = booked_ride(writing, rider)
        told = ride.legs[0].promised_from_at
    (strip,) = free_on(session, RIDE_ON)
    assert strip.shift.id == shift.id
    assert strip.legs == 2
    assert strip.busy
    assert strip.free
    figures = figures_of(session, RIDE_ON, RIDE_ON)
    assert figures.by_state == ((RideState.CONFIRMED, 1),)
    assert dict(figures.by_hour)[local(told).hour] == 1
    (use,) = figures.vehicles
    assert (use.legs, use.shift_minutes) == (2, 540)
    assert 0 < use.loaded_minutes < 120
    assert figures.refusals == ()


def test_a_ride_whose_shift_fell_away_lacks_a_vehicle(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    shift = make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    assert rides_without_vehicle(session, RIDE_ON, RIDE_ON) == []
    with transaction() as writing:
        cancel_shift(writing, shift.id, by=OPERATOR, now=NOW)
    (lost,) = rides_without_vehicle(session, RIDE_ON, RIDE_ON)
    assert lost.needs_vehicle
    assert lost.vehicle_names == ()
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []


def test_a_broken_invariant_is_named(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []
    with transaction() as writing:
        writing.get_one(Ride, ride_id).charged_legs = 0
    assert any(f"ride {ride_id} " in each for each in broken_invariants(session, RIDE_ON, RIDE_ON))
