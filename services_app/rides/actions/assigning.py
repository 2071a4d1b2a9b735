"""Which car drives what: a coordinator's assignment, and the car for somebody who is ready to go home."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor, record
from services_app.planning import Insertion, LegRequest, RideRequest, Window, feasible_times, without
from services_app.rides.actions.booking import save_times
from services_app.rides.actions.living import NOT_NOW, YES, event
from services_app.rides.actions.locking import lock_leg, lock_ride
from services_app.rides.actions.telling import leg_at, tell_of_other_car, tell_return
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, PlannedDay, facts_of, planned_day, request_of_leg
from services_app.rides.queries import rules_of
from services_app.rides.queries.fitting import place_in_plan
from services_app.rides.scheduling import (
    OPEN_RETURN_MINUTES,
    SLACK_HOME,
    STEP,
    ceil_step,
    floor_step,
    minutes_of,
    moment_of,
)
from services_app.rides.terms import ReturnMode, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

SHIFT_GONE = Reason("SHIFT_GONE", N_("Ten samochód wtedy nie jeździ. Wybierz inny."))
NO_ROOM = Reason(
    "NO_ROOM", N_("Przejazd nie mieści się w planie tego samochodu. Wybierz inny albo podaj powód i przypisz mimo to.")
)
NO_WHEELCHAIR = Reason("NO_WHEELCHAIR", N_("Ten samochód nie zabierze osoby na wózku. Wybierz inny."))
NO_CAR_NOW = Reason(
    "NO_CAR_NOW", N_("Wiemy o zgłoszeniu, ale teraz nie ma wolnego samochodu. Zadzwonimy i powiemy, kiedy będzie.")
)
NO_OPEN_RETURN = Reason(
    "NO_OPEN_RETURN", N_("Ten przejazd ma ustaloną godzinę powrotu. Jeśli coś się zmieniło, zadzwoń.")
)
ASSIGNABLE = frozenset({RideState.CONFIRMED, RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD})


def assign_ride(
    session: Session, ride_id: int, shift_id: int, *, by: Actor, now: datetime, force_reason: str | None = None
) -> Verdict:
    """Put all ways of a ride on one shift. Refused when they do not fit its plan, unless the coordinator gives a reason."""
    locked = lock_ride(session, ride_id)
    legs = [leg for leg in locked.ride.legs if leg.active and leg.picked_up_at is None]
    return _assign(session, locked.ride, legs, shift_id, by=by, now=now, force_reason=force_reason)


def assign_leg(
    session: Session, leg_id: int, shift_id: int, *, by: Actor, now: datetime, force_reason: str | None = None
) -> Verdict:
    """Put one way on a shift; where the driver waits both ways go together."""
    locked, leg = lock_leg(session, leg_id)
    legs = [leg]
    if locked.ride.return_mode is ReturnMode.DRIVER_WAITS:
        legs = [each for each in locked.ride.legs if each.active and (each is leg or each.picked_up_at is None)]
    return _assign(session, locked.ride, legs, shift_id, by=by, now=now, force_reason=force_reason)


def _assign(
    session: Session, ride: Ride, legs: list[Leg], shift_id: int, *, by: Actor, now: datetime, force_reason: str | None
) -> Verdict:
    if ride.state not in ASSIGNABLE or not legs or any(not leg.active or leg.picked_up_at for leg in legs):
        return Verdict((NOT_NOW,))
    day = planned_day(session, ride.on)
    plan = day.plan_of(shift_id)
    if plan is None:
        return Verdict((SHIFT_GONE,))
    requests = [request_of_leg(facts_of(leg)) for leg in legs]
    if not all(request.needs <= plan.shift.capabilities for request in requests):
        return Verdict((NO_WHEELCHAIR,))
    insertion = place_in_plan(ride, requests, plan)
    if insertion is None and not force_reason:
        return Verdict((NO_ROOM,))
    others = [leg for leg in legs if leg.shift_id != shift_id]
    for leg in legs:
        leg.shift_id, leg.assigned_at = shift_id, now
    if insertion is None:
        _as_promised(legs, requests)
    session.flush()
    if insertion is not None:
        save_times(session, insertion.changed)
    forced = None if insertion is not None else force_reason
    details = {"shift": shift_id, "forced": forced is not None}
    note_assigned(session, ride, legs, details, by=by, now=now, reason=forced)
    for leg in others:
        plate = day.shifts[shift_id].vehicle.plate
        tell_of_other_car(session, ride, ride.resident, leg, plate=plate, now=now)
    return YES


def _as_promised(legs: list[Leg], requests: list[LegRequest]) -> None:
    """Forced into a plan: planned at the hour that was told."""
    for leg, request in zip(legs, requests, strict=True):
        pickup = request.pickup.earliest
        ride = TRAVEL.minutes(request.origin, request.destination, pickup + request.pickup_minutes)
        leg.planned_pickup_at = moment_of(pickup)
        leg.planned_dropoff_at = moment_of(pickup + request.pickup_minutes + ride)


def note_assigned(
    session: Session, ride: Ride, legs: Collection[Leg], details: Mapping[str, Any], *, by: Actor, now: datetime, reason: str | None = None
) -> None:  # fmt: skip
    """Ways were put on cars: the ride is assigned once all of them are, and its life and the journal tell ``details``."""
    if ride.state is RideState.CONFIRMED and all(leg.assigned_at for leg in ride.legs if leg.active):
        ride.state = RideState.ASSIGNED
    details = {"ways": [leg.sequence for leg in legs], **details}
    event(session, ride, "assigned", by=by, now=now, reason=reason, details=details)
    record(session, "ride_assigned", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id, details=details)


def unassign(session: Session, ride_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Take a coordinator's assignment back; the planner still keeps room for the ride."""
    ride = lock_ride(session, ride_id).ride
    if ride.state not in (RideState.CONFIRMED, RideState.ASSIGNED) or not any(leg.assigned_at for leg in ride.legs):
        return Verdict((NOT_NOW,))
    for leg in ride.legs:
        leg.assigned_at = None
    ride.state = RideState.CONFIRMED
    event(session, ride, "unassigned", by=by, now=now)
    record(session, "ride_unassigned", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id)
    return YES


