"""Applications sent without an account, for staff: who waits, whether the register knows them, what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.residents.labels import LIKENESSES, MOBILITIES
from services_app.residents.policy.search import is_whole_pesel
from services_app.rides.actions.applying import (
    Taken,
    accept_as_known,
    accept_as_new,
    refuse_application,
    withdraw_application,
)
from services_app.rides.forms.applying import NewPersonForm, RefusalForm
from services_app.rides.labels import APPLICATION_STATES, CONDITIONS
from services_app.rides.models import JoinApplication
from services_app.rides.policy import age_on, enrolment_verdict
from services_app.rides.queries import NoRules, rules_in_force
from services_app.rides.queries.applications import (
    application_by_id,
    applications_in,
    applying_passenger,
    candidates,
    declared_in,
    sent_again,
)
from services_app.rides.statements import statement_text
from services_app.rides.terms import ApplicationState
from services_app.rides.views.blueprint import rides
from services_app.rides.views.enrolment import DESK, READERS
from services_app.staff.queries import staff_names
from services_app.verdict import Reason, Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.paging import page_number
from services_app.wording import N_

TONES = {
    ApplicationState.WAITING: "waiting", ApplicationState.ACCEPTED: "good", ApplicationState.REFUSED: "bad",
    ApplicationState.WITHDRAWN: "neutral",
}  # fmt: skip
CONFLICT = 409
KNOWN_MEANWHILE = Reason(
    "ALREADY_KNOWN", N_("Ktoś właśnie zapisał osobę z tym numerem PESEL lub dokumentem. Sprawdź ją niżej.")
)


@rides.get("/zgloszenia/internetowe")
@staff_with(*DESK)
def join_applications() -> str:
    """Who waits for a call, the oldest on top; or what was decided."""
    waiting, today = request.args.get("stan") != "zalatwione", clock.today()
    page = applications_in(db.session(), waiting=waiting, number=page_number())
    return render_template(
        "rides/applications.html", page=page, waiting=waiting, states=APPLICATION_STATES, tones=TONES,
        ages={one.id: age_on(today, one.birth_on) for one in page.rows},
        days={one.id: (today - clock.day_of(one.received_at)).days for one in page.rows},
    )  # fmt: skip


def _application_or_404(application_id: int) -> JoinApplication:
    found = application_by_id(db.session(), application_id)
    if found is None:
        abort(404)
    return found


@rides.get("/zgloszenia/internetowe/<int:application_id>")
@staff_with(*DESK)
def join_application(application_id: int) -> Response | str:
    """One application: what was said, who of the register it may be, what to do."""
    if is_whole_pesel(request.args.get("q", "").strip()):
        # the number leaves the address bar at once: no page, history or link repeats it
        return redirect(url_for("rides.join_application", application_id=application_id))
    return _page(_application_or_404(application_id))


def _page(found: JoinApplication, *, messages: tuple[str, ...] = (), **forms: Any) -> str:
    note_reading("join_application_read", ("join_application", found.id), found.resident_id)
    session, today = db.session(), clock.today()
    text = request.args.get("q", "").strip()[:120]
    given = {"new_person": NewPersonForm(formdata=None), "refusal": RefusalForm(formdata=None), **forms}
    decider = {found.decided_by_id} if found.decided_by_id else set[int]()
    return render_template(
        "rides/application.html", application=found, age=age_on(today, found.birth_on), states=APPLICATION_STATES, tones=TONES, q=text,
        messages=messages, conditions=[say_text(CONDITIONS[each]) for each in declared_in(found)],
        mobility=MOBILITIES[found.mobility], statement=say_text(statement_text(found.statement_text)), likenesses=LIKENESSES,
        found=candidates(session, found, text, today=today) if found.is_waiting else [],
        again=sent_again(session, found), against=_against(found), names=staff_names(session, decider), **given,
    )  # fmt: skip


def _against(found: JoinApplication) -> list[str]:
    """What today's rules say against it."""
    try:
        _version, rules = rules_in_force(db.session(), clock.today())
    except NoRules:
        return []
    return [say(reason) for reason in enrolment_verdict(rules, applying_passenger(found), clock.today()).reasons]


def _refused(application_id: int, verdict: Verdict, **forms: Any) -> Response:
    """The page again with every reason why not: 409 where somebody else was first."""
    status = CONFLICT if {"ALREADY_DECIDED", "ALREADY_KNOWN"} & set(verdict.codes) else 200
    words = tuple(say(reason) for reason in verdict.reasons)
    return make_response(_page(_application_or_404(application_id), messages=words, **forms), status)


