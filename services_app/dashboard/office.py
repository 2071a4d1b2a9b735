"""The page of the numbers to call and their hours."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.dashboard import queries
from services_app.dashboard.actions import change_phone_line
from services_app.dashboard.forms import PROGRAMMES, PhoneLineForm, shown_lines
from services_app.dashboard.home import home
from services_app.database import db
from services_app.journal.acting import actor
from services_app.web.access import current_identity, staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.contact import forget_contacts, grouped
from services_app.web.models import PhoneLine
from services_app.web.once import answers_once, remember_answer


@home.route("/ustawienia/telefony", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def phone_lines() -> Response | str:
    """The numbers on every page, and from when they hold."""
    form = PhoneLineForm.about(shown_lines(queries.phone_lines(db.session())))
    if not form.is_submitted():
        form.valid_from.data = clock.today()
    if not form.validate_on_submit() or not _saved(form):
        lines = queries.phone_lines(db.session())
        return render_template(
            "dashboard/phone_lines.html", form=form, lines=lines, grouped=grouped, programmes=PROGRAMMES
        )
    forget_contacts()
    flash(_("Zapisane. Numer zmieni się na wszystkich stronach."), "success")
    return redirect(url_for("dashboard.phone_lines"))


def _saved(form: PhoneLineForm) -> bool:
    """Save it; False, said in the form, when somebody else was faster."""
    name = current_identity().name

    def save(session: Session, _known: list[PhoneLine] | None) -> bool:
        change_phone_line(session, form.facts(), by=actor(), confirmed_by=name, now=clock.now())
        remember_answer(session, url_for("dashboard.phone_lines"))
        return True

    return bool(unless_overtaken(form, partial(queries.phone_lines, held=True), shown_lines, save))
