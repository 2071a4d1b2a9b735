"""The driver's own shift on a phone: whom to fetch next, and one large button for what has just happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.fleet.models import Shift
from services_app.journal.actions import note_reading
from services_app.rides.actions import deliver, mark_no_show, pick_up, set_out
from services_app.rides.documents.day_sheet import help_words, home_words, place_words
from services_app.rides.models import Leg
from services_app.rides.queries import SheetLine
from services_app.rides.queries.shifts import shifts_of_account
from services_app.rides.terms import PROMISED, RideState
from services_app.rides.views.blueprint import rides
from services_app.rides.views.coordinator import actor
from services_app.rides.views.day_sheet import stops_of
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.languages import say
from services_app.web.once import answers_once, remember_answer
from services_app.wording import hour

STEPS: Final = ("set_out", "pick_up", "deliver", "no_show")


@dataclass(frozen=True)
class Way:
    """One way on the driver's list, in words, with what may be tapped now."""

    leg_id: int
    at: str
    name: str
    from_words: str
    to_words: str
    arrive: str
    phones: tuple[str, ...]
    help: str
    steps: tuple[str, ...]
    done: str
    confirmed: bool
    back: bool


def own_shifts() -> list[Shift]:
    """The signed-in driver's shifts of today and tomorrow."""
    today = clock.today()
    return shifts_of_account(db.session(), current_identity().id, today, today + timedelta(days=1))


@rides.get("/moja-zmiana")
@staff_with("driver")
def my_shift() -> str:
    """Today's and tomorrow's passengers of the signed-in driver, and nobody else's."""
    listed = [(shift, _ways(shift)) for shift in own_shifts()]
    return render_template("rides/my_shift.html", shifts=listed, today=clock.today())


def _ways(shift: Shift) -> list[Way]:
    note_reading("shift_read", ("shift", shift.id), None)
    return [_way(line, driven_today=shift.on == clock.today()) for line in stops_of(shift) if line.pickup]


def _way(line: SheetLine, *, driven_today: bool) -> Way:
    leg, ride = line.leg, line.ride
    home, place = home_words(line), place_words(line)
    back = leg.sequence == 1
    return Way(
        leg_id=leg.id,
        at=hour(leg.promised_from_at),
        name=ride.resident.name,
        from_words=place if back else home,
        to_words=home if back else place,
        arrive="" if back else hour(leg.arrive_by_at),
        phones=tuple(phone.number for phone in ride.resident.phones),
        help=help_words(line),
        steps=_steps(leg) if driven_today else (),
        done=_done_words(leg),
        confirmed=leg.assigned_at is not None,
        back=back,
    )


def _steps(leg: Leg) -> tuple[str, ...]:
    """What may be tapped now, the likeliest first."""
    state = leg.ride.state
    if state not in PROMISED or state is RideState.REQUESTED or leg.delivered_at is not None:
        return ()
    if leg.picked_up_at is not None:
        return ("deliver",)
    if leg.sequence == 1 and any(
        each.active and each.delivered_at is None for each in leg.ride.legs if each.sequence == 0
    ):
        return ()  # not there yet
    if state is RideState.ASSIGNED:
        return ("set_out", "pick_up")
    return ("pick_up", "no_show") if state is RideState.ON_THE_WAY else ("pick_up",)


def _done_words(leg: Leg) -> str:
    if leg.delivered_at is not None:
        return str(_("na miejscu o %(hour)s", hour=hour(leg.delivered_at)))
    if leg.picked_up_at is not None:
        return str(_("w samochodzie od %(hour)s", hour=hour(leg.picked_up_at)))
    return ""


@rides.post("/moja-zmiana/<int:leg_id>")
@staff_with("driver")
@answers_once
def driver_step(leg_id: int) -> Response:
    """One tap. A way of somebody else's shift is not there; a tap that came twice is no mistake."""
    step, reason = request.form.get("step", ""), request.form.get("reason", "").strip()[:300]
    leg = _own_leg_or_404(leg_id)
    if step not in STEPS:
        abort(400)
    target = url_for("rides.my_shift", _anchor=f"kurs-{leg_id}")
    if _is_so_already(leg, step):
        return redirect(target)
    ride_id = leg.ride_id
    with transaction() as session:
        verdict = _carry_out(session, ride_id, leg_id, step, reason)
        if verdict.allowed:
            remember_answer(session, target)
    for one in verdict.reasons:
        flash(say(one), "warning")
    if verdict.allowed:
        flash(_("Zapisane."), "success")
    return redirect(target)


def _own_leg_or_404(leg_id: int) -> Leg:
    leg = db.session.get(Leg, leg_id)
    today = clock.today()
    own = [shift.id for shift in own_shifts() if shift.on == today]
    if leg is None or not leg.active or leg.shift_id not in own:
        abort(404)
    return leg


def _is_so_already(leg: Leg, step: str) -> bool:
    on_its_way = leg.ride.state in (RideState.ON_THE_WAY, RideState.ON_BOARD, RideState.DONE)
    return {
        "set_out": on_its_way,
        "pick_up": leg.picked_up_at is not None,
        "deliver": leg.delivered_at is not None,
        "no_show": leg.ride.state is RideState.NO_SHOW,
    }[step]


def _carry_out(session: Session, ride_id: int, leg_id: int, step: str, reason: str) -> Verdict:
    by, now = actor(), clock.now()
    if step == "set_out":
        return set_out(session, ride_id, by=by, now=now)
    if step == "pick_up":
        return pick_up(session, leg_id, by=by, now=now)
    if step == "deliver":
        return deliver(session, leg_id, by=by, now=now)
    return mark_no_show(session, ride_id, reason, by=by, now=now)
