"""Days, hours and amounts in words, and the search form of a text: pure, for every package.

Polish is the source language. Phrases that Polish inflects ("we wtorek", "do środy 24 czerwca") are formed here; the other languages
take theirs from Babel's locale data.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

WARSAW = ZoneInfo("Europe/Warsaw")


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for translation without translating it yet."""
    return message


WEEKDAYS = (
    N_("poniedziałek"), N_("wtorek"), N_("środa"), N_("czwartek"), N_("piątek"), N_("sobota"), N_("niedziela"),
)  # fmt: skip
WEEKDAYS_GENITIVE = ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli")
WEEKDAYS_ACCUSATIVE = ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę")
MONTHS_GENITIVE = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip


def local(moment: datetime) -> datetime:
    """The moment on a Warsaw clock; a naive one is taken as already local."""
    return moment.astimezone(WARSAW) if moment.tzinfo else moment


def hour(moment: datetime | time) -> str:
    """An hour as people write it: ``9:05``."""
    shown = local(moment) if isinstance(moment, datetime) else moment
    return f"{shown.hour}:{shown.minute:02d}"


def day(on: date, language: str = "pl", *, year: bool = False) -> str:
    """A day with its weekday: ``czwartek 26 listopada``."""
    if language == "pl":
        words = f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS_GENITIVE[on.month - 1]}"
        return f"{words} {on.year}" if year else words
    return format_date(on, "EEEE d MMMM y" if year else "EEEE d MMMM", locale=language)


class CalendarDay(date):
    """A day that may lie years away: inside a sentence its year matters and its weekday does not (``7 marca 2031``)."""

    @classmethod
    def of(cls, on: date) -> CalendarDay:
        """The same day."""
        return cls(on.year, on.month, on.day)


class LastMoment(datetime):
    """A moment that ends something: inside a sentence ``do piątku 27 listopada, 15:30``."""

    @classmethod
    def of(cls, moment: datetime) -> LastMoment:
        """The same moment (aware), on the Warsaw clock."""
        return cls.fromtimestamp(moment.timestamp(), tz=WARSAW)


def on_day(on: date, language: str = "pl") -> str:
    """When something happens: ``w czwartek 26 listopada``."""
    if language == "pl":
        return f"{WEEKDAYS_ACCUSATIVE[on.weekday()]} {on.day} {MONTHS_GENITIVE[on.month - 1]}"
    return {"en": "on {}", "uk": "{}"}.get(language, "{}").format(day(on, language))


def until(moment: datetime, language: str = "pl") -> str:
    """A last moment: ``do środy 24 czerwca, 14:00``."""
    shown = local(moment)
    if language == "pl":
        return f"do {WEEKDAYS_GENITIVE[shown.weekday()]} {shown.day} {MONTHS_GENITIVE[shown.month - 1]}, {hour(shown)}"
    if language == "uk":
        words = format_date(shown.date(), "d MMMM (EEEE)", locale="uk")
        return f"до {words}, {hour(shown)}"
    return f"until {day(shown.date(), language)}, {hour(shown)}"


def day_and_hour(moment: datetime, language: str = "pl") -> str:
    """``czwartek 26 listopada, 9:10``."""
    shown = local(moment)
    return f"{day(shown.date(), language)}, {hour(shown)}"


_LENGTHS = {"pl": ("godz.", "min"), "en": ("h", "min"), "uk": ("год", "хв")}


def duration(minutes: int, language: str = "pl") -> str:
    """A length of time: ``45 min``, ``1 godz. 30 min``."""
    hours, rest = divmod(minutes, 60)
    hour_word, minute_word = _LENGTHS.get(language, _LENGTHS["pl"])
    shown = [f"{hours} {hour_word}"] if hours else []
    return " ".join([*shown, f"{rest} {minute_word}"] if rest or not hours else shown)


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun in the right Polish form: ``1 przejazd``, ``2 przejazdy``, ``5 przejazdów``."""
    return f"{number} {plural(number, one, few, many)}"


def plural(number: int, one: str, few: str, many: str, language: str = "pl") -> str:
    """The form of a noun that goes with a number; Ukrainian counts 21 and 31 like 1, English knows two forms."""
    if number == 1 or (language == "uk" and number % 10 == 1 and number % 100 != 11):
        return one
    if language == "en":
        return many
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return few
    return many


def money(grosze: int) -> str:
    """Whole grosze as złoty: ``17 zł``, ``17,50 zł``."""
    zloty, rest = divmod(abs(grosze), 100)
    sign = "-" if grosze < 0 else ""
    return f"{sign}{zloty} zł" if not rest else f"{sign}{zloty},{rest:02d} zł"


def in_words(value: object, language: str = "pl") -> str:
    """Any plain value as it reads inside a sentence."""
    match value:
        case LastMoment():
            return until(value, language)
        case datetime():
            return day_and_hour(value, language)
        case CalendarDay():
            return format_date(value, "d MMMM y", locale=language)
        case date():
            return day(value, language)
        case time():
            return hour(value)
        case timedelta():
            return duration(int(value.total_seconds() // 60), language)
        case list() | tuple():
            return ", ".join(in_words(item, language) for item in value)
        case _:
            return str(value)


_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"})


def without_diacritics(text: str) -> str:
    """Letters without their marks, as an SMS carries them: ``Święta Łąka`` → ``Swieta Laka``."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def search_key(text: str) -> str:
    """What two spellings of the same name share: lower case, no marks, single spaces."""
    return " ".join(without_diacritics(text).casefold().replace("-", " ").split())


_ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_ORDER = {letter: f"{place:02d}" for place, letter in enumerate(_ALPHABET, start=40)}


def sort_key(text: str) -> str:
    """A text that any database sorts as a Polish dictionary would (ą after a, ł after l, ż last)."""
    return "".join(_ORDER.get(letter, f"{min(ord(letter), 39):02d}") for letter in text.casefold()[:60])
