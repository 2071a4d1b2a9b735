"""Signed-in sessions that end on the server.

The cookie carries a random token and when it was last used; the row says until when it may be used at all. A GET writes nothing: the
moment of last use travels in the signed cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import Select, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import db
from services_app.web.access import EVERYBODY, Identity, Nobody, current_identity, declared_access
from services_app.web.models import SignIn

_SIGN_INS = SignIn.__table__.c


@dataclass(frozen=True)
class Signatories:
    """Everybody of one kind who may have a session."""

    standing: Select[Any]
    """``id`` and what ``identity`` needs of each whose account stands; no row for a closed one, several rows of one person side by side."""
    identity: Callable[[int, Sequence[Any]], Identity]
    """Of a person's id and rows, at least one, who it is."""

    @cached_property
    def one(self) -> Select[Any]:
        """The rows of a person (``subject_id``)."""
        people = self.standing.subquery()
        return select(people).where(people.c.id == bindparam("subject_id"))

    @cached_property
    def behind_a_session(self) -> Select[Any]:
        """A session (``token_hash``, ``kind``) with the rows of its person. Every page of somebody signed in asks it: put together once."""
        people = self.standing.subquery()
        session = (_SIGN_INS.id, _SIGN_INS.subject_id, _SIGN_INS.ends_at, _SIGN_INS.ended_at)
        named = (column.label(f"session_{column.name}") for column in session)
        return (
            select(*named, people)
            .join_from(SignIn.__table__, people, people.c.id == _SIGN_INS.subject_id)
            .where(_SIGN_INS.token_hash == bindparam("token_hash"), _SIGN_INS.kind == bindparam("kind"))
        )


signatories: dict[str, Signatories] = {}
"""For each kind of person: registered by ``staff`` and ``residents``."""

_SEEN_EVERY_SECONDS = 30


