"""Reporting an incident, the register of breaches, and the contact for incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock, wording
from services_app.database import db, transaction
from services_app.duties import labels
from services_app.duties.actions.breaches import (
    change_breach,
    close_breach,
    confirm_incident_contact,
    held_breach,
    reopen_breach,
    report_breach,
)
from services_app.duties.forms.breaches import BreachForm, ContactForm, IncidentForm
from services_app.duties.models import DataBreach
from services_app.duties.policy.breaches import BreachFacts, closing_verdict, csirt_due, people_to_tell, uodo_due
from services_app.duties.queries.breaches import (
    all_breaches,
    breaches_page,
    former_contacts,
    history_of_breach,
    incident_contact,
)
from services_app.duties.views.blueprint import KEEPERS, duties, incidents
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.journal.labels import label_of
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_any, staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.csv_files import csv_file
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.paging import page_number

_FIELD_OF = {
    "FOUND_LATER": "found_hour", "UODO_REASON": "uodo_reason", "UODO_RISK": "uodo_decision", "PEOPLE_REASON": "people_reason",
    "UODO_WHEN": "uodo_told_hour", "CSIRT_WHEN": "csirt_told_hour", "UODO_LATE": "uodo_late_reason",
}  # fmt: skip


@incidents.route("/incydent", methods=["GET", "POST"])
@staff_any
@answers_once
def report_incident() -> AnyResponse | str:
    """Any member of staff says what happened; it becomes an entry of the register."""
    now = clock.now()
    shown = wording.local(now)
    begin = {"found_on": shown.date(), "found_hour": shown.time().replace(second=0, microsecond=0)}
    form = IncidentForm(data=begin) if request.method == "GET" else IncidentForm()
    if not form.validate_on_submit():
        return render_template("duties/report_incident.html", form=form, person=incident_contact(db.session()))
    keeper = current_identity().has(*KEEPERS)
    with transaction() as session:
        made = report_breach(session, form.happened.data or "", form.found_at, by=actor(), now=now)
        target = url_for("duties.breach", breach_id=made.id) if keeper else url_for("incidents.incident_reported")
        remember_answer(session, target)
    return redirect(target)


@incidents.get("/incydent/przyjety")
@staff_any
def incident_reported() -> str:
    """It is written down; what to do next."""
    return render_template("duties/incident_reported.html", person=incident_contact(db.session()))


@duties.get("/naruszenia/")
@staff_with(*KEEPERS)
def breaches() -> str:
    """The register: open entries with what is left of their hours, or closed ones."""
    closed = request.args.get("stan") == "zamkniete"
    found = breaches_page(db.session(), closed=closed, number=page_number())
    terms = {row.id: terms_of(row.facts) for row in found.rows}
    return render_template("duties/breaches.html", found=found, closed=closed, terms=terms, now=clock.now())


def terms_of(facts: BreachFacts) -> dict[str, object]:
    """What still runs: until when UODO and CSIRT, and whether people are to be told."""
    return {"uodo": uodo_due(facts), "csirt": csirt_due(facts), "people": people_to_tell(facts)}


@duties.get("/naruszenia/<int:breach_id>")
@staff_with(*KEEPERS)
def breach(breach_id: int) -> str:
    """One entry: its hours, what is missing, everything known, who changed what."""
    row = _breach_or_404(breach_id)
    return _breach_page(row, Verdict())


def _breach_page(row: DataBreach, refused: Verdict) -> str:
    note_reading("data_breach_read", ("data_breach", row.id), None)
    kinds = [say_text(labels.BREACH_KINDS[kind]) for kind in row.facts.kinds]
    return render_template(
        "duties/breach.html", breach=row, facts=row.facts, terms=terms_of(row.facts), labels=labels, kinds=kinds, now=clock.now(),
        missing=[say(reason) for reason in closing_verdict(row.facts).reasons], refused=[say(reason) for reason in refused.reasons],
        history=history_of_breach(db.session(), row.id), deed_label=label_of,
    )  # fmt: skip


def _breach_or_404(breach_id: int) -> DataBreach:
    return db.get_or_404(DataBreach, breach_id)


@duties.route("/naruszenia/<int:breach_id>/zmien", methods=["GET", "POST"])
@staff_with(*KEEPERS)
@answers_once
def change_entry(breach_id: int) -> AnyResponse | str:
    """Describe what happened and decide who is told."""
    row = _breach_or_404(breach_id)
    form = BreachForm.about(BreachForm.shown(row))
    if not form.validate_on_submit():
        note_reading("data_breach_read", ("data_breach", row.id), None)
        return render_template("duties/breach_form.html", form=form, breach=row)

    def change(session: Session, _held: DataBreach | None) -> Verdict:
        return change_breach(session, breach_id, form.facts(), by=actor(), now=clock.now())

    verdict = unless_overtaken(form, partial(held_breach, breach_id=breach_id), BreachForm.shown, change)
    if verdict is not None and verdict.allowed:
        flash(_("Zapisano wpis."), "success")
        return redirect(url_for("duties.breach", breach_id=breach_id))
    row = _breach_or_404(breach_id)
    if verdict is None:
        note_reading("data_breach_read", ("data_breach", row.id), None)
    else:
        form.say_refusal(verdict, _FIELD_OF)
    return render_template("duties/breach_form.html", form=form, breach=row)


@duties.post("/naruszenia/<int:breach_id>/zamknij")
@staff_with(*KEEPERS)
@answers_once
def close_entry(breach_id: int) -> AnyResponse | str:
    """End an entry that is complete."""
    _breach_or_404(breach_id)
    with transaction() as session:
        verdict = close_breach(session, breach_id, by=actor(), now=clock.now())
    if not verdict.allowed:
        return _breach_page(_breach_or_404(breach_id), verdict)
    flash(_("Wpis jest zamknięty i zostaje w rejestrze."), "success")
    return redirect(url_for("duties.breach", breach_id=breach_id))


@duties.post("/naruszenia/<int:breach_id>/otworz")
@staff_with(*KEEPERS)
@answers_once
def reopen_entry(breach_id: int) -> AnyResponse:
    """Something new came to light."""
    _breach_or_404(breach_id)
    with transaction() as session:
        reopen_breach(session, breach_id, by=actor(), now=clock.now())
    return redirect(url_for("duties.breach", breach_id=breach_id))


@duties.get("/naruszenia/rejestr.csv")
@staff_with(*KEEPERS)
def breaches_file() -> Response:
    """The whole register as a file, for UODO or the data protection officer; that somebody took it is journalled."""
    note_reading("data_breaches_exported", ("data_breach", None), None)
    header = [
        _("Numer"),
        *(say_text(words) for words in labels.BREACH_FIELDS.values()),
        _("zgłosił(a)"),
        _("zamknięto"),
    ]
    return csv_file("rejestr-naruszen", header, _cells())


def _cells() -> Iterator[list[object]]:
    for row in all_breaches(db.session()):
        facts = row.facts
        values = [_cell(name, getattr(facts, name)) for name in labels.BREACH_FIELDS]
        yield [row.id, *values, row.reported_by.name, row.closed_at]


_WORDS: dict[str, Mapping[Any, str]] = {
    "risk": labels.RISKS, "uodo_decision": labels.UODO_DECISIONS, "csirt_decision": labels.CSIRT_DECISIONS,
    "people_decision": labels.PEOPLE_DECISIONS,
}  # fmt: skip


def _cell(name: str, value: Any) -> object:
    if isinstance(value, tuple):
        return "; ".join(say_text(labels.BREACH_KINDS[kind]) for kind in value)
    return say_text(_WORDS[name][value]) if value is not None and name in _WORDS else value


@duties.route("/ustawienia/incydenty", methods=["GET", "POST"])
@staff_with(*KEEPERS)
@answers_once
def incident_settings() -> AnyResponse | str:
    """Who looks after incidents, where they are reported, what staff do first. Saving confirms it."""
    session = db.session()
    person = incident_contact(session)
    form = ContactForm.of(person) if request.method == "GET" else ContactForm()
    if not form.validate_on_submit():
        former = former_contacts(session)
        return render_template("duties/incident_settings.html", form=form, person=person, former=former)
    with transaction() as writing:
        confirm_incident_contact(writing, form.contact(), by=actor(), now=clock.now())
        remember_answer(writing, url_for("duties.incident_settings"))
    flash(_("Zapisano i potwierdzono."), "success")
    return redirect(url_for("duties.incident_settings"))
