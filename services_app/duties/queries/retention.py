"""What is kept longer than its period: the periods in force, what is due, what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from services_app.clock import moment_at
from services_app.duties.models import AccessibilityRequest, ErasureDecision, RetentionRule, RetentionRun
from services_app.duties.terms import Kept
from services_app.messaging.models import Message
from services_app.messaging.terms import FINISHED, MessageState
from services_app.residents.models import PersonalDataRequest, Representation, Resident
from services_app.residents.terms import ERASED_NAME
from services_app.rides.models import Enrolment, JoinApplication, Refusal, Ride
from services_app.rides.terms import ENDED, EnrolmentState

_OPEN_ENROLMENTS = (EnrolmentState.DECLARED, EnrolmentState.VERIFIED)


@dataclass(frozen=True)
class DuePerson:
    """Somebody whose file is due, with the day of the last ride if there was one."""

    resident: Resident
    last_ride_on: date | None


def rules_in_force(session: Session, *, today: date) -> dict[Kept, RetentionRule]:
    """The period of each set of data that has one."""
    query = (
        select(RetentionRule).where(RetentionRule.valid_from <= today).options(joinedload(RetentionRule.confirmed_by))
    )
    rows = session.scalars(query.order_by(RetentionRule.valid_from, RetentionRule.id))
    return {rule.kept: rule for rule in rows}


def rules_of(session: Session, kept: Kept, *, most: int = 30) -> Sequence[RetentionRule]:
    """All periods a set of data ever had, newest first."""
    query = select(RetentionRule).where(RetentionRule.kept == kept).options(joinedload(RetentionRule.confirmed_by))
    return session.scalars(query.order_by(RetentionRule.valid_from.desc(), RetentionRule.id.desc()).limit(most)).all()


def retention_runs(session: Session, *, most: int = 50) -> Sequence[RetentionRun]:
    """What was removed, newest first."""
    query = select(RetentionRun).options(joinedload(RetentionRun.by), joinedload(RetentionRun.rule))
    return session.scalars(query.order_by(RetentionRun.id.desc()).limit(most)).all()


def due_ids(kept: Kept, cut: date, *, today: date) -> Select[int]:
    """The ids of what ended before a day and may go, oldest first; what was decided to be held is left out.

    Raises KeyError for a set the office sets no period for.
    """
    return _DUE[kept](cut, moment_at(cut, time(0)), today)


def due_count(session: Session, kept: Kept, cut: date, *, today: date) -> int:
    """How many are due."""
    due = due_ids(kept, cut, today=today).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(due)) or 0


def due_people(session: Session, cut: date, *, today: date, most: int) -> list[DuePerson]:
    """The people whose files are due, with their last ride."""
    ids = session.scalars(due_ids(Kept.PERSON, cut, today=today).limit(most)).all()
    rides = select(Ride.resident_id, func.max(Ride.on)).where(Ride.resident_id.in_(ids)).group_by(Ride.resident_id)
    last = {row[0]: row[1] for row in session.execute(rides)}
    people = session.scalars(select(Resident).where(Resident.id.in_(ids)).order_by(Resident.sort_name, Resident.id))
    return [DuePerson(resident, last.get(resident.id)) for resident in people]


def decisions_about(session: Session, resident_id: int) -> Sequence[ErasureDecision]:
    """What was decided about somebody's data, newest first."""
    query = select(ErasureDecision).where(ErasureDecision.resident_id == resident_id)
    return session.scalars(query.options(joinedload(ErasureDecision.by)).order_by(ErasureDecision.id.desc())).all()


def holds_over(session: Session, *, today: date) -> Sequence[ErasureDecision]:
    """Decisions to hold data whose day is over, oldest first: somebody decides again."""
    query = select(ErasureDecision).join(Resident).where(
        ErasureDecision.superseded_at.is_(None), ErasureDecision.held_until < today, Resident.erased_at.is_(None)
    )  # fmt: skip
    return session.scalars(query.order_by(ErasureDecision.held_until, ErasureDecision.id).limit(200)).all()


def _held(kept: Kept, today: date) -> Select[int]:
    return select(ErasureDecision.resident_id).where(
        ErasureDecision.kept == kept, ErasureDecision.superseded_at.is_(None), ErasureDecision.held_until >= today
    )


