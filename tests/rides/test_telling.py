"""Who is told of a ride, when, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.journal.actions import Actor
from services_app.rides.actions import cancel_by_operator, cancel_ride
from services_app.rides.models import RideEvent
from services_app.rides.policy import Service, Term
from services_app.wording import hour
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import messages, prepared, stored

EARLY = replace(ROOMY, service=Service(first_pickup=time(5), home_by=time(16)), booking=Term(0), cancelling=Term(0))


def early_ride(session: Session) -> int:
    """A ride that begins at about half past six."""
    rider = make_rider(session, make_rules(session, EARLY))
    make_shift(session, RIDE_ON, starts=time(5))
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish_for(at=time(7))).id


def test_who_is_fetched_before_the_quiet_hours_end_is_told_before_the_car_fails_to_come(session: Session) -> None:
    ride_id = early_ride(session)
    night = moment_at(RIDE_ON - timedelta(days=1), time(22))
    first = stored(session, ride_id).legs[0].promised_from_at
    assert first < moment_at(RIDE_ON, time(7))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "kierowca chory", by=OPERATOR, now=night).allowed
    (told,) = messages(session, kind="ride_cancelled_by_operator")
    assert (told.due_at, told.urgent) == (night, True)


def test_who_is_fetched_well_after_the_quiet_hours_sleeps_on(session: Session) -> None:
    rider = make_rider(session, make_rules(session, EARLY))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(at=time(12))).id
    night = moment_at(RIDE_ON - timedelta(days=1), time(22))
    with transaction() as writing:
        assert cancel_by_operator(writing, ride_id, "kierowca chory", by=OPERATOR, now=night).allowed
    (told,) = messages(session, kind="ride_cancelled_by_operator")
    assert (told.due_at, told.urgent) == (moment_at(RIDE_ON, time(7)), False)


def test_who_only_goes_home_with_us_is_not_told_to_wait_at_home(session: Session) -> None:
    ride_id = prepared(session)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    told = messages(session)[-1]
    assert "z domu" not in told.body
    assert "do domu" in told.body
    there, back = stored(session, ride_id).legs
    assert hour(back.promised_from_at) in told.body
    assert hour(there.promised_from_at) not in told.body


def test_a_representatives_change_is_told_to_both_in_the_same_words_of_the_ride(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    daughter = make_representative(session, phone="600 300 400", now=NOW)
    let_represent(session, daughter, rider, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=Actor("representative", daughter.id), now=NOW, sequences={1})
    deeds = session.scalars(select(RideEvent.deed).where(RideEvent.ride_id == ride_id).order_by(RideEvent.id)).all()
    assert deeds == ["booked", "leg_cancelled"]
    last = {(each.kind, each.recipient_kind) for each in messages(session)[2:]}
    assert last == {
        ("ride_moved", "resident"), ("representative_did", "resident"), ("relative_notice", "representative"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (moment_at(RIDE_ON.replace(day=1), time(8)), "Zostało przejazdów: 0 w tym miesiącu, 7 w tym roku."),
        (
            moment_at(RIDE_ON.replace(month=5, day=31), time(8)),
            "Zostało przejazdów: 0 w czerwcu, 7 w tym roku.",
        ),
    ],
)
def test_what_is_left_is_said_of_the_month_of_the_ride(session: Session, now: datetime, words: str) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        booked_ride(writing, rider, now=now)
    (told,) = messages(session)
    assert told.spoken is not None
    assert words in told.spoken
