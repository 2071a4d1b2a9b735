"""What the operator asks a caller, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import Optional, ValidationError

from services_app import clock
from services_app.places.queries import coordinates_of, destination, destinations_like
from services_app.rides.forms.answers import ONE_WAY
from services_app.rides.forms.booking import ComingDayField, read_coming_day
from services_app.rides.labels import ASSISTANCE, MOBILITY, PURPOSES, RETURN_MODES
from services_app.rides.policy import RideRules
from services_app.rides.queries import UsualRide, place_of
from services_app.rides.scheduling import RideWish, WishedPlace
from services_app.rides.terms import Assistance, Mobility, Purpose, ReturnMode
from services_app.web.forms import (
    Form,
    HourField,
    WholeNumberField,
    as_choices,
    at_most,
    needed,
    within,
)
from services_app.web.languages import say_text

AS_IN_FILE = ""
TOWN = "Kielce"
"""Where an address lies that names no town."""


def read_near_day(text: str, *, today: date) -> date | None:
    """A coming day as one says it on the phone: ``26`` is the next such day; else as passengers type it (``26.11``, "w środę")."""
    short = text.strip().rstrip(".")
    if not (short.isdecimal() and len(short) <= 2):
        return read_coming_day(short, today=today)
    days = (today + timedelta(days=ahead) for ahead in range(366))
    return next((on for on in days if on.day == int(short)), None)


class NearDayField(ComingDayField):
    """A coming day, typed as shortly as it is said."""

    @staticmethod
    def read(text: str) -> date | None:
        """The day meant, counted from today."""
        return read_near_day(text, today=clock.today())

    def _value(self) -> str:
        """What was understood, in full: "jutro" would mean another day in the morning. What was not stays as typed."""
        return super()._value() if self.data is None else self.show(self.data)


def _as_in_file(value: str | None) -> str:
    """Left out of an address, it is as the file says."""
    return value or AS_IN_FILE


class DeskForm(Form):
    """The request. It travels in the page's address, so it carries no token; what is saved goes through a form that does."""

    class Meta(Form.Meta):
        """Asked by GET."""

        csrf = False

    place = StringField(
        _("Dokąd"), [needed(_("Wpisz miejsce, na przykład: szpital, albo ulicę z numerem.")), at_most(200)]
    )
    place_id = StringField()
    entrance_id = StringField()
    purpose = SelectField(_("W jakim celu"), choices=[])
    on = NearDayField(_("Dzień"), [needed(_("Podaj dzień wizyty, na przykład 26.11."))])
    at = HourField(_("Godzina wizyty"), [needed(_("Podaj godzinę wizyty, na przykład 9:10."))])
    minutes = WholeNumberField(
        _("Jak długo (min)"), [needed(_("Podaj, ile minut potrwa wizyta.")), within(5, 600)], default=30
    )
    back = SelectField(_("Powrót"), choices=[])
    back_at = HourField(_("Powrót o"), [Optional()])
    companions = WholeNumberField(_("Opiekunów"), [within(0, 8)], default=0)
    companion_age = WholeNumberField(_("Wiek opiekuna"), [Optional(), within(0, 120)])
    mobility = SelectField(_("Porusza się"), choices=[], filters=[_as_in_file])
    assistance = SelectField(_("Pomoc kierowcy"), choices=[], filters=[_as_in_file])
    note = StringField(_("Uwaga dla kierowcy"), [at_most(300)])

    def validate_back_at(self, field: HourField) -> None:
        """An hour is asked for the way back at a fixed hour only; nobody should believe it was heard with another one."""
        if field.data is not None and self.back.data != ReturnMode.FIXED_HOUR.value:
            raise ValidationError(
                _("Godzinę podaj tylko przy powrocie o ustalonej godzinie. Usuń ją albo zmień powrót.")
            )

    def offer(self, rules: RideRules | None) -> None:
        """Fill the choices: what the rules know stands first."""
        self.purpose.choices = as_choices((purpose.value, say_text(PURPOSES[purpose])) for purpose in Purpose)
        modes = [mode for mode in ReturnMode if rules is None or mode in rules.return_modes]
        self.back.choices = as_choices(
            [*((mode.value, say_text(RETURN_MODES[mode])) for mode in modes), (ONE_WAY, _("bez powrotu"))]
        )
        same = (AS_IN_FILE, _("jak w kartotece"))
        self.mobility.choices = as_choices([same, *((one.value, say_text(MOBILITY[one])) for one in Mobility)])
        self.assistance.choices = as_choices([same, *((one.value, say_text(ASSISTANCE[one])) for one in Assistance)])

    def wish(self, place: WishedPlace) -> RideWish:
        """The request as the engine takes it."""
        back = self.back.data
        return RideWish(
            on=self.on.data,
            appointment_at=self.at.data,
            visit_minutes=self.minutes.data or 30,
            purpose=Purpose(self.purpose.data),
            place=place,
            return_mode=None if back == ONE_WAY else ReturnMode(back),
            return_at=self.back_at.data,
            companions=self.companions.data or 0,
            companion_age=self.companion_age.data,
            mobility=Mobility(self.mobility.data) if self.mobility.data else None,
            assistance=Assistance(self.assistance.data) if self.assistance.data else None,
            note=self.note.data or None,
        )


