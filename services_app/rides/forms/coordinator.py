"""What a coordinator fills in: which car, why, what is called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from services_app.web.forms import Choice, Form, at_most, needed

WHOLE: Final = "whole"
WAYS: Final[dict[str, set[int] | None]] = {WHOLE: None, "0": {0}, "1": {1}}
"""The ways of a ride as a form names them (None: the whole ride)."""


class AssignForm(Form):
    """Which car drives which way, and why although it does not fit."""

    way = RadioField(_("Co przydzielasz?"), default=WHOLE)
    shift = RadioField(_("Który samochód?"), [needed(_("Wybierz samochód."))])
    reason = StringField(_("Dlaczego mimo to?"), [at_most(300)])
    as_it_was = HiddenField()
    """Which cars the ways had when the form was drawn."""

    def offer(self, ways: Sequence[tuple[str, str]], shifts: Sequence[tuple[str, str]]) -> None:
        """Fill the choices, each as (value, words)."""
        self.way.choices = [Choice(value, words) for value, words in ways]
        self.shift.choices = [Choice(value, words) for value, words in shifts]


class HandOverForm(Form):
    """Who takes a shift over."""

    driver = RadioField(_("Kto pojedzie?"), [needed(_("Wybierz kierowcę."))])

    def offer(self, drivers: Sequence[tuple[str, str]]) -> None:
        """Fill the choice, each as (value, words)."""
        self.driver.choices = [Choice(value, words) for value, words in drivers]


class CancelForm(Form):
    """What is called off in the passenger's name, and what they said."""

    what = RadioField(_("Co odwołujemy?"), [needed(_("Wybierz, co odwołujemy."))])
    reason = StringField(_("Dlaczego?"), [at_most(200)])
    said = BooleanField(_("Powiedziane pasażerowi w rozmowie, nie trzeba dzwonić"))

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """What can be called off as (value, words)."""
        self.what.choices = [Choice(value, words) for value, words in choices]


class CloseDayForm(Form):
    """A day without service."""

    because = StringField(
        _("Dlaczego nie jeździmy?"), [needed(_("Napisz, dlaczego, na przykład: powódź.")), at_most(200)]
    )


class FilterForm(Form):
    """Which rides of the day are shown. Asked by GET."""

    class Meta(Form.Meta):
        """It travels in the page's address."""

        csrf = False

    stan = SelectField(_("Pokaż"), choices=[])
    samochod = SelectField(_("Samochód"), choices=[])

    def offer(self, kinds: Sequence[tuple[str, Any]], cars: Sequence[tuple[str, str]]) -> None:
        """Fill the choices."""
        self.stan.choices = [Choice("", _("wszystkie przejazdy")), *(Choice(value, words) for value, words in kinds)]
        self.samochod.choices = [Choice("", _("wszystkie samochody")), *(Choice(value, words) for value, words in cars)]
