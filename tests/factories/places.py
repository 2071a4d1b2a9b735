"""Destinations for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services_app.places.models import Destination, Street
from services_app.wording import search_key, sort_key


def make_destination(session: Session, name: str = "Poradnia na Wzgórzu", **values: Any) -> Destination:
    """An invented place in Kielce, flushed; every further column by name."""
    filled: dict[str, Any] = {
        "category": "przychodnia", "street": "Grunwaldzka", "house_number": "45", "town": "Kielce",
        "latitude": 50.8790, "longitude": 20.6120,
        **values,
    }  # fmt: skip
    place = Destination(name=name, search_name=search_key(name), sort_name=sort_key(name), **filled)
    session.add(place)
    session.flush()
    return place


def make_street(session: Session, name: str, *, latitude: float, longitude: float) -> Street:
    """A street of Kielce whose place on the map is known."""
    street = Street(
        name=name,
        kind="ulica",
        search_name=search_key(name),
        sort_name=sort_key(name),
        latitude=latitude,
        longitude=longitude,
    )
    session.add(street)
    session.flush()
    return street
