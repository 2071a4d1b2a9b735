"""When two entries may be one person. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher

from services_app.wording import search_key

_ALIKE_FROM = 0.8


def names_alike(one: str, other: str) -> bool:
    """Whether two full names may be one person's: marks, case, order and a slip of the pen are overlooked."""
    first, second = sorted(search_key(one).split()), sorted(search_key(other).split())
    if set(first) <= set(second) or set(second) <= set(first):
        return True
    return SequenceMatcher(None, " ".join(first), " ".join(second)).ratio() >= _ALIKE_FROM


def last_names_alike(one: str, other: str) -> bool:
    """Whether two surnames share a part (Kowalska, Kowalska-Nowak) or differ by a slip."""
    first, second = set(search_key(one).split()), set(search_key(other).split())
    if first & second:
        return True
    return SequenceMatcher(None, search_key(one), search_key(other)).ratio() >= _ALIKE_FROM
