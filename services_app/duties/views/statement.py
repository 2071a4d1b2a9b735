"""Reviews of the accessibility statement."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.duties import labels
from services_app.duties.actions.accessibility import record_statement_review
from services_app.duties.forms.accessibility import ReviewForm
from services_app.duties.policy.accessibility import review_due
from services_app.duties.queries.accessibility import statement_reviews
from services_app.duties.views.blueprint import ANSWERERS, duties
from services_app.journal.acting import actor
from services_app.web.access import staff_with
from services_app.web.once import answers_once, remember_answer
from services_app.web.views import statement_dates


def last_looked_at(reviewed_on: date | None) -> date:
    """The day the next term runs from: the last review, or the day the statement was made."""
    dates = statement_dates(current_app.config)
    return max(day for day in (dates.made_on, dates.reviewed_on, reviewed_on) if day is not None)


@duties.route("/ustawienia/deklaracja", methods=["GET", "POST"])
@staff_with(*ANSWERERS)
@answers_once
def statement_review() -> Response | str:
    """When the statement was reviewed, by whom, until when again."""
    form = ReviewForm(data={"reviewed_on": clock.today()}) if request.method == "GET" else ReviewForm()
    if not form.validate_on_submit():
        reviews = statement_reviews(db.session())
        due_on = review_due(last_looked_at(reviews[0].reviewed_on if reviews else None))
        return render_template(
            "duties/statement_review.html",
            form=form,
            reviews=reviews,
            labels=labels,
            due_on=due_on,
            today=clock.today(),
        )
    with transaction() as session:
        record_statement_review(
            session, form.reviewed_on.data, form.found, form.findings.data or "", by=actor(), now=clock.now()
        )
        remember_answer(session, url_for("duties.statement_review"))
    flash(_("Zapisano przegląd. Jego dzień jest już w deklaracji."), "success")
    return redirect(url_for("duties.statement_review"))
