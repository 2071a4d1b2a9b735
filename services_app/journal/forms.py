"""The filters of the journal, said in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from services_app.journal.labels import known_deeds
from services_app.journal.queries import Wanted
from services_app.web.forms import DayField, Form, WholeNumberField, as_choices, at_most, within


def _of_our_time(_form: Form, field: Field) -> None:
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError(gettext("Podaj dzień z lat 2000–2100."))


class JournalFilter(Form):
    """What to look for; sent by GET, so it needs no token."""

    class Meta(Form.Meta):
        """A question changes nothing."""

        csrf = False

    person = StringField(_("Kto to zrobił"), [Optional(), at_most(100)])
    deed = SelectField(_("Co zrobiono"), [Optional()], validate_choice=False)
    first_day = DayField(_("Od dnia"), [Optional(), _of_our_time])
    last_day = DayField(_("Do dnia"), [Optional(), _of_our_time])
    resident = WholeNumberField(_("Numer mieszkańca"), [Optional(), within(1, 2_000_000_000)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        deeds = sorted(((deed, gettext(words)) for deed, words in known_deeds().items()), key=lambda item: item[1])
        self.deed.choices = as_choices([("", gettext("Wszystko")), *deeds])

    def wanted(self) -> Wanted:
        """What the filled form asks for; a field that could not be read asks for nothing."""
        good = {field.name: field.data for field in self if not field.errors}
        return Wanted(
            good.get("person") or "", (good.get("deed") or "")[:60], good.get("first_day"), good.get("last_day"), good.get("resident"),
        )  # fmt: skip
