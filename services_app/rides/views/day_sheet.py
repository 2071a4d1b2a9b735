"""The day sheet of one shift: on the screen, printed from it, and as a file."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, abort, render_template

from services_app import clock
from services_app.database import db
from services_app.fleet.models import Shift
from services_app.fleet.queries import working_shift
from services_app.journal.actions import note_reading
from services_app.rides.documents.day_sheet import day_sheet_pdf, sheet_row
from services_app.rides.queries import SheetLine, day_sheet
from services_app.rides.queries.shifts import shifts_of_account
from services_app.rides.terms import ENDED, RideState
from services_app.rides.views.blueprint import rides
from services_app.web.access import current_identity, staff_with

KEEPERS = ("operator", "coordinator", "manager")


def shift_or_404(shift_id: int) -> Shift:
    """A shift that takes place; a driver sees only their own of today and later."""
    session, identity = db.session(), current_identity()
    shift = working_shift(session, shift_id)
    if shift is None:
        abort(404)
    if not identity.has(*KEEPERS):
        own = shifts_of_account(session, identity.id, shift.on, shift.on)
        if shift.on < clock.today() or shift.id not in [each.id for each in own]:
            abort(404)
    return shift


def stops_of(shift: Shift) -> list[SheetLine]:
    """The stops that are driven: what was called off or not agreed to yet is left out, what was done stays."""
    return _driven(day_sheet(db.session(), shift.id))


def _driven(lines: Iterable[SheetLine]) -> list[SheetLine]:
    left_out = (ENDED - {RideState.DONE}) | {RideState.REQUESTED}
    return [line for line in lines if line.ride.state not in left_out]


@rides.get("/karta/<int:shift_id>", endpoint="day_sheet")
@staff_with(*KEEPERS, "driver")
def day_sheet_page(shift_id: int) -> str:
    """The day sheet, ready to print."""
    shift = shift_or_404(shift_id)
    note_reading("shift_read", ("shift", shift.id), None)
    lines = day_sheet(db.session(), shift.id)
    keeper = current_identity().has(*KEEPERS)
    waiting = {line.ride.id for line in lines if keeper and line.ride.state is RideState.REQUESTED}
    rows = [sheet_row(line) for line in _driven(lines)]
    return render_template("rides/day_sheet.html", shift=shift, rows=rows, waiting=len(waiting), keeper=keeper)


@rides.get("/karta/<int:shift_id>/karta-drogowa.pdf", endpoint="day_sheet_pdf")
@staff_with(*KEEPERS, "driver")
def day_sheet_file(shift_id: int) -> Response:
    """The day sheet as a file."""
    shift = shift_or_404(shift_id)
    note_reading("shift_read", ("shift", shift.id), None)
    name = f"karta-drogowa-{shift.on.isoformat()}-{shift.id}.pdf"
    headers = {"Content-Type": "application/pdf", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(day_sheet_pdf(shift, stops_of(shift)), headers=headers)
