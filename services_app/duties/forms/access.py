"""Forms of the review of access, and of trainings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField

from services_app.web.forms import DayField, Form, at_most, needed, not_in_future


class TrainingForm(Form):
    """A training somebody took. The view fills in the choices."""

    account = SelectField(_("Kto"), coerce=int, validate_choice=True, choices=[])
    trained_on = DayField(_("Kiedy"), [needed(_("Podaj dzień szkolenia.")), not_in_future])
    topic = StringField(_("Temat"), [needed(_("Podaj temat szkolenia.")), at_most(200)])
