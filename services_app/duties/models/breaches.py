"""The register of personal data breaches (RODO art. 33(5)), and whom to call about an incident."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, Json, UtcDateTime, Word
from services_app.duties.policy.breaches import BreachFacts
from services_app.duties.terms import BreachKind, Decision, Risk
from services_app.sealed import Sealed
from services_app.staff.models import StaffAccount


class DataBreach(Base):
    """One entry of the register. Texts are sealed: they may name people. Every change is journalled; nothing is ever removed."""

    __tablename__ = "data_breaches"

    id: Mapped[int] = mapped_column(primary_key=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    happened: Mapped[str] = mapped_column(Sealed)
    when_happened: Mapped[str] = mapped_column(Sealed, default="")
    kinds: Mapped[list[str]] = mapped_column(Json, default=list)
    people: Mapped[str] = mapped_column(Sealed, default="")
    people_count: Mapped[int | None]
    records: Mapped[str] = mapped_column(Sealed, default="")
    records_count: Mapped[int | None]
    consequences: Mapped[str] = mapped_column(Sealed, default="")
    measures: Mapped[str] = mapped_column(Sealed, default="")
    risk: Mapped[Risk | None] = mapped_column(Word(Risk))
    uodo_decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    uodo_reason: Mapped[str] = mapped_column(Sealed, default="")
    uodo_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uodo_reference: Mapped[str] = mapped_column(String(120), default="")
    uodo_late_reason: Mapped[str] = mapped_column(Sealed, default="")
    csirt_decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    csirt_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    csirt_reference: Mapped[str] = mapped_column(String(120), default="")
    people_decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    people_reason: Mapped[str] = mapped_column(Sealed, default="")
    people_told_on: Mapped[date | None]
    people_told_how: Mapped[str] = mapped_column(Sealed, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    reported_by: Mapped[StaffAccount] = relationship()

    __mapper_args__ = {"version_id_col": revision}
    __table_args__ = (
        Index("ix_data_breaches_open", "closed_at", "found_at"),
        CheckConstraint("people_count >= 0 AND records_count >= 0", name="counts"),
    )

    @property
    def facts(self) -> BreachFacts:
        """The entry as the rules read it."""
        values = {name: getattr(self, name) for name in BreachFacts.__dataclass_fields__}
        return BreachFacts(**values | {"kinds": tuple(BreachKind(kind) for kind in self.kinds)})


class IncidentContact(Base):
    """Who looks after incidents and how staff report them; each saving is a new row, the newest holds."""

    __tablename__ = "incident_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    e_mail: Mapped[str] = mapped_column(String(254))
    csirt_address: Mapped[str] = mapped_column(String(300))
    csirt_told_on: Mapped[date | None]
    """When the contact person was named to CSIRT."""
    instruction: Mapped[str] = mapped_column(String(2000))
    """What staff do first when something happens."""
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    confirmed_by: Mapped[StaffAccount] = relationship()
