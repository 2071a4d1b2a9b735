"""The form of a person in the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from services_app import clock
from services_app.residents.forms.reading import phone_field, phones_for_form, phones_of
from services_app.residents.labels import ASSISTANCES, LANGUAGES, MOBILITIES, TOLD_BY
from services_app.residents.models import Resident
from services_app.residents.policy.numbers import (
    Pesel,
    masked_pesel,
    read_document,
    read_e_mail,
    read_pesel,
    read_postcode,
)
from services_app.residents.policy.rights import usual_told_by
from services_app.residents.terms import Address, Assistance, Mobility, PersonDetails, ToldBy, Wishes
from services_app.verdict import Reason
from services_app.web.as_it_was import ChangingForm, Unseen
from services_app.web.forms import DayField, ReadField, at_most, choices_of, needed
from services_app.wording import N_

_LIFT = {"": N_("nie wiemy"), "yes": N_("jest"), "no": N_("nie ma")}
_TOLD_BY: dict[Any, str] = {"": N_("SMS (na stacjonarny: rozmowa)"), **TOLD_BY}
OLDEST_YEARS = 125


def read_pesel_now(text: str) -> Pesel | Reason:
    """A PESEL of somebody born by today."""
    return read_pesel(text, today=clock.today())


class ResidentForm(ChangingForm):
    """Everything the register asks, on one page."""

    pesel = ReadField(_("Numer PESEL"), read_pesel_now)
    other_document = ReadField(_("Numer innego dokumentu"), read_document)
    birth_on = DayField(_("Data urodzenia"))
    first_name = StringField(_("Imię"), [needed(_("Podaj imię.")), at_most(100)])
    last_name = StringField(_("Nazwisko"), [needed(_("Podaj nazwisko.")), at_most(100)])

    street = StringField(_("Ulica"), [needed(_("Podaj ulicę, a bez ulic nazwę miejscowości.")), at_most(120)])
    house_number = StringField(_("Numer domu"), [needed(_("Podaj numer domu.")), at_most(20)])
    flat_number = StringField(_("Numer mieszkania"), [at_most(20)])
    postcode = ReadField(_("Kod pocztowy"), read_postcode)
    town = StringField(_("Miejscowość"), [needed(_("Podaj miejscowość.")), at_most(80)], default="Kielce")
    staircase = StringField(_("Klatka"), [at_most(40)])
    floor = StringField(_("Piętro"), [at_most(20)])
    has_lift = SelectField(_("Winda"), choices=choices_of(_LIFT), validate_choice=True)
    gate_code = StringField(_("Kod do bramy lub domofonu"), [at_most(40)])
    driver_note = TextAreaField(_("Uwagi dla kierowcy"), [at_most(500)])

    phone_1 = phone_field(_("Telefon"))
    phone_1_note = StringField(_("Czyj lub kiedy dzwonić"), [at_most(80)])
    phone_2 = phone_field(_("Drugi telefon"))
    phone_2_note = StringField(_("Czyj lub kiedy dzwonić (drugi telefon)"), [at_most(80)])
    phone_3 = phone_field(_("Trzeci telefon"))
    phone_3_note = StringField(_("Czyj lub kiedy dzwonić (trzeci telefon)"), [at_most(80)])
    e_mail = ReadField(_("E-mail"), read_e_mail)
    language = SelectField(_("Język"), choices=choices_of(LANGUAGES), default="pl")
    told_by = SelectField(_("Jak powiadamiać"), choices=choices_of(_TOLD_BY), default="")

    mobility = SelectField(_("Jak się porusza"), choices=choices_of(MOBILITIES), default=Mobility.WALKS.value)
    assistance = SelectField(_("Pomoc kierowcy"), choices=choices_of(ASSISTANCES), default=Assistance.DOOR.value)
    usual_companion = StringField(_("Kto zwykle towarzyszy"), [at_most(120)])
    notes = TextAreaField(_("Uwagi dla pracowników"), [at_most(1000)])

    somebody_else = BooleanField(_("To inna osoba. Zapisz mimo podobieństwa."))

    @classmethod
    def of(cls, resident: Resident) -> ResidentForm:
        """Fields as they are kept; the numbers of documents stay hidden and are only replaced when typed anew."""
        form = cls.about(shown_resident(resident))
        form.identified = True
        form.told_by.choices = choices_of(TOLD_BY)()  # how somebody known is told was chosen
        return form

    identified = False
    """Whether the person's document is in the register already."""

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what they say together."""
        good = bool(super().validate(extra_validators))
        return self._identity_is_told() and good

    def _identity_is_told(self) -> bool:
        if self.pesel.value is not None:
            if self.birth_on.data and self.birth_on.data != self.pesel.value.birth_on:
                self.say_no("birth_on", gettext("Ta data nie zgadza się z numerem PESEL. Porównaj obie z dokumentem."))
                return False
            return True
        if (
            not self.identified
            and not self.pesel.errors
            and not self.other_document.value
            and not self.other_document.errors
        ):
            self.say_no("pesel", gettext("Podaj numer PESEL albo numer innego dokumentu i datę urodzenia."))
            return False
        if self.birth_on.errors or self.pesel.errors:
            return False
        return self._birth_day_is_right(clock.today())

    def _birth_day_is_right(self, today: date) -> bool:
        born = self.birth_on.data
        if born is None:
            self.say_no("birth_on", gettext("Podaj datę urodzenia, na przykład 5.12.1946."))
            return False
        if born > today or born.year < today.year - OLDEST_YEARS:
            self.say_no("birth_on", gettext("Sprawdź rok urodzenia."))
            return False
        return True

    def details(self, resident: Resident | None = None) -> PersonDetails:
        """What was typed, as the register takes it."""
        read: Pesel | None = self.pesel.value
        address = Address(
            self.street.data or "", self.house_number.data or "", self.flat_number.data or None, self.postcode.value, self.town.data or "",
            self.staircase.data or None, self.floor.data or None, {"yes": True, "no": False}.get(self.has_lift.data),
            self.gate_code.data or None, self.driver_note.data or None,
        )  # fmt: skip
        wishes = Wishes(
            phones_of(self, resident), self.e_mail.value, self.language.data, self._told_by(), Mobility(self.mobility.data),
            Assistance(self.assistance.data), self.usual_companion.data or None,
        )  # fmt: skip
        return PersonDetails(
            self.first_name.data or "", self.last_name.data or "", read.birth_on if read else self.birth_on.data, address, wishes,
            read.number if read else None, self.other_document.value, read.sex if read else (resident.sex if resident else None),
            self.notes.data or None,
        )  # fmt: skip

    def _told_by(self) -> ToldBy:
        """As chosen; without a choice as the house does."""
        return ToldBy(self.told_by.data) if self.told_by.data else usual_told_by(phones_of(self))


def shown_resident(resident: Resident) -> dict[str, Any]:
    """A person as the form shows them."""
    return {
        **{name: getattr(resident, name) or "" for name in _PLAIN},
        **{name: str(getattr(resident, name)) for name in ("language", "told_by", "mobility", "assistance")},
        "pesel": Unseen(resident.pesel, masked_pesel(resident.pesel)),
        "other_document": Unseen(resident.other_document, gettext("zapisany") if resident.other_document else ""),
        "birth_on": resident.birth_on, "has_lift": {True: "yes", False: "no", None: ""}[resident.has_lift], **phones_for_form(resident),
    }  # fmt: skip


_PLAIN = (
    "first_name", "last_name", "street", "house_number", "flat_number", "postcode", "town", "staircase", "floor", "gate_code",
    "driver_note", "e_mail", "usual_companion", "notes",
)  # fmt: skip
