"""A ride as its card shows it: plain words and hours, ready for the page, the paper and the calendar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from services_app import clock
from services_app.residents.labels import ASSISTANCES
from services_app.rides.hours import hour_of_leg, window_of_leg
from services_app.rides.labels import PURPOSES, STATES, left_in
from services_app.rides.models import Ride
from services_app.rides.policy import QuotaState, in_time, phone_words
from services_app.rides.queries import ShownLeg, ShownRide
from services_app.rides.scheduling import TimeOffer
from services_app.rides.terms import ENDED, PROMISED, QuotaUnit, RideState
from services_app.web.contact import hours_for_pages
from services_app.web.languages import counted, say, say_text, shown_language
from services_app.wording import day as day_in_words
from services_app.wording import hour, until

TONES = {
    RideState.REQUESTED: "waiting", RideState.CONFIRMED: "good", RideState.ASSIGNED: "good", RideState.ON_THE_WAY: "info",
    RideState.ON_BOARD: "info", RideState.DONE: "neutral", RideState.MISSED: "bad", RideState.NO_SHOW: "bad",
    RideState.CANCELLED_LATE: "bad",
}  # fmt: skip


@dataclass(frozen=True)
class RideCard:
    """What a ride card says."""

    ride_id: int
    day: str
    state: str
    tone: str
    passenger: str
    legs: list[dict[str, Any]]
    help: str
    companion: str
    cancel: str
    over: bool

    @property
    def first(self) -> str:
        """The first hour told."""
        return str(self.legs[0]["hour"]) if self.legs else ""


def card_of(
    ride: ShownRide, *, now: datetime, with_passenger: bool = False, called_off: Collection[int] = ()
) -> RideCard:
    """A ride in words. ``called_off``: the ways that were called off on their own, where the ride's life was read."""
    over = ride.state in ENDED
    lost = ride.state is RideState.ASSIGNED and any(leg.lost for leg in ride.legs)
    return RideCard(
        ride_id=ride.id,
        day=day_in_words(ride.on, shown_language()),
        state=_("szukamy samochodu") if lost else say_text(STATES[ride.state]),
        tone="waiting" if lost else TONES.get(ride.state, "neutral"),
        passenger=ride.passenger if with_passenger else "",
        legs=[_leg(ride, leg, called_off=leg.sequence in called_off) for leg in ride.legs],
        help=_("Pomoc kierowcy: %(help)s", help=say_text(ASSISTANCES[ride.assistance])),
        companion=companion_words(ride.companions),
        cancel="" if over else cancel_words(ride, now=now),
        over=over,
    )


def companion_words(number: int) -> str:
    """Who comes along, as a sentence; nothing for nobody."""
    if not number:
        return ""
    return _("Jedzie też: %(people)s", people=counted(number, _("opiekun"), _("opiekunów"), _("opiekunów")))


def cancel_words(ride: ShownRide, *, now: datetime) -> str:
    """Until when it can be cancelled at no loss."""
    if ride.state not in PROMISED or ride.state is RideState.ON_BOARD:
        return ""
    if not in_time(ride.cancel_until, now=now):
        return _("Czas na odwołanie bez straty już minął.")
    said = _("Można odwołać bez straty %(until)s.", until=until(ride.cancel_until, shown_language()))
    return " ".join(filter(None, (said, by_phone_words(ride.cancel_until, now=now))))


def by_phone_words(term: datetime, *, now: datetime) -> str:
    """By when a call still keeps a term that ends when nobody answers, as a sentence; nothing where there is nothing to add."""
    words = phone_words(term, hours_for_pages(), now=now)
    return "" if words is None else f"{say(words)}."


def _leg(ride: ShownRide, leg: ShownLeg, *, called_off: bool) -> dict[str, Any]:
    home, there = ride.home, f"{ride.destination_name}, {ride.destination_address}, {ride.destination_town}"
    back = leg.sequence == 1
    said: dict[str, Any] = {
        "label": _("Powrót") if back else _("Wyjazd z domu"),
        "hour": hour_of_leg(ride, leg),
        "from_": ride.destination_name if back else home,
        "to": home if back else there,
        "arrives": "" if leg.awaits_call else hour(leg.arrive_by_at),
        "window": window_of_leg(ride, leg),
    }
    if not leg.active and ride.state in PROMISED:
        said |= {"state": _("Odwołany"), "tone": "bad", "arrives": ""}
    elif not leg.active and ride.state is RideState.DONE:
        said |= {"state": _("Nie odbył się"), "tone": "bad", "arrives": ""}
    elif called_off:
        said |= {"state": _("Odwołany wcześniej"), "tone": "bad", "arrives": ""}
    if leg.lost:
        sought, same_hour = _("Szukamy innego samochodu."), _("Godzina bez zmian.")
        said |= {"car": sought if leg.awaits_call else f"{sought} {same_hour}"}
    if leg.car:
        said |= {"car": leg.car, "plate": leg.plate, "driver": leg.driver}
    return said


def offer_shown(offer: TimeOffer) -> dict[str, str | None]:
    """An offered time in words."""
    if offer.return_at is None:
        back = None
    elif offer.return_is_open:
        back = _("na telefon, od %(hour)s", hour=hour(offer.return_at))
    elif offer.driver_waits:
        back = _("ok. %(hour)s", hour=hour(offer.return_at))
    else:
        back = hour(offer.return_at)
    note = (
        None
        if offer.keeps_appointment
        else _("Wizytę trzeba by przenieść na %(hour)s.", hour=hour(offer.appointment_at))
    )
    return {
        "value": offer.key, "leaves": hour(offer.pickup_at), "arrives": hour(offer.arrive_by_at), "returns": back, "note": note,
        "help": _("kierowca poczeka") if offer.driver_waits else None,
    }  # fmt: skip


def left_words(quotas: Sequence[QuotaState], taken: int = 0) -> str:
    """What is left of each limit, as "1 w tym miesiącu, 7 w tym roku"; ``taken``: ways of a ride still to be counted."""
    parts, today = [], clock.today()
    for state in quotas:
        units = min(taken, 1) if state.unit is QuotaUnit.ROUND_TRIP else taken
        parts.append(
            f"{max(0, state.left - units)} {say_text(left_in(state.period, state.starts_on, current=state.covers(today)))}"
        )
    return ", ".join(parts)


def purpose_words(ride: Ride) -> str:
    """Why one rides."""
    return say_text(PURPOSES[ride.purpose])
