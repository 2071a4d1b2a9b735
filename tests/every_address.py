"""The addresses of all pages there are, for tests that look at each of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from services_app.database import transaction
from services_app.residents.models import Resident
from tests.factories.applications import send_application
from tests.factories.rides import booked_ride
from tests.rides.walking import Town


def rows_for_pages(town: Town) -> dict[str, int]:
    """A booked ride, and an application of somebody the register does not know: ids of pages the town alone does not have."""
    with transaction() as session:
        ride_id = booked_ride(session, session.get_one(Resident, town.rider.id)).id
    with transaction() as session:
        return {"ride_id": ride_id, "application_id": send_application(session).id}


def addresses_with(app: Flask, town: Town, rows: Mapping[str, int]) -> list[str]:
    """Every page that can be opened, filled with ids that exist."""
    ids = {
        "resident_id": town.rider.id, "destination_id": town.place.id, "version_id": town.version.id, "shift_id": 1, "enrolment_id": 1,
        "message_id": 1, "account_id": 1, "vehicle_id": 1, "driver_id": 1, "on": "2026-06-23", "kind": "csv",
        "kept": "person", **rows,
    }  # fmt: skip
    found = []
    adapter = app.url_map.bind("localhost", url_scheme="https")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and rule.arguments <= set(ids):
            found.append(adapter.build(rule.endpoint, {name: ids[name] for name in rule.arguments}))
    return found
