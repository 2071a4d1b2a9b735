"""A form that met an expired session, or a database that was away, is not lost.

What was typed travels, sealed, in the sign-in page itself and is offered again after signing in: nothing is stored, nothing is typed twice.
It comes back only to the person whose session it was, within a day.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from services_app import clock
from services_app.sealed import CannotOpen, seal, unseal
from services_app.web.sessions import last_signed_in_as

HELD_FIELD = "held"
_KEPT_SECONDS = 24 * 3600
_MOST_BYTES = 200_000
_PURPOSE = "held form"
_WORDS = re.compile(r"^[^_]*[^\W\d_]{2,}[^_]*$|^\d{1,2}[.:]\d|^\+?\d[\d ]{6,}")
"""Something with a word in it, a day, an hour or a telephone number."""
_ELEVEN_DIGITS = re.compile(r"\b(\d{2})\d{9}\b")
_NOT_HELD = frozenset({"csrf_token", "code", HELD_FIELD})


@dataclass(frozen=True)
class HeldForm:
    """A form on its way through sign-in: where it was going and what it said."""

    path: str
    fields: tuple[tuple[str, str], ...]
    who: str | None

    @property
    def shown(self) -> list[str]:
        """What a person typed or chose, as far as it reads as words: no numbers of ours, no marks of choice, a PESEL only in part."""
        names = {name for name, _value in self.fields}
        typed = (
            _ELEVEN_DIGITS.sub(r"\1…", " ".join(value.split()))
            for name, value in self.fields
            # a mark that only says "the answer is typed in the field beside", as day = other beside other_day
            if name != "request_id" and f"{value}_{name}" not in names
        )
        return [words[:300] for words in dict.fromkeys(typed) if _WORDS.search(words)]


def sent_from_our_page() -> bool:
    """Whether the browser says the form came from a page of ours."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host


def hold_request() -> str | None:
    """The running POST as one sealed text; None when it is not ours to keep or too large."""
    if request.method != "POST" or not sent_from_our_page():
        return None
    fields = [(name, value) for name, values in request.form.lists() if _may_be_held(name) for value in values]
    path = request.full_path.removesuffix("?")
    kept = json.dumps([_PURPOSE, path, fields, last_signed_in_as(), int(clock.now().timestamp())])
    return seal(kept) if len(kept) < _MOST_BYTES else None


def _may_be_held(name: str) -> bool:
    """Secrets are typed again rather than carried about."""
    return name not in _NOT_HELD and "password" not in name


def carried() -> str | None:
    """The sealed form a sign-in page is carrying along (from its own hidden field)."""
    held = request.form.get(HELD_FIELD, "")
    return held or None


def open_held(held: str | None, who: str) -> HeldForm | None:
    """The form again, if it is whole, fresh and belongs to this person."""
    if not held:
        return None
    try:
        purpose, path, fields, owner, kept_at = json.loads(unseal(held))
    except (CannotOpen, ValueError, TypeError):
        return None  # cut off, changed, or sealed for something else
    if purpose != _PURPOSE:
        return None
    if clock.now().timestamp() - kept_at > _KEPT_SECONDS or owner not in (None, who):
        return None
    return HeldForm(path, tuple((name, value) for name, value in fields), owner)


def answer_with_held_form(endpoint: str) -> Response:
    """Instead of the answer: the sign-in page, with the form carried inside it.

    The sign-in views show themselves on GET; here their page is rendered at the form's own address with the sealed form in it.
    """
    page = current_app.extensions["sign_in_pages"][endpoint]
    return make_response(page(hold_request()), 401)


def offer_again(held: HeldForm) -> str:
    """A page with the form, filled as it was, and one button to send it."""
    return render_template("web/send_again.html", held=held)
