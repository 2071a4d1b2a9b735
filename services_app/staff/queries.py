"""Reading staff accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.staff.models import StaffAccount, StaffRole
from services_app.staff.terms import ADMINISTRATOR
from services_app.web.sessions import hashed
from services_app.wording import search_key, sort_key

MOST_ACCOUNTS = 1000


def account_by_e_mail(session: Session, e_mail: str) -> StaffAccount | None:
    """The account of an address, whatever its capitals."""
    return session.scalar(select(StaffAccount).where(StaffAccount.e_mail == e_mail.strip().lower()))


def all_accounts(session: Session) -> list[StaffAccount]:
    """Everybody who works or worked here, active ones first, by surname in the Polish order."""
    accounts = session.scalars(select(StaffAccount).limit(MOST_ACCOUNTS))
    return sorted(
        accounts,
        key=lambda one: (one.deactivated_at is not None, sort_key(f"{one.last_name} {one.first_name}"), one.id),
    )


def invited_account(session: Session, token: str, *, now: datetime) -> StaffAccount | None:
    """Whose invitation this is; None when it was used, replaced or is too old, or the account is closed."""
    query = select(StaffAccount).where(
        StaffAccount.invitation_hash == hashed(token),
        StaffAccount.invitation_ends_at > now,
        StaffAccount.deactivated_at.is_(None),
    )
    return session.scalar(query)


def active_administrators(session: Session, *, locked: bool = False) -> list[int]:
    """The ids of those who can let others in. ``locked``: nobody else may change that until this transaction ends."""
    query = select(StaffAccount.id).join(StaffRole).where(
        StaffRole.role == ADMINISTRATOR, StaffAccount.deactivated_at.is_(None), StaffAccount.password_hash.is_not(None)
    )  # fmt: skip
    query = query.order_by(StaffAccount.id)
    return list(session.scalars(query.with_for_update() if locked else query))


def staff_names(session: Session, ids: set[int]) -> dict[int, str]:
    """The names behind several ids."""
    query = select(StaffAccount).where(StaffAccount.id.in_(ids))
    return {account.id: account.name for account in session.scalars(query)}


def staff_named(session: Session, text: str) -> list[int]:
    """The ids of those whose name contains the text, without regard to Polish marks."""
    wanted = search_key(text)
    accounts = session.scalars(select(StaffAccount).limit(MOST_ACCOUNTS))
    return [account.id for account in accounts if wanted and wanted in search_key(account.name)]


def staff_with_role(session: Session, role: str) -> list[StaffAccount]:
    """Active people who hold a role, by surname."""
    query = select(StaffAccount).join(StaffRole).where(StaffRole.role == role, StaffAccount.deactivated_at.is_(None))
    return sorted(session.scalars(query), key=lambda one: sort_key(f"{one.last_name} {one.first_name}"))
