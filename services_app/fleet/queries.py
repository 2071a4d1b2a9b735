"""Vehicles, drivers and shifts as the planner and the pages need them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from services_app.fleet.models import Absence, Contractor, Driver, Shift, Vehicle
from services_app.staff.models import StaffAccount
from services_app.staff.queries import staff_with_role

_AWAY = aliased(Absence)
_ABSENT = exists().where(
    or_(_AWAY.driver_id == Shift.driver_id, _AWAY.vehicle_id == Shift.vehicle_id),
    _AWAY.from_on <= Shift.on,
    _AWAY.until_on >= Shift.on,
)
_WORKING = (
    select(Shift)
    .join(Vehicle, Vehicle.id == Shift.vehicle_id)
    .outerjoin(Driver, Driver.id == Shift.driver_id)
    .where(
        Shift.cancelled_at.is_(None),
        Vehicle.in_service_from <= Shift.on,
        or_(Vehicle.in_service_until.is_(None), Vehicle.in_service_until >= Shift.on),
        or_(Driver.id.is_(None), Driver.left_on.is_(None), Driver.left_on >= Shift.on),
        ~_ABSENT,
    )
)
"""Shifts that really take place: not cancelled, neither the driver nor the vehicle away, the vehicle in service."""
# Put together once: asked while somebody waits for hours, and while others wait for their turn to book.
_WORKING_SORTED = _WORKING.order_by(Shift.on, Shift.starts_at, Shift.id)
_BETWEEN = _WORKING_SORTED.where(Shift.on.between(bindparam("from_on"), bindparam("until_on")))
_ON_DAYS = _WORKING_SORTED.where(Shift.on.in_(bindparam("days", expanding=True)))
_WORKING_DAYS = (
    _WORKING.with_only_columns(Shift.on, maintain_column_froms=True)
    .where(Shift.on.between(bindparam("from_on"), bindparam("until_on")))
    .distinct()
)
_LAST_WORKING_DAY = (
    _WORKING.with_only_columns(Shift.on, maintain_column_froms=True)
    .where(Shift.on.between(bindparam("from_on"), bindparam("until_on")))
    .order_by(Shift.on.desc())
    .limit(1)
)


def working_shifts(session: Session, from_on: date, until_on: date) -> list[Shift]:
    """Shifts that take place between two days, both included, with vehicle and driver; by day, hour and id."""
    return list(session.scalars(_BETWEEN, {"from_on": from_on, "until_on": until_on}).unique())


def working_shifts_of(session: Session, days: Collection[date]) -> list[Shift]:
    """Shifts that take place on any of these days, in the same order."""
    return list(session.scalars(_ON_DAYS, {"days": list(days)}).unique())


def working_days(session: Session, from_on: date, until_on: date) -> frozenset[date]:
    """Days between two, both included, on which at least one shift takes place; one query of days alone."""
    return frozenset(session.scalars(_WORKING_DAYS, {"from_on": from_on, "until_on": until_on}))


def last_working_day(session: Session, from_on: date, until_on: date) -> date | None:
    """The last day between two, both included, on which a shift takes place; one query."""
    return session.scalar(_LAST_WORKING_DAY, {"from_on": from_on, "until_on": until_on})


def working_shift(session: Session, shift_id: int) -> Shift | None:
    """One shift, when it takes place."""
    return session.scalars(_WORKING.where(Shift.id == shift_id)).unique().one_or_none()


def shifts_between(session: Session, from_on: date, until_on: date) -> list[Shift]:
    """All shifts between two days, both included, also cancelled ones; by day, hour and id."""
    query = select(Shift).where(Shift.on.between(from_on, until_on)).order_by(Shift.on, Shift.starts_at, Shift.id)
    return list(session.scalars(query).unique())


def vehicles(session: Session, *, today: date | None = None) -> list[Vehicle]:
    """Vehicles by name; with a day only those not withdrawn before it. One that begins later is among them: it is planned ahead."""
    query = select(Vehicle).order_by(Vehicle.name, Vehicle.id)
    if today is not None:
        query = query.where(or_(Vehicle.in_service_until.is_(None), Vehicle.in_service_until >= today))
    return list(session.scalars(query))


def drivers(session: Session, *, today: date | None = None) -> list[Driver]:
    """Drivers by name; with a day only those who had not left before it."""
    query = select(Driver).order_by(Driver.last_name, Driver.first_name, Driver.id)
    if today is not None:
        query = query.where(or_(Driver.left_on.is_(None), Driver.left_on >= today))
    return list(session.scalars(query))


def busy_drivers(session: Session, shift: Shift) -> frozenset[int]:
    """Drivers who cannot take a shift over: on another one at its time, or away on its day."""
    driving = select(Shift.driver_id).where(
        Shift.cancelled_at.is_(None), Shift.driver_id.is_not(None), Shift.id != shift.id,
        Shift.starts_at < shift.ends_at, Shift.ends_at > shift.starts_at,
    )  # fmt: skip
    away = select(Absence.driver_id).where(
        Absence.driver_id.is_not(None), Absence.from_on <= shift.on, Absence.until_on >= shift.on
    )
    return frozenset(driver_id for query in (driving, away) for driver_id in session.scalars(query) if driver_id)


def accounts_for_driver(session: Session, driver_id: int | None) -> list[StaffAccount]:
    """Accounts of drivers that no other driver has, by name: who signs in with one sees their own shifts."""
    query = select(Driver.staff_account_id).where(Driver.staff_account_id.is_not(None))
    if driver_id is not None:
        query = query.where(Driver.id != driver_id)
    taken = set(session.scalars(query))
    return [account for account in staff_with_role(session, "driver") if account.id not in taken]


def contractors(session: Session) -> list[Contractor]:
    """Firms that drive for the centre, by name."""
    return list(session.scalars(select(Contractor).order_by(Contractor.name, Contractor.id)))


def absences_between(session: Session, from_on: date, until_on: date) -> list[Absence]:
    """Absences that touch the days, the earliest first."""
    query = select(Absence).where(and_(Absence.from_on <= until_on, Absence.until_on >= from_on))
    return list(session.scalars(query.order_by(Absence.from_on, Absence.id)))


def car_names(session: Session, shift_ids: Collection[int]) -> dict[int, str]:
    """The name of the car of each of these shifts, also of those that fell away; one query, none for no shift."""
    if not shift_ids:
        return {}
    query = select(Shift.id, Vehicle.name).join(Vehicle, Vehicle.id == Shift.vehicle_id).where(Shift.id.in_(shift_ids))
    return {row.id: row.name for row in session.execute(query)}
