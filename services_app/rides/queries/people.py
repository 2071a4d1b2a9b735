"""A resident as the rules see them: conditions, earlier rides, what is left of each limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.orm import Session, joinedload

from services_app.residents.models import Resident
from services_app.residents.queries import Caller
from services_app.rides.models import Enrolment, EnrolmentCondition, Leg, Ride
from services_app.rides.policy import (
    Passenger,
    PastRide,
    QuotaState,
    RideRules,
    enrolment_verdict,
    may_ride_unverified,
    no_show_pattern_met,
    period_around,
    quotas_left,
)
from services_app.rides.queries.rules import RULES_TODAY, NoRules, RulesToday, rules_in_force, rules_today
from services_app.rides.scheduling import hour_on
from services_app.rides.terms import Condition, EnrolmentState, Mobility, RideResult, RideState, result_of
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

NOT_ENROLLED = Reason(
    "NOT_ENROLLED", N_("Nie ma jeszcze zgłoszenia do programu. Najpierw trzeba je wypełnić, to kilka pytań.")
)
_IN_PROGRAMME = (EnrolmentState.DECLARED, EnrolmentState.VERIFIED)


_ENROLMENTS_OF = (
    select(Enrolment)
    .options(joinedload(Enrolment.conditions))
    .where(Enrolment.resident_id == bindparam("resident_id"))
    .order_by(Enrolment.id.desc())
)


def enrolment_of(session: Session, resident_id: int) -> Enrolment | None:
    """The resident's newest enrolment with its conditions, in one query; refused and ended ones too."""
    return session.scalars(_ENROLMENTS_OF, {"resident_id": resident_id}).unique().first()


@dataclass(frozen=True)
class DeclaredCondition:
    """One condition of an enrolment."""

    condition: Condition
    holds: bool | None
    valid_until: date | None


@dataclass(frozen=True)
class Standing:
    """Of an enrolment what the rules ask about."""

    state: EnrolmentState
    conditions: tuple[DeclaredCondition, ...]


_ENROLMENTS, _CONDITIONS = Enrolment.__table__.c, EnrolmentCondition.__table__.c
_NEWEST = (
    select(_ENROLMENTS.id, _ENROLMENTS.state)
    .where(_ENROLMENTS.resident_id == bindparam("resident_id"))
    .order_by(_ENROLMENTS.id.desc())
    .limit(1)
    .subquery()
)
_CONDITIONS_OF_NEWEST = _NEWEST.outerjoin(EnrolmentCondition.__table__, _CONDITIONS.enrolment_id == _NEWEST.c.id)
_TODAY = RULES_TODAY.subquery()
_STANDING = (
    select(*_TODAY.c, _NEWEST.c.state, _CONDITIONS.condition, _CONDITIONS.holds, _CONDITIONS.valid_until)
    .select_from(_TODAY.outerjoin(_CONDITIONS_OF_NEWEST, true()))
    .order_by(_CONDITIONS.id)
)


def standing_today(session: Session, resident_id: int, *, today: date) -> tuple[RulesToday, Standing | None]:
    """The rules in force and the same as plain values, in one query for a page that is opened often.

    Raises ``NoRules`` when no rules hold today.
    """
    rows = session.execute(_STANDING, {"resident_id": resident_id, "on": today}).all()
    if not rows:
        raise NoRules(today)
    first = rows[0]
    in_force = rules_today(*first[:4])
    if first.state is None:
        return in_force, None
    conditions = (
        DeclaredCondition(row.condition, row.holds, row.valid_until) for row in rows if row.condition is not None
    )
    return in_force, Standing(first.state, tuple(conditions))


def in_programme(enrolment: Enrolment | Standing | None) -> bool:
    """Whether somebody declared or was verified, and neither was refused nor has left."""
    return enrolment is not None and enrolment.state in _IN_PROGRAMME


def passenger_from(
    resident: Resident | Caller, enrolment: Enrolment | Standing | None, on: date, mobility: Mobility | None = None
) -> Passenger:
    """The resident as the rules ask about them on a day: what was verified, and meanwhile what was declared."""
    conditions = (*enrolment.conditions,) if enrolment is not None and in_programme(enrolment) else ()
    verified = enrolment is not None and enrolment.state is EnrolmentState.VERIFIED
    return passenger_with(resident, conditions, on, mobility, verified=verified)


def passenger_with(
    resident: Resident | Caller, conditions: Sequence[EnrolmentCondition | DeclaredCondition], on: date,
    mobility: Mobility | None, *, verified: bool,
) -> Passenger:  # fmt: skip
    """The same with the conditions of a place in the programme that need not be today's."""
    holding = frozenset(
        each.condition
        for each in conditions
        if each.holds is not False and (each.valid_until is None or each.valid_until >= on)
    )
    lives_elsewhere = any(each.condition is Condition.RESIDENT and each.holds is False for each in conditions)
    return Passenger(
        birth_date=resident.birth_on,
        residence="" if lives_elsewhere else resident.town,
        conditions=holding,
        mobility=resident.mobility if mobility is None else mobility,
        verified=verified,
    )


def with_enrolment(verdict: Verdict, enrolment: Enrolment | Standing | None) -> Verdict:
    """A verdict for somebody outside the programme: that is the reason, not the conditions nobody asked about yet."""
    if in_programme(enrolment):
        return verdict
    silent = {"CONDITION_NOT_MET", "NOT_VERIFIED"}
    return Verdict((NOT_ENROLLED, *(reason for reason in verdict.reasons if reason.code not in silent)))


def may_ride(session: Session, resident: Resident, on: date) -> Verdict:
    """Whether the resident is in the programme, entitled on that day, and need not wait for the coordinator."""
    _, rules = rules_in_force(session, on)
    enrolment = enrolment_of(session, resident.id)
    return standing(rules, resident, enrolment, on)


