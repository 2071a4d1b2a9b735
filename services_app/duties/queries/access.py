"""Reading reviews of access, and trainings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services_app.clock import day_of
from services_app.duties.models import AccessReview, AccessReviewItem, StaffTraining
from services_app.staff.models import StaffAccount, StaffRole
from services_app.web.models import SignIn

REVIEWERS = ("manager", "administrator")
"""Who reviews what others may do."""


def running_review(session: Session) -> AccessReview | None:
    """The review in hand."""
    return session.scalar(select(AccessReview).where(AccessReview.running.is_(True)))


def access_reviews(session: Session, *, most: int = 30) -> Sequence[AccessReview]:
    """All reviews, newest first."""
    query = select(AccessReview).options(joinedload(AccessReview.begun_by), joinedload(AccessReview.finished_by))
    return session.scalars(query.order_by(AccessReview.id.desc()).limit(most)).all()


def items_of_review(session: Session, review_id: int) -> Sequence[AccessReviewItem]:
    """The accounts of a review, in the order of their surnames."""
    query = select(AccessReviewItem).where(AccessReviewItem.review_id == review_id)
    query = query.options(joinedload(AccessReviewItem.account), joinedload(AccessReviewItem.decided_by))
    return session.scalars(query.order_by(AccessReviewItem.id)).all()


def undecided_in(session: Session, review_id: int) -> int:
    """How many accounts nobody has looked at yet."""
    query = select(func.count()).where(AccessReviewItem.review_id == review_id, AccessReviewItem.decision.is_(None))
    return session.scalar(query) or 0


def last_sign_ins(session: Session) -> dict[int, datetime]:
    """When each member of staff last signed in; who never did is not there."""
    moment = SignIn.opened_at
    query = select(SignIn.subject_id, func.max(moment, type_=moment.type)).where(SignIn.kind == "staff")
    return {row[0]: row[1] for row in session.execute(query.group_by(SignIn.subject_id))}


def last_trainings(session: Session) -> dict[int, date]:
    """The day of each person's last training."""
    query = select(StaffTraining.account_id, func.max(StaffTraining.trained_on)).group_by(StaffTraining.account_id)
    return {row[0]: row[1] for row in session.execute(query)}


def other_reviewers(session: Session, account_id: int) -> int:
    """How many others could review: active, with a password."""
    query = select(func.count(StaffAccount.id.distinct())).join(StaffRole).where(
        StaffRole.role.in_(REVIEWERS), StaffAccount.deactivated_at.is_(None), StaffAccount.password_hash.is_not(None),
        StaffAccount.id != account_id,
    )  # fmt: skip
    return session.scalar(query) or 0


def last_review_on(session: Session) -> date | None:
    """The day the last review was finished; before the first one, the day the first account was opened. None in an empty house."""
    finished, opened = AccessReview.finished_at, StaffAccount.created_at
    last = session.scalar(select(func.max(finished, type_=finished.type)))
    last = last or session.scalar(select(func.min(opened, type_=opened.type)))
    return None if last is None else day_of(last)
