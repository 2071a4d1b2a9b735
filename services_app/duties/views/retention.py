"""The retention table, the register of processing, and removing what is kept longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.duties.actions.retention import decide_erasure, remove_due, set_retention_rule
from services_app.duties.forms.retention import ErasureForm, PeriodForm
from services_app.duties.models import RetentionRule
from services_app.duties.policy.retention import PERSONS_SETS, ended_before, rule_verdict
from services_app.duties.policy.retention_table import ASKED_OF_OFFICE, OF_STAFF, TABLE, WHO_LETS_GO, KeptClass
from services_app.duties.queries.retention import (
    decisions_about,
    due_count,
    due_people,
    holds_over,
    retention_runs,
    rules_in_force,
    rules_of,
)
from services_app.duties.terms import MOST_AT_ONCE, Kept
from services_app.duties.views.access import READERS
from services_app.duties.views.blueprint import duties
from services_app.journal.acting import actor
from services_app.residents.actions.rights import leave_no_trace_on_disk
from services_app.residents.views.blueprint import read_file, resident_or_404
from services_app.web.access import current_identity, staff_with
from services_app.web.csv_files import csv_file
from services_app.web.forms import read_day
from services_app.web.languages import counted, say, say_text
from services_app.web.once import answers_once, remember_answer


@duties.get("/przechowywanie/")
@staff_with(*READERS)
def retention() -> str:
    """What is kept and how long; what was removed."""
    session = db.session()
    rules = rules_in_force(session, today=clock.today())
    return render_template(
        "duties/retention.html", table_rows=TABLE, rules=rules, asked=ASKED_OF_OFFICE, who=WHO_LETS_GO, runs=retention_runs(session),
        holds=holds_over(session, today=clock.today()), may_decide=current_identity().has("administrator"),
    )  # fmt: skip


@duties.get("/przechowywanie/rejestr.csv")
@staff_with(*READERS)
def processing_file() -> Response:
    """The register of processing (RODO art. 30) as a file, from the same table."""
    header = [
        _("Dane"), _("Czyje"), _("Po co"), _("Podstawa"), _("Kto je dostaje"), _("Okres"), _("Skąd okres"), _("Liczony od"), _("Kto usuwa"),
    ]  # fmt: skip
    return csv_file("rejestr-czynnosci", header, _cells())


def _cells() -> Iterator[list[object]]:
    for _kept, row in _in_words(db.session()):
        yield [*vars(row).values()]


@dataclass(frozen=True)
class Processing:
    """A row of the register of processing in the page's language, in the order of its file."""

    name: str
    people: str
    purpose: str
    basis: str
    recipients: str
    period: str
    period_source: str
    starts: str
    let_go_by: str


def _in_words(session: Session) -> Iterator[tuple[Kept, Processing]]:
    rules = rules_in_force(session, today=clock.today())
    for kept, row in TABLE.items():
        period, source = period_in_words(row, rules.get(kept))
        yield kept, Processing(
            name=say_text(row.name), people=say_text(row.people), purpose=say_text(row.purpose), basis=say_text(row.basis),
            recipients=say_text(row.recipients), period=period, period_source=source, starts=say_text(row.starts),
            let_go_by=say_text(WHO_LETS_GO[row.let_go]),
        )  # fmt: skip


def processing_of_residents(session: Session) -> list[Processing]:
    """What the page on data protection says of each set of residents' data: the register's own words."""
    return [row for kept, row in _in_words(session) if kept not in OF_STAFF]


def period_in_words(row: KeptClass, rule: RetentionRule | None) -> tuple[str, str]:
    """How long a set of data is kept, and where that comes from."""
    if row.period:
        return say_text(row.period), ""
    if rule is None:
        return str(_("do ustalenia przez ośrodek")), ""
    return counted(rule.years, "rok", "lata", "lat"), rule.legal_source


def _asked_or_404(kept: str) -> Kept:
    if kept not in ASKED_OF_OFFICE:
        abort(404)
    return Kept(kept)


