"""Accounts of those who work here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, UtcDateTime
from services_app.sealed import Sealed


class StaffAccount(Base):
    """A member of staff. Without a password the account waits for its invitation to be taken up."""

    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    e_mail: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20))
    authorisation_number: Mapped[str | None] = mapped_column(String(60))
    """The number of the authorisation under which this person signs."""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_last_step: Mapped[int | None]
    """The last thirty-second step whose code was taken: each code works once."""
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list[StaffRole]] = relationship(
        back_populates="account", cascade="all, delete-orphan", lazy="subquery"
    )
    """Of all accounts in one question; "selectin" would ask once for every five hundred."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def role_words(self) -> frozenset[str]:
        """The roles held."""
        return frozenset(role.role for role in self.roles)


class StaffRole(Base):
    """One role of an account; several may be held."""

    __tablename__ = "staff_roles"

    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)

    account: Mapped[StaffAccount] = relationship(back_populates="roles")
