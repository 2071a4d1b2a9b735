"""Where a driver stands with one passenger: whether they still wait for the car, may be told of a delay, and until when to wait."""

from __future__ import annotations

from datetime import datetime

from services_app.rides.models import Leg
from services_app.rides.policy.lateness import waits_until
from services_app.rides.queries.rules import rules_of
from services_app.rides.terms import PROMISED, RideState


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
    return may_be_fetched(leg) and leg.arrived_at is None and not leg.awaits_call


def leg_waits_until(leg: Leg) -> datetime | None:
    """Until when the driver waits at the door for this passenger; None before the arrival."""
    if leg.arrived_at is None:
        return None
    return waits_until(leg.arrived_at, leg.promised_from_at, rules_of(leg.ride.rules_version).waiting_minutes)
