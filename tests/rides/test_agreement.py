"""Requests that wait for a coordinator: agreed to, turned down, changed; and what no coordinator sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.rides.actions import (
    Booked,
    NotBooked,
    approve_ride,
    book_ride,
    change_state,
    move_ride,
    offer_times,
    turn_down_ride,
    wish_of,
)
from services_app.rides.models import Refusal
from services_app.rides.policy import PurposeRule
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Channel, Purpose, RideState
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, make_rider, make_rules, wish_for
from tests.rides.one_ride import messages, prepared, sound, stored

ASKS = replace(KIELCE_2024, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True), PurposeRule(Purpose.BANK)))


def test_a_request_is_turned_down_with_its_reason_kept_and_told(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert turn_down_ride(writing, ride_id, "", by=OPERATOR, now=NOW).codes == ("REASON_NEEDED",)
        assert turn_down_ride(writing, ride_id, "Ta wizyta nie jest leczeniem.", by=OPERATOR, now=NOW).allowed
        assert turn_down_ride(writing, ride_id, "Jeszcze raz.", by=OPERATOR, now=NOW).codes == ("NOT_NOW",)
    ride = stored(session, ride_id)
    assert (ride.state, ride.charged_legs) == (RideState.REFUSED, 0)
    assert not any(leg.active for leg in ride.legs)
    (told,) = messages(session)
    assert told.kind == "ride_refused_later"
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.reasons == [{"code": "NOT_AGREED", "text": "Ta wizyta nie jest leczeniem."}]
    assert (refusal.resident_id, refusal.wished_on) == (ride.resident_id, RIDE_ON)
    assert "ride_refused" in session.scalars(select(JournalEntry.deed)).all()
    assert sound(session)


def test_what_was_confirmed_is_not_turned_down(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        assert turn_down_ride(writing, ride_id, "Nie.", by=OPERATOR, now=NOW).codes == ("NOT_NOW",)


def test_a_request_whose_hour_has_passed_is_not_agreed_to(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    first = stored(session, ride_id).legs[0].promised_from_at
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=first).codes == ("NOT_NOW",)
    assert messages(session) == []
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=first - timedelta(minutes=1)).allowed
    (told,) = messages(session)
    assert told.kind == "ride_confirmed"
    assert told.spoken is not None
    assert "Zostało przejazdów: 0 w tym miesiącu, 7 w tym roku." in told.spoken


def moved(session: Session, ride_id: int, **changes: object) -> Booked | NotBooked:
    ride = stored(session, ride_id)
    wish = replace(wish_of(ride), **changes)  # type: ignore[arg-type]  # fields by name
    offers = offer_times(session, ride.resident, wish, now=NOW, moving=ride)
    assert offers.times, offers.verdict.codes
    session.rollback()
    with transaction() as writing:
        answer = move_ride(writing, ride_id, wish, offers.times[0].choice, by=OPERATOR, now=NOW)
        assert isinstance(answer, Booked)
        return answer


def test_changing_the_purpose_does_not_go_round_the_coordinators_agreement(session: Session) -> None:
    ride_id = prepared(session, ASKS, wish=wish_for(purpose=Purpose.BANK))
    assert stored(session, ride_id).state is RideState.CONFIRMED
    moved(session, ride_id, appointment_at=time(11))
    assert stored(session, ride_id).state is RideState.CONFIRMED
    moved(session, ride_id, purpose=Purpose.MEDICAL)
    assert stored(session, ride_id).state is RideState.REQUESTED
    moved(session, ride_id, purpose=Purpose.BANK)
    assert stored(session, ride_id).state is RideState.CONFIRMED


def test_what_was_agreed_to_stays_agreed_to_when_only_the_hour_changes(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=NOW).allowed
    moved(session, ride_id, appointment_at=time(11))
    assert stored(session, ride_id).state is RideState.CONFIRMED


def test_a_request_is_only_agreed_to_by_agreeing(session: Session) -> None:
    ride_id = prepared(session, ASKS)
    with transaction() as writing:
        assert change_state(writing, ride_id, RideState.CONFIRMED, by=OPERATOR, now=NOW).codes == ("NOT_NOW",)


def test_a_restricted_file_gets_no_ride_even_against_the_rules(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    make_shift(session, RIDE_ON)
    session.commit()
    choice = offer_times(session, rider, wish_for(), now=NOW).times[0].choice
    rider.restricted_at = NOW
    session.commit()
    with transaction() as writing:
        answer = book_ride(
            writing, rider.id, wish_for(), choice, by=OPERATOR, channel=Channel.PHONE, now=NOW, override_reason="prosił"
        )
        assert isinstance(answer, NotBooked)
        assert answer.verdict.codes == ("RESTRICTED",)


@pytest.mark.parametrize("reason", ["", "   "])
def test_blanks_set_no_rule_aside(session: Session, reason: str) -> None:
    ride_id = prepared(session)
    rider = stored(session, ride_id).resident_id
    wish = wish_for(RIDE_ON, time(13))
    ride = stored(session, ride_id)
    choice = offer_times(session, ride.resident, wish, now=NOW, moving=ride).times[0].choice
    session.rollback()
    with transaction() as writing:
        answer = book_ride(
            writing, rider, wish, choice, by=OPERATOR, channel=Channel.PHONE, now=NOW, override_reason=reason
        )
        assert isinstance(answer, NotBooked)
        assert "QUOTA_USED" in answer.verdict.codes
