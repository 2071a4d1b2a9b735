"""The steps of signing in. Each carries along what was being sent and where to go on to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import Length

from services_app.residents.policy.numbers import read_contact
from services_app.web.forms import DayField, Form, ReadField, at_most, needed


class CarryingForm(Form):
    """A step of signing in."""

    dalej = HiddenField(validators=[at_most(2000)])
    held = HiddenField(validators=[Length(max=400_000)])


class ContactForm(CarryingForm):
    """A phone or an e-mail."""

    contact = ReadField(
        _("Twój numer telefonu lub e-mail"),
        read_contact,
        validators=[needed(_("Podaj numer telefonu albo adres e-mail.")), at_most(254)],
    )


class CodeForm(CarryingForm):
    """The six digits."""

    reference = HiddenField(validators=[at_most(100)])
    code = StringField(_("Kod z wiadomości"), [needed(_("Wpisz kod. Ma 6 cyfr.")), at_most(40)])

    @property
    def digits(self) -> str:
        """The digits typed, without spaces."""
        return "".join(letter for letter in (self.code.data or "") if letter.isdigit())


class WhoForm(CarryingForm):
    """Which of those who share a phone."""

    reference = HiddenField(validators=[at_most(100)])
    who = RadioField(_("Kto się loguje?"), validators=[needed(_("Wybierz osobę."))])


class LetterForm(CarryingForm):
    """The personal code of a letter and the birth date."""

    code = StringField(_("Kod z listu"), [needed(_("Wpisz kod z listu. Ma 12 znaków.")), at_most(40)])
    birth_on = DayField(_("Data urodzenia"), [needed(_("Podaj datę urodzenia, na przykład 5.12.1946."))])
