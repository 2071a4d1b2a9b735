"""What residents change themselves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, StringField
from wtforms.widgets import HiddenInput

from services_app.residents.forms.reading import phone_field, phones_for_form, phones_of
from services_app.residents.labels import OWN_MOBILITIES, TOLD_BY
from services_app.residents.models import Resident
from services_app.residents.policy.numbers import read_e_mail
from services_app.residents.terms import Mobility, ToldBy, Wishes
from services_app.web.forms import Form, ReadField, at_most, choices_of
from services_app.web.meanwhile import beside_saved
from services_app.wording import N_

_OWN_LANGUAGES = {"pl": N_("polski"), "en": N_("angielski"), "uk": N_("ukraiński")}


class WishesForm(Form):
    """Contact, language, how to be told, how one gets about."""

    phone_1 = phone_field(_("Telefon"))
    phone_2 = phone_field(_("Drugi telefon"))
    phone_3 = phone_field(_("Trzeci telefon"))
    e_mail = ReadField(_("E-mail"), read_e_mail)
    told_by = RadioField(_("Jak mamy Cię powiadamiać?"), choices=choices_of(TOLD_BY))
    language = RadioField(_("W jakim języku do Ciebie pisać?"), choices=choices_of(_OWN_LANGUAGES))
    mobility = RadioField(_("Jak się poruszasz?"), choices=choices_of(OWN_MOBILITIES))
    usual_companion = StringField(_("Kto zwykle Ci towarzyszy?"), [at_most(120)])
    version = IntegerField(widget=HiddenInput(), default=1)

    def for_resident(self, resident: Resident) -> None:
        """Fields as they are kept, unless others were sent."""
        if not self.is_submitted():
            self._show(resident)

    def saved_meanwhile(self, resident: Resident) -> None:
        """Somebody else saved first: what was typed stays, beside what is saved now, and may be sent again."""
        saved = WishesForm(formdata=None)
        saved._show(resident)
        beside_saved(self, saved, version="version")

    def _show(self, resident: Resident) -> None:
        for name in ("told_by", "language", "mobility"):
            self[name].data = str(getattr(resident, name))
        self.e_mail.data, self.usual_companion.data = resident.e_mail or "", resident.usual_companion or ""
        self.version.data = resident.version
        for name, text in phones_for_form(resident).items():
            if name in self:
                self[name].data = text

    def wishes(self, resident: Resident) -> Wishes:
        """What was typed; phones beyond the third and the notes beside known ones stay as they are."""
        return Wishes(
            phones_of(self, resident), self.e_mail.value, self.language.data, ToldBy(self.told_by.data), Mobility(self.mobility.data),
            resident.assistance, self.usual_companion.data or None,
        )  # fmt: skip
