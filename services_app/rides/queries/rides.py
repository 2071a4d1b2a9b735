"""Rides of a person and of a day: every list in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, exists, or_, select
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
        return self.ride.state in PROMISED and any(
            leg.delivered_at is None and leg.shift_id not in self.works for leg in self.legs
        )

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


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def shift_works() -> object:
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


def _working_ids(session: Session, first: date, last: date) -> frozenset[int]:
    query = (
        select(Shift.id)
        .join(Vehicle, Vehicle.id == Shift.vehicle_id)
        .outerjoin(Driver, Driver.id == Shift.driver_id)
        .where(Shift.on.between(first, last), shift_works())  # type: ignore[arg-type]  # a condition
    )
    return frozenset(session.scalars(query))


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
    works = (
        select(Shift.id)
        .join(Vehicle, Vehicle.id == Shift.vehicle_id)
        .outerjoin(Driver, Driver.id == Shift.driver_id)
        .where(Shift.on.between(from_on, until_on), shift_works())  # type: ignore[arg-type]  # a condition
    )
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
