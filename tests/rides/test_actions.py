"""Booking, moving, cancelling and driving: what is saved together, what counts, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.models import Resident
from services_app.rides.actions import (
    Booked,
    Gone,
    NotBooked,
    Ready,
    approve_ride,
    assign_leg,
    assign_ride,
    book_ride,
    cancel_by_operator,
    cancel_ride,
    change_state,
    close_day,
    deliver,
    excuse,
    finish_ride,
    mark_missed,
    mark_no_show,
    move_ride,
    offer_times,
    pick_up,
    refuse,
    repeat_wish,
    say_ready,
    unassign,
    wish_of,
)
from services_app.rides.models import Leg, Refusal, Ride, RideEvent, RideRulesVersion
from services_app.rides.policy import PurposeRule, RideRules, Term
from services_app.rides.queries import (
    CancellationPreview,
    cancellation_preview,
    limits_left,
    rides_without_vehicle,
)
from services_app.rides.scheduling import Choice, RideWish
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Mobility, Purpose, ReturnMode, RideState
from services_app.verdict import Verdict
from tests.factories.fleet import make_shift, make_vehicle
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import CLINIC, NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import sound

LATE = moment_at(RIDE_ON, time(0, 5))
"""After the last moment to cancel freely (23:59 the day before)."""
IN_THE_MORNING = moment_at(RIDE_ON, time(8, 30))


def prepared(session: Session, rules: RideRules = KIELCE_2024, *, shifts: int = 1, **values: object) -> Resident:
    """A rider, rules and cars, committed."""
    version = make_rules(session, rules)
    rider = make_rider(session, version, **values)  # type: ignore[arg-type]  # columns by name
    for _ in range(shifts):
        make_shift(session, RIDE_ON)
    session.commit()
    return rider


def book(rider: Resident, wish: RideWish | None = None, **values: object) -> Ride:
    with transaction() as session:
        ride = booked_ride(session, session.get_one(Resident, rider.id), wish, **values)  # type: ignore[arg-type]  # fields by name
        _ = ride.id
    return ride


def messages(session: Session, **where: object) -> list[Message]:
    return list(session.scalars(select(Message).filter_by(**where).order_by(Message.id)))


def left(session: Session, rider: Resident) -> int:
    return limits_left(session, rider, RIDE_ON)[0].left


def test_a_booking_its_history_its_journal_and_its_message_are_saved_together(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    assert ride.state is RideState.CONFIRMED
    assert [leg.sequence for leg in ride.legs] == [0, 1]
    assert all(leg.shift_id for leg in ride.legs)
    assert ride.charged_legs == 2
    (event,) = session.scalars(select(RideEvent).where(RideEvent.ride_id == ride.id))
    assert event.deed == "booked"
    deeds = session.scalars(select(JournalEntry.deed).where(JournalEntry.subject_kind == "ride")).all()
    assert deeds == ["ride_booked"]
    (message,) = messages(session)
    assert (message.kind, message.recipient_id, message.subject_id) == ("ride_confirmed", rider.id, ride.id)
    assert sound(session)


def test_a_second_ride_of_the_month_is_refused_with_the_reason_and_kept(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    chosen = Choice(ride.legs[0].promised_from_at, ride.appointment_at, ride.legs[1].promised_from_at)
    with transaction() as writing:
        answer = book_ride(writing, rider.id, wish_for(), chosen, by=OPERATOR, channel=Channel.PHONE, now=NOW)
        assert isinstance(answer, NotBooked)
        assert {"QUOTA_USED", "ALREADY_BOOKED_THEN"} <= set(answer.verdict.codes)
        refuse(writing, rider.id, answer.offers.refused(answer.verdict), by=OPERATOR, channel=Channel.PHONE, now=NOW)
    (refusal,) = session.scalars(select(Refusal))
    assert {reason["code"] for reason in refusal.reasons} >= {"QUOTA_USED", "ALREADY_BOOKED_THEN"}
    assert all(reason["text"] for reason in refusal.reasons)
    assert len(session.scalars(select(Ride)).all()) == 1


def test_a_coordinators_override_needs_its_reason_and_is_journalled(session: Session) -> None:
    rider = prepared(session)
    near = wish_for(date(2026, 6, 16))
    make_shift(session, near.on)
    session.commit()
    with transaction() as writing:
        answer = book_ride(
            writing, rider.id, near, Choice(moment_at(near.on, time(9)), moment_at(near.on, time(10)), moment_at(near.on, time(11))),
            by=OPERATOR, channel=Channel.PHONE, now=NOW, override_reason="wypis ze szpitala",
        )  # fmt: skip
        assert isinstance(answer, Booked)
        assert [reason["code"] for reason in answer.ride.overridden] == ["TOO_LATE_TO_BOOK"]
    deeds = session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)).all()
    assert "ride_rules_overridden" in deeds


def test_an_override_does_not_make_a_car_appear(session: Session) -> None:
    rider = prepared(session, shifts=0)
    chosen = Choice(moment_at(RIDE_ON, time(9)), moment_at(RIDE_ON, time(10)), moment_at(RIDE_ON, time(11)))
    with transaction() as writing:
        answer = book_ride(
            writing,
            rider.id,
            wish_for(),
            chosen,
            by=OPERATOR,
            channel=Channel.PHONE,
            now=NOW,
            override_reason="bardzo pilne",
        )
        assert isinstance(answer, NotBooked)
        assert "NO_VEHICLE" in answer.verdict.codes


def test_a_choice_nobody_was_offered_is_refused(session: Session) -> None:
    rider = prepared(session)
    silly = Choice(moment_at(RIDE_ON, time(9, 49)), moment_at(RIDE_ON, time(10)), moment_at(RIDE_ON, time(10, 5)))
    with transaction() as writing:
        answer = book_ride(writing, rider.id, wish_for(), silly, by=OPERATOR, channel=Channel.PHONE, now=NOW)
    assert isinstance(answer, NotBooked)


def test_a_moved_ride_keeps_its_id_tells_the_new_hour_and_takes_back_the_old(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    wish = wish_of(ride)
    assert wish == replace(wish_for(), mobility=rider.mobility, assistance=rider.assistance)
    later = replace(wish, appointment_at=time(12))
    offers = offer_times(session, rider, later, now=NOW, moving=ride)
    assert offers.allowed, offers.verdict.codes
    with transaction() as writing:
        answer = move_ride(writing, ride.id, later, offers.times[0].choice, by=OPERATOR, now=NOW + timedelta(minutes=5))
        assert isinstance(answer, Booked)
        assert answer.ride.id == ride.id
    old, new = messages(session)
    assert (old.kind, old.state) == ("ride_confirmed", MessageState.WITHDRAWN)
    assert (new.kind, new.state) == ("ride_moved", MessageState.CREATED)
    moved = session.get_one(Ride, ride.id)
    assert moved.appointment_at == moment_at(RIDE_ON, time(12))
    assert len(moved.legs) == 2
    assert sound(session)


def test_a_ride_can_be_moved_after_the_term_of_booking_but_not_after_its_own(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    later = replace(wish_of(ride), appointment_at=time(11))
    eve = moment_at(RIDE_ON - timedelta(days=1), time(23, 59))
    offers = offer_times(session, rider, later, now=eve, moving=ride)
    assert offers.allowed, offers.verdict.codes
    with transaction() as writing:
        refused = move_ride(writing, ride.id, later, offers.times[0].choice, by=OPERATOR, now=LATE)
        assert isinstance(refused, NotBooked)
        assert refused.verdict.codes == ("TOO_LATE_TO_CHANGE",)
    with transaction() as writing:
        assert isinstance(move_ride(writing, ride.id, later, offers.times[0].choice, by=OPERATOR, now=eve), Booked)


def test_a_ride_moved_to_another_day_frees_the_old_one(session: Session) -> None:
    rider = prepared(session)
    other = make_rider(session, session.scalars(select(RideRulesVersion)).one())
    make_shift(session, RIDE_ON + timedelta(days=1))
    session.commit()
    ride = book(rider)
    wish = replace(wish_of(ride), on=RIDE_ON + timedelta(days=1))
    offers = offer_times(session, rider, wish, now=NOW, moving=ride)
    with transaction() as writing:
        assert isinstance(move_ride(writing, ride.id, wish, offers.times[0].choice, by=OPERATOR, now=NOW), Booked)
    assert offer_times(session, other, wish_for(), now=NOW).times[0].keeps_appointment
    assert sound(session)


@pytest.mark.parametrize(
    ("now", "state", "left_after"),
    [
        (moment_at(RIDE_ON - timedelta(days=1), time(23, 59)), RideState.CANCELLED_IN_TIME, 1),
        (LATE, RideState.CANCELLED_LATE, 0),
    ],
)
def test_cancelling_counts_as_it_was_shown_before(
    session: Session, now: datetime, state: RideState, left_after: int
) -> None:
    rider = prepared(session)
    ride = book(rider)
    shown = cancellation_preview(session, session.get_one(Ride, ride.id), now=now)
    assert shown.left_before[0].left == 0
    assert shown.left_after[0].left == left_after
    with transaction() as writing:
        answer = cancel_ride(writing, ride.id, by=Actor("resident", rider.id), now=now, reason="wizyta odwołana")
        assert isinstance(answer, CancellationPreview)
        assert answer.state is state
    assert session.get_one(Ride, ride.id).state is state
    assert left(session, rider) == left_after
    assert sound(session)
    assert messages(session, kind="ride_cancelled")
    with transaction() as writing:
        assert isinstance(cancel_ride(writing, ride.id, by=OPERATOR, now=now), Verdict)


def test_one_way_can_be_cancelled_and_the_other_stays(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    with transaction() as writing:
        answer = cancel_ride(writing, ride.id, by=OPERATOR, now=NOW, sequences={1})
        assert isinstance(answer, CancellationPreview)
        assert not answer.whole
    kept = session.get_one(Ride, ride.id)
    assert [leg.active for leg in kept.legs] == [True, False]
    assert kept.state is RideState.CONFIRMED
    assert kept.charged_legs == 1
    assert sound(session)
    with transaction() as writing:
        answer = cancel_ride(writing, ride.id, by=OPERATOR, now=NOW, sequences={0})
        assert isinstance(answer, CancellationPreview)
        assert answer.whole
    assert sound(session)


def test_our_own_failure_never_counts(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    assert left(session, rider) == 0
    with transaction() as writing:
        assert not cancel_by_operator(writing, ride.id, "", by=OPERATOR, now=LATE).allowed
        assert cancel_by_operator(writing, ride.id, "awaria", by=OPERATOR, now=LATE).allowed
    assert left(session, rider) == 1
    assert messages(session, kind="ride_cancelled_by_operator")
    assert sound(session)


def test_a_missed_ride_does_not_count_and_a_no_show_does_until_it_is_excused(session: Session) -> None:
    rider = prepared(session)
    ride, later = book(rider), moment_at(RIDE_ON, time(9, 40))
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            assert change_state(writing, ride.id, state, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert not change_state(writing, ride.id, RideState.DONE, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert not mark_no_show(writing, ride.id, "", by=OPERATOR, now=later).allowed
        assert mark_no_show(writing, ride.id, "nikt nie otwiera", by=OPERATOR, now=later).allowed
    assert left(session, rider) == 0
    with transaction() as writing:
        assert mark_missed(writing, ride.id, "zła brama", by=OPERATOR, now=later).allowed
    assert left(session, rider) == 1
    with transaction() as writing:
        assert mark_no_show(writing, ride.id, "jednak byliśmy", by=OPERATOR, now=later).allowed
    assert left(session, rider) == 0
    assert sound(session)
    with transaction() as writing:
        assert excuse(writing, ride.id, "szpital", by=OPERATOR, now=later).allowed
    assert left(session, rider) == 1
    assert sound(session)
    events = session.scalars(select(RideEvent.deed).where(RideEvent.ride_id == ride.id).order_by(RideEvent.id)).all()
    assert events[0] == "booked"
    assert events[-1] == "excused"


def test_driven_ways_make_the_ride_done(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    out, back = (leg.id for leg in ride.legs)
    with transaction() as writing:
        assert not pick_up(writing, back, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert pick_up(writing, out, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert not pick_up(writing, out, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert deliver(writing, out, by=OPERATOR, now=IN_THE_MORNING).allowed
    assert session.get_one(Ride, ride.id).state is RideState.ON_BOARD
    with transaction() as writing:
        assert pick_up(writing, back, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert deliver(writing, back, by=OPERATOR, now=IN_THE_MORNING).allowed
    assert session.get_one(Ride, ride.id).state is RideState.DONE
    assert left(session, rider) == 0
    assert sound(session)


def test_a_ride_can_be_finished_in_the_evening_but_not_before_it_began(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    with transaction() as writing:
        assert not finish_ride(writing, ride.id, by=OPERATOR, now=IN_THE_MORNING).allowed
        assert finish_ride(writing, ride.id, by=OPERATOR, now=moment_at(RIDE_ON, time(17))).allowed
    assert session.get_one(Ride, ride.id).state is RideState.DONE


def test_a_coordinator_assigns_and_takes_back(session: Session) -> None:
    rider = prepared(session, shifts=1)
    other = make_shift(session, RIDE_ON)
    session.commit()
    ride = book(rider)
    with transaction() as writing:
        assert assign_ride(writing, ride.id, other.id, by=OPERATOR, now=NOW).allowed
    assigned = session.get_one(Ride, ride.id)
    assert assigned.state is RideState.ASSIGNED
    assert {leg.shift_id for leg in assigned.legs} == {other.id}
    assert sound(session)
    with transaction() as writing:
        assert unassign(writing, ride.id, by=OPERATOR, now=NOW).allowed
        assert not unassign(writing, ride.id, by=OPERATOR, now=NOW).allowed
    assert session.get_one(Ride, ride.id).state is RideState.CONFIRMED


def test_what_does_not_fit_is_assigned_only_with_a_reason(session: Session) -> None:
    rider = prepared(session)
    evening = make_shift(session, RIDE_ON, starts=time(17), ends=time(19))
    session.commit()
    ride = book(rider)
    leg = ride.legs[0].id
    with transaction() as writing:
        assert assign_leg(writing, leg, evening.id, by=OPERATOR, now=NOW).codes == ("NO_ROOM",)
        assert assign_leg(writing, leg, 999_999, by=OPERATOR, now=NOW).codes == ("SHIFT_GONE",)
        assert assign_leg(
            writing, leg, evening.id, by=OPERATOR, now=NOW, force_reason="kierowca przyjedzie wcześniej"
        ).allowed
    assert session.get_one(Leg, leg).shift_id == evening.id
    assert sound(session)


def test_a_wheelchair_is_never_forced_into_a_car_without_a_place(session: Session) -> None:
    rider = prepared(session, shifts=1, mobility=Mobility.FIXED_WHEELCHAIR)
    plain = make_shift(session, RIDE_ON)
    make_shift(session, RIDE_ON, vehicle=make_vehicle(session, wheelchair_places=1))
    session.commit()
    ride = book(rider)
    assert [(leg.seats, leg.wheelchairs, leg.boarding_minutes) for leg in ride.legs] == [(0, 1, 10), (0, 1, 10)]
    with transaction() as writing:
        answer = assign_ride(writing, ride.id, plain.id, by=OPERATOR, now=NOW, force_reason="inaczej się nie da")
    assert answer.codes == ("NO_WHEELCHAIR",)


def test_who_is_ready_is_told_when_the_car_comes(session: Session) -> None:
    rider = prepared(session, ROOMY)
    ride = book(rider, wish_for(return_mode=ReturnMode.CALL_WHEN_READY))
    out = ride.legs[0].id
    now = moment_at(RIDE_ON, time(10, 40))
    with transaction() as writing:
        pick_up(writing, out, by=OPERATOR, now=IN_THE_MORNING)
        deliver(writing, out, by=OPERATOR, now=IN_THE_MORNING)
        answer = say_ready(writing, ride.id, by=Actor("resident", rider.id), now=now)
        assert isinstance(answer, Ready)
        assert now <= answer.pickup_at <= now + timedelta(minutes=30)
    (told,) = messages(session, kind="ride_ready_taken")
    assert told.urgent
    with transaction() as writing:
        assert isinstance(say_ready(writing, ride.id, by=OPERATOR, now=now), Verdict)


def test_without_a_free_car_the_coordinator_sees_who_waits(session: Session) -> None:
    rider = prepared(session, ROOMY)
    ride = book(rider, wish_for(return_mode=ReturnMode.CALL_WHEN_READY))
    shift_id = ride.legs[0].shift_id
    assert shift_id is not None
    now = moment_at(RIDE_ON, time(10, 40))
    with transaction() as writing:
        pick_up(writing, ride.legs[0].id, by=OPERATOR, now=IN_THE_MORNING)
        deliver(writing, ride.legs[0].id, by=OPERATOR, now=IN_THE_MORNING)
        cancel_shift(writing, shift_id, by=OPERATOR, now=now)
        answer = say_ready(writing, ride.id, by=OPERATOR, now=now)
        assert isinstance(answer, Verdict)
        assert answer.codes == ("NO_CAR_NOW",)
    assert [each.ride.id for each in rides_without_vehicle(session, RIDE_ON, RIDE_ON)] == [ride.id]


def test_a_fixed_return_has_no_ready_button(session: Session) -> None:
    rider = prepared(session)
    ride = book(rider)
    with transaction() as writing:
        answer = say_ready(writing, ride.id, by=OPERATOR, now=IN_THE_MORNING)
    assert isinstance(answer, Verdict)
    assert answer.codes == ("NO_OPEN_RETURN",)


def test_a_purpose_that_needs_agreement_waits_for_it(session: Session) -> None:
    rules = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))
    rider = prepared(session, rules)
    ride = book(rider)
    assert ride.state is RideState.REQUESTED
    assert messages(session) == []
    with transaction() as writing:
        assert approve_ride(writing, ride.id, by=OPERATOR, now=NOW).allowed
        assert not approve_ride(writing, ride.id, by=OPERATOR, now=NOW).allowed
    assert [message.kind for message in messages(session)] == ["ride_confirmed"]


def test_both_are_told_what_a_representative_did(session: Session) -> None:
    rider = prepared(session)
    daughter = make_representative(session, phone="600 300 400", now=NOW)
    let_represent(session, daughter, rider, now=NOW)
    session.commit()
    book(rider, by=Actor("representative", daughter.id), channel=Channel.ONLINE)
    told = {(message.kind, message.recipient_kind) for message in messages(session)}
    assert told == {
        ("ride_confirmed", "resident"), ("representative_did", "resident"), ("relative_notice", "representative"),
    }  # fmt: skip


def test_a_repeated_ride_takes_the_passenger_as_the_file_says_now(session: Session) -> None:
    rider = prepared(session)
    wish = repeat_wish(book(rider), RIDE_ON + timedelta(days=30))
    assert (wish.on, wish.mobility, wish.place) == (RIDE_ON + timedelta(days=30), None, CLINIC)


def test_two_rides_share_a_day_without_sharing_a_car(session: Session) -> None:
    rider = prepared(session)
    other = make_rider(session, session.scalars(select(RideRulesVersion)).one(), latitude=50.885, longitude=20.650)
    session.commit()
    book(rider)
    book(other)
    assert sound(session)


def test_a_day_closed_by_the_office_takes_no_bookings_until_it_is_opened(session: Session) -> None:
    rider = prepared(session)
    with transaction() as writing:
        close_day(writing, RIDE_ON, "awaria prądu", by=OPERATOR, now=NOW)
    assert offer_times(session, rider, wish_for(), now=NOW).verdict.codes == ("DAY_CLOSED",)
    with transaction() as writing:
        close_day(writing, RIDE_ON, None, by=OPERATOR, now=NOW)
    assert offer_times(session, rider, wish_for(), now=NOW).allowed


def test_without_a_term_of_cancelling_the_pickup_ends_it(session: Session) -> None:
    rider = prepared(session, replace(KIELCE_2024, cancelling=None, booking=Term(0)))
    ride = book(rider)
    assert ride.cancel_until == ride.legs[0].promised_from_at


def test_nobody_is_booked_for_who_is_not_there(session: Session) -> None:
    prepared(session)
    erased = make_resident(session)
    erased.erased_at = NOW
    session.commit()
    chosen = Choice(moment_at(RIDE_ON, time(9)), moment_at(RIDE_ON, time(10)), moment_at(RIDE_ON, time(11)))
    with pytest.raises(Gone), transaction() as writing:
        book_ride(writing, erased.id, wish_for(), chosen, by=OPERATOR, channel=Channel.PHONE, now=NOW)
