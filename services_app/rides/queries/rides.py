"""Rides of a person and of a day: every list in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload, subqueryload

from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.residents.models import Resident
from services_app.rides.models import Leg, Ride, RideEvent
from services_app.rides.terms import PROMISED, RideState

SHOWN_ON_DAY = tuple(state for state in RideState if state is not RideState.REFUSED)


def _with_legs() -> Select[Ride]:
    return select(Ride).options(selectinload(Ride.legs).joinedload(Leg.shift))


def ride_for(session: Session, ride_id: int, resident_ids: Collection[int]) -> Ride | None:
    """A ride of one of these residents; None for anybody else's."""
    query = _with_legs().where(Ride.id == ride_id, Ride.resident_id.in_(resident_ids))
    return session.scalars(query).unique().one_or_none()


def ride_by_id(session: Session, ride_id: int) -> Ride | None:
    """Any ride, for staff."""
    query = _with_legs().options(joinedload(Ride.resident)).where(Ride.id == ride_id)
    return session.scalars(query).unique().one_or_none()


def events_of(session: Session, ride_id: int) -> list[RideEvent]:
    """The life of a ride, from its beginning."""
    return list(session.scalars(select(RideEvent).where(RideEvent.ride_id == ride_id).order_by(RideEvent.id)))


@dataclass(frozen=True)
class DayRide:
    """A ride in a day's list."""

    ride: Ride
    works: frozenset[int]
    """The shifts that take place among those of its legs."""

    @property
    def outbound(self) -> Leg | None:
        """The way there, unless it was cancelled."""
        return next((leg for leg in self.ride.legs if leg.sequence == 0 and leg.active), None)

    @property
    def back(self) -> Leg | None:
        """The way back, if there is one and it was not cancelled."""
        return next((leg for leg in self.ride.legs if leg.sequence == 1 and leg.active), None)

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The ways that are to be driven."""
        return tuple(leg for leg in self.ride.legs if leg.active)

    @property
    def first_at(self) -> datetime:
        """The first pick-up told; for a ride without ways the appointment."""
        return min((leg.promised_from_at for leg in self.legs), default=self.ride.appointment_at)

    @property
    def needs_vehicle(self) -> bool:
        """A promised ride with a way that is still to be driven, and that nobody drives."""
        return bool(lost_ways(self.ride, self.works))

    @property
    def vehicle_names(self) -> tuple[str, ...]:
        """The cars, each once."""
        return _each_once(leg.shift.vehicle.name for leg in self.legs if leg.shift and leg.shift_id in self.works)

    @property
    def driver_names(self) -> tuple[str, ...]:
        """The drivers, each once."""
        shifts = [leg.shift for leg in self.legs if leg.shift and leg.shift_id in self.works]
        return _each_once(shift.driver.name for shift in shifts if shift.driver)

    @property
    def assigned(self) -> bool:
        """A coordinator put every way on a vehicle."""
        return bool(self.legs) and all(leg.assigned_at is not None for leg in self.legs)


def lacks_car(state: RideState, *, active: bool, delivered_at: datetime | None, works: bool) -> bool:
    """Whether a way is still to be driven and nobody drives it; ``works``: its shift takes place."""
    return state in PROMISED and active and delivered_at is None and not works


def lost_ways(ride: Ride, works: Collection[int]) -> frozenset[int]:
    """The ways of a ride (0 there, 1 back) that are still to be driven, and that none of these shifts drives."""
    return frozenset(
        leg.sequence
        for leg in ride.legs
        if lacks_car(ride.state, active=leg.active, delivered_at=leg.delivered_at, works=leg.shift_id in works)
    )


def working_shifts_of_ride(session: Session, ride: Ride) -> frozenset[int]:
    """The shifts of a ride that take place; one query, none for a ride that is over or that no shift drives."""
    shifts = {leg.shift_id for leg in ride.legs if leg.shift_id is not None}
    if not shifts or ride.state not in PROMISED:
        return frozenset(shifts)
    return working_among(session, shifts)


def working_among(session: Session, shift_ids: Collection[int]) -> frozenset[int]:
    """Those of these shifts that take place; one query, none for none."""
    return frozenset(session.scalars(_working().where(Shift.id.in_(shift_ids)))) if shift_ids else frozenset()


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def shift_works() -> ColumnElement[bool]:
    """The condition under which the shift of a leg takes place; for queries that join shifts, vehicles and drivers."""
    absent = exists().where(
        or_(Absence.driver_id == Shift.driver_id, Absence.vehicle_id == Shift.vehicle_id),
        Absence.from_on <= Shift.on,
        Absence.until_on >= Shift.on,
    )
    return and_(
        Shift.cancelled_at.is_(None),
        Vehicle.in_service_from <= Shift.on,
        or_(Vehicle.in_service_until.is_(None), Vehicle.in_service_until >= Shift.on),
        or_(Driver.id.is_(None), Driver.left_on.is_(None), Driver.left_on >= Shift.on),
        ~absent,
    )


def _working() -> Select[int]:
    """The ids of shifts that take place."""
    query = select(Shift.id).join(Vehicle, Vehicle.id == Shift.vehicle_id)
    return query.outerjoin(Driver, Driver.id == Shift.driver_id).where(shift_works())


def _working_ids(session: Session, first: date, last: date) -> frozenset[int]:
    return frozenset(session.scalars(_working().where(Shift.on.between(first, last))))


def rides_on(session: Session, on: date, *, states: Collection[RideState] = SHOWN_ON_DAY) -> list[DayRide]:
    """A day's rides with passengers, phones, ways and cars, by the first pick-up; four queries whatever their number."""
    passengers = joinedload(Ride.resident).subqueryload(Resident.phones)  # all at once, however many ride that day
    query = select(Ride).options(subqueryload(Ride.legs).joinedload(Leg.shift), passengers)
    query = query.where(Ride.on == on, Ride.state.in_(states))
    works = _working_ids(session, on, on)
    listed = [DayRide(ride, works) for ride in session.scalars(query).unique()]
    return sorted(listed, key=lambda each: (each.first_at, each.ride.id))


def rides_without_vehicle(session: Session, from_on: date, until_on: date, *, size: int = 200) -> list[DayRide]:
    """Promised rides with a way that is still to be driven, and that no working shift drives, by day and hour."""
    works = _working().where(Shift.on.between(from_on, until_on))
    lost = exists().where(
        Leg.ride_id == Ride.id,
        Leg.active.is_(True),
        Leg.delivered_at.is_(None),
        or_(Leg.shift_id.is_(None), Leg.shift_id.not_in(works)),
    )
    query = (
        _with_legs()
        .options(joinedload(Ride.resident))
        .where(Ride.on.between(from_on, until_on), Ride.state.in_(PROMISED), lost)
        .order_by(Ride.on, Ride.appointment_at, Ride.id)
        .limit(size)
    )
    working = _working_ids(session, from_on, until_on)
    return [DayRide(ride, working) for ride in session.scalars(query).unique()]
