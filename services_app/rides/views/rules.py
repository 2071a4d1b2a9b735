"""The rules as dated versions: read by staff, copied, edited, compared, tried and put in force by an administrator."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.rides.actions import (
    DraftSaved,
    Gone,
    confirm_version,
    copy_version,
    discard_draft,
    publish_version,
    save_draft,
    take_back_version,
)
from services_app.rides.actions.ruling import CHANGED_MEANWHILE
from services_app.rides.forms.rules import ConfirmForm, CopyForm, PublishForm, RulesForm, TrialForm
from services_app.rides.labels import PURPOSES, REASONS
from services_app.rides.models import RideRulesVersion
from services_app.rides.policy import DoesNotFit, RideRules, TrialResult, trial
from services_app.rides.queries import NoRules, past_bookings, rules_in_force, rules_of, rules_versions
from services_app.rides.queries.enrolments import promised_since
from services_app.rides.rule_texts import RuleText, differences, rule_texts
from services_app.rides.terms import RulesState
from services_app.rides.views.blueprint import rides
from services_app.staff.queries import staff_names
from services_app.verdict import Verdict
from services_app.web.access import staff_with
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome

READERS = ("administrator", "manager", "auditor", "coordinator")
"""Who may read every version; only administrators change them."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("who", ("eligibility", "mobility", "verification")),
    ("limits", ("quotas", "charged", "no_show_pattern")),
    ("when", ("service", "window_minutes")),
    ("booking", ("booking", "horizon", "cancelling")),
    ("where", ("purposes", "forbidden_purposes", "priority", "area")),
    ("ride", ("return_modes", "waiting_minutes", "companions", "assistance", "sharing")),
    ("paying", ("proof", "price")),
    ("else", ("other_help",)),
)
"""The fields as they stand together on the page of a version and in its form."""


def _version(version_id: int, *states: RulesState) -> RideRulesVersion:
    """The version, in one of the states; another is no such page."""
    version = db.session.get(RideRulesVersion, version_id)
    if version is None or (states and version.state not in states):
        abort(404)
    return version


def _page_of(version: RideRulesVersion) -> str:
    return url_for("rides.rules_version", version_id=version.id)


@rides.get("/zasady")
@staff_with(*READERS)
def rules() -> str:
    """All versions: in force, coming, drafts, earlier ones, templates."""
    today = clock.today()
    versions = rules_versions(db.session())
    published = [one for one in versions if one.state is RulesState.PUBLISHED]
    begun = [one for one in published if one.in_force_from is not None and one.in_force_from <= today]
    return render_template(
        "rides/rules_list.html", now_in_force=begun[0] if begun else None, earlier=begun[1:], last_days=_last_days(published),
        coming=[one for one in reversed(published) if one not in begun],
        drafts=[one for one in versions if one.state is RulesState.DRAFT],
        templates=[one for one in versions if one.state is RulesState.TEMPLATE],
    )  # fmt: skip


def _last_days(published: list[RideRulesVersion]) -> dict[int, date]:
    """The last day of each version that another follows; ``published`` is newest first."""
    pairs = zip(published[1:], published, strict=False)
    return {one.id: after.in_force_from - timedelta(days=1) for one, after in pairs if after.in_force_from is not None}


@rides.get("/zasady/<int:version_id>")
@staff_with(*READERS)
def rules_version(version_id: int) -> str:
    """A version as sentences."""
    version = _version(version_id)
    today, session = clock.today(), db.session()
    published = [one for one in rules_versions(session) if one.state is RulesState.PUBLISHED]
    in_force = next((one for one in published if one.in_force_from is not None and one.in_force_from <= today), None)
    people = {version.created_by_id, version.published_by_id, version.confirmed_by_id} - {None}
    return render_template(
        "rides/rules_version.html", version=version, groups=_grouped(rules_of(version)), state=_state(version, in_force, today),
        last_day=_last_days(published).get(version.id), names=staff_names(session, {each for each in people if each}),
        copied_from=db.session.get(RideRulesVersion, version.copied_from_id) if version.copied_from_id else None,
    )  # fmt: skip


def _state(version: RideRulesVersion, in_force: RideRulesVersion | None, today: date) -> str:
    """Where a version stands today: template, draft, coming, now, earlier."""
    if version.state is not RulesState.PUBLISHED or version.in_force_from is None:
        return version.state.value
    if version.in_force_from > today:
        return "coming"
    return "now" if in_force is not None and version.id == in_force.id else "earlier"


