"""The coordinator's day: what is free, who rides when, which car takes whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents.doors import floor_words
from services_app.rides.actions import assign_as_planned, assign_leg, assign_ride
from services_app.rides.forms.coordinator import WAYS, WHOLE, AssignForm, CloseDayForm, FilterForm
from services_app.rides.labels import ASSISTANCE, MOBILITY, STATES
from services_app.rides.models import Leg, Ride
from services_app.rides.queries import (
    DayRide,
    Fit,
    FreeShift,
    cars_mark,
    day_as_stored,
    fits_of,
    free_on,
    ride_by_id,
    rides_on,
    ways_to_assign,
)
from services_app.rides.terms import ENDED, NOT_BEGUN, PROMISED, WHEELCHAIRS, ReturnMode, RideState
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import TONES
from services_app.rides.views.day_picture import Bar, day_rows, decimal_hour, shown_hours, way_bar, way_words
from services_app.rides.views.day_sheet import KEEPERS as SHEET_KEEPERS
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.forms import read_day
from services_app.web.kept import KeptByContent
from services_app.web.languages import say, say_text, shown_language
from services_app.web.once import answers_once, remember_answer
from services_app.wording import hour

PLANNERS = ("coordinator",)
READERS = ("operator", "coordinator", "manager", "auditor")
PAGE_ROWS: Final = 200
"""Rides on one page of a day; few days anywhere have more."""

KINDS: Final[Mapping[str, tuple[Any, Callable[[DayRide], bool]]]] = {
    "bez-samochodu": (lazy_gettext("bez samochodu"), lambda each: each.needs_vehicle),
    "nieprzydzielone": (
        lazy_gettext("jeszcze nieprzydzielone"),
        lambda each: each.ride.state in PROMISED and not each.assigned,
    ),
    "wozek": (lazy_gettext("z wózkiem"), lambda each: each.ride.mobility in WHEELCHAIRS),
    "do-zgody": (lazy_gettext("czekają na zgodę"), lambda each: each.ride.state is RideState.REQUESTED),
    "bez-wyniku": (lazy_gettext("bez wyniku"), lambda each: each.ride.state in PROMISED),
    "odbyte": (lazy_gettext("wykonane"), lambda each: each.ride.state is RideState.DONE),
    "odwolane": (
        lazy_gettext("odwołane i nieodbyte"),
        lambda each: each.ride.state in ENDED and each.ride.state is not RideState.DONE,
    ),
}
"""What the list may be narrowed to, with its words."""


def day_or_404(text: str | None) -> date:
    """The day in the address; without one today."""
    if text is None:
        return clock.today()
    on = read_day(text)
    if on is None:
        abort(404)
    return on


# --- the list ---------------------------------------------------------------------------------------------------------------------------


@rides.get("/dzien")
@rides.get("/dzien/<on>")
@staff_with(*READERS)
def day(on: str | None = None) -> str:
    """A day: cars and hours as a picture, rides by their first pick-up, those without a car on top."""
    session, shown_on = db.session(), day_or_404(on or request.args.get("dzien") or None)
    stored = day_as_stored(session, shown_on)
    drawn = _drawn_once(session, shown_on, stored.trace)
    return render_template(
        "rides/day.html",
        on=shown_on,
        today=clock.today(),
        before=shown_on - timedelta(days=1),
        after=shown_on + timedelta(days=1),
        drawn=drawn,
        closed=stored.closed_because,
        seen=stored.mark,
        may_plan=current_identity().has(*PLANNERS),
        close_form=CloseDayForm(formdata=None),
    )


@dataclass(frozen=True)
class DrawnDay:
    """What of a day's page depends on nothing but the day, the choice and the reader's language: figures and two finished parts."""

    total: int
    cars: int
    planned: int
    without: int
    standing: int
    """Rides that have not begun."""
    lost: Markup
    list: Markup


_days: Final[KeptByContent[DrawnDay]] = KeptByContent()
NOW_STEP: Final = 5
"""The line "now" in the picture moves every five minutes."""


def _drawn_once(session: Session, on: date, trace: str) -> DrawnDay:
    """A busy day is drawn anew only when anything in it changed."""
    now = _now_on(on)
    step = None if now is None else int(now * 60) // NOW_STEP
    now = None if step is None else step * NOW_STEP / 60
    chosen = tuple(request.args.get(name, "") for name in ("stan", "samochod", "od"))
    may_plan, sees_sheets = current_identity().has(*PLANNERS), current_identity().has(*SHEET_KEEPERS)
    content = (on, trace, chosen, bool(request.args), may_plan, sees_sheets, shown_language(), step)
    return _days.get(content, lambda: _drawn(session, on, now))


def _drawn(session: Session, on: date, now: float | None) -> DrawnDay:
    everything, free = rides_on(session, on), free_on(session, on)
    form = FilterForm(formdata=request.args if request.args else MultiDict())
    form.offer([(key, words) for key, (words, _keep) in KINDS.items()], [_car_choice(each) for each in free])
    kept = _kept(everything)
    start = max(request.args.get("od", 0, type=int), 0)
    may_plan, picture = current_identity().has(*PLANNERS), _picture(free, everything)
    listed = render_template(
        "rides/_day_list.html",
        on=on,
        rows=[row_of(each) for each in kept[start : start + PAGE_ROWS]],
        count=len(kept),
        start=start,
        page_rows=PAGE_ROWS,
        cars=[_car(each) for each in free],
        picture=picture,
        hours=shown_hours(picture),
        now=now,
        form=form,
        filters=_filters_said(on, free),
        may_plan=may_plan,
        sees_sheets=current_identity().has(*SHEET_KEEPERS),
    )
    without = [row_of(each) for each in everything if each.needs_vehicle]
    lost = render_template("rides/_day_lost.html", lost=without, may_plan=may_plan)
    parts = Markup(lost), Markup(listed)  # noqa: S704 - our own templates
    standing = sum(each.ride.state in NOT_BEGUN for each in everything)
    return DrawnDay(len(everything), len(free), _waiting_for_yes(everything), len(without), standing, *parts)


def _kept(everything: Sequence[DayRide]) -> list[DayRide]:
    kind, car = request.args.get("stan", ""), request.args.get("samochod", type=int)
    kept = list(everything)
    if kind in KINDS:
        kept = [each for each in kept if KINDS[kind][1](each)]
    if car is not None:
        kept = [each for each in kept if any(leg.shift_id == car for leg in each.legs)]
    return kept


def _filters_said(on: date, free: Sequence[FreeShift]) -> list[tuple[str, str]]:
    """What narrows the list, in words, each with the address without it."""
    kind, car = request.args.get("stan", ""), request.args.get("samochod", "")
    names = dict(_car_choice(each) for each in free)
    said = []
    if kind in KINDS:
        said.append((str(KINDS[kind][0]), url_for("rides.day", on=on.isoformat(), samochod=car or None)))
    if car in names:
        said.append((names[car], url_for("rides.day", on=on.isoformat(), stan=kind or None)))
    return said


def _car_choice(each: FreeShift) -> tuple[str, str]:
    return str(each.shift.id), f"{each.shift.vehicle.name}, {hour(each.shift.starts_at)}–{hour(each.shift.ends_at)}"


def _waiting_for_yes(everything: Sequence[DayRide]) -> int:
    """How many confirmed rides have a planned car and wait for the coordinator's word."""
    return sum(
        each.ride.state is RideState.CONFIRMED and bool(each.legs) and not each.needs_vehicle for each in everything
    )


