"""The yearly review of who may do what, and trainings (KRI § 19(2)). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from services_app.duties.terms import ACCESS_REVIEW_DAYS, TRAINING_DAYS
from services_app.verdict import Reason, Verdict
from services_app.wording import N_


def review_due_on(last_on: date) -> date:
    """When the next review is due: a year after the last, or after the first account was opened (KRI § 19(2))."""
    return last_on + timedelta(days=ACCESS_REVIEW_DAYS)


def training_due(trained_on: date | None, *, today: date) -> bool:
    """Whether somebody's training is missing or older than a year (KRI § 19(2))."""
    return trained_on is None or today - trained_on > timedelta(days=TRAINING_DAYS)


def decision_verdict(account_id: int, reviewer_id: int | None, other_reviewers: int) -> Verdict:
    """Nobody confirms their own rights, as long as somebody else could: the house's own rule."""
    if account_id == reviewer_id and other_reviewers:
        words = N_("Swoje konto sprawdza inna osoba. Poproś drugiego kierownika albo administratora.")
        return Verdict.of([Reason("OWN_ACCOUNT", words)])
    return Verdict()


def finishing_verdict(undecided: int) -> Verdict:
    """A review ends when every account was looked at: the house's own rule."""
    if undecided:
        words = N_("Przy niektórych kontach nie ma jeszcze decyzji. Zostało kont: {left}.")
        return Verdict.of([Reason("UNDECIDED", words, {"left": undecided})])
    return Verdict()
