"""The register at the desk: search, card, form, PESEL, letter."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents import documents, labels
from services_app.residents.actions import (
    RegisterAnswer,
    change_resident,
    new_code_for_letter,
    note_pesel_shown,
    register_resident,
)
from services_app.residents.actions.locking import locked_resident
from services_app.residents.forms import ResidentForm, shown_resident
from services_app.residents.forms.reading import BESIDE
from services_app.residents.models import Resident
from services_app.residents.policy.search import is_whole_pesel
from services_app.residents.queries import found_residents, representations_of
from services_app.residents.views.blueprint import (
    DESK,
    READERS,
    panels_of,
    read_file,
    resident_or_404,
    residents,
    sees_restricted,
)
from services_app.web.access import staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.links import whole_address
from services_app.web.once import answers_once, remember_answer
from services_app.web.paging import page_number


@residents.get("/osoby")
@staff_with(*READERS)
def search() -> AnyResponse | str:
    """The one search box: phone, name, PESEL or address."""
    text = request.args.get("q", "").strip()[:120]
    page = page_number()
    found = found_residents(db.session(), text, today=clock.today(), page=page, restricted_too=sees_restricted())
    if is_whole_pesel(text):
        # the number leaves the address bar at once: no page, history or link repeats it
        rows = found.rows
        known = url_for("residents.show", resident_id=rows[0].id) if rows else url_for("residents.search", brak="pesel")
        return redirect(known)
    no_such_pesel = request.args.get("brak") == "pesel"
    return render_template("residents/search.html", q=text, found=found, no_such_pesel=no_such_pesel)


@residents.route("/osoby/nowa", methods=["GET", "POST"])
@staff_with(*DESK)
@answers_once
def new() -> AnyResponse | str:
    """Add a person."""
    form = ResidentForm()
    if not form.validate_on_submit():
        return _form_page(form)
    with transaction() as session:
        answer = register_resident(
            session, form.details(), by=actor(), now=clock.now(), somebody_else=bool(form.somebody_else.data)
        )
        if answer.resident is not None:
            target = url_for("residents.show", resident_id=answer.resident.id)
            remember_answer(session, target)
    if answer.resident is None:
        return _form_page(form, answer)
    flash(_("Zapisano nową osobę."), "success")
    return redirect(target)


@residents.route("/osoby/<int:resident_id>/zmien", methods=["GET", "POST"])
@staff_with(*DESK)
@answers_once
def edit(resident_id: int) -> AnyResponse | str:
    """Change what is kept about a person."""
    resident = resident_or_404(resident_id)
    form = ResidentForm.of(resident)
    if not form.validate_on_submit():
        read_file(resident)
        return _form_page(form, resident=resident)

    def change(session: Session, kept: Resident | None) -> RegisterAnswer:
        return change_resident(session, resident_id, form.details(kept), by=actor(), now=clock.now())

    answer = unless_overtaken(form, partial(locked_resident, resident_id=resident_id), shown_resident, change)
    if answer is None or answer.resident is None:
        resident = resident_or_404(resident_id)
        if answer is None:
            read_file(resident)
        return _form_page(form, answer, resident=resident)
    flash(_("Zapisano zmiany."), "success")
    return redirect(url_for("residents.show", resident_id=resident_id))


def _form_page(form: ResidentForm, answer: RegisterAnswer | None = None, *, resident: Resident | None = None) -> str:
    if answer:
        form.say_refusal(answer.verdict, BESIDE)
    suggests = current_app.view_functions.get("places.suggest_streets") is not None
    return render_template(
        "residents/form.html", form=form, resident=resident, alike=answer.alike if answer else (), labels=labels,
        suggest_url=url_for("places.suggest_streets") if suggests else None,
    )  # fmt: skip


@residents.get("/osoby/<int:resident_id>")
@staff_with(*READERS)
def show(resident_id: int) -> str:
    """A person's card."""
    resident = resident_or_404(resident_id)
    read_file(resident)
    return _card(resident)


def _card(resident: Resident, **more: Any) -> str:
    return render_template(
        "residents/show.html", resident=resident, panels=panels_of(resident), labels=labels, today=clock.today(),
        representations=representations_of(db.session(), resident.id), **more,
    )  # fmt: skip


@residents.post("/osoby/<int:resident_id>/pesel")
@staff_with(*DESK)
def reveal_pesel(resident_id: int) -> str:
    """Show the whole number once, after noting who asked. A repeated click is a further look and is noted again."""
    resident = resident_or_404(resident_id)
    with transaction() as session:
        note_pesel_shown(session, resident_id, by=actor(), now=clock.now())
    return _card(resident, pesel_shown=True)


@residents.route("/osoby/<int:resident_id>/list", methods=["GET", "POST"])
@staff_with(*DESK)
def letter(resident_id: int) -> AnyResponse | str:
    """The letter with a personal code: each one made ends the one before, so a repeated request makes a new one knowingly."""
    resident = resident_or_404(resident_id)
    if request.method == "GET":
        read_file(resident)
        return render_template("residents/letter.html", resident=resident)
    with transaction() as session:
        code = new_code_for_letter(session, resident_or_404(resident_id, session=session), by=actor(), now=clock.now())
    if code is None:
        abort(404)
    address = whole_address("residents.sign_in_by_letter")
    made = documents.letter(resident_or_404(resident_id), code, address, today=clock.today())
    return pdf_download(made, f"list-{resident_id}.pdf")


def pdf_download(content: bytes, name: str) -> Response:
    """A PDF to save."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
