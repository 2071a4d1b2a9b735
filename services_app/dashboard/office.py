"""The numbers to call and their hours: data of the office, with a period and who confirmed it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import ValidationError

from services_app import clock
from services_app.dashboard.home import home
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import Actor, record
from services_app.journal.labels import register, register_subject
from services_app.residents.policy.numbers import read_phone
from services_app.verdict import Reason
from services_app.web.access import current_identity, staff_with
from services_app.web.contact import forget_contacts, grouped, phone_line
from services_app.web.forms import DayField, Form, HourField, as_choices, at_most, needed
from services_app.web.languages import say
from services_app.web.models import PhoneLine
from services_app.web.once import answers_once, remember_answer
from services_app.wording import N_

PROGRAMMES = {"rides": N_("Taksówka dla seniora"), "centre": N_("ośrodek")}
register("phone_line_changed", N_("zmieniono numer telefonu lub jego godziny"))
register_subject("phone_line", N_("numer telefonu"))


class PhoneLineForm(Form):
    """A number from a day on."""

    programme = SelectField(_("Do czego"), choices=[])
    phone = StringField(_("Numer telefonu"), [needed(_("Podaj numer.")), at_most(20)])
    opens_at = HourField(_("Czynny od"), [needed(_("Podaj godzinę."))])
    closes_at = HourField(_("Czynny do"), [needed(_("Podaj godzinę."))])
    working_days_only = BooleanField(_("Tylko w dni robocze"), default=True)
    valid_from = DayField(_("Obowiązuje od"), [needed(_("Podaj dzień."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme.choices = as_choices((code, gettext(words)) for code, words in PROGRAMMES.items())

    def validate_phone(self, field: Any) -> None:
        """The number as a phone dials it."""
        found = read_phone(field.data or "")
        if isinstance(found, Reason):
            raise ValidationError(say(found))
        field.data = found.number

    def validate_closes_at(self, field: Any) -> None:
        """The line closes after it opens."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("Godzina końca musi być po godzinie początku."))


def change_phone_line(session: Session, form: PhoneLineForm, *, by: Actor, confirmed_by: str, now: Any) -> PhoneLine:
    """A new period begins; the one before ends the day before it. Saving it confirms it."""
    starts, programme = form.valid_from.data, str(form.programme.data)
    before = phone_line(session, programme, today=starts)
    if before is not None and before.valid_from < starts:
        before.valid_until = starts - timedelta(days=1)
    elif before is not None:
        session.delete(before)
    line = PhoneLine(
        programme=programme, phone=form.phone.data or "", opens_at=form.opens_at.data, closes_at=form.closes_at.data,
        working_days_only=bool(form.working_days_only.data), valid_from=starts, confirmed_on=clock.day_of(now), confirmed_by=confirmed_by,
    )  # fmt: skip
    session.add(line)
    session.flush()
    record(session, "phone_line_changed", ("phone_line", line.id), by=by, now=now)
    return line


@home.route("/ustawienia/telefony", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def phone_lines() -> Response | str:
    """The numbers on every page, and from when they hold."""
    form = PhoneLineForm(data={"valid_from": clock.today()})
    if not form.validate_on_submit():
        lines = db.session.scalars(select(PhoneLine).order_by(PhoneLine.programme, PhoneLine.valid_from.desc())).all()
        return render_template(
            "dashboard/phone_lines.html", form=form, lines=lines, grouped=grouped, programmes=PROGRAMMES
        )
    identity = current_identity()
    with transaction() as session:
        change_phone_line(session, form, by=actor(), confirmed_by=identity.name, now=clock.now())
        remember_answer(session, url_for("dashboard.phone_lines"))
    forget_contacts()
    flash(gettext("Zapisane. Numer zmieni się na wszystkich stronach."), "success")
    return redirect(url_for("dashboard.phone_lines"))