def found_places(session: Session, form: DeskForm) -> list[WishedPlace]:
    """The places meant: the one chosen, else those of the catalogue with these words, else the address as typed."""
    chosen = form.place_id.data or ""
    if chosen.isdigit() and len(chosen) < 10:
        place = destination(session, int(chosen))
        if place is not None and place.name == form.place.data:
            entrance = next((one for one in place.entrances if str(one.id) == form.entrance_id.data), None)
            return [place_of(place, entrance or (place.entrances[0] if place.entrances else None))]
    found = destinations_like(session, form.place.data or "", limit=6)
    if found:
        exact = [one for one in found if one.name == form.place.data]
        return [place_of(one, one.entrances[0] if one.entrances else None) for one in exact or found]
    return [typed_place(session, form.place.data or "")]


def typed_place(session: Session, text: str) -> WishedPlace:
    """An address typed freely: "ul. Bukowa 3", perhaps with a town after a comma."""
    address, _comma, town = (part.strip() for part in text.partition(","))
    street, _space, number = address.rpartition(" ")
    latitude, longitude, _exact = coordinates_of(session, town or TOWN, street or address, number)
    return WishedPlace(name=address, address=address, town=town or TOWN, latitude=latitude, longitude=longitude)


def place_values(place: WishedPlace) -> dict[str, str]:
    """A place as the form names it: one of the catalogue by its ids, a typed one by its words."""
    words = place.name if place.destination_id or place.town == TOWN else f"{place.name}, {place.town}"
    return {"place": words, "place_id": str(place.destination_id or ""), "entrance_id": str(place.entrance_id or "")}


def values_of(wish: RideWish) -> dict[str, Any]:
    """A wish as the desk's form shows it: a ride to be repeated or changed, a request asked again."""
    return {
        **place_values(wish.place),
        "purpose": wish.purpose.value, "on": wish.on, "at": wish.appointment_at, "minutes": wish.visit_minutes,
        "back": ONE_WAY if wish.return_mode is None else wish.return_mode.value, "back_at": wish.return_at, "companions": wish.companions,
        "companion_age": wish.companion_age, "mobility": AS_IN_FILE if wish.mobility is None else wish.mobility.value,
        "assistance": AS_IN_FILE if wish.assistance is None else wish.assistance.value, "note": wish.note,
    }  # fmt: skip


def values_of_usual(usual: UsualRide) -> Mapping[str, Any]:
    """ "Jak zawsze": everything but the day and the hour."""
    back = ONE_WAY if usual.return_mode is None else usual.return_mode.value
    return {
        **place_values(usual.place), "purpose": usual.purpose.value, "minutes": usual.visit_minutes, "back": back,
        "companions": usual.companions,
    }  # fmt: skip
