"""Finding streets and destinations."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services_app.places.models import Destination, Street
from services_app.wording import search_key

TOWN_MIDDLE = (50.8703, 20.6275)
"""The middle of Kielce: where a place is put whose street is unknown, marked as not exact."""

_PREFIXES = re.compile(r"^(ulica|ul\.?|aleja|al\.?|plac|pl\.?|osiedle|os\.?)\s+", re.IGNORECASE)


def bare_street(name: str) -> str:
    """A street's name without "ul.", "al.", "pl." in front, as it is searched."""
    return search_key(_PREFIXES.sub("", name.strip()))


def _each_word(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return and_(True, *(column.contains(word, autoescape=True) for word in search_key(text).split()[:6]))


def streets_like(session: Session, text: str, *, limit: int = 8) -> list[Street]:
    """Streets whose name holds every word typed; those beginning with it first."""
    wanted = bare_street(text)
    if len(wanted) < 2:
        return []
    found = list(
        session.scalars(
            select(Street).where(_each_word(Street.search_name, wanted)).order_by(Street.sort_name).limit(60)
        )
    )
    return sorted(found, key=lambda street: not street.search_name.startswith(wanted))[:limit]


def destinations_like(session: Session, text: str, *, limit: int = 8) -> list[Destination]:
    """Open destinations whose name, other names or address hold every word typed."""
    if len(search_key(text)) < 2:
        return []
    query = open_destinations().where(_each_word(Destination.search_name, text))
    return list(session.scalars(query.order_by(Destination.sort_name).limit(limit)))


def open_destinations() -> Select[Destination]:
    """Destinations one can ride to."""
    return select(Destination).where(Destination.closed_at.is_(None))


def destination(session: Session, destination_id: int) -> Destination | None:
    """One destination that is still open."""
    return session.scalar(open_destinations().where(Destination.id == destination_id))


def coordinates_of(session: Session, town: str, street: str, _number: str) -> tuple[float, float, bool]:
    """Where an address lies: (latitude, longitude, exact). Known to the street at best; otherwise the town's middle, not exact."""
    found = session.scalar(
        select(Street)
        .where(Street.search_name == bare_street(street), Street.town == town, Street.latitude.is_not(None))
        .limit(1)
    )
    if found is None or found.latitude is None or found.longitude is None:
        return (*TOWN_MIDDLE, False)
    return found.latitude, found.longitude, True
