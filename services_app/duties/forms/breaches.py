"""Forms of the register of breaches, and of the contact for incidents."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.validators import Optional, Regexp, ValidationError

from services_app import clock
from services_app.clock import NoSuchHour, moment_at
from services_app.duties.actions.breaches import Contact
from services_app.duties.labels import BREACH_KINDS, CSIRT_DECISIONS, PEOPLE_DECISIONS, RISKS, UODO_DECISIONS
from services_app.duties.models import DataBreach, IncidentContact
from services_app.duties.policy.breaches import BreachFacts
from services_app.duties.terms import INCIDENT_ADDRESS, BreachKind, Decision, Risk
from services_app.residents.policy.numbers import read_e_mail, read_phone, shown_phone
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import (
    Choice,
    DayField,
    Form,
    HourField,
    ReadField,
    WholeNumberField,
    at_most,
    choices_of,
    needed,
    not_in_future,
    within,
)
from services_app.wording import local

_TEXT = 4000
_TEXTS = (
    "happened", "when_happened", "people", "records", "consequences", "measures", "uodo_reason", "uodo_reference", "uodo_late_reason",
    "csirt_reference", "people_reason", "people_told_how",
)  # fmt: skip


def _moment(on: date | None, at: time | None) -> datetime | None:
    return None if on is None or at is None else moment_at(on, at)


class _Moments(Form):
    """A form whose moments are a day and an hour each."""

    moments: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Both parts or none, an hour that exists, nothing of the future."""
        good = bool(super().validate(extra_validators))
        moments = [self._moment_is_good(name) for name in self.moments]  # each says its own, so none is left out
        return good and all(moments)

    def _moment_is_good(self, name: str) -> bool:
        on, at = self[f"{name}_on"], self[f"{name}_hour"]
        if on.errors or at.errors:
            return False
        if (on.data is None) != (at.data is None):
            self.say_no(at.name if at.data is None else on.name, gettext("Podaj dzień i godzinę."))
            return False
        try:
            moment = _moment(on.data, at.data)
        except NoSuchHour:
            self.say_no(at.name, gettext("Tej godziny nie było: zegary przestawiono o godzinę do przodu."))
            return False
        if moment is not None and moment > clock.now():
            self.say_no(at.name, gettext("Ta chwila jeszcze nie nadeszła. Sprawdź dzień i godzinę."))
            return False
        return True

    def moment(self, name: str) -> datetime | None:
        """A moment that was typed."""
        return _moment(self[f"{name}_on"].data, self[f"{name}_hour"].data)

    @property
    def found_at(self) -> datetime:
        """When it was noticed. Only of a validated form."""
        return moment_at(self["found_on"].data, self["found_hour"].data)


class IncidentForm(_Moments):
    """What a member of staff noticed."""

    moments = ("found",)
    happened = TextAreaField(_("Co się stało?"), [needed(_("Napisz, co się stało.")), at_most(_TEXT)])
    found_on = DayField(_("Kiedy to zauważono: dzień"), [needed(_("Podaj dzień."))])
    found_hour = HourField(_("Godzina"), [needed(_("Podaj godzinę."))])


