"""Who drives what and when: vehicles, drivers, shifts, absences. Each deed is journalled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.fleet.models import Absence, Contractor, Driver, Shift, Vehicle, VehicleKind
from services_app.journal.actions import Actor, record
from services_app.verdict import Reason, Verdict
from services_app.wording import N_


@dataclass(frozen=True)
class VehicleFacts:
    """What is entered of a vehicle. Places are for passengers, without the driver."""

    name: str
    plate: str
    depot_latitude: float
    depot_longitude: float
    in_service_from: date
    seats: int = 4
    wheelchair_places: int = 0
    kind: VehicleKind = VehicleKind.OWN
    contractor_id: int | None = None
    in_service_until: date | None = None
    depot: str | None = None


def add_contractor(
    session: Session,
    name: str,
    *,
    by: Actor,
    now: datetime,
    phone: str | None = None,
    agreement_number: str | None = None,
) -> Contractor:
    """Add a firm that drives for the centre."""
    contractor = Contractor(name=name, phone=phone, agreement_number=agreement_number)
    session.add(contractor)
    session.flush()
    record(session, "contractor_added", ("contractor", contractor.id), by=by, now=now)
    return contractor


def change_contractor(
    session: Session, contractor: Contractor, facts: Mapping[str, Any], *, by: Actor, now: datetime
) -> None:
    """Change what is known of a firm (``facts``: columns of :class:`Contractor`)."""
    for name, value in facts.items():
        setattr(contractor, name, value)
    session.flush()
    record(session, "contractor_changed", ("contractor", contractor.id), by=by, now=now)


def save_vehicle(
    session: Session, vehicle: Vehicle | None, facts: VehicleFacts, *, by: Actor, now: datetime
) -> Vehicle:
    """Add a vehicle, or change what is known of it."""
    deed = "vehicle_added" if vehicle is None else "vehicle_changed"
    vehicle = vehicle or Vehicle()
    for name, value in vars(facts).items():
        setattr(vehicle, name, value)
    session.add(vehicle)
    session.flush()
    record(session, deed, ("vehicle", vehicle.id), by=by, now=now)
    return vehicle


def save_driver(
    session: Session, driver: Driver | None, facts: Mapping[str, Any], *, by: Actor, now: datetime
) -> Driver:
    """Add a driver, or change what is known of them (``facts``: columns of :class:`Driver`)."""
    deed = "driver_added" if driver is None else "driver_changed"
    driver = driver or Driver()
    for name, value in facts.items():
        setattr(driver, name, value)
    session.add(driver)
    session.flush()
    record(session, deed, ("driver", driver.id), by=by, now=now)
    return driver


@dataclass(frozen=True)
class ShiftFacts:
    """A driver with a vehicle from when until when; the break (minutes) lies between its two moments."""

    vehicle_id: int
    driver_id: int | None
    starts_at: datetime
    ends_at: datetime
    break_minutes: int = 0
    break_from_at: datetime | None = None
    break_until_at: datetime | None = None


def shift_verdict(facts: ShiftFacts, others: list[Shift]) -> Verdict:
    """Whether a shift may be planned beside the others of its vehicle and driver.

    The house's own rule: one car or driver is in one place. Sixteen hours catch a slip of the hour or the day; they are no term of the
    Labour Code, whose hours the employer watches.
    """
    reasons = []
    if facts.ends_at <= facts.starts_at:
        reasons.append(Reason("SHIFT_ENDS_FIRST", N_("Zmiana kończy się przed początkiem. Popraw godziny.")))
    elif facts.ends_at - facts.starts_at > timedelta(hours=16):
        reasons.append(Reason("SHIFT_TOO_LONG", N_("Zmiana trwa ponad 16 godzin. Popraw godziny.")))
    if facts.break_minutes and not _break_fits(facts):
        reasons.append(Reason("BREAK_OUTSIDE", N_("Przerwa nie mieści się w zmianie. Popraw godziny przerwy.")))
    meeting = [each for each in others if each.starts_at < facts.ends_at and facts.starts_at < each.ends_at]
    if any(each.vehicle_id == facts.vehicle_id for each in meeting):
        reasons.append(Reason("VEHICLE_TAKEN", N_("Samochód ma już w tym czasie zmianę. Wybierz inny.")))
    if facts.driver_id is not None and any(each.driver_id == facts.driver_id for each in meeting):
        reasons.append(DRIVER_TAKEN)
    return Verdict.of(reasons)


DRIVER_TAKEN = Reason("DRIVER_TAKEN", N_("Kierowca ma już w tym czasie zmianę. Wybierz innego."))
DRIVER_AWAY = Reason("DRIVER_AWAY", N_("Kierowcy tego dnia nie ma. Wybierz innego."))
VEHICLE_AWAY = Reason("VEHICLE_AWAY", N_("Samochód tego dnia nie jeździ. Wybierz inny."))
SHIFT_GONE = Reason("SHIFT_GONE", N_("Tej zmiany już nie ma. Odśwież stronę."))


def _break_fits(facts: ShiftFacts) -> bool:
    first, last = facts.break_from_at or facts.starts_at, facts.break_until_at or facts.ends_at
    return facts.starts_at <= first and last <= facts.ends_at and last - first >= timedelta(minutes=facts.break_minutes)


def plan_shift(session: Session, facts: ShiftFacts, *, by: Actor, now: datetime) -> Shift | Verdict:
    """Plan a shift; the day is the Warsaw day on which it starts. The vehicle's row is locked, so that two cannot take it at once."""
    session.execute(select(Vehicle.id).where(Vehicle.id == facts.vehicle_id).with_for_update())
    if facts.driver_id is not None:
        session.execute(select(Driver.id).where(Driver.id == facts.driver_id).with_for_update())
    near = select(Shift).where(
        Shift.cancelled_at.is_(None), Shift.starts_at < facts.ends_at, Shift.ends_at > facts.starts_at,
        (Shift.vehicle_id == facts.vehicle_id) | (Shift.driver_id == facts.driver_id),
    )  # fmt: skip
    missing = Verdict(tuple(_missing(session, day_of(facts.starts_at), facts.vehicle_id, facts.driver_id)))
    verdict = shift_verdict(facts, list(session.scalars(near).unique())).also(missing)
    if not verdict.allowed:
        return verdict
    shift = Shift(on=day_of(facts.starts_at), **vars(facts))
    session.add(shift)
    session.flush()
    record(session, "shift_planned", ("shift", shift.id), by=by, now=now)
    return shift


