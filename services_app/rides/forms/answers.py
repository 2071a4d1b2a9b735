"""The answers of a booking while it is put together: which are there, which still hold, which wish they make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from services_app.rides.policy import RideRules
from services_app.rides.scheduling import Choice, RideWish, WishedPlace
from services_app.rides.terms import Mobility, Purpose, ReturnMode
from services_app.wording import local

ONE_WAY: Final = "one_way"
"""The answer "I do not come back with you"."""
QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("place",),
    "place_details": ("purpose",),
    "when": ("on", "appointment_at"),
    "length": ("visit_minutes",),
    "way_back": ("return_mode",),
    "companion": ("companions",),
}
"""The questions in their order, each with the answers it must leave behind; details of a place are asked only where it is not clear."""
_SECOND: Final = ("choice", "arrive_by_at", "home_at")
"""What was chosen for an earlier wish: it goes when the wish changes."""

Answers = Mapping[str, Any]


def first_open(answers: Answers) -> str | None:
    """The first question that has no answer yet; None when all have."""
    for question, names in QUESTIONS.items():
        if any(answers.get(name) is None for name in names):
            return question
    return None


def changed(answers: Answers, said: Answers) -> dict[str, Any]:
    """What to keep after a question was answered: the answer itself, and None for everything that falls with it."""
    differs = any(answers.get(name) != value for name, value in said.items())
    fallen = dict.fromkeys(_SECOND) if differs else {}
    return {**fallen, **said}


def no_longer_possible(answers: Answers, rules: RideRules) -> dict[str, Any]:
    """Answers the rules do not offer (any more) for the others: the driver does not wait through a longer visit."""
    mode, minutes = answers.get("return_mode"), answers.get("visit_minutes")
    gone: dict[str, Any] = {}
    if mode is not None and minutes is not None and mode not in return_modes(rules, minutes):
        gone = {"return_mode": None, "return_at": None}
    asked, ends = answers.get("return_at"), end_of_visit(answers)
    if asked is not None and ends is not None and time.fromisoformat(asked) < ends:
        gone["return_at"] = None
    return gone


def return_modes(rules: RideRules, visit_minutes: int) -> list[str]:
    """The ways back to choose from, the likeliest first; one way only comes last."""
    modes = []
    if ReturnMode.DRIVER_WAITS in rules.return_modes and visit_minutes <= (rules.waiting_minutes or 0):
        modes.append(ReturnMode.DRIVER_WAITS.value)
    modes += [mode.value for mode in (ReturnMode.FIXED_HOUR, ReturnMode.CALL_WHEN_READY) if mode in rules.return_modes]
    return [*modes, ONE_WAY]


def end_of_visit(answers: Answers) -> time | None:
    """When the visit ends; None while that is not known, or when it lasts beyond midnight."""
    if answers.get("appointment_at") is None or answers.get("visit_minutes") is None:
        return None
    starts = time.fromisoformat(answers["appointment_at"])
    minutes = starts.hour * 60 + starts.minute + int(answers["visit_minutes"])
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else None


def wish_from(answers: Answers) -> RideWish:
    """The wish the answers make. Raises ``KeyError``, ``TypeError`` or ``ValueError`` while one is missing."""
    mode, asked = answers["return_mode"], answers.get("return_at")
    mobility = answers.get("mobility")
    return RideWish(
        on=date.fromisoformat(answers["on"]),
        appointment_at=time.fromisoformat(answers["appointment_at"]),
        visit_minutes=int(answers["visit_minutes"]),
        purpose=Purpose(answers["purpose"]),
        place=WishedPlace(**answers["place"]),
        return_mode=None if mode == ONE_WAY else ReturnMode(mode),
        return_at=time.fromisoformat(asked) if asked and mode == ReturnMode.FIXED_HOUR else None,
        companions=int(answers["companions"]),
        companion_age=answers.get("companion_age"),
        mobility=Mobility(mobility) if mobility else None,
        note=answers.get("note"),
    )


def wished_so_far(answers: Answers) -> dict[str, Any]:
    """What is known of a wish before all is answered, as :meth:`RideWish.to_json` writes it; the note is left out."""
    names = (
        "on",
        "appointment_at",
        "visit_minutes",
        "purpose",
        "place",
        "return_mode",
        "return_at",
        "companions",
        "companion_age",
        "mobility",
    )
    body = {name: answers[name] for name in names if answers.get(name) is not None}
    return {**body, "return_mode": None} if body.get("return_mode") == ONE_WAY else body


def answers_from(wish: RideWish, *, with_day: bool = True) -> dict[str, Any]:
    """A wish as answers: to change a ride, or to repeat one (then without the day)."""
    body = wish.to_json()
    answers = {
        name: body[name] for name in ("appointment_at", "visit_minutes", "purpose", "place", "return_at", "note")
    }
    answers["return_mode"] = body["return_mode"] or ONE_WAY
    answers |= {"companions": wish.companions, "companion_age": wish.companion_age, "mobility": body["mobility"]}
    return {**answers, "on": body["on"]} if with_day else answers


def with_choice(wish: RideWish, choice: Choice) -> RideWish:
    """The wish on the day of the chosen time."""
    body = wish.to_json() | {"on": local(choice.pickup_at).date().isoformat()}
    return RideWish.from_json(body)


def mark_of(wish: RideWish) -> str:
    """A short mark that tells two wishes apart: a refusal is kept once for each."""
    return hashlib.sha256(json.dumps(wish.to_json(), sort_keys=True).encode()).hexdigest()[:16]


def key_of_place(place: WishedPlace) -> str:
    """A place as the value of a choice: of the catalogue by its ids, a typed one by a mark of its own."""
    if place.destination_id is not None:
        return f"d:{place.destination_id}" + (f":{place.entrance_id}" if place.entrance_id else "")
    return "t:" + hashlib.sha256(f"{place.name}|{place.address}|{place.town}".encode()).hexdigest()[:12]
