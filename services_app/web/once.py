"""A repeated POST with the same request id is answered as the first was.

The claim on the id is saved in the action's own transaction, so the two exist together or not at all: a lost answer, a second click and
a retry after a crash all meet it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, redirect, request
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import begin_hooks, db, transaction
from services_app.web.access import current_identity
from services_app.web.models import AnsweredRequest
from services_app.web.sessions import hashed

_WAITS, _WAIT_SECONDS = 20, 0.05


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
        g.request_key = key
        try:
            response = view(*args, **kwargs)
        except IntegrityError:
            # the same form was being carried out at this very moment by another worker
            earlier = _replay(key)
            if earlier is None:
                raise
            return earlier
        finally:
            # what is written after the view (a reading for the journal) is not the form's effect
            g.pop("request_key", None)
        _remember_location(key, response)
        return response

    return answered


def _replay(key: str) -> Response | None:
    for _wait in range(_WAITS):
        db.session.rollback()
        row = db.session.get(AnsweredRequest, key)
        if row is None:
            return None
        if row.location is not None:
            return redirect(row.location)
        # carried out a moment ago, and the first worker is just noting where it leads
        time.sleep(_WAIT_SECONDS)
    return redirect("/")


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
    session.flush()
    g.claimed = True


begin_hooks.append(_claim)
