"""Two people change the same thing: the second to save is told, sees what it is now, and loses nothing that was typed.

The form carries a digest of the values it was drawn from. Where they are others by the time it is sent, somebody was faster.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, SelectField, TextAreaField

from services_app.web.forms import Form, TypedField
from services_app.web.meanwhile import SavedNow


def drawn_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a form about something stored: its values, and their digest in the hidden field."""
    return {**values, "as_it_was": _digest(values)}


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    # with the underscore, a form carried through sign-in does not show it among what a person typed
    return "was_" + hashlib.sha256(text.encode()).hexdigest()[:32]


class ChangingForm(Form):
    """A form about something others may change, too. Filled with :func:`drawn_from`."""

    as_it_was = HiddenField()

    def overtaken(self, now: Mapping[str, Any]) -> bool:
        """Whether somebody else changed it since the form was drawn (``now``: the values as they are stored, read under a lock).

        Then it says so on top of the page, with what is saved now where that differs from what was typed; sent again, it is saved.
        """
        if self.as_it_was.data == _digest(now):
            return False
        self.as_it_was.data = _digest(now)
        self.saved_now = [line for name, value in now.items() if name in self for line in _differing(self[name], value)]
        self.form_errors = [*self.form_errors, _("Ktoś inny zmienił to w tym czasie. Sprawdź i zapisz jeszcze raz.")]
        return True


def _differing(field: Field, value: Any) -> Iterator[SavedNow]:
    """The fields that hold something else than what is stored."""
    if isinstance(field, FieldList):
        for entry, one in zip(field, value, strict=False):
            yield from _differing(entry, one)
    elif isinstance(field, FormField):
        for name, one in value.items():
            yield from _differing(field.form[name], one)
    elif isinstance(field, TextAreaField):
        return  # too long for a line: its page shows it
    elif (field.data or "") != (value or ""):
        yield SavedNow(str(field.label.text), _in_words(field, value))


def _in_words(field: Field, value: Any) -> str:
    if isinstance(field, BooleanField):
        return _("tak") if value else _("nie")
    if isinstance(field, SelectField):
        words = {str(code): str(label) for code, label, *_more in field.iter_choices()}
        return words.get(str(value), str(value or ""))
    if value is None or value == "":
        return ""
    return field.show(value) if isinstance(field, TypedField) else str(value)
