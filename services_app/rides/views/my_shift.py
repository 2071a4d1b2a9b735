"""The driver's own shift on a phone: whom to fetch next, and one large button for what has just happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.fleet.models import Shift
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.rides.actions import arrive, deliver, leave_without, pick_up, say_late, set_out
from services_app.rides.actions.living import NOT_NOW
from services_app.rides.actions.locking import lock_leg
from services_app.rides.documents.day_sheet import help_words, home_words, place_words
from services_app.rides.hours import hour_of_leg
from services_app.rides.models import Leg
from services_app.rides.policy.lateness import LATE_MINUTES
from services_app.rides.queries import SheetLine, leg_waits_until, may_be_fetched, may_be_late, under_way, waiting_home
from services_app.rides.queries.shifts import shifts_of_account
from services_app.rides.terms import PROMISED, RideState
from services_app.rides.views.blueprint import rides
from services_app.rides.views.day_sheet import stops_of
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome
from services_app.wording import hour

LATE: Final = {f"late_{minutes}": minutes for minutes in LATE_MINUTES}
STEPS: Final = ("set_out", "arrive", "pick_up", "deliver", "no_show", *LATE)


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
    waits_until: datetime | None
    """At the door: until when the driver waits."""
    late_until: str
    """The hour told anew after "Spóźnię się"; empty while on time."""
    may_be_late: bool


def own_shifts() -> list[Shift]:
    """The signed-in driver's shifts of yesterday, today and tomorrow."""
    day, today = timedelta(days=1), clock.today()
    return shifts_of_account(db.session(), current_identity().id, today - day, today + day)


@rides.get("/moja-zmiana")
@staff_with("driver")
def my_shift() -> str:
    """Today's and tomorrow's passengers of the signed-in driver, and nobody else's; after midnight also who is still under way."""
    today = clock.today()
    listed = [(shift, _ways(shift)) for shift in own_shifts()]
    listed = [(shift, ways) for shift, ways in listed if ways or shift.on >= today]
    return render_template(
        "rides/my_shift.html", shifts=listed, today=today, now=clock.now(), late_minutes=LATE_MINUTES
    )


def _ways(shift: Shift) -> list[Way]:
    now, driven = clock.now(), shift.on <= clock.today()
    lines = [line for line in stops_of(shift) if line.pickup and _still_shown(shift, line.leg)]
    if lines or shift.on >= clock.today():
        note_reading("shift_read", ("shift", shift.id), None)
    first = next((line.leg for line in lines if driven and may_be_late(line.leg)), None)
    return [_way(line, driven_today=driven, late_here=line.leg is first, now=now) for line in lines]


def _still_shown(shift: Shift, leg: Leg) -> bool:
    """Midnight takes no passenger off the page who sits in the car or is being fetched; of yesterday's others nobody is left."""
    return shift.on >= clock.today() or under_way(leg)


def _way(line: SheetLine, *, driven_today: bool, late_here: bool, now: datetime) -> Way:
    """``late_here``: this is the next one to be fetched, so a delay is said here."""
    leg, ride = line.leg, line.ride
    waits = leg_waits_until(leg) if leg.picked_up_at is None else None
    home, place = home_words(line), place_words(line)
    back = leg.sequence == 1
    return Way(
        leg_id=leg.id,
        at=hour_of_leg(ride, leg),
        name=ride.resident.name,
        from_words=place if back else home,
        to_words=home if back else place,
        arrive="" if back else hour(leg.arrive_by_at),
        phones=tuple(phone.number for phone in ride.resident.phones),
        help=help_words(line),
        steps=_steps(leg, over=waits is not None and waits <= now) if driven_today else (),
        done=_done_words(leg),
        confirmed=leg.assigned_at is not None,
        back=back,
        waits_until=waits if driven_today else None,
        late_until=_late_until(leg),
        may_be_late=late_here,
    )


def _late_until(leg: Leg) -> str:
    if not leg.late_minutes or leg.picked_up_at is not None:
        return ""
    return hour(leg.promised_from_at + timedelta(minutes=leg.late_minutes))


def _steps(leg: Leg, *, over: bool) -> tuple[str, ...]:
    """What may be tapped now, the likeliest first. ``over``: the whole waiting time has passed at the door."""
    if leg.picked_up_at is not None:
        return ("deliver",) if leg.delivered_at is None and leg.ride.state in PROMISED else ()
    if not may_be_fetched(leg):
        return ()
    state = leg.ride.state
    if state is RideState.ASSIGNED:
        return ("set_out", "pick_up")
    if leg.arrived_at is not None:
        absent = over and (state is RideState.ON_THE_WAY or waiting_home(leg.ride) is leg)
        return ("pick_up", "no_show") if absent else ("pick_up",)
    at_door = state in (RideState.ON_THE_WAY, RideState.ON_BOARD) and not leg.awaits_call
    return ("arrive", "pick_up") if at_door else ("pick_up",)


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
    with transaction() as session:
        verdict = _carry_out(session, leg_id, step, reason)
        if verdict.allowed:
            remember_answer(session, target)
    flash_outcome(verdict, _("Pasażerowie dostaną wiadomość.") if step in LATE else _("Zapisane."))
    return redirect(target)


def _own_leg_or_404(leg_id: int) -> Leg:
    leg = db.session.get(Leg, leg_id)
    if leg is None or not leg.active:
        abort(404)
    shift = next((each for each in own_shifts() if each.id == leg.shift_id and each.on <= clock.today()), None)
    if shift is None or not _still_shown(shift, leg):
        abort(404)
    return leg


def _is_so_already(leg: Leg, step: str) -> bool:
    on_its_way = leg.ride.state in (RideState.ON_THE_WAY, RideState.ON_BOARD, RideState.DONE)
    if step in LATE:
        return leg.late_minutes is not None and leg.late_minutes >= LATE[step]
    return {
        "set_out": on_its_way,
        "arrive": leg.arrived_at is not None,
        "pick_up": leg.picked_up_at is not None,
        "deliver": leg.delivered_at is not None,
        "no_show": leg.ride.state is RideState.NO_SHOW,
    }[step]


def _carry_out(session: Session, leg_id: int, step: str, reason: str) -> Verdict:
    by, now = actor(), clock.now()
    _locked, leg = lock_leg(session, leg_id)
    if leg.shift_id not in {shift.id for shift in own_shifts()}:  # given to another driver while this one tapped
        return Verdict((NOT_NOW,))
    if step in LATE:
        return say_late(session, leg_id, LATE[step], by=by, now=now)
    if step == "no_show":
        return leave_without(session, leg_id, reason, by=by, now=now)
    if step == "set_out":
        return set_out(session, leg.ride_id, by=by, now=now)
    return {"arrive": arrive, "pick_up": pick_up, "deliver": deliver}[step](session, leg_id, by=by, now=now)
