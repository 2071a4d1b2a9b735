"""The questions of a booking, one form each. A form gives its answer as the draft keeps it (``said``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from babel.dates import get_month_names
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import ValidationError

from services_app import clock
from services_app.residents.labels import OWN_MOBILITIES
from services_app.residents.models import Resident
from services_app.residents.terms import Mobility
from services_app.rides.forms.answers import ONE_WAY, Answers, end_of_visit
from services_app.rides.forms.spoken_days import read_spoken_day, weekday_and_rest
from services_app.rides.policy import Companions
from services_app.rides.terms import Purpose, ReturnMode
from services_app.web.forms import (
    Choice,
    DayField,
    Form,
    HourField,
    TypedField,
    WholeNumberField,
    at_most,
    needed,
    read_day,
)
from services_app.web.languages import LANGUAGES, say_text, shown_language
from services_app.wording import N_, day, duration, hour

OTHER: Final = "other"
"""The choice that opens a field to type into."""
LENGTHS: Final = (30, 45, 60, 90, 120, 180)
"""Lengths of a visit to choose from, in minutes."""
LONGEST_VISIT: Final = 480
GONE: Final = N_("Tego dnia nie ma już na liście. Wybierz inny.")
FARTHEST_DAY: Final = timedelta(days=400)
"""Nobody is asked about days beyond; a slip in the year is said at once."""


class PlaceForm(Form):
    """Where to: one of the places shown."""

    place = RadioField(_("Miejsce"), [needed(_("Wybierz miejsce."))], validate_choice=False)

    def offer(self, places: Sequence[tuple[str, str]]) -> None:
        """The places as (value, name)."""
        self.place.choices = [Choice(value, name) for value, name in places]


class PlaceDetailsForm(Form):
    """What is not clear from the place itself: which entrance, and why one rides there."""

    entrance = RadioField(_("Do którego wejścia?"), [needed(_("Wybierz wejście."))])
    purpose = RadioField(_("Po co jest ten przejazd?"), [needed(_("Wybierz, po co jest ten przejazd."))])

    def ask(self, entrances: Sequence[tuple[str, str]], purposes: Sequence[tuple[str, str]]) -> None:
        """Only what has more than one answer is asked."""
        for name, choices in (("entrance", entrances), ("purpose", purposes)):
            if choices:
                self[name].choices = [Choice(value, words) for value, words in choices]
            else:
                del self[name]

    @property
    def other_purpose(self) -> bool:
        """Whether none of the purposes asked about is the one."""
        return "purpose" in self and bool(self.purpose.data == OTHER)


class AddressForm(Form):
    """A place that is not in the catalogue."""

    street = StringField(_("Ulica"), [needed(_("Podaj ulicę.")), at_most(120)])
    house_number = StringField(_("Numer domu"), [needed(_("Podaj numer domu.")), at_most(20)])
    town = StringField(_("Miejscowość"), [needed(_("Podaj miejscowość.")), at_most(80)], default="Kielce")
    name = StringField(_("Nazwa miejsca"), [at_most(120)])


_SHORT_DAY = re.compile(r"^(\d{1,2})[.\-/ ]+(\d{1,2}|[^\W\d]{3,})\.?(?:[.\-/ ]+(\d{4}|\d{2}))?(?: ?[rр]\.?)?$")


def read_coming_day(text: str, *, today: date) -> date | None:
    """A day ahead as people write it: also without the year, with two digits of it, the month as a word in our languages, or "jutro".

    A weekday may stand before it; one that is another day's is a slip nobody can read.
    """
    weekday, rest = weekday_and_rest(text)
    on = _read_day_ahead(rest, today=today)
    return on if weekday is None or on is None or on.weekday() == weekday else None


def _read_day_ahead(text: str, *, today: date) -> date | None:
    if (whole := read_day(text) or read_spoken_day(text, today=today)) is not None:
        return whole
    found = _SHORT_DAY.match(" ".join(text.lower().split()))
    month = _month(found.group(2)) if found else None
    if found is None or month is None:
        return None
    year = found.group(3)
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [today.year, today.year + 1]
    days = [on for each in years if (on := _day_or_none(each, month, int(found.group(1)))) is not None]
    return next((on for on in days if on >= today), days[0] if days else None)


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    names = (get_month_names("wide", locale=language) for language in LANGUAGES)
    return next((number for each in names for number, name in each.items() if name.lower() == text), None)


def _day_or_none(year: int, month: int, on: int) -> date | None:
    try:
        return date(year, month, on)
    except ValueError:
        return None


class ComingDayField(DayField):
    """A day ahead typed as text."""

    hint_of_error = _("Nie znamy takiej daty. Podaj dzień i miesiąc, na przykład 5 grudnia albo 5.12.2026.")

    @staticmethod
    def read(text: str) -> date | None:
        """The nearest such day when the year is left out."""
        return read_coming_day(text, today=clock.today())


def _asked_only_with(choice: Any, field: Any) -> None:
    """What was typed into a field counts only when its choice was made: something left there stops nobody."""
    if choice.data != OTHER:
        field.data, field.raw_data, field.process_errors = None, None, []


def _iso_day(text: str) -> date:
    """A day as a card carries it; the first of all days for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