def standing(
    rules: RideRules, resident: Resident | Caller, enrolment: Enrolment | Standing | None, on: date
) -> Verdict:
    """The same from what was already read."""
    passenger = passenger_from(resident, enrolment, on)
    verdict = enrolment_verdict(rules, passenger, on)
    if not passenger.verified and not may_ride_unverified(rules):
        waiting = Reason(
            "NOT_VERIFIED", N_("Koordynator musi najpierw sprawdzić zgłoszenie do programu. Zadzwoń i zapytaj, kiedy.")
        )
        verdict = Verdict((*verdict.reasons, waiting))
    return with_enrolment(verdict, enrolment)


# Put together once: every card, every offer and every booking asks for it.
_RIDES, _LEGS = Ride.__table__, Leg.__table__
_HISTORY = (
    select(
        _RIDES.c.on, _RIDES.c.state, _RIDES.c.excused, _RIDES.c.charged_legs,
        func.min(_LEGS.c.promised_from_at, type_=_LEGS.c.promised_from_at.type),
        func.max(_LEGS.c.planned_dropoff_at, type_=_LEGS.c.planned_dropoff_at.type),
    )
    .select_from(_RIDES.outerjoin(_LEGS, (_LEGS.c.ride_id == _RIDES.c.id) & _LEGS.c.active.is_(True)))
    .where(
        _RIDES.c.resident_id == bindparam("resident_id"),
        _RIDES.c.on.between(bindparam("from_on"), bindparam("until_on")),
        _RIDES.c.id != bindparam("without"),
    )
    .group_by(_RIDES.c.id, _RIDES.c.on, _RIDES.c.state, _RIDES.c.excused, _RIDES.c.charged_legs)
    .order_by(_RIDES.c.on, _RIDES.c.id)
)  # fmt: skip


def history_of(
    session: Session, resident_id: int, from_on: date, until_on: date, *, without_ride_id: int | None = None
) -> list[PastRide]:
    """The resident's rides between two days as the limits see them, in one query; ``without_ride_id`` leaves one out."""
    asked = {"resident_id": resident_id, "from_on": from_on, "until_on": until_on, "without": without_ride_id or 0}
    return [past for row in session.execute(_HISTORY, asked) if (past := past_ride(*row)) is not None]


_FORGIVEN = {
    RideResult.CANCELLED_LATE: RideResult.CANCELLED_IN_TIME,
    RideResult.NO_SHOW: RideResult.NO_SHOW_EXCUSED,
}
"""What a ride stays that its own rules did not charge: so the passenger was told, whatever later rules count."""


def past_ride(
    on: date, state: RideState, excused: bool, charged_legs: int, first_at: datetime | None, last_at: datetime | None
) -> PastRide | None:
    """A stored ride as the limits see it, with the first and the last hour of its standing ways; None for one they do not look at."""
    result = result_of(state, excused=excused)
    if result is None:
        return None
    if not charged_legs:
        result = _FORGIVEN.get(result, result)
    return PastRide(
        on=on,
        result=result,
        legs=charged_legs or 2,
        starts_at=None if first_at is None else hour_on(on, first_at),
        ends_at=None if last_at is None else hour_on(on, last_at),
    )


def history_span(rules: Sequence[RideRules], first: date, last: date) -> tuple[date, date]:
    """The days whose rides matter to the limits of any day between two: the first and the last."""
    periods = [period_around(quota, on) for each in rules for quota in each.quotas for on in (first, last)]
    return min([first, *(begin for begin, _ in periods)]), max([last, *(end for _, end in periods)])


def limits_left(session: Session, resident: Resident, on: date) -> tuple[QuotaState, ...]:
    """Every limit in its period around a day: used and left."""
    _, rules = rules_in_force(session, on)
    history = history_of(session, resident.id, *history_span([rules], on, on))
    return quotas_left(rules, history, on)


def no_show_patterns(session: Session, on: date) -> list[tuple[int, int]]:
    """Residents whose absences make the pattern a person should look at: (resident id, absences), most first.

    Erased and restricted files are left out: nobody opens them.
    """
    _, rules = rules_in_force(session, on)
    pattern = rules.no_show_pattern
    if pattern is None:
        return []
    since = date(on.year - 2 - pattern.months // 12, on.month, 1)
    query = (
        select(Ride.resident_id, Ride.on)
        .join(Resident, Resident.id == Ride.resident_id)
        .where(Ride.state == RideState.NO_SHOW, Ride.excused.is_(False), Ride.on.between(since, on))
        .where(Resident.erased_at.is_(None), Resident.restricted_at.is_(None))
        .order_by(Ride.resident_id)
    )
    absences: dict[int, list[PastRide]] = {}
    for resident_id, missed_on in session.execute(query):
        absences.setdefault(resident_id, []).append(PastRide(missed_on, RideResult.NO_SHOW))
    met = [(who, len(rides)) for who, rides in absences.items() if no_show_pattern_met(rules, rides, on)]
    return sorted(met, key=lambda pair: -pair[1])


def unverified_enrolments(session: Session, *, size: int = 50, after_id: int = 0) -> list[Enrolment]:
    """Enrolments that wait for the coordinator, the oldest first, with the residents."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.resident))
        .where(Enrolment.state == EnrolmentState.DECLARED, Enrolment.id > after_id)
        .order_by(Enrolment.id)
        .limit(size)
    )
    return list(session.scalars(query).unique())


def count_unverified(session: Session) -> int:
    """How many enrolments wait for the coordinator."""
    query = select(func.count()).select_from(Enrolment).where(Enrolment.state == EnrolmentState.DECLARED)
    return session.scalar(query) or 0
