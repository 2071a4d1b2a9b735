"""A day without service: closed with its reason, its rides called off, put back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.rides.actions import call_off_day, close_day_as_seen
from services_app.rides.forms.coordinator import CloseDayForm
from services_app.rides.queries import called_off_for, day_as_stored, still_to_call_off
from services_app.rides.views.blueprint import rides
from services_app.rides.views.coordinator import PLANNERS, day_or_404
from services_app.web.access import staff_with
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome


@rides.route("/dzien/<on>/zamkniecie", methods=["POST"])
@staff_with(*PLANNERS)
@answers_once
def close(on: str) -> Response:
    """A day without service (with the reason), or service again; unless another coordinator has just decided otherwise."""
    chosen = day_or_404(on)
    form, target = CloseDayForm(), url_for("rides.day", on=chosen.isoformat())
    opens, seen = "otworz" in request.form, request.form.get("as_it_was", "")
    if not opens and not form.validate():
        flash(" ".join(str(error) for error in form.because.errors), "warning")
        return redirect(target)
    closed = day_as_stored(db.session(), chosen).closed_because
    because = None if opens else form.because.data
    with transaction() as session:
        verdict = close_day_as_seen(session, chosen, because, seen, by=actor(), now=clock.now())
        off = called_off_for(session, chosen, closed) if opens and closed else 0
        ahead = still_to_call_off(session, chosen)
        if verdict.allowed:
            target = url_for("rides.day", on=chosen.isoformat(), stan="odwolane" if off else None)
            remember_answer(session, target)
    flash_outcome(verdict, _opened_words(off) if opens else _closed_words(ahead))
    return redirect(target)


def _opened_words(off: int) -> str:
    """Who was called off is not driven again by itself: the page that follows lists them."""
    if not off:
        return str(_("Tego dnia znów jeździmy."))
    words = _(
        "Tego dnia znów jeździmy. Odwołane przejazdy (%(count)s) zostają odwołane. Są na liście poniżej.", count=off
    )
    return str(words)


def _closed_words(ahead: int) -> str:
    if ahead:
        return str(_("Dzień jest zamknięty. Odwołaj teraz jego przejazdy."))
    return str(_("Dzień jest zamknięty. Nie ma przejazdów do odwołania, nikogo nie trzeba powiadamiać."))


@rides.post("/dzien/<on>/odwolanie")
@staff_with(*PLANNERS)
@answers_once
def call_off(on: str) -> Response:
    """On a day without service: call off all its rides at once, for the reason the day was closed."""
    chosen = day_or_404(on)
    target = url_for("rides.day", on=chosen.isoformat())
    with transaction() as session:
        count = call_off_day(session, chosen, by=actor(), now=clock.now())
        remember_answer(session, target)
    if count is None:
        flash(_("Tego dnia jeździmy. Najpierw zamknij dzień i napisz, dlaczego."), "warning")
    elif not count:
        flash(_("Nie ma przejazdów do odwołania, nikogo nie trzeba powiadamiać."), "success")
    else:
        flash(_("Odwołane przejazdy: %(count)s. Pasażerowie dostaną wiadomość albo telefon.", count=count), "success")
    return redirect(target)
