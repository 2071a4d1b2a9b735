"""The form of a period."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, StringField
from wtforms.validators import Optional, ValidationError

from services_app import clock
from services_app.duties.policy.retention import PERSONS_SETS, Decided
from services_app.duties.terms import LONGEST_YEARS, Kept
from services_app.web.forms import Choice, DayField, Form, WholeNumberField, at_most, needed, within
from services_app.workdays import months_after


class PeriodForm(Form):
    """How long a set of data is kept."""

    years = WholeNumberField(_("Ile lat"), [needed(_("Podaj liczbę lat.")), within(1, LONGEST_YEARS)])
    legal_source = StringField(
        _("Skąd ten okres"), [needed(_("Podaj symbol z wykazu akt albo przepis.")), at_most(300)]
    )
    valid_from = DayField(_("Obowiązuje od"), [needed(_("Podaj dzień."))])

    def validate_valid_from(self, field: Any) -> None:
        """A period never began before somebody set it."""
        today = clock.today()
        if field.data is not None and not today <= field.data <= months_after(today, 12 * 5):
            raise ValidationError(gettext("Podaj dzień od dzisiaj, najdalej za pięć lat."))


class ErasureForm(Form):
    """For each set of somebody's data: erase now or hold until a day, and on what ground."""

    ride_what = RadioField(_("Przejazdy"), validators=[needed(_("Wybierz, co zrobić z przejazdami."))])
    ride_until = DayField(_("Przejazdy: trzymać do"), [Optional()])
    ride_ground = StringField(_("Przejazdy: podstawa"), [needed(_("Podaj podstawę.")), at_most(500)])
    message_what = RadioField(_("Wiadomości"), validators=[needed(_("Wybierz, co zrobić z wiadomościami."))])
    message_until = DayField(_("Wiadomości: trzymać do"), [Optional()])
    message_ground = StringField(_("Wiadomości: podstawa"), [needed(_("Podaj podstawę.")), at_most(500)])
    data_request_what = RadioField(_("Wnioski o dane"), validators=[needed(_("Wybierz, co zrobić z wnioskami."))])
    data_request_until = DayField(_("Wnioski: trzymać do"), [Optional()])
    data_request_ground = StringField(_("Wnioski: podstawa"), [needed(_("Podaj podstawę.")), at_most(500)])
    person_what = RadioField(_("Karta osoby"), validators=[needed(_("Wybierz, co zrobić z kartą."))])
    person_until = DayField(_("Karta: trzymać do"), [Optional()])
    person_ground = StringField(_("Karta: podstawa"), [needed(_("Podaj podstawę.")), at_most(500)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for kept in PERSONS_SETS:
            self[f"{kept.value}_what"].choices = [
                Choice("erase", gettext("Usunąć teraz")), Choice("hold", gettext("Trzymać do dnia")),
            ]  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Held data need their day."""
        good = bool(super().validate(extra_validators))
        for kept in PERSONS_SETS:
            until: Field = self[f"{kept.value}_until"]
            if self[f"{kept.value}_what"].data == "hold" and until.data is None and not until.errors:
                self.say_no(until.name, gettext("Podaj dzień, do którego trzymamy dane."))
                good = False
        return good

    def decided(self) -> dict[Kept, Decided]:
        """What was filled in."""
        return {
            kept: Decided(
                self[f"{kept.value}_until"].data if self[f"{kept.value}_what"].data == "hold" else None,
                self[f"{kept.value}_ground"].data or "",
            )
            for kept in PERSONS_SETS
        }
