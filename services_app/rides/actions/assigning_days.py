"""A whole day or a whole shift at once: as planned; what a car left behind, to others; a shift to another driver."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services_app.clock import day_of
from services_app.fleet.actions import SHIFT_GONE, change_driver
from services_app.fleet.models import Driver, Shift
from services_app.fleet.queries import working_shifts
from services_app.journal.actions import Actor
from services_app.rides.actions.assigning import keep_place, note_assigned, put_on, tell_of_cars, told_hours
from services_app.rides.actions.living import cancel_by_operator
from services_app.rides.actions.locking import Gone, hold_rides, lock_days, lock_resident
from services_app.rides.models import Leg, Ride, ServiceDay
from services_app.rides.planning_day import planned_day
from services_app.rides.policy import tier_of
from services_app.rides.queries import DayRide, rides_without_vehicle, rules_of, ways_to_assign
from services_app.rides.queries.fitting import place_ways
from services_app.rides.terms import NOT_BEGUN, PROMISED, ReturnMode, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

NO_WHEELCHAIRS = Reason(
    "NO_WHEELCHAIRS", N_("W tej zmianie jedzie osoba na wózku, a ten kierowca nie wozi wózków. Wybierz innego.")
)


def assign_as_planned(session: Session, on: date, *, by: Actor, now: datetime) -> int | None:
    """Assign every confirmed ride of a day whose ways all have a car that drives; returns how many. Others are left as they are.

    None on a day without service: its rides are to be called off.
    The day's lock is enough: nobody changes a ride of the day without it, and nobody is told anything here.
    """
    lock_days(session, [on])
    if _closed_because(session, on) is not None:
        return None
    works = {shift.id for shift in working_shifts(session, on, on)}
    query = (
        select(Ride)
        .options(selectinload(Ride.legs))
        .where(Ride.on == on, Ride.state == RideState.CONFIRMED)
        .order_by(Ride.id)
    )
    count = 0
    for ride in session.scalars(query.execution_options(populate_existing=True)):
        legs = [leg for leg in ride.legs if leg.active]
        if not legs or any(leg.shift_id not in works for leg in legs):
            continue
        for leg in legs:
            leg.assigned_at = leg.assigned_at or now
        details = {"shifts": [leg.shift_id for leg in legs], "as_planned": True}
        note_assigned(session, ride, legs, details, by=by, now=now)
        count += 1
    return count


def call_off_day(session: Session, on: date, *, by: Actor, now: datetime) -> int | None:
    """Call off every ride of a day out of service, for the reason the day was closed; each passenger is told.

    Returns how many; None when the day is in service (again). A day that is over and rides that have begun are left as they are. The
    passengers are held first, in one order, then the day: as everybody does who changes a ride. Once a day is closed nobody books it, so
    that all of them are known before the day is held.
    """
    if _closed_because(session, on) is None:
        return None
    if on < day_of(now):
        return 0
    whose = select(Ride.resident_id).where(Ride.on == on, Ride.state.in_(NOT_BEGUN)).distinct()
    for resident_id in sorted(session.scalars(whose)):
        with suppress(Gone):  # an erased file has no rides to come
            lock_resident(session, resident_id)
    lock_days(session, [on])
    reason = _closed_because(session, on)
    if reason is None:  # somebody was faster and put it back
        return None
    rides = select(Ride.id).where(Ride.on == on, Ride.state.in_(NOT_BEGUN)).order_by(Ride.id)
    return sum(
        cancel_by_operator(session, ride_id, reason, by=by, now=now, closed_because=reason).allowed
        for ride_id in session.scalars(rides).all()
    )


def _closed_because(session: Session, on: date) -> str | None:
    return session.scalar(select(ServiceDay.closed_because).where(ServiceDay.on == on))


@dataclass(frozen=True)
class Rescued:
    """What came of looking for other cars: how many rides have one now, and how many still have none."""

    assigned: int
    left: int


def assign_lost(session: Session, on: date, *, by: Actor, now: datetime) -> Rescued:
    """Give the rides of a day that lost their car to others that have room; hours stay as they were promised.

    Where the rules know tiers, the more important purpose comes first; else, and among equals, the earliest.
    What fits nowhere, or should have begun already, is left to a person. Who is ready to go home gets the soonest car and hears when.
    """
    lock_days(session, [on])
    hold_rides(session, on)
    lost = sorted(rides_without_vehicle(session, on, on), key=_turn)
    found = sum(_rescue(session, each, by=by, now=now) for each in lost)
    return Rescued(found, len(lost) - found)


def _turn(each: DayRide) -> tuple[int, datetime, int]:
    ride = each.ride
    return tier_of(rules_of(ride.rules_version), ride.purpose), each.first_at, ride.id


def _rescue(session: Session, each: DayRide, *, by: Actor, now: datetime) -> bool:
    ride, legs = each.ride, _without_car(each)
    day = planned_day(session, ride.on)
    too_late = any(leg.promised_until_at < now and leg.ready_at is None for leg in legs)
    insertion = None if too_late else place_ways(ride, legs, day.plans, now=now)
    if insertion is None:
        return False
    told = told_hours(legs)
    for leg, placed in zip(legs, insertion.legs, strict=True):
        put_on(leg, int(placed.shift_key), at=None if ride.state is RideState.REQUESTED else now)
    keep_place(session, legs, insertion)
    details = {"shifts": [leg.shift_id for leg in legs], "rescued": True}
    note_assigned(session, ride, legs, details, by=by, now=now)
    plates = {shift.id: shift.vehicle.plate for shift in day.shifts.values()}
    tell_of_cars(session, ride, legs, legs, told, plates, now=now)
    return True


def _without_car(each: DayRide) -> list[Leg]:
    """The ways to be driven by somebody else; where the driver waits both go together."""
    waits = each.ride.return_mode is ReturnMode.DRIVER_WAITS
    return [leg for leg in ways_to_assign(each.ride) if waits or leg.shift_id not in each.works]


def hand_over_shift(session: Session, shift_id: int, driver_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Somebody else drives a shift (its driver fell ill): every ride stays where it is, and nobody needs to be told."""
    shift = session.get(Shift, shift_id)
    if shift is None:
        return Verdict((SHIFT_GONE,))
    lock_days(session, [shift.on])
    wheelchairs = (
        select(Leg.id)
        .join(Ride, Ride.id == Leg.ride_id)
        .where(Leg.shift_id == shift_id, Leg.active.is_(True), Leg.wheelchairs > 0, Ride.state.in_(PROMISED))
    )
    carries = session.get_one(Driver, driver_id).carries_wheelchairs
    if not carries and session.scalars(wheelchairs).first() is not None:
        return Verdict((NO_WHEELCHAIRS,))
    return change_driver(session, shift_id, driver_id, by=by, now=now)
