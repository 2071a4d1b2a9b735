"""Joining without an account: what anybody may send, and what staff answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField

from services_app import clock
from services_app.residents.forms.register import OLDEST_YEARS, read_pesel_now
from services_app.residents.labels import MOBILITIES, OWN_MOBILITIES
from services_app.residents.policy.numbers import Pesel, read_document, read_e_mail, read_phone
from services_app.residents.terms import Mobility, PhoneNumber
from services_app.rides.actions.applying import Applied
from services_app.rides.forms.enrolment import JoinForm
from services_app.rides.labels import NOT_TAKEN
from services_app.rides.policy import RideRules
from services_app.rides.policy.eligibility import same_town
from services_app.rides.terms import WHEELCHAIRS, Condition, NotTaken
from services_app.web.forms import DayField, Form, ReadField, at_most, choices_of, needed
from services_app.web.languages import shown_language


class ApplicationForm(JoinForm):
    """Somebody who applies for themselves; the questions of the rules in force are added by ``join_form``."""

    applicant_name = StringField(_("Twoje imię i nazwisko"), [needed(_("Podaj swoje imię i nazwisko.")), at_most(200)])
    applicant_phone = ReadField(
        _("Twój numer telefonu"), read_phone, validators=[needed(_("Podaj swój numer telefonu.")), at_most(30)]
    )
    first_name = StringField(_("Imię"), [needed(_("Podaj imię.")), at_most(100)])
    last_name = StringField(_("Nazwisko"), [needed(_("Podaj nazwisko.")), at_most(100)])
    pesel = ReadField(_("Numer PESEL"), read_pesel_now, validators=[at_most(40)])
    no_pesel = BooleanField(_("Nie mam numeru PESEL"))
    birth_on = DayField(_("Data urodzenia"))
    phone = ReadField(
        _("Numer telefonu"),
        read_phone,
        validators=[needed(_("Podaj numer telefonu. Zadzwonimy pod niego.")), at_most(30)],
    )
    e_mail = ReadField(_("Adres e-mail"), read_e_mail, validators=[at_most(254)])
    street = StringField(_("Ulica"), [needed(_("Podaj ulicę, a bez ulic nazwę miejscowości.")), at_most(120)])
    house_number = StringField(_("Numer domu"), [needed(_("Podaj numer domu.")), at_most(20)])
    flat_number = StringField(_("Numer mieszkania"), [at_most(20)])
    town = StringField(_("Miejscowość"), [needed(_("Podaj miejscowość.")), at_most(80)], default="Kielce")
    mobility = RadioField(
        _("Jak się poruszasz?"), [needed(_("Wybierz jedną odpowiedź."))], choices=choices_of(OWN_MOBILITIES)
    )

    for_other = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.for_other:  # they stand above the others, where the page has them: errors are listed in this order
            del self.applicant_name, self.applicant_phone

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what says who it is."""
        good = bool(super().validate(extra_validators))
        return self._birth_is_told(clock.today()) and good

    def _birth_is_told(self, today: date) -> bool:
        if self.pesel.errors or self.birth_on.errors:
            return False
        if self.pesel.value is not None:
            if self.birth_on.data not in (None, self.pesel.value.birth_on):
                self.say_no("birth_on", gettext("Ta data nie zgadza się z numerem PESEL. Porównaj obie z dokumentem."))
            return not self.birth_on.errors
        if not self.no_pesel.data:
            self.say_no("pesel", self._pesel_advice())
        elif self.birth_on.data is None:
            self.say_no("birth_on", gettext("Podaj datę urodzenia, na przykład 5.12.1946."))
        elif not today.year - OLDEST_YEARS <= self.birth_on.data.year or self.birth_on.data > today:
            self.say_no("birth_on", gettext("Sprawdź rok urodzenia."))
        return not (self.pesel.errors or self.birth_on.errors)

    def _pesel_advice(self) -> str:
        return gettext("Podaj numer PESEL. Jeśli go nie masz, zaznacz pole niżej i podaj datę urodzenia.")

    @property
    def born(self) -> date:
        """The day of birth, from the PESEL where there is one; of a form in order only."""
        read: Pesel | None = self.pesel.value
        day: date = read.birth_on if read is not None else self.birth_on.data
        return day

    @property
    def moves(self) -> Mobility:
        """How the person moves."""
        return Mobility(self.mobility.data)

    def holds(self, rules: RideRules) -> frozenset[Condition]:
        """Everything declared: what was answered with yes, and what follows from the address and from how the person moves."""
        here = any(each.resident_of and same_town(self.town.data or "", each.resident_of) for each in rules.eligibility)
        known = {Condition.RESIDENT} if here else set[Condition]()
        return self.declared | known | ({Condition.WHEELCHAIR} if self.moves in WHEELCHAIRS else set())

    def applied(self, conditions: frozenset[Condition]) -> Applied:
        """What was filled in."""
        read: Pesel | None = self.pesel.value
        return Applied(
            self.first_name.data or "", self.last_name.data or "", self.born, read.number if read else None, self.phone.value,
            self.street.data or "", self.house_number.data or "", self.flat_number.data or None, self.town.data or "", self.moves,
            conditions, self.e_mail.value, shown_language(), *self._applicant(),
        )  # fmt: skip

    def _applicant(self) -> tuple[str | None, PhoneNumber | None]:
        return None, None


class ApplicationForOtherForm(ApplicationForm):
    """The same filled in by somebody close."""

    for_other = True

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.no_pesel.label.text = gettext("Ta osoba nie ma numeru PESEL")
        self.mobility.label.text = gettext("Jak ta osoba się porusza?")
        self.mobility.choices = choices_of(MOBILITIES)()

    def _pesel_advice(self) -> str:
        return gettext("Podaj numer PESEL. Jeśli ta osoba go nie ma, zaznacz pole niżej i podaj datę urodzenia.")

    def _applicant(self) -> tuple[str | None, PhoneNumber | None]:
        return self.applicant_name.data or "", self.applicant_phone.value


class NewPersonForm(Form):
    """Staff: the person is not in the register yet."""

    other_document = ReadField(_("Numer innego dokumentu"), read_document, validators=[at_most(60)])
    somebody_else = BooleanField(_("To inna osoba. Zapisz mimo podobieństwa."))


class RefusalForm(Form):
    """Staff: why not."""

    because = SelectMultipleField(_("Powód"), choices=choices_of(NOT_TAKEN))
    note = TextAreaField(_("Powód własnymi słowami"), [at_most(500)])

    @property
    def chosen(self) -> list[NotTaken]:
        """The reasons that were ticked."""
        return [NotTaken(each) for each in self.because.data or ()]
