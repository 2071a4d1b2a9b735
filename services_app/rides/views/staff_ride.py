"""One ride for staff: everything about it, its life, and the next steps each role may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.residents.queries import told_by_call
from services_app.rides.actions import (
    approve_ride,
    cancel_by_operator,
    cancel_ride,
    deliver,
    excuse,
    finish_ride,
    mark_missed,
    mark_no_show,
    pick_up,
    say_ready,
    set_out,
    turn_down_ride,
    unassign,
)
from services_app.rides.actions.telling import first_moment
from services_app.rides.forms.coordinator import WAYS, WHOLE, CancelForm
from services_app.rides.hours import hour_of_leg
from services_app.rides.labels import ASSISTANCE, CHANNELS, MOBILITY, PURPOSES, RETURN_MODES
from services_app.rides.models import Leg, Ride
from services_app.rides.queries import (
    cancellation_preview,
    events_of,
    excusable,
    lost_ways,
    may_cancel,
    may_get_in_from,
    may_say_ready,
    may_set_out,
    missed_the_ride,
    missed_the_way_home,
    only_home_stands,
    standing_legs,
    working_shifts_of_ride,
)
from services_app.rides.terms import ENDED, NOT_BEGUN, PROMISED, TO_BE_DRIVEN, RideState, may_become
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import by_phone_words
from services_app.rides.views.coordinator import PLANNERS, READERS, ride_or_404, state_words
from services_app.rides.views.desk import DESK_ROLES, left_words
from services_app.rides.views.life import life_of, ways_called_off
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome
from services_app.wording import hour

Deed = Callable[..., Any]


@dataclass(frozen=True)
class Button:
    """A step one may take now: its word, whether it asks why, and about which way it is."""

    step: str
    words: str
    asks_why: bool
    leg_id: int | None = None
    kind: str = "secondary"


_STEPS: Final[Mapping[str, tuple[Any, Deed]]] = {
    "approve": (lazy_gettext("Wyraź zgodę"), approve_ride),
    "set_out": (lazy_gettext("Samochód wyjechał"), set_out),
    "finish": (lazy_gettext("Przejazd się odbył"), finish_ride),
    "unassign": (lazy_gettext("Cofnij przydział"), unassign),
}
_STEPS_WITH_REASON: Final[Mapping[str, tuple[Any, Deed]]] = {
    "no_show": (lazy_gettext("Pasażer nie przyszedł"), mark_no_show),
    "missed": (lazy_gettext("Nie wykonaliśmy przejazdu"), mark_missed),
    "excuse": (lazy_gettext("Przyjmij usprawiedliwienie"), excuse),
    "turn_down": (lazy_gettext("Odmów"), turn_down_ride),
    "cancel_by_us": (lazy_gettext("Odwołujemy my"), cancel_by_operator),
}
_STEPS_OF_WAY: Final[Mapping[str, tuple[Any, Deed]]] = {
    "pick_up": (lazy_gettext("Pasażer wsiadł"), pick_up),
    "deliver": (lazy_gettext("Pasażer dojechał"), deliver),
}


@rides.get("/przejazd/<int:ride_id>")
@staff_with(*READERS)
def staff_ride(ride_id: int) -> str:
    """Everything about a ride, with its life."""
    ride = ride_or_404(ride_id)
    note_reading("resident_read", ("ride", ride.id), ride.resident_id)
    identity, events = current_identity(), events_of(db.session(), ride_id)
    alone, lost = ways_called_off(events), lost_ways(ride, working_shifts_of_ride(db.session(), ride))
    state, tone = state_words(ride, lost=bool(lost))
    return render_template(
        "rides/staff_ride.html",
        ride=ride,
        facts=_facts(ride),
        legs=[_leg(ride, leg, called_off=leg.sequence in alone, lost=leg.sequence in lost) for leg in ride.legs],
        life=life_of(db.session(), events),
        state=state,
        tone=tone,
        buttons=_buttons(ride) if identity.has(*PLANNERS) else [],
        may_cancel=identity.has(*DESK_ROLES) and may_cancel(ride),
        may_move=identity.has(*DESK_ROLES) and _may_move(ride),
        may_say_ready=identity.has(*DESK_ROLES) and may_say_ready(ride, now=clock.now()),
        may_assign=identity.has(*PLANNERS) and ride.state in TO_BE_DRIVEN,
        may_repeat=identity.has(*DESK_ROLES),
        states=RideState,
        by_phone=by_phone_words(ride.cancel_until, now=clock.now()) if ride.state in PROMISED else "",
    )


def _may_move(ride: Ride) -> bool:
    return ride.state in NOT_BEGUN and ride.whole


def _facts(ride: Ride) -> list[tuple[str, str]]:
    entrance = f", {ride.entrance.name}" if ride.entrance else ""
    back = _("bez powrotu") if ride.return_mode is None else say_text(RETURN_MODES[ride.return_mode])
    rows = [
        (_("Dokąd"), f"{ride.destination_name}{entrance}, {ride.destination_address}, {ride.destination_town}"),
        (_("Cel"), say_text(PURPOSES[ride.purpose])),
        (_("Wizyta"), _("%(hour)s, %(minutes)s min", hour=hour(ride.appointment_at), minutes=ride.visit_minutes)),
        (_("Powrót"), back),
        (_("Porusza się"), say_text(MOBILITY[ride.mobility])),
        (_("Pomoc"), say_text(ASSISTANCE[ride.assistance])),
        (_("Opiekunowie"), str(ride.companions)),
        (_("Zamówiono"), say_text(CHANNELS[ride.channel])),
        (_("Zasady"), ride.rules_version.name),
    ]
    if ride.note:
        rows.append((_("Uwaga dla kierowcy"), ride.note))
    if ride.override_reason:
        rows.append((_("Przyjęty mimo zasad"), ride.override_reason))
    return rows


def _leg(ride: Ride, leg: Leg, *, called_off: bool, lost: bool) -> dict[str, Any]:
    """``called_off``: on its own, not with the whole ride. ``lost``: the shift it is on does not drive it."""
    shift = None if lost else leg.shift
    car = "" if shift is None else f"{shift.vehicle.name} ({shift.vehicle.plate})"
    driver = shift.driver.name if shift is not None and shift.driver else ""
    gone = _("odwołana wcześniej") if called_off and ride.state in ENDED else _("odwołana")
    return {
        "way": _("Z powrotem") if leg.sequence else _("Tam"),
        "hour": hour_of_leg(ride, leg),
        "until": hour(leg.promised_until_at),
        "arrive": hour(leg.arrive_by_at),
        "car": car,
        "driver": driver,
        "assigned": leg.assigned_at is not None,
        "gone": "" if leg.active else gone,
        "course": ", ".join(_course(leg)),
    }


def _course(leg: Leg) -> Iterator[str]:
    """What happened on a way, each with its hour."""
    if leg.ready_at is not None:
        yield _("gotowa %(hour)s", hour=hour(leg.ready_at))
    if leg.arrived_at is not None:
        yield _("kierowca na miejscu %(hour)s", hour=hour(leg.arrived_at))
    if leg.picked_up_at is not None:
        yield _("wsiadła %(hour)s", hour=hour(leg.picked_up_at))
    if leg.delivered_at is not None:
        yield _("na miejscu %(hour)s", hour=hour(leg.delivered_at))


# --- steps ------------------------------------------------------------------------------------------------------------------------------


def _buttons(ride: Ride) -> list[Button]:
    """The steps a coordinator may take now."""
    found = [Button(step, str(words), False) for step, (words, _deed) in _STEPS.items() if _possible(ride, step)]
    for leg in ride.legs:
        step = _step_of_way(ride, leg)
        if step is not None:
            way = _("z powrotem") if leg.sequence else _("tam")
            found.append(Button(step, f"{_STEPS_OF_WAY[step][0]} ({way})", False, leg.id))
    found += [
        Button(step, str(words), True, kind="warning" if step == "cancel_by_us" else "secondary")
        for step, (words, _deed) in _STEPS_WITH_REASON.items()
        if _possible(ride, step)
    ]
    return found


def _possible(ride: Ride, step: str) -> bool:
    now, come = clock.now(), ride.on <= clock.today()
    begun = all(leg.planned_pickup_at <= now for leg in ride.legs if leg.active)
    return {
        "set_out": come and may_set_out(ride),
        "no_show": missed_the_ride(ride, now=now) or missed_the_way_home(ride, now=now) is not None,
        "missed": come and may_become(ride.state, RideState.MISSED),
        "cancel_by_us": may_become(ride.state, RideState.CANCELLED_BY_OPERATOR),
        "approve": ride.state is RideState.REQUESTED and first_moment(ride) > now,
        "turn_down": ride.state is RideState.REQUESTED,
        "finish": ride.state in TO_BE_DRIVEN and begun,
        "unassign": ride.state in (RideState.CONFIRMED, RideState.ASSIGNED)
        and any(leg.assigned_at for leg in ride.legs),
        "excuse": excusable(ride),
    }[step]


def _step_of_way(ride: Ride, leg: Leg) -> str | None:
    if ride.state not in TO_BE_DRIVEN or not leg.active or ride.on > clock.today():
        return None
    if leg.picked_up_at is None:
        earliest = may_get_in_from(leg)
        if earliest is not None and clock.now() < earliest:
            return None
        first = next((each for each in ride.legs if each.sequence == 0 and each.active), None)
        return "pick_up" if leg.sequence == 0 or first is None or first.delivered_at else None
    return "deliver" if leg.delivered_at is None else None


@rides.post("/przejazd/<int:ride_id>/krok")
@staff_with(*PLANNERS)
@answers_once
def staff_step(ride_id: int) -> Response:
    """The coordinator takes a ride one step on; also for a driver whose phone is off."""
    ride, step = ride_or_404(ride_id), request.form.get("step", "")
    reason, target = request.form.get("reason", "").strip()[:300], url_for("rides.staff_ride", ride_id=ride_id)
    leg = next((each for each in ride.legs if str(each.id) == request.form.get("leg", "")), None)
    if step not in {**_STEPS, **_STEPS_WITH_REASON} and (step not in _STEPS_OF_WAY or leg is None):
        abort(400)
    with transaction() as session:
        verdict = _carry_out(session, ride_id, None if leg is None else leg.id, step, reason)
        if verdict.allowed:
            remember_answer(session, target)
    flash_outcome(verdict, _("Zapisane."))
    return redirect(target)


def _carry_out(session: Session, ride_id: int, leg_id: int | None, step: str, reason: str) -> Verdict:
    by, now = actor(), clock.now()
    verdict: Verdict
    if step in _STEPS_WITH_REASON:
        verdict = _STEPS_WITH_REASON[step][1](session, ride_id, reason, by=by, now=now)
    elif step in _STEPS_OF_WAY:
        verdict = _STEPS_OF_WAY[step][1](session, leg_id, by=by, now=now)
    else:
        verdict = _STEPS[step][1](session, ride_id, by=by, now=now)
    return verdict


@rides.post("/przejazd/<int:ride_id>/gotowa")
@staff_with(*DESK_ROLES)
@answers_once
def staff_ready(ride_id: int) -> Response:
    """The passenger called: ready to go home."""
    ride_or_404(ride_id)
    target = url_for("rides.staff_ride", ride_id=ride_id)
    with transaction() as session:
        answer = say_ready(session, ride_id, by=actor(), now=clock.now())
        remember_answer(session, target)
    if isinstance(answer, Verdict):
        for one in answer.reasons:
            flash(say(one), "warning")
    else:
        first, last = hour(answer.pickup_at), hour(answer.until_at)
        flash(_("Powiedz: samochód przyjedzie między %(first)s a %(last)s.", first=first, last=last), "success")
    return redirect(target)


@rides.route("/przejazd/<int:ride_id>/odwolanie", methods=["GET", "POST"])
@staff_with(*DESK_ROLES)
@answers_once
def staff_cancel(ride_id: int) -> Response | str:
    """Call a ride, or one way of it, off in the passenger's name; what it does to the limits is shown before."""
    ride = ride_or_404(ride_id)
    target = url_for("rides.staff_ride", ride_id=ride_id)
    if not may_cancel(ride):
        flash(_("Tego przejazdu nie można już odwołać."), "warning")
        return redirect(target)
    ways = _cancel_ways(ride)
    form = CancelForm(data={"what": ways[0][0], "said": True})
    form.offer(ways)
    if not form.validate_on_submit():
        effects = _effects(ride)
        return render_template(
            "rides/staff_cancel.html", ride=ride, form=form, effects=effects, first=effects[ways[0][0]], by_call=told_by_call(ride.resident)
        )  # fmt: skip
    sequences = WAYS[str(form.what.data)]
    with transaction() as session:
        answer = cancel_ride(
            session, ride_id, by=actor(), now=clock.now(), sequences=sequences, reason=form.reason.data or None, said=form.said.data
        )  # fmt: skip
        remember_answer(session, target)
    if isinstance(answer, Verdict):
        flash(" ".join(say(one) for one in answer.reasons), "warning")
    else:
        flash(_("Odwołane."), "success")
    return redirect(target)


def _cancel_ways(ride: Ride) -> list[tuple[str, str]]:
    standing = standing_legs(ride)
    ways = [(str(leg.sequence), _("tylko powrót") if leg.sequence else _("tylko wyjazd tam")) for leg in standing]
    return ways if only_home_stands(ride) else [(WHOLE, _("cały przejazd")), *(ways if len(standing) > 1 else [])]


def _effects(ride: Ride) -> dict[str, str]:
    """For each choice: whether it counts, and what is left before and after."""
    offered = [value for value, _words in _cancel_ways(ride)]
    return {value: _effect(ride, WAYS[value]) for value in offered}


def _effect(ride: Ride, sequences: set[int] | None) -> str:
    preview = cancellation_preview(db.session(), ride, now=clock.now(), sequences=sequences)
    before, after = ", ".join(left_words(preview.left_before)), ", ".join(left_words(preview.left_after))
    said = _("Za późno: przejazd się liczy.") if preview.charges else _("W porę: nic nie przepada.")
    return str(_("%(said)s Teraz: %(before)s. Potem: %(after)s.", said=said, before=before, after=after))
