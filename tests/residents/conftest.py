"""What the tests of the register share."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from services_app import clock
from services_app.staff.models import StaffAccount, StaffRole

_numbers = itertools.count(1)


def staff_member(session: Session, *roles: str, first_name: str = "Olga", last_name: str = "Dyżurna") -> int:
    """The id of an account with some roles; what the test prepared before is saved with it."""
    account = StaffAccount(
        e_mail=f"osoba{next(_numbers)}@mopr.example", first_name=first_name, last_name=last_name, created_at=clock.now()
    )
    account.roles = [StaffRole(role=role) for role in roles]
    session.add(account)
    session.commit()
    return account.id
