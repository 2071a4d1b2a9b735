"""The yearly review of who may do what, its protocols, trainings."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.duties import labels
from services_app.duties.actions.access import (
    begin_access_review,
    decide_access,
    finish_access_review,
    record_training,
)
from services_app.duties.forms.access import TrainingForm
from services_app.duties.models import AccessReview, AccessReviewItem
from services_app.duties.policy.access import review_due_on, training_due
from services_app.duties.queries.access import (
    access_reviews,
    items_of_review,
    last_review_on,
    last_sign_ins,
    last_trainings,
)
from services_app.duties.terms import AccessDecision
from services_app.duties.views.blueprint import KEEPERS, duties
from services_app.journal.acting import actor
from services_app.staff.labels import ROLES
from services_app.staff.queries import all_accounts
from services_app.web.access import current_identity, staff_with
from services_app.web.csv_files import csv_file
from services_app.web.forms import Choice
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome

READERS = (*KEEPERS, "auditor")


@duties.get("/przeglad-uprawnien/")
@staff_with(*READERS)
def access_reviews_list() -> str:
    """The reviews there were, and when the next is due."""
    session = db.session()
    last_on = last_review_on(session)
    return render_template(
        "duties/access_reviews.html", reviews=access_reviews(session), due_on=review_due_on(last_on) if last_on else None,
        today=clock.today(), may_begin=current_identity().has(*KEEPERS),
    )  # fmt: skip


@duties.post("/przeglad-uprawnien/nowy")
@staff_with(*KEEPERS)
@answers_once
def begin_review() -> AnyResponse:
    """Begin a review of every open account."""
    with transaction() as session:
        review = begin_access_review(session, by=actor(), now=clock.now())
        target = url_for("duties.access_review", review_id=review.id)
        remember_answer(session, target)
    return redirect(target)


@duties.get("/przeglad-uprawnien/<int:review_id>")
@staff_with(*READERS)
def access_review(review_id: int) -> str:
    """Every account with its roles and last sign-in; to be confirmed one by one, then a protocol."""
    session = db.session()
    review = db.get_or_404(AccessReview, review_id)
    items = items_of_review(session, review_id)
    identity = current_identity()
    return render_template(
        "duties/access_review.html", review=review, items=items, left=sum(item.decision is None for item in items), labels=labels,
        roles=ROLES, sign_ins=last_sign_ins(session), trainings=last_trainings(session), me=identity.id,
        may_decide=identity.has(*KEEPERS) and review.finished_at is None,
    )  # fmt: skip


@duties.post("/przeglad-uprawnien/konto/<int:item_id>")
@staff_with(*KEEPERS)
@answers_once
def decide_account(item_id: int) -> AnyResponse:
    """Keep an account as it is, or take its access away."""
    item = db.get_or_404(AccessReviewItem, item_id)
    chosen = request.form.get("decyzja")
    if chosen not in ("zostaje", "odbierz"):
        abort(400)
    target = url_for("duties.access_review", review_id=item.review_id, _anchor=f"konto-{item_id}")
    decision = AccessDecision.KEEP if chosen == "zostaje" else AccessDecision.TAKE_AWAY
    with transaction() as session:
        verdict = decide_access(session, item_id, decision, by=actor(), now=clock.now())
    for reason in verdict.reasons:
        flash(say(reason), "danger")
    return redirect(target)


@duties.post("/przeglad-uprawnien/<int:review_id>/koniec")
@staff_with(*KEEPERS)
@answers_once
def finish_review(review_id: int) -> AnyResponse:
    """End a review: it becomes a protocol."""
    db.get_or_404(AccessReview, review_id)
    with transaction() as session:
        verdict = finish_access_review(session, review_id, by=actor(), now=clock.now())
    flash_outcome(verdict, _("Przegląd jest zakończony. Następny za rok."), refused="danger")
    return redirect(url_for("duties.access_review", review_id=review_id))


@duties.get("/przeglad-uprawnien/<int:review_id>/protokol.csv")
@staff_with(*READERS)
def access_review_file(review_id: int) -> Response:
    """The protocol as a file."""
    db.get_or_404(AccessReview, review_id)
    header = [_("Osoba"), _("E-mail"), _("Role"), _("Ostatnie logowanie"), _("Decyzja"), _("Kiedy"), _("Kto")]
    return csv_file(f"przeglad-uprawnien-{review_id}", header, _cells(review_id))


def _cells(review_id: int) -> Iterator[list[object]]:
    for item in items_of_review(db.session(), review_id):
        roles = ", ".join(say_text(ROLES.get(role, role)) for role in item.roles)
        decision = say_text(labels.ACCESS_DECISIONS[item.decision]) if item.decision else ""
        by = item.decided_by.name if item.decided_by else ""
        yield [item.account.name, item.account.e_mail, roles, item.last_sign_in_at, decision, item.decided_at, by]


@duties.route("/przeglad-uprawnien/szkolenia", methods=["GET", "POST"])
@staff_with(*KEEPERS)
@answers_once
def trainings() -> AnyResponse | str:
    """Who was trained when; noting a training."""
    session, today = db.session(), clock.today()
    accounts = [account for account in all_accounts(session) if account.deactivated_at is None]
    form = TrainingForm(data={"trained_on": today}) if request.method == "GET" else TrainingForm()
    form.account.choices = [Choice(account.id, f"{account.last_name} {account.first_name}") for account in accounts]
    if not form.validate_on_submit():
        last = last_trainings(session)
        rows = [
            (account, last.get(account.id), training_due(last.get(account.id), today=today)) for account in accounts
        ]
        return render_template("duties/trainings.html", form=form, rows=rows)
    with transaction() as writing:
        record_training(
            writing, form.account.data, form.trained_on.data, form.topic.data or "", by=actor(), now=clock.now()
        )
        remember_answer(writing, url_for("duties.trainings"))
    flash(_("Zapisano szkolenie."), "success")
    return redirect(url_for("duties.trainings"))