@dataclass(frozen=True)
class Row:
    """A ride in the day's list, in words."""

    ride_id: int
    leaves: str
    returns: str
    name: str
    home: str
    place: str
    help: str
    wheelchair: str
    companions: int
    note: str
    phones: tuple[str, ...]
    cars: str
    drivers: str
    needs_vehicle: bool
    assigned: bool
    open: bool
    state: str
    tone: str
    late: str = ""


def row_of(each: DayRide) -> Row:
    """A ride as the list shows it."""
    ride, resident = each.ride, each.ride.resident
    out, back = each.outbound, each.back
    state, tone = state_words(ride, lost=each.needs_vehicle)
    flat = [resident.address, *([floor_words(resident.floor)] if resident.floor else [])]
    return Row(
        ride_id=ride.id,
        leaves="" if out is None else hour(out.promised_from_at),
        returns=_return_words(back),
        name=f"{resident.last_name} {resident.first_name}",
        home=", ".join(flat),
        place=ride.destination_name,
        help=say_text(ASSISTANCE[ride.assistance]),
        wheelchair=say_text(MOBILITY[ride.mobility]) if ride.mobility in WHEELCHAIRS else "",
        companions=ride.companions,
        note=ride.note or "",
        phones=tuple(phone.number for phone in resident.phones),
        cars=", ".join(each.vehicle_names),
        drivers=", ".join(each.driver_names),
        needs_vehicle=each.needs_vehicle,
        assigned=each.assigned,
        open=ride.state in PROMISED,
        state=state,
        tone=tone,
        late=_late_words(each),
    )