def _missing(session: Session, on: date, vehicle_id: int | None, driver_id: int | None) -> Iterator[Reason]:
    """What of a shift would not be there on its day."""
    if vehicle_id is not None:
        vehicle = session.get_one(Vehicle, vehicle_id)
        serves = vehicle.in_service_from <= on and (vehicle.in_service_until is None or on <= vehicle.in_service_until)
        if not serves or _absent(session, Absence.vehicle_id == vehicle_id, on):
            yield VEHICLE_AWAY
    if driver_id is not None:
        left_on = session.get_one(Driver, driver_id).left_on
        if (left_on is not None and left_on < on) or _absent(session, Absence.driver_id == driver_id, on):
            yield DRIVER_AWAY


def _absent(session: Session, whose: ColumnElement[bool], on: date) -> bool:
    query = select(Absence.id).where(whose, Absence.from_on <= on, Absence.until_on >= on)
    return session.scalars(query).first() is not None


def change_driver(session: Session, shift_id: int, driver_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Another driver takes a shift over, with all that is promised in it: the car stays the same."""
    shift = _locked_shift(session, shift_id)
    if shift is None or shift.cancelled_at is not None:
        return Verdict((SHIFT_GONE,))
    if shift.driver_id == driver_id:
        return Verdict((Reason("DRIVER_SAME", N_("Ten kierowca ma już tę zmianę. Wybierz innego.")),))
    session.execute(select(Driver.id).where(Driver.id == driver_id).with_for_update())
    meeting = select(Shift.id).where(
        Shift.cancelled_at.is_(None), Shift.driver_id == driver_id, Shift.starts_at < shift.ends_at,
        Shift.ends_at > shift.starts_at,
    )  # fmt: skip
    taken = (DRIVER_TAKEN,) if session.scalars(meeting).first() is not None else ()
    verdict = Verdict((*taken, *_missing(session, shift.on, None, driver_id)))
    if verdict.allowed:
        details = {"from": shift.driver_id, "to": driver_id}
        shift.driver_id = driver_id
        session.flush()
        record(session, "shift_driver_changed", ("shift", shift.id), by=by, now=now, details=details)
    return verdict


def _locked_shift(session: Session, shift_id: int) -> Shift | None:
    query = select(Shift).where(Shift.id == shift_id).with_for_update(of=Shift)
    return session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()


def cancel_shift(session: Session, shift_id: int, *, by: Actor, now: datetime) -> Verdict:
    """A shift does not take place; its rides show up among those without a vehicle."""
    shift = _locked_shift(session, shift_id)
    if shift is None or shift.cancelled_at is not None:
        return Verdict((SHIFT_GONE,))
    shift.cancelled_at = now
    record(session, "shift_cancelled", ("shift", shift.id), by=by, now=now)
    return Verdict()


def note_absence(
    session: Session, from_on: date, until_on: date, reason: str, *, by: Actor, now: datetime,
    driver_id: int | None = None, vehicle_id: int | None = None,
) -> Absence | Verdict:  # fmt: skip
    """A driver or a vehicle is away on these days, both included."""
    if until_on < from_on:
        return Verdict((Reason("ABSENCE_ENDS_FIRST", N_("Nieobecność kończy się przed początkiem. Popraw dni.")),))
    if (driver_id is None) == (vehicle_id is None):
        return Verdict((Reason("ABSENCE_OF_WHOM", N_("Wybierz kierowcę albo samochód.")),))
    absence = Absence(driver_id=driver_id, vehicle_id=vehicle_id, from_on=from_on, until_on=until_on, reason=reason)
    session.add(absence)
    session.flush()
    record(session, "absence_noted", ("absence", absence.id), by=by, now=now)
    return absence


def end_absence(session: Session, absence_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Take an absence back: it was noted by mistake, or ended before it began."""
    absence = session.get(Absence, absence_id)
    if absence is None:
        return Verdict((Reason("ABSENCE_GONE", N_("Tej nieobecności już nie ma. Odśwież stronę.")),))
    session.delete(absence)
    session.flush()
    record(session, "absence_ended", ("absence", absence_id), by=by, now=now)
    return Verdict()
