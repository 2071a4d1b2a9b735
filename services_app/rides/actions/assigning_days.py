"""A whole day or a whole shift at once: as planned; what a car left behind, to others; a shift to another driver."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services_app.clock import day_of
from services_app.fleet.actions import SHIFT_GONE, change_driver
from services_app.fleet.models import Driver, Shift
from services_app.fleet.queries import working_shifts
from services_app.journal.actions import Actor
from services_app.planning import Insertion
from services_app.rides.actions.assigning import note_assigned
from services_app.rides.actions.booking import save_times
from services_app.rides.actions.living import cancel_by_operator
from services_app.rides.actions.locking import Gone, lock_days, lock_resident
from services_app.rides.actions.telling import tell_of_other_car
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import PlannedDay, facts_of, planned_day, request_of_leg
from services_app.rides.queries import DayRide, rides_without_vehicle
from services_app.rides.queries.fitting import place_in_plans
from services_app.rides.scheduling import minutes_of
from services_app.rides.terms import NOT_BEGUN, PROMISED, ReturnMode, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

NO_WHEELCHAIRS = Reason(
    "NO_WHEELCHAIRS", N_("W tej zmianie jedzie osoba na wózku, a ten kierowca nie wozi wózków. Wybierz innego.")
)


def assign_as_planned(session: Session, on: date, *, by: Actor, now: datetime) -> int:
    """Assign every confirmed ride of a day whose ways all have a car that drives; returns how many. Others are left as they are.

    The day's lock is enough: nobody changes a ride of the day without it, and nobody is told anything here.
    """
    lock_days(session, [on])
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
        note_assigned(session, ride, legs, {"as_planned": True}, by=by, now=now)
        count += 1
    return count


def call_off_day(session: Session, on: date, reason: str, *, by: Actor, now: datetime) -> int:
    """Call off every ride of a day on which we do not drive and that has not begun; each passenger is told. Returns how many.

    A day that is over is left as it is. The passengers are held first, in one order, then the day: as everybody does who changes a ride.
    """
    if on < day_of(now):
        return 0
    whose = select(Ride.resident_id).where(Ride.on == on, Ride.state.in_(NOT_BEGUN)).distinct()
    for resident_id in sorted(session.scalars(whose)):
        with suppress(Gone):  # an erased file has no rides to come
            lock_resident(session, resident_id)
    lock_days(session, [on])
    rides = select(Ride.id).where(Ride.on == on, Ride.state.in_(NOT_BEGUN)).order_by(Ride.id)
    return sum(
        cancel_by_operator(session, ride_id, reason, by=by, now=now).allowed for ride_id in session.scalars(rides).all()
    )


@dataclass(frozen=True)
class Rescued:
    """What came of looking for other cars: how many rides have one now, and how many still have none."""

    assigned: int
    left: int


def assign_lost(session: Session, on: date, *, by: Actor, now: datetime) -> Rescued:
    """Give the rides of a day that lost their car to others that have room, the earliest first; hours stay as they were promised.

    What fits nowhere, or should have begun already, is left to a person.
    """
    lock_days(session, [on])
    lost = sorted(rides_without_vehicle(session, on, on), key=lambda each: (each.first_at, each.ride.id))
    found = sum(_rescue(session, each, by=by, now=now) for each in lost)
    return Rescued(found, len(lost) - found)


def _rescue(session: Session, each: DayRide, *, by: Actor, now: datetime) -> bool:
    legs = _without_car(each)
    day = planned_day(session, each.ride.on)
    insertion = None if any(leg.promised_until_at < now for leg in legs) else _place(each.ride, legs, day, now=now)
    if insertion is None:
        return False
    _put(session, each.ride, legs, insertion, by=by, now=now)
    for leg in legs:
        tell_of_other_car(session, each.ride, each.ride.resident, leg, plate=_plate(day, leg), now=now)
    return True


def _without_car(each: DayRide) -> list[Leg]:
    """The ways to be driven by somebody else; where the driver waits both go together."""
    waits = each.ride.return_mode is ReturnMode.DRIVER_WAITS
    return [leg for leg in each.legs if leg.picked_up_at is None and (waits or leg.shift_id not in each.works)]


def _place(ride: Ride, legs: Sequence[Leg], day: PlannedDay, *, now: datetime) -> Insertion | None:
    requests = [replace(request_of_leg(facts_of(leg)), known_at=minutes_of(now)) for leg in legs]
    return place_in_plans(ride, requests, day.plans) if requests else None


def _put(session: Session, ride: Ride, legs: Sequence[Leg], insertion: Insertion, *, by: Actor, now: datetime) -> None:
    for leg, placed in zip(legs, insertion.legs, strict=True):
        leg.shift_id = int(placed.shift_key)
        leg.assigned_at = None if ride.state is RideState.REQUESTED else now
    session.flush()
    save_times(session, insertion.changed)
    details = {"shifts": [leg.shift_id for leg in legs], "rescued": True}
    note_assigned(session, ride, legs, details, by=by, now=now)


def _plate(day: PlannedDay, leg: Leg) -> str | None:
    shift = None if leg.shift_id is None else day.shifts.get(leg.shift_id)
    return None if shift is None else shift.vehicle.plate


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
