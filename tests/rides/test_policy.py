"""Rules that no shipped version exercises, and what is asked beside one request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services_app.rides.policy import (
    Alternative,
    Area,
    Companions,
    Horizon,
    NoShowPattern,
    Passenger,
    PastRide,
    PurposeRule,
    Quota,
    RideAssessment,
    RideQuestion,
    RideRules,
    Service,
    Term,
    TrialBooking,
    TrialResult,
    absences_counted,
    age_on,
    cancel_until,
    change_reasons,
    charges_quota,
    conditions_to_verify,
    enrolment_verdict,
    hour_reasons,
    in_time,
    no_show_pattern_met,
    purpose_rule,
    quotas_left,
    ride_verdict,
    trial,
    turns,
    what_else_helps,
)
from services_app.rides.shipped_rules import BY_CODE, INOWROCLAW_2018, KIELCE_2021, KIELCE_2024, SHIPPED, WROCLAW_2018
from services_app.rides.terms import (
    ENDED,
    NEXT_STATES,
    PROMISED,
    Assistance,
    Condition,
    DayUnit,
    HorizonUnit,
    Mobility,
    Period,
    Purpose,
    QuotaUnit,
    ReturnMode,
    RideResult,
    RideState,
    Verification,
    may_become,
    next_states,
    result_of,
)

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 23, 10, tzinfo=WARSAW)
FRIDAY = date(2026, 11, 27)
JANINA = Passenger(date(1946, 2, 3), "Kielce", frozenset({Condition.CANNOT_USE_TRANSIT}), Mobility.CANE)
TO_OFFICE = RideQuestion(
    on=FRIDAY,
    purpose=Purpose.OFFICE,
    destination_town="Kielce",
    appointment_at=time(10),
    visit_minutes=20,
    pickup_at=time(9, 20),
    return_at=time(11),
)


def asked(
    rules: RideRules, *history: PastRide, passenger: Passenger = JANINA, now: datetime = NOW, **changes: Any
) -> RideAssessment:
    return ride_verdict(rules, replace(TO_OFFICE, **changes), passenger, history, now=now)


def codes(rules: RideRules, *history: PastRide, **rest: Any) -> tuple[str, ...]:
    return asked(rules, *history, **rest).verdict.codes


def done(year: int, month: int, day: int, legs: int = 2) -> PastRide:
    return PastRide(date(year, month, day), RideResult.DONE, legs)


def test_the_plain_ride_is_allowed() -> None:
    assert codes(KIELCE_2024) == ()


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(1956, 11, 27), date(2026, 11, 26), 69),
        (date(1956, 11, 27), date(2026, 11, 27), 70),
        (date(1956, 2, 29), date(2026, 2, 27), 69),
        (date(1956, 2, 29), date(2026, 2, 28), 70),
        (date(1956, 2, 29), date(2028, 2, 28), 71),
        (date(1956, 2, 29), date(2028, 2, 29), 72),
    ],
)
def test_age_changes_on_the_birthday_also_of_a_leap_day(birth: date, on: date, age: int) -> None:
    assert age_on(on, birth) == age
    assert (turns(age, birth) <= on) is True


def test_a_degree_of_disability_counts_as_at_least() -> None:
    rules = replace(KIELCE_2024, eligibility=(Alternative(conditions=frozenset({Condition.DISABILITY_MODERATE})),))
    for held, refused in (
        (Condition.DISABILITY_LIGHT, True),
        (Condition.DISABILITY_MODERATE, False),
        (Condition.DISABILITY_SEVERE, False),
    ):
        assert bool(codes(rules, passenger=replace(JANINA, conditions=frozenset({held})))) is refused


def test_all_missing_conditions_stand_in_one_reason() -> None:
    verdict = enrolment_verdict(KIELCE_2021, replace(JANINA, conditions=frozenset()), FRIDAY)
    assert verdict.codes == ("CONDITION_NOT_MET",)
    assert "autobusem, mieszkanie w pojedynkę" in verdict.reasons[0].text


def test_joining_asks_only_about_the_person() -> None:
    lying = replace(JANINA, mobility=Mobility.LYING, birth_date=date(1990, 1, 1))
    assert enrolment_verdict(KIELCE_2024, JANINA, date(2026, 11, 28)).allowed
    refused = enrolment_verdict(KIELCE_2024, lying, FRIDAY)
    assert refused.codes == ("TOO_YOUNG", "MOBILITY_NOT_CARRIED")
    assert refused.reasons[0].text == "Do programu można dołączyć po ukończeniu 70 lat, czyli od 1 stycznia 2060."


@pytest.mark.parametrize(
    ("waits", "verified", "refused"),
    [
        (Verification.BEFORE_FIRST_RIDE, False, True),
        (Verification.BEFORE_FIRST_RIDE, True, False),
        (Verification.MAY_RIDE_MEANWHILE, False, False),
    ],
)
def test_the_rules_say_whether_riding_waits_for_verification(
    waits: Verification, verified: bool, refused: bool
) -> None:
    rules = replace(KIELCE_2024, verification=waits)
    assert codes(rules, passenger=replace(JANINA, verified=verified)) == (("NOT_VERIFIED",) if refused else ())


def test_what_is_verified_is_every_condition_asked_for() -> None:
    assert conditions_to_verify(KIELCE_2021) == (Condition.CANNOT_USE_TRANSIT, Condition.LIVES_ALONE)
    assert conditions_to_verify(WROCLAW_2018) == (Condition.SENIOR_CARD, Condition.RESIDENT)


@pytest.mark.parametrize(
    ("quota", "past", "left"),
    [
        (Quota(Period.QUARTER, 2), date(2026, 10, 1), 1),
        (Quota(Period.QUARTER, 2), date(2026, 9, 30), 2),
        (Quota(Period.HALF_YEAR, 2), date(2026, 7, 1), 1),
        (Quota(Period.HALF_YEAR, 2), date(2026, 6, 30), 2),
        (Quota(Period.YEAR, 2), date(2026, 1, 1), 1),
        (Quota(Period.YEAR, 2), date(2025, 12, 31), 2),
        (Quota(Period.PROGRAMME, 2, QuotaUnit.ROUND_TRIP, date(2026, 3, 1), date(2027, 2, 28)), date(2026, 3, 1), 1),
        (Quota(Period.PROGRAMME, 2, QuotaUnit.ROUND_TRIP, date(2026, 3, 1), date(2027, 2, 28)), date(2026, 2, 28), 2),
    ],
)
def test_a_ride_counts_in_the_period_of_its_own_day(quota: Quota, past: date, left: int) -> None:
    rules = replace(KIELCE_2024, quotas=(quota,))
    (state,) = quotas_left(rules, [PastRide(past, RideResult.DONE)], FRIDAY)
    assert state.left == left


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 30), ()),
        (date(2026, 12, 1), ("OUTSIDE_PROGRAMME",)),
        (date(2026, 11, 24), ("TOO_LATE_TO_BOOK", "OUTSIDE_PROGRAMME")),
    ],
)
def test_a_programme_has_a_first_and_a_last_day(on: date, expected: tuple[str, ...]) -> None:
    programme = Quota(Period.PROGRAMME, 5, QuotaUnit.ROUND_TRIP, date(2026, 11, 25), date(2026, 11, 30))
    assert codes(replace(KIELCE_2024, quotas=(programme,)), on=on) == expected


def test_a_used_programme_and_several_limits_read_plainly() -> None:
    programme = Quota(Period.PROGRAMME, 1, QuotaUnit.ROUND_TRIP, date(2026, 1, 1), date(2026, 12, 31))
    alone = asked(replace(KIELCE_2024, quotas=(programme,)), done(2026, 3, 4)).verdict
    both = asked(replace(KIELCE_2024, quotas=(programme, Quota(Period.MONTH, 1))), done(2026, 11, 4)).verdict
    assert alone.reasons[0].text == "Wykorzystano limit na cały program (1 z 1). Zadzwoń, podpowiemy inną pomoc."
    assert both.codes == ("QUOTA_USED",)
    assert "limit na cały program, limit miesięczny" in both.reasons[0].text


def test_a_limit_overdrawn_under_older_rules_shows_nought_left() -> None:
    (month, _) = quotas_left(KIELCE_2024, [done(2026, 11, 4), done(2026, 11, 5)], FRIDAY)
    assert (month.used, month.left) == (2, 0)


def test_a_version_may_spare_absences_and_late_cancellations() -> None:
    mild = replace(KIELCE_2024, charged=frozenset({RideResult.DONE, RideResult.BOOKED}))
    assert charges_quota(KIELCE_2024, RideResult.NO_SHOW)
    assert not charges_quota(mild, RideResult.NO_SHOW)
    assert not charges_quota(mild, RideResult.CANCELLED_LATE)


@pytest.mark.parametrize(
    ("mobility", "rule", "refused"),
    [
        (Mobility.WALKER, frozenset({Mobility.WALKS, Mobility.CANE}), True),
        (Mobility.CANE, frozenset({Mobility.WALKS, Mobility.CANE}), False),
    ],
)
def test_cars_carry_whom_the_rules_name(mobility: Mobility, rule: frozenset[Mobility], refused: bool) -> None:
    passenger = replace(JANINA, mobility=mobility)
    assert codes(replace(KIELCE_2024, mobility=rule), passenger=passenger) == (
        ("MOBILITY_NOT_CARRIED",) if refused else ()
    )


@pytest.mark.parametrize(("km", "refused"), [(9.9, False), (10.0, False), (10.1, True), (None, True)])
def test_an_area_may_reach_kilometres_beyond(km: float | None, refused: bool) -> None:
    rules = replace(KIELCE_2024, area=Area(("Kielce", "Zagnańsk"), beyond_km=10))
    assert codes(rules, destination_town="Chęciny", km_beyond=km) == (("OUTSIDE_AREA",) if refused else ())
    assert codes(rules, destination_town="zagnansk") == ()


@pytest.mark.parametrize(
    ("most", "ages", "expected"),
    [
        (0, (), ()),
        (0, (50,), ("COMPANION_TOO_MANY",)),
        (1, (50,), ()),
        (1, (50, 60), ("COMPANION_TOO_MANY",)),
        (2, (50, 15), ("COMPANION_TOO_YOUNG",)),
        (1, (15, 14), ("COMPANION_TOO_MANY", "COMPANION_TOO_YOUNG")),
        (1, (None,), ()),
    ],
)
def test_companions_are_counted_and_old_enough(
    most: int, ages: tuple[int | None, ...], expected: tuple[str, ...]
) -> None:
    rules = replace(KIELCE_2024, companions=Companions(most=most, min_age=16))
    assert codes(rules, companion_ages=ages) == expected


@pytest.mark.parametrize(
    ("kind", "refused"), [(Assistance.DOOR, False), (Assistance.THROUGH_DOOR, True), (None, False)]
)
def test_help_is_given_as_far_as_the_rules_say(kind: Assistance | None, refused: bool) -> None:
    rules = replace(KIELCE_2024, assistance=frozenset({Assistance.KERB, Assistance.DOOR}))
    assert codes(rules, assistance=kind) == (("ASSISTANCE_NOT_OFFERED",) if refused else ())


@pytest.mark.parametrize(
    ("pickup", "home", "said"),
    [
        (time(18), time(20), None),
        (time(18, 1), time(20), "Ostatni wyjazd z domu jest o {last}. Wybierz wcześniejszą godzinę."),
        (time(18), time(20, 1), "Powrót do domu jest najpóźniej o {last}. Wybierz wcześniejszą godzinę."),
        (time(18, 1), time(20, 1), "Ostatni wyjazd z domu jest o {last}, a powrót najpóźniej o {home}. Wybierz wcześniejszą godzinę."),
    ],
)  # fmt: skip
def test_both_hours_that_are_too_late_are_said_at_once(pickup: time, home: time, said: str | None) -> None:
    service = Service(first_pickup=time(9), last_pickup=time(18), home_by=time(20))
    reasons = list(hour_reasons(service, replace(TO_OFFICE, pickup_at=pickup, return_at=home)))
    assert [reason.message for reason in reasons] == ([said] if said else [])


def test_an_open_return_is_possible_where_offered() -> None:
    rules = replace(KIELCE_2024, return_modes=frozenset({ReturnMode.CALL_WHEN_READY}))
    assert codes(rules, return_mode=ReturnMode.CALL_WHEN_READY, return_at=None) == ()
    assert codes(rules, return_mode=ReturnMode.FIXED_HOUR) == ("RETURN_MODE_NOT_OFFERED",)


def test_purposes_have_tiers_and_approvers_and_the_wider_one_speaks_for_the_narrower() -> None:
    rules = replace(
        KIELCE_2024,
        purposes=(
            PurposeRule(Purpose.MEDICAL, 1),
            PurposeRule(Purpose.OFFICE, 2),
            PurposeRule(Purpose.CULTURE, 3, True),
        ),
        forbidden_purposes=frozenset({Purpose.SPECIALIST}),
    )
    concert = asked(rules, purpose=Purpose.CULTURE)
    assert (concert.allowed, concert.tier, concert.needs_approval) == (True, 3, True)
    assert asked(rules, purpose=Purpose.OFFICE).needs_approval is False
    assert purpose_rule(KIELCE_2024, Purpose.SPECIALIST) == PurposeRule(Purpose.MEDICAL)
    assert purpose_rule(rules, Purpose.SPECIALIST) is None


@pytest.mark.parametrize(
    ("service", "on", "closed"),
    [
        (Service(weekdays=frozenset({5})), date(2026, 11, 28), False),
        (Service(weekdays=frozenset({5})), FRIDAY, True),
        (Service(on_holidays=True), date(2026, 12, 24), False),
        (Service(on_holidays=False), date(2026, 12, 24), True),
    ],
)
def test_days_of_service_are_a_choice(service: Service, on: date, closed: bool) -> None:
    assert codes(replace(KIELCE_2024, service=service), on=on) == (("DAY_CLOSED",) if closed else ())


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 27, 9, 20, 40, tzinfo=WARSAW), ()),
        (datetime(2026, 11, 27, 9, 21, tzinfo=WARSAW), ("TOO_LATE_TO_BOOK",)),
    ],
)
def test_a_ride_on_the_same_day_is_booked_before_it_starts(now: datetime, expected: tuple[str, ...]) -> None:
    assert codes(replace(KIELCE_2024, booking=Term(0)), now=now) == expected


@pytest.mark.parametrize(
    ("horizon", "opens"),
    [
        (Horizon(7), datetime(2026, 11, 20, tzinfo=WARSAW)),
        (Horizon(10, HorizonUnit.WORKING_DAYS), datetime(2026, 11, 13, tzinfo=WARSAW)),
        (Horizon(1, HorizonUnit.MONTHS), datetime(2026, 10, 27, tzinfo=WARSAW)),
    ],
)
def test_the_horizon_is_counted_in_days_working_days_or_months(horizon: Horizon, opens: datetime) -> None:
    assert asked(replace(KIELCE_2024, horizon=horizon)).book_from == opens


def test_the_moment_of_asking_may_come_in_utc() -> None:
    assert codes(KIELCE_2024, now=datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)) == ()
    assert codes(KIELCE_2024, now=datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == ("TOO_LATE_TO_BOOK",)


@pytest.mark.parametrize(
    ("starts", "ends", "meets"),
    [
        (time(11), time(12), False),
        (time(10, 59), time(12), True),
        (time(8), time(9, 20), False),
        (time(8), time(9, 21), True),
        (time(9, 20), time(9, 20), True),
        (None, None, True),
    ],
)
def test_two_rides_on_a_day_must_not_meet(starts: time | None, ends: time | None, meets: bool) -> None:
    other = PastRide(FRIDAY, RideResult.BOOKED, 2, starts, ends)
    assert codes(
        INOWROCLAW_2018, other, passenger=replace(JANINA, residence="Inowrocław"), destination_town="Inowrocław"
    ) == (("ALREADY_BOOKED_THEN",) if meets else ())


PICKUP = datetime(2026, 11, 27, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "now", "result"),
    [
        (KIELCE_2024, datetime(2026, 11, 26, 23, 59, 59, tzinfo=WARSAW), RideResult.CANCELLED_IN_TIME),
        (KIELCE_2024, datetime(2026, 11, 27, 0, 0, tzinfo=WARSAW), RideResult.CANCELLED_LATE),
        (INOWROCLAW_2018, datetime(2026, 11, 26, 12, 0, tzinfo=WARSAW), RideResult.CANCELLED_IN_TIME),
        (INOWROCLAW_2018, datetime(2026, 11, 26, 12, 1, tzinfo=WARSAW), RideResult.CANCELLED_LATE),
        (WROCLAW_2018, datetime(2026, 11, 27, 9, 20, tzinfo=WARSAW), RideResult.CANCELLED_IN_TIME),
        (WROCLAW_2018, datetime(2026, 11, 27, 9, 21, tzinfo=WARSAW), RideResult.CANCELLED_LATE),
    ],
)
def test_cancelling_is_free_until_its_last_minute(rules: RideRules, now: datetime, result: RideResult) -> None:
    until = cancel_until(rules, FRIDAY, PICKUP.astimezone(WARSAW).time())
    assert (until is None) is (rules is WROCLAW_2018)  # no term was published: the pick-up ends it
    assert in_time(until or PICKUP, now=now) is (result is RideResult.CANCELLED_IN_TIME)
    assert charges_quota(rules, result) is (result is RideResult.CANCELLED_LATE)


UNTIL = datetime(2026, 11, 26, 23, 59, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("state", "whole", "now", "codes"),
    [
        (RideState.ASSIGNED, True, UNTIL.replace(second=59), ()),
        (RideState.ASSIGNED, True, datetime(2026, 11, 26, 23, 0, tzinfo=UTC), ("TOO_LATE_TO_CHANGE",)),
        (RideState.REQUESTED, False, UNTIL, ("ONE_WAY_LEFT",)),
        (RideState.CONFIRMED, False, datetime(2026, 11, 27, tzinfo=WARSAW), ("TOO_LATE_TO_CHANGE", "ONE_WAY_LEFT")),
        (RideState.ON_THE_WAY, True, UNTIL, ("NOT_CHANGEABLE",)),
        (RideState.CANCELLED_IN_TIME, False, UNTIL, ("NOT_CHANGEABLE",)),
    ],
)
def test_a_ride_is_changed_while_it_is_ahead_and_whole_and_until_its_last_minute(
    state: RideState, whole: bool, now: datetime, codes: tuple[str, ...]
) -> None:
    assert tuple(reason.code for reason in change_reasons(state, whole, UNTIL, now=now)) == codes


def test_a_late_cancellation_costs_nothing_where_the_rules_are_mild() -> None:
    mild = replace(KIELCE_2024, charged=frozenset({RideResult.DONE, RideResult.BOOKED}))
    assert cancel_until(mild, FRIDAY, time(9, 20)) == datetime(2026, 11, 26, 23, 59, tzinfo=WARSAW)
    assert not charges_quota(mild, RideResult.CANCELLED_LATE)


def test_a_term_on_the_day_itself_ends_with_the_pick_up() -> None:
    rules = replace(KIELCE_2024, cancelling=Term(0))
    until = cancel_until(rules, FRIDAY, PICKUP.astimezone(WARSAW).time())
    assert until is not None
    assert until == PICKUP
    assert in_time(until, now=datetime(2026, 11, 27, 9, 20, 59, tzinfo=WARSAW))
    assert not in_time(until, now=datetime(2026, 11, 27, 9, 21, tzinfo=WARSAW))


def test_a_pattern_of_absences_is_shown_to_a_person() -> None:
    rules = replace(KIELCE_2024, no_show_pattern=NoShowPattern(absences=2, months=6))
    recent = [PastRide(date(2026, 5, 28), RideResult.NO_SHOW), PastRide(date(2026, 11, 27), RideResult.NO_SHOW)]
    older = [PastRide(date(2026, 5, 27), RideResult.NO_SHOW), recent[1]]
    excused = [PastRide(date(2026, 10, 1), RideResult.NO_SHOW_EXCUSED), recent[1]]
    assert no_show_pattern_met(rules, recent, FRIDAY)
    assert not no_show_pattern_met(rules, older, FRIDAY)
    assert absences_counted(rules, excused, FRIDAY) == 1
    assert not no_show_pattern_met(KIELCE_2024, recent, FRIDAY)
    assert absences_counted(KIELCE_2024, recent, FRIDAY) == 0


def test_other_help_fits_the_person() -> None:
    younger = replace(JANINA, birth_date=date(1960, 1, 1), mobility=Mobility.FOLDING_WHEELCHAIR)
    for_janina = " ".join(what_else_helps(KIELCE_2024, JANINA, FRIDAY))
    for_younger = " ".join(what_else_helps(KIELCE_2024, younger, FRIDAY))
    assert "bezpłatne" in for_janina
    assert "534 799 972" not in for_janina
    assert "bezpłatne" not in for_younger
    assert "534 799 972" in for_younger
    assert "112" in for_janina
    assert "112" in for_younger


@pytest.mark.parametrize(("on", "free_buses"), [(date(2026, 11, 26), False), (date(2026, 11, 27), True)])
def test_free_buses_are_named_from_the_seventieth_birthday_on(on: date, free_buses: bool) -> None:
    turning = replace(JANINA, birth_date=date(1956, 11, 27))
    assert ("bezpłatne" in " ".join(what_else_helps(KIELCE_2024, turning, on))) is free_buses


def test_a_trial_counts_refusals_and_their_reasons() -> None:
    bookings = [
        TrialBooking(JANINA, (), TO_OFFICE, NOW),
        TrialBooking(JANINA, (done(2026, 11, 2),), TO_OFFICE, NOW),
        TrialBooking(JANINA, (done(2026, 11, 2),), replace(TO_OFFICE, purpose=Purpose.CEMETERY), NOW),
    ]
    assert trial(KIELCE_2024, bookings) == TrialResult(3, 2, (("QUOTA_USED", 2), ("PURPOSE_NOT_ALLOWED", 1)))
    assert trial(KIELCE_2024, []) == TrialResult(0, 0, ())


def test_kielce_2024_is_in_force_and_waits_for_the_offices_word() -> None:
    (current,) = [version for version in SHIPPED if version.in_force_from and version.in_force_until is None]
    assert current is BY_CODE[current.code]
    assert current.code == "kielce-2024"
    assert current.to_be_confirmed
    assert [version.code for version in SHIPPED if version.is_template] == [
        "wroclaw-2018",
        "inowroclaw-2018",
        "koscian-2021",
    ]


def test_a_ride_lives_on_from_every_open_state_and_never_from_a_closed_one() -> None:
    assert set(NEXT_STATES) == set(RideState)
    for state in PROMISED:
        assert next_states(state)
    corrected = {RideState.NO_SHOW, RideState.MISSED}
    for state in ENDED - corrected:
        assert not next_states(state)
    assert may_become(RideState.NO_SHOW, RideState.MISSED)
    assert not may_become(RideState.CANCELLED_LATE, RideState.DONE)


def test_every_state_has_its_meaning_for_the_limits() -> None:
    assert result_of(RideState.REFUSED) is None
    assert {result_of(state) for state in PROMISED} == {RideResult.BOOKED}
    assert result_of(RideState.NO_SHOW, excused=True) is RideResult.NO_SHOW_EXCUSED
    assert result_of(RideState.NO_SHOW) is RideResult.NO_SHOW
    assert result_of(RideState.CANCELLED_LATE, excused=True) is RideResult.CANCELLED_IN_TIME
    assert result_of(RideState.MISSED) is RideResult.MISSED


def test_a_working_day_term_may_have_an_hour() -> None:
    rules = replace(KIELCE_2024, booking=Term(1, DayUnit.WORKING_DAYS, time(9)))
    assert codes(rules, on=date(2026, 11, 30), now=datetime(2026, 11, 27, 9, tzinfo=WARSAW)) == ()
    assert codes(rules, on=date(2026, 11, 30), now=datetime(2026, 11, 27, 9, 1, tzinfo=WARSAW)) == ("TOO_LATE_TO_BOOK",)
