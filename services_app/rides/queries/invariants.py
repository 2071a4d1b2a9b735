"""What must always be true of the stored rides, whatever happened meanwhile: asked by ``flask rides verify`` and after every fault test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from services_app.clock import day_of
from services_app.fleet.models import Shift
from services_app.planning import faults_of_day
from services_app.rides.models import Leg, Ride, RideEvent, RideRulesVersion
from services_app.rides.planning_day import TRAVEL, planned_day
from services_app.rides.policy import QuotaState, RideRules, charges_quota, quotas_left
from services_app.rides.queries.people import history_of, history_span
from services_app.rides.queries.rules import rules_of
from services_app.rides.terms import CANCELLED, PROMISED, result_of


def broken_invariants(session: Session, from_on: date, until_on: date) -> Iterator[str]:
    """Everything broken between two days, one sentence each; ids only, no names. The cheap questions come first."""
    yield from _rides_and_legs(session, from_on, until_on)
    yield from _shifts(session, from_on, until_on)
    yield from _charges(session, from_on, until_on)
    yield from _plans(session, from_on, until_on)
    yield from _quotas(session, from_on, until_on)


def _rides_and_legs(session: Session, first: date, last: date) -> Iterator[str]:
    rides = session.scalars(select(Ride).where(Ride.on.between(first, last)).order_by(Ride.id)).unique()
    told = set(session.scalars(select(RideEvent.ride_id).distinct()))
    for ride in rides:
        active = [leg for leg in ride.legs if leg.active]
        if ride.state in PROMISED and not active:
            yield f"ride {ride.id} is {ride.state} but has no way to drive"
        if ride.state in CANCELLED and active:
            yield f"ride {ride.id} is {ride.state} but still takes room"
        if ride.id not in told:
            yield f"ride {ride.id} has no history"
        if len(ride.legs) != (1 if ride.return_mode is None else 2):
            yield f"ride {ride.id} lacks one of its ways"
        for leg in ride.legs:
            yield from _leg(ride, leg)


def _leg(ride: Ride, leg: Leg) -> Iterator[str]:
    if leg.on != ride.on or day_of(leg.promised_from_at) != ride.on:
        yield f"leg {leg.id} is promised for another day than ride {ride.id}"
    if not leg.promised_from_at <= leg.promised_until_at <= leg.arrive_by_at:
        yield f"leg {leg.id} is promised backwards"
    if leg.active and leg.shift is not None and leg.shift.on != leg.on:
        yield f"leg {leg.id} is on a shift of another day"


def _shifts(session: Session, first: date, last: date) -> Iterator[str]:
    """A car is in one shift at a time."""
    other = aliased(Shift)
    query = (
        select(Shift.id, other.id)
        .join(
            other,
            (other.vehicle_id == Shift.vehicle_id) & (other.id > Shift.id)
            & (other.starts_at < Shift.ends_at) & (Shift.starts_at < other.ends_at),
        )
        .where(Shift.on.between(first, last), Shift.cancelled_at.is_(None), other.cancelled_at.is_(None))
        .order_by(Shift.id)
    )  # fmt: skip
    for one, two in session.execute(query):
        yield f"shifts {one} and {two} need the same vehicle at once"


def _charges(session: Session, first: date, last: date) -> Iterator[str]:
    """A ride counts when its state counts by its own rules, and only then."""
    query = (
        select(Ride.id, Ride.state, Ride.excused, Ride.charged_legs, RideRulesVersion)
        .join(RideRulesVersion, RideRulesVersion.id == Ride.rules_version_id)
        .where(Ride.on.between(first, last))
        .order_by(Ride.id)
    )
    for ride_id, state, excused, charged, version in session.execute(query):
        result = result_of(state, excused=excused)
        counts = result is not None and charges_quota(rules_of(version), result)
        if counts != (charged > 0):
            yield f"ride {ride_id} is {state} and counts {charged} legs"


def _plans(session: Session, first: date, last: date) -> Iterator[str]:
    """No car carries more than it can, is in two places, or breaks a promise; what a coordinator forced is left to them."""
    forced = _forced_shifts(session, first, last)
    days = session.scalars(
        select(Leg.on)
        .where(Leg.on.between(first, last), Leg.active.is_(True), Leg.shift_id.is_not(None))
        .distinct()
        .order_by(Leg.on)
    ).all()
    for on in days:
        plans = [plan for plan in planned_day(session, on).plans if int(plan.shift.key) not in forced]
        for fault in faults_of_day(plans, TRAVEL):
            yield f"{on}: shift {fault.shift_key} breaks {fault.code.value}" + (
                f" at leg {fault.leg_key}" if fault.leg_key else ""
            )


def _forced_shifts(session: Session, first: date, last: date) -> set[int]:
    """Shifts a coordinator put a ride on with a reason although it did not fit."""
    query = (
        select(RideEvent.details)
        .join(Ride, Ride.id == RideEvent.ride_id)
        .where(Ride.on.between(first, last), RideEvent.deed == "assigned", RideEvent.reason.is_not(None))
    )
    return {int(details["shift"]) for details in session.scalars(query) if details.get("forced")}


def _quotas(session: Session, first: date, last: date) -> Iterator[str]:
    """Nobody rides more than the rules allow, unless a coordinator set the limit aside."""
    query = (
        select(Ride.resident_id, Ride.on, RideRulesVersion)
        .join(RideRulesVersion, RideRulesVersion.id == Ride.rules_version_id)
        .where(Ride.on.between(first, last), Ride.state.in_(PROMISED))
        .order_by(Ride.resident_id, Ride.on)
    )
    for resident_id, rows in groupby(session.execute(query).all(), key=lambda row: row.resident_id):
        for _, on, version in rows:
            yield from _full(session, resident_id, on, rules_of(version))


def _full(session: Session, resident_id: int, on: date, rules: RideRules) -> Iterator[str]:
    span = history_span([rules], on, on)
    history = history_of(session, resident_id, *span)
    for state in quotas_left(rules, history, on):
        if state.used > state.limit and not _set_aside(session, resident_id, state):
            yield f"resident {resident_id} has {state.used} of {state.limit} in the {state.period} of {on}"


def _set_aside(session: Session, resident_id: int, state: QuotaState) -> bool:
    query = select(func.count()).where(
        Ride.resident_id == resident_id,
        Ride.on.between(state.starts_on, state.ends_on),
        Ride.override_reason.is_not(None),
    )
    return bool(session.scalar(query))
