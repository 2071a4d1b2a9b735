"""A ride as entries of a calendar (RFC 5545): one for each way, the same ones whenever they are fetched again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_babel import gettext as _

from services_app.rides.hours import unagreed_words, window_of_leg
from services_app.rides.models import Leg, Ride
from services_app.rides.terms import PROMISED, RideState
from services_app.web.contact import Contact, contact
from services_app.wording import WARSAW

if TYPE_CHECKING:  # takes long to load, and every server waits for what is loaded before its first answer
    from icalendar import Alarm, Event

ALARMS = (timedelta(days=1), timedelta(hours=1))
"""How long before the pick-up the calendar reminds."""


def calendar_of(ride: Ride, address: str, *, now: datetime) -> bytes:
    """The calendar file. ``address`` is the ride's page; it names the entries, so that a changed ride replaces the old one."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//services-app//rides//PL")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for leg in ride.legs:
        made.add_component(_event(ride, leg, address, now))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(ride: Ride, leg: Leg, address: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    back, stands = leg.sequence == 1, leg.active and (ride.state in PROMISED or ride.state is RideState.DONE)
    event.add("uid", f"ride-{ride.id}-{leg.sequence}@{urlsplit(address).netloc}")
    event.add("sequence", ride.revision)
    event.add("dtstamp", now)
    event.add("dtstart", leg.promised_from_at.astimezone(WARSAW))
    event.add("dtend", (leg.promised_until_at if leg.awaits_call else leg.arrive_by_at).astimezone(WARSAW))
    summary = _summary(ride, back, leg.awaits_call)
    event.add("summary", summary)
    home, there = ride.resident.whole_address, ride.whole_destination
    event.add("location", there if back else home)
    event.add("description", _description(ride, leg, home if back else there, contact()))
    event.add("url", address)
    unagreed = ride.state is RideState.REQUESTED
    event.add("status", "CANCELLED" if not stands else "TENTATIVE" if unagreed else "CONFIRMED")
    for ahead in ALARMS if stands else ():
        event.add_component(_alarm(ahead, summary))
    return event


def _summary(ride: Ride, back: bool, open_return: bool) -> str:
    what = _way(ride, back, open_return)
    return str(_("Czeka na zgodę. %(what)s", what=what)) if ride.state is RideState.REQUESTED else what


def _way(ride: Ride, back: bool, open_return: bool) -> str:
    if open_return:
        return str(_("Powrót do domu: zadzwoń po wizycie"))
    if back:
        return str(_("Taksówka dla seniora: powrót do domu"))
    return str(_("Taksówka dla seniora: %(place)s", place=ride.destination_name))


def _description(ride: Ride, leg: Leg, to: str, line: Contact | None) -> str:
    unagreed = unagreed_words() if ride.state is RideState.REQUESTED else ""
    comes = _("Zadzwoń po wizycie. Powiemy, kiedy będzie auto.") if leg.awaits_call else window_of_leg(ride, leg)
    words = [*filter(None, (unagreed, comes)), _("Dokąd: %(to)s", to=to)]
    if line is not None:
        words.append(_("Telefon: %(phone)s", phone=line.phone))
    return "\n".join(str(each) for each in words)


def _alarm(ahead: timedelta, words: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -ahead)
    alarm.add("description", words)
    return alarm
