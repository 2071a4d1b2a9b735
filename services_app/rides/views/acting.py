"""For whom the signed-in person acts here, and whose ride may be opened: every page of residents asks this first."""

from __future__ import annotations

from datetime import datetime

from flask import abort, current_app, request
from sqlalchemy.orm import Session, lazyload

from services_app import clock
from services_app.database import db
from services_app.journal.acting import actor
from services_app.residents.models import Resident
from services_app.residents.queries import may_act_for, people_i_act_for
from services_app.residents.terms import Scope
from services_app.rides.actions import pace_verdict
from services_app.rides.models import Ride
from services_app.rides.queries import ride_for
from services_app.verdict import Verdict
from services_app.web.access import current_identity


def booking_pace(session: Session, *, now: datetime) -> Verdict:
    """Count one more ride booked from this page in the transaction that books it; too many in a minute and nothing of it is saved."""
    limit, address = int(current_app.config["BOOKINGS_A_MINUTE"]), request.remote_addr or ""
    return pace_verdict(session, by=actor(), address=address, limit=limit, now=now)


def acts_for_others() -> bool:
    """Whether a representative is signed in: texts then name the passenger."""
    return current_identity().kind == "representative"


def people(scope: Scope = Scope.BOOK) -> list[Resident]:
    """Everybody the signed-in person may act for (see rides of)."""
    return people_i_act_for(db.session(), current_identity(), today=clock.today(), scope=scope)


def people_named() -> list[tuple[int, str]]:
    """Everybody whose rides the signed-in person may see: id and name."""
    identity = current_identity()
    if identity.kind == "resident":
        return [(identity.id, identity.name)]
    return [(one.id, one.name) for one in people(Scope.SEE)]


def person_id_or_404(resident_id: int | None, *, scope: Scope = Scope.BOOK) -> int:
    """The number of a resident the signed-in person may act for (their own without one); a stranger is told that there is no such page."""
    identity = current_identity()
    if resident_id is None and identity.kind == "resident":
        return identity.id
    if resident_id is None or not _may(db.session(), resident_id, scope):
        abort(404)
    return resident_id


def person_or_404(resident_id: int | None, *, scope: Scope = Scope.BOOK) -> Resident:
    """The same with the file."""
    without_phones = [lazyload(Resident.phones)]
    resident = db.session.get(Resident, person_id_or_404(resident_id, scope=scope), options=without_phones)
    if resident is None:
        abort(404)
    return resident


def _may(session: Session, resident_id: int, scope: Scope) -> bool:
    identity = current_identity()
    if identity.kind == "resident":
        return identity.id == resident_id  # whose file is closed is not signed in at all
    return may_act_for(session, identity, resident_id, today=clock.today(), scope=scope)


def ride_or_404(ride_id: int, *, scope: Scope = Scope.SEE) -> Ride:
    """A ride of somebody the signed-in person may act for."""
    session = db.session()
    ride = session.get(Ride, ride_id)
    if ride is None or not _may(session, ride.resident_id, scope):
        abort(404)
    loaded = ride_for(session, ride_id, [ride.resident_id])
    if loaded is None:
        abort(404)
    return loaded


def may_book_for(resident_id: int) -> bool:
    """Whether the signed-in person may also book, change and cancel."""
    return _may(db.session(), resident_id, Scope.BOOK)
