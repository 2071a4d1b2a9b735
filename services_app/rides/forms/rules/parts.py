"""The parts of the form of the rules: each is one sentence with its gaps. Fields are named as in ``RideRules``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.widgets import TextInput

from services_app.rides.labels import CONDITIONS, DAY_UNITS, HORIZON_UNITS, PERIODS, PRICE_KINDS, QUOTA_UNITS
from services_app.rides.terms import DayUnit, HorizonUnit, Period, PriceKind, QuotaUnit
from services_app.web.forms import Choice, DayField, HourField, WholeNumberField, at_most, cleaned, within
from services_app.wording import N_, WEEKDAYS

MOST_ROWS = 20
ALLOWED, FORBIDDEN, UNLISTED = "allowed", "forbidden", "unlisted"
PURPOSE_USES = {
    ALLOWED: N_("wozimy"),
    FORBIDDEN: N_("nigdy nie wozimy"),
    UNLISTED: N_("poza programem"),
}


def words(labels: Any) -> list[Any]:
    """Choices from a table of labels, each said in the page's language."""
    return [Choice(str(value), _(label)) for value, label in labels.items()]


_ZLOTY = re.compile(r"^(\d{1,6})(?:[.,](\d{1,2}))?$")


def read_zloty(text: str) -> int | None:
    """An amount as people write it, in grosze: 17, 17,5, 17.50 zł; None when it is no amount."""
    found = _ZLOTY.match("".join(text.lower().removesuffix("zł").split()))
    return None if found is None else int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


class ZlotyField(Field):
    """An amount typed in złoty; its value is in grosze."""

    widget = TextInput()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        zloty, rest = divmod(int(self.data), 100)
        return f"{zloty},{rest:02d}" if rest else str(zloty)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the amount; an empty text is no amount."""
        text = cleaned(str(valuelist[0])) if valuelist else ""
        self.data = read_zloty(text) if text else None
        if text and self.data is None:
            raise ValueError(self.gettext("Podaj kwotę w złotych, na przykład 17,50."))


class AlternativePart(PlainForm):
    """One way of being entitled."""

    min_age = WholeNumberField(_("Wiek w latach"))
    resident_of = StringField(_("Miasto, w którym mieszka"), filters=[cleaned])
    conditions = SelectMultipleField(_("Wszystkie te warunki naraz"), choices=words(CONDITIONS))
    income_limit_grosze = ZlotyField(_("Limit dochodu na miesiąc"))

    @property
    def is_blank(self) -> bool:
        """Nothing is asked: everybody would be entitled."""
        return self.min_age.data is None and not (self.resident_of.data or self.conditions.data)


class QuotaPart(PlainForm):
    """One limit."""

    limit = WholeNumberField(_("Ile najwyżej"), [within(1, 1000)])
    unit = SelectField(_("Co liczymy"), choices=words(QUOTA_UNITS), default=QuotaUnit.ROUND_TRIP.value)
    period = SelectField(_("Na jaki czas"), choices=words(PERIODS), default=Period.MONTH.value)
    starts_on = DayField(_("Pierwszy dzień programu"))
    ends_on = DayField(_("Ostatni dzień programu"))


class ServicePart(PlainForm):
    """Days and hours."""

    weekdays = SelectMultipleField(
        _("Dni, w które jeździmy"), choices=words({str(day): label for day, label in enumerate(WEEKDAYS)})
    )
    on_holidays = BooleanField(_("Jeździmy także w święta"))
    first_pickup = HourField(_("Pierwszy wyjazd z domu"))
    last_pickup = HourField(_("Ostatni wyjazd z domu"))
    home_by = HourField(_("Najpóźniejszy powrót do domu"))


class TermPart(PlainForm):
    """So many days before, until an hour."""

    number = WholeNumberField(_("Ile dni wcześniej"))
    unit = SelectField(_("Jakie dni"), choices=words(DAY_UNITS), default=DayUnit.CALENDAR_DAYS.value)
    cutoff = HourField(_("Do której godziny"))


class HorizonPart(PlainForm):
    """How far ahead."""

    number = WholeNumberField(_("Ile wcześniej można zamówić"))
    unit = SelectField(_("Dni czy miesiące"), choices=words(HORIZON_UNITS), default=HorizonUnit.CALENDAR_DAYS.value)


class NoShowPart(PlainForm):
    """When a person looks at absences."""

    absences = WholeNumberField(_("Ile nieobecności"))
    months = WholeNumberField(_("W ciągu ilu miesięcy"))


class PurposePart(PlainForm):
    """What becomes of one purpose."""

    purpose = HiddenField()
    use = SelectField(_("Czy wozimy"), choices=words(PURPOSE_USES), default=UNLISTED)
    tier = WholeNumberField(_("Pierwszeństwo"), default=1)
    needs_approval = BooleanField(_("za zgodą koordynatora"))


class AreaPart(PlainForm):
    """Where a ride may lead."""

    towns = StringField(_("Miasta i gminy, po przecinku"), filters=[cleaned])
    beyond_km = WholeNumberField(_("Ile kilometrów dalej"))


class CompanionsPart(PlainForm):
    """Who may come along."""

    most = WholeNumberField(_("Ilu opiekunów najwyżej"))
    min_age = WholeNumberField(_("Najmłodszy wiek opiekuna"))
    must_be_declared = BooleanField(_("Opiekuna trzeba zgłosić przy zamówieniu"))
    ride_free = BooleanField(_("Opiekun jedzie bezpłatnie"))


class SharingPart(PlainForm):
    """Rides of several people in one car."""

    allowed = BooleanField(_("Kilka osób może jechać jednym samochodem"))
    max_detour_minutes = WholeNumberField(_("O ile minut dłużej"))


class ZonePart(PlainForm):
    """The price of one zone."""

    zone = StringField(_("Strefa"), filters=[cleaned])
    grosze = ZlotyField(_("Cena"))


class PricePart(PlainForm):
    """What a passenger pays."""

    kind = SelectField(_("Rodzaj ceny"), choices=words(PRICE_KINDS), default=PriceKind.FREE.value)
    grosze = ZlotyField(_("Kwota w złotych"))
    zones = FieldList(FormField(ZonePart), max_entries=MOST_ROWS)


class OtherHelpPart(PlainForm):
    """Another help to be told of."""

    text = StringField(_("Zdanie o innej pomocy"), [at_most(400)], filters=[cleaned])
    min_age = WholeNumberField(_("Od ilu lat"))
    for_conditions = SelectMultipleField(_("Tylko dla osób, dla których pasuje"), choices=words(CONDITIONS))
