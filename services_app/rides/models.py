"""Rule versions, people in the programme, rides with their legs, refusals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.clock import day_of
from services_app.database import Base, Json, UtcDateTime, Word
from services_app.fleet.models import Shift
from services_app.places.models import Destination, Entrance
from services_app.residents.models import Resident
from services_app.residents.terms import address_line, full_name
from services_app.rides.terms import (
    ApplicationState,
    Assistance,
    Channel,
    Condition,
    Direction,
    EnrolmentState,
    Mobility,
    Purpose,
    ReturnMode,
    RideState,
    RulesState,
    awaits_call,
)
from services_app.sealed import Sealed


class RideRulesVersion(Base):
    """One dated version of the programme's rules (regulamin). ``body`` is the JSON of :class:`policy.RideRules`."""

    __tablename__ = "ride_rules_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    town: Mapped[str] = mapped_column(String(80))
    state: Mapped[RulesState] = mapped_column(Word(RulesState))
    in_force_from: Mapped[date | None] = mapped_column(index=True)
    """In force for rides from this day until the next published version begins."""
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str | None] = mapped_column(Text)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("ride_rules_versions.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    confirmed_on: Mapped[date | None]
    """None: still to be confirmed by the office, and every page says so."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    confirmed_with: Mapped[str | None] = mapped_column(String(120))
    """Who in the office confirmed it; the account above only wrote it down."""
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}
    __table_args__ = (CheckConstraint("state <> 'published' OR in_force_from IS NOT NULL", name="published_has_day"),)


class Enrolment(Base):
    """A resident's place in the programme: what was declared, what was verified, what was decided."""

    __tablename__ = "ride_enrolments"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    rules_version_id: Mapped[int] = mapped_column(ForeignKey("ride_rules_versions.id"))
    state: Mapped[EnrolmentState] = mapped_column(Word(EnrolmentState))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by_kind: Mapped[str] = mapped_column(String(20))
    declared_by_id: Mapped[int | None]
    statement_text: Mapped[str] = mapped_column(String(40))
    """The version of the statement that was made."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Of a refusal: ``{code, text}`` each."""
    note: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship()
    conditions: Mapped[list[EnrolmentCondition]] = relationship(
        back_populates="enrolment", cascade="all, delete-orphan", order_by="EnrolmentCondition.id", lazy="selectin"
    )

    __table_args__ = (Index("ix_ride_enrolments_state", "state", "declared_at"),)


class EnrolmentCondition(Base):
    """One condition a resident declared, and what the coordinator found."""

    __tablename__ = "ride_enrolment_conditions"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("ride_enrolments.id", ondelete="CASCADE"), index=True)
    condition: Mapped[Condition] = mapped_column(Word(Condition))
    holds: Mapped[bool | None]
    """None until somebody looked; then whether it is so."""
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    proof: Mapped[str | None] = mapped_column(String(200))
    valid_until: Mapped[date | None]

    enrolment: Mapped[Enrolment] = relationship(back_populates="conditions")

    __table_args__ = (UniqueConstraint("enrolment_id", "condition"),)


