"""What is free on a day, and the day sheet of one shift."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.planning import Doing, day_with_free
from services_app.residents.models import Resident, ResidentPhone
from services_app.rides.models import Leg, Ride, RideEvent, ServiceDay
from services_app.rides.planning_day import leg_times, planned_day
from services_app.rides.scheduling import moment_of
from services_app.rides.terms import NOT_BEGUN, RideState


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
    """A shift's stops in driving order, with passengers, addresses and phones. Nobody fetches home who was not there in the morning."""
    waits_in_vain = (Leg.sequence == 1) & Ride.state.in_((RideState.NO_SHOW, RideState.MISSED))
    query = (
        select(Leg)
        .join(Leg.ride)
        .options(joinedload(Leg.ride).joinedload(Ride.resident), joinedload(Leg.ride).joinedload(Ride.entrance))
        .where(Leg.shift_id == shift_id, Leg.active.is_(True), ~waits_in_vain)
    )
    lines: list[SheetLine] = []
    for leg in session.scalars(query).unique():
        lines.append(SheetLine(leg.planned_pickup_at, True, leg, leg.ride))
        lines.append(SheetLine(leg.planned_dropoff_at, False, leg, leg.ride))
    return sorted(lines, key=lambda line: (line.at, line.pickup, line.leg.id))


# --- whether anything of a day changed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayAsStored:
    """A day at a glance: whether it is closed and why, and a text for everything its list and picture are made of."""

    closed_because: str | None
    trace: str
    """Equal only as long as nothing of the day changed."""

    @property
    def mark(self) -> str:
        """What its form carries, so that a decision is made about the day as it was seen."""
        return closing_mark(self.closed_because)


def closing_mark(closed_because: str | None) -> str:
    """A short mark of a day in service, or closed for this reason; none of its words."""
    return "was_" + hashlib.sha256((closed_because or "").encode()).hexdigest()[:16]


def called_off_for(session: Session, on: date, because: str) -> int:
    """How many rides of a day we called off for this reason: they stay so when the day is put back."""
    off = RideEvent.deed == "cancelled_by_operator", RideEvent.reason == because
    query = select(func.count(Ride.id.distinct())).join(RideEvent, RideEvent.ride_id == Ride.id)
    query = query.where(Ride.on == on, Ride.state == RideState.CANCELLED_BY_OPERATOR, *off)
    return session.scalar(query) or 0


def still_to_call_off(session: Session, on: date) -> int:
    """How many rides of a day have not begun: on a day without service each is to be called off."""
    return session.scalar(select(func.count(Ride.id)).where(Ride.on == on, Ride.state.in_(NOT_BEGUN))) or 0


_DAY: Any = bindparam("on", type_=Ride.__table__.c.on.type)
_RIDES, _LEGS, _RESIDENTS = Ride.__table__.c, Leg.__table__.c, Resident.__table__.c
_SHIFTS, _AWAY = Shift.__table__.c, Absence.__table__.c
_RIDERS = (
    _RIDES.id, _RIDES.revision, _RIDES.state, _RIDES.purpose, _RIDES.destination_name, _RIDES.appointment_at, _RIDES.return_mode,
    _RIDES.companions, _RIDES.mobility, _RIDES.assistance, _RIDES.note, _RESIDENTS.id, _RESIDENTS.first_name, _RESIDENTS.last_name,
    _RESIDENTS.street, _RESIDENTS.house_number, _RESIDENTS.flat_number, _RESIDENTS.floor, ResidentPhone.__table__.c.number,
)  # fmt: skip
_WAYS = (
    _LEGS.id, _LEGS.active, _LEGS.shift_id, _LEGS.promised_from_at, _LEGS.arrive_by_at, _LEGS.planned_pickup_at, _LEGS.planned_dropoff_at,
    _LEGS.assigned_at, _LEGS.ready_at, _LEGS.arrived_at, _LEGS.late_minutes, _LEGS.picked_up_at, _LEGS.delivered_at,
)  # fmt: skip
"""Of a way what changes while the ride stays as it was promised; a ride that changes has a new revision."""


@dataclass(frozen=True)
class _Trace:
    """Rows a day is drawn from: ``query`` joins the tables and sorts, ``columns`` are what of them is drawn."""

    tables: tuple[str, ...]
    columns: tuple[Any, ...]
    query: Select[Any]


def _traces() -> list[_Trace]:
    """Rides with passengers and phones, ways, shifts with cars and drivers, absences."""
    phones, cars, drivers = ResidentPhone.__table__, Vehicle.__table__, Driver.__table__
    riders = (
        select(*_RIDERS)
        .join_from(Ride.__table__, Resident.__table__, _RIDES.resident_id == _RESIDENTS.id)
        .outerjoin(phones, phones.c.resident_id == _RESIDENTS.id)
        .where(_RIDES.on == _DAY)
        .order_by(_RIDES.id, phones.c.position)
    )
    working = (*_SHIFTS, *cars.c, *drivers.c)
    shifts = (
        select(*working)
        .join_from(Shift.__table__, cars, _SHIFTS.vehicle_id == cars.c.id)
        .outerjoin(drivers, _SHIFTS.driver_id == drivers.c.id)
        .where(_SHIFTS.on == _DAY)
        .order_by(_SHIFTS.id)
    )
    ways = select(*_WAYS).where(_LEGS.on == _DAY).order_by(_LEGS.id)
    away = select(*_AWAY).where(_AWAY.from_on <= _DAY, _AWAY.until_on >= _DAY).order_by(_AWAY.id)
    return [
        _Trace(("rides", "residents", "resident_phones"), _RIDERS, riders),
        _Trace(("legs",), _WAYS, ways),
        _Trace(("shifts", "vehicles", "drivers"), working, shifts),
        _Trace(("absences",), (*_AWAY,), away),
    ]


def _values(trace: _Trace) -> Select[Any]:
    """SQLite: everything that is drawn, as one text."""
    # numbered: the names of several tables meet here
    named = (column.label(f"c{number}") for number, column in enumerate(trace.columns))
    lines = trace.query.with_only_columns(*named).subquery()
    return select(func.json_group_array(func.json_array(*lines.c)))


def _versions(trace: _Trace) -> Select[Any]:
    """PostgreSQL: which transaction wrote each row (it stands beside it as ``xmin``); no value needs to be read, and a digest is enough."""
    written: list[Any] = [literal_column(f"{table}.{word}") for table in trace.tables for word in ("id", "xmin")]
    words = func.concat_ws(" ", *written)
    lines = trace.query.with_only_columns(words.label("line")).subquery()
    return select(func.md5(func.string_agg(lines.c.line, "\n")))


_AS_TEXT: dict[str, Callable[[_Trace], Select[Any]]] = {"sqlite": _values, "postgresql": _versions}


@lru_cache
def _day_as_stored(dialect: str) -> Select[Any]:
    """The whole question as one statement, put together once for each kind of database. A row changed or moved changes the text."""
    texts = (_AS_TEXT[dialect](trace).scalar_subquery() for trace in _traces())
    closed = select(ServiceDay.closed_because).where(ServiceDay.on == _DAY).scalar_subquery()
    return select(closed, *texts)


def day_as_stored(session: Session, on: date) -> DayAsStored:
    """Whether a day is closed, and the trace of everything its list and picture show; one query."""
    closed, *texts = session.execute(_day_as_stored(session.get_bind().dialect.name), {"on": on}).one()
    return DayAsStored(closed, "\n".join(text or "" for text in texts))
