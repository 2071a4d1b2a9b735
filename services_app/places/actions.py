"""Filling and keeping the catalogue of places."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor, record
from services_app.places.models import CLOSED, Destination, Entrance, Street
from services_app.places.queries import bare_street
from services_app.wording import search_key, sort_key

_SHIPPED = Path(__file__).parent / "kielce"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_SHIPPED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(text: str) -> float | None:
    return float(text) if text else None


def install_kielce(session: Session) -> int:
    """Put the shipped streets and destinations of Kielce into an empty catalogue; returns how many destinations were added."""
    if session.scalar(select(Street.id).limit(1)) is None:
        for row in _rows("streets.csv"):
            street = Street(
                name=row["name"],
                kind=row["kind"],
                town="Kielce",
                search_name=bare_street(row["name"]),
                sort_name=sort_key(row["name"]),
            )
            street.latitude, street.longitude = _number(row["latitude"]), _number(row["longitude"])
            session.add(street)
    if session.scalar(select(Destination.id).limit(1)) is not None:
        return 0
    entrances: dict[str, list[dict[str, str]]] = {}
    for row in _rows("entrances.csv"):
        entrances.setdefault(row["destination"], []).append(row)
    added = [_shipped_destination(row, entrances.get(row["name"], [])) for row in _rows("destinations.csv")]
    session.add_all(added)
    session.flush()
    return len(added)


def _shipped_destination(row: dict[str, str], entrances: list[dict[str, str]]) -> Destination:
    place = Destination(
        name=row["name"], category=row["category"], street=row["street"], house_number=row["house_number"] or None,
        postcode=row["postcode"] or None, town=row["town"], latitude=float(row["latitude"]), longitude=float(row["longitude"]),
        place_is_exact=row["exact"] == "1",
    )  # fmt: skip
    put_keys(place)
    for position, entrance in enumerate(entrances):
        place.entrances.append(Entrance(name=entrance["name"], note=entrance["note"] or None, position=position))
    return place


def put_keys(place: Destination) -> None:
    """Derive what a destination is found and sorted by."""
    place.search_name = search_key(
        f"{place.name} {place.category} {place.street} {place.house_number or ''} {place.town}"
    )[:400]
    place.sort_name = sort_key(place.name)


@dataclass(frozen=True)
class EntranceFacts:
    """One entrance as typed."""

    name: str
    note: str | None
    step_free: bool | None


@dataclass(frozen=True)
class DestinationFacts:
    """A destination as typed in its form."""

    name: str
    category: str
    street: str
    house_number: str | None
    postcode: str | None
    town: str
    latitude: float
    longitude: float
    place_is_exact: bool
    note: str | None
    entrances: tuple[EntranceFacts | None, ...]
    """Row by row of the form; None for an empty row."""
    confirmed: bool


def save_destination(
    session: Session, place: Destination | None, facts: DestinationFacts, *, by: Actor, now: datetime
) -> Destination:
    """Add a destination or change one; confirming it notes who and when."""
    deed = "destination_added" if place is None else "destination_changed"
    place = place or Destination()
    for name in (
        "name",
        "category",
        "street",
        "house_number",
        "postcode",
        "town",
        "latitude",
        "longitude",
        "place_is_exact",
        "note",
    ):
        setattr(place, name, getattr(facts, name))
    put_keys(place)
    if facts.confirmed:
        place.confirmed_on, place.confirmed_by_id = day_of(now), by.id
    session.add(place)
    _save_entrances(session, place, facts.entrances)
    record(session, deed, ("destination", place.id), by=by, now=now)
    return place


def _save_entrances(session: Session, place: Destination, rows: tuple[EntranceFacts | None, ...]) -> None:
    """Each row of the form is one entrance, for good: an emptied row closes its own and moves no other.

    A closed entrance stays stored: rides go to it, and a booking under way may name it.
    """
    here = {entrance.position: entrance for entrance in place.entrances}
    for position, facts in enumerate(rows):
        entrance = here.get(position)
        if facts is None:
            if entrance is not None:
                entrance.position = CLOSED
            continue
        if entrance is None:
            entrance = Entrance(position=position)
            place.entrances.append(entrance)
        entrance.name, entrance.note, entrance.step_free = facts.name, facts.note, facts.step_free
    session.flush()
    session.expire(place, ["entrances"])


def close_destination(session: Session, place: Destination, *, by: Actor, now: datetime) -> None:
    """Take a destination out of the catalogue; rides already promised keep it."""
    place.closed_at = now
    record(session, "destination_closed", ("destination", place.id), by=by, now=now)


def reopen_destination(session: Session, place: Destination, *, by: Actor, now: datetime) -> None:
    """Put a closed destination back."""
    place.closed_at = None
    record(session, "destination_reopened", ("destination", place.id), by=by, now=now)