def _grouped(read: RideRules) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The sentences of a version in groups: (name of the group, [(heading, sentences)])."""
    texts = {text.field: text for text in rule_texts(read)}
    return [(name, [_said(texts[field]) for field in fields]) for name, fields in GROUPS]


def _said(text: RuleText) -> tuple[str, list[str]]:
    return say_text(text.heading), [say(sentence) for sentence in text.sentences]


@rides.get("/zasady/<int:version_id>/plik")
@staff_with(*READERS)
def rules_file(version_id: int) -> FlaskResponse:
    """A version as a JSON file, in the shape ``flask rides check`` reads."""
    version = _version(version_id)
    text = json.dumps(rules_of(version).to_json(), ensure_ascii=False, indent=2) + "\n"
    named = {"Content-Disposition": f'attachment; filename="zasady-{version.code}.json"'}
    return FlaskResponse(text, mimetype="application/json", headers=named)


@rides.route("/zasady/<int:version_id>/kopia", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def rules_copy(version_id: int) -> Response | str:
    """A draft that begins as a copy."""
    version = _version(version_id)
    form = CopyForm()
    if not form.validate_on_submit():
        return render_template("rides/rules_copy.html", form=form, version=version)
    with transaction() as session:
        code, name = (form.code.data or "").lower(), form.name.data or ""
        answer = copy_version(session, version_id, code, name, by=actor(), now=clock.now())
        target = "" if isinstance(answer, Verdict) else url_for("rides.rules_edit", version_id=answer.id)
        if isinstance(answer, Verdict):
            discard(session)
        else:
            remember_answer(session, target)
    if isinstance(answer, Verdict):
        form.say_no("code", " ".join(say(reason) for reason in answer.reasons))
        return render_template("rides/rules_copy.html", form=form, version=_version(version_id))
    flash(_("Szkic jest gotowy. Zmień w nim, co trzeba."), "success")
    return redirect(target)


@rides.route("/zasady/<int:version_id>/zmien", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def rules_edit(version_id: int) -> Response | str:
    """Every rule as a sentence with gaps. Buttons add and remove rows or show how it reads; only "save" writes."""
    version = _version(version_id)
    if version.state is not RulesState.DRAFT:
        flash(_("Tę wersję już ogłoszono albo jest wzorem. Zrób kopię i zmień kopię."), "warning")
        return redirect(_page_of(version))
    values = {**RulesForm.values_of(version.body), "name": version.name, "revision": str(version.revision)}
    form = RulesForm(data=values)
    deed = request.form.get("do", "save")
    if request.method == "GET" or form.change_rows(deed) is not None:
        return _edit_page(form, version)
    if not form.validate_on_submit():
        return _edit_page(form, version)
    return _preview(form, version) if deed == "preview" else _save(form, version)


def _save(form: RulesForm, version: RideRulesVersion) -> Response | str:
    target, version_id = _page_of(version), version.id
    seen = str(form.revision.data or "")
    revision, name = int(seen) if seen.isdecimal() else 0, form.name.data
    try:
        with transaction() as session:
            answer: DraftSaved = save_draft(
                session, version_id, form.body(), by=actor(), now=clock.now(), name=name, revision=revision
            )
            if answer.saved:
                remember_answer(session, target)
            else:
                discard(session)
    except Gone:
        abort(404)
    if answer.saved:
        flash(_("Szkic zapisany. Sprawdź, czym różni się od obecnych zasad."), "success")
        return redirect(target)
    version = _version(version_id)
    if CHANGED_MEANWHILE.code in answer.verdict.codes:
        return _somebody_was_faster(form, version)
    messages = [*form.take_faults(answer.faults), *(say(reason) for reason in answer.verdict.reasons)]
    return _edit_page(form, version, messages)


def _somebody_was_faster(form: RulesForm, version: RideRulesVersion) -> str:
    """What was typed stays; the page shows how it differs from what the other saved, and saving again is then a choice."""
    message = _(
        "Ten szkic zmienił się przed chwilą. Niżej są różnice. Zapisz jeszcze raz, jeśli ma zostać Twoja wersja."
    )
    form.revision.data = str(version.revision)
    try:
        typed = RideRules.from_json(form.body())
    except DoesNotFit as refused:
        return _edit_page(form, version, [message, *form.take_faults(refused.faults)])
    return _edit_page(form, version, [message], changed=_rows(rules_of(version), typed))


def _rows(old: RideRules, new: RideRules) -> list[tuple[str, list[str], list[str]]]:
    """What differs: (heading, old sentences, new sentences)."""
    return [(say_text(each.heading), _said(each.old)[1], _said(each.new)[1]) for each in differences(old, new)]


def _preview(form: RulesForm, version: RideRulesVersion) -> str:
    """How the typed rules read, without saving them."""
    try:
        typed = RideRules.from_json(form.body())
    except DoesNotFit as refused:
        return _edit_page(form, version, form.take_faults(refused.faults))
    return _edit_page(form, version, sentences=_grouped(typed), changed=_rows(rules_of(version), typed))


def _edit_page(form: RulesForm, version: RideRulesVersion, messages: list[str] | None = None, **more: Any) -> str:
    return render_template(
        "rides/rules_edit.html", form=form, version=version, messages=messages or [], purposes=PURPOSES, **more
    )


@rides.get("/zasady/<int:version_id>/roznice")
@staff_with(*READERS)
def rules_differences(version_id: int) -> str:
    """What changes against the version it would follow."""
    version = _version(version_id)
    before = _before(version)
    rows = [] if before is None else _rows(rules_of(before), rules_of(version))
    return render_template("rides/rules_differences.html", version=version, before=before, rows=rows)


def _before(version: RideRulesVersion) -> RideRulesVersion | None:
    """The version in force the day before this one begins; for a draft or a template, the one in force today."""
    day = clock.today() if version.in_force_from is None else version.in_force_from - timedelta(days=1)
    try:
        return rules_in_force(db.session(), day)[0]
    except NoRules:
        return None


@rides.get("/zasady/<int:version_id>/proba")
@staff_with(*READERS)
def rules_trial(version_id: int) -> str:
    """A version tried on the bookings of a period, beside what the present rules say to the same bookings."""
    version = _version(version_id)
    form = TrialForm(request.args)
    first, last = form.period(clock.today())
    result = before = None
    if form.validate():
        bookings = past_bookings(db.session(), first, last)
        present = _before(version)
        result = trial(rules_of(version), bookings)
        if present is not None and present.id != version.id:
            before = trial(rules_of(present), bookings)
    if not request.args:
        form.first_on.data, form.last_on.data = first, last
    return render_template(
        "rides/rules_trial.html", version=version, form=form, first=first, last=last, result=result, before=before,
        rows=_reason_rows(result, before) if result else [],
    )  # fmt: skip


def _reason_rows(result: TrialResult, before: TrialResult | None) -> list[dict[str, Any]]:
    """Reasons with their counts, and what the present rules count for the same."""
    now = dict(before.by_reason) if before else {}
    return [
        {"label": say_text(REASONS.get(code, code)), "value": count, "before": now.get(code, 0)}
        for code, count in result.by_reason
    ]


@rides.route("/zasady/<int:version_id>/oglos", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def rules_publish(version_id: int) -> Response | str:
    """Put a draft in force from a day on."""
    version = _version(version_id)
    today = clock.today()
    form = PublishForm(data={"from_on": _next_month(today)})
    if version.state is not RulesState.DRAFT:
        flash(_("Ta wersja nie jest szkicem. Ogłasza się tylko szkice."), "warning")
        return redirect(_page_of(version))
    if not form.validate_on_submit():
        return _publish_page(form, version)
    verdict = _carried_out(
        version_id, lambda session: publish_version(session, version_id, form.from_on.data, by=actor(), now=clock.now())
    )
    if not verdict.allowed:
        form.say_no("from_on", " ".join(say(reason) for reason in verdict.reasons))
        return _publish_page(form, _version(version_id))
    flash(_("Zasady są ogłoszone. Zamówione już przejazdy zostają na swoich zasadach."), "success")
    return redirect(_page_of(_version(version_id)))


def _publish_page(form: PublishForm, version: RideRulesVersion) -> str:
    today, before = clock.today(), _before(version)
    rows = [] if before is None else _rows(rules_of(before), rules_of(version))
    promised = promised_since(db.session(), today)
    return render_template(
        "rides/rules_publish.html", form=form, version=version, before=before, promised=promised, rows=rows
    )


def _next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _carried_out(version_id: int, deed: Callable[[Session], Verdict]) -> Verdict:
    """One action on a version in its transaction; a refusal saves nothing, a version meanwhile gone is no such page."""
    try:
        with transaction() as session:
            verdict = deed(session)
            if verdict.allowed:
                remember_answer(session, url_for("rides.rules_version", version_id=version_id))
            else:
                discard(session)
    except Gone:
        abort(404)
    return verdict


@rides.route("/zasady/<int:version_id>/potwierdz", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def rules_confirm(version_id: int) -> Response | str:
    """The office has confirmed the rules: who there, and on which day."""
    version = _version(version_id, RulesState.PUBLISHED)
    form = ConfirmForm(data={"on": clock.today()})
    if not form.validate_on_submit():
        return render_template("rides/rules_confirm.html", form=form, version=version)
    verdict = _carried_out(
        version_id,
        lambda session: confirm_version(
            session, version_id, by=actor(), now=clock.now(), on=form.on.data, who=form.who.data
        ),
    )
    if not verdict.allowed:
        form.say_no("on", " ".join(say(reason) for reason in verdict.reasons))
        return render_template("rides/rules_confirm.html", form=form, version=_version(version_id))
    flash(_("Zapisane. Znak „do potwierdzenia” zniknął ze stron."), "success")
    return redirect(_page_of(_version(version_id)))


@rides.post("/zasady/<int:version_id>/cofnij")
@staff_with("administrator")
@answers_once
def rules_take_back(version_id: int) -> Response:
    """Rules that are not yet in force become a draft again."""
    version = _version(version_id)
    target = _page_of(version)
    verdict = _carried_out(
        version_id, lambda session: take_back_version(session, version_id, by=actor(), now=clock.now())
    )
    flash_outcome(verdict, _("Ogłoszenie jest cofnięte. Ta wersja jest znowu szkicem."))
    return redirect(target)


@rides.post("/zasady/<int:version_id>/usun")
@staff_with("administrator")
@answers_once
def rules_discard(version_id: int) -> Response:
    """Throw a draft away."""
    _version(version_id)
    target = url_for("rides.rules")
    try:
        with transaction() as session:
            verdict = discard_draft(session, version_id, by=actor(), now=clock.now())
            remember_answer(session, target)
    except Gone:
        abort(404)
    flash_outcome(verdict, _("Szkic jest usunięty."))
    return redirect(target)