def _card_of(taken: Taken) -> str:
    """Where it goes on: the conditions for who may read enrolments, else the person's card."""
    if current_identity().has(*READERS):
        return url_for("rides.enrolment", enrolment_id=taken.enrolment_id)
    return url_for("residents.show", resident_id=taken.resident_id)


@rides.post("/zgloszenia/internetowe/<int:application_id>/nowa-osoba")
@staff_with(*DESK)
@answers_once
def application_of_new_person(application_id: int) -> Response | str:
    """Put the person into the register and enrol them."""
    found, form = _application_or_404(application_id), NewPersonForm()
    if not form.validate_on_submit():
        return _page(found, new_person=form, form=form)
    if found.is_waiting and not found.pesel and not form.other_document.value:
        form.say_no("other_document", _("Ta osoba nie ma numeru PESEL. Poproś o numer innego dokumentu i wpisz go."))
        return _page(found, new_person=form, form=form)
    taken = _registered(application_id, form)
    if taken.resident_id is not None:
        flash(_("Zapisano w rejestrze i przyjęto zgłoszenie."), "success")
        return redirect(_card_of(taken))
    if taken.alike and taken.verdict.allowed:
        form.say_no("somebody_else", _("W rejestrze jest ktoś podobny. Sprawdź, czy to nie ta osoba."))
    return _refused(application_id, taken.verdict, new_person=form, form=form)


def _registered(application_id: int, form: NewPersonForm) -> Taken:
    try:
        with transaction() as session:
            taken = accept_as_new(
                session, application_id, by=actor(), now=clock.now(), other_document=form.other_document.value,
                somebody_else=bool(form.somebody_else.data),
            )  # fmt: skip
            if taken.resident_id is not None:
                remember_answer(session, _card_of(taken))
            return taken
    except (
        IntegrityError
    ):  # the same number was being registered at this very moment, from another application or at the desk
        db.session().rollback()
        if application_by_id(db.session(), application_id) is None:
            raise
        return Taken(Verdict((KNOWN_MEANWHILE,)))


@rides.post("/zgloszenia/internetowe/<int:application_id>/ta-osoba/<int:resident_id>")
@staff_with(*DESK)
@answers_once
def application_of_known_person(application_id: int, resident_id: int) -> Response | str:
    """The register knows this person: link the two."""
    _application_or_404(application_id)
    with transaction() as session:
        taken = accept_as_known(session, application_id, resident_id, by=actor(), now=clock.now())
        if taken.resident_id is not None:
            remember_answer(session, _card_of(taken))
    if taken.resident_id is None:
        return _refused(application_id, taken.verdict)
    flash(_("Przyjęto zgłoszenie. W karcie tej osoby nic innego się nie zmieniło."), "success")
    return redirect(_card_of(taken))


@rides.post("/zgloszenia/internetowe/<int:application_id>/odmowa")
@staff_with(*DESK)
@answers_once
def application_refused(application_id: int) -> Response | str:
    """Refuse, with reasons the applicant hears."""
    found, form = _application_or_404(application_id), RefusalForm()
    if not form.validate_on_submit():
        return _page(found, refusal=form, form=form)
    target = url_for("rides.join_applications")
    with transaction() as session:
        verdict = refuse_application(
            session, application_id, form.chosen, form.note.data or None, by=actor(), now=clock.now()
        )
        if verdict.allowed:
            remember_answer(session, target)
    if "WHY_NOT" in verdict.codes:
        form.say_refusal(verdict, {"WHY_NOT": "note"})
        return _page(_application_or_404(application_id), refusal=form, form=form)
    if not verdict.allowed:
        return _refused(application_id, verdict, refusal=form)
    flash(_("Odmowa zapisana. Zgłaszający dostanie wiadomość."), "success")
    return redirect(target)


@rides.post("/zgloszenia/internetowe/<int:application_id>/rezygnacja")
@staff_with(*DESK)
@answers_once
def application_withdrawn(application_id: int) -> Response | str:
    """The applicant gave up."""
    _application_or_404(application_id)
    target = url_for("rides.join_applications")
    with transaction() as session:
        verdict = withdraw_application(session, application_id, by=actor(), now=clock.now())
        if verdict.allowed:
            remember_answer(session, target)
    if not verdict.allowed:
        return _refused(application_id, verdict)
    flash(_("Zapisano rezygnację."), "success")
    return redirect(target)
