"""Places a resident keeps, so that next time they stand first."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.places.queries import destination
from services_app.residents.terms import Scope
from services_app.rides.actions import forget_place, save_place
from services_app.rides.queries import saved_places
from services_app.rides.views.acting import acts_for_others, people, person_or_404, ride_or_404
from services_app.rides.views.blueprint import rides
from services_app.web.access import residents
from services_app.web.once import answers_once, remember_answer


@rides.get("/miejsca")
@residents
def own_places() -> str:
    """The places kept for one person."""
    chosen = request.args.get("osoba", type=int)
    known = people() if chosen is None and acts_for_others() else []
    if known:
        return render_template("rides/own_places_of_whom.html", known=known)
    resident = person_or_404(chosen)
    return render_template(
        "rides/own_places.html",
        resident=resident,
        places=saved_places(db.session(), resident.id),
        for_other=acts_for_others(),
    )


@rides.post("/<int:ride_id>/miejsce")
@residents
@answers_once
def keep_place(ride_id: int) -> Response:
    """Keep the place a ride led to."""
    ride = ride_or_404(ride_id, scope=Scope.BOOK)
    resident_id, place_id, entrance_id = ride.resident_id, ride.destination_id, ride.entrance_id
    if place_id is None or destination(db.session(), place_id) is None:
        abort(404)
    target = url_for("rides.ride", ride_id=ride_id)
    with transaction() as session:
        save_place(session, resident_id, place_id, by=actor(), now=clock.now(), entrance_id=entrance_id)
        remember_answer(session, target)
    flash(_("Zapisane. Następnym razem to miejsce będzie na początku listy."), "success")
    return redirect(target)


@rides.post("/miejsca/<int:resident_id>/<int:place_id>/usun")
@residents
@answers_once
def drop_place(resident_id: int, place_id: int) -> Response:
    """No longer keep a place."""
    person_or_404(resident_id)
    target = url_for("rides.own_places", osoba=resident_id)
    with transaction() as session:
        known = forget_place(session, resident_id, place_id, by=actor(), now=clock.now())
        remember_answer(session, target)
    if known:
        flash(_("Miejsce jest usunięte z Twojej listy."), "success")
    return redirect(target)
