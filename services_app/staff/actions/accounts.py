"""Letting people in and out of the house, and what they may do there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services_app.journal.actions import Actor, record
from services_app.staff import policy
from services_app.staff.models import StaffAccount, StaffRole
from services_app.staff.passwords import hash_password
from services_app.staff.queries import account_by_e_mail, active_administrators
from services_app.staff.terms import INVITATION_HOURS
from services_app.verdict import Reason, Verdict
from services_app.web.links import whole_address
from services_app.web.sessions import end_all_sign_ins, hashed
from services_app.wording import N_

InvitationHook = Callable[[Session, StaffAccount, str, datetime], None]
invitation_hooks: list[InvitationHook] = []
"""Called with the account and its link whenever somebody is invited, in the same transaction (``messaging`` queues the e-mail here)."""


@dataclass(frozen=True)
class Details:
    """What is known of a member of staff."""

    e_mail: str
    first_name: str
    last_name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    phone: str | None = None
    authorisation_number: str | None = None


@dataclass(frozen=True)
class Invited:
    """The answer to an invitation: the account with its one-time link, or why not."""

    verdict: Verdict
    account: StaffAccount | None = None
    link: str = ""


def _address_taken() -> Verdict:
    return Verdict((Reason("E_MAIL_TAKEN", N_("Ten adres e-mail ma już konto. Znajdź je na liście pracowników.")),))


def invite_staff(session: Session, details: Details, *, by: Actor, now: datetime) -> Invited:
    """Open an account that waits for its owner: the link works once, for 72 hours."""
    if account_by_e_mail(session, details.e_mail) is not None:
        return Invited(_address_taken())
    account = _new_account(details, now)
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:
        return Invited(_address_taken())  # somebody else invited the same address at this very moment
    link = _invite(session, account, now)
    record(session, "staff_invited", ("staff_account", account.id), by=by, now=now, details=_roles_of(account))
    return Invited(Verdict(), account, link)


def make_account(session: Session, details: Details, password: str, *, by: Actor, now: datetime) -> StaffAccount:
    """An account ready to sign in with a password: for the demo, and for tests."""
    account = _new_account(details, now)
    account.password_hash, account.password_changed_at = hash_password(password), now
    session.add(account)
    session.flush()
    record(session, "staff_account_made", ("staff_account", account.id), by=by, now=now, details=_roles_of(account))
    return account


def _new_account(details: Details, now: datetime) -> StaffAccount:
    return StaffAccount(
        e_mail=details.e_mail.strip().lower(), first_name=details.first_name, last_name=details.last_name, phone=details.phone,
        authorisation_number=details.authorisation_number, created_at=now, roles=[StaffRole(role=role) for role in sorted(details.roles)],
    )  # fmt: skip


def _roles_of(account: StaffAccount) -> dict[str, list[str]]:
    return {"roles": sorted(account.role_words)}


def _invite(session: Session, account: StaffAccount, now: datetime) -> str:
    """A fresh one-time link; an older one stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    account.invitation_hash, account.invitation_ends_at = hashed(token), now + timedelta(hours=INVITATION_HOURS)
    session.flush()
    link = whole_address("staff.accept_invitation", token=token)
    for hook in invitation_hooks:
        hook(session, account, link, now)
    return link


def renew_invitation(session: Session, account_id: int, *, by: Actor, now: datetime) -> Invited:
    """A new link for somebody who has not taken up the first; a person who can sign in needs :func:`reset_sign_in`."""
    account = session.get_one(StaffAccount, account_id, with_for_update=True)
    if account.deactivated_at is not None or account.password_hash is not None:
        return Invited(Verdict((Reason("NOT_WAITING", N_("To konto nie czeka na przyjęcie zaproszenia.")),)))
    link = _invite(session, account, now)
    record(session, "staff_invited", ("staff_account", account.id), by=by, now=now, details=_roles_of(account))
    return Invited(Verdict(), account, link)


def _others(session: Session, account_id: int) -> int:
    return len([one for one in active_administrators(session, locked=True) if one != account_id])


def update_account(session: Session, account_id: int, details: Details, *, by: Actor, now: datetime) -> Verdict:
    """Change names, roles and the number of the authorisation. Roles count from the person's next click on."""
    others = _others(session, account_id)
    account = session.get_one(StaffAccount, account_id, with_for_update=True, populate_existing=True)
    verdict = policy.removal_verdict(account.role_words, details.roles, others)
    if not verdict.allowed:
        return verdict
    account.first_name, account.last_name, account.phone = details.first_name, details.last_name, details.phone
    account.authorisation_number = details.authorisation_number
    before = account.role_words
    _set_roles(account, details.roles)
    changes = {"roles_added": sorted(details.roles - before), "roles_removed": sorted(before - details.roles)}
    record(session, "staff_changed", ("staff_account", account_id), by=by, now=now, details=changes)
    return verdict


def _set_roles(account: StaffAccount, roles: Iterable[str]) -> None:
    wanted = set(roles)
    account.roles = [role for role in account.roles if role.role in wanted] + [
        StaffRole(role=role) for role in sorted(wanted - account.role_words)
    ]


def deactivate_account(session: Session, account_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Close an account: its sessions end at once, its invitation stops working."""
    others = _others(session, account_id)
    account = session.get_one(StaffAccount, account_id, with_for_update=True, populate_existing=True)
    verdict = policy.removal_verdict(account.role_words, (), others)
    if not verdict.allowed or account.deactivated_at is not None:
        return verdict
    account.deactivated_at, account.invitation_hash, account.invitation_ends_at = now, None, None
    end_all_sign_ins(session, "staff", account_id, because="deactivated", now=now)
    record(session, "staff_deactivated", ("staff_account", account_id), by=by, now=now)
    return verdict


def reactivate_account(session: Session, account_id: int, *, by: Actor, now: datetime) -> None:
    """Open a closed account again, with the password and roles it had."""
    account = session.get_one(StaffAccount, account_id, with_for_update=True)
    if account.deactivated_at is None:
        return
    account.deactivated_at = None
    record(session, "staff_reactivated", ("staff_account", account_id), by=by, now=now)


def reset_sign_in(session: Session, account_id: int, *, by: Actor, now: datetime) -> Invited:
    """A lost phone or password: both are void, sessions end, and a new invitation lets the person set them anew.

    A second person does it (an administrator, or whoever runs the server, as the system).
    """
    others = _others(session, account_id)
    verdict = policy.reset_verdict(account_id, by.id if by.kind == "staff" else None, others)
    account = session.get_one(StaffAccount, account_id, with_for_update=True, populate_existing=True)
    if not verdict.allowed or account.deactivated_at is not None:
        return Invited(verdict, account)
    account.password_hash = account.totp_secret = account.totp_confirmed_at = account.totp_last_step = None
    end_all_sign_ins(session, "staff", account_id, because="reset", now=now)
    link = _invite(session, account, now)
    record(session, "staff_sign_in_reset", ("staff_account", account_id), by=by, now=now)
    return Invited(verdict, account, link)
