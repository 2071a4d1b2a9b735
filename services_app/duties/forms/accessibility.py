"""The public form of a request for accessibility, the answer, the review of the statement."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from services_app.duties.actions.accessibility import Asked
from services_app.duties.labels import ANSWER_BY, ANSWERS, CHANNELS, REVIEW_OUTCOMES
from services_app.duties.policy.accessibility import contact_verdict
from services_app.duties.terms import AnswerBy, RequestChannel, RequestState, ReviewOutcome
from services_app.residents.policy.numbers import read_e_mail, read_phone
from services_app.web.forms import DayField, Form, ReadField, at_most, choices_of, needed, not_in_future
from services_app.web.languages import shown_language

_FIELD_OF = {
    "E_MAIL_NEEDED": "e_mail", "PHONE_NEEDED": "phone", "MOBILE_NEEDED": "phone", "ADDRESS_NEEDED": "address",
}  # fmt: skip


class AccessibilityForm(Form):
    """Who asks, what is in the way, how to answer."""

    place = StringField(
        _("Czego nie można otworzyć, przeczytać albo gdzie nie można wejść?"),
        [needed(_("Napisz, o jaką stronę albo miejsce chodzi.")), at_most(300)],
    )
    barrier = TextAreaField(_("Co przeszkadza?"), [needed(_("Napisz krótko, co przeszkadza.")), at_most(2000)])
    wish = TextAreaField(_("Jak to zmienić, żeby było dobrze?"), [Optional(), at_most(2000)])
    name = StringField(_("Imię i nazwisko"), [needed(_("Podaj imię i nazwisko.")), at_most(200)])
    answer_by = RadioField(_("Jak odpowiedzieć?"), validators=[needed(_("Wybierz, jak mamy odpowiedzieć."))])
    phone = ReadField(_("Numer telefonu"), read_phone, validators=[Optional(), at_most(30)])
    e_mail = ReadField(_("Adres e-mail"), read_e_mail, validators=[Optional(), at_most(254)])
    address = StringField(_("Adres do listu"), [Optional(), at_most(300)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answer_by.choices = choices_of(ANSWER_BY)()

    def validate(self, extra_validators: Any = None) -> bool:
        """The chosen way to answer needs its own contact."""
        good = bool(super().validate(extra_validators))
        if self.answer_by.errors or self.phone.errors or self.e_mail.errors:
            return good
        asked = self.asked()
        phone = self.phone.value
        verdict = contact_verdict(
            asked.answer_by, asked.phone, phone is not None and not phone.land_line, asked.e_mail, asked.address
        )
        self.say_refusal(verdict, _FIELD_OF)
        return good and verdict.allowed

    def asked(self) -> Asked:
        """What was filled in."""
        phone = self.phone.value
        return Asked(
            name=self.name.data or "", answer_by=AnswerBy(self.answer_by.data), place=self.place.data or "",
            barrier=self.barrier.data or "", wish=self.wish.data or "", phone=phone.number if phone else "",
            e_mail=self.e_mail.value or "", address=self.address.data or "", language=shown_language(),
        )  # fmt: skip


class EnteredForm(AccessibilityForm):
    """The same taken down by staff from somebody who called, came or wrote."""

    channel = SelectField(_("Jak wpłynęło"), validators=[needed()])
    received_on = DayField(_("Kiedy wpłynęło"), [needed(_("Podaj dzień.")), not_in_future])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.channel.choices = choices_of(
            {how: words for how, words in CHANNELS.items() if how is not RequestChannel.PAGE}
        )()


class AnswerForm(Form):
    """What we answer."""

    answer = RadioField(_("Odpowiedź"), validators=[needed(_("Wybierz odpowiedź."))])
    words = TextAreaField(_("Co piszemy tej osobie"), [needed(_("Napisz odpowiedź.")), at_most(1500)])
    new_on = DayField(_("Nowy termin (tylko przy opóźnieniu)"), [Optional()])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answer.choices = choices_of(ANSWERS)()

    @property
    def wanted(self) -> RequestState:
        """The chosen answer."""
        return RequestState(self.answer.data)


class ReviewForm(Form):
    """A review of the statement that took place."""

    reviewed_on = DayField(_("Kiedy"), [needed(_("Podaj dzień przeglądu.")), not_in_future])
    outcome = RadioField(_("Wynik"), validators=[needed(_("Wybierz wynik przeglądu."))])
    findings = TextAreaField(_("Co sprawdzono i co zmienić"), [Optional(), at_most(2000)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.outcome.choices = choices_of(REVIEW_OUTCOMES)()

    @property
    def found(self) -> ReviewOutcome:
        """The chosen result."""
        return ReviewOutcome(self.outcome.data)
