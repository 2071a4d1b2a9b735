"""Two people (or two tabs) change the same thing: the second to save loses nothing, neither of their own nor of the other's.

The form carries what it was drawn from: for each field a short keyed digest of its value. It says nothing to who reads the page, and who
makes one up changes only what their own form does. When the form is sent, three things are compared: what it was drawn from, what was
typed, what is stored by now. A field only the other changed takes over the stored value; a field both changed keeps what was typed, and
the page says what is stored there. Then it is sent once more.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Self, TypeVar

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from services_app.database import discard, transaction
from services_app.sealed import lookup_hash
from services_app.verdict import Reason
from services_app.web.forms import Form, ReadField, TypedField, cleaned

Record = TypeVar("Record")
Answer = TypeVar("Answer")

_PREFIX = "was_"
"""With the underscore, a form carried through sign-in does not show it among what a person typed."""
_BYTES, _LETTERS = 6, 8
"""Of each digest, and of the salt; in bytes and in letters of base64."""


class Unseen(NamedTuple):
    """A value no form shows: an empty field leaves it as it is, a filled one replaces it. ``words`` say of it what may be said."""

    value: Any
    words: str


class StoredField(NamedTuple):
    """What is stored in a field: the field's label and id, and the value in words, empty for nothing; ``several_lines`` as written."""

    label: str
    words: str
    field_id: str
    several_lines: bool


class Meanwhile(NamedTuple):
    """What happened to the stored values since a form was drawn: fields it took over, and fields where it holds something else."""

    taken: list[StoredField]
    differing: list[StoredField]


class ChangingForm(Form):
    """A form about something others may change, too. Made with :meth:`about`."""

    as_it_was = HiddenField()
    meanwhile: Meanwhile | None = None
    """What others saved since it was drawn; shown by the macro ``saved_now``."""

    @classmethod
    def about(cls, stored: Mapping[str, Any] | None) -> Self:
        """The form drawn from stored values by field (those it never shows as :class:`Unseen`); None: about something new."""
        stored = stored or {}
        form = cls(data={name: value for name, value in stored.items() if not isinstance(value, Unseen)})
        form.as_it_was.data = _Drawn.sent(form.as_it_was) if form.is_submitted() else form._drawn_from(stored)
        return form

    def overtaken(self, stored: Mapping[str, Any]) -> bool:
        """Whether others changed what this form changes since it was drawn. ``stored``: the values by now, read under a lock.

        Then the form takes over what its sender left alone, says so in ``meanwhile``, and can be sent again on top of that.
        """
        drawn = _Drawn(str(self.as_it_was.data))
        found = Meanwhile([], [])
        beside = any(not drawn.has(name, value) for name, value in stored.items() if name not in self)
        for field, label, value in self._leaves(stored):
            if not drawn.has(field.name, _meaning(field, _plain(value))):
                _compare(field, label, value, drawn, found)
        if not (beside or found.taken or found.differing):
            return False
        self.meanwhile = found
        self.as_it_was.data = self._drawn_from(stored)
        return True

    def _leaves(self, stored: Mapping[str, Any]) -> Iterator[tuple[Field, str, Any]]:
        for name, value in stored.items():
            if name in self:
                yield from _leaves(self[name], value)

    def _drawn_from(self, stored: Mapping[str, Any]) -> str:
        """Every stored value in digests: of what no field shows, of lists as a whole, and of each single field."""
        drawn = _Drawn(_PREFIX + _letters(os.urandom(_BYTES)))
        beside = [drawn.digest(name, value) for name, value in stored.items() if name not in self]
        lists = [
            (self[name], value) for name, value in stored.items() if name in self and isinstance(self[name], FieldList)
        ]
        single = [(field, value) for field, _label, value in self._leaves(stored)]
        fields = [drawn.digest(field.name, _meaning(field, _plain(value))) for field, value in [*lists, *single]]
        return drawn.text + "".join([*beside, *fields])