def state_words(ride: Ride, *, lost: bool) -> tuple[str, str]:
    """The state of a ride as staff read it, and its tone; ``lost``: nobody drives it, whatever was assigned."""
    if lost and ride.state is RideState.ASSIGNED:
        return str(_("bez samochodu")), "bad"
    return say_text(STATES[ride.state]), TONES.get(ride.state, "neutral")


def _late_words(each: DayRide) -> str:
    """The delay a driver announced, while the passenger still waits."""
    late = [leg.late_minutes for leg in each.legs if leg.late_minutes and leg.picked_up_at is None]
    return str(_("spóźni się ok. %(minutes)s min", minutes=late[0])) if late and each.ride.state in PROMISED else ""


def _return_words(back: Leg | None) -> str:
    if back is None:
        return ""
    return str(_("na telefon")) if back.awaits_call else hour(back.promised_from_at)


# --- the picture ------------------------------------------------------------------------------------------------------------------------


def _now_on(on: date) -> float | None:
    return decimal_hour(clock.now()) if on == clock.today() else None


def _picture(free: Sequence[FreeShift], everything: Sequence[DayRide]) -> list[dict[str, Any]]:
    """Ways with passengers, waiting and breaks."""
    driven = (each for each in everything if each.ride.state in PROMISED or each.ride.state is RideState.DONE)
    ways = ((leg.shift_id, _way_bar(each.ride, leg)) for each in driven for leg in each.legs)
    return day_rows(free, ways, pauses=True)


def _way_bar(ride: Ride, leg: Leg) -> Bar:
    href = url_for("rides.staff_ride", ride_id=ride.id)
    return way_bar(leg, f" {ride.resident.last_name}, {way_words(leg)}", href=href)


def _car(each: FreeShift) -> dict[str, Any]:
    """A shift in the table of cars: what is free, in hours."""
    shift = each.shift
    free = [f"{hour(one.from_at)}–{hour(one.until_at)}" for one in each.free if one.minutes >= 15]
    return {
        "id": shift.id,
        "name": shift.vehicle.name,
        "plate": shift.vehicle.plate,
        "driver": shift.driver.name if shift.driver else "",
        "hours": f"{hour(shift.starts_at)}–{hour(shift.ends_at)}",
        "free": ", ".join(free),
        "ways": each.legs,
        "wheelchairs": shift.vehicle.wheelchair_places,
    }


# --- which car --------------------------------------------------------------------------------------------------------------------------


def ride_or_404(ride_id: int) -> Ride:
    """Any ride, for staff."""
    ride = ride_by_id(db.session(), ride_id)
    if ride is None:
        abort(404)
    return ride


