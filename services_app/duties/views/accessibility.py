"""Requests for accessibility: the public form, the requester's page, the register for staff."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.duties import labels
from services_app.duties.actions.accessibility import (
    answer_request,
    mark_letter_sent,
    receive_request,
    throttle_verdict,
)
from services_app.duties.forms.accessibility import AccessibilityForm, AnswerForm, EnteredForm
from services_app.duties.models import AccessibilityRequest, AccessibilityStep
from services_app.duties.policy.accessibility import answer_due, latest_due
from services_app.duties.queries.accessibility import key_of, request_of_key, requests_page, unsent_letters
from services_app.duties.terms import OPEN_REQUESTS, RequestChannel
from services_app.duties.views.blueprint import ANSWERERS, TAKERS, accessibility
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.staff.queries import staff_names
from services_app.web.access import current_identity, public, staff_with
from services_app.web.forms import TRAPPED, trapped
from services_app.web.languages import say
from services_app.web.once import answers_once, remember_answer
from services_app.web.paging import page_number


@accessibility.route("/dostepnosc/zadanie", methods=["GET", "POST"])
@public
@answers_once
def ask_for_accessibility() -> Response | str:
    """Anybody asks, without an account: what is in the way, and how to answer them."""
    form = (
        AccessibilityForm(place=request.args.get("strona", "")[:300])
        if request.method == "GET"
        else AccessibilityForm()
    )
    if not form.validate_on_submit():
        return render_template("duties/accessibility_form.html", form=form, messages=[])
    if trapped():
        return render_template("duties/accessibility_form.html", form=form, messages=[TRAPPED])
    asked, now = form.asked(), clock.now()
    with transaction() as session:
        verdict = throttle_verdict(session, asked, address=request.remote_addr or "", now=now)
        if verdict.allowed:
            made = receive_request(session, asked, RequestChannel.PAGE, by=actor(), now=now)
            target = url_for("accessibility.accessibility_status", key=key_of(made.id))
            remember_answer(session, target)
    if not verdict.allowed:
        messages = [say(reason) for reason in verdict.reasons]
        return make_response(render_template("duties/accessibility_form.html", form=form, messages=messages), 429)
    flash(_("Mamy Twoje żądanie."), "success")
    return redirect(target)


@accessibility.get("/dostepnosc/moje/<key>")
@public
def accessibility_status(key: str) -> str:
    """The requester's own page: number, terms, what we answered, what else can be done. It names nobody."""
    found = request_of_key(db.session(), key, now=clock.now())
    if found is None:
        abort(404)
    return render_template(
        "duties/accessibility_status.html", asked=found, labels=labels, latest=latest_due(found.received_on),
        answered=not found.is_open,
    )  # fmt: skip


@accessibility.get("/dostepnosc/")
@staff_with(*ANSWERERS, "auditor")
def accessibility_requests() -> str:
    """What waits, the nearest term first; letters to post."""
    closed = request.args.get("stan") == "zalatwione"
    session = db.session()
    return render_template(
        "duties/accessibility_requests.html", found=requests_page(session, closed=closed, number=page_number()), closed=closed,
        may_answer=current_identity().has(*ANSWERERS), labels=labels, letters=unsent_letters(session), today=clock.today(),
    )  # fmt: skip


@accessibility.route("/dostepnosc/nowe", methods=["GET", "POST"])
@staff_with(*TAKERS)
@answers_once
def enter_request() -> Response | str:
    """Take down a request of somebody who called, came or wrote."""
    form = EnteredForm(data={"received_on": clock.today()}) if request.method == "GET" else EnteredForm()
    if not form.validate_on_submit():
        return render_template("duties/accessibility_enter.html", form=form)
    with transaction() as session:
        made = receive_request(
            session, form.asked(), RequestChannel(form.channel.data), by=actor(), now=clock.now(), received_on=form.received_on.data
        )  # fmt: skip
        target = url_for("accessibility.accessibility_entered", request_id=made.id)
        remember_answer(session, target)
    return redirect(target)


@accessibility.get("/dostepnosc/<int:request_id>/przyjete")
@staff_with(*TAKERS)
def accessibility_entered(request_id: int) -> str:
    """What to say to the person: the number and the terms."""
    found = _request_or_404(request_id)
    return render_template(
        "duties/accessibility_entered.html", asked=found, latest=latest_due(found.received_on),
        may_answer=current_identity().has(*ANSWERERS),
    )  # fmt: skip


@accessibility.route("/dostepnosc/<int:request_id>", methods=["GET", "POST"])
@staff_with(*ANSWERERS)
@answers_once
def accessibility_request(request_id: int) -> Response | str:
    """One request, and its answer."""
    found, form = _request_or_404(request_id), AnswerForm()
    if not form.validate_on_submit():
        return _request_page(found, form)
    with transaction() as session:
        verdict = answer_request(
            session, request_id, form.wanted, form.words.data or "", form.new_on.data, by=actor(), now=clock.now()
        )
    if verdict.allowed:
        flash(_("Zapisano odpowiedź. Osoba dostanie ją tak, jak chciała."), "success")
        return redirect(url_for("accessibility.accessibility_request", request_id=request_id))
    if "ANSWERED" in verdict.codes:
        flash(" ".join(map(say, verdict.reasons)), "warning")
        return redirect(url_for("accessibility.accessibility_request", request_id=request_id))
    for reason in verdict.reasons:
        form.say_no("words" if reason.code == "WORDS_NEEDED" else "new_on", say(reason))
    return _request_page(_request_or_404(request_id), form)


def _request_or_404(request_id: int) -> AccessibilityRequest:
    return db.get_or_404(AccessibilityRequest, request_id)


def _request_page(found: AccessibilityRequest, form: AnswerForm) -> str:
    note_reading("accessibility_request_read", ("accessibility_request", found.id), None)
    names = staff_names(db.session(), {step.by_id for step in found.steps if step.by_id is not None})
    return render_template(
        "duties/accessibility_request.html", asked=found, form=form, labels=labels, names=names, today=clock.today(),
        latest=latest_due(found.received_on),
    )  # fmt: skip


@accessibility.get("/dostepnosc/listy/<int:step_id>")
@staff_with(*ANSWERERS)
def accessibility_letter(step_id: int) -> str:
    """The letter, to be printed and posted."""
    step = db.get_or_404(AccessibilityStep, step_id)
    if not step.by_letter:
        abort(404)
    note_reading("accessibility_request_read", ("accessibility_request", step.request_id), None)
    first_due = answer_due(step.request.received_on)
    return render_template(
        "duties/accessibility_letter.html", step=step, asked=step.request, labels=labels, first_due=first_due,
        answered=step.state not in OPEN_REQUESTS,
    )  # fmt: skip


@accessibility.post("/dostepnosc/listy/<int:step_id>/wyslany")
@staff_with(*ANSWERERS)
@answers_once
def accessibility_letter_sent(step_id: int) -> Response:
    """The letter was posted."""
    db.get_or_404(AccessibilityStep, step_id)
    with transaction() as session:
        noted = mark_letter_sent(session, step_id, by=actor(), now=clock.now())
    flash(
        _("Zapisano: list wysłany.") if noted else _("Ktoś zapisał to już wcześniej."), "success" if noted else "info"
    )
    return redirect(url_for("accessibility.accessibility_requests"))
