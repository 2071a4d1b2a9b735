"""What must hold for any day and hour, under any shipped version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from services_app.rides.policy import (
    Passenger,
    PastRide,
    RideQuestion,
    RideRules,
    age_on,
    in_time,
    quotas_left,
    ride_verdict,
    turns,
)
from services_app.rides.shipped_rules import SHIPPED
from services_app.rides.terms import Condition, Purpose, RideResult
from services_app.wording import WARSAW

RULES = st.sampled_from([version.rules for version in SHIPPED])
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
PAST = st.builds(PastRide, DAYS, st.sampled_from(RideResult), st.integers(1, 2))
PASSENGER = Passenger(date(1940, 5, 5), "Kielce", frozenset(Condition))


def question(on: date, legs: int = 2) -> RideQuestion:
    return RideQuestion(on, Purpose.OFFICE, "Kielce", legs, pickup_at=time(10), return_at=time(12))


@given(RULES, DAYS, MOMENTS)
def test_too_late_and_too_early_agree_with_the_moments_told(rules: RideRules, on: date, now: datetime) -> None:
    answer = ride_verdict(rules, question(on), PASSENGER, (), now=now)
    minute = now.replace(second=0, microsecond=0)
    codes = answer.verdict.codes
    assert ("TOO_LATE_TO_BOOK" in codes) == (minute > answer.book_until)
    assert ("TOO_EARLY_TO_BOOK" in codes) == (answer.book_from is not None and minute < answer.book_from)


@given(RULES, DAYS, MOMENTS)
def test_cancelling_is_in_time_exactly_until_the_moment_told(rules: RideRules, on: date, now: datetime) -> None:
    told = ride_verdict(rules, question(on), PASSENGER, (), now=now).cancel_until
    last = told or datetime.combine(on, time(10), tzinfo=WARSAW)
    assert in_time(last, now=now) == (now.replace(second=0, microsecond=0) <= last)
    assert last <= datetime.combine(on, time(10), tzinfo=WARSAW)


@given(RULES, DAYS, st.lists(PAST, max_size=12), st.integers(1, 2))
def test_a_limit_is_said_to_be_used_exactly_when_the_ride_does_not_fit(
    rules: RideRules, on: date, history: list[PastRide], legs: int
) -> None:
    answer = ride_verdict(rules, question(on, legs), PASSENGER, history, now=datetime(2024, 1, 1, tzinfo=UTC))
    booked = PastRide(on, RideResult.BOOKED, legs)
    after = quotas_left(rules, [*history, booked], on)
    assert ("QUOTA_USED" in answer.verdict.codes) == any(state.used > state.limit for state in after)
    assert len(set(answer.verdict.codes)) == len(answer.verdict.codes)


@given(RULES, DAYS, st.lists(PAST, max_size=12))
def test_what_the_operator_failed_never_counts(rules: RideRules, on: date, history: list[PastRide]) -> None:
    spared = {
        RideResult.MISSED,
        RideResult.CANCELLED_BY_OPERATOR,
        RideResult.CANCELLED_IN_TIME,
        RideResult.NO_SHOW_EXCUSED,
    }
    charged = [ride for ride in history if ride.result not in spared]
    assert quotas_left(rules, history, on) == quotas_left(rules, charged, on)


@given(st.dates(date(1910, 1, 1), date(1970, 12, 31)), st.integers(18, 110))
def test_an_age_is_reached_on_its_day_and_not_before(birth_date: date, age: int) -> None:
    reached = turns(age, birth_date)
    assert age_on(reached, birth_date) == age
    assert age_on(date.fromordinal(reached.toordinal() - 1), birth_date) == age - 1


@given(RULES)
def test_rules_come_back_from_json_as_they_went(rules: RideRules) -> None:
    assert RideRules.from_json(rules.to_json()) == rules
    assert RideRules.from_json(replace(rules, quotas=()).to_json()).quotas == ()
