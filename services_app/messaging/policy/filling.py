"""A text with places becomes a message: ``{hour}`` is filled in, ``[Powrót {return_hour}. ]`` is left out when there is no hour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from services_app import wording

_PLACE = re.compile(r"\{([a-z_]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_SCHEME = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]{1,15}:/+")
_LIKE_A_HOST = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2,})")
_LONGEST_VALUE = 300
_LONGEST = {"answer": 1500}
"""What a member of staff wrote to somebody reaches them whole."""


def places_of(text: str) -> list[str]:
    """The names of the places in a text, in order, each once."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def is_well_formed(text: str) -> bool:
    """Whether every brace and bracket opens and closes where it should."""
    rest = _PLACE.sub("", text)
    return not re.search(r"[{}]", rest) and not re.search(r"[\[\]]", _OPTIONAL.sub("", rest))


def in_words(name: str, value: object, language: str) -> str:
    """A plain value as it reads in a message of a language; the place's name says whether a moment is an hour or a last moment."""
    match value:
        case None:
            return ""
        case datetime() if name.endswith("hour"):
            return wording.hour(value)
        case datetime() if name.endswith("until"):
            return wording.until(value, language)
        case datetime() if name == "day":
            return wording.day(wording.local(value).date(), language)
        case list() | tuple():
            return "; ".join(in_words(name, item, language) for item in value)
        case _:
            return wording.in_words(value, language)


def harmless(text: str, longest: int = _LONGEST_VALUE) -> str:
    """A value on one line that no phone or mail programme takes for a link: names and places are typed by people.

    Line breaks would split the text or forge a header; ``evil.example`` in a surname would become something to tap.
    """
    without_links = _LIKE_A_HOST.sub(". ", _SCHEME.sub(" ", _CONTROL.sub(" ", text)))
    one_line = " ".join(without_links.split())
    return one_line.replace("{", "(").replace("}", ")").replace("[", "(").replace("]", ")")[:longest]


def spoken_values(values: Mapping[str, object], language: str, links: frozenset[str]) -> dict[str, str]:
    """All values as words. Those in ``links`` are addresses of our own and stay as they are; ``on_day`` follows from ``day``."""
    spoken = {}
    for name, value in values.items():
        words = in_words(name, value, language)
        spoken[name] = words if name in links else harmless(words, _LONGEST.get(name, _LONGEST_VALUE))
    on = values.get("day")
    if isinstance(on, date):
        on = wording.local(on).date() if isinstance(on, datetime) else on
        spoken["on_day"] = wording.on_day(on, language)
    return spoken


def fill(text: str, spoken: Mapping[str, str]) -> str:
    """The text with its places filled once: what a value contains is never read as a place again."""

    def filled(part: str) -> str:
        return _PLACE.sub(lambda place: spoken.get(place.group(1), ""), part)

    def optional(found: re.Match[str]) -> str:
        inside = found.group(1)
        return filled(inside) if all(spoken.get(name) for name in places_of(inside)) else ""

    result, end = [], 0
    for found in _OPTIONAL.finditer(text):
        result += [filled(text[end : found.start()]), optional(found)]
        end = found.end()
    result.append(filled(text[end:]))
    return "".join(result).strip()
