"""Plain JSON values into frozen dataclasses and back, strictly: what does not fit is named by its path, and nothing is guessed.

The shape is the dataclass itself. ``Annotated`` bounds narrow a value; a method ``contradictions()`` may yield what is wrong between
fields, with paths relative to the object.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from services_app.verdict import Reason
from services_app.wording import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Between:
    """Bounds of a number, both allowed."""

    low: int
    high: int


@dataclass(frozen=True)
class Sized:
    """How many characters or entries there may be."""

    low: int
    high: int


Text = Annotated[str, Sized(1, 400)]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input, and where: ``quotas[0].limit``."""

    path: str
    reason: Reason

    @property
    def text(self) -> str:
        """What is wrong, as a Polish sentence."""
        return self.reason.text

    def under(self, path: str) -> Fault:
        """The same fault seen from further up."""
        return Fault(_joined(path, self.path), self.reason)


class DoesNotFit(ValueError):
    """An input that does not fit its shape; ``faults`` names every one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.text}" for fault in faults))
        self.faults = faults


def fault(path: str, code: str, message: str, **values: object) -> Fault:
    """A fault at a path."""
    return Fault(path, Reason(code, message, values))


def read(kind: type[T], body: object, *, complete: bool = True, path: str = "") -> T:
    """The dataclass ``kind`` from plain values; raises :class:`DoesNotFit`.

    ``complete``: every field must be there; otherwise a field with a default may be left out.
    """
    reader = _Reader(complete)
    value = reader.value(kind, body, path)
    if reader.faults:
        raise DoesNotFit(tuple(reader.faults))
    return value  # type: ignore[no-any-return]  # a ``kind``, or there were faults


def plain(value: Any) -> Any:
    """A dataclass as JSON values: enums by value, days and hours as text, sets as sorted lists."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, frozenset):
        return [plain(item) for item in in_order(value)]
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def in_order(values: frozenset[T]) -> list[T]:
    """A set's members as their enum declares them, numbers by size."""

    def place(item: Any) -> Any:
        return list(type(item)).index(item) if isinstance(item, StrEnum) else item

    return sorted(values, key=place)


class _Bad:
    """Stands for a value that could not be read."""


_BAD: Final = _Bad()
_FORMS: Final[Mapping[type, re.Pattern[str]]] = {
    date: re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    time: re.compile(r"\d{2}:\d{2}", re.ASCII),
    datetime: re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII),
}
_WANTED: Final[Mapping[type, tuple[str, str]]] = {
    date: ("NOT_A_DAY", N_("Podaj dzień jako RRRR-MM-DD, od roku 1900 do 2199.")),
    time: ("NOT_AN_HOUR", N_("Podaj godzinę jako GG:MM.")),
    datetime: ("NOT_A_MOMENT", N_("Podaj dzień i godzinę jako RRRR-MM-DDTGG:MM.")),
    bool: ("NOT_YES_OR_NO", N_("Podaj true albo false.")),
    int: ("NOT_A_NUMBER", N_("Podaj liczbę całkowitą.")),
    float: ("NOT_A_NUMBER", N_("Podaj liczbę.")),
    str: ("NOT_A_TEXT", N_("Podaj tekst.")),
}