@dataclass(frozen=True)
class Ready:
    """The car for the way home: between these two moments."""

    pickup_at: datetime
    until_at: datetime


def say_ready(session: Session, ride_id: int, *, by: Actor, now: datetime) -> Ready | Verdict:
    """ "Jestem gotowa": plan the open way home from now, tell when the car comes.

    The place kept for it is given up and the nearest free one taken, at the latest by the hour promised. When there is none the way is left
    without a car, so that the coordinator sees it at once, and the passenger is told that we will call.
    """
    locked = lock_ride(session, ride_id)
    ride, leg = locked.ride, leg_at(locked.ride, 1)
    if leg is None or ride.return_mode is not ReturnMode.CALL_WHEN_READY:
        return Verdict((NO_OPEN_RETURN,))
    if (
        ride.state not in ASSIGNABLE
        or leg.picked_up_at is not None
        or leg.ready_at is not None
        or ride.on > day_of(now)
    ):
        return Verdict((NOT_NOW,))
    insertion = _soonest(ride, leg, planned_day(session, ride.on), now=now)
    leg.ready_at, leg.assigned_at = now, None
    event(session, ride, "ready", by=by, now=now, details={"car": insertion is not None})
    record(session, "ride_ready", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id)
    if insertion is None:
        leg.shift_id = None
        return Verdict((NO_CAR_NOW,))
    _keep(session, leg, insertion)
    # the passenger is told which car comes: that is a promise, not a plan
    leg.assigned_at, leg.late_minutes = now, None
    session.flush()
    session.refresh(leg)
    plate = None if leg.shift is None else leg.shift.vehicle.plate
    tell_return(session, ride, locked.resident, leg, now=now, plate=plate)
    return Ready(leg.promised_from_at, leg.promised_until_at)


def _soonest(ride: Ride, leg: Leg, day: PlannedDay, *, now: datetime) -> Insertion | None:
    """The first told hour from now at which a car can take the passenger home."""
    stored = request_of_leg(facts_of(leg))
    window = rules_of(ride.rules_version).window_minutes
    first = ceil_step(minutes_of(now))
    way = TRAVEL.minutes(stored.origin, stored.destination, first + stored.pickup_minutes)
    last_home = first + window + stored.pickup_minutes + way + SLACK_HOME
    asked = replace(
        stored,
        pickup=Window(first, first + window),
        dropoff=Window(first + stored.pickup_minutes, last_home),
        known_at=minutes_of(now),
    )
    plans = without(day.plans, str(ride.id), TRAVEL, leg_key=stored.key)
    last = max(first + OPEN_RETURN_MINUTES, floor_step(minutes_of(leg.promised_until_at)))
    candidates = [first + STEP * step for step in range(int((last - first) // STEP) + 1)]
    found = feasible_times(RideRequest(str(ride.id), asked), candidates, plans, TRAVEL, wish=first, count=1)
    return found[0].insertion if found else None


def _keep(session: Session, leg: Leg, insertion: Insertion) -> None:
    asked, placed = insertion.request.outbound, insertion.legs[0]
    leg.shift_id = int(placed.shift_key)
    leg.promised_from_at, leg.promised_until_at = moment_of(asked.pickup.earliest), moment_of(asked.pickup.latest)
    leg.arrive_by_at = moment_of(asked.dropoff.latest)
    leg.planned_pickup_at, leg.planned_dropoff_at = moment_of(placed.pickup_at), moment_of(placed.dropoff_at)
    session.flush()
    save_times(session, insertion.changed)
