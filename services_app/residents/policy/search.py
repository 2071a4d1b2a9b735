"""What a resident is found by, and how a typed text is taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum.pl import pesel

from services_app.wording import search_key

PHONE_MARK = "+"
LEAST_PHONE_DIGITS = 4
LEAST_LETTERS = 2
_MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+")
_PHONE_TEXT = re.compile(r"\+?[\d\s().\-/]+")
_FLAT = re.compile(r"(\d[a-z]?)\s*/\s*\d+[a-z]?\b", re.IGNORECASE)
_STREET_KINDS = frozenset({"ul", "ulica", "al", "aleja", "aleje", "os", "osiedle", "pl", "plac", "m", "nr"})


def words_of(first_name: str, last_name: str, street: str, house_number: str, phones: Iterable[str]) -> frozenset[str]:
    """Every word a resident is found by: of names, street and number, and each end of each phone."""
    words = set(_words(f"{first_name} {last_name} {street} {house_number}"))
    for phone in phones:
        digits = phone.removeprefix("+48").removeprefix("+")
        words |= {PHONE_MARK + digits[start:] for start in range(len(digits) - LEAST_PHONE_DIGITS + 1)}
    return frozenset(word[:60] for word in words if word)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(search_key(text)) if word not in _STREET_KINDS]


@dataclass(frozen=True)
class Asked:
    """A typed text as it is looked for: beginnings of words, and what may be an identity number.

    ``words`` is empty when nothing can be looked for yet.
    """

    words: tuple[str, ...] = ()
    number: str = ""

    @property
    def too_short(self) -> bool:
        """Whether there is too little to look for."""
        return not self.words and not self.number


def asked(text: str) -> Asked:
    """Take a text from the search box: a piece of a phone, a PESEL, another document, names and address in any order."""
    text = text.strip()[:120]
    if text and _PHONE_TEXT.fullmatch(text):
        return _asked_digits(text)
    # the flat in "Zagórska 12/5", as addresses are written, is nothing people are found by
    words = [_phone_or_word(word) for word in _words(_FLAT.sub(r"\1", text))]
    long_enough = tuple(dict.fromkeys(word for word in words if len(word) >= LEAST_LETTERS or word.isdigit()))
    if not any(len(word) >= LEAST_LETTERS for word in long_enough):
        return Asked()
    compact = re.sub(r"\W", "", text).upper()
    document = compact if any(letter.isdigit() for letter in compact) else ""
    return Asked(tuple(sorted(long_enough, key=len, reverse=True))[:_MOST_WORDS], document)


def is_whole_pesel(text: str) -> bool:
    """Whether a typed text is a whole PESEL rather than a phone with its prefix."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 11 or not _PHONE_TEXT.fullmatch(text.strip()):
        return False
    return not digits.startswith("48") or bool(pesel.is_valid(digits))


def _asked_digits(text: str) -> Asked:
    digits = re.sub(r"\D", "", text)
    number = digits if len(digits) >= 6 else ""
    if len(digits) == 11:
        # 48… may be a phone with its prefix, and the PESEL of somebody born in 1948
        return Asked((PHONE_MARK + digits[2:],) if digits.startswith("48") else (), number)
    if digits.startswith("0048"):
        digits = digits[4:]
    elif text.strip().startswith("+48"):
        digits = digits[2:]
    elif len(digits) == 10 and digits.startswith("0"):
        digits = digits[1:]
    if len(digits) < LEAST_PHONE_DIGITS:
        return Asked()
    return Asked((PHONE_MARK + digits,), number)


def _phone_or_word(word: str) -> str:
    return PHONE_MARK + word if word.isdigit() and len(word) >= 6 else word


def end_of_range(word: str) -> str:
    """The least text that no longer begins with a word, compared byte by byte (``kow`` → ``kox``)."""
    return word[:-1] + chr(ord(word[-1]) + 1)
