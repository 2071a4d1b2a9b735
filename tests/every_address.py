"""The addresses of all pages there are, for tests that look at each of them."""

from __future__ import annotations

from flask import Flask

from tests.rides.walking import Town


def addresses_with(app: Flask, town: Town, ride_id: int) -> list[str]:
    """Every page that can be opened, filled with ids that exist."""
    ids = {
        "resident_id": town.rider.id, "ride_id": ride_id, "destination_id": town.place.id, "version_id": town.version.id, "shift_id": 1,
        "enrolment_id": 1, "message_id": 1, "account_id": 1, "vehicle_id": 1, "driver_id": 1, "on": "2026-06-23", "kind": "csv",
    }  # fmt: skip
    found = []
    adapter = app.url_map.bind("localhost", url_scheme="https")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and rule.arguments <= set(ids):
            found.append(adapter.build(rule.endpoint, {name: ids[name] for name in rule.arguments}))
    return found
