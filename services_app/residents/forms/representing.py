"""Recording a consent at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField

from services_app.residents.labels import CONSENT_WAYS, LANGUAGES, REPRESENTATIVE_KINDS, SCOPES, TOLD_BY
from services_app.residents.models import Representative
from services_app.residents.policy.numbers import read_e_mail, read_phone
from services_app.residents.terms import ConsentHow, RepresentativeKind, Scope, ToldBy
from services_app.web.forms import Choice, DayField, Form, ReadField, at_most, choices_of

_DESK_WAYS = {how: words for how, words in CONSENT_WAYS.items() if how is not ConsentHow.ONLINE}
NEW = "new"


class RepresentationForm(Form):
    """Who, how the consent was given, what it allows, until when."""

    known = SelectField(_("Czy ta osoba lub instytucja jest już w rejestrze?"), default=NEW)
    kind = SelectField(
        _("Kto to jest"), choices=choices_of(REPRESENTATIVE_KINDS), default=RepresentativeKind.RELATIVE.value
    )
    name = StringField(_("Imię i nazwisko albo nazwa"), [at_most(200)])
    phone = ReadField(_("Telefon"), read_phone)
    e_mail = ReadField(_("E-mail"), read_e_mail)
    language = SelectField(_("Język"), choices=choices_of(LANGUAGES), default="pl")
    told_by = SelectField(_("Jak powiadamiać"), choices=choices_of(TOLD_BY), default=ToldBy.SMS.value)
    scope = SelectField(_("Co może robić"), choices=choices_of(SCOPES), default=Scope.BOOK.value)
    told_of_rides = BooleanField(_("Dostaje przypomnienia i wiadomości o przejazdach"), default=True)
    how = SelectField(_("Jak wyrażono zgodę"), choices=choices_of(_DESK_WAYS), default=ConsentHow.BY_PHONE.value)
    valid_until = DayField(_("Zgoda do dnia"))
    consented = BooleanField(_("Treść zgody przeczytano tej osobie i zgadza się na nią"))

    really_new = BooleanField(_("To ktoś nowy, choć kontakt jest ten sam"))

    alike: Sequence[str] = ()
    """Names of those known with the same contact."""
    asks_whether_new = False

    def offer(self, known: list[Representative]) -> None:
        """Let a clinic, or somebody with the same phone, be chosen instead of typed again."""
        named = [Choice(str(one.id), f"{one.name} ({one.phone or one.e_mail or ''})") for one in known]
        self.known.choices = [Choice(NEW, gettext("Nie, zapisz nową")), *named]

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what a new person needs."""
        good = bool(super().validate(extra_validators))
        if not self.consented.data:
            self.say_no(
                "consented", gettext("Bez zgody nie można nikogo zapisać. Przeczytaj jej treść i zaznacz to pole.")
            )
            good = False
        if self.known.data != NEW:
            return good
        if not self.name.data:
            self.say_no("name", gettext("Podaj imię i nazwisko albo nazwę."))
            good = False
        if not self.phone.value and not self.e_mail.value and not self.phone.errors and not self.e_mail.errors:
            self.say_no("phone", gettext("Podaj telefon albo e-mail. Bez nich ta osoba nie zaloguje się."))
            good = False
        return good
