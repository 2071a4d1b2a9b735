"""Finding streets and destinations."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services_app.places.models import Destination, Street
from services_app.places.positions import TOWN_MIDDLE, read_near_position, read_position
from services_app.verdict import Reason
from services_app.wording import N_, search_key

_PREFIXES = re.compile(r"^(ulica|ul\.?|aleja|al\.?|plac|pl\.?|osiedle|os\.?)\s+", re.IGNORECASE)
_KINDS = {"ul": "ulica", "al": "aleja", "pl": "plac", "os": "osiedle"}
"""The kind of a street by the first two letters of what stands in front of its name."""


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
    """Open destinations whose name, other names or address hold every word typed; when there are none, with other endings."""
    wanted = search_key(text)
    if len(wanted) < 2:
        return []
    return _named(session, wanted, limit) or _named(session, _without_endings(wanted), limit)


def _named(session: Session, wanted: str, limit: int) -> list[Destination]:
    query = open_destinations().where(_each_word(Destination.search_name, wanted))
    return list(session.scalars(query.order_by(Destination.sort_name).limit(limit)))


def _without_endings(key: str) -> str:
    """Long words without their last two letters: who types "onkologia" means "Centrum Onkologii" too."""
    return " ".join(word[: max(4, len(word) - 2)] if word.isalpha() else word for word in key.split())


def open_destinations() -> Select[Destination]:
    """Destinations one can ride to."""
    return select(Destination).where(Destination.closed_at.is_(None))


def destination(session: Session, destination_id: int) -> Destination | None:
    """One destination that is still open."""
    return session.scalar(open_destinations().where(Destination.id == destination_id))


def registered_street(session: Session, town: str, street: str) -> str:
    """A typed street as the street register of its town writes it ("ul. 1 maja" is "1 Maja"); as it was typed when it stands in none.

    Who typed another kind in front ("os." where we know a "ul.") means another place.
    """
    prefix = _PREFIXES.match(street.strip())
    kind = None if prefix is None else _KINDS[prefix.group(1)[:2].lower()]
    query = select(Street).where(Street.search_name == bare_street(street)).order_by(Street.id)
    found = [
        each.name
        for each in session.scalars(query)
        if search_key(each.town) == search_key(town) and kind in (None, each.kind)
    ]
    return found[0] if len(found) == 1 else street


def street_position(session: Session, town: str, street: str) -> tuple[float, float] | None:
    """Latitude and longitude of a street's middle; None when the register of streets does not know it."""
    found = session.scalar(
        select(Street)
        .where(Street.search_name == bare_street(street), Street.town == town, Street.latitude.is_not(None))
        .limit(1)
    )
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return found.latitude, found.longitude


def coordinates_of(session: Session, town: str, street: str, _number: str) -> tuple[float, float, bool]:
    """Where an address lies: (latitude, longitude, known). Known to the street at best; otherwise the town's middle, not known."""
    found = street_position(session, town, street)
    return (*(found or TOWN_MIDDLE), found is not None)


_HOUSE_NUMBER = re.compile(r"[\s,]+\d+\s*[a-zA-Z]?(\s*/\s*\d+)?$")


UNKNOWN_PLACE = Reason(
    "PLACE_UNKNOWN",
    N_("Nie znamy takiej ulicy w Kielcach. Podaj inną albo dwie liczby z mapy, na przykład 50.8703 20.6275."),
)


def position_of(session: Session, text: str) -> tuple[float, float] | Reason:
    """Where a street of Kielce with or without a number, or two numbers from a map, lie; or why nobody can say."""
    if read_position(text) is not None:
        return read_near_position(text)
    return street_position(session, "Kielce", _HOUSE_NUMBER.sub("", text)) or UNKNOWN_PLACE