class ServiceDay(Base):
    """One day of service. Whoever accepts, moves or assigns a ride of that day locks its row first."""

    __tablename__ = "service_days"

    on: Mapped[date] = mapped_column(primary_key=True)
    closed_because: Mapped[str | None] = mapped_column(String(200))
    """A day without service that the calendar does not know of (a flood, a holiday of the office)."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Ride(Base):
    """One promise: there and back (or one way). It keeps the rules it was booked under and how the passenger was then."""

    __tablename__ = "rides"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    rules_version_id: Mapped[int] = mapped_column(ForeignKey("ride_rules_versions.id"))
    on: Mapped[date]
    state: Mapped[RideState] = mapped_column(Word(RideState))
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    destination_id: Mapped[int | None] = mapped_column(ForeignKey("destinations.id"))
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrances.id"))
    destination_name: Mapped[str] = mapped_column(String(200))
    destination_address: Mapped[str] = mapped_column(String(200))
    """As promised, whatever the catalogue says later; also for a place typed freely."""
    destination_town: Mapped[str] = mapped_column(String(80), default="Kielce")
    destination_latitude: Mapped[float]
    destination_longitude: Mapped[float]
    appointment_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visit_minutes: Mapped[int]
    return_mode: Mapped[ReturnMode | None] = mapped_column(Word(ReturnMode))
    """None for one way only."""
    companions: Mapped[int] = mapped_column(default=0)
    companion_age: Mapped[int | None]
    mobility: Mapped[Mobility] = mapped_column(Word(Mobility))
    assistance: Mapped[Assistance] = mapped_column(Word(Assistance))
    note: Mapped[str | None] = mapped_column(Text)
    excused: Mapped[bool] = mapped_column(default=False)
    """A person accepted the reason for a no-show or a late cancelling: it no longer counts."""
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    booked_by_kind: Mapped[str] = mapped_column(String(20))
    booked_by_id: Mapped[int | None]
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancel_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last moment to cancel or change freely."""
    charged_legs: Mapped[int]
    """How many legs it counts toward the limits while it stands or when it was used; 0 when it does not."""
    override_reason: Mapped[str | None] = mapped_column(Text)
    override_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    overridden: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """The reasons a coordinator set aside: ``{code, text}`` each."""
    revision: Mapped[int] = mapped_column(default=1)

    resident: Mapped[Resident] = relationship()
    rules_version: Mapped[RideRulesVersion] = relationship()
    destination: Mapped[Destination | None] = relationship()
    entrance: Mapped[Entrance | None] = relationship()
    legs: Mapped[list[Leg]] = relationship(
        back_populates="ride", cascade="all, delete-orphan", order_by="Leg.sequence", lazy="selectin"
    )

    @property
    def whole(self) -> bool:
        """Whether none of its ways was cancelled."""
        return all(leg.active for leg in self.legs)

    @property
    def whole_destination(self) -> str:
        """Where to, with street and town, in one line."""
        return f"{self.destination_name}, {self.destination_address}, {self.destination_town}"

    __mapper_args__ = {"version_id_col": revision}
    __table_args__ = (
        Index("ix_rides_on", "on", "state"),
        Index("ix_rides_resident", "resident_id", "on"),
        Index("ix_rides_state", "state", "on"),
        CheckConstraint("charged_legs BETWEEN 0 AND 2", name="charged"),
        CheckConstraint("override_by_id IS NULL OR override_reason IS NOT NULL", name="override_has_reason"),
    )


class Leg(Base):
    """One way of a ride: what was promised, and the shift whose plan keeps room for it."""

    __tablename__ = "legs"

    id: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(ForeignKey("rides.id", ondelete="CASCADE"), index=True)
    on: Mapped[date]
    sequence: Mapped[int]
    """0 for the way there, 1 for the way back."""
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    active: Mapped[bool] = mapped_column(default=True)
    """False when this leg was cancelled: it takes no room."""
    from_latitude: Mapped[float]
    from_longitude: Mapped[float]
    to_latitude: Mapped[float]
    to_longitude: Mapped[float]
    seats: Mapped[int] = mapped_column(default=1)
    wheelchairs: Mapped[int] = mapped_column(default=0)
    boarding_minutes: Mapped[int]
    alighting_minutes: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether strangers may share the car on this leg."""
    promised_from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The pick-up lies between these two; ``promised_from_at`` is the hour the passenger is told."""
    arrive_by_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_pickup_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_dropoff_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a coordinator put it on this vehicle; until then the place is the planner's."""
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """"Jestem gotowa": when the passenger called for an open return."""
    late_minutes: Mapped[int | None]
    """By how much later than promised the driver said to come; None while on time."""
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """"Jestem na miejscu": when the driver stood at the door."""
    picked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    ride: Mapped[Ride] = relationship(back_populates="legs")
    shift: Mapped[Shift | None] = relationship()

    @property
    def awaits_call(self) -> bool:
        """A way home whose hour nobody knows yet: the passenger calls when ready."""
        return awaits_call(self.sequence, self.ride.return_mode, self.ready_at)

    __table_args__ = (
        UniqueConstraint("ride_id", "sequence"),
        Index("ix_legs_on", "on", "active"),
        Index("ix_legs_shift", "shift_id", "active"),
        CheckConstraint("planned_dropoff_at >= planned_pickup_at", name="order"),
    )


