"""Places as cards to choose from: saved and recent ones first, then what a search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services_app.places.labels import category_icon, likeliest_purpose
from services_app.places.models import Destination, Entrance
from services_app.places.queries import destination
from services_app.rides.forms.answers import key_of_place
from services_app.rides.forms.booking import OTHER, PlaceDetailsForm, purpose_or_none
from services_app.rides.labels import PURPOSES
from services_app.rides.policy import RideRules, area_reasons, other_purpose, purpose_reasons, purpose_rule
from services_app.rides.queries import kept_places, place_of, recent_open_places
from services_app.rides.scheduling import WishedPlace
from services_app.rides.terms import Purpose
from services_app.verdict import Reason, Verdict
from services_app.web.languages import say, say_text

MOST_OWN = 6
"""How many of somebody's own places are shown as cards."""
UNCLEAR = frozenset({"inne", "handel", "klub", "sport", "DPS"})
"""Kinds of places people ride to for many reasons."""
MEDICAL = frozenset({Purpose.MEDICAL, Purpose.SPECIALIST})
DOCTORS = MEDICAL | {Purpose.GP}


@dataclass(frozen=True)
class PlaceCard:
    """One place to choose."""

    key: str
    name: str
    address: str
    picture: str
    place: WishedPlace


def own_cards(session: Session, resident_id: int) -> list[PlaceCard]:
    """Saved places, then those ridden to of late, each once."""
    cards: dict[str, PlaceCard] = {}
    for known in (*kept_places(session, resident_id), *recent_open_places(session, resident_id, count=MOST_OWN)):
        card = _card(known.place, known.category or "inne", known.label)
        cards.setdefault(card.key, card)
    return list(cards.values())[:MOST_OWN]


def found_cards(destinations: Iterable[Destination]) -> list[PlaceCard]:
    """What a search found."""
    return [_card(place_of(each), each.category) for each in destinations]


def card_of(session: Session, place: WishedPlace) -> PlaceCard:
    """A place already chosen."""
    known = None if place.destination_id is None else destination(session, place.destination_id)
    return _card(place, "inne" if known is None else known.category)


def _card(place: WishedPlace, category: str, label: str | None = None) -> PlaceCard:
    name = f"{label} ({place.name})" if label else place.name
    address = f"{place.address}, {place.town}"
    return PlaceCard(key_of_place(place), name, address, category_icon(category), place)


def _entrance(place: Destination, entrance_id: int | None) -> Entrance | None:
    return next((each for each in place.entrances if each.id == entrance_id), None)


def chosen_place(session: Session, key: str, own: Sequence[PlaceCard]) -> tuple[WishedPlace, Destination | None] | None:
    """The place behind a chosen card, with its entry in the catalogue; None for a card that is not (any more) there."""
    if key.startswith("d:"):
        ids = [int(part) for part in key.split(":")[1:] if part.isdigit() and len(part) < 10]
        known = destination(session, ids[0]) if ids else None
        if known is None:
            return None
        entrance = _entrance(known, ids[1]) if len(ids) > 1 else None
        return place_of(known, entrance), known
    typed = next((card.place for card in own if card.key == key), None)
    return None if typed is None else (typed, None)


def purpose_of(known: Destination | None, rules: RideRules) -> Purpose | None:
    """Why one rides there, where the place itself says it and the rules leave no doubt; None when it must be asked."""
    if known is None or known.category in UNCLEAR:
        return None
    likeliest = Purpose(likeliest_purpose(known.category))
    doubtful = likeliest in MEDICAL and Purpose.GP in rules.forbidden_purposes
    return None if doubtful or purpose_rule(rules, likeliest) is None else likeliest


def reasons_against(wished: WishedPlace, known: Destination | None, to_come: Sequence[RideRules]) -> Verdict:
    """What is clear of a place before anything else is asked: too far, or one rides there for nothing but what is not allowed.

    ``to_come``: every version that may judge the ride, today's first; where one of them says yes, the day decides.
    """
    area = first_no(to_come, lambda rules: area_reasons(rules, wished.town))
    if known is None or known.category in UNCLEAR:
        return Verdict(area)
    only = Purpose(likeliest_purpose(known.category))
    could_be = DOCTORS if only in MEDICAL else {only}  # which doctor it is, the place does not say

    def judged(rules: RideRules) -> Iterable[Reason]:
        return () if any(purpose_rule(rules, each) for each in could_be) else purpose_reasons(rules, only)

    return Verdict((*first_no(to_come, judged), *area))


def reasons_against_purpose(form: PlaceDetailsForm, to_come: Sequence[RideRules]) -> Verdict:
    """A purpose that no rules to come allow is refused where it is said; one that was not asked about is not."""
    if form.other_purpose:
        return Verdict((other_purpose(to_come[0]),))
    purpose = purpose_or_none(form.purpose.data) if "purpose" in form else None
    return Verdict() if purpose is None else Verdict(first_no(to_come, lambda rules: purpose_reasons(rules, purpose)))


def all_said(against: Verdict) -> str:
    """Every reason, for the error of one field."""
    return " ".join(say(reason) for reason in against.reasons)


def first_no(to_come: Sequence[RideRules], judged: Callable[[RideRules], Iterable[Reason]]) -> tuple[Reason, ...]:
    """The reasons of the first version, when every one has some."""
    answers = [tuple(judged(rules)) for rules in to_come]
    return answers[0] if answers and all(answers) else ()


def purposes_to_ask(known: Destination | None, to_come: Sequence[RideRules]) -> list[tuple[str, str]]:
    """Purposes to choose from, in words: those the rules allow, and that it is none of them; ``to_come`` as in :func:`reasons_against`.

    Where family doctors are excluded, that is asked by its name: "a doctor" alone would be answered with yes.
    """
    rules = to_come[0]
    listed = [rule.purpose for rule in rules.purposes]
    if known is not None and known.category not in UNCLEAR:
        likeliest = Purpose(likeliest_purpose(known.category))
        new = likeliest not in listed and purpose_rule(rules, likeliest) is None
        if new and any(purpose_rule(each, likeliest) is not None for each in to_come):
            listed.append(likeliest)
    if Purpose.GP in rules.forbidden_purposes:
        listed.append(Purpose.GP)
    return [*((purpose.value, say_text(PURPOSES[purpose])) for purpose in listed), (OTHER, _("żadne z tych"))]


def entrances_to_ask(known: Destination | None) -> list[tuple[str, str]]:
    """Entrances to choose from; nothing where there is only one."""
    if known is None or len(known.entrances) < 2:
        return []
    return [*((str(each.id), each.name) for each in known.entrances), ("0", _("Nie wiem"))]