def hashed(token: str) -> str:
    """A token as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def idle_minutes(kind: str) -> int:
    """After how many minutes without a click a session ends."""
    return int(current_app.config["STAFF_IDLE_MINUTES" if kind == "staff" else "RESIDENT_IDLE_MINUTES"])


def open_sign_in(session: Session, kind: str, subject_id: int, *, now: datetime) -> str:
    """A new session for somebody whose identity was just proved; returns its token. Ended and old rows of the person are removed."""
    hours = int(current_app.config["STAFF_SESSION_HOURS" if kind == "staff" else "RESIDENT_SESSION_HOURS"])
    token = secrets.token_urlsafe(32)
    over = or_(SignIn.ended_at.is_not(None), SignIn.ends_at <= now)
    session.execute(delete(SignIn).where(SignIn.kind == kind, SignIn.subject_id == subject_id, over))
    session.add(
        SignIn(
            token_hash=hashed(token), kind=kind, subject_id=subject_id, opened_at=now, ends_at=now + timedelta(hours=hours),
            device=request.headers.get("User-Agent", "")[:200],
        )
    )  # fmt: skip
    return token


def begin(token: str, identity: Identity) -> None:
    """After the transaction: give the browser a fresh cookie with the token. Nothing of an earlier session survives."""
    _empty_cookie()
    signed = Identity(
        identity.kind, identity.id, identity.name, identity.roles, identity.sign_in_id, token, identity.language
    )
    login_user(signed)
    cookie["seen"] = int(clock.now().timestamp())
    cookie["who"] = f"{identity.kind}:{identity.id}"


def end_sign_in(session: Session, token: str, *, because: str, now: datetime) -> None:
    """End one session on the server."""
    ending = update(SignIn).where(SignIn.token_hash == hashed(token), SignIn.ended_at.is_(None))
    session.execute(ending.values(ended_at=now, ended_because=because))


def end_all_sign_ins(
    session: Session, kind: str, subject_id: int, *, because: str, now: datetime, but: int | None = None
) -> None:
    """End every session of a person (a closed account, a changed password), perhaps but the one in use."""
    ending = update(SignIn).where(SignIn.kind == kind, SignIn.subject_id == subject_id, SignIn.ended_at.is_(None))
    if but is not None:
        ending = ending.where(SignIn.id != but)
    session.execute(ending.values(ended_at=now, ended_because=because))


def forget() -> None:
    """Take the session out of the browser."""
    logout_user()
    _empty_cookie()


def _empty_cookie() -> None:
    cookie.clear()
    g.pop("csrf_token", None)  # made for the cookie as it was; a form on this very page needs one for the new cookie


def stay_signed_in(*, now: datetime) -> datetime:
    """The person said "I am still here": returns until when the session now lasts."""
    cookie["seen"] = int(now.timestamp())
    identity = current_identity()
    row = db.session.get_one(SignIn, identity.sign_in_id)
    return min(row.ends_at, now + timedelta(minutes=idle_minutes(row.kind)))


def sweep_sign_ins(session: Session, *, now: datetime) -> None:
    """Once a night: what is over goes. Of each member of staff the last stays, without its device: the review of access reads its day."""
    over = or_(SignIn.ended_at.is_not(None), SignIn.ends_at <= now)
    last_of_staff = select(func.max(SignIn.id)).where(SignIn.kind == "staff").group_by(SignIn.subject_id)
    session.execute(delete(SignIn).where(over, SignIn.id.not_in(last_of_staff)))
    session.execute(update(SignIn).where(over, SignIn.device != "").values(device=""))


def sign_ins_of(session: Session, kind: str, subject_id: int, *, now: datetime) -> list[SignIn]:
    """The open sessions of a person, newest first."""
    query = select(SignIn).where(
        SignIn.kind == kind, SignIn.subject_id == subject_id, SignIn.ended_at.is_(None), SignIn.ends_at > now
    )
    return list(session.scalars(query.order_by(SignIn.opened_at.desc())))


def _load(token: str) -> Identity | None:
    try:
        return _signed_in(token)
    except (DBAPIError, PoolTimeout):
        # The database does not answer. What anybody may read is shown all the same, as to somebody who is not signed in.
        access = declared_access(request.endpoint or "")
        if request.method not in ("GET", "HEAD") or access is None or access.kinds != EVERYBODY:
            raise
        db.session().invalidate()
        return None


def _signed_in(token: str) -> Identity | None:
    """Session and person in one query; the kind of person is written in the signed cookie."""
    now, kind = clock.now(), str(cookie.get("who", "")).partition(":")[0]
    if kind not in signatories:
        return None
    known = signatories[kind]
    rows = db.session.execute(known.behind_a_session, {"token_hash": hashed(token), "kind": kind}).all()
    if not rows:
        return None
    first = rows[0]
    if first.session_ended_at is not None or first.session_ends_at <= now:
        return None
    seen, idle = cookie.get("seen", 0), timedelta(minutes=idle_minutes(kind))
    if now.timestamp() - seen > idle.total_seconds():
        return None
    if now.timestamp() - seen > _SEEN_EVERY_SECONDS:
        cookie["seen"] = seen = int(now.timestamp())
    g.session_ends_at = min(first.session_ends_at, datetime.fromtimestamp(seen, UTC) + idle)
    identity = known.identity(first.session_subject_id, rows)
    return Identity(
        identity.kind, identity.id, identity.name, identity.roles, first.session_id, token, identity.language
    )


def identity_of(session: Session, kind: str, subject_id: int) -> Identity | None:
    """Who stands behind an id; None when the account is closed."""
    known = signatories[kind]
    rows = session.execute(known.one, {"subject_id": subject_id}).all()
    return known.identity(subject_id, rows) if rows else None


def last_signed_in_as() -> str | None:
    """Whose session the cookie holds or held (``staff:7``), also after it ran out."""
    identity = current_identity()
    if not isinstance(identity, Nobody):
        return f"{identity.kind}:{identity.id}"
    who = cookie.get("who")
    return str(who) if who else None


def show_as_nobody() -> None:
    """For a page that must be shown although the database, which knows who is signed in, does not answer."""
    if "_login_user" not in g:  # where Flask-Login keeps whom it has loaded
        g._login_user = Nobody()


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by their tokens."""
    manager = LoginManager()
    manager.session_protection = None  # sessions are rows of ours; a changed address must not sign a phone out
    manager.anonymous_user = Nobody
    manager.user_loader(_load)
    manager.init_app(app)