@duties.route("/przechowywanie/<kept>/okres", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def retention_period(kept: str) -> AnyResponse | str:
    """Set and confirm the period of a set of data."""
    of, session = _asked_or_404(kept), db.session()
    rule = rules_in_force(session, today=clock.today()).get(of)
    begin: dict[str, Any] = {"valid_from": clock.today()}
    begin |= {"years": rule.years, "legal_source": rule.legal_source} if rule else {}
    form = PeriodForm(data=begin) if request.method == "GET" else PeriodForm()
    if not form.validate_on_submit():
        former = rules_of(session, of)
        return render_template("duties/retention_period.html", form=form, kept=of, row=TABLE[of], former=former)
    with transaction() as writing:
        set_retention_rule(
            writing, of, form.years.data or 0, form.legal_source.data or "", form.valid_from.data, by=actor(), now=clock.now()
        )  # fmt: skip
        remember_answer(writing, url_for("duties.retention"))
    flash(_("Zapisano i potwierdzono okres."), "success")
    return redirect(url_for("duties.retention"))


@duties.route("/przechowywanie/<kept>", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def retention_due(kept: str) -> AnyResponse | str:
    """What is due of a set of data, and its removal after one more question."""
    of = _asked_or_404(kept)
    if request.method == "GET" or request.form.get("potwierdzam") != "tak":
        return _due_page(of, unsure=request.method == "POST")
    people = [int(one) for one in request.form.getlist("osoba") if one.isascii() and one.isdigit() and len(one) < 10]
    with transaction() as session:
        removed = remove_due(
            session, of, _shown_cut(), people if of is Kept.PERSON else None, by=actor(), now=clock.now()
        )
    for reason in removed.verdict.reasons:
        flash(say(reason), "danger")
    if removed.verdict.allowed:
        db.session.remove()
        leave_no_trace_on_disk(db.engine)
        words = _("Usunięto: %(count)s. Protokół jest na dole strony.", count=removed.count)
        flash(
            words if removed.count else _("Nie zaznaczono nic, co można usunąć."),
            "success" if removed.count else "info",
        )
    return redirect(
        url_for("duties.retention" if removed.count else "duties.retention_due", kept=None if removed.count else kept)
    )


def _shown_cut() -> date | None:
    return read_day(request.form.get("przed", ""))


def _due_page(kept: Kept, *, unsure: bool) -> str:
    session, today = db.session(), clock.today()
    rule = rules_in_force(session, today=today).get(kept)
    verdict = rule_verdict(rule.years if rule else None, rule.legal_source if rule else "")
    cut = ended_before(rule.years, today=today) if rule else None
    count = due_count(session, kept, cut, today=today) if cut else 0
    people = due_people(session, cut, today=today, most=MOST_AT_ONCE) if cut and kept is Kept.PERSON else []
    return render_template(
        "duties/retention_due.html", kept=kept, row=TABLE[kept], rule=rule, cut=cut, count=count, people=people, most=MOST_AT_ONCE,
        reasons=[say(reason) for reason in verdict.reasons], unsure=unsure,
    )  # fmt: skip


@duties.route("/osoby/<int:resident_id>/decyzja", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def erasure_decision(resident_id: int) -> AnyResponse | str:
    """Somebody asked for their data to be erased: set by set, erased now or held until a day, with the ground."""
    resident, form = resident_or_404(resident_id), ErasureForm()
    if form.validate_on_submit():
        with transaction() as session:
            verdict = decide_erasure(session, resident_id, form.decided(), by=actor(), now=clock.now())
        if verdict.allowed:
            db.session.remove()
            leave_no_trace_on_disk(db.engine)
            flash(_("Zapisano decyzję i usunięto to, co było do usunięcia."), "success")
            return redirect(url_for("duties.retention"))
        if "ERASED" in verdict.codes:
            flash(" ".join(map(say, verdict.reasons)), "info")
            return redirect(url_for("duties.retention"))
        form.say_refusal(verdict)
        resident = resident_or_404(resident_id)
    read_file(resident)
    return render_template(
        "duties/erasure_decision.html", form=form, resident=resident, sets=PERSONS_SETS, table_rows=TABLE,
        decisions=decisions_about(db.session(), resident_id),
    )  # fmt: skip
