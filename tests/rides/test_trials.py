"""A version tried on past bookings counts what it would have refused then, with what was known and promised then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.clock import day_of, moment_at
from services_app.database import transaction
from services_app.residents.actions.rights import erase_resident
from services_app.residents.models import Resident
from services_app.rides.actions import cancel_ride, end_enrolment
from services_app.rides.models import Enrolment, EnrolmentCondition, Ride
from services_app.rides.policy import Quota, RideRules, Term
from services_app.rides.queries import trial_of
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Condition, EnrolmentState, Period, RideResult, RideState, Verification
from tests.counting import counted_queries
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for

TODAY = day_of(NOW)
LATER = NOW + timedelta(days=60)


def booked(session: Session, rules: RideRules = KIELCE_2024) -> Resident:
    rider = make_rider(session, make_rules(session, rules))
    for days in range(3):
        make_shift(session, RIDE_ON + timedelta(days=days))
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider)
    return rider


def tried(session: Session, rules: RideRules, *, until: datetime = NOW) -> tuple[int, int, dict[str, int]]:
    session.rollback()
    session.expire_all()
    result = trial_of(session, rules, TODAY, day_of(until))
    return result.asked, result.refused, dict(result.by_reason)


def test_who_left_the_programme_since_was_in_it_when_they_booked(session: Session) -> None:
    rider = booked(session)
    enrolment = session.query(Enrolment).filter_by(resident_id=rider.id).one()
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=OPERATOR, now=LATER).allowed
    assert tried(session, KIELCE_2024) == (1, 0, {})


def test_who_joined_again_is_judged_by_the_place_they_had(session: Session) -> None:
    rider = booked(session)
    enrolment = session.query(Enrolment).filter_by(resident_id=rider.id).one()
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=OPERATOR, now=LATER).allowed
        again = Enrolment(
            resident_id=rider.id, rules_version_id=enrolment.rules_version_id, state=EnrolmentState.VERIFIED,
            channel=Channel.PHONE, declared_at=LATER, declared_by_kind="staff", statement_text="2026-1", reasons=[],
        )  # fmt: skip
        again.conditions.append(EnrolmentCondition(condition=Condition.LIVES_ALONE, holds=True))
        writing.add(again)
    assert tried(session, KIELCE_2024) == (1, 0, {})


@pytest.mark.parametrize(("decided_at", "refused"), [(NOW, 0), (NOW + timedelta(minutes=1), 1)])
def test_verification_counts_when_it_had_been_done_by_then(
    session: Session, decided_at: datetime, refused: int
) -> None:
    rider = booked(session)
    session.query(Enrolment).filter_by(resident_id=rider.id).one().decided_at = decided_at
    session.commit()
    waits = replace(KIELCE_2024, verification=Verification.BEFORE_FIRST_RIDE)
    assert tried(session, waits) == (1, refused, {"NOT_VERIFIED": 1} if refused else {})
    assert tried(session, KIELCE_2024) == (1, 0, {})


def test_an_erased_person_is_not_judged(session: Session) -> None:
    rider = booked(session)
    with transaction() as writing:
        erase_resident(writing, writing.get_one(Resident, rider.id), by=OPERATOR, now=LATER)
    assert tried(session, KIELCE_2024) == (0, 0, {})


@pytest.mark.parametrize(("cancelled_after", "refused"), [(timedelta(hours=1), 0), (timedelta(hours=3), 1)])
def test_a_ride_cancelled_only_later_still_filled_the_limit(
    session: Session, cancelled_after: timedelta, refused: int
) -> None:
    rider = booked(session, ROOMY)
    first = rider.id
    two_hours = NOW + timedelta(hours=2)

    def cancel() -> None:

        ride_id = session.query(Ride.id).filter_by(resident_id=first).order_by(Ride.id).limit(1).scalar()
        assert ride_id is not None
        session.rollback()
        with transaction() as writing:
            cancel_ride(writing, ride_id, by=OPERATOR, now=NOW + cancelled_after)

    def book_another() -> None:
        with transaction() as writing:
            other = writing.get_one(Resident, first)
            booked_ride(writing, other, wish_for(RIDE_ON + timedelta(days=1)), now=two_hours)

    for deed in (cancel, book_another) if cancelled_after < timedelta(hours=2) else (book_another, cancel):
        deed()
    one = replace(ROOMY, quotas=(Quota(Period.MONTH, 1),))
    assert tried(session, one) == (2, refused, {"QUOTA_USED": 1} if refused else {})


@pytest.mark.parametrize("charged", [2, 0])
@pytest.mark.parametrize(
    ("state", "excused", "counted", "refused"),
    [
        (RideState.NO_SHOW, False, True, 1),
        (RideState.NO_SHOW, False, False, 0),
        (RideState.NO_SHOW, True, True, 0),
        (RideState.CANCELLED_LATE, False, True, 1),
        (RideState.CANCELLED_LATE, False, False, 0),
        (RideState.CANCELLED_LATE, True, True, 0),
    ],
)
def test_the_tried_version_says_whether_an_absence_or_a_late_cancelling_fills_a_limit(
    session: Session, charged: int, state: RideState, excused: bool, counted: bool, refused: int
) -> None:
    rider = booked(session, ROOMY)
    with transaction() as writing:
        other = booked_ride(writing, writing.get_one(Resident, rider.id), wish_for(RIDE_ON + timedelta(days=2))).id
    with transaction() as writing:
        absent, later = writing.query(Ride).order_by(Ride.id)
        absent.state, absent.charged_legs, absent.excused = state, charged, excused
        later.booked_at = moment_at(RIDE_ON + timedelta(days=1), time(8))
        assert later.id == other
    kind = frozenset({RideResult.DONE, RideResult.BOOKED})
    harsh = kind | {RideResult.NO_SHOW, RideResult.CANCELLED_LATE}
    one = replace(ROOMY, quotas=(Quota(Period.MONTH, 1),), booking=Term(0), charged=harsh if counted else kind)
    assert tried(session, one, until=LATER) == (2, refused, {"QUOTA_USED": 1} if refused else {})


def test_a_trial_takes_the_same_queries_for_any_number(session: Session) -> None:
    version = make_rules(session, ROOMY)
    counts = []
    for number in range(2):
        for at in (9, 11, 13) if number else (9,):
            rider = make_rider(session, version)
            make_shift(session, RIDE_ON)
            session.commit()
            with transaction() as writing:
                booked_ride(writing, rider, wish_for(at=time(at)))
        session.rollback()
        session.expire_all()
        with counted_queries() as seen:
            assert trial_of(session, ROOMY, TODAY, TODAY).asked == (4 if number else 1)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


def test_a_booking_counts_on_the_warsaw_day_it_was_made(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    before_midnight = moment_at(TODAY, time(23, 59))
    with transaction() as writing:
        booked_ride(writing, rider, now=before_midnight)
    assert trial_of(session, KIELCE_2024, TODAY, TODAY).asked == 1
    assert trial_of(session, KIELCE_2024, TODAY + timedelta(days=1), TODAY + timedelta(days=1)).asked == 0
