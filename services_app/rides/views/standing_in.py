"""A driver fell ill or a car broke down: somebody else drives the shift, or other cars take its rides."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.fleet.models import Driver, Shift
from services_app.fleet.queries import busy_drivers, drivers
from services_app.journal.acting import actor
from services_app.rides.actions import assign_lost, hand_over_shift
from services_app.rides.forms.coordinator import HandOverForm
from services_app.rides.views.blueprint import rides
from services_app.rides.views.coordinator import PLANNERS, day_or_404
from services_app.web.access import staff_with
from services_app.web.once import answers_once, remember_answer


@rides.route("/zmiana/<int:shift_id>/kierowca", methods=["GET", "POST"])
@staff_with(*PLANNERS)
@answers_once
def hand_over(shift_id: int) -> Response | str:
    """Another driver for a shift: its rides stay where they are."""
    shift = _coming_or_404(shift_id)
    on, form = shift.on, HandOverForm()
    others = [one for one in drivers(db.session(), today=on) if one.id != shift.driver_id]
    form.offer([(str(one.id), one.name) for one in others])  # who became busy meanwhile is refused with the reason
    if not form.validate_on_submit():
        return _choice_of_driver(shift, form, others)
    target = url_for("rides.day", on=on.isoformat())
    with transaction() as session:
        verdict = hand_over_shift(session, shift_id, int(form.driver.data), by=actor(), now=clock.now())
        if verdict.allowed:
            remember_answer(session, target)
        else:
            discard(session)
    if not verdict.allowed:
        form.say_refusal(verdict)
        return _choice_of_driver(_coming_or_404(shift_id), form, others)
    flash(_("Zmianę przejmuje inny kierowca. Przejazdy zostają w tym samochodzie."), "success")
    return redirect(target)


def _choice_of_driver(shift: Shift, form: HandOverForm, others: Sequence[Driver]) -> str:
    """The page: drivers who have time, and by name those who have not."""
    busy = busy_drivers(db.session(), shift)
    form.offer([(str(one.id), one.name) for one in others if one.id not in busy])
    names = [one.name for one in others if one.id in busy]
    return render_template("rides/hand_over.html", shift=shift, form=form, busy=names)


def _coming_or_404(shift_id: int) -> Shift:
    """A shift of today or later that was not cancelled."""
    shift = db.session.get(Shift, shift_id)
    if shift is None or shift.cancelled_at is not None or shift.on < clock.today():
        abort(404)
    return shift


@rides.post("/dzien/<on>/inne-samochody")
@staff_with(*PLANNERS)
@answers_once
def find_cars(on: str) -> Response:
    """Every ride of the day that lost its car goes with another that has room."""
    chosen = day_or_404(on)
    target = url_for("rides.day", on=chosen.isoformat())
    with transaction() as session:
        rescued = assign_lost(session, chosen, by=actor(), now=clock.now())
        remember_answer(session, target)
    if not rescued.assigned and not rescued.left:
        flash(_("Nie było czego przydzielać."), "success")
    if rescued.assigned:
        flash(_("Inny samochód wzięły przejazdy: %(count)s.", count=rescued.assigned), "success")
    if rescued.left:
        flash(
            _("Nadal bez samochodu: %(count)s. Zadzwoń do tych osób albo dodaj zmianę.", count=rescued.left), "warning"
        )
    return redirect(target)
