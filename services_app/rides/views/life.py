"""The life of a ride in words: who, when, why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services_app.fleet.queries import car_names
from services_app.journal.labels import ACTOR_KINDS
from services_app.journal.queries import name_of_actor
from services_app.rides.labels import STATES
from services_app.rides.models import RideEvent
from services_app.web.languages import say_text, shown_language
from services_app.wording import N_, day, hour

DEEDS: Final[Mapping[str, str]] = {
    "booked": N_("zamówienie"),
    "moved": N_("zmiana terminu"),
    "assigned": N_("przydział samochodu"),
    "unassigned": N_("cofnięcie przydziału"),
    "cancelled": N_("odwołanie"),
    "leg_cancelled": N_("odwołanie jednej drogi"),
    "cancelled_by_operator": N_("odwołanie przez nas"),
    "ready": N_("gotowość do powrotu"),
    "arrived": N_("kierowca na miejscu"),
    "late": N_("spóźnienie kierowcy"),
    "picked_up": N_("pasażer w samochodzie"),
    "delivered": N_("pasażer na miejscu"),
    "not_there": N_("nikogo nie było"),
    "excused": N_("przyjęte usprawiedliwienie"),
}
"""What was done; a step of the state says the state itself."""


@dataclass(frozen=True)
class Step:
    """One line of a ride's life."""

    at: datetime
    what: str
    who: str
    why: str


def life_of(session: Session, events: Sequence[RideEvent]) -> list[Step]:
    """Every step in words, from the beginning; the names of each kind of actor, and of the cars, in one query."""
    names, cars = _names(session, events), car_names(session, {one for each in events for one in _shifts(each)})
    return [
        Step(each.at, _what(each, cars), names.get((each.by_kind, each.by_id), _kind(each)), each.reason or "")
        for each in events
    ]


def ways_called_off(events: Sequence[RideEvent]) -> frozenset[int]:
    """The ways called off on their own (0 there, 1 back): once the whole ride is, only its life still tells which."""
    return frozenset(way for each in events if each.deed == "leg_cancelled" for way in each.details.get("ways", ()))


def _names(session: Session, events: Sequence[RideEvent]) -> dict[tuple[str, int | None], str]:
    named: dict[tuple[str, int | None], str] = {}
    for kind in {each.by_kind for each in events}:
        ids = {each.by_id for each in events if each.by_kind == kind and each.by_id is not None}
        found = name_of_actor[kind](session, ids) if ids and kind in name_of_actor else {}
        named |= {(kind, who): name for who, name in found.items()}
    return named


def _kind(each: RideEvent) -> str:
    return say_text(ACTOR_KINDS.get(each.by_kind, each.by_kind))


def _shifts(each: RideEvent) -> list[int]:
    """The shifts a step put ways on."""
    told = each.details.get("shifts", [each.details.get("shift")])
    return [one for one in dict.fromkeys(told) if one is not None]


def _what(each: RideEvent, cars: Mapping[int, str]) -> str:
    if each.deed == "state":
        return _("stan: %(state)s", state=say_text(STATES[each.state]))
    words = say_text(DEEDS.get(each.deed, each.deed.replace("_", " ")))
    which = [cars[one] for one in _shifts(each) if one in cars]
    return ", ".join([with_more(words, each), *dict.fromkeys(which)])


def with_more(words: str, each: RideEvent) -> str:
    """A step's words with what it changed: from when to when, or which ways it was about."""
    if moved := _moved_words(each):
        return f"{words}. {moved}"
    ways = _ways_words(each)
    return f"{words}: {ways}" if ways else words


def _ways_words(each: RideEvent) -> str:
    """Which ways a step was about; nothing for a step of the whole ride."""
    ways = set(each.details.get("ways", [each.details["way"]] if "way" in each.details else []))
    if not ways:
        return ""
    if len(ways) > 1:
        return str(_("tam i z powrotem"))
    return str(_("z powrotem") if 1 in ways else _("tam"))


def _moved_words(each: RideEvent) -> str:
    """From which day and hours to which a ride was changed; nothing where these stayed."""
    if "to" not in each.details:
        return ""
    before, after = _times(each.details), _times(each.details["to"])
    return "" if before == after else str(_("Było: %(before)s. Jest: %(after)s", before=before, after=after))


def _times(told: Mapping[str, Any]) -> str:
    words = {"day": day(date.fromisoformat(told["on"]), shown_language()), "there": _hour(told["pickup_at"])}
    if not told["return"]:
        return str(_("%(day)s, wyjazd %(there)s", **words))
    if told["return_at"] is None:
        return str(_("%(day)s, wyjazd %(there)s, powrót na telefon", **words))
    return str(_("%(day)s, wyjazd %(there)s, powrót %(back)s", **words, back=_hour(told["return_at"])))


def _hour(moment: str) -> str:
    return hour(datetime.fromisoformat(moment))
