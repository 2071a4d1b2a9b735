"""The ride to take along: into the calendar, and on paper."""

from __future__ import annotations

from flask import Response

from services_app import clock
from services_app.database import db
from services_app.rides.documents import calendar_of, confirmation_pdf
from services_app.rides.queries import cancellation_preview
from services_app.rides.views.acting import ride_or_404
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import left_words
from services_app.web.access import residents
from services_app.web.links import whole_address


def _page_address(ride_id: int) -> str:
    return whole_address("rides.ride", ride_id=ride_id)


@rides.get("/<int:ride_id>/przejazd.ics")
@residents
def calendar(ride_id: int) -> Response:
    """Both ways as calendar entries."""
    body = calendar_of(ride_or_404(ride_id), _page_address(ride_id), now=clock.now())
    return _download(body, "text/calendar; charset=utf-8", f"przejazd-{ride_id}.ics")


@rides.get("/<int:ride_id>/potwierdzenie.pdf", endpoint="confirmation_pdf")
@residents
def confirmation(ride_id: int) -> Response:
    """The confirmation in large print."""
    ride, now = ride_or_404(ride_id), clock.now()
    left = left_words(cancellation_preview(db.session(), ride, now=now).left_before)
    body = confirmation_pdf(ride, _page_address(ride_id), left=left, now=now)
    return _download(body, "application/pdf", f"przejazd-{ride_id}.pdf")


def _download(body: bytes, kind: str, name: str) -> Response:
    return Response(body, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})
