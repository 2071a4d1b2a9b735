"""Vehicles, drivers and shifts for tests."""

from __future__ import annotations

import itertools
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.fleet.models import Driver, Shift, Vehicle

_numbers = itertools.count(1)
DEPOT = (50.8660, 20.6280)


def make_vehicle(session: Session, *, seats: int = 4, wheelchair_places: int = 0, **values: Any) -> Vehicle:
    """A car of the centre's own, in service since 2024, flushed."""
    number = next(_numbers)
    filled: dict[str, Any] = {
        "name": f"Auto {number}", "plate": f"TK {10000 + number}", "depot_latitude": DEPOT[0], "depot_longitude": DEPOT[1],
        "in_service_from": date(2024, 1, 1), **values,
    }  # fmt: skip
    vehicle = Vehicle(seats=seats, wheelchair_places=wheelchair_places, **filled)
    session.add(vehicle)
    session.flush()
    return vehicle


def make_driver(session: Session, first_name: str = "Marek", last_name: str = "Wozak", **values: Any) -> Driver:
    """A driver without an account, flushed."""
    driver = Driver(first_name=first_name, last_name=last_name, **values)
    session.add(driver)
    session.flush()
    return driver


def make_shift(
    session: Session, on: date, *, vehicle: Vehicle | None = None, driver: Driver | None = None,
    starts: time = time(7), ends: time = time(16),
    **values: Any,
) -> Shift:  # fmt: skip
    """A shift on a day between two Warsaw hours, with a new car and driver unless given, flushed."""
    vehicle = vehicle or make_vehicle(session)
    driver = driver or make_driver(session)
    shift = Shift(
        on=on,
        vehicle_id=vehicle.id,
        driver_id=driver.id,
        starts_at=moment_at(on, starts),
        ends_at=moment_at(on, ends),
        **values,
    )
    session.add(shift)
    session.flush()
    return shift
