"""What people do with their own account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal.actions import Actor, record
from services_app.staff.actions.signing_in import set_second_factor
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import hash_password
from services_app.web.models import SignIn
from services_app.web.sessions import end_all_sign_ins


def change_password(session: Session, account_id: int, password: str, *, now: datetime, sign_in_id: int | None) -> None:
    """Set a new password (already found good); every session but the one in use ends."""
    account = session.get_one(StaffAccount, account_id, with_for_update=True)
    account.password_hash, account.password_changed_at = hash_password(password), now
    end_all_sign_ins(session, "staff", account_id, because="new password", now=now, but=sign_in_id)
    record(session, "staff_password_changed", ("staff_account", account_id), by=Actor("staff", account_id), now=now)


def replace_second_factor(
    session: Session, account_id: int, secret: str, code: str, *, now: datetime, sign_in_id: int | None
) -> bool:
    """Take a new phone into use; sessions begun with the old one end, but the one in use. False when the code is wrong."""
    if not set_second_factor(session, account_id, secret, code, now=now):
        return False
    end_all_sign_ins(session, "staff", account_id, because="new second factor", now=now, but=sign_in_id)
    return True


def end_other_sessions(session: Session, account_id: int, *, now: datetime, sign_in_id: int | None) -> None:
    """Sign out everywhere else."""
    end_all_sign_ins(session, "staff", account_id, because="ended by owner", now=now, but=sign_in_id)
    record(session, "staff_sessions_ended", ("staff_account", account_id), by=Actor("staff", account_id), now=now)


def end_session(session: Session, account_id: int, sign_in_id: int, *, now: datetime) -> bool:
    """Sign out on one other device; False when it is no session of this person."""
    mine = (SignIn.id == sign_in_id, SignIn.kind == "staff", SignIn.subject_id == account_id, SignIn.ended_at.is_(None))
    row = session.scalar(select(SignIn).where(*mine))
    if row is None:
        return False
    row.ended_at, row.ended_because = now, "ended by owner"
    record(session, "staff_sessions_ended", ("staff_account", account_id), by=Actor("staff", account_id), now=now)
    return True
