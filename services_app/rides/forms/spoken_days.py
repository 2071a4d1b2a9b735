"""Days as one says them: "jutro", "pojutrze", "w środę", in the languages of the pages. Pure: what day it is, the caller says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from services_app.wording import WEEKDAYS, WEEKDAYS_ACCUSATIVE, search_key

_APOSTROPHES = str.maketrans("", "", "'’ʼ")
_BEFORE: Final = re.compile(r"^(?:we?|on|[ву]) ")
"""The small word of "w środę"."""


def _folded(text: str) -> str:
    """Letters alone: marks, apostrophes, a full stop behind a shortened word and a small word before it make no other day."""
    return _BEFORE.sub("", search_key(text).translate(_APOSTROPHES).rstrip("."))


def _numbered(*lists: Sequence[str]) -> dict[str, int]:
    return {_folded(word): number for words in lists for number, word in enumerate(words)}


_AHEAD: Final = _numbered(
    ("dziś", "jutro", "pojutrze"),
    ("dzisiaj",),
    ("today", "tomorrow", "day after tomorrow"),
    ("сьогодні", "завтра", "післязавтра"),
)
"""How many days ahead a word means."""
_WEEKDAYS: Final = _numbered(
    WEEKDAYS,
    WEEKDAYS_ACCUSATIVE,
    ("pn", "wt", "śr", "czw", "pt", "sob", "niedz"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("понеділок", "вівторок", "середа", "четвер", "п'ятниця", "субота", "неділя"),
    ("понеділок", "вівторок", "середу", "четвер", "п'ятницю", "суботу", "неділю"),
)
"""The weekdays, Monday 0."""


def weekday_and_rest(text: str) -> tuple[int | None, str]:
    """The weekday said before a date, and the date: of "środa, 2 grudnia" 2 and "2 grudnia"; None and the text of anything else."""
    words = text.replace(",", " ").split()
    for many in (1, 2):  # "środa" or "w środę"
        weekday = _WEEKDAYS.get(_folded(" ".join(words[:many])))
        if weekday is not None and len(words) > many:
            return weekday, " ".join(words[many:])
    return None, text


def read_spoken_day(text: str, *, today: date) -> date | None:
    """The day a word means: a weekday is the next such day after today (of today one says "dziś"); None for any other text."""
    word = _folded(text)
    if word in _AHEAD:
        return today + timedelta(days=_AHEAD[word])
    if word not in _WEEKDAYS:
        return None
    return today + timedelta(days=(_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
