"""Signing in: counting tries, the password, the code, and the session that begins then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services_app.journal.actions import Actor, record
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import hash_password, needs_new_hash
from services_app.staff.queries import invited_account
from services_app.staff.second_factor import step_of_code
from services_app.staff.terms import ADDRESS_FACTOR
from services_app.web.sessions import end_all_sign_ins, end_sign_in, open_sign_in
from services_app.web.throttle import count_try, forget_tries, take_back_try

NOBODY = Actor("nobody")


@dataclass(frozen=True)
class Limits:
    """How many tries in how many minutes before the lock, which lasts as long."""

    tries: int
    minutes: int


def _address_key(address: str) -> str:
    return f"staff address {address}"


def _password_key(e_mail: str) -> str:
    return f"staff password {e_mail.strip().lower()}"


def _code_key(account_id: int) -> str:
    return f"staff code {account_id}"


def count_password_try(session: Session, e_mail: str, address: str, limits: Limits, *, now: datetime) -> bool:
    """Count a try against the address and the account named, whether it exists or not; False when there were too many."""
    return _count_address(session, address, limits, now) and count_try(
        session, _password_key(e_mail), limit=limits.tries, minutes=limits.minutes, now=now
    )


def count_code_try(session: Session, account_id: int, address: str, limits: Limits, *, now: datetime) -> bool:
    """The same for a code of the second step, and for the own password asked again."""
    return _count_address(session, address, limits, now) and count_try(
        session, _code_key(account_id), limit=limits.tries, minutes=limits.minutes, now=now
    )


def _count_address(session: Session, address: str, limits: Limits, now: datetime) -> bool:
    most = limits.tries * ADDRESS_FACTOR
    return count_try(session, _address_key(address), limit=most, minutes=limits.minutes, now=now)


def note_failed_sign_in(session: Session, account_id: int | None, *, now: datetime) -> None:
    """Somebody tried with a wrong password or code; an unknown address leaves the same trace, without a number."""
    record(session, "staff_sign_in_failed", ("staff_account", account_id), by=NOBODY, now=now)


def take_code(session: Session, account_id: int, code: str, address: str, *, now: datetime) -> bool:
    """Whether the code is right; a right one never works again."""
    account = session.get_one(StaffAccount, account_id, with_for_update=True, populate_existing=True)
    step = (
        step_of_code(account.totp_secret or "", code, account.totp_last_step, now=now) if account.totp_secret else None
    )
    if step is None:
        note_failed_sign_in(session, account_id, now=now)
        return False
    account.totp_last_step = step
    _count_no_more(session, account, address, now)
    return True


def set_second_factor(session: Session, account_id: int, secret: str, code: str, *, now: datetime) -> bool:
    """Take a new phone into use, once it has shown a right code."""
    step = step_of_code(secret, code, None, now=now)
    if step is None:
        return False
    account = session.get_one(StaffAccount, account_id, with_for_update=True)
    account.totp_secret, account.totp_confirmed_at, account.totp_last_step = secret, now, step
    record(session, "staff_second_factor_set", ("staff_account", account_id), by=Actor("staff", account_id), now=now)
    return True


def _count_no_more(session: Session, account: StaffAccount, address: str, now: datetime) -> None:
    take_back_try(session, _address_key(address), now=now)
    for key in (_password_key(account.e_mail), _code_key(account.id)):
        forget_tries(session, key)


def sign_in_staff(
    session: Session,
    account_id: int,
    address: str,
    *,
    now: datetime,
    password: str | None = None,
    earlier: str | None = None,
) -> str | None:
    """Begin a session for somebody proved; returns its token, or None when the account was closed meanwhile.

    ``password``: as typed, to store it under today's parameters. ``earlier``: the token this browser still carried, which ends.
    """
    account = session.get_one(StaffAccount, account_id, populate_existing=True)
    if account.deactivated_at is not None:
        return None
    if password is not None and account.password_hash and needs_new_hash(account.password_hash):
        account.password_hash = hash_password(password)
    _count_no_more(session, account, address, now)
    if earlier:
        end_sign_in(session, earlier, because="signed in again", now=now)
    token = open_sign_in(session, "staff", account_id, now=now)
    record(session, "staff_signed_in", ("staff_account", account_id), by=Actor("staff", account_id), now=now)
    return token


def sign_out_staff(session: Session, account_id: int, token: str, *, now: datetime) -> None:
    """End the session on the server."""
    end_sign_in(session, token, because="signed out", now=now)
    record(session, "staff_signed_out", ("staff_account", account_id), by=Actor("staff", account_id), now=now)


def take_invitation(session: Session, token: str, password: str, *, now: datetime) -> StaffAccount | None:
    """Set the password of an invited person; the link is then used up. None when it no longer holds."""
    account = invited_account(session, token, now=now)
    if account is None:
        return None
    session.refresh(account, with_for_update=True)
    if account.invitation_hash is None:
        return None  # the same link was used on another device at this very moment
    account.password_hash, account.password_changed_at = hash_password(password), now
    account.invitation_hash = account.invitation_ends_at = None
    end_all_sign_ins(session, "staff", account.id, because="new password", now=now)
    record(session, "staff_invitation_taken", ("staff_account", account.id), by=Actor("staff", account.id), now=now)
    return account
