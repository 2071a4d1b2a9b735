"""Rides as their cards show them: plain values in one query. A list of cards is opened often, and each column costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, tuple_
from sqlalchemy.orm import Session

from services_app.fleet.models import Driver, Shift, Vehicle
from services_app.residents.models import Resident
from services_app.residents.terms import Assistance, address_line, full_name
from services_app.rides.models import Leg, Ride
from services_app.rides.queries.rides import lacks_car, lost_ways, shift_works
from services_app.rides.terms import PROMISED, ReturnMode, RideState, awaits_call

Place = tuple[date, int]
"""Where a page of rides goes on: the day and the id of the last one shown."""


@dataclass(frozen=True)
class ShownLeg:
    """One way of a ride on its card. Without a car: none was assigned yet."""

    sequence: int
    active: bool
    promised_from_at: datetime
    arrive_by_at: datetime
    awaits_call: bool
    car: str = ""
    plate: str = ""
    driver: str = ""
    promised_until_at: datetime | None = None
    """Until when the car may come."""
    lost: bool = False
    """The car that was assigned does not drive after all (cancelled, away, out of service): another is looked for."""


@dataclass(frozen=True)
class ShownRide:
    """A ride on its card."""

    id: int
    on: date
    state: RideState
    destination_name: str
    destination_address: str
    destination_town: str
    return_mode: ReturnMode | None
    companions: int
    assistance: Assistance
    cancel_until: datetime
    passenger: str
    home: str
    legs: tuple[ShownLeg, ...] = ()


@dataclass(frozen=True)
class RidesPage:
    """Some rides, and where the next ones begin (None: these were the last)."""

    rows: Sequence[ShownRide]
    next: Place | None


def shown(ride: Ride, works: Collection[int]) -> ShownRide:
    """A loaded ride, with its legs, shifts and passenger, as its card shows it. ``works``: those of its shifts that take place."""
    who, lost = ride.resident, lost_ways(ride, works)
    return ShownRide(
        ride.id, ride.on, ride.state, ride.destination_name, ride.destination_address, ride.destination_town, ride.return_mode,
        ride.companions, ride.assistance, ride.cancel_until, who.name, who.address,
        tuple(_shown_leg(leg, lost=leg.sequence in lost) for leg in ride.legs),
    )  # fmt: skip


def _shown_leg(leg: Leg, *, lost: bool) -> ShownLeg:
    said = (leg.sequence, leg.active, leg.promised_from_at, leg.arrive_by_at, leg.awaits_call)
    until_at = leg.promised_until_at
    if leg.shift is None or leg.assigned_at is None:
        return ShownLeg(*said, promised_until_at=until_at)
    if lost:
        return ShownLeg(*said, promised_until_at=until_at, lost=True)
    driver, car = leg.shift.driver, leg.shift.vehicle
    return ShownLeg(*said, car.name, car.plate, driver.first_name if driver else "", until_at)


def rides_of(
    session: Session, resident_id: int, *, today: date, coming: bool, after: Place | None = None, size: int = 10
) -> RidesPage:
    """A resident's rides with their legs: coming ones (promised, from today) the soonest first, the others the newest first."""
    return rides_of_many(session, [resident_id], today=today, coming=coming, after=after, size=size)


def rides_of_many(
    session: Session, resident_ids: Collection[int], *, today: date, coming: bool, after: Place | None = None, size: int = 10
) -> RidesPage:  # fmt: skip
    """The same for several residents at once (a daughter with two parents, a clinic), each ride with its passenger; one query."""
    asked: dict[str, Any] = {"residents": list(resident_ids), "today": today, "size": size + 1}
    if after is not None:
        asked["after_on"], asked["after_id"] = after
    found = list(_rides_from(session.execute(_page_of(coming, after is not None), asked)))
    more = len(found) > size
    rows = found[:size]
    return RidesPage(rows, (rows[-1].on, rows[-1].id) if more else None)