class BreachForm(_Moments, ChangingForm):
    """The whole entry of the register."""

    moments = ("found", "uodo_told", "csirt_told")
    found_on = DayField(_("Stwierdzono: dzień"), [needed(_("Podaj dzień."))])
    found_hour = HourField(_("Stwierdzono: godzina"), [needed(_("Podaj godzinę."))])
    happened = TextAreaField(_("Co się stało"), [needed(_("Napisz, co się stało.")), at_most(_TEXT)])
    when_happened = StringField(_("Kiedy do tego doszło"), [Optional(), at_most(300)])
    kinds = SelectMultipleField(_("Rodzaj naruszenia"))
    people = StringField(_("Kategorie osób"), [Optional(), at_most(500)])
    people_count = WholeNumberField(_("Liczba osób"), [Optional(), within(0, 10_000_000)])
    records = StringField(_("Kategorie wpisów"), [Optional(), at_most(500)])
    records_count = WholeNumberField(_("Liczba wpisów"), [Optional(), within(0, 100_000_000)])
    consequences = TextAreaField(_("Możliwe skutki dla osób"), [Optional(), at_most(_TEXT)])
    measures = TextAreaField(_("Co zrobiono i co jest zaplanowane"), [Optional(), at_most(_TEXT)])
    risk = RadioField(_("Ryzyko dla praw i wolności osób"))
    uodo_decision = RadioField(_("UODO: decyzja"))
    uodo_reason = StringField(_("Powód, gdy nie zgłaszamy"), [Optional(), at_most(1000)])
    uodo_told_on = DayField(_("Zgłoszono do UODO: dzień"), [Optional()])
    uodo_told_hour = HourField(_("Zgłoszono do UODO: godzina"), [Optional()])
    uodo_reference = StringField(_("Numer zgłoszenia do UODO"), [Optional(), at_most(120)])
    uodo_late_reason = StringField(_("Powód, gdy zgłoszono po 72 godzinach"), [Optional(), at_most(1000)])
    csirt_decision = RadioField(_("CSIRT: decyzja"))
    csirt_told_on = DayField(_("Zgłoszono do CSIRT: dzień"), [Optional()])
    csirt_told_hour = HourField(_("Zgłoszono do CSIRT: godzina"), [Optional()])
    csirt_reference = StringField(_("Numer zgłoszenia do CSIRT"), [Optional(), at_most(120)])
    people_decision = RadioField(_("Osoby: decyzja"))
    people_reason = StringField(_("Powód, gdy nie zawiadamiamy"), [Optional(), at_most(1000)])
    people_told_on = DayField(_("Zawiadomiono dnia"), [Optional(), not_in_future])
    people_told_how = StringField(_("Jak zawiadomiono"), [Optional(), at_most(500)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.kinds.choices = choices_of(BREACH_KINDS)()
        later = [Choice("", gettext("Jeszcze nie wiadomo"))]
        self.risk.choices = [*later, *choices_of(RISKS)()]
        self.uodo_decision.choices = [*later, *choices_of(UODO_DECISIONS)()]
        self.csirt_decision.choices = [*later, *choices_of(CSIRT_DECISIONS)()]
        self.people_decision.choices = [*later, *choices_of(PEOPLE_DECISIONS)()]

    @classmethod
    def shown(cls, breach: DataBreach) -> dict[str, Any]:
        """An entry as the form shows it."""
        shown: dict[str, Any] = dict(vars(breach.facts)) | {"kinds": breach.kinds}
        for name in cls.moments:
            moment = shown.pop(f"{name}_at")
            shown[f"{name}_on"] = None if moment is None else local(moment).date()
            shown[f"{name}_hour"] = None if moment is None else local(moment).time().replace(second=0, microsecond=0)
        for name in ("risk", "uodo_decision", "csirt_decision", "people_decision"):
            shown[name] = shown[name].value if shown[name] else ""
        return shown

    def facts(self) -> BreachFacts:
        """The entry as it was filled in. Only of a validated form."""
        texts: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        decided: dict[str, Any] = {
            name: Decision(self[name].data) if self[name].data else None
            for name in ("uodo_decision", "csirt_decision", "people_decision")
        }
        return BreachFacts(
            found_at=self.found_at, uodo_told_at=self.moment("uodo_told"), csirt_told_at=self.moment("csirt_told"),
            kinds=tuple(BreachKind(kind) for kind in self.kinds.data or ()),
            people_count=self.people_count.data, records_count=self.records_count.data, people_told_on=self.people_told_on.data,
            risk=Risk(self.risk.data) if self.risk.data else None, **texts, **decided,
        )  # fmt: skip


class ContactForm(Form):
    """Whom to call about an incident."""

    name = StringField(_("Imię i nazwisko"), [needed(_("Podaj imię i nazwisko.")), at_most(200)])
    phone = ReadField(_("Telefon"), read_phone, validators=[needed(_("Podaj numer telefonu.")), at_most(30)])
    e_mail = ReadField(_("E-mail"), read_e_mail, validators=[needed(_("Podaj adres e-mail.")), at_most(254)])
    csirt_address = URLField(
        _("Adres formularza CSIRT"),
        [needed(_("Podaj adres strony.")), at_most(300), Regexp(r"https://[^\s\"'<>]+\Z", message=_("Podaj adres zaczynający się od https://"))],
    )  # fmt: skip
    csirt_told_on = DayField(_("Osobę zgłoszono do CSIRT dnia"), [Optional(), not_in_future])
    instruction = TextAreaField(
        _("Co pracownik robi najpierw"), [needed(_("Napisz, co zrobić najpierw.")), at_most(2000)]
    )

    @classmethod
    def of(cls, contact: IncidentContact | None) -> ContactForm:
        """The form showing the contact in force; for the first one with an address and words to begin with."""
        if contact is None:
            words = gettext(
                "Nie kasuj niczego i nie wyłączaj komputera. Odłącz go od sieci. Zadzwoń do osoby kontaktowej. Potem wypełnij zgłoszenie."
            )
            return cls(data={"csirt_address": INCIDENT_ADDRESS, "instruction": words})
        return cls(
            data={
                "name": contact.name, "phone": shown_phone(contact.phone), "e_mail": contact.e_mail, "csirt_address": contact.csirt_address,
                "csirt_told_on": contact.csirt_told_on, "instruction": contact.instruction,
            }
        )  # fmt: skip

    def contact(self) -> Contact:
        """What was filled in."""
        return Contact(
            self.name.data or "", self.phone.value.number, self.e_mail.value, self.csirt_address.data or "", self.instruction.data or "",
            self.csirt_told_on.data,
        )  # fmt: skip

    def validate_name(self, field: Any) -> None:
        """A person or a post, not only signs."""
        if field.data and not any(letter.isalpha() for letter in field.data):
            raise ValidationError(gettext("Podaj imię i nazwisko."))
