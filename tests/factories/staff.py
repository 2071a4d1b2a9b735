"""Members of staff for tests."""

from __future__ import annotations

from functools import cache
from itertools import count

import pyotp
from sqlalchemy.orm import Session

from services_app import clock
from services_app.staff import passwords
from services_app.staff.models import StaffAccount, StaffRole
from services_app.staff.passwords import hash_password

PASSWORD = "zielony traktor leci nisko"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_numbers = count(1)


@cache
def _hash(_hasher: object) -> str:
    """Once for the parameters of production and once for the tests' small ones."""
    return hash_password(PASSWORD)


def make_staff(
    session: Session, *roles: str, e_mail: str = "", name: str = "Anna Nowak", second_factor: bool = False, accepted: bool = True
) -> StaffAccount:  # fmt: skip
    """An active account with :data:`PASSWORD`; ``second_factor`` gives it :data:`SECRET`; not ``accepted`` leaves it invited."""
    first_name, _, last_name = name.partition(" ")
    account = StaffAccount(
        e_mail=e_mail or f"pracownik{next(_numbers)}@mopr.example", first_name=first_name, last_name=last_name, created_at=clock.now(),
        roles=[StaffRole(role=role) for role in roles or ("operator",)], password_hash=_hash(passwords._hasher) if accepted else None,
    )  # fmt: skip
    if second_factor:
        account.totp_secret, account.totp_confirmed_at = SECRET, clock.now()
    session.add(account)
    session.commit()
    return account


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    """The code a phone shows now, or some thirty-second steps from now."""
    return str(pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps))
