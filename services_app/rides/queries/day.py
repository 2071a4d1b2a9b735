"""What is free on a day, and the day sheet of one shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, type_coerce
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import NullType

from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.planning import Doing, day_with_free
from services_app.residents.models import Resident, ResidentPhone
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import leg_times, planned_day
from services_app.rides.scheduling import moment_of


@dataclass(frozen=True)
class Stretch:
    """What a car does from one moment to another: ``busy``, ``free``, ``break`` or ``waiting``."""

    doing: Doing
    from_at: datetime
    until_at: datetime

    @property
    def minutes(self) -> int:
        """Its length."""
        return round((self.until_at - self.from_at).total_seconds() / 60)


@dataclass(frozen=True)
class FreeShift:
    """A shift as a strip of the day."""

    shift: Shift
    stretches: tuple[Stretch, ...]
    legs: int

    @property
    def free(self) -> tuple[Stretch, ...]:
        """When something could still be given to it."""
        return tuple(each for each in self.stretches if each.doing is Doing.FREE)

    @property
    def busy(self) -> tuple[Stretch, ...]:
        """When it drives, helps, waits or rests."""
        return tuple(each for each in self.stretches if each.doing is not Doing.FREE)


def free_on(session: Session, on: date) -> list[FreeShift]:
    """Each shift that takes place on a day with its busy and free stretches; two queries."""
    day = planned_day(session, on)
    found = []
    for plan, picture in zip(day.plans, day_with_free(day.plans), strict=True):
        stretches = tuple(
            Stretch(each.doing, moment_of(each.begins), moment_of(each.ends)) for each in picture.intervals
        )
        found.append(FreeShift(day.shifts[int(plan.shift.key)], stretches, len(leg_times(plan))))
    return found


@dataclass(frozen=True)
class SheetLine:
    """One stop of a driver's day sheet."""

    at: datetime
    pickup: bool
    leg: Leg
    ride: Ride


def day_sheet(session: Session, shift_id: int) -> list[SheetLine]:
    """A shift's stops in driving order, with passengers, addresses and phones."""
    query = (
        select(Leg)
        .options(joinedload(Leg.ride).joinedload(Ride.resident), joinedload(Leg.ride).joinedload(Ride.entrance))
        .where(Leg.shift_id == shift_id, Leg.active.is_(True))
    )
    lines: list[SheetLine] = []
    for leg in session.scalars(query).unique():
        lines.append(SheetLine(leg.planned_pickup_at, True, leg, leg.ride))
        lines.append(SheetLine(leg.planned_dropoff_at, False, leg, leg.ride))
    return sorted(lines, key=lambda line: (line.at, line.pickup, line.leg.id))


# --- whether anything of a day changed --------------------------------------------------------------------------------------------------

DayTrace = tuple[tuple[object, ...], ...]


def _as_stored(*columns: Any) -> list[Any]:
    """Columns as the database hands them out: only compared, so nothing is put into Python's types."""
    return [type_coerce(column, NullType()).label(f"c{number}") for number, column in enumerate(columns)]


_DAY: Any = bindparam("on", type_=Ride.__table__.c.on.type)
_RIDES, _LEGS, _RESIDENTS = Ride.__table__.c, Leg.__table__.c, Resident.__table__.c
_SHIFTS, _AWAY = Shift.__table__.c, Absence.__table__.c
_RIDERS = (
    _RIDES.id, _RIDES.revision, _RIDES.state, _RIDES.purpose, _RIDES.destination_name, _RIDES.appointment_at, _RIDES.return_mode,
    _RIDES.companions, _RIDES.mobility, _RIDES.assistance, _RIDES.note, _RESIDENTS.id, _RESIDENTS.first_name, _RESIDENTS.last_name,
    _RESIDENTS.street, _RESIDENTS.house_number, _RESIDENTS.flat_number, _RESIDENTS.floor, ResidentPhone.__table__.c.number,
)  # fmt: skip
_TRACES = (
    select(*_as_stored(*_RIDERS))
    .join_from(Ride.__table__, Resident.__table__, _RIDES.resident_id == _RESIDENTS.id)
    .outerjoin(ResidentPhone.__table__, ResidentPhone.__table__.c.resident_id == _RESIDENTS.id)
    .where(_RIDES.on == _DAY)
    .order_by(_RIDES.id, ResidentPhone.__table__.c.position),
    select(*_as_stored(*_LEGS)).where(_LEGS.on == _DAY).order_by(_LEGS.id),
    select(*_as_stored(*_SHIFTS, *Vehicle.__table__.c, *Driver.__table__.c))
    .join_from(Shift.__table__, Vehicle.__table__, _SHIFTS.vehicle_id == Vehicle.__table__.c.id)
    .outerjoin(Driver.__table__, _SHIFTS.driver_id == Driver.__table__.c.id)
    .where(_SHIFTS.on == _DAY)
    .order_by(_SHIFTS.id),
    select(*_as_stored(*_AWAY)).where(_AWAY.from_on <= _DAY, _AWAY.until_on >= _DAY).order_by(_AWAY.id),
)
"""Rides with passengers and phones, ways, shifts with cars and drivers, absences: all that a day is drawn from."""


def trace_of_day(session: Session, on: date) -> DayTrace:
    """Everything a day's list and picture are made of, as stored; equal only as long as nothing of it changed. Four queries."""
    return tuple(tuple(map(tuple, session.execute(query, {"on": on}))) for query in _TRACES)