@lru_cache(maxsize=64)
def _shape(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((each, hints[each.name]) for each in fields(kind))


class _Reader:
    """Reads one body, collecting every fault on the way."""

    def __init__(self, complete: bool) -> None:
        self.complete = complete
        self.faults: list[Fault] = []

    def bad(self, path: str, code: str, message: str, **values: object) -> Any:
        self.faults.append(fault(path, code, message, **values))
        return _BAD

    def value(self, kind: Any, body: Any, path: str) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.bounded(arguments[0], arguments[1], body, path)
        if origin in (Union, UnionType):
            return None if body is None else self.value(arguments[0], body, path)
        if origin in (tuple, frozenset):
            return self.several(origin, arguments[0], body, path)
        if is_dataclass(kind):
            return self.record(kind, body, path)
        if issubclass(kind, StrEnum):
            return self.choice(kind, body, path)
        return self.simple(kind, body, path)

    def bounded(self, kind: Any, bound: Between | Sized, body: Any, path: str) -> Any:
        value = self.value(kind, body, path)
        if value is _BAD:
            return value
        size = value if isinstance(bound, Between) else len(value.strip() if isinstance(value, str) else value)
        if bound.low <= size <= bound.high:
            return value
        if isinstance(bound, Between):
            return self.bad(
                path, "OUT_OF_BOUNDS", N_("Podaj liczbę od {low} do {high}."), low=bound.low, high=bound.high
            )
        if isinstance(value, str):
            return self.bad(
                path, "WRONG_LENGTH", N_("Tekst ma mieć od {low} do {high} znaków."), low=bound.low, high=bound.high
            )
        return self.bad(path, "WRONG_COUNT", N_("Pozycji ma być od {low} do {high}."), low=bound.low, high=bound.high)

    def several(self, container: Any, kind: Any, body: Any, path: str) -> Any:
        if not isinstance(body, list):
            return self.bad(path, "NOT_A_LIST", N_("Podaj listę."))
        items = [self.value(kind, item, f"{path}[{place}]") for place, item in enumerate(body)]
        if any(item is _BAD for item in items):
            return _BAD
        if container is frozenset and len(set(items)) < len(items):
            return self.bad(path, "REPEATED", N_("Ta sama wartość jest na liście dwa razy. Zostaw jedną."))
        return container(items)

    def record(self, kind: Any, body: Any, path: str) -> Any:
        if not isinstance(body, dict):
            return self.bad(path, "NOT_AN_OBJECT", N_("Podaj obiekt z polami."))
        shape = _shape(kind)
        known = {each.name for each, _ in shape}
        for name in body:
            if name not in known:
                self.bad(_joined(path, str(name)), "UNKNOWN_FIELD", N_("Takiego pola nie ma. Sprawdź nazwę."))
        values = {each.name: self.member(each, hint, body, path) for each, hint in shape}
        if any(value is _BAD for value in values.values()):
            return _BAD
        made = kind(**{name: value for name, value in values.items() if value is not MISSING})
        return self.consistent(made, path)

    def member(self, each: Field[Any], hint: Any, body: dict[str, Any], path: str) -> Any:
        where = _joined(path, each.name)
        if each.name in body:
            return self.value(hint, body[each.name], where)
        if self.complete or each.default is MISSING:
            return self.bad(where, "MISSING", N_("Brakuje tego pola. Dopisz je."))
        return MISSING

    def consistent(self, made: Any, path: str) -> Any:
        find = getattr(made, "contradictions", None)
        found: list[Fault] = [each.under(path) for each in find()] if find else []
        self.faults.extend(found)
        return _BAD if found else made

    def choice(self, kind: type[StrEnum], body: Any, path: str) -> Any:
        if isinstance(body, str) and body in {member.value for member in kind}:
            return kind(body)
        choices = [member.value for member in kind]
        return self.bad(path, "UNKNOWN_VALUE", N_("Wybierz jedną z wartości: {choices}."), choices=choices)

    def simple(self, kind: type, body: Any, path: str) -> Any:
        if kind in _FORMS:
            return self.dated(kind, body, path)
        accepted = (int, float) if kind is float else kind
        right = isinstance(body, accepted) and (kind is bool) == isinstance(body, bool)
        if right and not (isinstance(body, float) and not math.isfinite(body)):
            return body
        return self.bad(path, *_WANTED[kind])

    def dated(self, kind: Any, body: Any, path: str) -> Any:
        if isinstance(body, str) and _FORMS[kind].fullmatch(body):
            try:
                value = kind.fromisoformat(body)
            except ValueError:
                return self.bad(path, *_WANTED[kind])
            if kind is time or 1900 <= value.year < 2200:
                return value
        return self.bad(path, *_WANTED[kind])


def _joined(path: str, name: str) -> str:
    if not path or not name:
        return path or name
    return f"{path}{name}" if name.startswith("[") else f"{path}.{name}"
