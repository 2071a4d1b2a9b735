"""Joining the programme: the questions, the coordinator's findings, the decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FormField, RadioField, StringField, TextAreaField
from wtforms import Form as PlainForm

from services_app.rides.labels import CHANNELS, CONDITIONS
from services_app.rides.models import EnrolmentCondition
from services_app.rides.statements import HINTS, QUESTIONS
from services_app.rides.terms import Channel, Condition
from services_app.web.forms import Choice, DayField, Form, at_most, cleaned, needed
from services_app.web.languages import say_text
from services_app.wording import money

YES, NO, UNSEEN = "yes", "no", ""


class JoinForm(Form):
    """The questions of the rules in force, made by :func:`join_form`, and the statement."""

    conditions: Sequence[Condition] = ()
    agreed = BooleanField(_("Tak, oświadczam"))

    @property
    def declared(self) -> frozenset[Condition]:
        """The conditions answered with yes."""
        return frozenset(each for each in self.conditions if self[each.value].data == YES)

    @property
    def questions(self) -> list[Any]:
        """The fields of the questions."""
        return [self[each.value] for each in self.conditions]

    def stated(self) -> bool:
        """Whether the statement was made; says what to do when not."""
        if not self.agreed.data:
            self.say_no("agreed", gettext("Zaznacz oświadczenie. Bez niego nie możemy przyjąć zgłoszenia."))
        return bool(self.agreed.data)


class DeskJoinForm(JoinForm):
    """The same at the desk or by telephone."""

    channel = RadioField(_("Jak przyszło zgłoszenie"), default=Channel.PHONE.value)


def join_form(
    kind: type[JoinForm], conditions: Sequence[Condition], *, for_other: bool, income_limit: int | None = None
) -> Any:
    """The form with one question for each condition; ``income_limit`` in grosze."""
    hints: dict[Condition, Any] = {each: say_text(text) for each, text in HINTS.items()}
    if income_limit is not None:
        hints[Condition.INCOME_WITHIN_LIMIT] = gettext("Limit na miesiąc to %(amount)s.", amount=money(income_limit))
    answers = [Choice(YES, _("Tak")), Choice(NO, _("Nie"))]
    fields: dict[str, Any] = {
        each.value: RadioField(
            say_text(QUESTIONS[each][for_other]), [needed(_("Wybierz „Tak” albo „Nie”."))], choices=answers,
            description=hints.get(each, ""),
        )
        for each in conditions
    }  # fmt: skip
    form = type(f"{kind.__name__}Asked", (kind,), {**fields, "conditions": tuple(conditions)})()
    if isinstance(form, DeskJoinForm):
        form.channel.choices = [Choice(each.value, say_text(CHANNELS[each])) for each in (Channel.PHONE, Channel.DESK)]
    return form


class FindingPart(PlainForm):
    """What the coordinator found about one condition."""

    holds = RadioField(_("Czy to prawda"), default=UNSEEN)
    proof = StringField(_("Na jakiej podstawie"), [at_most(200)], filters=[cleaned])
    valid_until = DayField(_("Ważne do"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holds.choices = [
            Choice(YES, gettext("Tak")),
            Choice(NO, gettext("Nie")),
            Choice(UNSEEN, gettext("Jeszcze nie sprawdzono")),
        ]

    @property
    def answer(self) -> bool | None:
        """Whether it is so; None: nobody has looked yet."""
        return {YES: True, NO: False}.get(self.holds.data)


class FindingsForm(Form):
    """All conditions of an enrolment, made by :func:`findings_form`."""

    conditions: Sequence[Condition] = ()

    @property
    def parts(self) -> list[tuple[Condition, Any]]:
        """Each condition with its part of the form."""
        return [(each, self[each.value].form) for each in self.conditions]


def findings_form(conditions: Sequence[Condition], known: Collection[EnrolmentCondition]) -> Any:
    """The form filled with what is known so far."""
    found = {each.condition: each for each in known}
    fields = {each.value: FormField(FindingPart, label=say_text(CONDITIONS[each])) for each in conditions}
    made = type("FindingsAsked", (FindingsForm,), {**fields, "conditions": tuple(conditions)})
    return made(data={each.value: _finding(found.get(each)) for each in conditions})


def _finding(known: EnrolmentCondition | None) -> dict[str, Any]:
    if known is None:
        return {"holds": UNSEEN}
    holds = {True: YES, False: NO, None: UNSEEN}[known.holds]
    return {"holds": holds, "proof": known.proof, "valid_until": known.valid_until}


class DecisionForm(Form):
    """The coordinator's note to a decision."""

    note = TextAreaField(_("Uwaga dla tej osoby"), [at_most(500)])


class EndForm(Form):
    """Why somebody leaves the programme."""

    note = StringField(_("Dlaczego"), [needed(_("Wpisz, dlaczego kończysz udział tej osoby.")), at_most(300)])
