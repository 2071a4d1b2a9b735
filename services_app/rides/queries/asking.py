"""Everything the rules need to answer one person's wish, read once: for the day asked for and for the days around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services_app.clock import NoSuchHour, day_of, moment_at
from services_app.planning import Point
from services_app.residents.models import Resident
from services_app.rides.models import Enrolment, Ride, RideRulesVersion, ServiceDay
from services_app.rides.planning_day import TRAVEL
from services_app.rides.policy import PastRide, RideAssessment, RideRules, ride_verdict
from services_app.rides.queries.people import enrolment_of, history_of, history_span, passenger_from, with_enrolment
from services_app.rides.queries.rules import NoRules, RulesCalendar, rules_calendar, rules_of
from services_app.rides.scheduling import (
    Choice,
    DayHours,
    RideWish,
    Trip,
    exact_choice,
    minutes_of,
    question_of,
    trip_of,
)
from services_app.rides.terms import Assistance, Mobility, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

DAYS_AROUND: Final = 45
"""How many days before and after the wish are looked at for room."""

HOUR_REASONS: Final = frozenset({"OUTSIDE_HOURS", "ALREADY_BOOKED_THEN", "NO_SUCH_HOUR"})
"""Reasons another hour of the same day may cure."""

NO_SUCH_HOUR = Reason("NO_SUCH_HOUR", N_("Tej godziny tego dnia nie ma, bo zmienia się czas. Wybierz inną godzinę."))
NO_RULES = Reason("NO_RULES", N_("Na ten dzień nie ma jeszcze zasad programu. Wybierz bliższy dzień albo zadzwoń."))
RESTRICTED = Reason(
    "RESTRICTED",
    N_("Dane tej osoby są na jej prośbę wstrzymane, więc nie można zamówić przejazdu. Najpierw trzeba to odwołać."),
)


@dataclass(frozen=True)
class Asking:
    """A resident with what the rules ask about, and the moment of asking."""

    resident: Resident
    enrolment: Enrolment | None
    calendar: RulesCalendar
    history: tuple[PastRide, ...]
    closed: dict[date, str]
    now: datetime
    moving: Ride | None = None
    """The ride that is being changed: it stands in nobody's way, and keeps its rules while it keeps its day."""

    @cached_property
    def home(self) -> Point:
        """Where the resident lives."""
        return Point(self.resident.latitude, self.resident.longitude)

    def version_on(self, on: date) -> RideRulesVersion:
        """The version that judges a ride on a day. Raises :class:`NoRules`."""
        if self.moving is not None and self.moving.on == on:
            return self.moving.rules_version
        return self.calendar.version_on(on)

    def rules_on(self, on: date) -> RideRules:
        """Its rules. Raises :class:`NoRules`."""
        return rules_of(self.version_on(on))

    def mobility(self, wish: RideWish) -> Mobility:
        """How the passenger moves on this ride."""
        return self.resident.mobility if wish.mobility is None else wish.mobility

    def assistance(self, wish: RideWish) -> Assistance:
        """How far the driver helps on this ride."""
        return self.resident.assistance if wish.assistance is None else wish.assistance

    def trip(self, wish: RideWish) -> Trip:
        """The wish as the planner needs it. Raises :class:`NoRules`."""
        return trip_of(
            wish,
            self.home,
            self.rules_on(wish.on),
            self.mobility(wish),
            self.assistance(wish),
            known_at=minutes_of(self.now),
        )

    def exact(self, wish: RideWish) -> Choice:
        """The times that serve the wish best. Raises :class:`NoRules` and :class:`~services_app.clock.NoSuchHour`."""
        asked = None if wish.return_at is None or wish.legs == 1 else moment_at(wish.on, wish.return_at)
        return exact_choice(self.trip(wish), moment_at(wish.on, wish.appointment_at), asked, TRAVEL)

    def hours(self, on: date) -> DayHours:
        """The bounds of the day's service. Raises :class:`NoRules`."""
        service = self.rules_on(on).service
        return DayHours(*(_bound(on, at) for at in (service.first_pickup, service.last_pickup, service.home_by)))

    def assessment(self, wish: RideWish, choice: Choice, home_at: datetime | None) -> RideAssessment:
        """What the rules say to the wish at these times. Raises :class:`NoRules`."""
        return ride_verdict(
            self.rules_on(wish.on),
            question_of(wish, choice, home_at, self.assistance(wish)),
            passenger_from(self.resident, self.enrolment, wish.on, self.mobility(wish)),
            self.history,
            now=self.now,
        )

    def needs_approval(self, wish: RideWish, assessment: RideAssessment) -> bool:
        """Whether a coordinator has to agree first; what was agreed for a purpose stays agreed when only its time changes."""
        moved = self.moving
        agreed = moved is not None and moved.state is not RideState.REQUESTED and moved.purpose is wish.purpose
        return assessment.needs_approval and not agreed

    def verdict(self, wish: RideWish, assessment: RideAssessment) -> Verdict:
        """The rules' verdict with what only we know: the programme's list, closed days, and that a change needs no new notice."""
        verdict = with_enrolment(assessment.verdict, self.enrolment)
        if self.moving is not None and self.moving.on == wish.on:
            verdict = Verdict(tuple(reason for reason in verdict.reasons if reason.code != "TOO_LATE_TO_BOOK"))
        if self.resident.restricted_at is not None:
            verdict = verdict.also(Verdict((RESTRICTED,)))
        because = self.closed.get(wish.on)
        if because is not None:
            verdict = verdict.also(Verdict((closed_reason(because),)))
        return verdict


def _bound(on: date, at: time | None) -> datetime | None:
    if at is None:
        return None
    try:
        return moment_at(on, at)
    except NoSuchHour:
        return moment_at(on, at.replace(hour=at.hour + 1))


def asking_of(
    session: Session, resident: Resident, on: date, *, now: datetime, moving: Ride | None = None, calendar: RulesCalendar | None = None
) -> Asking:  # fmt: skip
    """What the rules need about a resident for rides around a day: four queries, one less with the ``calendar`` somebody holds."""
    first, last = on - timedelta(days=DAYS_AROUND), on + timedelta(days=DAYS_AROUND)
    calendar = calendar or rules_calendar(session)
    rules = [rules_of(version) for version in calendar.versions]
    span = history_span(rules, min(first, day_of(now)), last)
    return Asking(
        resident=resident,
        enrolment=enrolment_of(session, resident.id),
        calendar=calendar,
        history=tuple(history_of(session, resident.id, *span, without_ride_id=None if moving is None else moving.id)),
        closed=closed_days(session, first, last),
        now=now,
        moving=moving,
    )


_CLOSED = select(ServiceDay.on, ServiceDay.closed_because).where(
    ServiceDay.on.between(bindparam("first"), bindparam("last")), ServiceDay.closed_because.is_not(None)
)


def closed_days(session: Session, first: date, last: date) -> dict[date, str]:
    """Days without service that the calendar does not know of, with the reason."""
    rows = session.execute(_CLOSED, {"first": first, "last": last})
    return {on: because for on, because in rows if because is not None}


def closed_reason(because: str) -> Reason:
    """The "no" of a day somebody took out of service."""
    words = N_("Tego dnia nie ma przejazdów: {because}. Wybierz inny dzień.")
    return Reason("DAY_CLOSED", words, {"because": because})


__all__ = [
    "DAYS_AROUND",
    "HOUR_REASONS",
    "NO_RULES",
    "NO_SUCH_HOUR",
    "Asking",
    "NoRules",
    "asking_of",
    "closed_days",
    "closed_reason",
]
