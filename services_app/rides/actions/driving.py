"""What the driver says on the way: at the door, late, nobody there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from services_app.journal.actions import Actor
from services_app.rides.actions.living import NOT_NOW, YES, event, mark_no_show
from services_app.rides.actions.locking import lock_leg
from services_app.rides.actions.telling import tell_late
from services_app.rides.models import Leg
from services_app.rides.planning_day import TRAVEL, facts_of, request_of_leg
from services_app.rides.policy.lateness import LATE_MINUTES, passed_on, told_delay
from services_app.rides.queries import SheetLine, day_sheet, leg_waits_until, may_be_fetched, may_be_late
from services_app.rides.scheduling import minutes_of
from services_app.verdict import Reason, Verdict
from services_app.wording import N_, hour

NOT_ARRIVED = Reason("NOT_ARRIVED", N_("Najpierw naciśnij „Jestem na miejscu”. Od tej chwili liczymy czekanie."))
WAIT_LONGER = Reason("WAIT_LONGER", N_("Poczekaj do godziny {hour}. Zadzwoń w tym czasie do pasażera."))


def arrive(session: Session, leg_id: int, *, by: Actor, now: datetime) -> Verdict:
    """ "Jestem na miejscu": from now on the waiting counts. Nobody is waited for who was told no hour yet."""
    locked, leg = lock_leg(session, leg_id)
    if not may_be_fetched(leg) or leg.awaits_call or leg.arrived_at is not None:
        return Verdict((NOT_NOW,))
    leg.arrived_at = now
    event(session, locked.ride, "arrived", by=by, now=now, details={"way": leg.sequence})
    return YES


def leave_without(session: Session, leg_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """The driver says that nobody was there: only after the arrival and the whole waiting time."""
    _locked, leg = lock_leg(session, leg_id)
    if not may_be_fetched(leg) or leg.awaits_call:  # who was told no hour cannot have missed it
        return Verdict((NOT_NOW,))
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
    tell_late(session, leg.ride, leg.ride.resident, leg, minutes, now=now)
