"""A whole day at once: every ride stays with the car the planner keeps its place in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services_app.fleet.queries import working_shifts
from services_app.journal.actions import Actor, record
from services_app.rides.actions.living import event
from services_app.rides.actions.locking import lock_days
from services_app.rides.models import Ride
from services_app.rides.terms import RideState


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
        ride.state = RideState.ASSIGNED
        details = {"ways": [leg.sequence for leg in legs], "as_planned": True}
        event(session, ride, "assigned", by=by, now=now, details=details)
        record(
            session, "ride_assigned", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id, details=details
        )
        count += 1
    return count
