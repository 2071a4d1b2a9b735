"""What of the rides waits for a person, for the morning view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services_app.clock import day_of
from services_app.rides.models import Enrolment, Leg, Ride
from services_app.rides.queries import (
    NoRules,
    count_unverified,
    no_show_patterns,
    rides_without_vehicle,
    rules_calendar,
)
from services_app.rides.queries.applications import waiting_applications
from services_app.rides.queries.shifts import shifts_of_account
from services_app.rides.terms import PROMISED, EnrolmentState, RideState
from services_app.web.access import current_identity
from services_app.web.waiting import Waiting

DAYS_AHEAD: Final = 7
"""How far ahead a ride without a car is pointed out."""
URGENT_DAYS: Final = 1
"""Today's and tomorrow's cannot wait."""


def _page(endpoint: str) -> str | None:
    """The address of a page; nothing when the product has no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def enrolments_waiting(session: Session, _now: datetime) -> Iterator[Waiting]:
    """People who declared and wait to be verified."""
    href, count = _page("rides.enrolments"), count_unverified(session)
    if href is None or not count:
        return
    oldest = session.scalar(
        select(func.min(Enrolment.declared_at, type_=Enrolment.declared_at.type)).where(
            Enrolment.state == EnrolmentState.DECLARED
        )
    )
    yield Waiting(_("Zgłoszenia do programu"), count, _("Sprawdź"), href, since=oldest)


def applications_waiting(session: Session, _now: datetime) -> Iterator[Waiting]:
    """People without an account who applied online and wait for a call."""
    count, oldest = waiting_applications(session)
    if count:
        yield Waiting(
            _("Zgłoszenia z internetu"),
            count,
            _("Zadzwoń i przyjmij"),
            url_for("rides.join_applications"),
            since=oldest,
        )


def rides_waiting_for_car(session: Session, now: datetime) -> Iterator[Waiting]:
    """Rides of the next days that nobody drives."""
    today = day_of(now)
    lost = rides_without_vehicle(session, today, today + timedelta(days=DAYS_AHEAD))
    if lost:
        first = lost[0].ride.on
        urgent = first <= today + timedelta(days=URGENT_DAYS)
        href = url_for("rides.day", on=first.isoformat())
        yield Waiting(_("Przejazdy bez samochodu"), len(lost), _("Wybierz samochód"), href, urgent=urgent)


def rides_without_result(session: Session, now: datetime) -> Iterator[Waiting]:
    """Rides of past days of which nobody said how they ended."""
    query = select(func.count(), func.min(Ride.on)).where(Ride.state.in_(PROMISED), Ride.on < day_of(now))
    count, first = session.execute(query).one()
    if count:
        href = url_for("rides.day", on=first.isoformat(), stan="bez-wyniku")
        yield Waiting(_("Przejazdy bez wyniku"), count, _("Wpisz wynik"), href)


def rides_waiting_for_consent(session: Session, now: datetime) -> Iterator[Waiting]:
    """Requests whose purpose needs a coordinator's word."""
    query = select(func.count(), func.min(Ride.on)).where(Ride.state == RideState.REQUESTED, Ride.on >= day_of(now))
    count, first = session.execute(query).one()
    if count:
        href = url_for("rides.day", on=first.isoformat(), stan="do-zgody")
        yield Waiting(_("Przejazdy, które czekają na zgodę"), count, _("Zdecyduj"), href)


def _still_to_fetch(
    session: Session, now: datetime, since: InstrumentedAttribute[Any], *which: ColumnElement[bool]
) -> tuple[int, datetime | None]:
    """How many passengers' ways of today are still to be driven, of those asked for, and the earliest of these moments."""
    query = (
        select(func.count(), func.min(since, type_=since.type))
        .join(Ride, Ride.id == Leg.ride_id)
        .where(
            Leg.on == day_of(now), Leg.active.is_(True), Leg.picked_up_at.is_(None), Ride.state.in_(PROMISED), *which
        )
    )
    count, first = session.execute(query).one()
    return count, first


def returns_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Passengers who said they are ready to go home, and no car was free."""
    count, oldest = _still_to_fetch(session, now, Leg.ready_at, Leg.ready_at.is_not(None), Leg.shift_id.is_(None))
    if count:
        href = url_for("rides.day", on=day_of(now).isoformat(), stan="bez-samochodu")
        yield Waiting(
            _("Gotowi do powrotu, bez samochodu"), count, _("Wyślij samochód"), href, since=oldest, urgent=True
        )


def late_cars(session: Session, now: datetime) -> Iterator[Waiting]:
    """Passengers of today who still wait for a car whose driver said to be late."""
    count, first = _still_to_fetch(session, now, Leg.promised_from_at, Leg.late_minutes.is_not(None))
    if count:
        href = url_for("rides.day", on=day_of(now).isoformat())
        since = first if first is not None and first <= now else None
        yield Waiting(_("Spóźnieni kierowcy"), count, _("Zobacz dzień"), href, since=since, urgent=True)


def own_ways_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """The passengers the signed-in driver still fetches today."""
    today = day_of(now)
    own = [shift.id for shift in shifts_of_account(session, current_identity().id, today, today)]
    count, _first = _still_to_fetch(session, now, Leg.promised_from_at, Leg.shift_id.in_(own)) if own else (0, None)
    if count:
        yield Waiting(_("Kursy, które dziś jeszcze czekają"), count, _("Otwórz zmianę"), url_for("rides.my_shift"))


def absences_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Passengers whose absences make the pattern of the rules: a person talks to them, nothing happens by itself."""
    try:
        patterns = no_show_patterns(session, day_of(now))
    except NoRules:
        return
    if patterns:
        href = url_for("rides.desk_for", resident_id=patterns[0][0])
        yield Waiting(_("Powtarzające się nieobecności"), len(patterns), _("Porozmawiaj"), href)


def rules_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Rules in force or to come that the office has not confirmed."""
    href = _page("rides.rules")
    if href is None:
        return
    today = day_of(now)
    versions = rules_calendar(session).versions
    holding = next((one for one in versions if one.in_force_from is not None and one.in_force_from <= today), None)
    coming = [one for one in versions if one.in_force_from is not None and one.in_force_from > today]
    waiting = [one for one in (holding, *coming) if one is not None and one.confirmed_on is None]
    yield Waiting(_("Zasady do potwierdzenia przez urząd"), len(waiting), _("Potwierdź"), href)
