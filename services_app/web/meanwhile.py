"""Somebody else saved first: the form keeps what was typed, says what is saved now, and can be sent once more."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from wtforms import Field, SelectMultipleField
from wtforms.widgets import HiddenInput

from services_app.web.forms import Form, ReadField, TypedField


class SavedNow(NamedTuple):
    """A field whose saved value is another than the one in the form; ``words`` are empty when nothing is saved there."""

    label: str
    words: str


def beside_saved(typed: Form, saved: Form, *, version: str, unseen: Mapping[str, str] = MappingProxyType({})) -> None:
    """Let ``typed`` be sent again on top of what is saved now, which ``saved`` shows: its hidden field ``version`` says of what.

    ``typed.saved_now`` then lists what a second save would replace. Fields of ``unseen`` are shown to nobody as they are saved: once
    typed anew, they are listed with these words.
    """
    typed[version].data, typed[version].raw_data = saved[version].data, None  # what was sent would be shown again
    typed.saved_now = [
        SavedNow(str(field.label.text), unseen[field.name] if field.name in unseen else _words(saved[field.name]))
        for field in typed
        if not isinstance(field.widget, HiddenInput) and _differs(field, saved[field.name], seen=field.name not in unseen)
    ]  # fmt: skip


def _differs(typed: Field, saved: Field, *, seen: bool) -> bool:
    return _plain(typed) != _plain(saved) if seen else bool(typed.data)


def _plain(field: Field) -> Any:
    """What the field means, so that a number with other spaces is the same number."""
    if isinstance(field, ReadField):
        field.pre_validate_quietly()
        return field.value or field.data or None
    if isinstance(field, SelectMultipleField):
        return sorted(field.data or ())
    return None if field.data == "" else field.data


def _words(field: Field) -> str:
    if hasattr(field, "iter_choices"):
        chosen = field.data if isinstance(field, SelectMultipleField) else [field.data]
        return ", ".join(str(choice.label) for choice in field.iter_choices() if choice.value in (chosen or ()))
    return field._value() if isinstance(field, TypedField) else str("" if field.data is None else field.data)
