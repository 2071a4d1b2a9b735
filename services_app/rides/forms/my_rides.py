"""Cancelling a ride, or one way of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField

from services_app.web.forms import Choice, Form, at_most, needed

WHOLE: Final = "whole"
WAYS: Final[dict[str, set[int] | None]] = {WHOLE: None, "there": {0}, "back": {1}}
"""What may be cancelled, as the ways it means (None: the whole ride)."""


class CancelForm(Form):
    """What is cancelled, and why if one wants to say."""

    what = RadioField(_("Co odwołujesz?"), [needed(_("Wybierz, co odwołujesz."))])
    reason = StringField(_("Dlaczego?"), [at_most(200)])

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """What can be cancelled as (value, words)."""
        self.what.choices = [Choice(value, words) for value, words in choices]

    @property
    def sequences(self) -> set[int] | None:
        """The ways to be cancelled."""
        return WAYS[str(self.what.data)]

    def said_reason(self) -> Any:
        """The reason, or nothing."""
        return self.reason.data or None
