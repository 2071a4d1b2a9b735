"""A repeated POST with the same request id is answered as the first was.

The claim on the id is saved in the action's own transaction, so the two exist together or not at all: a lost answer, a second click and
a retry after a crash all meet it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import flash, g, redirect, request
from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import begin_hooks, db, transaction
from services_app.web.access import current_identity
from services_app.web.models import AnsweredRequest
from services_app.web.sessions import hashed

_WAITS, _WAIT_SECONDS = 20, 0.05
_STILL_ANSWERING = timedelta(seconds=10)
"""How long after the deed its worker may still be noting where it leads; later nobody is waited for."""


class CarriedOutMeanwhile(Exception):
    """The same form was carried out by another worker at this very moment; raised before anything of ours is written."""


def new_request_id() -> str:
    """A fresh id for a form."""
    return str(uuid.uuid4())


def posted_request_id() -> str | None:
    """The id the form carries, when it is one."""
    try:
        return str(uuid.UUID(request.form.get("request_id", "")))
    except (
        ValueError,
        RequestEntityTooLarge,
    ):  # a form too large to be read is asked for its id once more by its error page
        return None


def answers_once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view carry out each request id once.

    The view redirects after it saved something; one that shows a page instead has carried out nothing yet.
    """

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        request_id = posted_request_id() if request.method == "POST" else None
        if request_id is None:
            return view(*args, **kwargs)
        identity = current_identity()
        key = hashed(f"{request_id}|{request.path}|{identity.kind}:{identity.id}")
        earlier = _replay(key)
        if earlier is not None:
            return earlier
        response = _carried_out(key, lambda: view(*args, **kwargs))
        if getattr(response, "location", None) is None:
            # shown again: perhaps only because the other of two clicks was first, and what it saved is now "taken already"
            earlier = _replay_unless_ours(key)
            if earlier is not None:
                return earlier
        _remember_location(key, response)
        if isinstance(response, HTTPException):
            raise response
        return response

    return answered


def _carried_out(key: str, view: Callable[[], Any]) -> Any:
    """What the view answers; a page that says "there is no such thing" comes back like any other."""
    g.request_key = key
    try:
        return view()
    except CarriedOutMeanwhile:
        earlier = _replay(key)
        if earlier is None:
            raise
        return earlier
    except HTTPException as error:
        if error.code is None or error.code >= 500:
            raise
        return error
    finally:
        # what is written after the view (a reading for the journal) is not the form's effect
        g.pop("request_key", None)


def _replay_unless_ours(key: str) -> Response | None:
    return None if g.get("claimed") else _replay(key)


def _replay(key: str) -> Response | None:
    for _wait in range(_WAITS):
        db.session.rollback()
        row = db.session.get(AnsweredRequest, key)
        if row is None:
            return None
        if row.location is not None:
            return redirect(row.location)
        if clock.now() - row.answered_at > _STILL_ANSWERING:
            break
        # carried out a moment ago, and the first worker is just noting where it leads
        time.sleep(_WAIT_SECONDS)
    # it never said where: it was stopped right after it had saved
    flash(_("To jest już zapisane."), "success")
    return redirect(_where_the_form_stood())


def _where_the_form_stood() -> str:
    """The form's own page; for a button without one the page it was pressed on, as far as the browser says it."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.path
    sent_from = urlsplit(request.referrer or "")
    return (
        sent_from.path if sent_from.netloc == request.host and sent_from.path[:1] == "/" != sent_from.path[1:2] else "/"
    )


@contextmanager
def before_the_deed() -> Iterator[None]:
    """Around a transaction that is not yet what the form asks for (a try is counted): the form's id stays free for the one that is."""
    key = g.pop("request_key", None)
    try:
        yield
    finally:
        if key is not None:
            g.request_key = key


def remember_answer(session: Session, location: str) -> None:
    """Inside the transaction: where this form leads, also when the answer is lost on the way."""
    key = g.get("request_key")
    if key is not None:
        session.execute(update(AnsweredRequest).where(AnsweredRequest.request_key == key).values(location=location))
        g.answer_remembered = True


def _remember_location(key: str, response: Any) -> None:
    if not g.pop("claimed", False) or g.pop("answer_remembered", False):
        return
    location = getattr(response, "location", None)
    claim = AnsweredRequest.request_key == key
    with transaction() as session:
        if location is None:
            # a page and no redirect: the form was shown again (only a try was counted), so its id is still to be carried out
            session.execute(delete(AnsweredRequest).where(claim))
        else:
            session.execute(update(AnsweredRequest).where(claim).values(location=location))


def _claim(session: Session) -> None:
    key = g.get("request_key") if g else None
    if key is None or (g.get("claimed") and session.get(AnsweredRequest, key) is not None):
        return  # a claim whose transaction saved nothing is made again
    session.add(AnsweredRequest(request_key=key, location=None, answered_at=clock.now()))
    try:
        session.flush()
    except IntegrityError:
        raise CarriedOutMeanwhile from None
    g.claimed = True


begin_hooks.append(_claim)
