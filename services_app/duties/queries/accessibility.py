"""Reading requests for accessibility, and reviews of the statement."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services_app.duties.models import AccessibilityRequest, AccessibilityStep, StatementReview
from services_app.duties.terms import OPEN_REQUESTS, STATUS_PAGE_DAYS
from services_app.sealed import lookup_hash
from services_app.web.paging import Page, page_of


def key_of(request_id: int) -> str:
    """What only the requester is told: the request's number with 128 bits nobody can guess. Nothing of it is stored."""
    proof = bytes.fromhex(lookup_hash("accessibility request", str(request_id)))[:16]
    return f"{request_id}-{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


def request_of_key(session: Session, key: str, *, now: datetime) -> AccessibilityRequest | None:
    """The request behind a requester's address; None for a wrong one, and some months after the answer."""
    number = key.partition("-")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    if not hmac.compare_digest(key_of(int(number)).encode(), key.encode()):
        return None
    found = session.get(AccessibilityRequest, int(number))
    over = found is None or (found.closed_at is not None and now - found.closed_at > timedelta(days=STATUS_PAGE_DAYS))
    return None if over else found


def requests_page(session: Session, *, closed: bool, number: int) -> Page[AccessibilityRequest]:
    """Requests that wait, the nearest term first; or answered ones, newest first."""
    query = select(AccessibilityRequest)
    if closed:
        query = query.where(AccessibilityRequest.state.not_in(OPEN_REQUESTS)).order_by(AccessibilityRequest.id.desc())
    else:
        query = query.where(AccessibilityRequest.state.in_(OPEN_REQUESTS))
        query = query.order_by(AccessibilityRequest.due_on, AccessibilityRequest.id)
    return page_of(session, query, number=number)


def open_requests_summary(session: Session) -> tuple[int, datetime | None, date | None]:
    """How many requests wait, since when the oldest, and the nearest term."""
    moment = AccessibilityRequest.received_at
    query = select(func.count(), func.min(moment, type_=moment.type), func.min(AccessibilityRequest.due_on))
    count, since, due_on = session.execute(query.where(AccessibilityRequest.state.in_(OPEN_REQUESTS))).one()
    return count, since, due_on


def letters_summary(session: Session) -> tuple[int, datetime | None]:
    """How many letters are to be posted, and since when the oldest waits."""
    moment = AccessibilityStep.at
    query = select(func.count(), func.min(moment, type_=moment.type))
    count, since = session.execute(
        query.where(AccessibilityStep.by_letter.is_(True), AccessibilityStep.letter_sent_at.is_(None))
    ).one()
    return count, since


def unsent_letters(session: Session, *, most: int = 100) -> Sequence[AccessibilityStep]:
    """The letters to be posted, oldest first."""
    query = select(AccessibilityStep).options(joinedload(AccessibilityStep.request))
    query = query.where(AccessibilityStep.by_letter.is_(True), AccessibilityStep.letter_sent_at.is_(None))
    return session.scalars(query.order_by(AccessibilityStep.id).limit(most)).all()


def statement_reviews(session: Session, *, most: int = 30) -> Sequence[StatementReview]:
    """The reviews of the statement, newest first."""
    query = select(StatementReview).options(joinedload(StatementReview.by))
    return session.scalars(
        query.order_by(StatementReview.reviewed_on.desc(), StatementReview.id.desc()).limit(most)
    ).all()


def last_statement_review(session: Session) -> date | None:
    """The day of the last review; None before the first."""
    return session.scalar(select(func.max(StatementReview.reviewed_on)))


def phone_of_requester(session: Session, request_id: int) -> str | None:
    """Where a requester can be called when a message did not arrive."""
    found = session.get(AccessibilityRequest, request_id)
    return None if found is None else found.phone
