"""A resident names somebody who may act for them: first who and what, then the consent itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, StringField

from services_app.residents.actions import NewRepresentative, Representing
from services_app.residents.labels import OWN_REPRESENTATIVE_KINDS, OWN_SCOPES
from services_app.residents.policy.numbers import read_contact
from services_app.residents.terms import ConsentHow, PhoneNumber, RepresentativeKind, Scope, ToldBy
from services_app.web.forms import DayField, Form, ReadField, at_most, choices_of, needed
from services_app.wording import N_

_LANGUAGES = {"pl": N_("po polsku"), "en": N_("po angielsku"), "uk": N_("po ukraińsku")}


class OwnRepresentativeForm(Form):
    """Who, what they may do, until when. ``agreed`` and ``text_version`` belong to the second step."""

    kind = RadioField(
        _("Kto to jest?"), choices=choices_of(OWN_REPRESENTATIVE_KINDS), validators=[needed(_("Wybierz, kto to jest."))]
    )
    name = StringField(_("Imię i nazwisko albo nazwa"), [needed(_("Podaj imię i nazwisko albo nazwę.")), at_most(200)])
    contact = ReadField(
        _("Telefon komórkowy lub e-mail tej osoby"),
        read_contact,
        validators=[needed(_("Podaj telefon komórkowy albo e-mail. Na ten adres przyjdzie kod do zalogowania.")), at_most(254)],
    )  # fmt: skip
    scope = RadioField(
        _("Co może robić?"), choices=choices_of(OWN_SCOPES), validators=[needed(_("Wybierz, co ta osoba może robić."))]
    )
    told_of_rides = BooleanField(_("Niech dostaje też wiadomości o moich przejazdach"), default=True)
    valid_until = DayField(_("Do kiedy?"))
    language = RadioField(_("Jak pisać do tej osoby?"), choices=choices_of(_LANGUAGES), default="pl")
    agreed = BooleanField(_("Zgadzam się"))
    text_version = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields; a land line cannot take the code to sign in with."""
        good = bool(super().validate(extra_validators))
        read = self.contact.value
        if isinstance(read, PhoneNumber) and read.land_line and not self.contact.errors:
            told = gettext(
                "To telefon stacjonarny. Kod do zalogowania na niego nie przyjdzie. Podaj komórkę albo e-mail."
            )
            self.say_no("contact", told)
            return False
        return good

    def said(self) -> NewRepresentative:
        """Who it is, as typed. Only of a validated form."""
        read = self.contact.value
        phone, e_mail = (read.number, None) if isinstance(read, PhoneNumber) else (None, read)
        told_by = ToldBy.SMS if phone else ToldBy.E_MAIL
        return NewRepresentative(
            RepresentativeKind(self.kind.data), self.name.data or "", phone, e_mail, self.language.data, told_by
        )

    def consent(self) -> Representing:
        """What is consented to. Only of a validated form."""
        told = bool(self.told_of_rides.data) or self.scope.data == Scope.TOLD.value
        return Representing(
            Scope(self.scope.data), told, ConsentHow.ONLINE, self.valid_until.data, self.name.data,
            RepresentativeKind(self.kind.data),
        )  # fmt: skip

    def typed(self) -> Iterator[tuple[str, str]]:
        """What the first step gathered, to be carried through the second one."""
        for name in ("kind", "name", "contact", "scope", "valid_until", "language"):
            yield name, self[name].raw_data[0] if self[name].raw_data else ""
        if self.told_of_rides.data:
            yield "told_of_rides", "y"
