"""Forms of signing in and of accounts."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Field, HiddenField, SelectMultipleField, StringField, TelField
from wtforms.validators import Email, EqualTo, Length, Optional, ValidationError
from wtforms.widgets import PasswordInput

from services_app.staff.actions import Details
from services_app.staff.labels import ROLE_HINTS, ROLES
from services_app.staff.models import StaffAccount
from services_app.staff.policy import password_verdict
from services_app.staff.terms import MOST_CHARACTERS
from services_app.verdict import Verdict
from services_app.web.forms import Form, as_choices, at_most, needed
from services_app.web.languages import say

_NOT_AN_ADDRESS = _("Podaj adres e-mail, na przykład anna.nowak@mopr.kielce.pl.")


class SecretField(Field):
    """A password, taken exactly as typed: spaces at its ends count."""

    widget = PasswordInput()

    def _value(self) -> str:
        return str(self.data or "")


class CarriedForm(Form):
    """What travels through all steps of signing in: where to go on to, and a form that met an expired session."""

    dalej = HiddenField()
    held = HiddenField()


class SignInForm(CarriedForm):
    """The first step."""

    e_mail = EmailField(_("Adres e-mail"), [needed(_("Podaj adres e-mail.")), at_most(254)])
    password = SecretField(_("Hasło"), [needed(_("Podaj hasło.")), Length(max=4 * MOST_CHARACTERS)])


class CodeForm(CarriedForm):
    """The second step."""

    code = StringField(_("Kod z aplikacji"), [needed(_("Podaj kod z aplikacji.")), at_most(20)])


class EnrolForm(CodeForm):
    """The first code of a phone that is taken into use; its key travels sealed."""

    key = HiddenField()


class _NewPassword(Form):
    password = SecretField(_("Nowe hasło"), [needed(_("Wpisz nowe hasło."))])
    repeated = SecretField(
        _("Nowe hasło jeszcze raz"),
        [needed(_("Wpisz nowe hasło drugi raz.")), EqualTo("password", _("Hasła się różnią. Wpisz dwa razy to samo."))],
    )

    def refuse_weak(self, about: tuple[str, ...]) -> Verdict:
        """Put every reason against the password beside it. ``about``: names and addresses it must not consist of."""
        verdict = password_verdict(self.password.data or "", about)
        for reason in verdict.reasons:
            self.say_no("password", say(reason))
        return verdict


class InvitationForm(_NewPassword):
    """The password of somebody invited."""


class PasswordForm(_NewPassword):
    """A new password, by its owner."""

    current_password = SecretField(_("Obecne hasło"), [needed(_("Wpisz obecne hasło."))])


class SecondFactorForm(Form):
    """Another phone, by its owner."""

    key = HiddenField()
    current_password = SecretField(_("Obecne hasło"), [needed(_("Wpisz obecne hasło."))])
    code = StringField(_("Kod z aplikacji"), [needed(_("Podaj kod z aplikacji.")), at_most(20)])


def _some_number(_form: Form, field: Field) -> None:
    if field.data and not re.fullmatch(r"\+?[\d \-()/]{7,20}", field.data):
        raise ValidationError(gettext("Podaj numer telefonu, na przykład 41 331 25 24."))


class AccountForm(Form):
    """Who somebody is and what they may do."""

    first_name = StringField(_("Imię"), [needed(_("Podaj imię.")), at_most(100)])
    last_name = StringField(_("Nazwisko"), [needed(_("Podaj nazwisko.")), at_most(100)])
    phone = TelField(_("Telefon służbowy"), [Optional(), at_most(20), _some_number])
    authorisation_number = StringField(_("Numer upoważnienia"), [Optional(), at_most(60)])
    roles = SelectMultipleField(_("Role"), [needed(_("Zaznacz co najmniej jedną rolę."))])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.roles.choices = as_choices(
            (role, f"{gettext(words)} – {gettext(ROLE_HINTS[role])}") for role, words in ROLES.items()
        )

    def details(self, e_mail: str) -> Details:
        """What was filled in, as the actions take it."""
        return Details(
            e_mail, self.first_name.data or "", self.last_name.data or "", frozenset(self.roles.data or ()),
            self.phone.data or None, self.authorisation_number.data or None,
        )  # fmt: skip

    @classmethod
    def of(cls, account: StaffAccount) -> AccountForm:
        """The form showing an account as it is."""
        return cls(
            first_name=account.first_name, last_name=account.last_name, phone=account.phone, roles=sorted(account.role_words),
            authorisation_number=account.authorisation_number,
        )  # fmt: skip


class InviteForm(AccountForm):
    """A new member of staff."""

    e_mail = EmailField(
        _("Adres e-mail"), [needed(_("Podaj adres e-mail.")), at_most(254), Email(message=_NOT_AN_ADDRESS)]
    )
