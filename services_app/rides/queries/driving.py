"""Where a driver stands with one passenger: who waits for the car, who may be told of a delay, until when to wait, who can go home."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services_app.clock import day_of
from services_app.rides.models import Leg, Ride
from services_app.rides.policy.lateness import waits_until
from services_app.rides.queries.rules import rules_of
from services_app.rides.terms import TO_BE_DRIVEN, ReturnMode, RideState, may_become

EARLIEST: Final = timedelta(hours=1)
"""How long before the promised hour somebody may get in; our own choice, see :func:`may_get_in_from`."""


def under_way(leg: Leg) -> bool:
    """Whether a driver has set out for this way's passenger, and it is still to be driven to its end."""
    begun = leg.ride.state in (RideState.ON_THE_WAY, RideState.ON_BOARD)
    return begun and leg.active and leg.delivered_at is None


def may_be_fetched(leg: Leg) -> bool:
    """Whether the passenger still waits for the car: promised, not called off, not in the car, and there already for the way back."""
    ride = leg.ride
    if not leg.active or leg.picked_up_at is not None or ride.state not in TO_BE_DRIVEN:
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
    return None if leg.arrived_at is None or leg.awaits_call else _awaited_until(leg, leg.arrived_at)


def told_from(leg: Leg) -> datetime:
    """The hour the passenger was told last: the promised one, or the later one of "Spóźnię się"."""
    return leg.promised_from_at + timedelta(minutes=leg.late_minutes or 0)


def told_until(leg: Leg) -> datetime:
    """The end of the window that begins with the hour told last."""
    return leg.promised_until_at + timedelta(minutes=leg.late_minutes or 0)


def _awaited_until(leg: Leg, arrived_at: datetime) -> datetime:
    rules, minutes = rules_of(leg.ride.rules_version), 0
    if leg.sequence == 1 and leg.ride.return_mode is ReturnMode.DRIVER_WAITS:
        minutes = rules.waiting_minutes or 0
    return waits_until(arrived_at, told_from(leg), max(minutes, rules.window_minutes))


def waiting_home(ride: Ride) -> Leg | None:
    """The way home, at an hour that was told, of somebody whom we brought there and have not fetched yet; None for all others."""
    there, back = (next((leg for leg in ride.legs if leg.sequence == way), None) for way in (0, 1))
    if there is None or there.delivered_at is None or back is None or ride.state is not RideState.ON_BOARD:
        return None
    return back if may_be_fetched(back) and not back.awaits_call else None


def missed_the_way_home(ride: Ride, *, now: datetime) -> Leg | None:
    """The way home somebody did not come to, whoever notes it: not before the hour told and the whole wait after it; else None.

    It ends the way for good, so a slip must not do it while the passenger still sits with the doctor.
    """
    back = waiting_home(ride)
    return back if back is not None and _waited_for(back, now=now) else None


def missed_the_ride(ride: Ride, *, now: datetime) -> bool:
    """Whether the whole ride may be noted as one nobody came to, whoever notes it: not before the hour told and the whole wait after it.

    Never once somebody has got in: who was brought there made that way, and can only miss the way home.
    """
    if not may_become(ride.state, RideState.NO_SHOW) or got_in(ride):
        return False
    first = min((leg for leg in ride.legs if leg.active), key=lambda leg: leg.sequence, default=None)
    return first is not None and not first.awaits_call and _waited_for(first, now=now)


def _waited_for(leg: Leg, *, now: datetime) -> bool:
    """Whether the wait is over: counted as at the door from the driver's arrival, where it was tapped, or else from the hour told."""
    return _awaited_until(leg, leg.arrived_at or told_from(leg)) <= now


def got_in(ride: Ride) -> bool:
    """Whether the passenger was in the car already, on any way of the ride."""
    return any(leg.picked_up_at is not None for leg in ride.legs)


def may_set_out(ride: Ride) -> bool:
    """Whether "wyjechał" can be said: a car is given, and nobody has got in. For the way home the driver has steps of its own."""
    return may_become(ride.state, RideState.ON_THE_WAY) and not got_in(ride)


def may_get_in_from(leg: Leg) -> datetime | None:
    """From when the passenger may be noted as being in the car; None for at any time.

    A tap at the wrong passenger hours early tells the family, and cannot be taken back. An hour before the one promised: a driver who
    is ahead of the plan comes half an hour early, and may be asked for a little more on the phone; half an hour would refuse them at
    the door. A delay that was told may be made good, so it does not count. For the way home of somebody we brought there any time is
    right (ready early, with the driver waiting), and so it is for who was told no hour.
    """
    brought = any(each.sequence < leg.sequence and each.delivered_at is not None for each in leg.ride.legs)
    return None if brought or leg.awaits_call else leg.promised_from_at - EARLIEST


def may_say_ready(ride: Ride, *, now: datetime) -> bool:
    """Whether "jestem gotowa" can be said: the open way home is still to be driven, and the passenger can be there by now.

    Nobody is ready at home: the way there was made, or its planned end is past (a driver may tap nothing, a son may have driven).
    """
    open_ways = [leg for leg in ride.legs if leg.active and leg.awaits_call and leg.picked_up_at is None]
    if not open_ways or ride.state not in TO_BE_DRIVEN or ride.on != day_of(now):
        return False
    there = [leg for leg in ride.legs if leg.sequence == 0]
    return all(leg.delivered_at is not None or leg.planned_dropoff_at <= now for leg in there)
