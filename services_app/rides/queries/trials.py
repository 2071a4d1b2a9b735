"""Past bookings as they were asked for, to try a version of the rules on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.residents.models import Resident
from services_app.rides.models import Enrolment, Leg, Ride, RideEvent
from services_app.rides.policy import Passenger, PastRide, RideQuestion, RideRules, TrialBooking, TrialResult, trial
from services_app.rides.queries.figures import start_of
from services_app.rides.queries.people import passenger_with, past_ride
from services_app.rides.scheduling import hour_on
from services_app.rides.terms import CANCELLED, EnrolmentState, RideResult, RideState
from services_app.wording import local


def trial_of(session: Session, rules: RideRules, from_on: date, until_on: date) -> TrialResult:
    """What a version would have said to the bookings made between two days, both included; five queries."""
    return trial(rules, past_bookings(session, from_on, until_on))


def past_bookings(session: Session, from_on: date, until_on: date) -> list[TrialBooking]:
    """The bookings of a period, each with the other rides and the place in the programme its passenger had then.

    Who was erased since is left out: nothing is known any more of what the rules ask about.
    """
    booked = Ride.booked_at.between(
        start_of(from_on), start_of(until_on + timedelta(days=1)) - timedelta(microseconds=1)
    )
    who = select(Ride.resident_id).where(booked)
    known = select(Resident).where(Resident.id.in_(who), Resident.erased_at.is_(None))
    people = {each.id: each for each in session.scalars(known)}
    rides = _rides_of(session, who, from_on)
    enrolments, cancelled_at = _enrolments(session, who), _cancelled_at(session, who, from_on)
    by_person: dict[int, list[Any]] = {}
    for row in rides:
        by_person.setdefault(row.resident_id, []).append(row)
    first, last = start_of(from_on), start_of(until_on + timedelta(days=1))
    return [
        _booking(
            row, people[row.resident_id], enrolments.get(row.resident_id, ()), by_person[row.resident_id], cancelled_at
        )
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
        Ride.charged_legs,
    )  # fmt: skip
    query = (
        select(*columns, pickup.label("pickup_at"), arrival.label("home_at"))
        .join(Leg, Leg.ride_id == Ride.id, isouter=True)
        .where(Ride.resident_id.in_(who), Ride.on >= date(from_on.year - 1, 1, 1))
        .group_by(*columns)
        .order_by(Ride.booked_at, Ride.id)
    )
    return session.execute(query).all()


def _enrolments(session: Session, who: Any) -> dict[int, list[Enrolment]]:
    """The places each had in the programme, the oldest first."""
    query = select(Enrolment).where(Enrolment.resident_id.in_(who)).order_by(Enrolment.id)
    found: dict[int, list[Enrolment]] = {}
    for each in session.scalars(query).unique():
        found.setdefault(each.resident_id, []).append(each)
    return found


def _cancelled_at(session: Session, who: Any, from_on: date) -> dict[int, datetime]:
    """When rides of these people were cancelled as a whole."""
    query = (
        select(RideEvent.ride_id, RideEvent.at)
        .join(Ride, Ride.id == RideEvent.ride_id)
        .where(Ride.resident_id.in_(who), Ride.on >= date(from_on.year - 1, 1, 1), RideEvent.state.in_(CANCELLED))
        .order_by(RideEvent.id.desc())
    )
    return {row.ride_id: row.at for row in session.execute(query)}


def _passenger(row: Any, resident: Resident, enrolments: Sequence[Enrolment]) -> Passenger:
    """The passenger with the place they had when they booked; whatever was found out about it since is believed."""
    then = [each for each in enrolments if each.declared_at <= row.booked_at] or enrolments[:1]
    conditions = then[-1].conditions if then else []
    decided_at = then[-1].decided_at if then and then[-1].state is not EnrolmentState.REFUSED else None
    verified = decided_at is not None and decided_at <= row.booked_at
    return passenger_with(resident, conditions, row.on, row.mobility, verified=verified)


def _booking(
    row: Any, resident: Resident, enrolments: Sequence[Enrolment], others: Iterable[Any], cancelled_at: Mapping[int, datetime]
) -> TrialBooking:  # fmt: skip
    earlier = (other for other in others if other.id != row.id and other.booked_at <= row.booked_at)
    return TrialBooking(
        passenger=_passenger(row, resident, enrolments),
        history=tuple(
            past for other in earlier if (past := _stood(other, row.booked_at, cancelled_at.get(other.id))) is not None
        ),
        question=_question(row),
        booked_at=row.booked_at,
    )


def _stood(row: Any, at: datetime, cancelled_at: datetime | None) -> PastRide | None:
    """A ride as it stood at a moment: what lay ahead was booked, unless it had been cancelled by then.

    Whether an absence or a late cancelling counts the tried version says, not the one the ride was booked under: else a version that
    begins to count them would never show what that does. What a person excused stays excused.
    """
    ways = 1 if row.return_mode is None else 2
    ended = past_ride(row.on, row.state, row.excused, row.charged_legs or ways, row.pickup_at, row.home_at)
    gone = row.state in CANCELLED and (cancelled_at is None or cancelled_at <= at)
    if ended is None or row.on < day_of(at) or gone:
        return ended
    return replace(ended, result=RideResult.BOOKED, legs=ways)


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
