"""What did not take place, what is called off late, and which steps are never mere steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.rides.actions import (
    cancel_ride,
    cancellation_preview,
    change_state,
    deliver,
    mark_missed,
    mark_no_show,
    pick_up,
    set_out,
)
from services_app.rides.policy import PurposeRule
from services_app.rides.queries import day_sheet, free_on, history_of, limits_left
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose, RideResult, RideState
from services_app.verdict import Verdict
from tests.factories.rides import OPERATOR, RIDE_ON, make_rules
from tests.rides.one_ride import AFTER_THE_WAIT, DAYTIME, prepared, sound, stored


@pytest.mark.parametrize("deed", [mark_missed, mark_no_show])
def test_a_ride_that_did_not_take_place_gives_its_car_back(session: Session, deed: object) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            assert change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME).allowed
        assert deed(writing, ride_id, "nie było", by=OPERATOR, now=AFTER_THE_WAIT).allowed  # type: ignore[operator]  # one of two actions
    (shift,) = free_on(session, RIDE_ON)
    assert shift.legs == 0
    assert [line.leg.sequence for line in day_sheet(session, shift.shift.id)] == [0, 0], "nobody is fetched home"
    assert sound(session)


@pytest.mark.parametrize(
    ("now", "may"), [(moment_at(RIDE_ON - timedelta(days=1), time(23, 59)), False), (moment_at(RIDE_ON, time(0)), True)]
)
def test_nobody_sets_out_or_misses_a_ride_before_its_day(session: Session, now: datetime, may: bool) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert mark_missed(writing, ride_id, "pomyłka", by=OPERATOR, now=now).allowed is may
    ride_id = prepared(session)
    with transaction() as writing:
        assert change_state(writing, ride_id, RideState.ASSIGNED, by=OPERATOR, now=now).allowed
        assert set_out(writing, ride_id, by=OPERATOR, now=now).allowed is may


def test_an_absence_its_own_rules_did_not_count_is_not_counted_by_later_ones(session: Session) -> None:
    kind = replace(KIELCE_2024, charged=frozenset({RideResult.DONE, RideResult.BOOKED}))
    ride_id = prepared(session, kind)
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME)
        assert mark_no_show(writing, ride_id, "nikt nie otwiera", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    ride = stored(session, ride_id)
    make_rules(session, KIELCE_2024, in_force_from=RIDE_ON + timedelta(days=1))
    assert history_of(session, ride.resident_id, RIDE_ON, RIDE_ON)[0].result is RideResult.NO_SHOW_EXCUSED
    assert [state.used for state in limits_left(session, ride.resident, RIDE_ON + timedelta(days=1))] == [0, 0]


def test_where_cancelling_is_free_until_the_pickup_it_is_free_on_the_way_too(session: Session) -> None:
    ride_id = prepared(session, replace(KIELCE_2024, cancelling=None))
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY):
            change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME)
        answer = cancel_ride(writing, ride_id, by=OPERATOR, now=DAYTIME)
        assert not isinstance(answer, Verdict), answer.codes
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.CANCELLED_IN_TIME, 0)


def test_a_request_nobody_agreed_to_costs_nothing_when_it_is_taken_back_late(session: Session) -> None:
    rules = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))
    ride_id = prepared(session, rules)
    late = moment_at(RIDE_ON, time(0, 5))
    assert not cancellation_preview(session, stored(session, ride_id), now=late).charges
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=late)
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.CANCELLED_IN_TIME, 0)


def test_every_step_of_the_way_is_in_the_journal(session: Session) -> None:
    ride_id = prepared(session)
    out, back = (leg.id for leg in stored(session, ride_id).legs)
    with transaction() as writing:
        for leg_id in (out, back):
            assert pick_up(writing, leg_id, by=OPERATOR, now=DAYTIME).allowed
            assert deliver(writing, leg_id, by=OPERATOR, now=DAYTIME).allowed
    query = select(JournalEntry.deed, JournalEntry.details).where(JournalEntry.subject_kind == "ride")
    entries = [(row.deed, row.details.get("way")) for row in session.execute(query.order_by(JournalEntry.id))]
    steps = [entry for entry in entries if entry[0] in ("ride_picked_up", "ride_delivered")]
    assert steps == [("ride_picked_up", 0), ("ride_delivered", 0), ("ride_picked_up", 1), ("ride_delivered", 1)]


@pytest.mark.parametrize(
    "state",
    [
        RideState.REQUESTED,
        RideState.REFUSED,
        RideState.CANCELLED_IN_TIME,
        RideState.CANCELLED_LATE,
        RideState.CANCELLED_BY_OPERATOR,
    ],
)
def test_what_has_a_deed_of_its_own_is_never_a_mere_step(session: Session, state: RideState) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert change_state(writing, ride_id, state, by=OPERATOR, now=DAYTIME, reason="tak").codes == ("NOT_NOW",)
    assert sound(session)
