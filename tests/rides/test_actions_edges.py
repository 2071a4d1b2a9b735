"""Rare turns in the life of a ride: who falls ill, who is early, who changes a request, and what nobody may set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import cancel_shift, note_absence
from services_app.fleet.models import Shift
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.rides.actions import (
    Booked,
    NotBooked,
    Ready,
    Rescued,
    approve_ride,
    assign_as_planned,
    assign_leg,
    assign_lost,
    assign_ride,
    book_ride,
    cancel_by_operator,
    cancel_ride,
    cancellation_preview,
    change_state,
    deliver,
    hand_over_shift,
    mark_missed,
    mark_no_show,
    move_ride,
    offer_times,
    pick_up,
    say_ready,
    set_out,
    turn_down_ride,
    wish_of,
)
from services_app.rides.models import Refusal, Ride, RideEvent
from services_app.rides.policy import PurposeRule, RideRules, Service, Term
from services_app.rides.queries import (
    broken_invariants,
    day_sheet,
    free_on,
    history_of,
    limits_left,
    rides_without_vehicle,
)
from services_app.rides.reminding import ride_reminders
from services_app.rides.scheduling import RideWish
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Mobility, Purpose, ReturnMode, RideResult, RideState
from services_app.verdict import Verdict
from tests.factories.fleet import make_driver, make_shift, make_vehicle
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for

DAYTIME = moment_at(RIDE_ON, time(8, 30))


def prepared(session: Session, rules: RideRules = KIELCE_2024, *, shifts: int = 1, wish: RideWish | None = None) -> int:
    """A booked ride of a rider with a phone; its id."""
    version = make_rules(session, rules)
    rider = make_rider(session, version)
    for _ in range(shifts):
        make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish).id


def stored(session: Session, ride_id: int) -> Ride:
    session.rollback()
    session.expire_all()
    return session.get_one(Ride, ride_id)


def messages(session: Session, **where: object) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message).filter_by(**where).order_by(Message.id)))


def sound(session: Session) -> bool:
    session.rollback()
    return list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []


# --- what did not take place ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [mark_missed, mark_no_show])
def test_a_ride_that_did_not_take_place_gives_its_car_back(session: Session, deed: object) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            assert change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME).allowed
        assert deed(writing, ride_id, "nie było", by=OPERATOR, now=DAYTIME).allowed  # type: ignore[operator]  # one of two actions
    (shift,) = free_on(session, RIDE_ON)
    assert shift.legs == 0
    assert [line.leg.sequence for line in day_sheet(session, shift.shift.id)] == [0, 0], "nobody is fetched home"
    assert sound(session)


@pytest.mark.parametrize(
    ("now", "may"), [(moment_at(RIDE_ON - timedelta(days=1), time(23, 59)), False), (moment_at(RIDE_ON, time(0)), True)]
)
def test_nobody_sets_out_or_misses_a_ride_before_its_day(session: Session, now: datetime, may: bool) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert mark_missed(writing, ride_id, "pomyłka", by=OPERATOR, now=now).allowed is may
    ride_id = prepared(session)
    with transaction() as writing:
        assert change_state(writing, ride_id, RideState.ASSIGNED, by=OPERATOR, now=now).allowed
        assert set_out(writing, ride_id, by=OPERATOR, now=now).allowed is may


def test_an_absence_its_own_rules_did_not_count_is_not_counted_by_later_ones(session: Session) -> None:
    kind = replace(KIELCE_2024, charged=frozenset({RideResult.DONE, RideResult.BOOKED}))
    ride_id = prepared(session, kind)
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME)
        assert mark_no_show(writing, ride_id, "nikt nie otwiera", by=OPERATOR, now=DAYTIME).allowed
    ride = stored(session, ride_id)
    make_rules(session, KIELCE_2024, in_force_from=RIDE_ON + timedelta(days=1))
    assert history_of(session, ride.resident_id, RIDE_ON, RIDE_ON)[0].result is RideResult.NO_SHOW_EXCUSED
    assert [state.used for state in limits_left(session, ride.resident, RIDE_ON + timedelta(days=1))] == [0, 0]


# --- cancelling -------------------------------------------------------------------------------------------------------------------------


def test_where_cancelling_is_free_until_the_pickup_it_is_free_on_the_way_too(session: Session) -> None:
    ride_id = prepared(session, replace(KIELCE_2024, cancelling=None))
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME)
        answer = cancel_ride(writing, ride_id, by=OPERATOR, now=DAYTIME)
        assert not isinstance(answer, Verdict), answer.codes
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.CANCELLED_IN_TIME, 0)


def test_a_request_nobody_agreed_to_costs_nothing_when_it_is_taken_back_late(session: Session) -> None:
    rules = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))
    ride_id = prepared(session, rules)
    late = moment_at(RIDE_ON, time(0, 5))
    assert not cancellation_preview(session, stored(session, ride_id), now=late).charges
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=late)
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.CANCELLED_IN_TIME, 0)


# --- requests that wait for a coordinator -----------------------------------------------------------------------------------------------

ASKS = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True), PurposeRule(Purpose.BANK)))


def test_a_request_is_turned_down_with_its_reason_kept_and_told(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert turn_down_ride(writing, ride_id, "", by=OPERATOR, now=NOW).codes == ("REASON_NEEDED",)
        assert turn_down_ride(writing, ride_id, "Ta wizyta nie jest leczeniem.", by=OPERATOR, now=NOW).allowed
        assert turn_down_ride(writing, ride_id, "Jeszcze raz.", by=OPERATOR, now=NOW).codes == ("NOT_NOW",)
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.REFUSED, 0)
    assert not any(leg.active for leg in ride.legs)
    (told,) = messages(session)
    assert told.kind == "ride_refused_later"
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.reasons == [{"code": "NOT_AGREED", "text": "Ta wizyta nie jest leczeniem."}]
    assert (refusal.resident_id, refusal.wished_on) == (ride.resident_id, RIDE_ON)
    assert "ride_refused" in session.scalars(select(JournalEntry.deed)).all()
    assert sound(session)


def test_what_was_confirmed_is_not_turned_down(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert turn_down_ride(writing, ride_id, "Nie.", by=OPERATOR, now=NOW).codes == ("NOT_NOW",)


def test_a_request_whose_hour_has_passed_is_not_agreed_to(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    first = stored(session, ride_id).legs[0].promised_from_at
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=first).codes == ("NOT_NOW",)
    assert messages(session) == []
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=first - timedelta(minutes=1)).allowed
    (told,) = messages(session)
    assert told.kind == "ride_confirmed"
    assert told.spoken is not None
    assert "W tym miesiącu zostało: 0" in told.spoken


def moved(session: Session, ride_id: int, **changes: object) -> Booked | NotBooked:
    ride = stored(session, ride_id)
    wish = replace(wish_of(ride), **changes)  # type: ignore[arg-type]  # fields by name
    offers = offer_times(session, ride.resident, wish, now=NOW, moving=ride)
    assert offers.times, offers.verdict.codes
    session.rollback()
    with transaction() as writing:
        answer = move_ride(writing, ride_id, wish, offers.times[0].choice, by=OPERATOR, now=NOW)
        assert isinstance(answer, Booked)
        return answer


def test_changing_the_purpose_does_not_go_round_the_coordinators_agreement(session: Session) -> None:
    ride_id = prepared(session, ASKS, wish=wish_for(purpose=Purpose.BANK))
    assert stored(session, ride_id).state is RideState.CONFIRMED
    moved(session, ride_id, appointment_at=time(11))
    assert stored(session, ride_id).state is RideState.CONFIRMED
    moved(session, ride_id, purpose=Purpose.MEDICAL)
    assert stored(session, ride_id).state is RideState.REQUESTED
    moved(session, ride_id, purpose=Purpose.BANK)
    assert stored(session, ride_id).state is RideState.CONFIRMED


def test_what_was_agreed_to_stays_agreed_to_when_only_the_hour_changes(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=NOW).allowed
    moved(session, ride_id, appointment_at=time(11))
    assert stored(session, ride_id).state is RideState.CONFIRMED


# --- the way home -----------------------------------------------------------------------------------------------------------------------


def test_who_is_ready_early_keeps_the_place_kept_for_them(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ROOMY))
    make_shift(session, RIDE_ON, ends=time(9, 45))
    make_shift(session, RIDE_ON, starts=time(12, 45))  # nobody drives in between
    session.commit()
    wish = wish_for(at=time(9), visit_minutes=240, return_mode=ReturnMode.CALL_WHEN_READY)
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish).id
    out, back = stored(session, ride_id).legs
    until_at, out_id = back.promised_until_at, out.id
    ready_at = moment_at(RIDE_ON, time(10))
    with transaction() as writing:
        assert pick_up(writing, out_id, by=OPERATOR, now=DAYTIME).allowed
        assert deliver(writing, out_id, by=OPERATOR, now=DAYTIME).allowed
        answer = say_ready(writing, ride_id, by=OPERATOR, now=ready_at)
        assert isinstance(answer, Ready), answer.codes
        assert ready_at + timedelta(hours=2) < answer.pickup_at <= until_at


def test_another_car_takes_home_whose_driver_waited_and_broke_down(session: Session) -> None:
    ride_id = prepared(session, wish=wish_for(visit_minutes=30, return_mode=ReturnMode.DRIVER_WAITS))
    out, back = stored(session, ride_id).legs
    broken, other = out.shift_id, make_shift(session, RIDE_ON).id
    out_id, back_id = out.id, back.id
    session.commit()
    assert broken is not None
    with transaction() as writing:
        pick_up(writing, out_id, by=OPERATOR, now=DAYTIME)
        deliver(writing, out_id, by=OPERATOR, now=DAYTIME)
        cancel_shift(writing, broken, by=OPERATOR, now=DAYTIME)
        answer = assign_leg(writing, back_id, other, by=OPERATOR, now=DAYTIME)
        assert answer.allowed, answer.codes
    out, back = stored(session, ride_id).legs
    assert (out.shift_id, back.shift_id) == (broken, other)


# --- what nobody sets aside -------------------------------------------------------------------------------------------------------------


def test_a_restricted_file_gets_no_ride_even_against_the_rules(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    make_shift(session, RIDE_ON)
    session.commit()
    choice = offer_times(session, rider, wish_for(), now=NOW).times[0].choice
    rider.restricted_at = NOW
    session.commit()
    with transaction() as writing:
        answer = book_ride(
            writing, rider.id, wish_for(), choice, by=OPERATOR, channel=Channel.PHONE, now=NOW, override_reason="prosił"
        )
        assert isinstance(answer, NotBooked)
        assert answer.verdict.codes == ("RESTRICTED",)


# --- telling ----------------------------------------------------------------------------------------------------------------------------

EARLY = replace(ROOMY, service=Service(first_pickup=time(5), home_by=time(16)), booking=Term(0), cancelling=Term(0))


def early_ride(session: Session) -> int:
    """A ride that begins at about half past six."""
    rider = make_rider(session, make_rules(session, EARLY))
    make_shift(session, RIDE_ON, starts=time(5))
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish_for(at=time(7))).id


def test_who_is_fetched_before_the_quiet_hours_end_is_told_before_the_car_fails_to_come(session: Session) -> None:
    ride_id = early_ride(session)
    night = moment_at(RIDE_ON - timedelta(days=1), time(22))
    first = stored(session, ride_id).legs[0].promised_from_at
    assert first < moment_at(RIDE_ON, time(7))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "kierowca chory", by=OPERATOR, now=night).allowed
    (told,) = messages(session, kind="ride_cancelled_by_operator")
    assert (told.due_at, told.urgent) == (night, True)


def test_who_is_fetched_well_after_the_quiet_hours_sleeps_on(session: Session) -> None:
    rider = make_rider(session, make_rules(session, EARLY))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(at=time(12))).id
    night = moment_at(RIDE_ON - timedelta(days=1), time(22))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "kierowca chory", by=OPERATOR, now=night).allowed
    (told,) = messages(session, kind="ride_cancelled_by_operator")
    assert (told.due_at, told.urgent) == (moment_at(RIDE_ON, time(7)), False)


def test_who_only_goes_home_with_us_is_not_told_to_wait_at_home(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    told = messages(session)[-1]
    assert "z domu" not in told.body
    assert "do domu" in told.body
    assert "10:" not in told.body or "11:" in told.body


def test_a_representatives_change_is_told_to_both_in_the_same_words_of_the_ride(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    daughter = make_representative(session, phone="600 300 400", now=NOW)
    let_represent(session, daughter, rider, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=Actor("representative", daughter.id), now=NOW, sequences={1})
    deeds = session.scalars(select(RideEvent.deed).where(RideEvent.ride_id == ride_id).order_by(RideEvent.id)).all()
    assert deeds == ["booked", "leg_cancelled"]
    last = {(each.kind, each.recipient_kind) for each in messages(session)[2:]}
    assert last == {
        ("ride_moved", "resident"), ("representative_did", "resident"), ("relative_notice", "representative"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (moment_at(RIDE_ON.replace(day=1), time(8)), "W tym miesiącu zostało: 0"),
        (moment_at(RIDE_ON.replace(month=5, day=31), time(8)), "W miesiącu tego przejazdu zostało: 0"),
    ],
)
def test_what_is_left_is_said_of_the_month_of_the_ride(session: Session, now: datetime, words: str) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider, now=now)
    (told,) = messages(session)
    assert told.spoken is not None
    assert words in told.spoken
    assert "W tym roku zostało: 7" in told.spoken


# --- the driver fell ill ----------------------------------------------------------------------------------------------------------------


def test_the_rides_of_a_driver_who_fell_ill_go_to_other_cars_in_one_go(session: Session) -> None:
    version = make_rules(session)
    ill = make_shift(session, RIDE_ON)
    riders = [make_rider(session, version, latitude=50.86 + number / 100) for number in range(3)]
    session.commit()
    with transaction() as writing:
        ids = [booked_ride(writing, rider, wish_for(at=time(9 + 2 * n))).id for n, rider in enumerate(riders)]
    told = {leg.id: (leg.promised_from_at, leg.promised_until_at) for one in ids for leg in stored(session, one).legs}
    first = make_shift(session, RIDE_ON, ends=time(9, 45))
    second = make_shift(session, RIDE_ON, starts=time(9, 45), ends=time(12, 45))
    session.commit()
    with transaction() as writing:
        note_absence(writing, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=ill.driver_id)
    assert len(rides_without_vehicle(session, RIDE_ON, RIDE_ON)) == 3
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=NOW) == Rescued(2, 1)
    with transaction() as writing:
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=NOW) == Rescued(0, 1)
    left = [each.ride.id for each in rides_without_vehicle(session, RIDE_ON, RIDE_ON)]
    assert left == [ids[2]]
    for one in ids:
        ride = stored(session, one)
        assert {leg.id: (leg.promised_from_at, leg.promised_until_at) for leg in ride.legs}.items() <= told.items()
        if one not in left:
            assert ride.state is RideState.ASSIGNED
            assert {leg.shift_id for leg in ride.legs} <= {first.id, second.id}
    assert len(messages(session)) == 3  # the confirmations: the hours stay, so there is nothing to tell
    assert sound(session)


def test_what_should_have_begun_is_left_to_a_person(session: Session) -> None:
    ride_id = prepared(session)
    out = stored(session, ride_id).legs[0]
    lost, late = out.shift_id, out.promised_until_at + timedelta(minutes=1)
    make_shift(session, RIDE_ON)
    session.commit()
    assert lost is not None
    with transaction() as writing:
        cancel_shift(writing, lost, by=OPERATOR, now=late)
        assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=late) == Rescued(0, 1)


@pytest.mark.parametrize("way", ["in one go", "by hand"])
def test_who_was_told_a_number_is_told_the_other_one(session: Session, way: str) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW) == 1
    morning = moment_at(RIDE_ON, time(6, 30))
    for due in list(ride_reminders(session, now=morning)):
        session.rollback()
        with transaction() as writing:
            due(writing)
    lost = stored(session, ride_id).legs[0].shift_id
    other = make_shift(session, RIDE_ON)
    plate, other_id = other.vehicle.plate, other.id
    session.commit()
    assert lost is not None
    later = moment_at(RIDE_ON, time(6, 45))
    with transaction() as writing:
        cancel_shift(writing, lost, by=OPERATOR, now=later)
        if way == "by hand":
            assert assign_ride(writing, ride_id, other_id, by=OPERATOR, now=later).allowed
        else:
            assert assign_lost(writing, RIDE_ON, by=OPERATOR, now=later) == Rescued(1, 0)
    told = messages(session, kind="ride_other_car")
    assert [plate in each.body for each in told] == [True, True]  # there and back
    assert all(each.urgent for each in told)


def test_a_shift_is_handed_over_with_its_rides(session: Session) -> None:
    ride_id = prepared(session)
    shift_id = stored(session, ride_id).legs[0].shift_id
    healthy = make_driver(session, "Ewa", "Zastępcza", carries_wheelchairs=False)
    session.commit()
    assert shift_id is not None
    with transaction() as writing:
        note_absence(
            writing, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=writing.get_one(Shift, shift_id).driver_id
        )  # fmt: skip
        assert hand_over_shift(writing, shift_id, healthy.id, by=OPERATOR, now=NOW).allowed
    assert rides_without_vehicle(session, RIDE_ON, RIDE_ON) == []
    assert session.get_one(Shift, shift_id).driver_id == healthy.id
    assert sound(session)


@pytest.mark.parametrize("carries", [True, False])
def test_who_does_not_carry_wheelchairs_takes_over_no_shift_with_one(session: Session, carries: bool) -> None:
    version = make_rules(session)
    rider = make_rider(session, version, mobility=Mobility.FIXED_WHEELCHAIR)
    shift = make_shift(session, RIDE_ON, vehicle=make_vehicle(session, wheelchair_places=1))
    healthy = make_driver(session, carries_wheelchairs=carries)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    with transaction() as writing:
        answer = hand_over_shift(writing, shift.id, healthy.id, by=OPERATOR, now=NOW)
    assert answer.codes == (() if carries else ("NO_WHEELCHAIRS",))


def test_every_step_of_the_way_is_in_the_journal(session: Session) -> None:
    ride_id = prepared(session)
    out, back = (leg.id for leg in stored(session, ride_id).legs)
    with transaction() as writing:
        for leg_id in (out, back):
            assert pick_up(writing, leg_id, by=OPERATOR, now=DAYTIME).allowed
            assert deliver(writing, leg_id, by=OPERATOR, now=DAYTIME).allowed
    query = select(JournalEntry.deed, JournalEntry.details).where(JournalEntry.subject_kind == "ride")
    entries = [(row.deed, row.details.get("way")) for row in session.execute(query.order_by(JournalEntry.id))]
    steps = [entry for entry in entries if entry[0] in ("ride_picked_up", "ride_delivered")]
    assert steps == [("ride_picked_up", 0), ("ride_delivered", 0), ("ride_picked_up", 1), ("ride_delivered", 1)]


@pytest.mark.parametrize(
    "state",
    [
        RideState.REQUESTED,
        RideState.REFUSED,
        RideState.CANCELLED_IN_TIME,
        RideState.CANCELLED_LATE,
        RideState.CANCELLED_BY_OPERATOR,
    ],
)
def test_what_has_a_deed_of_its_own_is_never_a_mere_step(session: Session, state: RideState) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME, reason="tak").codes == ("NOT_NOW",)
    assert sound(session)


def test_a_request_is_only_agreed_to_by_agreeing(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert change_state(writing, ride_id, RideState.CONFIRMED, by=OPERATOR, now=NOW).codes == ("NOT_NOW",)


@pytest.mark.parametrize("reason", ["", "   "])
def test_blanks_set_no_rule_aside(session: Session, reason: str) -> None:
    ride_id = prepared(session)
    rider = stored(session, ride_id).resident_id
    wish = wish_for(RIDE_ON, time(13))
    ride = stored(session, ride_id)
    choice = offer_times(session, ride.resident, wish, now=NOW, moving=ride).times[0].choice
    session.rollback()
    with transaction() as writing:
        answer = book_ride(
            writing, rider, wish, choice, by=OPERATOR, channel=Channel.PHONE, now=NOW, override_reason=reason
        )
        assert isinstance(answer, NotBooked)
        assert "QUOTA_USED" in answer.verdict.codes