class DayForm(Form):
    """The day and hour of the appointment."""

    day = RadioField(_("Dzień"), [needed(_("Wybierz dzień."))], validate_choice=False)
    other_day = ComingDayField(_("Jaki dzień?"))
    hour = HourField(_("O której godzinie?"), [needed(_("Podaj godzinę, na którą jest umówiona wizyta."))])

    def offer(self, days: Sequence[date], language: str) -> None:
        """Days to choose from, in words, and another one to type."""
        cards = [Choice(on.isoformat(), day(on, language)) for on in days]
        self.day.choices = [*cards, Choice(OTHER, gettext("Inny dzień"))]

    def show(self, on: date | None) -> None:
        """An earlier answer: its card, or the typed day."""
        if on is not None and not self.is_submitted():
            shown = {choice.value for choice in self.day.choices or ()}  # type: ignore[union-attr]  # ours are SelectChoices
            self.day.data = on.isoformat() if on.isoformat() in shown else OTHER
            self.other_day.data = None if on.isoformat() in shown else on

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what the choice asks for is looked at."""
        _asked_only_with(self.day, self.other_day)
        return bool(super().validate(extra_validators))

    def validate_day(self, field: Any) -> None:
        """What is no day, or none that is still ahead, was not on the list."""
        if field.data != OTHER and not clock.today() <= _iso_day(field.data) <= clock.today() + FARTHEST_DAY:
            raise ValidationError(gettext(GONE))

    def validate_other_day(self, field: Any) -> None:
        """Another day must be typed, and must be ahead."""
        if self.day.data == OTHER and not field.process_errors and (message := self._fault()):
            raise ValidationError(message)

    def _fault(self) -> str | None:
        on, today = self.other_day.data, clock.today()
        if on is None:
            return str(gettext("Wpisz dzień wizyty, na przykład 5.12.2026."))
        if on < today:
            return str(gettext("Ten dzień już minął. Podaj dzień wizyty, która dopiero będzie."))
        if on > today + FARTHEST_DAY:
            return str(gettext("To bardzo odległy dzień. Sprawdź rok."))
        return None

    def say_against(self, against: Sequence[str]) -> None:
        """Why nobody rides on the day is said here, beside it, and not some questions later."""
        if against:
            self.say_no("other_day" if self.typed else "day", " ".join(against))

    def say_gone(self) -> None:
        """A day that fell out while the page stood open (a car fell ill) is said so in words."""
        self.say_no("day", gettext(GONE))

    @property
    def typed(self) -> bool:
        """Whether the day was typed, and not chosen among those shown."""
        return bool(self.day.data == OTHER)

    @property
    def on(self) -> date:
        """The day answered, once the answers are sound."""
        typed: date | None = self.other_day.data if self.day.data == OTHER else None
        return date.fromisoformat(self.day.data) if typed is None else typed

    def said(self) -> dict[str, Any]:
        """The answer."""
        return {"on": self.on.isoformat(), "appointment_at": self.hour.data.isoformat()}


_HOUR = r"(?:godzin[ay]?|godz\.?|g\.?|hours?|h|годин[аи]?|год\.?|:)"
_MINUTE = r"(?:minut[ay]?|minutes?|min\.?|m|хвилин[аи]?|хв\.?)"
_HOURS_MINUTES = re.compile(rf"^(\d{{1,2}}) ?{_HOUR} ?(?:(\d{{1,2}}) ?{_MINUTE}?)?$")
_MINUTES = re.compile(rf"^(\d{{1,3}}) ?{_MINUTE}$")
_DECIMAL = re.compile(r"^(\d{1,2})[.,](\d)$")


def read_duration(text: str) -> int | None:
    """A length of time as people write it, in minutes: 2:30, "2 godz. 30 min", 2,5, 150 min; a bare number up to 8 means hours.

    In every language the pages speak, whatever this page speaks.
    """
    text = " ".join(text.lower().split())
    if found := _MINUTES.match(text):
        return int(found.group(1))
    if found := _HOURS_MINUTES.match(text):
        return int(found.group(1)) * 60 + int(found.group(2) or 0)
    if found := _DECIMAL.match(text):
        return int(found.group(1)) * 60 + int(found.group(2)) * 6
    if text.isdigit() and len(text) <= 3:
        return int(text) * (60 if int(text) <= 8 else 1)
    return None


class DurationField(TypedField):
    """A length of time typed as text."""

    hint_of_error = _("Podaj, jak długo, na przykład 2 godz. 30 min.")

    read = staticmethod(read_duration)

    def show(self, value: int) -> str:
        """As people write it."""
        return duration(value, shown_language())


class LengthForm(Form):
    """How long the visit takes."""

    length = RadioField(_("Czas wizyty"), [needed(_("Wybierz, ile potrwa wizyta."))])
    other_length = DurationField(_("Ile potrwa?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length.choices = [
            *(Choice(str(minutes), _in_words(minutes)) for minutes in LENGTHS),
            Choice(OTHER, gettext("Inaczej")),
        ]

    def show(self, minutes: int | None) -> None:
        """An earlier answer."""
        if minutes is not None and not self.is_submitted():
            self.length.data = str(minutes) if minutes in LENGTHS else OTHER
            self.other_length.data = None if minutes in LENGTHS else minutes

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what the choice asks for is looked at."""
        _asked_only_with(self.length, self.other_length)
        return bool(super().validate(extra_validators))

    def validate_other_length(self, field: Any) -> None:
        """Another length must be typed, within a day of service."""
        if self.length.data != OTHER or field.process_errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Wpisz, ile potrwa wizyta, na przykład 2 godz. 30 min."))
        if not 5 <= field.data <= LONGEST_VISIT:
            raise ValidationError(gettext("Podaj czas od 5 minut do 8 godzin."))

    def said(self) -> dict[str, Any]:
        """The answer."""
        return {"visit_minutes": self.other_length.data if self.length.data == OTHER else int(self.length.data)}


