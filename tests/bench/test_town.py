"""The town that pages are measured in is one the product could have made itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.town import CALLER, RIDES_A_DAY, WITHOUT_CAR, fill
from services_app.database import db
from services_app.residents.models import Resident
from services_app.residents.queries import found_residents
from services_app.rides.models import Leg, Ride
from services_app.rides.queries import broken_invariants, day_as_stored, rides_of, rides_on
from tests.databases import WorkersDatabase


@pytest.fixture
def town_app(database: WorkersDatabase, app: Flask, tmp_path: Path) -> Flask:
    database.note_unknown()
    return app


def test_the_town_holds_what_was_asked_for(town_app: Flask) -> None:
    town = fill(town_app, rides=1_000, residents=200)
    with town_app.app_context():
        session = db.session()
        assert session.scalar(select(func.count()).select_from(Ride)) == 1_000
        assert session.scalar(select(func.count()).select_from(Leg)) == 2_000
        assert session.scalar(select(func.count()).select_from(Resident)) == 200
        day = rides_on(session, town.today)
        assert len(day) == RIDES_A_DAY
        assert sum(each.needs_vehicle for each in day) == WITHOUT_CAR
        assert rides_of(session, CALLER, today=town.today, coming=True).rows
        assert found_residents(session, "600000123", today=town.today).rows
        assert day_as_stored(session, town.today) == day_as_stored(session, town.today)
        # more ride than the limits allow, or a small town could not fill its days; plans, cars and promises are in order
        broken = list(broken_invariants(session, town.today, town.today))
        assert [line for line in broken if not line.startswith("resident ")] == []
        db.session.remove()
