"""Where a driver stands with one passenger: who waits for the car, who may be told of a delay, until when to wait, who can go home."""

from __future__ import annotations

from datetime import datetime, timedelta

from services_app.clock import day_of
from services_app.rides.models import Leg, Ride
from services_app.rides.policy.lateness import waits_until
from services_app.rides.queries.rules import rules_of
from services_app.rides.terms import PROMISED, ReturnMode, RideState

AGREED = PROMISED - {RideState.REQUESTED}
"""The ride is still ahead or under way, and nobody needs to agree to it any more."""


def may_be_fetched(leg: Leg) -> bool:
    """Whether the passenger still waits for the car: promised, not called off, not in the car, and there already for the way back."""
    ride = leg.ride
    if not leg.active or leg.picked_up_at is not None or ride.state not in AGREED:
        return False
    if leg.sequence == 0:
        return True
    return all(each.delivered_at is not None for each in ride.legs if each.sequence == 0 and each.active)


def may_be_late(leg: Leg) -> bool:
    """Whether a delay can be told: the passenger waits for an hour that was said, and the driver is not at the door yet."""
    return may_be_fetched(leg) and leg.arrived_at is None and not leg.awaits_call


def leg_waits_until(leg: Leg) -> datetime | None:
    """Until when the driver waits at the door for this passenger; None before the arrival, and for who was told no hour yet.

    After "Spóźnię się" the hour told is the later one. A driver who stays during the visit waits as long as the rules say for that.
    """
    if leg.arrived_at is None or leg.awaits_call:
        return None
    rules, minutes = rules_of(leg.ride.rules_version), 0
    if leg.sequence == 1 and leg.ride.return_mode is ReturnMode.DRIVER_WAITS:
        minutes = rules.waiting_minutes or 0
    told_at = leg.promised_from_at + timedelta(minutes=leg.late_minutes or 0)
    return waits_until(leg.arrived_at, told_at, max(minutes, rules.window_minutes))


def waiting_home(ride: Ride) -> Leg | None:
    """The way home, at an hour that was told, of somebody whom we brought there and have not fetched yet; None for all others."""
    there, back = (next((leg for leg in ride.legs if leg.sequence == way), None) for way in (0, 1))
    if there is None or there.delivered_at is None or back is None or ride.state is not RideState.ON_BOARD:
        return None
    return back if may_be_fetched(back) and not back.awaits_call else None


def may_say_ready(ride: Ride, *, now: datetime) -> bool:
    """Whether "jestem gotowa" can be said: the open way home is still to be driven, and the passenger can be there by now.

    Nobody is ready at home: the way there was made, or its planned end is past (a driver may tap nothing, a son may have driven).
    """
    open_ways = [leg for leg in ride.legs if leg.active and leg.awaits_call and leg.picked_up_at is None]
    if not open_ways or ride.state not in AGREED or ride.on != day_of(now):
        return False
    there = [leg for leg in ride.legs if leg.sequence == 0]
    return all(leg.delivered_at is not None or leg.planned_dropoff_at <= now for leg in there)
