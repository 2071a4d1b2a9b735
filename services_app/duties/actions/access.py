"""The yearly review of who may do what, and trainings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.duties.models import AccessReview, AccessReviewItem, StaffTraining
from services_app.duties.policy.access import decision_verdict, finishing_verdict
from services_app.duties.queries.access import last_sign_ins, other_reviewers, running_review, undecided_in
from services_app.duties.terms import AccessDecision
from services_app.journal.actions import Actor, record
from services_app.staff.actions import deactivate_account
from services_app.staff.models import StaffAccount
from services_app.staff.queries import all_accounts
from services_app.verdict import Reason, Verdict
from services_app.wording import N_


def begin_access_review(session: Session, *, by: Actor, now: datetime) -> AccessReview:
    """Begin a review of every open account; the one that already runs is given back."""
    review = AccessReview(begun_at=now, begun_by_id=by.id)
    try:
        with session.begin_nested():
            session.add(review)
            session.flush()
    except IntegrityError:
        running = running_review(session)
        if running is None:
            raise
        return running
    for account in all_accounts(session):
        if account.deactivated_at is None:
            session.add(AccessReviewItem(review_id=review.id, account_id=account.id, roles=sorted(account.role_words)))
    record(session, "access_review_begun", ("access_review", review.id), by=by, now=now)
    return review


def decide_access(session: Session, item_id: int, decision: AccessDecision, *, by: Actor, now: datetime) -> Verdict:
    """Confirm an account or take its access away at once. What it could do at this moment goes into the protocol, once."""
    item = session.scalars(select(AccessReviewItem).where(AccessReviewItem.id == item_id).with_for_update()).one()
    others = other_reviewers(session, item.account_id)
    verdict = decision_verdict(item.account_id, by.id, others).also(_still_open(session, item))
    if not verdict.allowed:
        discard(session)
        return verdict
    item.roles = sorted(session.get_one(StaffAccount, item.account_id).role_words)
    item.last_sign_in_at = last_sign_ins(session).get(item.account_id)
    if decision is AccessDecision.TAKE_AWAY:
        verdict = deactivate_account(session, item.account_id, by=by, now=now)
        if not verdict.allowed:
            discard(session)
            return verdict
    item.decision, item.decided_at, item.decided_by_id = decision, now, by.id
    deed = "access_confirmed" if decision is AccessDecision.KEEP else "access_taken_away"
    details = {"review": item.review_id, "roles": item.roles}
    record(session, deed, ("staff_account", item.account_id), by=by, now=now, details=details)
    return verdict


def _still_open(session: Session, item: AccessReviewItem) -> Verdict:
    review = session.get_one(AccessReview, item.review_id, with_for_update={"read": True})
    if not review.running:
        return Verdict.of([Reason("FINISHED", N_("Ten przegląd jest zakończony. Rozpocznij nowy."))])
    if item.decision is not None:
        return Verdict.of([Reason("DECIDED", N_("O tym koncie ktoś już zdecydował. Sprawdź decyzję na liście."))])
    return Verdict()


def finish_access_review(session: Session, review_id: int, *, by: Actor, now: datetime) -> Verdict:
    """End a review; from then on it is a protocol nobody changes. Refused while an account was not looked at."""
    review = session.get_one(AccessReview, review_id, with_for_update=True, populate_existing=True)
    verdict = finishing_verdict(undecided_in(session, review_id))
    if not verdict.allowed or not review.running:
        discard(session)
        return verdict
    review.running, review.finished_at, review.finished_by_id = None, now, by.id
    record(session, "access_review_finished", ("access_review", review_id), by=by, now=now)
    return verdict


def record_training(
    session: Session, account_id: int, trained_on: date, topic: str, *, by: Actor, now: datetime
) -> StaffTraining:
    """Note a training somebody took."""
    training = StaffTraining(
        account_id=account_id, trained_on=trained_on, topic=topic, recorded_at=now, recorded_by_id=by.id
    )
    session.add(training)
    session.flush()
    details = {"trained_on": trained_on.isoformat()}
    record(session, "training_recorded", ("staff_account", account_id), by=by, now=now, details=details)
    return training
