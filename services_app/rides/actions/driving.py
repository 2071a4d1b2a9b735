"""What the driver says on the way: at the door, late, nobody there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor
from services_app.messaging.actions import queue_message
from services_app.residents.models import Resident
from services_app.residents.queries import recipients_for
from services_app.rides.actions.living import NOT_NOW, YES, event, mark_no_show
from services_app.rides.actions.locking import lock_leg
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, facts_of, request_of_leg
from services_app.rides.policy.lateness import LATE_MINUTES, passed_on, told_delay, waits_until
from services_app.rides.queries import SheetLine, day_sheet, rules_of
from services_app.rides.scheduling import minutes_of
from services_app.rides.terms import PROMISED, ReturnMode, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_, hour

NOT_ARRIVED = Reason("NOT_ARRIVED", N_("Najpierw naciśnij „Jestem na miejscu”. Od tej chwili liczymy czekanie."))
WAIT_LONGER = Reason("WAIT_LONGER", N_("Poczekaj do godziny {hour}. Zadzwoń w tym czasie do pasażera."))
LATE_FOR_RELATIVE: Final = N_("auto spóźni się około {late} min")
_TOLD_AFTER: Final = timedelta(minutes=30)
"""News of a delay is of use so long after the new hour."""


def may_be_fetched(leg: Leg) -> bool:
    """Whether the passenger still waits for the car: promised, not called off, not in the car, and there already for the way back."""
    ride = leg.ride
    if not leg.active or leg.picked_up_at is not None or ride.state not in PROMISED - {RideState.REQUESTED}:
        return False
    if leg.sequence == 0:
        return True
    return all(each.delivered_at is not None for each in ride.legs if each.sequence == 0 and each.active)


def may_be_late(leg: Leg) -> bool:
    """Whether a delay can be told: the passenger waits for an hour that was said, and the driver is not at the door yet."""
    open_way = leg.sequence == 1 and leg.ride.return_mode is ReturnMode.CALL_WHEN_READY and leg.ready_at is None
    return may_be_fetched(leg) and leg.arrived_at is None and not open_way


def leg_waits_until(leg: Leg) -> datetime | None:
    """Until when the driver waits at the door for this passenger; None before the arrival."""
    if leg.arrived_at is None:
        return None
    return waits_until(leg.arrived_at, leg.promised_from_at, rules_of(leg.ride.rules_version).waiting_minutes)


def arrive(session: Session, leg_id: int, *, by: Actor, now: datetime) -> Verdict:
    """ "Jestem na miejscu": from now on the waiting counts."""
    locked, leg = lock_leg(session, leg_id)
    if not may_be_fetched(leg) or leg.arrived_at is not None:
        return Verdict((NOT_NOW,))
    leg.arrived_at = now
    event(session, locked.ride, "arrived", by=by, now=now, details={"way": leg.sequence})
    return YES


def leave_without(session: Session, leg_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """The driver says that nobody was there: only after the arrival and the whole waiting time."""
    _locked, leg = lock_leg(session, leg_id)
    until = leg_waits_until(leg)
    if until is None:
        return Verdict((NOT_ARRIVED,))
    if now < until:
        return Verdict((Reason(WAIT_LONGER.code, WAIT_LONGER.message, {"hour": hour(until)}),))
    return mark_no_show(session, leg.ride_id, reason, by=by, now=now)


def say_late(session: Session, leg_id: int, minutes: int, *, by: Actor, now: datetime) -> Verdict:
    """ "Spóźnię się": this passenger is told the new hour, and so is everybody further on whom the delay reaches.

    The day is held by the lock, so the other ways of the shift cannot change meanwhile. Each is told once for each amount; a smaller
    delay than the one told already changes nothing.
    """
    _locked, leg = lock_leg(session, leg_id)
    if minutes not in LATE_MINUTES or not may_be_late(leg):
        return Verdict((NOT_NOW,))
    for late, delay in _reached(session, leg, minutes):
        _late(session, late, delay, by=by, now=now)
    return YES


def _reached(session: Session, leg: Leg, minutes: int) -> Iterator[tuple[Leg, int]]:
    """The ways the delay reaches, in driving order, with the minutes to be told."""
    yield leg, minutes
    if leg.shift_id is None:
        return
    lines = day_sheet(session, leg.shift_id)
    begin = next(place for place, line in enumerate(lines) if line.pickup and line.leg.id == leg.id)
    ahead = lines[begin:]
    pauses = [_to_spare(*pair) for pair in pairwise(ahead)]
    for line, delay in zip(ahead[1:], passed_on(minutes, pauses), strict=True):
        told = told_delay(delay)
        if told and line.pickup and may_be_late(line.leg):
            yield line.leg, told


def _to_spare(one: SheetLine, other: SheetLine) -> float:
    """The minutes between two stops that are neither driven nor spent at the first."""
    begin, end = (request_of_leg(facts_of(line.leg)) for line in (one, other))
    origin = begin.origin if one.pickup else begin.destination
    destination = end.origin if other.pickup else end.destination
    spent = begin.pickup_minutes if one.pickup else begin.dropoff_minutes
    leaves = minutes_of(one.at) + spent
    return minutes_of(other.at) - leaves - TRAVEL.minutes(origin, destination, leaves)


def _late(session: Session, leg: Leg, minutes: int, *, by: Actor, now: datetime) -> None:
    if leg.late_minutes is not None and leg.late_minutes >= minutes:
        return
    leg.late_minutes = minutes
    event(session, leg.ride, "late", by=by, now=now, details={"way": leg.sequence, "minutes": minutes})
    _tell(session, leg.ride, leg.ride.resident, leg, minutes, now=now)


def _tell(session: Session, ride: Ride, resident: Resident, leg: Leg, minutes: int, *, now: datetime) -> None:
    """The passenger by their own way (a land line by a call), relatives who want to know by theirs."""
    comes_at = leg.promised_from_at + timedelta(minutes=minutes)
    own: dict[str, object] = {"late": minutes, "new_hour": comes_at}
    if leg.shift is not None:
        own["plate"] = leg.shift.vehicle.plate
    notice: dict[str, object] = {
        "what": Reason("LATE", LATE_FOR_RELATIVE, {"late": minutes}), "day": ride.on, "hour": comes_at,
        "first_name": resident.first_name, "who": resident.name,
    }  # fmt: skip
    for recipient in recipients_for(session, resident, today=day_of(now)):
        is_passenger = recipient.kind == "resident"
        queue_message(
            session, "ride_late" if is_passenger else "relative_notice", recipient, own if is_passenger else notice,
            dedupe_key=f"ride_late:{ride.id}:{leg.sequence}:{minutes}:{recipient.kind}:{recipient.id}", now=now,
            expires_at=max(comes_at, now) + _TOLD_AFTER, subject=("ride", ride.id), resident_id=ride.resident_id, urgent=True,
        )  # fmt: skip
