"""Figures of days and weeks for the morning view: counted by the database, not ride by ride."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from services_app.clock import day_of, moment_at
from services_app.fleet.models import Shift, Vehicle
from services_app.rides.models import Leg, Refusal, Ride
from services_app.rides.terms import PROMISED, RideState
from services_app.wording import local

MADE_OR_PROMISED = (*sorted(PROMISED), RideState.DONE)


class VehicleUse(NamedTuple):
    """How much of its shifts a car drives with passengers."""

    name: str
    legs: int
    loaded_minutes: int
    shift_minutes: int

    @property
    def percent(self) -> int:
        """Share of the shifts' time with passengers."""
        return round(100 * self.loaded_minutes / self.shift_minutes) if self.shift_minutes else 0


@dataclass(frozen=True)
class RideFigures:
    """What happened, or will, between two days."""

    from_on: date
    until_on: date
    by_state: tuple[tuple[RideState, int], ...]
    by_hour: tuple[tuple[int, int], ...]
    """(Warsaw hour, pick-ups that begin in it)."""
    by_day: tuple[tuple[date, RideState, int], ...]
    vehicles: tuple[VehicleUse, ...]
    refusals: tuple[tuple[str, int], ...]
    """(Code of the reason, refusals that name it), most frequent first."""
    refusals_by_day: tuple[tuple[date, int], ...]

    @property
    def rides(self) -> int:
        """All rides of the period."""
        return sum(number for _, number in self.by_state)


def figures_of(session: Session, from_on: date, until_on: date) -> RideFigures:
    """The figures of a period, both days included; five queries."""
    by_day = _by_day(session, from_on, until_on)
    states = Counter[RideState]()
    for _, state, number in by_day:
        states[state] += number
    refusals, refused_by_day = _refusals(session, from_on, until_on)
    return RideFigures(
        from_on=from_on,
        until_on=until_on,
        by_state=tuple((state, states[state]) for state in RideState if states[state]),
        by_hour=_by_hour(session, from_on, until_on),
        by_day=by_day,
        vehicles=_vehicles(session, from_on, until_on),
        refusals=refusals,
        refusals_by_day=refused_by_day,
    )


def _by_day(session: Session, first: date, last: date) -> tuple[tuple[date, RideState, int], ...]:
    query = (
        select(Ride.on, Ride.state, func.count())
        .where(Ride.on.between(first, last), Ride.state != RideState.REFUSED)
        .group_by(Ride.on, Ride.state)
        .order_by(Ride.on, Ride.state)
    )
    return tuple((on, state, number) for on, state, number in session.execute(query))


def _by_hour(session: Session, first: date, last: date) -> tuple[tuple[int, int], ...]:
    """Grouped by the UTC hour of each day in the database, then put on the Warsaw clock: right on both sides of a clock change."""
    hour = _utc_hour(session)
    query = (
        select(Leg.on, hour, func.count())
        .join(Ride, Ride.id == Leg.ride_id)
        .where(Leg.on.between(first, last), Leg.active.is_(True), Ride.state.in_(MADE_OR_PROMISED))
        .group_by(Leg.on, hour)
    )
    hours = Counter[int]()
    for on, utc_hour, number in session.execute(query):
        hours[(utc_hour + _offset_hours(on)) % 24] += number
    return tuple(sorted(hours.items()))


def _utc_hour(session: Session) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.extract("hour", func.timezone("UTC", Leg.promised_from_at)), Integer)
    return cast(func.strftime("%H", Leg.promised_from_at), Integer)


def _offset_hours(on: date) -> int:
    """How many hours Warsaw is ahead of UTC at noon: clocks change at night, when no car rides."""
    offset = local(moment_at(on, time(12))).utcoffset()
    return 0 if offset is None else round(offset / timedelta(hours=1))


def _minutes(session: Session, first: Any, last: Any) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return func.extract("epoch", last - first) / 60
    return (func.julianday(last) - func.julianday(first)) * 1440


def _vehicles(session: Session, first: date, last: date) -> tuple[VehicleUse, ...]:
    driven = (
        select(
            Shift.vehicle_id.label("vehicle_id"),
            func.count().label("legs"),
            func.sum(_minutes(session, Leg.planned_pickup_at, Leg.planned_dropoff_at)).label("loaded"),
        )
        .join(Shift, Shift.id == Leg.shift_id)
        .join(Ride, Ride.id == Leg.ride_id)
        .where(Leg.on.between(first, last), Leg.active.is_(True), Ride.state.in_(MADE_OR_PROMISED))
        .group_by(Shift.vehicle_id)
        .subquery()
    )
    on_duty = (
        select(
            Shift.vehicle_id.label("vehicle_id"),
            func.sum(_minutes(session, Shift.starts_at, Shift.ends_at)).label("minutes"),
        )
        .where(Shift.on.between(first, last), Shift.cancelled_at.is_(None))
        .group_by(Shift.vehicle_id)
        .subquery()
    )
    query = (
        select(Vehicle.name, driven.c.legs, driven.c.loaded, on_duty.c.minutes)
        .join(on_duty, on_duty.c.vehicle_id == Vehicle.id)
        .outerjoin(driven, driven.c.vehicle_id == Vehicle.id)
        .order_by(Vehicle.name, Vehicle.id)
    )
    return tuple(
        VehicleUse(name, legs or 0, round(loaded or 0), round(minutes or 0))
        for name, legs, loaded, minutes in session.execute(query)
    )


def _refusals(
    session: Session, first: date, last: date
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[date, int], ...]]:
    """Refusals by reason and by the Warsaw day on which they were told. Reasons are few and short, so they are counted here."""
    query = select(Refusal.at, Refusal.reasons).where(
        Refusal.at >= start_of(first), Refusal.at < start_of(last + timedelta(days=1))
    )
    codes, days = Counter[str](), Counter[date]()
    for at, reasons in session.execute(query):
        days[day_of(at)] += 1
        codes.update({str(reason["code"]) for reason in reasons})
    by_code = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(by_code), tuple(sorted(days.items()))


def start_of(on: date) -> datetime:
    """The first moment of a Warsaw day."""
    return moment_at(on, time(0))
