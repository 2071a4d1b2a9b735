"""Rights of people over their data, at the desk: the copy, the register of requests, restriction."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents import documents, labels
from services_app.residents.actions import (
    answer_data_request,
    receive_data_request,
    restrict_resident,
)
from services_app.residents.forms import AnswerForm, DataRequestForm
from services_app.residents.models import PersonalDataRequest, Resident
from services_app.residents.policy.rights import DAYS_LEFT_TO_HURRY
from services_app.residents.queries import open_data_requests, requests_of
from services_app.residents.queries.exporting import everything_about
from services_app.residents.terms import DataRequestKind
from services_app.residents.views.blueprint import (
    DATA_PROTECTION,
    GUARDS,
    read_file,
    resident_or_404,
    residents,
    sees_restricted,
)
from services_app.web.access import staff_with
from services_app.web.languages import say
from services_app.web.once import answers_once
from services_app.web.paging import page_number


def zip_download(resident: Resident) -> Response:
    """Everything about a person as a file."""
    content = documents.copy_of_data(resident, everything_about(db.session(), resident.id), now=clock.now())
    response = make_response(content)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="moje-dane.zip"'
    return response


@residents.get("/osoby/<int:resident_id>/dane.zip")
@staff_with(*GUARDS)
def export(resident_id: int) -> Response:
    """Everything about this person: for an answer under RODO art. 15."""
    resident = resident_or_404(resident_id)
    read_file(resident, "resident_data_copied_read")
    return zip_download(resident)


@residents.get("/wnioski-o-dane")
@staff_with(*GUARDS, "auditor")
def data_requests() -> str:
    """The register of requests: what waits first."""
    answered = request.args.get("stan") == "zalatwione"
    found = open_data_requests(db.session(), page=page_number(), answered=answered)
    return render_template(
        "residents/data_requests.html", found=found, answered=answered, labels=labels, today=clock.today(), hurry=DAYS_LEFT_TO_HURRY,
        sees_restricted=sees_restricted(),
    )  # fmt: skip


@residents.route("/osoby/<int:resident_id>/dane", methods=["GET", "POST"])
@staff_with(*GUARDS)
@answers_once
def data_rights(resident_id: int) -> AnyResponse | str:
    """What a person asked about their data; a new request; restriction and erasure."""
    resident = resident_or_404(resident_id)
    form = DataRequestForm()
    if not form.validate_on_submit():
        read_file(resident)
        return render_template(
            "residents/data_rights.html", resident=resident, form=form, labels=labels, today=clock.today(), guards=sees_restricted(),
            requests=requests_of(db.session(), resident_id),
        )  # fmt: skip
    with transaction() as session:
        receive_data_request(
            session, resident_or_404(resident_id, session=session), DataRequestKind(form.kind.data), form.note.data or None, by=actor(),
            now=clock.now(), received_on=form.received_on.data,
        )  # fmt: skip
    flash(_("Wniosek jest w rejestrze."), "success")
    return redirect(url_for("residents.data_rights", resident_id=resident_id))


@residents.route("/wnioski-o-dane/<int:request_id>", methods=["GET", "POST"])
@staff_with(*GUARDS)
@answers_once
def answer_request(request_id: int) -> AnyResponse | str:
    """Note how a request was answered."""
    asked = db.session.get(PersonalDataRequest, request_id)
    if asked is None:
        abort(404)
    resident = resident_or_404(asked.resident_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        read_file(resident)
        return render_template(
            "residents/answer_request.html", asked=asked, resident=resident, form=form, labels=labels
        )
    with transaction() as session:
        verdict = answer_data_request(session, request_id, form.outcome.data or "", by=actor(), now=clock.now())
    flash(" ".join(map(say, verdict.reasons)) or _("Zapisano odpowiedź."), "success" if verdict.allowed else "warning")
    return redirect(url_for("residents.data_requests"))


@residents.post("/osoby/<int:resident_id>/ogranicz")
@staff_with(*DATA_PROTECTION)
@answers_once
def restrict(resident_id: int) -> AnyResponse:
    """Begin or end the restriction of processing."""
    resident_or_404(resident_id)
    begin = request.form.get("ogranicz") == "tak"
    with transaction() as session:
        resident = resident_or_404(resident_id, session=session)
        done = restrict_resident(session, resident, begin, by=actor(), now=clock.now())
    if not done:
        abort(404)
    flash(_("Przetwarzanie jest ograniczone.") if begin else _("Ograniczenie jest zniesione."), "success")
    return redirect(url_for("residents.data_rights", resident_id=resident_id))
