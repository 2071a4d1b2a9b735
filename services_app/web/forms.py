"""Building blocks of forms: what people type is forgiven, what is wrong is said plainly."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField
from wtforms import SelectChoice as _SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import TextInput

from services_app import clock
from services_app.verdict import Reason, Verdict
from services_app.web.languages import say

REQUIRED = _("Uzupełnij to pole.")
LONG = _("To jest za długie. Najwięcej %(max)d znaków.")
TRAP_FIELD = "adres_strony"
"""The field of public forms that nobody sees (macro ``trap``): what fills it in is a program."""
TRAPPED = _(
    "Nie wysłano formularza: wypełniono w nim pole, którego ludzie nie widzą. Wyślij jeszcze raz albo zadzwoń do nas."
)


def trapped() -> bool:
    """Whether what was sent filled in the field nobody sees. The page shown again has it empty: a person simply sends once more."""
    return bool(request.form.get(TRAP_FIELD))


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The base of every form. ``say_no`` puts a rule's refusal beside a field."""

    form_errors: Sequence[str]
    """What is wrong with the whole; shown on top of the page."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """Texts come without spaces around and without characters no person types."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Clean every text field's input."""
            if issubclass(unbound_field.field_class, StringField):
                filters = list(unbound_field.kwargs.get("filters", ()))
                if cleaned not in filters:
                    options = {**options, "filters": [cleaned, *filters]}
            return unbound_field.bind(form=form, **options)

    def say_no(self, field: str, message: str) -> None:
        """Add a message beside a field after the form itself was in order."""
        self[field].errors = [*self[field].errors, message]

    def say_refusal(self, refused: Verdict, beside: Mapping[str, str] = MappingProxyType({})) -> None:
        """Show every reason of a rule's "no": beside the field named for its code, the others on top of the page."""
        for reason in refused.reasons:
            if reason.code in beside:
                self.say_no(beside[reason.code], say(reason))
            else:
                self.form_errors = [*self.form_errors, say(reason)]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def cleaned(text: str | None) -> str | None:
    """A text as a person meant it: no spaces around, no control or direction marks, no lone surrogates; letters composed."""
    if text is None:
        return None
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


class _Needed(InputRequired):
    """Filled means more than spaces."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.raw_data and isinstance(field.raw_data[0], str) and not cleaned(field.raw_data[0]):
            field.raw_data = []
        super().__call__(form, field)


def needed(message: Any = REQUIRED) -> InputRequired:
    """The field must be filled."""
    return _Needed(message=message)


def at_most(characters: int) -> Length:
    """The text may not be longer."""
    return Length(max=characters, message=LONG)


Choice: Any = _SelectChoice
"""One choice of a list: value and label."""


def as_choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Pairs of value and words as a select's choices."""
    return [Choice(value, words) for value, words in pairs]


def choices_of(words: Mapping[Any, str]) -> Callable[[], list[Any]]:
    """The choices of a list of labels, put into the page's language when the form is shown."""

    def choices() -> list[Any]:
        return [
            Choice(value.value if isinstance(value, enum.Enum) else value, gettext(label))
            for value, label in words.items()
        ]

    return choices


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


_DAY = re.compile(r"^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4})(?: ?r\.?)?$")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


def read_day(text: str) -> date | None:
    """A day as people write it: 5.12.2026, 05-12-2026, 2026-12-05; None when it is no day."""
    text = " ".join(text.split())
    if found := _ISO_DAY.match(text):
        year, month, on = (int(part) for part in found.groups())
    elif found := _DAY.match(text):
        on, month, year = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, on)
    except ValueError:
        return None


_AROUND_AN_HOUR = re.compile(r"^(?:o|godz(?:ina|\.)?)\s*(?=\d)|\s*(?:h|rano)$")
_HOUR = re.compile(r"^(\d{1,2})(?:[:., ](\d{1,2})|(\d{2}))?$")


def read_hour(text: str) -> time | None:
    """An hour as people write it: 9:10, 9.10, 0910, 9, "o 9", "godz. 9", "9 rano"; None when it is no hour."""
    found = _HOUR.match(_AROUND_AN_HOUR.sub("", text.strip().lower()))
    if not found:
        return None
    hours, minutes = int(found.group(1)), int(found.group(2) or found.group(3) or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


class TypedField(Field):
    """A text input whose text is read into a value; what was typed stays when it cannot be read."""

    widget = TextInput()
    raw = ""
    hint_of_error: Any = ""

    read: Callable[[str], Any]
    """The value of a typed text, or None when it cannot be read."""

    def show(self, value: Any) -> str:
        """The value as typed."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed; an empty text is no value."""
        self.data = None
        text = cleaned(str(valuelist[0])) if valuelist else ""
        if not text:
            return
        self.data = self.read(text)
        if self.data is None:
            raise ValueError(self.hint_of_error)


class DayField(TypedField):
    """A day typed as text."""

    hint_of_error = _("Podaj datę jako dzień, miesiąc i rok, na przykład 5.12.2026.")

    read = staticmethod(read_day)

    def show(self, value: date) -> str:
        """As people write it."""
        return f"{value.day}.{value.month:02d}.{value.year}"


class HourField(TypedField):
    """An hour typed as text."""

    hint_of_error = _("Podaj godzinę, na przykład 9:10.")

    read = staticmethod(read_hour)

    def show(self, value: time) -> str:
        """As people write it."""
        return f"{value.hour}:{value.minute:02d}"


class WholeNumberField(IntegerField):
    """A whole number; spaces inside are forgiven."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number."""
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        text = re.sub(r"\s", "", str(valuelist[0]))
        if not re.fullmatch(r"-?\d{1,9}", text):
            self.data = None
            raise ValueError(gettext("Podaj liczbę bez liter i ułamków."))
        self.data = int(text)


def within(least: int, most: int) -> Any:
    """A number between two limits, both allowed."""

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise StopValidation(gettext("Podaj liczbę od %(least)d do %(most)d.", least=least, most=most))

    return check


def not_in_future(_form: Form, field: Any) -> None:
    """The day has come already."""
    if field.data is not None and field.data > clock.today():
        raise ValidationError(gettext("Ten dzień jeszcze nie nadszedł. Sprawdź datę."))
