"""The form of a number to call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import ValidationError

from services_app.dashboard.actions import PhoneLineFacts
from services_app.residents.policy.numbers import read_phone
from services_app.verdict import Reason
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import DayField, HourField, as_choices, at_most, needed
from services_app.web.languages import say
from services_app.web.models import PhoneLine
from services_app.wording import N_

PROGRAMMES = {"rides": N_("Taksówka dla seniora"), "centre": N_("ośrodek")}


class PhoneLineForm(ChangingForm):
    """A number from a day on."""

    programme = SelectField(_("Do czego"), choices=[])
    phone = StringField(_("Numer telefonu"), [needed(_("Podaj numer.")), at_most(20)])
    opens_at = HourField(_("Czynny od"), [needed(_("Podaj godzinę."))])
    closes_at = HourField(_("Czynny do"), [needed(_("Podaj godzinę."))])
    working_days_only = BooleanField(_("Tylko w dni robocze"), default=True)
    valid_from = DayField(_("Obowiązuje od"), [needed(_("Podaj dzień."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme.choices = as_choices((code, gettext(words)) for code, words in PROGRAMMES.items())

    def validate_phone(self, field: Any) -> None:
        """The number as a phone dials it."""
        found = read_phone(field.data or "")
        if isinstance(found, Reason):
            raise ValidationError(say(found))
        field.data = found.number

    def validate_closes_at(self, field: Any) -> None:
        """The line closes after it opens."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("Godzina końca musi być po godzinie początku."))

    def facts(self) -> PhoneLineFacts:
        """What was typed."""
        return PhoneLineFacts(
            programme=str(self.programme.data), phone=self.phone.data or "", opens_at=self.opens_at.data, closes_at=self.closes_at.data,
            working_days_only=bool(self.working_days_only.data), valid_from=self.valid_from.data,
        )  # fmt: skip


def shown_lines(lines: Iterable[PhoneLine]) -> dict[str, Any]:
    """The table above the form, as far as saving changes it."""
    return {"lines": [[line.id, line.phone, line.valid_from, line.valid_until] for line in lines]}
