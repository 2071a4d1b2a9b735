"""Who may act for me: the list, one more, the end of a consent."""

from __future__ import annotations

from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents import labels
from services_app.residents.actions import add_representative, revoke_representation
from services_app.residents.consents import consent_by_version, consent_text
from services_app.residents.forms import OwnRepresentativeForm
from services_app.residents.models import Resident
from services_app.residents.queries import representations_of
from services_app.residents.terms import Scope
from services_app.residents.views.blueprint import me_or_404, residents
from services_app.verdict import Verdict
from services_app.web.access import residents as for_residents
from services_app.web.once import answers_once

_BESIDE: Final = {"OWN_CONTACT": "contact", "ENDS_IN_PAST": "valid_until"}
"""Where what is against it can be put right."""


@residents.get("/moi-przedstawiciele")
@for_residents
def my_representatives() -> str:
    """Who may act for me; add somebody; end it at once."""
    resident = me_or_404()
    return render_template(
        "residents/my_representatives.html", representations=representations_of(db.session(), resident.id), labels=labels,
        today=clock.today(), text_of=consent_by_version,
    )  # fmt: skip


@residents.route("/moi-przedstawiciele/dodaj", methods=["GET", "POST"])
@for_residents
@answers_once
def add_my_representative() -> AnyResponse | str:
    """Let somebody act for me: who and what first, then the words I agree to. A representative has no such page."""
    resident = me_or_404()
    form = OwnRepresentativeForm()
    if not form.validate_on_submit() or "change" in request.form:
        return render_template("residents/add_representative.html", form=form)
    text = consent_text(Scope(form.scope.data), today=clock.today())
    if "save" not in request.form or form.text_version.data != text.version:
        return _check_page(form)
    if not form.agreed.data:
        form.say_no("agreed", _("Zaznacz, że się zgadzasz. Bez tego nikogo nie dodamy."))
        return _check_page(form)
    return _save(resident.id, form)


def _check_page(form: OwnRepresentativeForm) -> str:
    text = consent_text(Scope(form.scope.data), today=clock.today())
    return render_template(
        "residents/check_representative.html", form=form, said=form.said(), consent=form.consent(), text=text, labels=labels,
    )  # fmt: skip


def _save(resident_id: int, form: OwnRepresentativeForm) -> AnyResponse | str:
    with transaction() as session:
        answer = add_representative(
            session, session.get_one(Resident, resident_id), form.said(), form.consent(), by=actor(), now=clock.now(),
            today=clock.today(),
        )  # fmt: skip
    if isinstance(answer, Verdict):
        form.say_refusal(answer, _BESIDE)
        return render_template("residents/add_representative.html", form=form)
    flash(_("Zapisaliśmy Twoją zgodę. Ta osoba dostanie od nas wiadomość."), "success")
    return redirect(url_for("residents.my_representatives"))


@residents.post("/moi-przedstawiciele/<int:representation_id>/cofnij")
@for_residents
@answers_once
def revoke_my_representative(representation_id: int) -> AnyResponse:
    """End a consent of mine at once."""
    resident_id = me_or_404().id
    with transaction() as session:
        ended = revoke_representation(session, representation_id, by=actor(), now=clock.now(), resident_id=resident_id)
    if ended is None:
        abort(404)
    flash(_("Cofnęliśmy zgodę. Ta osoba nie może już działać za Ciebie."), "success")
    return redirect(url_for("residents.my_representatives"))