def _in_words(minutes: int) -> str:
    words = {
        30: gettext("pół godziny"),
        45: gettext("trzy kwadranse"),
        60: gettext("godzina"),
        90: gettext("półtorej godziny"),
    }
    return str(words.get(minutes) or gettext("%(number)d godziny", number=minutes // 60))


class WayBackForm(Form):
    """How one comes back."""

    way_back = RadioField(_("Powrót"), [needed(_("Wybierz, jak będzie wyglądał powrót."))])
    return_at = HourField(_("O której wyjazd do domu?"))

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """The ways back as (mode, words); the hour is asked only where one is agreed."""
        self.way_back.choices = [Choice(mode, words) for mode, words in choices]
        if ReturnMode.FIXED_HOUR.value not in dict(choices):
            del self.return_at

    def judge(self, answers: Answers) -> bool:
        """An agreed hour lies after the visit; an empty one means right after it."""
        ends = end_of_visit(answers)
        asked = self.return_at.data if "return_at" in self and self.way_back.data == ReturnMode.FIXED_HOUR else None
        if asked is not None and ends is not None and asked < ends:
            words = gettext("Wizyta kończy się o %(ends)s. Podaj tę godzinę albo późniejszą.", ends=hour(ends))
            self.say_no("return_at", words)
            return False
        return True

    def said(self) -> dict[str, Any]:
        """The answer."""
        agreed = self.way_back.data == ReturnMode.FIXED_HOUR.value and self.return_at.data is not None
        return {
            "return_mode": self.way_back.data,
            "return_at": self.return_at.data.isoformat() if agreed else None,
        }


NOBODY, USUAL = "0", "usual"


class CompanionForm(Form):
    """Who comes along, and whether the passenger gets about as the file says."""

    companions = RadioField(_("Opiekun"), [needed(_("Wybierz, kto jedzie."))])
    companion_age = WholeNumberField(_("Ile lat ma opiekun?"))
    moves_differently = BooleanField(_("Zmieniło się, jak pasażer się porusza"))
    mobility = RadioField(_("Jak pasażer się porusza w dniu przejazdu?"), default="")

    def offer(self, limits: Companions, resident: Resident) -> None:
        """Choices as the rules and the file have them."""
        choices = [Choice(NOBODY, gettext("Nikt, bez opiekuna"))]
        if limits.most and resident.usual_companion:
            choices.append(Choice(USUAL, resident.usual_companion))
        choices += [Choice(str(number), _people(number)) for number in range(1, limits.most + 1)]
        if limits.most and resident.usual_companion:
            choices[2] = Choice("1", gettext("Ktoś inny, jedna osoba"))
        self.companions.choices = choices
        same = gettext("Bez zmian: %(how)s", how=say_text(OWN_MOBILITIES[resident.mobility]).lower())
        others = [(way.value, say_text(words)) for way, words in OWN_MOBILITIES.items() if way is not resident.mobility]
        self.mobility.choices = [Choice("", same), *(Choice(*other) for other in others)]
        if limits.min_age is None or not limits.most:
            del self.companion_age

    def show(self, answers: Answers) -> None:
        """An earlier answer."""
        if self.is_submitted():
            return
        number = answers.get("companions")
        self.companions.data = None if number is None else answers.get("companion") or str(number)
        self.mobility.data = answers.get("mobility") or ""
        self.moves_differently.data = bool(self.mobility.data)
        if "companion_age" in self:
            self.companion_age.data = answers.get("companion_age")

    def judge(self, limits: Companions) -> bool:
        """The companion's age is asked where the rules ask for it."""
        if "companion_age" not in self or self.companions.data in (None, NOBODY):
            return True
        age = self.companion_age.data
        if age is None or not 0 < age <= 120:
            self.say_no("companion_age", gettext("Podaj, ile lat ma opiekun."))
            return False
        return True

    def said(self) -> dict[str, Any]:
        """The answer; "as in the file" is kept as nothing."""
        chosen = self.companions.data
        number = 1 if chosen == USUAL else int(chosen)
        age = self.companion_age.data if "companion_age" in self and number else None
        differs = self.moves_differently.data and self.mobility.data
        return {
            "companions": number,
            "companion": USUAL if chosen == USUAL else None,
            "companion_age": age,
            "mobility": Mobility(self.mobility.data).value if differs else None,
        }


def _people(number: int) -> str:
    words = {1: gettext("Jedna osoba"), 2: gettext("Dwie osoby"), 3: gettext("Trzy osoby"), 4: gettext("Cztery osoby")}
    return str(words.get(number) or gettext("%(number)d osób", number=number))


class OfferForm(Form):
    """The chosen time (the button's own value)."""

    offer = StringField(_("Godzina"), [needed(_("Wybierz godzinę.")), at_most(60)])


class ConfirmForm(Form):
    """Nothing but the tokens of the form."""


def moment_or_none(text: str | None) -> datetime | None:
    """A moment as an answer keeps it."""
    return None if text is None else datetime.fromisoformat(text)


def purpose_or_none(text: str | None) -> Purpose | None:
    """A purpose as a form sends it; None for anything else."""
    return Purpose(text) if text in set(Purpose) else None


__all__ = [
    "LENGTHS", "ONE_WAY", "OTHER", "AddressForm", "CompanionForm", "ConfirmForm", "DayForm", "LengthForm", "OfferForm", "PlaceDetailsForm",
    "PlaceForm", "WayBackForm", "moment_or_none", "purpose_or_none", "read_duration",
]  # fmt: skip
