"""Joining without an account, for oneself or for somebody close: one form, a page to check, a number."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents.labels import MOBILITIES, OWN_MOBILITIES
from services_app.rides.actions.applying import application_pace_verdict, receive_application
from services_app.rides.actions.enrolling import STATEMENT
from services_app.rides.forms.applying import ApplicationForm, ApplicationForOtherForm
from services_app.rides.forms.enrolment import join_form
from services_app.rides.policy import (
    Passenger,
    RideRules,
    conditions_to_verify,
    enrolment_verdict,
    what_else_helps,
)
from services_app.rides.queries import NoRules, rules_in_force
from services_app.rides.queries.applications import application_of_key, key_of_application
from services_app.rides.statements import statement_text
from services_app.rides.terms import Condition
from services_app.rides.views.blueprint import rides
from services_app.verdict import Verdict
from services_app.web.access import public
from services_app.web.forms import TRAPPED, trapped
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer

KNOWN = frozenset({Condition.RESIDENT, Condition.WHEELCHAIR})
"""Not asked: they follow from the address and from how the person moves."""


@rides.route("/dolacz/siebie", methods=["GET", "POST"])
@public
@answers_once
def apply_for_myself() -> Response | str:
    """Somebody who is not in the register yet applies."""
    return _apply(ApplicationForm)


@rides.route("/dolacz/bliska-osobe", methods=["GET", "POST"])
@public
@answers_once
def apply_for_somebody() -> Response | str:
    """A relative or a friend applies for somebody who is not in the register yet."""
    return _apply(ApplicationForOtherForm)


def _apply(kind: type[ApplicationForm]) -> Response | str:
    try:
        _version, rules = rules_in_force(db.session(), clock.today())
    except NoRules:
        return redirect(url_for("rides.join"))
    form = _form_for(kind, rules)
    step = request.form.get("step")
    if step not in ("check", "send") or not form.validate_on_submit():
        return _questions(form, change=step == "change")
    if step == "check" or not form.stated():
        return _check_page(form, rules)
    if trapped():
        return _check_page(form, rules, (str(TRAPPED),))
    return _send(form, rules)


def _form_for(kind: type[ApplicationForm], rules: RideRules) -> Any:
    named = [each.income_limit_grosze for each in rules.eligibility if each.income_limit_grosze is not None]
    asked = [each for each in conditions_to_verify(rules) if each not in KNOWN]
    return join_form(kind, asked, for_other=kind.for_other, income_limit=max(named, default=None))


def _questions(form: Any, *, change: bool) -> str:
    if change:  # back from the check page: the answers stay, nothing is found fault with
        for one in form:
            one.errors = ()
    return render_template("rides/apply.html", form=form, suggest_url=url_for("places.suggest_streets"))


def _check_page(form: Any, rules: RideRules, messages: tuple[str, ...] = ()) -> str:
    today = clock.today()
    passenger = Passenger(form.born, form.town.data, form.holds(rules), form.moves, verified=False)
    verdict = enrolment_verdict(rules, passenger, today)
    return render_template(
        "rides/apply_check.html", form=form, statement=say_text(statement_text(STATEMENT)), version=STATEMENT, messages=messages,
        mobility=(MOBILITIES if form.for_other else OWN_MOBILITIES)[form.moves], against=[say(reason) for reason in verdict.reasons],
        help_texts=[] if verdict.allowed else [say_text(text) for text in what_else_helps(rules, passenger, today)],
    )  # fmt: skip


def _send(form: Any, rules: RideRules) -> Response | str:
    applied = form.applied(form.holds(rules))
    with transaction() as session:
        verdict = application_pace_verdict(session, applied, address=request.remote_addr or "", now=clock.now())
        if verdict.allowed:
            made = receive_application(session, applied, by=actor(), now=clock.now())
            target = url_for("rides.application_received", key=key_of_application(made.id))
            remember_answer(session, target)
    return redirect(target) if verdict.allowed else _too_many(form, rules, verdict)


def _too_many(form: Any, rules: RideRules, verdict: Verdict) -> Response:
    words = tuple(say(reason) for reason in verdict.reasons)
    return make_response(_check_page(form, rules, words), 429)


@rides.get("/dolacz/przyjete/<key>")
@public
def application_received(key: str) -> str:
    """The number and what happens next. It names nobody."""
    found = application_of_key(db.session(), key, now=clock.now())
    if found is None:
        abort(404)
    return render_template("rides/apply_sent.html", number=found.number, for_other=found.for_other)