class _Drawn:
    """What a form was drawn from: a salt, then the digests in any order."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters = text.removeprefix(_PREFIX)
        self._salt = letters[:_LETTERS]
        self._digests = {letters[at : at + _LETTERS] for at in range(_LETTERS, len(letters), _LETTERS)}

    @staticmethod
    def sent(field: Field) -> str:
        """As it came with the form; nothing when it did not, so that every field counts as changed by somebody."""
        return str(field.raw_data[0]) if field.raw_data else ""

    def has(self, name: str, meaning: Any) -> bool:
        """Whether the form was drawn with this value of the field."""
        return self.digest(name, meaning) in self._digests

    def digest(self, name: str, meaning: Any) -> str:
        """Equal for equal values of one field of one drawn form, and of no use without the key."""
        return _letters(bytes.fromhex(lookup_hash(f"drawn|{self._salt}|{name}", repr(meaning)))[:_BYTES])


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def unless_overtaken(
    form: ChangingForm,
    held: Callable[[Session], Record | None],
    shown: Callable[[Record], Mapping[str, Any]],
    deed: Callable[[Session, Record | None], Answer],
) -> Answer | None:
    """Carry out the deed in one transaction, on the record ``held`` locks (None: something new).

    None, with nothing saved and everything said in the form, when others changed it since the form was drawn from ``shown``.
    """
    with transaction() as session:
        record = held(session)
        if record is not None and form.overtaken(shown(record)):
            discard(session)
            return None
        return deed(session, record)


def _leaves(field: Field, value: Any, label: str = "") -> Iterator[tuple[Field, str, Any]]:
    """The single fields with their labels and stored values; a list with another number of rows is one field."""
    if isinstance(field, FieldList) and len(field) == len(value):
        for number, (row, one) in enumerate(zip(field, value, strict=True), start=1):
            yield from _leaves(row, one, f"{field.label.text} {number}")
    elif isinstance(field, FormField):
        for name, one in value.items():
            yield from _leaves(field.form[name], one, label)
    else:
        yield field, _label_in(label, str(field.label.text)), value


def _label_in(row: str, own: str) -> str:
    """A field's label with its row's: "Wejście 2: jak trafić"; the field called as the row is the row itself."""
    if not row or row.rpartition(" ")[0] == own:
        return row or own
    return f"{row}: {own[:1].lower()}{own[1:]}"


def _compare(field: Field, label: str, value: Any, drawn: _Drawn, found: Meanwhile) -> None:
    """A field whose stored value is another than the form was drawn from: take it over unless the sender changed it, too."""
    typed = _meaning(field, field.data)
    if typed == _meaning(field, _plain(value)):
        return
    words = value.words if isinstance(value, Unseen) else _in_words(field, value)
    line = StoredField(label, words, field.id, isinstance(field, TextAreaField))
    if isinstance(value, Unseen):
        (found.differing if typed else found.taken).append(line)
    elif drawn.has(field.name, typed):
        field.process(None, value)
        field.raw_data = None  # what was sent would be shown again
        found.taken.append(line)
    else:
        found.differing.append(line)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Unseen) else value


def _meaning(field: Field, value: Any) -> Any:
    """What a value says in its field: a number with other spaces is the same number, an empty text is nothing."""
    if isinstance(field, SelectMultipleField):
        return sorted(str(one) for one in value or ())
    if isinstance(field, BooleanField):
        return bool(value)
    if not isinstance(value, str):
        return value
    text = cleaned(str(value)) or None
    if text and isinstance(field, ReadField):
        read = field.reader(text)
        return text if isinstance(read, Reason) else read
    return text


def _in_words(field: Field, value: Any) -> str:
    if isinstance(field, BooleanField):
        return _("tak") if value else _("nie")
    if isinstance(field, SelectField):
        chosen = {str(one) for one in (value or () if isinstance(field, SelectMultipleField) else [value])}
        return ", ".join(str(label) for code, label, *_more in field.iter_choices() if str(code) in chosen)
    if isinstance(field, FieldList):
        rows = [list(row.values()) if isinstance(row, Mapping) else [row] for row in value]
        return "; ".join(", ".join(str(one) for one in row if one) for row in rows if any(row))
    if value is None or value == "":
        return ""
    return field.show(value) if isinstance(field, TypedField) else str(value)