class RideEvent(Base):
    """Each step in the life of a ride: who, when, why."""

    __tablename__ = "ride_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(ForeignKey("rides.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    deed: Mapped[str] = mapped_column(String(40))
    """booked, moved, assigned, state, leg_cancelled, ready, override …"""
    state: Mapped[RideState] = mapped_column(Word(RideState))
    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Refusal(Base):
    """A request we said no to: with all reasons and what was offered instead."""

    __tablename__ = "refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    rules_version_id: Mapped[int | None] = mapped_column(ForeignKey("ride_rules_versions.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None]
    wished_on: Mapped[date]
    wish: Mapped[dict[str, Any]] = mapped_column(Json)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """``{code, text}`` each; NO_VEHICLE when the rules allowed but nothing was free."""
    offered: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    outcome: Mapped[str | None] = mapped_column(String(40))
    """accepted_other, declined … when known."""

    resident: Mapped[Resident] = relationship()


class BookingDraft(Base):
    """A booking being put together, question by question; kept for a day so nothing typed is lost."""

    __tablename__ = "booking_drafts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int]
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ride_id: Mapped[int | None] = mapped_column(ForeignKey("rides.id"))
    """Set when it became a ride; or the ride being changed, with ``moves_ride``."""
    moves_ride: Mapped[bool] = mapped_column(default=False)


class SavedPlace(Base):
    """A place a resident keeps for the next time."""

    __tablename__ = "saved_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id"))
    label: Mapped[str | None] = mapped_column(String(80))
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrances.id"))

    destination: Mapped[Destination] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("resident_id", "destination_id"),)


class JoinApplication(Base):
    """What somebody without an account sent online to join the programme, until staff decide. What names a person is sealed."""

    __tablename__ = "join_applications"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ApplicationState] = mapped_column(Word(ApplicationState), default=ApplicationState.WAITING)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(5), default="pl")
    applicant_name: Mapped[str | None] = mapped_column(Sealed)
    """Who applies for somebody close; None for oneself."""
    applicant_phone: Mapped[str | None] = mapped_column(Sealed)
    applicant_land_line: Mapped[bool] = mapped_column(default=False)

    pesel: Mapped[str | None] = mapped_column(Sealed)
    pesel_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """Found like a resident's, but never unique: who applies is not told that somebody applied before."""
    birth_on: Mapped[date]
    first_name: Mapped[str] = mapped_column(Sealed)
    last_name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    land_line: Mapped[bool] = mapped_column(default=False)
    e_mail: Mapped[str | None] = mapped_column(Sealed)
    street: Mapped[str] = mapped_column(Sealed)
    house_number: Mapped[str] = mapped_column(Sealed)
    flat_number: Mapped[str | None] = mapped_column(Sealed)
    town: Mapped[str] = mapped_column(String(80))
    mobility: Mapped[Mobility] = mapped_column(Word(Mobility))
    conditions: Mapped[list[str]] = mapped_column(Json, default=list)
    """What was declared, by the words of :class:`terms.Condition`."""
    rules_version_id: Mapped[int] = mapped_column(ForeignKey("ride_rules_versions.id"))
    """The rules whose conditions were asked."""
    statement_text: Mapped[str] = mapped_column(String(40))
    """The version of the statement that was made."""

    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Of a refusal: ``{code, text}`` each."""
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """Whose entry of the register it became."""
    blanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When who asked and what they wrote was removed, its period over."""

    resident: Mapped[Resident | None] = relationship()

    __table_args__ = (
        Index("ix_join_applications_state", "state", "received_at"),
        CheckConstraint("state <> 'accepted' OR resident_id IS NOT NULL", name="accepted_is_somebody"),
    )

    @property
    def number(self) -> str:
        """What the person is told to name: ``Z/12/2026``."""
        return f"Z/{self.id}/{day_of(self.received_at).year}"

    @property
    def name(self) -> str:
        """First and last name of who wants to ride."""
        return full_name(self.first_name, self.last_name)

    @property
    def whole_address(self) -> str:
        """Street, number, flat and town in one line."""
        return f"{address_line(self.street, self.house_number, self.flat_number)}, {self.town}"

    @property
    def for_other(self) -> bool:
        """Whether somebody else applied for this person."""
        return self.applicant_phone is not None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state is ApplicationState.WAITING
