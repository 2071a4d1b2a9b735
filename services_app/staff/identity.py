"""Who stands behind a staff session."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services_app.staff.models import StaffAccount, StaffRole
from services_app.web.access import Identity

# Asked by every page of staff: plain columns, put together once.
_ACCOUNTS, _ROLES = StaffAccount.__table__, StaffRole.__table__
_WHO = (
    select(_ACCOUNTS.c.first_name, _ACCOUNTS.c.last_name, _ROLES.c.role)
    .select_from(_ACCOUNTS.outerjoin(_ROLES, _ROLES.c.account_id == _ACCOUNTS.c.id))
    .where(_ACCOUNTS.c.id == bindparam("account_id"), _ACCOUNTS.c.deactivated_at.is_(None))
)


def staff_identity(session: Session, account_id: int) -> Identity | None:
    """The identity of an account; None once it was deactivated."""
    rows = session.execute(_WHO, {"account_id": account_id}).all()
    if not rows:
        return None
    roles = frozenset(row.role for row in rows if row.role is not None)
    return Identity("staff", account_id, f"{rows[0].first_name} {rows[0].last_name}", roles)
