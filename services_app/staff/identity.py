"""Who stands behind a staff session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services_app.staff.models import StaffAccount, StaffRole
from services_app.web.access import Identity
from services_app.web.sessions import Signatories

_ACCOUNTS, _ROLES = StaffAccount.__table__, StaffRole.__table__


def _identity(account_id: int, rows: Sequence[Any]) -> Identity:
    roles = frozenset(row.role for row in rows if row.role is not None)
    return Identity("staff", account_id, f"{rows[0].first_name} {rows[0].last_name}", roles)


STAFF = Signatories(
    select(_ACCOUNTS.c.id, _ACCOUNTS.c.first_name, _ACCOUNTS.c.last_name, _ROLES.c.role)
    .select_from(_ACCOUNTS.outerjoin(_ROLES, _ROLES.c.account_id == _ACCOUNTS.c.id))
    .where(_ACCOUNTS.c.deactivated_at.is_(None)),
    _identity,
)
"""Accounts that were not deactivated, a row for each role."""
