"""Consents at the desk."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents import labels
from services_app.residents.actions import (
    NewRepresentative,
    Representing,
    record_representation,
    revoke_representation,
)
from services_app.residents.consents import consent_by_version, consent_text
from services_app.residents.forms import RepresentationForm
from services_app.residents.forms.reading import BESIDE
from services_app.residents.forms.representing import NEW
from services_app.residents.models import Representative, Resident
from services_app.residents.queries import kept_representatives, representations_of, representative_with_contact
from services_app.residents.terms import ConsentHow, RepresentativeKind, Scope, ToldBy
from services_app.residents.views.blueprint import DESK, READERS, read_file, resident_or_404, residents
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.once import answers_once


@residents.route("/osoby/<int:resident_id>/przedstawiciele", methods=["GET", "POST"])
@staff_with(*READERS)
@answers_once
def representatives(resident_id: int) -> AnyResponse | str:
    """Who may act for a person; record one more."""
    resident = resident_or_404(resident_id)
    form = RepresentationForm()
    _offer(form)
    if not form.is_submitted():
        read_file(resident)
        return _page(resident, form)
    if not current_identity().has(*DESK):
        abort(403)
    if not form.validate() or _asks_first(form):
        return _page(resident, form)
    with transaction() as session:
        who = _chosen(form) or session.get_one(Representative, int(form.known.data))
        answer = record_representation(
            session, resident_or_404(resident_id, session=session), who, _consent(form), by=actor(), now=clock.now(), today=clock.today()
        )  # fmt: skip
    if isinstance(answer, Verdict):
        form.say_refusal(answer, BESIDE)
        return _page(resident_or_404(resident_id), form)
    flash(_("Zapisano zgodę. Obie strony dostaną wiadomość."), "success")
    return redirect(url_for("residents.representatives", resident_id=resident_id))


def _offer(form: RepresentationForm) -> None:
    known = {one.id: one for one in kept_representatives(db.session())}
    if form.is_submitted():
        form.phone.pre_validate_quietly()
        form.e_mail.pre_validate_quietly()
        alike = representative_with_contact(
            db.session(), form.phone.value.number if form.phone.value else None, form.e_mail.value
        )
        known |= {one.id: one for one in alike}
        form.alike = [one.name for one in alike]
    form.offer(list(known.values()))


def _asks_first(form: RepresentationForm) -> bool:
    """Somebody with this phone or e-mail is known: is it the same person?"""
    if form.known.data != NEW or not form.alike or form.really_new.data:
        return False
    form.say_no(
        "known",
        _("Ktoś z tym telefonem lub e-mailem jest już w rejestrze. Wybierz tę osobę albo zaznacz, że to ktoś nowy."),
    )
    form.asks_whether_new = True
    return True


def _chosen(form: RepresentationForm) -> NewRepresentative | None:
    if form.known.data != NEW:
        return None
    return NewRepresentative(
        RepresentativeKind(form.kind.data), form.name.data or "", form.phone.value.number if form.phone.value else None, form.e_mail.value,
        form.language.data, ToldBy(form.told_by.data),
    )  # fmt: skip


def _consent(form: RepresentationForm) -> Representing:
    return Representing(
        Scope(form.scope.data), bool(form.told_of_rides.data), ConsentHow(form.how.data), form.valid_until.data
    )


def _page(resident: Resident, form: RepresentationForm) -> str:
    today = clock.today()
    return render_template(
        "residents/representatives.html", resident=resident, form=form, labels=labels, today=today, text_of=consent_by_version,
        representations=representations_of(db.session(), resident.id),
        texts=[(labels.SCOPES[scope], consent_text(scope, today=today).text) for scope in Scope], may_change=current_identity().has(*DESK),
    )  # fmt: skip


@residents.post("/osoby/<int:resident_id>/przedstawiciele/<int:representation_id>/cofnij")
@staff_with(*DESK)
@answers_once
def revoke(resident_id: int, representation_id: int) -> AnyResponse:
    """End a consent at once."""
    resident_or_404(resident_id)
    with transaction() as session:
        ended = revoke_representation(session, representation_id, by=actor(), now=clock.now(), resident_id=resident_id)
    if ended is None:
        abort(404)
    flash(_("Zgoda jest cofnięta."), "success")
    return redirect(url_for("residents.representatives", resident_id=resident_id))
