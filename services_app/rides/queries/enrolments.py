"""Enrolments for those who verify them, and what a change of the rules meets."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services_app.residents.models import Resident
from services_app.rides.models import Enrolment, Ride
from services_app.rides.terms import PROMISED, EnrolmentState
from services_app.web.paging import Page, page_of


def enrolments_in(
    session: Session, state: EnrolmentState, *, number: int = 1, restricted_too: bool = False
) -> Page[Enrolment]:
    """One page of enrolments in a state: waiting ones oldest first, the others newest first. Three queries."""
    query = select(Enrolment).join(Enrolment.resident).options(joinedload(Enrolment.resident))
    query = query.where(Enrolment.state == state, *_visible(restricted_too=restricted_too))
    if state is EnrolmentState.DECLARED:
        query = query.order_by(Enrolment.declared_at, Enrolment.id)
    else:
        query = query.order_by(Enrolment.declared_at.desc(), Enrolment.id.desc())
    return page_of(session, query, number=number)


def enrolment_by_id(session: Session, enrolment_id: int, *, restricted_too: bool = False) -> Enrolment | None:
    """An enrolment whose person's file may be opened; None for another."""
    query = select(Enrolment).join(Enrolment.resident).options(joinedload(Enrolment.resident))
    query = query.where(Enrolment.id == enrolment_id, *_visible(restricted_too=restricted_too))
    return session.scalars(query).unique().one_or_none()


def _visible(*, restricted_too: bool) -> tuple[Any, ...]:
    kept = Resident.erased_at.is_(None)
    return (kept,) if restricted_too else (kept, Resident.restricted_at.is_(None))


def enrolment_counts(session: Session) -> dict[EnrolmentState, int]:
    """How many enrolments are in each state."""
    rows = session.execute(select(Enrolment.state, func.count()).group_by(Enrolment.state))
    return dict.fromkeys(EnrolmentState, 0) | {row[0]: row[1] for row in rows}


def promised_since(session: Session, since: date, *, resident_id: int | None = None) -> int:
    """How many rides are promised for a day on or after ``since``, of one person or of all."""
    query = select(func.count()).select_from(Ride).where(Ride.on >= since, Ride.state.in_(PROMISED))
    if resident_id is not None:
        query = query.where(Ride.resident_id == resident_id)
    return session.scalar(query) or 0
