"""What residents change themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField

from services_app.residents.forms.reading import PHONE_FIELDS, phone_field, phones_for_form, phones_of
from services_app.residents.labels import OWN_MOBILITIES, TOLD_BY
from services_app.residents.models import Resident
from services_app.residents.policy.numbers import read_e_mail
from services_app.residents.terms import Mobility, ToldBy, Wishes
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import ReadField, at_most, choices_of
from services_app.wording import N_

_OWN_LANGUAGES = {"pl": N_("polski"), "en": N_("angielski"), "uk": N_("ukraiński")}


class WishesForm(ChangingForm):
    """Contact, language, how to be told, how one gets about."""

    phone_1 = phone_field(_("Telefon"))
    phone_2 = phone_field(_("Drugi telefon"))
    phone_3 = phone_field(_("Trzeci telefon"))
    e_mail = ReadField(_("E-mail"), read_e_mail)
    told_by = RadioField(_("Jak mamy Cię powiadamiać?"), choices=choices_of(TOLD_BY))
    language = RadioField(_("W jakim języku do Ciebie pisać?"), choices=choices_of(_OWN_LANGUAGES))
    mobility = RadioField(_("Jak się poruszasz?"), choices=choices_of(OWN_MOBILITIES))
    usual_companion = StringField(_("Kto zwykle Ci towarzyszy?"), [at_most(120)])

    def wishes(self, resident: Resident) -> Wishes:
        """What was typed; phones beyond the third and the notes beside known ones stay as they are."""
        return Wishes(
            phones_of(self, resident), self.e_mail.value, self.language.data, ToldBy(self.told_by.data), Mobility(self.mobility.data),
            resident.assistance, self.usual_companion.data or None,
        )  # fmt: skip


def shown_wishes(resident: Resident) -> dict[str, Any]:
    """What residents change themselves, as the form shows it."""
    phones = phones_for_form(resident)
    return {
        **{name: phones[name] for name in PHONE_FIELDS},
        **{name: str(getattr(resident, name)) for name in ("told_by", "language", "mobility")},
        "e_mail": resident.e_mail or "", "usual_companion": resident.usual_companion or "",
    }  # fmt: skip
