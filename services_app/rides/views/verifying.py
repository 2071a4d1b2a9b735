"""Applications to the programme for the coordinator: who waits, what was found about each condition, the decision."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.rides.actions import decide_enrolment, end_enrolment, enrolment_reasons, verify_condition
from services_app.rides.forms.enrolment import DecisionForm, EndForm, FindingsForm, findings_form
from services_app.rides.labels import CHANNELS, CONDITIONS, ENROLMENT_STATES
from services_app.rides.models import Enrolment
from services_app.rides.policy import (
    RideRules,
    age_on,
    conditions_to_verify,
    may_ride_unverified,
    what_else_helps,
)
from services_app.rides.queries import NoRules, in_programme, passenger_from, rules_in_force
from services_app.rides.queries.enrolments import enrolment_by_id, enrolment_counts, enrolments_in
from services_app.rides.statements import statement_text
from services_app.rides.terms import Condition, EnrolmentState
from services_app.rides.views.blueprint import rides
from services_app.rides.views.enrolment import READERS, TONES, sentences_of
from services_app.staff.queries import staff_names
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome
from services_app.web.paging import page_number

VERIFIERS = ("coordinator",)
STATES = {
    "czekajace": EnrolmentState.DECLARED,
    "sprawdzone": EnrolmentState.VERIFIED,
    "odmowy": EnrolmentState.REFUSED,
    "zakonczone": EnrolmentState.ENDED,
}
"""The words of the filter in the address."""


@rides.get("/zgloszenia")
@staff_with(*READERS)
def enrolments() -> str:
    """Who wants to join: waiting ones first, the oldest on top."""
    word = request.args.get("stan", "czekajace")
    state = STATES.get(word, EnrolmentState.DECLARED)
    word = next(name for name, each in STATES.items() if each is state)
    session, today = db.session(), clock.today()
    page = enrolments_in(session, state, number=page_number())
    return render_template(
        "rides/enrolment_list.html", page=page, state=state, word=word, words=STATES, counts=enrolment_counts(session),
        labels=ENROLMENT_STATES, channels=CHANNELS, conditions=CONDITIONS,
        ages={one.id: age_on(today, one.resident.birth_on) for one in page.rows},
        days={one.id: (today - clock.day_of(one.declared_at)).days for one in page.rows},
    )  # fmt: skip


def _enrolment(enrolment_id: int) -> Enrolment:
    found = enrolment_by_id(db.session(), enrolment_id)
    if found is None:
        abort(404)
    return found


@rides.get("/zgloszenia/<int:enrolment_id>")
@staff_with(*READERS)
def enrolment(enrolment_id: int) -> str:
    """One enrolment: each condition with what was found, and what the rules say."""
    found = _enrolment(enrolment_id)
    note_reading("enrolment_read", ("enrolment", found.id), found.resident_id)
    return _enrolment_page(found)


def _enrolment_page(found: Enrolment, **forms: Any) -> str:
    today = clock.today()
    rules, against, helps = _standing(found)
    given = {
        "findings": _findings(found), "decision": DecisionForm(formdata=None), "end": EndForm(formdata=None), **forms
    }  # fmt: skip
    deciders = {found.decided_by_id} if found.decided_by_id else set[int]()
    return render_template(
        "rides/enrolment.html", enrolment=found, resident=found.resident, age=age_on(today, found.resident.birth_on),
        state=found.state.value, states=ENROLMENT_STATES, tones=TONES, channels=CHANNELS, labels=CONDITIONS,
        against=[say(reason) for reason in against.reasons], help_texts=[say_text(text) for text in helps],
        who_rides=sentences_of(rules, "eligibility") if rules else [], unseen=_unseen(found, rules), is_open=in_programme(found),
        meanwhile=rules is not None and against.allowed and may_ride_unverified(rules), may_decide=current_identity().has(*VERIFIERS),
        statement=say_text(statement_text(found.statement_text)), names=staff_names(db.session(), deciders), **given,
    )  # fmt: skip


def _standing(found: Enrolment) -> tuple[RideRules | None, Verdict, tuple[str, ...]]:
    """The rules in force, what they say against this enrolment, and which other help there is."""
    session, today = db.session(), clock.today()
    try:
        _version, rules = rules_in_force(session, today)
    except NoRules:
        return None, Verdict(), ()
    passenger = passenger_from(found.resident, found, today)
    return rules, enrolment_reasons(session, found, found.resident, today), what_else_helps(rules, passenger, today)


def _unseen(found: Enrolment, rules: RideRules | None) -> list[str]:
    """What was declared and nobody has looked at yet."""
    asked = conditions_to_verify(rules) if rules else ()
    return [
        say_text(CONDITIONS[each.condition])
        for each in found.conditions
        if each.holds is None and each.condition in asked
    ]


def _findings(found: Enrolment) -> Any:
    try:
        asked = set(conditions_to_verify(rules_in_force(db.session(), clock.today())[1]))
    except NoRules:
        asked = set()
    asked |= {each.condition for each in found.conditions}
    form = findings_form([each for each in Condition if each in asked], found.conditions)
    assert isinstance(form, FindingsForm)
    return form


@rides.post("/zgloszenia/<int:enrolment_id>/warunki")
@staff_with(*VERIFIERS)
@answers_once
def enrolment_findings(enrolment_id: int) -> Response | str:
    """Note what was found about the conditions."""
    found = _enrolment(enrolment_id)
    form = _findings(found)
    if not form.validate_on_submit():
        return _enrolment_page(found, findings=form, form=form)
    target = url_for("rides.enrolment", enrolment_id=enrolment_id)
    with transaction() as session:
        verdict = _note_findings(session, enrolment_id, form)
        remember_answer(session, target)
    flash_outcome(verdict, _("Zapisane."))
    return redirect(target)


def _note_findings(session: Session, enrolment_id: int, form: FindingsForm) -> Verdict:
    """Every answer that is new; what stands as it stood is not written again."""
    verdict = Verdict()
    before = session.get_one(Enrolment, enrolment_id)
    known = {each.condition: (each.holds, each.proof, each.valid_until) for each in before.conditions}
    for condition, part in form.parts:
        typed = (part.answer, part.proof.data or None, part.valid_until.data)
        if typed == known.get(condition, (None, None, None)):
            continue
        holds, proof, until = typed
        answer = verify_condition(
            session, enrolment_id, condition, holds, by=actor(), now=clock.now(), proof=proof, valid_until=until
        )
        verdict = verdict.also(answer)
    return verdict


@rides.post("/zgloszenia/<int:enrolment_id>/decyzja")
@staff_with(*VERIFIERS)
@answers_once
def enrolment_decision(enrolment_id: int) -> Response | str:
    """Take into the programme, or refuse with every reason."""
    found = _enrolment(enrolment_id)
    form = DecisionForm()
    accept = request.form.get("decision") == "accept"
    if not form.validate_on_submit():
        return _enrolment_page(found, decision=form, form=form)
    target = url_for("rides.enrolment", enrolment_id=enrolment_id)
    with transaction() as session:
        verdict = decide_enrolment(
            session, enrolment_id, accept, by=actor(), now=clock.now(), note=form.note.data or None
        )
        if verdict.allowed:
            remember_answer(session, target)
        else:
            discard(session)
    if not verdict.allowed:
        found = _enrolment(enrolment_id)
        if found.state is not EnrolmentState.DECLARED:  # the form is no longer there to show it in
            flash_outcome(verdict, "")
            return redirect(target)
        form.note.errors = [say(reason) for reason in verdict.reasons]
        return _enrolment_page(found, decision=form, form=form)
    flash(
        _("Przyjęto do programu. Ta osoba dostanie wiadomość.")
        if accept
        else _("Odmowa zapisana. Ta osoba dostanie wiadomość z powodami."),
        "success",
    )
    return redirect(target)


@rides.post("/zgloszenia/<int:enrolment_id>/koniec")
@staff_with(*VERIFIERS)
@answers_once
def enrolment_end(enrolment_id: int) -> Response | str:
    """End somebody's place in the programme, with a reason."""
    found = _enrolment(enrolment_id)
    form = EndForm()
    if not form.validate_on_submit():
        return _enrolment_page(found, end=form, form=form)
    target = url_for("rides.enrolment", enrolment_id=enrolment_id)
    with transaction() as session:
        verdict = end_enrolment(session, enrolment_id, by=actor(), now=clock.now(), note=form.note.data)
        remember_answer(session, target)
    flash_outcome(verdict, _("Udział w programie jest zakończony."))
    return redirect(target)
