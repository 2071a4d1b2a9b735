"""Who may open which page: each view says it, and what is not said is closed.

The three faces: nobody (not signed in), a resident or a representative, a member of staff with roles. A view carries exactly one of the
decorators below, directly under its route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import AnonymousUserMixin, UserMixin, current_user
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

STAFF_ROLES = (
    "operator", "coordinator", "driver", "clerk", "caps_coordinator", "manager", "auditor", "administrator",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Identity(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Who is asking. ``kind`` is ``staff``, ``resident`` or ``representative``; ``id`` is the id of that account or person."""

    kind: str
    id: int
    name: str
    roles: frozenset[str] = frozenset()
    sign_in_id: int | None = None
    token: str = ""
    language: str = "pl"

    def get_id(self) -> str:
        """The session's token: what Flask-Login keeps in the cookie."""
        return self.token

    def has(self, *roles: str) -> bool:
        """Whether a member of staff holds one of the roles."""
        return self.kind == "staff" and bool(self.roles.intersection(roles))


@dataclass(frozen=True, eq=False)
class Nobody(AnonymousUserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Somebody who has not signed in."""

    kind: str = "nobody"
    id: int = 0
    name: str = ""
    roles: frozenset[str] = frozenset()
    sign_in_id: int | None = None
    language: str = "pl"

    def has(self, *_roles: str) -> bool:
        """Nobody holds no role."""
        return False


@dataclass(frozen=True)
class Access:
    """The words above a view: which kinds of people, and which roles of staff (none = any)."""

    kinds: frozenset[str]
    roles: frozenset[str] = field(default_factory=frozenset)

    def admits(self, identity: Identity | Nobody) -> bool:
        """Whether this person may open the view at all. Whose record it is, the view's query decides."""
        if identity.kind not in self.kinds:
            return False
        return identity.kind != "staff" or not self.roles or bool(identity.roles & self.roles)

    def __str__(self) -> str:
        if "nobody" in self.kinds:
            return "public"
        if self.kinds == {"staff"}:
            return "staff: " + (", ".join(sorted(self.roles)) or "any")
        return ", ".join(sorted(self.kinds))


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # read by the door below and by the table of routes
        return view

    return mark


EVERYBODY = frozenset({"nobody", "staff", "resident", "representative"})
public = _declare(Access(EVERYBODY))
"""Anybody, without signing in."""
residents = _declare(Access(frozenset({"resident", "representative"})))
"""A resident or a representative, signed in."""
staff_any = _declare(Access(frozenset({"staff"})))
"""Any member of staff."""
signed_in = _declare(Access(frozenset({"staff", "resident", "representative"})))
"""Anybody who has signed in."""


def staff_with(*roles: str) -> Callable[[View], View]:
    """Members of staff who hold at least one of the roles."""
    unknown = set(roles) - set(STAFF_ROLES)
    if unknown or not roles:
        raise ValueError(f"unknown roles: {unknown}")
    return _declare(Access(frozenset({"staff"}), frozenset(roles)))


def current_identity() -> Identity | Nobody:
    """Who is asking now."""
    identity: Identity | Nobody = current_user._get_current_object()
    return identity


def declared_access(endpoint: str) -> Access | None:
    """What a route says about itself; ``static`` is public by nature."""
    if endpoint == "static":
        return Access(EVERYBODY)
    view = current_app.view_functions.get(endpoint)
    return getattr(view, "access", None)


def may_open(endpoint: str) -> bool:
    """Whether who is asking may open a page: nobody is shown a way to a page that would turn them away."""
    access = declared_access(endpoint)
    return access is not None and access.admits(current_identity())


class UndeclaredAccess(RuntimeError):
    """A route does not say who may open it."""


def keep_the_door() -> Response | None:
    """Before each request: let in, send to sign-in, or refuse."""
    if request.endpoint is None:
        return None
    access = declared_access(request.endpoint)
    if access is None:
        raise UndeclaredAccess(request.endpoint)
    identity = current_identity() if access.kinds != EVERYBODY else None
    if identity is None or access.admits(identity):
        return None
    if identity.kind != "nobody":
        abort(403)
    return ask_to_sign_in(access)


def ask_to_sign_in(access: Access) -> Response:
    """Send to the fitting sign-in page; a form that was being sent is carried along."""
    from services_app.web.held import answer_with_held_form

    endpoint = "staff.sign_in" if access.kinds == {"staff"} else "residents.sign_in"
    if request.method == "POST":
        return answer_with_held_form(endpoint)
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for(endpoint, dalej=here))


def safe_target(target: str | None, otherwise: str) -> str:
    """A path of our own to go on to; anything else is replaced."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    # browsers drop tabs and line breaks, and read a backslash as a slash: "/<tab>/elsewhere" would lead away
    odd = any(character <= " " or character in "\\\x7f" for character in target)
    return otherwise if odd else target


def init_app(app: Flask) -> None:
    """Put the door in front of every view."""
    app.before_request(keep_the_door)
