"""Fields whose text is read by a rule: what was typed stays, what is wrong is said by the rule."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from wtforms import SelectChoice as _Choice  # type: ignore[attr-defined]  # newer than its types
from wtforms import StringField
from wtforms.validators import StopValidation

from services_app.residents.models import Resident
from services_app.residents.policy.numbers import read_phone, shown_phone
from services_app.residents.terms import PhoneNumber
from services_app.verdict import Reason
from services_app.web.forms import Form
from services_app.web.languages import say

Choice: Any = _Choice
"""One choice of a list: value and label."""


class ReadField(StringField):
    """A text that a rule reads; ``value`` is what it found, None for an empty field."""

    def __init__(self, label: Any, reader: Callable[[str], Any], **more: Any) -> None:
        super().__init__(label, **more)
        self.reader = reader
        self.value: Any = None

    def pre_validate(self, form: Any) -> None:
        """Ask the rule."""
        self.value = None
        if not self.data:
            return
        read = self.reader(self.data)
        if isinstance(read, Reason):
            raise StopValidation(say(read))
        self.value = read

    def pre_validate_quietly(self) -> None:
        """Ask the rule before the form is validated; what is wrong is said then."""
        try:
            self.pre_validate(None)
        except StopValidation:
            self.value = None


def choices_of(words: Mapping[Any, str]) -> Callable[[], list[Any]]:
    """The choices of a list of labels, put into the page's language when the form is shown."""

    def choices() -> list[Any]:
        return [
            Choice(value.value if isinstance(value, enum.Enum) else value, gettext(label))
            for value, label in words.items()
        ]

    return choices


BESIDE: Mapping[str, str] = {
    "SMS_NEEDS_MOBILE": "told_by", "E_MAIL_NEEDED": "told_by", "PHONE_NEEDED": "told_by", "NOT_IDENTIFIED": "pesel",
}  # fmt: skip
"""Beside which field of the register's forms a reason stands."""

PHONE_FIELDS = ("phone_1", "phone_2", "phone_3")


def phones_of(form: Form) -> tuple[PhoneNumber, ...]:
    """The phones typed, in order, each once."""
    phones: dict[str, PhoneNumber] = {}
    for name in PHONE_FIELDS:
        read = form[name].value
        if read is not None:
            note = form[f"{name}_note"].data if f"{name}_note" in form else ""
            phones.setdefault(read.number, PhoneNumber(read.number, read.land_line, note or ""))
    return tuple(phones.values())


def phones_for_form(resident: Resident) -> dict[str, str]:
    """A resident's phones as the fields show them."""
    shown = {}
    for name, phone in zip(PHONE_FIELDS, resident.phones, strict=False):
        shown[name], shown[f"{name}_note"] = shown_phone(phone.number), phone.note or ""
    return shown


def phone_field(label: Any) -> ReadField:
    """A field for a phone."""
    return ReadField(label, read_phone)