def _people(cut: date, before: datetime, today: date) -> Select[int]:
    """Nobody in the programme, under restriction, with a question open, or heard of since."""
    still_there = (
        exists().where(Ride.resident_id == Resident.id, Ride.on >= cut),
        exists().where(Enrolment.resident_id == Resident.id, _since(before)),
        exists().where(Refusal.resident_id == Resident.id, Refusal.at >= before),
        exists().where(
            PersonalDataRequest.resident_id == Resident.id,
            or_(PersonalDataRequest.answered_at.is_(None), PersonalDataRequest.answered_at >= before),
        ),
        exists().where(
            Representation.resident_id == Resident.id, Representation.revoked_at.is_(None), Representation.consented_at >= before
        ),
    )  # fmt: skip
    query = select(Resident.id).where(
        Resident.erased_at.is_(None),
        Resident.restricted_at.is_(None),
        Resident.created_at < before,
        Resident.id.not_in(_held(Kept.PERSON, today)),
    )
    return query.where(*(~one for one in still_there)).order_by(Resident.id)


def _since(before: datetime) -> ColumnElement[bool]:
    decided = func.coalesce(Enrolment.ended_at, Enrolment.decided_at, Enrolment.declared_at)
    still_open = and_(Enrolment.state.in_(_OPEN_ENROLMENTS), Enrolment.ended_at.is_(None))
    return or_(still_open, decided >= before)


def _rides(cut: date, _before: datetime, today: date) -> Select[int]:
    query = select(Ride.id).join(Resident).where(
        Ride.on < cut, Ride.state.in_(ENDED), Ride.destination_name != ERASED_NAME, Resident.restricted_at.is_(None),
        Ride.resident_id.not_in(_held(Kept.RIDE, today)),
    )  # fmt: skip
    return query.order_by(Ride.on, Ride.id)


def _messages(_cut: date, before: datetime, today: date) -> Select[int]:
    restricted = select(Resident.id).where(Resident.restricted_at.is_not(None))
    over = Message.state.in_([*FINISHED, MessageState.SENT])
    held = _held(Kept.MESSAGE, today)
    theirs = or_(
        Message.resident_id.is_(None), and_(Message.resident_id.not_in(restricted), Message.resident_id.not_in(held))
    )
    return select(Message.id).where(Message.created_at < before, over, theirs).order_by(Message.id)


def _data_requests(_cut: date, before: datetime, today: date) -> Select[int]:
    worded = or_(PersonalDataRequest.note.is_not(None), PersonalDataRequest.outcome.is_not(None))
    query = select(PersonalDataRequest.id).where(
        PersonalDataRequest.answered_at < before, worded, PersonalDataRequest.resident_id.not_in(_held(Kept.DATA_REQUEST, today))
    )  # fmt: skip
    return query.order_by(PersonalDataRequest.id)


def _accessibility(_cut: date, before: datetime, _today: date) -> Select[int]:
    query = select(AccessibilityRequest.id).where(
        AccessibilityRequest.closed_at < before, AccessibilityRequest.blanked_at.is_(None)
    )
    return query.order_by(AccessibilityRequest.id)


def _applications(_cut: date, before: datetime, today: date) -> Select[int]:
    """Decided ones, and those nobody decided for as long. A person's restriction or held card holds theirs, too."""
    ended = func.coalesce(JoinApplication.decided_at, JoinApplication.received_at)
    restricted = select(Resident.id).where(Resident.restricted_at.is_not(None))
    free = and_(
        JoinApplication.resident_id.not_in(restricted), JoinApplication.resident_id.not_in(_held(Kept.PERSON, today))
    )
    query = select(JoinApplication.id).where(
        ended < before, JoinApplication.blanked_at.is_(None), or_(JoinApplication.resident_id.is_(None), free)
    )
    return query.order_by(JoinApplication.id)


_DUE = {
    Kept.PERSON: _people, Kept.RIDE: _rides, Kept.MESSAGE: _messages, Kept.DATA_REQUEST: _data_requests,
    Kept.ACCESSIBILITY: _accessibility, Kept.APPLICATION: _applications,
}  # fmt: skip
