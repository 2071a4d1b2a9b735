"""The blueprint, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from services_app import clock, wording
from services_app.database import db
from services_app.journal.actions import note_reading
from services_app.residents.doors import floor_words
from services_app.residents.models import Resident
from services_app.residents.policy.numbers import masked_pesel, shown_phone
from services_app.residents.queries import visible_resident
from services_app.web.access import current_identity
from services_app.web.languages import shown_language

residents = Blueprint("residents", __name__)
residents.add_app_template_filter(masked_pesel, "masked_pesel")
residents.add_app_template_filter(shown_phone, "phone")
residents.add_app_template_filter(floor_words, "floor")


@residents.app_template_filter("full_day")
def full_day(value: date | datetime | None) -> str:
    """A day with its year, in the page's language: consents last for years."""
    if value is None:
        return ""
    return wording.day(clock.day_of(value) if isinstance(value, datetime) else value, shown_language(), year=True)


DESK = ("operator", "coordinator", "manager", "administrator")
"""Who keeps the register."""
READERS = (*DESK, "auditor")
GUARDS = ("coordinator", "manager", "administrator")
"""Who keeps the register of requests about data."""
DATA_PROTECTION = ("administrator",)
"""Who sees a file whose processing is restricted, restricts and erases."""

Panel = Callable[[Session, Resident], tuple[str, Markup] | None]


def sees_restricted() -> bool:
    """Whether the signed-in person guards the data."""
    return current_identity().has(*DATA_PROTECTION)


def resident_or_404(resident_id: int, *, session: Session | None = None) -> Resident:
    """A resident the signed-in member of staff may open."""
    chosen = session if session is not None else db.session()
    resident = visible_resident(chosen, resident_id, restricted_too=sees_restricted())
    if resident is None:
        abort(404)
    return resident


def me_or_404() -> Resident:
    """The signed-in resident; a representative has no file of their own here."""
    identity = current_identity()
    if identity.kind != "resident":
        abort(404)
    return db.session.get_one(Resident, identity.id)


def read_file(resident: Resident, deed: str = "resident_read") -> None:
    """Note that this file was opened."""
    note_reading(deed, ("resident", resident.id), resident.id)


def panels_of(resident: Resident) -> list[tuple[Any, Any]]:
    """What other features show on a person's card."""
    panels: list[Panel] = current_app.extensions["resident_panels"]
    return [shown for panel in panels if (shown := panel(db.session(), resident)) is not None]
