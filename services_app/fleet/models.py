"""Vehicles, drivers and when they work."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, UtcDateTime, Word


class VehicleKind(enum.StrEnum):
    """Whose vehicle it is."""

    OWN = "own"
    CONTRACTOR = "contractor"


class Contractor(Base):
    """A firm that drives for the centre."""

    __tablename__ = "contractors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str | None] = mapped_column(String(20))
    agreement_number: Mapped[str | None] = mapped_column(String(60))


class Vehicle(Base):
    """A car: how many it seats, how many wheelchairs it takes, where it stands."""

    __tablename__ = "vehicles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    plate: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[VehicleKind] = mapped_column(Word(VehicleKind), default=VehicleKind.OWN)
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    seats: Mapped[int] = mapped_column(default=4)
    """For passengers, without the driver."""
    wheelchair_places: Mapped[int] = mapped_column(default=0)
    """For wheelchairs that cannot be folded; a folded one goes into the boot."""
    depot: Mapped[str | None] = mapped_column(String(120))
    """Where it stands, in the words of whoever entered it; the position is worked out from them."""
    depot_latitude: Mapped[float]
    depot_longitude: Mapped[float]
    in_service_from: Mapped[date]
    in_service_until: Mapped[date | None]

    contractor: Mapped[Contractor | None] = relationship()

    __table_args__ = (CheckConstraint("seats > 0 AND wheelchair_places >= 0", name="places"),)


class Driver(Base):
    """Somebody who drives; may have an account of their own."""

    __tablename__ = "drivers"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20))
    staff_account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"), unique=True)
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    carries_wheelchairs: Mapped[bool] = mapped_column(default=True)
    left_on: Mapped[date | None]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class Shift(Base):
    """A driver with a vehicle on one day, from when until when. Moments are UTC; the day is Warsaw's."""

    __tablename__ = "shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(index=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("drivers.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    break_minutes: Mapped[int] = mapped_column(default=0)
    break_from_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    break_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The break lies somewhere between these two."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The driver fell ill, the car broke down: its rides need another vehicle."""

    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    driver: Mapped[Driver | None] = relationship(lazy="joined")

    __table_args__ = (
        Index(
            "ux_shifts_vehicle", "vehicle_id", "starts_at", unique=True, sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),  # a cancelled shift makes room for another at the same hour
        Index("ix_shifts_driver", "driver_id", "on"),
        CheckConstraint("ends_at > starts_at", name="length"),
    )  # fmt: skip


class Absence(Base):
    """Days on which a driver or a vehicle is away."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("drivers.id"), index=True)
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("vehicles.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        CheckConstraint("(driver_id IS NULL) <> (vehicle_id IS NULL)", name="whose"),
        CheckConstraint("until_on >= from_on", name="period"),
    )