_RIDES, _LEGS, _WHO = Ride.__table__.c, Leg.__table__.c, Resident.__table__.c
_CARS, _DRIVERS = Vehicle.__table__.c, Driver.__table__.c
_RIDE_COLUMNS = (
    _RIDES.id, _RIDES.on, _RIDES.state, _RIDES.destination_name, _RIDES.destination_address, _RIDES.destination_town, _RIDES.return_mode,
    _RIDES.companions, _RIDES.assistance, _RIDES.cancel_until,
)  # fmt: skip
_WHO_COLUMNS = (_WHO.first_name, _WHO.last_name, _WHO.street, _WHO.house_number, _WHO.flat_number)
_LEG_COLUMNS = (
    _LEGS.sequence, _LEGS.active, _LEGS.promised_from_at, _LEGS.promised_until_at, _LEGS.arrive_by_at, _LEGS.ready_at, _LEGS.assigned_at,
    _LEGS.delivered_at, shift_works().label("works"),
    _CARS.name.label("car"), _CARS.plate.label("plate"), _DRIVERS.first_name.label("driver"),
)  # fmt: skip


@lru_cache
def _page_of(coming: bool, onward: bool) -> Select[Any]:
    """One page of rides, each as often as it has legs; put together once for each kind of page."""
    ahead = and_(_RIDES.on >= bindparam("today"), _RIDES.state.in_(PROMISED))
    page = select(*_RIDE_COLUMNS, _RIDES.resident_id)
    page = page.where(_RIDES.resident_id.in_(bindparam("residents", expanding=True)), ahead if coming else ~ahead)
    if onward:
        key = tuple_(_RIDES.on, _RIDES.id)
        last = tuple_(bindparam("after_on", type_=_RIDES.on.type), bindparam("after_id", type_=_RIDES.id.type))
        page = page.where(key > last if coming else key < last)
    order = (_RIDES.on, _RIDES.id) if coming else (_RIDES.on.desc(), _RIDES.id.desc())
    rides = page.order_by(*order).limit(bindparam("size")).subquery()
    query = (
        select(*(rides.c[column.name] for column in _RIDE_COLUMNS), *_WHO_COLUMNS, *_LEG_COLUMNS)
        .select_from(rides.join(Resident.__table__, _WHO.id == rides.c.resident_id))
        .outerjoin(Leg.__table__, _LEGS.ride_id == rides.c.id)
        .outerjoin(Shift.__table__, Shift.__table__.c.id == _LEGS.shift_id)
        .outerjoin(Vehicle.__table__, _CARS.id == Shift.__table__.c.vehicle_id)
        .outerjoin(Driver.__table__, _DRIVERS.id == Shift.__table__.c.driver_id)
    )
    same = (rides.c.on, rides.c.id) if coming else (rides.c.on.desc(), rides.c.id.desc())
    return query.order_by(*same, _LEGS.sequence)


def _rides_from(rows: Iterable[Any]) -> Iterable[ShownRide]:
    for _ride_id, lines in groupby(rows, key=lambda row: row[0]):
        listed = list(lines)
        first = listed[0]
        passenger = full_name(first.first_name, first.last_name)
        home = address_line(first.street, first.house_number, first.flat_number)
        legs = tuple(_leg_from(row) for row in listed if row.sequence is not None)
        yield ShownRide(*(*first[: len(_RIDE_COLUMNS)], passenger, home, legs))


def _leg_from(row: Any) -> ShownLeg:
    waits = awaits_call(row.sequence, row.return_mode, row.ready_at)
    said = (row.sequence, row.active, row.promised_from_at, row.arrive_by_at, waits)
    if row.car is None or row.assigned_at is None:
        return ShownLeg(*said, promised_until_at=row.promised_until_at)
    if lacks_car(row.state, active=row.active, delivered_at=row.delivered_at, works=bool(row.works)):
        return ShownLeg(*said, promised_until_at=row.promised_until_at, lost=True)
    return ShownLeg(*said, row.car, row.plate, row.driver or "", row.promised_until_at)
