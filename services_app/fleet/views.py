"""Vehicles, drivers, the weeks of shifts, absences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.fleet.actions import (
    add_contractor,
    cancel_shift,
    change_contractor,
    end_absence,
    note_absence,
    plan_shift,
    save_driver,
    save_vehicle,
)
from services_app.fleet.forms import (
    AbsenceForm,
    ContractorForm,
    DriverForm,
    ShiftForm,
    VehicleForm,
    shown_contractor,
    shown_depot,
    shown_driver,
    shown_vehicle,
)
from services_app.fleet.models import Contractor, Driver, Shift, Vehicle
from services_app.fleet.queries import (
    absences_between,
    accounts_for_driver,
    contractors,
    drivers,
    shifts_between,
    vehicles,
    working_shifts,
)
from services_app.journal.acting import actor
from services_app.places.positions import TOWN_MIDDLE
from services_app.places.queries import position_of
from services_app.verdict import Reason, Verdict
from services_app.web.access import staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.forms import read_day
from services_app.web.languages import say
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome
from services_app.wording import hour, local

fleet = Blueprint("fleet", __name__, url_prefix="/flota")

PLANNERS = ("coordinator", "administrator", "manager")
Kept = TypeVar("Kept", Contractor, Vehicle, Driver)


@fleet.get("/")
@staff_with(*PLANNERS, "operator", "auditor")
def overview() -> str:
    """Vehicles, drivers and the firms that drive for the centre."""
    session = db.session()
    return render_template(
        "fleet/overview.html",
        vehicles=vehicles(session),
        drivers=drivers(session),
        contractors=contractors(session),
        today=clock.today(),
    )


def _saved() -> Response:
    flash(_("Zapisane."), "success")
    return redirect(url_for("fleet.overview"))


def _answer_remembered(session: Session) -> bool:
    remember_answer(session, url_for("fleet.overview"))
    return True


def _held(model: type[Kept], row_id: int | None) -> Callable[[Session], Kept | None]:
    """What locks the row a form is about; nothing for a new one."""
    return lambda session: None if row_id is None else session.get_one(model, row_id, with_for_update=True)


@fleet.route("/firmy/nowa", methods=["GET", "POST"], endpoint="new_contractor")
@fleet.route("/firmy/<int:contractor_id>", methods=["GET", "POST"], endpoint="contractor")
@staff_with(*PLANNERS)
@answers_once
def edit_contractor(contractor_id: int | None = None) -> Response | str:
    """Add a firm that drives for the centre, or change one."""
    contractor = None if contractor_id is None else db.session.get(Contractor, contractor_id)
    if contractor_id is not None and contractor is None:
        abort(404)
    form = ContractorForm.about(None if contractor is None else shown_contractor(contractor))
    if not form.validate_on_submit() or not _contractor_saved(form, contractor_id):
        return render_template("fleet/contractor.html", form=form, contractor=contractor)
    return _saved()


def _contractor_saved(form: ContractorForm, contractor_id: int | None) -> bool:
    """Save the firm; False, said in the form, when somebody else was faster."""

    def save(session: Session, kept: Contractor | None) -> bool:
        if kept is None:
            add_contractor(session, **form.facts(), by=actor(), now=clock.now())
        else:
            change_contractor(session, kept, form.facts(), by=actor(), now=clock.now())
        return _answer_remembered(session)

    return bool(unless_overtaken(form, _held(Contractor, contractor_id), shown_contractor, save))


@fleet.route("/samochody/nowy", methods=["GET", "POST"], endpoint="new_vehicle")
@fleet.route("/samochody/<int:vehicle_id>", methods=["GET", "POST"], endpoint="vehicle")
@staff_with(*PLANNERS)
@answers_once
def edit_vehicle(vehicle_id: int | None = None) -> Response | str:
    """Add a vehicle, or change one."""
    vehicle = None if vehicle_id is None else db.session.get(Vehicle, vehicle_id)
    if vehicle_id is not None and vehicle is None:
        abort(404)
    form = VehicleForm.about(None if vehicle is None else shown_vehicle(vehicle))
    form.offer(contractors(db.session()))
    ready = form.validate_on_submit() and not _plate_taken(form, vehicle_id)
    depot = _depot(form, vehicle) if ready else None
    if depot is None or not _vehicle_saved(form, vehicle_id, depot):
        return render_template("fleet/vehicle.html", form=form, vehicle=vehicle)
    return _saved()


def _vehicle_saved(form: VehicleForm, vehicle_id: int | None, depot: tuple[float, float]) -> bool:
    """Save it; False, said in the form, when somebody else was faster."""

    def save(session: Session, kept: Vehicle | None) -> bool:
        save_vehicle(session, kept, form.facts(depot), by=actor(), now=clock.now())
        return _answer_remembered(session)

    try:
        return bool(unless_overtaken(form, _held(Vehicle, vehicle_id), shown_vehicle, save))
    except IntegrityError:  # somebody else entered the same plate between our look and our write
        _say_plate_taken(form)
        return False


def _depot(form: VehicleForm, vehicle: Vehicle | None) -> tuple[float, float] | None:
    """Where what was typed lies; nothing typed is the middle of the town. None, said beside the field, when nobody can say."""
    typed = form.depot.data or ""
    if vehicle is not None and typed == shown_depot(vehicle):
        return vehicle.depot_latitude, vehicle.depot_longitude
    found = position_of(db.session(), typed) if typed else TOWN_MIDDLE
    if isinstance(found, Reason):
        form.say_no("depot", say(found))
        return None
    return found


def _plate_taken(form: VehicleForm, vehicle_id: int | None) -> bool:
    taken = any(one.plate == form.plate.data and one.id != vehicle_id for one in vehicles(db.session()))
    if taken:
        _say_plate_taken(form)
    return taken


def _say_plate_taken(form: VehicleForm) -> None:
    form.say_no("plate", _("Samochód z tym numerem już jest w spisie."))


@fleet.route("/kierowcy/nowy", methods=["GET", "POST"], endpoint="new_driver")
@fleet.route("/kierowcy/<int:driver_id>", methods=["GET", "POST"], endpoint="driver")
@staff_with(*PLANNERS)
@answers_once
def edit_driver(driver_id: int | None = None) -> Response | str:
    """Add a driver, or change one."""
    driver = None if driver_id is None else db.session.get(Driver, driver_id)
    if driver_id is not None and driver is None:
        abort(404)
    form = DriverForm.about(None if driver is None else shown_driver(driver))
    form.offer(contractors(db.session()), accounts_for_driver(db.session(), driver_id))
    if not form.validate_on_submit() or not _driver_saved(form, driver_id):
        return render_template("fleet/driver.html", form=form, driver=driver)
    return _saved()


def _driver_saved(form: DriverForm, driver_id: int | None) -> bool:
    """Save them; False, said in the form, when somebody else was faster."""

    def save(session: Session, kept: Driver | None) -> bool:
        save_driver(session, kept, form.facts(), by=actor(), now=clock.now())
        return _answer_remembered(session)

    try:
        return bool(unless_overtaken(form, _held(Driver, driver_id), shown_driver, save))
    except IntegrityError:  # the account went to another driver between our look and our write
        form.say_no("account", _("To konto ma już inny kierowca. Wybierz inne."))
        return False


def _monday(text: str) -> date:
    chosen = read_day(text) or clock.today()
    return chosen - timedelta(days=chosen.weekday())


@fleet.get("/zmiany")
@staff_with(*PLANNERS, "operator", "auditor")
def shifts() -> str:
    """One week of shifts as a picture, a row for each vehicle and day."""
    monday = _monday(request.args.get("tydzien", ""))
    sunday = monday + timedelta(days=6)
    session = db.session()
    week = shifts_between(session, monday, sunday)
    absences = absences_between(session, monday, sunday)
    works = {shift.id for shift in working_shifts(session, monday, sunday)}
    days = [
        (monday + timedelta(days=number), [shift for shift in week if shift.on == monday + timedelta(days=number)])
        for number in range(7)
    ]
    rows = {on: [_drawn(shift, shift.id in works) for shift in of_day] for on, of_day in days}
    return render_template(
        "fleet/shifts.html", days=days, rows=rows, absences=absences, works=works, monday=monday,
        before=monday - timedelta(days=7), after=monday + timedelta(days=7), today=clock.today(),
    )  # fmt: skip


def _drawn(shift: Shift, works: bool) -> dict[str, object]:
    starts = local(shift.starts_at)
    first = starts.hour + starts.minute / 60
    driver = shift.driver.name if shift.driver else _("bez kierowcy")
    words = f"{shift.vehicle.name}, {driver}, {hour(shift.starts_at)}–{hour(shift.ends_at)}"
    kind = "ride" if works and shift.driver is not None else "problem"
    bar = {
        "start": first,
        "end": first + (shift.ends_at - shift.starts_at).total_seconds() / 3600,
        "label": driver,
        "words": words,
        "kind": kind,
    }
    return {"label": shift.vehicle.name, "detail": shift.vehicle.plate, "bars": [bar], "shift": None}


@fleet.route("/zmiany/nowa", methods=["GET", "POST"])
@staff_with(*PLANNERS)
@answers_once
def new_shift() -> Response | str:
    """Plan a shift, or the same one on several days."""
    today = clock.today()
    form = ShiftForm(data={"first_on": today + timedelta(days=1), "weekdays": [str(day) for day in range(5)]})
    form.offer(vehicles(db.session(), today=today), drivers(db.session(), today=today))
    if not form.validate_on_submit():
        return render_template("fleet/shift.html", form=form)
    target = url_for("fleet.shifts", tydzien=form.first_on.data.isoformat())
    with transaction() as session:
        problem = _plan_all(session, form)
        if problem is None:
            remember_answer(session, target)
        else:
            discard(session)
    if problem is not None:
        form.say_no("first_on", problem)
        return render_template("fleet/shift.html", form=form)
    flash(_("Zmiany są zaplanowane."), "success")
    return redirect(target)


def _plan_all(session: Session, form: ShiftForm) -> str | None:
    """All days or none; the first day that does not fit says why."""
    first, last = form.first_on.data, form.last_on.data or form.first_on.data
    wanted = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if last != first:
        wanted = [on for on in wanted if str(on.weekday()) in (form.weekdays.data or [])]
    if not wanted:
        return str(_("W tych dniach nie ma żadnego wybranego dnia tygodnia."))
    for on in wanted:
        try:
            answer = plan_shift(session, form.facts_on(on), by=actor(), now=clock.now())
        except clock.NoSuchHour:
            return str(_("Tej godziny nie ma w dniu zmiany czasu. Wybierz inną."))
        if isinstance(answer, Verdict):
            return f"{on.day}.{on.month:02d}: " + " ".join(say(reason) for reason in answer.reasons)
    return None


@fleet.post("/zmiany/<int:shift_id>/odwolanie")
@staff_with(*PLANNERS)
@answers_once
def cancel(shift_id: int) -> Response:
    """A shift does not take place: its rides go to "bez samochodu"."""
    with transaction() as session:
        verdict = cancel_shift(session, shift_id, by=actor(), now=clock.now())
        shift = session.get(Shift, shift_id)
        target = url_for("fleet.shifts", tydzien=shift.on.isoformat() if shift else "")
        remember_answer(session, target)
    flash_outcome(verdict, _("Zmiana jest odwołana. Jej przejazdy czekają na inny samochód."))
    return redirect(target)


@fleet.route("/nieobecnosci", methods=["GET", "POST"])
@staff_with(*PLANNERS)
@answers_once
def absences() -> Response | str:
    """Who and what is away; note one more."""
    today = clock.today()
    form = AbsenceForm(data={"from_on": today, "until_on": today})
    form.offer(vehicles(db.session(), today=today), drivers(db.session(), today=today))
    if form.validate_on_submit():
        with transaction() as session:
            answer = note_absence(
                session,
                form.from_on.data,
                form.until_on.data,
                form.reason.data or "",
                by=actor(),
                now=clock.now(),
                **form.ids,
            )
            if isinstance(answer, Verdict):
                discard(session)
            else:
                remember_answer(session, url_for("fleet.absences"))
        if not isinstance(answer, Verdict):
            flash(_("Zapisane. Sprawdź przejazdy bez samochodu."), "success")
            return redirect(url_for("fleet.absences"))
        form.say_no("until_on", " ".join(say(reason) for reason in answer.reasons))
    names = {f"driver:{one.id}": one.name for one in drivers(db.session())} | {
        f"vehicle:{one.id}": one.name for one in vehicles(db.session())
    }
    return render_template(
        "fleet/absences.html",
        form=form,
        absences=absences_between(db.session(), today, today + timedelta(days=366)),
        names=names,
    )


@fleet.post("/nieobecnosci/<int:absence_id>/koniec")
@staff_with(*PLANNERS)
@answers_once
def take_back_absence(absence_id: int) -> Response:
    """An absence noted by mistake goes."""
    with transaction() as session:
        verdict = end_absence(session, absence_id, by=actor(), now=clock.now())
        remember_answer(session, url_for("fleet.absences"))
    flash_outcome(verdict, _("Nieobecność jest usunięta."))
    return redirect(url_for("fleet.absences"))