@rides.route("/przejazd/<int:ride_id>/samochod", methods=["GET", "POST"])
@staff_with(*PLANNERS)
@answers_once
def assign(ride_id: int) -> Response | str:
    """Put a ride, or one way of it, on a car: which ones have room is shown before choosing."""
    ride = ride_or_404(ride_id)
    legs = ways_to_assign(ride)
    form = AssignForm(data={"way": WHOLE, "as_it_was": cars_mark(ride)})
    fits = fits_of(db.session(), ride, _chosen_legs(legs), now=clock.now())
    form.offer(_ways(ride, legs), [(str(fit.shift.id), _fit_name(fit)) for fit in fits])
    if form.validate_on_submit():
        target = url_for("rides.day", on=ride.on.isoformat())
        verdict = _assign(ride, legs, form, target)
        if verdict.allowed:
            flash(_("Przydzielone."), "success")
            return redirect(target)
        ride = ride_or_404(ride_id)
        if "CAR_GIVEN" in verdict.codes:
            form.as_it_was.data = cars_mark(ride)  # now it is seen
        form.say_no("reason" if "NO_ROOM" in verdict.codes else "shift", " ".join(map(say, verdict.reasons)))
    return render_template(
        "rides/assign.html", ride=ride, form=form, hints={str(fit.shift.id): _fit_words(fit) for fit in fits}
    )


def _chosen_legs(legs: list[Leg]) -> list[Leg]:
    sequences = WAYS.get(request.values.get("way", WHOLE))
    return [leg for leg in legs if sequences is None or leg.sequence in sequences]


def _ways(ride: Ride, legs: Sequence[Leg]) -> list[tuple[str, str]]:
    if len(legs) < 2 or ride.return_mode is ReturnMode.DRIVER_WAITS:
        return [(WHOLE, _("cały przejazd"))]
    ways = [(str(leg.sequence), _("tylko z powrotem") if leg.sequence else _("tylko tam")) for leg in legs]
    return [(WHOLE, _("cały przejazd")), *ways]


def _fit_name(fit: Fit) -> str:
    shift = fit.shift
    driver = shift.driver.name if shift.driver else _("bez kierowcy")
    return f"{shift.vehicle.name} ({shift.vehicle.plate}), {driver}, {hour(shift.starts_at)}–{hour(shift.ends_at)}"


def _fit_words(fit: Fit) -> str:
    if not fit.carries:
        return str(_("Nie zabierze osoby na wózku."))
    if not fit.fits:
        return str(_("Nie mieści się w planie. Można przydzielić z podaniem powodu."))
    return str(_("Mieści się. Tak zaplanowano.") if fit.planned else _("Mieści się."))


def _assign(ride: Ride, legs: Sequence[Leg], form: AssignForm, target: str) -> Verdict:
    """One action in one transaction; which one, the chosen way says."""
    forced, shift_id, seen = form.reason.data or None, int(form.shift.data), form.as_it_was.data or ""
    way = next((leg for leg in legs if str(leg.sequence) == form.way.data), None)
    with transaction() as session:
        if way is None:
            verdict = assign_ride(
                session, ride.id, shift_id, by=actor(), now=clock.now(), force_reason=forced, seen=seen
            )
        else:
            verdict = assign_leg(session, way.id, shift_id, by=actor(), now=clock.now(), force_reason=forced, seen=seen)
        if verdict.allowed:
            remember_answer(session, target)
    return verdict


@rides.post("/dzien/<on>/przydzial")
@staff_with(*PLANNERS)
@answers_once
def assign_planned(on: str) -> Response:
    """Every confirmed ride of the day goes with the car planned for it."""
    chosen = day_or_404(on)
    target = url_for("rides.day", on=chosen.isoformat())
    with transaction() as session:
        count = assign_as_planned(session, chosen, by=actor(), now=clock.now())
        remember_answer(session, target)
    if count is None:
        flash(_("Tego dnia nie jeździmy, więc nic nie przydzielono."), "warning")
    elif not count:
        flash(_("Nie było czego przydzielać."), "success")
    else:
        flash(_("Przydzielone przejazdy: %(count)s.", count=count), "success")
    return redirect(target)
