"""The catalogue of places: suggestions while typing, and its upkeep by staff."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.places.actions import close_destination, reopen_destination, save_destination
from services_app.places.forms import DestinationForm, shown
from services_app.places.labels import category_icon, category_words
from services_app.places.models import Destination
from services_app.places.positions import TOWN_MIDDLE
from services_app.places.queries import destinations_like, street_position, streets_like
from services_app.web.access import public, staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.languages import say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.paging import page_number, page_of
from services_app.wording import search_key

places = Blueprint("places", __name__, url_prefix="/miejsca")

KEEPERS = ("coordinator", "administrator", "manager")


@places.get("/ulice.json")
@public
def suggest_streets() -> Response:
    """Streets for a text being typed: names of the public register, nothing personal."""
    found = streets_like(db.session(), request.args.get("q", "")[:60])
    return jsonify(items=[{"label": street.name, "detail": street.town} for street in found])


@places.get("/szukaj.json")
@public
def suggest_destinations() -> Response:
    """Destinations for a text being typed."""
    found = destinations_like(db.session(), request.args.get("q", "")[:80])
    return jsonify(
        items=[{"label": place.name, "detail": f"{place.address}, {place.town}", "id": place.id} for place in found]
    )


@places.get("/")
@staff_with(*KEEPERS, "operator", "auditor")
def destinations() -> str:
    """All destinations, found by name or address."""
    text = request.args.get("q", "")[:80]
    query = select(Destination).order_by(Destination.closed_at.is_not(None), Destination.sort_name)
    for word in search_key(text).split()[:6]:
        query = query.where(Destination.search_name.contains(word, autoescape=True))
    page = page_of(db.session(), query, number=page_number())
    return render_template(
        "places/destinations.html",
        page=page,
        text=text,
        words=lambda place: say_text(category_words(place.category)),
        icon_of=category_icon,
    )


@places.route("/nowe", methods=["GET", "POST"], endpoint="new")
@places.route("/<int:destination_id>", methods=["GET", "POST"], endpoint="destination")
@staff_with(*KEEPERS)
@answers_once
def edit(destination_id: int | None = None) -> AnyResponse | str:
    """Add a destination, or change one."""
    place = None if destination_id is None else db.session.get(Destination, destination_id)
    if destination_id is not None and place is None:
        abort(404)
    form = DestinationForm.about(None if place is None else shown(place))
    leaves = place is not None and place.place_is_exact and form.leaves_position(place)
    target = _saved(form, destination_id) if form.validate_on_submit() else None
    if target is None:
        return render_template("places/destination.html", form=form, place=place)
    flash(_("Zapisane."), "success")
    if leaves:
        flash(_("Ulica jest inna, więc położenie na mapie jest puste. Wpisz nowe, jeśli je znasz."), "info")
    return redirect(target)


def _saved(form: DestinationForm, destination_id: int | None) -> str | None:
    """Save it and say where it is; None, said in the form, when somebody else was faster."""

    def held(session: Session) -> Destination | None:
        return None if destination_id is None else session.get_one(Destination, destination_id, with_for_update=True)

    def save(session: Session, place: Destination | None) -> str:
        street = street_position(session, form.town.data or "", form.street.data or "") or TOWN_MIDDLE
        saved = save_destination(session, place, form.facts(street, place), by=actor(), now=clock.now())
        target = url_for("places.destination", destination_id=saved.id)
        remember_answer(session, target)
        return target

    return unless_overtaken(form, held, shown, save)


@places.post("/<int:destination_id>/zamkniecie")
@staff_with(*KEEPERS)
@answers_once
def close(destination_id: int) -> AnyResponse:
    """Take a destination out of the catalogue."""
    return _set_closed(destination_id, True, _("Miejsce jest zamknięte. Nie pojawi się przy zamawianiu."))


@places.post("/<int:destination_id>/przywrocenie")
@staff_with(*KEEPERS)
@answers_once
def reopen(destination_id: int) -> AnyResponse:
    """Put a closed destination back."""
    return _set_closed(destination_id, False, _("Miejsce znów jest w spisie."))


def _set_closed(destination_id: int, closed: bool, done: str) -> AnyResponse:
    """Each button says what it wants: pressed by two people, nothing turns round."""
    target = url_for("places.destination", destination_id=destination_id)
    with transaction() as session:
        place = session.get(Destination, destination_id, with_for_update=True)
        if place is None:
            abort(404)
        act = close_destination if closed else reopen_destination
        if (place.closed_at is not None) is not closed:
            act(session, place, by=actor(), now=clock.now())
        remember_answer(session, target)
    flash(done, "success")
    return redirect(target)
