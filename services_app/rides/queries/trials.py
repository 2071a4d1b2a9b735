"""Past bookings as they were asked for, to try a version of the rules on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.residents.models import Resident
from services_app.rides.models import Enrolment, Leg, Ride
from services_app.rides.policy import PastRide, RideQuestion, RideRules, TrialBooking, TrialResult, trial
from services_app.rides.queries.figures import start_of
from services_app.rides.queries.people import passenger_from
from services_app.rides.scheduling import hour_on
from services_app.rides.terms import PROMISED, RideResult, RideState, result_of
from services_app.wording import local

_CANCELLED = frozenset({RideState.CANCELLED_IN_TIME, RideState.CANCELLED_LATE, RideState.CANCELLED_BY_OPERATOR})


def trial_of(session: Session, rules: RideRules, from_on: date, until_on: date) -> TrialResult:
    """What a version would have said to the bookings made between two days, both included; four queries."""
    return trial(rules, past_bookings(session, from_on, until_on))


def past_bookings(session: Session, from_on: date, until_on: date) -> list[TrialBooking]:
    """The bookings of a period, each with the other rides of its passenger as they stood then."""
    booked = Ride.booked_at.between(
        start_of(from_on), start_of(until_on + timedelta(days=1)) - timedelta(microseconds=1)
    )
    who = select(Ride.resident_id).where(booked)
    people = {each.id: each for each in session.scalars(select(Resident).where(Resident.id.in_(who)))}
    rides = _rides_of(session, who, from_on)
    enrolments = _enrolments(session, who)
    by_person: dict[int, list[Any]] = {}
    for row in rides:
        by_person.setdefault(row.resident_id, []).append(row)
    first, last = start_of(from_on), start_of(until_on + timedelta(days=1))
    return [
        _booking(row, people[row.resident_id], enrolments.get(row.resident_id), by_person[row.resident_id])
        for row in rides
        if first <= row.booked_at < last and row.resident_id in people and row.state is not RideState.REFUSED
    ]


def _rides_of(session: Session, who: Any, from_on: date) -> Sequence[Any]:
    """The rides of these people since the year before the period, with the first pick-up and the last arrival."""
    pickup = func.min(Leg.promised_from_at, type_=Leg.promised_from_at.type)
    arrival = func.max(Leg.planned_dropoff_at, type_=Leg.planned_dropoff_at.type)
    columns = (
        Ride.id, Ride.resident_id, Ride.on, Ride.state, Ride.excused, Ride.booked_at, Ride.purpose, Ride.destination_town,
        Ride.appointment_at, Ride.visit_minutes, Ride.return_mode, Ride.companions, Ride.companion_age, Ride.mobility, Ride.assistance,
    )  # fmt: skip
    query = (
        select(*columns, pickup.label("pickup_at"), arrival.label("home_at"))
        .join(Leg, Leg.ride_id == Ride.id, isouter=True)
        .where(Ride.resident_id.in_(who), Ride.on >= date(from_on.year - 1, 1, 1))
        .group_by(*columns)
        .order_by(Ride.booked_at, Ride.id)
    )
    return session.execute(query).all()


def _enrolments(session: Session, who: Any) -> dict[int, Enrolment]:
    """The newest enrolment of each."""
    query = select(Enrolment).where(Enrolment.resident_id.in_(who)).order_by(Enrolment.id)
    return {each.resident_id: each for each in session.scalars(query).unique()}


def _booking(row: Any, resident: Resident, enrolment: Enrolment | None, others: Iterable[Any]) -> TrialBooking:
    earlier = (other for other in others if other.id != row.id and other.booked_at <= row.booked_at)
    return TrialBooking(
        passenger=passenger_from(resident, enrolment, row.on, row.mobility),
        history=tuple(past for other in earlier if (past := _stood(other, row.booked_at)) is not None),
        question=_question(row),
        booked_at=row.booked_at,
    )


def _stood(row: Any, at: datetime) -> PastRide | None:
    """A ride as it stood at a moment: what lay ahead was booked, unless it was cancelled (nobody knows here when)."""
    result = result_of(row.state, excused=row.excused)
    if result is None:
        return None
    if row.on >= day_of(at) and row.state not in _CANCELLED | PROMISED:
        result = RideResult.BOOKED
    legs = 1 if row.return_mode is None else 2
    pickup, home = (None if each is None else hour_on(row.on, each) for each in (row.pickup_at, row.home_at))
    return PastRide(row.on, result, legs, pickup, home)


def _question(row: Any) -> RideQuestion:
    ages = (row.companion_age,) + (None,) * (row.companions - 1) if row.companions else ()
    two_ways = row.return_mode is not None
    return RideQuestion(
        on=row.on,
        purpose=row.purpose,
        destination_town=row.destination_town,
        legs=2 if two_ways else 1,
        appointment_at=local(row.appointment_at).time(),
        visit_minutes=row.visit_minutes,
        pickup_at=None if row.pickup_at is None else hour_on(row.on, row.pickup_at),
        return_at=hour_on(row.on, row.home_at) if two_ways and row.home_at is not None else None,
        companion_ages=ages,
        return_mode=row.return_mode,
        assistance=row.assistance,
    )
