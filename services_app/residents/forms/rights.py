"""Requests about data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField

from services_app.residents.labels import DATA_REQUESTS
from services_app.web.forms import DayField, Form, at_most, choices_of, needed, not_in_future


class DataRequestForm(Form):
    """A request as it came."""

    kind = SelectField(_("O co prosi ta osoba"), choices=choices_of(DATA_REQUESTS))
    received_on = DayField(_("Kiedy wniosek wpłynął"), [not_in_future])
    note = TextAreaField(_("Notatka"), [at_most(1000)])


class AnswerForm(Form):
    """How it was answered."""

    outcome = TextAreaField(_("Jak odpowiedziano"), [needed(_("Napisz, co zrobiono i kiedy.")), at_most(1000)])
