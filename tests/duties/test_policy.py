"""The rules of the office's own duties, on both sides of their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services_app.duties.policy.access import decision_verdict, finishing_verdict, review_due_on, training_due
from services_app.duties.policy.accessibility import (
    answer_due,
    answer_verdict,
    contact_verdict,
    latest_due,
    review_due,
    review_reminded,
)
from services_app.duties.policy.breaches import (
    BreachFacts,
    closing_verdict,
    csirt_due,
    entry_verdict,
    people_to_tell,
    uodo_due,
)
from services_app.duties.terms import AnswerBy, BreachKind, Decision, RequestState, Risk

FOUND = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
NOW = FOUND + timedelta(hours=80)
COMPLETE = BreachFacts(
    found_at=FOUND, happened="List do złej osoby", kinds=(BreachKind.CONFIDENTIALITY,), people="seniorzy", people_count=1,
    records="adresy", records_count=1, consequences="niewielkie", measures="odzyskano list", risk=Risk.NONE,
    uodo_decision=Decision.NOT_NEEDED, uodo_reason="list wrócił zamknięty", csirt_decision=Decision.NOT_NEEDED,
    people_decision=Decision.NOT_NEEDED, people_reason="brak ryzyka",
)  # fmt: skip


# --- requests for accessibility -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due", "latest"),
    [
        (date(2026, 11, 23), date(2026, 11, 30), date(2027, 1, 23)),
        (date(2026, 12, 18), date(2026, 12, 25), date(2027, 2, 18)),  # calendar days: Christmas does not move the term
        (date(2026, 12, 31), date(2027, 1, 7), date(2027, 2, 28)),
        (date(2027, 12, 30), date(2028, 1, 6), date(2028, 2, 29)),
        (date(2026, 10, 15), date(2026, 10, 22), date(2026, 12, 15)),
    ],
)
def test_a_request_is_answered_in_seven_days_at_most_in_two_months(received: date, due: date, latest: date) -> None:
    assert (answer_due(received), latest_due(received)) == (due, latest)


@pytest.mark.parametrize(
    ("new_on", "codes"),
    [
        (date(2027, 1, 23), ()),
        (date(2027, 1, 24), ("DAY_LATE",)),
        (date(2026, 11, 26), ()),
        (date(2026, 11, 25), ("DAY_PAST",)),
        (None, ("DAY_NEEDED",)),
    ],
)
def test_a_delay_names_a_day_within_two_months(new_on: date | None, codes: tuple[str, ...]) -> None:
    said = answer_verdict(
        RequestState.RECEIVED, RequestState.DELAYED, "Czekamy na film", new_on, date(2026, 11, 23), today=date(2026, 11, 25)
    )  # fmt: skip
    assert said.codes == codes


def test_a_refusal_needs_its_reason_and_an_answer_is_given_once() -> None:
    said = answer_verdict(
        RequestState.DONE, RequestState.REFUSED, " ", None, date(2026, 11, 23), today=date(2026, 11, 25)
    )
    assert said.codes == ("ANSWERED", "WORDS_NEEDED")


@pytest.mark.parametrize(
    ("answer_by", "given", "code"),
    [
        (AnswerBy.E_MAIL, {}, "E_MAIL_NEEDED"),
        (AnswerBy.SMS, {}, "PHONE_NEEDED"),
        (AnswerBy.SMS, {"phone": "+48413312524"}, "MOBILE_NEEDED"),
        (AnswerBy.CALL, {}, "PHONE_NEEDED"),
        (AnswerBy.LETTER, {}, "ADDRESS_NEEDED"),
        (AnswerBy.LETTER, {"address": "Zagórska 12"}, None),
        (AnswerBy.CALL, {"phone": "+48413312524"}, None),
        (AnswerBy.SMS, {"phone": "+48600100200", "mobile": True}, None),
        (AnswerBy.E_MAIL, {"e_mail": "a@b.pl"}, None),
    ],
)
def test_the_way_to_answer_needs_its_own_contact(answer_by: AnswerBy, given: dict, code: str | None) -> None:
    known = {"phone": "", "mobile": False, "e_mail": "", "address": ""} | given
    assert contact_verdict(answer_by, **known).codes == ((code,) if code else ())


# --- the statement ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "today", "reminded"),
    [
        (date(2026, 11, 23), date(2027, 1, 31), False),
        (date(2026, 11, 23), date(2027, 2, 1), True),
        (date(2026, 11, 23), date(2027, 4, 5), True),
        (date(2027, 2, 10), date(2027, 3, 31), False),
        (date(2027, 2, 10), date(2028, 2, 1), True),
    ],
)
def test_the_review_is_spoken_of_from_february_of_its_year(last: date, today: date, reminded: bool) -> None:
    assert review_due(last) == date(last.year + 1, 3, 31)
    assert review_reminded(last, today=today) is reminded


# --- breaches -----------------------------------------------------------------------------------------------------------------------------


def test_the_hours_run_from_the_finding_through_nights_and_days_off() -> None:
    facts = BreachFacts(found_at=FOUND, happened="Zgubiony telefon")
    assert uodo_due(facts) == FOUND + timedelta(hours=72)
    assert csirt_due(facts) == FOUND + timedelta(hours=24)
    assert uodo_due(replace(facts, uodo_decision=Decision.TELL)) == FOUND + timedelta(hours=72)
    assert uodo_due(replace(facts, uodo_decision=Decision.TELL, uodo_told_at=FOUND)) is None
    assert uodo_due(replace(facts, uodo_decision=Decision.NOT_NEEDED)) is None
    assert csirt_due(replace(facts, csirt_decision=Decision.NOT_NEEDED)) is None


@pytest.mark.parametrize(("hours", "codes"), [(72, ()), (72.01, ("UODO_LATE",))])
def test_telling_uodo_after_72_hours_needs_a_reason(hours: float, codes: tuple[str, ...]) -> None:
    facts = replace(COMPLETE, risk=Risk.SOME, uodo_decision=Decision.TELL, uodo_told_at=FOUND + timedelta(hours=hours))
    assert entry_verdict(facts, now=NOW).codes == codes
    assert entry_verdict(replace(facts, uodo_late_reason="awaria łącza"), now=NOW).allowed


@pytest.mark.parametrize("told", ["uodo", "csirt"])
@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (FOUND - timedelta(minutes=1), False),
        (FOUND, True),
        (NOW, True),
        (NOW + timedelta(minutes=1), False),
    ],
)
def test_somebody_is_told_after_the_finding_and_not_in_the_future(told: str, at: datetime, allowed: bool) -> None:
    moment: dict[str, Any] = {f"{told}_told_at": at}
    facts = replace(COMPLETE, uodo_late_reason="awaria łącza", **moment)
    assert entry_verdict(facts, now=NOW).codes == (() if allowed else (f"{told.upper()}_WHEN",))


@pytest.mark.parametrize(("risk", "codes"), [(Risk.NONE, ()), (Risk.SOME, ("UODO_RISK",)), (Risk.HIGH, ("UODO_RISK",))])
def test_uodo_stays_untold_only_without_risk(risk: Risk, codes: tuple[str, ...]) -> None:
    assert entry_verdict(replace(COMPLETE, risk=risk), now=NOW).codes == codes
    assert entry_verdict(replace(COMPLETE, risk=risk), now=FOUND).codes == codes  # found this very minute


def test_contradictions_are_refused_all_at_once() -> None:
    facts = BreachFacts(
        found_at=NOW + timedelta(minutes=1), happened="x", risk=Risk.HIGH, uodo_decision=Decision.NOT_NEEDED,
        people_decision=Decision.NOT_NEEDED, csirt_told_at=FOUND,
    )  # fmt: skip
    assert set(entry_verdict(facts, now=NOW).codes) == {
        "FOUND_LATER", "UODO_REASON", "UODO_RISK", "PEOPLE_REASON", "CSIRT_WHEN",
    }  # fmt: skip


def test_high_risk_means_that_people_are_told() -> None:
    facts = replace(COMPLETE, risk=Risk.HIGH, people_decision=None)
    assert people_to_tell(facts)
    assert people_to_tell(replace(facts, people_decision=Decision.TELL))
    assert not people_to_tell(replace(facts, people_decision=Decision.TELL, people_told_on=date(2026, 11, 21)))
    assert not people_to_tell(replace(facts, people_decision=Decision.NOT_NEEDED))
    assert not people_to_tell(replace(facts, risk=Risk.SOME))


def test_an_entry_is_closed_only_when_it_holds_everything() -> None:
    assert closing_verdict(COMPLETE).allowed
    assert set(closing_verdict(BreachFacts(found_at=FOUND, happened="x")).codes) == {
        "KINDS", "PEOPLE", "RECORDS", "CONSEQUENCES", "MEASURES", "RISK", "UODO", "CSIRT", "TELL_PEOPLE",
    }  # fmt: skip


# --- access -------------------------------------------------------------------------------------------------------------------------------


def test_nobody_confirms_their_own_rights_while_somebody_else_could() -> None:
    assert decision_verdict(1, 1, 1).codes == ("OWN_ACCOUNT",)
    assert decision_verdict(1, 1, 0).allowed
    assert decision_verdict(1, 2, 5).allowed


def test_a_review_ends_when_every_account_was_looked_at() -> None:
    assert finishing_verdict(0).allowed
    assert finishing_verdict(1).codes == ("UNDECIDED",)


def test_a_review_and_a_training_hold_for_a_year() -> None:
    assert review_due_on(date(2026, 11, 23)) == date(2027, 11, 23)
    assert training_due(None, today=date(2026, 11, 23))
    assert not training_due(date(2025, 11, 23), today=date(2026, 11, 23))
    assert training_due(date(2025, 11, 22), today=date(2026, 11, 23))
