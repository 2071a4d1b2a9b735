"""Which car drives what: a coordinator's assignment, and the car for somebody who is ready to go home."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from services_app.journal.actions import Actor, record
from services_app.journal.queries import last_entry_about
from services_app.planning import Insertion, LegRequest
from services_app.rides.actions.booking import save_times
from services_app.rides.actions.living import NOT_NOW, YES, event
from services_app.rides.actions.locking import lock_leg, lock_ride
from services_app.rides.actions.telling import leg_at, tell_of_other_car, tell_return
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, facts_of, planned_day, request_of_leg
from services_app.rides.queries import may_say_ready, ways_to_assign
from services_app.rides.queries.fitting import given_since, place_ways, ready_way, request_home, soonest_home
from services_app.rides.scheduling import minutes_of, moment_of
from services_app.rides.terms import TO_BE_DRIVEN, ReturnMode, RideState
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
CAR_GIVEN = Reason(
    "CAR_GIVEN", N_("Ten przejazd ma już samochód {car}. Przydział: {who}, {when}. Jeśli ma jechać inny, wyślij jeszcze raz.")
)  # fmt: skip


def assign_ride(
    session: Session, ride_id: int, shift_id: int, *, by: Actor, now: datetime, force_reason: str | None = None, seen: str | None = None
) -> Verdict:  # fmt: skip
    """Put all ways of a ride on one shift. Refused when they do not fit its plan, unless the coordinator gives a reason.

    Of somebody who said to be ready to go home it is the way home, and they are told when the car comes. ``seen``: the ``cars_mark`` the
    form was drawn with; a car that somebody else gave since is not taken away unseen.
    """
    ride = lock_ride(session, ride_id).ride
    legs = ways_to_assign(ride)
    return _meanwhile(session, ride, legs, shift_id, seen) or _assign(
        session, ride, legs, shift_id, by=by, now=now, force_reason=force_reason
    )


def assign_leg(
    session: Session, leg_id: int, shift_id: int, *, by: Actor, now: datetime, force_reason: str | None = None, seen: str | None = None
) -> Verdict:  # fmt: skip
    """Put one way on a shift; where the driver waits both ways go together. ``seen`` as with the whole ride."""
    locked, leg = lock_leg(session, leg_id)
    legs = [leg]
    if locked.ride.return_mode is ReturnMode.DRIVER_WAITS:
        legs = [each for each in locked.ride.legs if each.active and (each is leg or each.picked_up_at is None)]
    return _meanwhile(session, locked.ride, legs, shift_id, seen) or _assign(
        session, locked.ride, legs, shift_id, by=by, now=now, force_reason=force_reason
    )


def _meanwhile(session: Session, ride: Ride, legs: list[Leg], shift_id: int, seen: str | None) -> Verdict | None:
    """Who gave which other car since the form was drawn; None when nobody did."""
    given = [] if seen is None else [leg for leg in given_since(legs, seen) if leg.shift_id != shift_id]
    if not given:
        return None
    cars = sorted({leg.shift.vehicle.name for leg in given if leg.shift is not None})
    last = last_entry_about(session, ("ride", str(ride.id)), ("ride_assigned", "ride_ready"))
    values = {"who": "?", "when": ""} if last is None else {"who": last.who or "?", "when": last.entry.at}
    return Verdict((Reason(CAR_GIVEN.code, CAR_GIVEN.message, {"car": ", ".join(cars), **values}),))


def _assign(
    session: Session, ride: Ride, legs: list[Leg], shift_id: int, *, by: Actor, now: datetime, force_reason: str | None
) -> Verdict:
    if ride.state not in TO_BE_DRIVEN or not legs or any(not leg.active or leg.picked_up_at for leg in legs):
        return Verdict((NOT_NOW,))
    day = planned_day(session, ride.on)
    plan = day.plan_of(shift_id)
    if plan is None:
        return Verdict((SHIFT_GONE,))
    if not all(request_of_leg(facts_of(leg)).needs <= plan.shift.capabilities for leg in legs):
        return Verdict((NO_WHEELCHAIR,))
    insertion = place_ways(ride, legs, [plan], now=now)
    if insertion is None and not force_reason:
        return Verdict((NO_ROOM,))
    told = told_hours(legs)
    others = [leg for leg in legs if leg.shift_id != shift_id]
    for leg in legs:
        put_on(leg, shift_id, at=now)
    if insertion is None:
        _as_promised(ride, legs, now=now)
    else:
        keep_place(session, legs, insertion)
    session.flush()
    forced = None if insertion is not None else force_reason
    details = {"shift": shift_id, "forced": forced is not None}
    note_assigned(session, ride, legs, details, by=by, now=now, reason=forced)
    tell_of_cars(session, ride, legs, others, told, {shift_id: day.shifts[shift_id].vehicle.plate}, now=now)
    return YES


def put_on(leg: Leg, shift_id: int | None, *, at: datetime | None) -> None:
    """A way goes by this car, or by none: what another driver tapped at the door does not say that this one was there."""
    if leg.shift_id != shift_id:
        leg.arrived_at = None
    leg.shift_id, leg.assigned_at = shift_id, at


def told_hours(legs: Collection[Leg]) -> dict[int, datetime]:
    """The hours passengers know: all that were promised, and of an open way home the one that was told when they were ready."""
    return {leg.id: leg.promised_from_at for leg in legs if leg.ready_at is None or leg.assigned_at is not None}


def tell_of_cars(
    session: Session, ride: Ride, legs: Collection[Leg], others: Collection[Leg], told: Mapping[int, datetime],
    plates: Mapping[int, str], *, now: datetime,
) -> None:  # fmt: skip
    """After ways were put on cars: who is ready to go home hears a new hour, whoever read of another car the right one (``others``)."""
    for leg in legs:
        plate = None if leg.shift_id is None else plates.get(leg.shift_id)
        if leg.ready_at is not None and told.get(leg.id) != leg.promised_from_at:
            leg.late_minutes = None
            tell_return(session, ride, ride.resident, leg, now=now, plate=plate)
        elif leg in others:
            tell_of_other_car(session, ride, ride.resident, leg, plate=plate, now=now)


def _as_promised(ride: Ride, legs: list[Leg], *, now: datetime) -> None:
    """Forced into a plan: at the hour that was told, or as soon as somebody can set out; who is ready gets an hour that can be told."""
    for leg in legs:
        ready = leg.ready_at is not None
        request = request_home(ride, leg, now=now) if ready else request_of_leg(facts_of(leg))
        if ready:
            _promise(leg, request)
        pickup = max(request.pickup.earliest, minutes_of(now))
        way = TRAVEL.minutes(request.origin, request.destination, pickup + request.pickup_minutes)
        leg.planned_pickup_at = moment_of(pickup)
        leg.planned_dropoff_at = moment_of(pickup + request.pickup_minutes + way)


def _promise(leg: Leg, request: LegRequest) -> None:
    """The hours of a way home that was open until now."""
    leg.promised_from_at, leg.promised_until_at = moment_of(request.pickup.earliest), moment_of(request.pickup.latest)
    leg.arrive_by_at = moment_of(request.dropoff.latest)


def note_assigned(
    session: Session, ride: Ride, legs: Collection[Leg], details: Mapping[str, Any], *, by: Actor, now: datetime, reason: str | None = None
) -> None:  # fmt: skip
    """Ways were put on cars: the ride is assigned once all of them are, and its life and the journal tell ``details``."""
    if ride.state is RideState.CONFIRMED and all(leg.assigned_at for leg in ride.legs if leg.active):
        ride.state = RideState.ASSIGNED
    _another_revision(ride)
    details = {"ways": [leg.sequence for leg in legs], **details}
    event(session, ride, "assigned", by=by, now=now, reason=reason, details=details)
    record(session, "ride_assigned", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id, details=details)


def _another_revision(ride: Ride) -> None:
    """Also when only its ways change: a reminder that was read before names the car of then, and must not go out."""
    flag_modified(ride, "charged_legs")


def unassign(session: Session, ride_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Take a coordinator's assignment back; the planner still keeps room for the ride."""
    ride = lock_ride(session, ride_id).ride
    if ride.state not in (RideState.CONFIRMED, RideState.ASSIGNED) or not any(leg.assigned_at for leg in ride.legs):
        return Verdict((NOT_NOW,))
    for leg in ride.legs:
        leg.assigned_at = None
    ride.state = RideState.CONFIRMED
    _another_revision(ride)
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

    Only of somebody who can be there (``may_say_ready``). The place kept for the way is given up and the nearest free one taken, at the
    latest by the hour promised. When there is none the way is left without a car, so that the coordinator sees it at once, and the
    passenger is told that we will call.
    """
    locked = lock_ride(session, ride_id)
    ride, leg = locked.ride, leg_at(locked.ride, 1)
    if leg is None or ride.return_mode is not ReturnMode.CALL_WHEN_READY:
        return Verdict((NO_OPEN_RETURN,))
    if not may_say_ready(ride, now=now):
        return Verdict((NOT_NOW,))
    insertion = soonest_home(ride, leg, planned_day(session, ride.on).plans, now=now)
    leg.ready_at, leg.assigned_at, leg.arrived_at = now, None, None
    event(session, ride, "ready", by=by, now=now, details={"car": insertion is not None})
    record(session, "ride_ready", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id)
    if insertion is None:
        leg.shift_id = None
        return Verdict((NO_CAR_NOW,))
    keep_place(session, [leg], insertion)
    # the passenger is told which car comes: that is a promise, not a plan
    leg.assigned_at, leg.late_minutes = now, None
    session.flush()
    session.refresh(leg)
    plate = None if leg.shift is None else leg.shift.vehicle.plate
    tell_return(session, ride, locked.resident, leg, now=now, plate=plate)
    return Ready(leg.promised_from_at, leg.promised_until_at)


def keep_place(session: Session, legs: list[Leg], insertion: Insertion) -> None:
    """Write where ways were placed, and whom it moves; of somebody who is ready to go home also the hours that can be told."""
    ready = ready_way(legs)
    if ready is not None:
        placed = insertion.legs[0]
        _promise(ready, insertion.request.outbound)
        ready.shift_id = int(placed.shift_key)
        ready.planned_pickup_at, ready.planned_dropoff_at = moment_of(placed.pickup_at), moment_of(placed.dropoff_at)
    session.flush()
    save_times(session, insertion.changed)
