"""Streets, and the places people ride to with their entrances."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, UtcDateTime

CLOSED = -1
"""The position of an entrance nobody is taken to any more."""


class Street(Base):
    """A street of the town; an address may also be typed freely."""

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    """ulica, aleja, plac, osiedle, rondo …"""
    town: Mapped[str] = mapped_column(String(80), default="Kielce")
    search_name: Mapped[str] = mapped_column(String(140), index=True)
    sort_name: Mapped[str] = mapped_column(String(160))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Destination(Base):
    """A place people ride to."""

    __tablename__ = "destinations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(400))
    """Name, other names and address, lower case without diacritics."""
    sort_name: Mapped[str] = mapped_column(String(240), index=True)
    category: Mapped[str] = mapped_column(String(40))
    """szpital, przychodnia, urząd, bank, cmentarz …: gives the likeliest purpose and the icon."""
    street: Mapped[str] = mapped_column(String(120))
    house_number: Mapped[str | None] = mapped_column(String(20))
    postcode: Mapped[str | None] = mapped_column(String(6))
    town: Mapped[str] = mapped_column(String(80), default="Kielce")
    latitude: Mapped[float]
    longitude: Mapped[float]
    place_is_exact: Mapped[bool] = mapped_column(default=False)
    """False when only the street or the town's middle is known."""
    note: Mapped[str | None] = mapped_column(Text)
    confirmed_on: Mapped[date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entrances: Mapped[list[Entrance]] = relationship(
        primaryjoin="and_(Destination.id == Entrance.destination_id, Entrance.position >= 0)",
        back_populates="destination",
        cascade="all, delete-orphan",
        order_by="Entrance.position",
        lazy="selectin",
    )
    """The doors people ride to; a closed one is no longer among them."""

    __table_args__ = (Index("ix_destinations_category", "category", "sort_name"),)

    @property
    def address(self) -> str:
        """Street and number in one line."""
        return f"{self.street} {self.house_number}".strip() if self.house_number else self.street


class Entrance(Base):
    """A door of a destination: which one matters to who walks with a stick."""

    __tablename__ = "entrances"

    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(300))
    step_free: Mapped[bool | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    position: Mapped[int] = mapped_column(default=0)
    """Its row in the form of the destination, from 0; ``CLOSED`` once it is closed: rides promised to it still name it."""

    destination: Mapped[Destination] = relationship(back_populates="entrances")
