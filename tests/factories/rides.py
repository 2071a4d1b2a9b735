"""The ride programme for tests: rules in force, people who may ride, wishes, booked rides."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from services_app.journal.actions import Actor
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, book_ride
from services_app.rides.models import Enrolment, EnrolmentCondition, Ride, RideRulesVersion
from services_app.rides.policy import Quota, RideRules, Service
from services_app.rides.queries import offer_times
from services_app.rides.scheduling import RideWish, WishedPlace
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Condition, EnrolmentState, Period, Purpose, ReturnMode, RulesState
from tests.factories.residents import make_resident

_numbers = itertools.count(1)
NOW = datetime.fromisoformat("2026-06-15T08:00:00+02:00")
"""A Monday morning."""
RIDE_ON = date(2026, 6, 23)
"""The Tuesday after next, a working day."""
OPERATOR = Actor("staff", None)
CLINIC = WishedPlace("Poradnia na Wzgórzu", "Grunwaldzka 45", "Kielce", 50.8790, 20.6120)
ROOMY = replace(
    KIELCE_2024, quotas=(Quota(Period.MONTH, 30), Quota(Period.YEAR, 200)), service=Service(first_pickup=time(7), home_by=time(16)),
    return_modes=frozenset(ReturnMode),
)  # fmt: skip
"""The rules of 2024 with room for many rides and every way back."""


def make_rules(
    session: Session, rules: RideRules = KIELCE_2024, *, in_force_from: date = date(2024, 1, 1), **values: Any
) -> RideRulesVersion:
    """A published version, flushed."""
    number = next(_numbers)
    filled: dict[str, Any] = {"code": f"rules-{number}", "name": f"Zasady {number}", "town": "Kielce", **values}
    version = RideRulesVersion(
        state=RulesState.PUBLISHED,
        in_force_from=in_force_from,
        body=rules.to_json(),
        created_at=NOW,
        published_at=NOW,
        **filled,
    )
    session.add(version)
    session.flush()
    return version


def enrol_verified(session: Session, resident: Resident, version: RideRulesVersion) -> Enrolment:
    """The resident's place in the programme, with the trouble with city transport verified; flushed."""
    enrolment = Enrolment(
        resident_id=resident.id, rules_version_id=version.id, state=EnrolmentState.VERIFIED, channel=Channel.PHONE, declared_at=NOW,
        declared_by_kind="staff", statement_text="2026-1", decided_at=NOW, reasons=[],
    )  # fmt: skip
    enrolment.conditions.append(EnrolmentCondition(condition=Condition.CANNOT_USE_TRANSIT, holds=True, verified_at=NOW))
    session.add(enrolment)
    session.flush()
    return enrolment


def make_rider(
    session: Session, version: RideRulesVersion, *, phones: tuple[str, ...] = ("600 100 200",), **values: Any
) -> Resident:
    """A resident of Kielce, 79 years old, verified in the programme."""
    resident = make_resident(session, phones=phones, **values)
    enrol_verified(session, resident, version)
    return resident


def wish_for(on: date = RIDE_ON, at: time = time(10), **values: Any) -> RideWish:
    """Be at the clinic at ten, for an hour, and home again."""
    return replace(RideWish(on, at, 60, Purpose.MEDICAL, CLINIC, ReturnMode.FIXED_HOUR), **values)


def booked_ride(
    session: Session, resident: Resident, wish: RideWish | None = None, *, now: datetime = NOW, **values: Any
) -> Ride:
    """A ride booked by phone at the first time offered. Inside ``transaction()``."""
    wish = wish or wish_for()
    offers = offer_times(session, resident, wish, now=now)
    assert offers.times, offers.verdict.codes
    given: dict[str, Any] = {"by": OPERATOR, "channel": Channel.PHONE, **values}
    answer = book_ride(session, resident.id, wish, offers.times[0].choice, now=now, **given)
    assert isinstance(answer, Booked), answer
    return answer.ride
