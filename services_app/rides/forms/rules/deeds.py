"""The small forms of the rules: copy, try, publish, confirm."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form as PlainForm
from wtforms import StringField
from wtforms.validators import Regexp

from services_app.web.forms import DayField, Form, at_most, needed

MOST_DAYS = 370


class CopyForm(Form):
    """The name of a new draft."""

    name = StringField(
        _("Nazwa nowej wersji"), [needed(_("Nadaj nazwę, na przykład „Zasady na 2027 rok”.")), at_most(160)]
    )
    code = StringField(
        _("Skrót"),
        [
            needed(_("Podaj skrót, na przykład kielce-2027.")),
            at_most(60),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$", re.IGNORECASE | re.ASCII,
                message=_("Użyj małych liter bez ogonków, cyfr i myślników, na przykład kielce-2027."),
            ),
        ],
    )  # fmt: skip


class PublishForm(Form):
    """From which day."""

    from_on = DayField(_("Zasady obowiązują od dnia"), [needed(_("Podaj dzień, od którego obowiązują zasady."))])


class ConfirmForm(Form):
    """Who in the office confirmed the rules, and when."""

    who = StringField(
        _("Kto w ośrodku potwierdził zasady"),
        [needed(_("Wpisz imię, nazwisko i stanowisko osoby, która potwierdziła zasady.")), at_most(120)],
        render_kw={"autocomplete": "off"},
    )
    on = DayField(_("Którego dnia"), [needed(_("Podaj dzień potwierdzenia."))])


class TrialForm(PlainForm):
    """The period whose bookings a version is tried on; sent by address, so it can be kept."""

    first_on = DayField(_("Od dnia"))
    last_on = DayField(_("Do dnia"))

    def period(self, today: date) -> tuple[date, date]:
        """The days chosen, else the last whole quarter."""
        first, last = last_quarter(today)
        return self.first_on.data or first, self.last_on.data or last

    def validate(self, extra_validators: Any = None) -> bool:
        """Days in order, and not more than a year of them."""
        if not super().validate(extra_validators):
            return False
        first, last = self.first_on.data, self.last_on.data
        if first is None or last is None:
            return True
        if last < first:
            self.last_on.errors = [gettext("Ten dzień jest przed pierwszym. Zamień dni.")]
        elif (last - first).days > MOST_DAYS:
            self.last_on.errors = [gettext("Wybierz najwyżej jeden rok.")]
        return not self.last_on.errors


def last_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the quarter before this one."""
    this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = this - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last
