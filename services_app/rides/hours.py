"""The hours of a ride in words: the same on the page, on paper and in the calendar."""

from __future__ import annotations

from flask_babel import gettext as _

from services_app.rides.models import Leg, Ride
from services_app.rides.queries import ShownLeg, ShownRide
from services_app.rides.terms import NOT_BEGUN, ReturnMode
from services_app.wording import hour


def hour_of_leg(ride: ShownRide | Ride, leg: ShownLeg | Leg) -> str:
    """The hour that is told; an open return has none until somebody is ready."""
    if leg.awaits_call:
        return str(_("na telefon"))
    if _driver_waits(ride, leg):
        return str(_("ok. %(hour)s", hour=hour(leg.promised_from_at)))
    return hour(leg.promised_from_at)


def window_of_leg(ride: ShownRide | Ride, leg: ShownLeg | Leg) -> str:
    """When to look out for the car, while it is still to come. Nobody waits for a driver who waits."""
    waits = leg.awaits_call or _driver_waits(ride, leg)
    if leg.promised_until_at is None or waits or not leg.active or ride.state not in NOT_BEGUN:
        return ""
    first, last = hour(leg.promised_from_at), hour(leg.promised_until_at)
    return _("Samochód przyjedzie między %(first)s a %(last)s.", first=first, last=last) if first != last else ""


def unagreed_words() -> str:
    """What stands over the hours of a ride nobody agreed to yet."""
    return _("Ten przejazd czeka na zgodę. Bez zgody auto nie przyjedzie. Damy znać.")


def _driver_waits(ride: ShownRide | Ride, leg: ShownLeg | Leg) -> bool:
    return leg.sequence == 1 and ride.return_mode is ReturnMode.DRIVER_WAITS
