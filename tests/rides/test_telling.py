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
from services_app.residents.models import Representation, Resident
from services_app.residents.terms import ToldBy
from services_app.rides.actions import (
    Booked,
    approve_ride,
    cancel_by_operator,
    cancel_ride,
    move_ride,
    offer_times,
    turn_down_ride,
    wish_of,
)
from services_app.rides.models import RideEvent
from services_app.rides.policy import PurposeRule, Service, Term
from services_app.rides.terms import Purpose, ReturnMode
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
    last = {(each.kind, each.recipient_kind): each.body for each in messages(session)[2:]}
    assert set(last) == {
        ("ride_there_only", "resident"), ("representative_did", "resident"), ("relative_notice", "representative"),
    }  # fmt: skip
    (there,) = [leg for leg in stored(session, ride_id).legs if leg.active]
    assert f"{hour(there.promised_from_at)} wyjazd z domu zostaje" in last["ride_there_only", "resident"]


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


ASKS = replace(ROOMY, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True), PurposeRule(Purpose.BANK)))


def asked_by_daughter(session: Session, **consent: object) -> tuple[int, Actor]:
    """A ride that needs agreement, booked by a daughter who did not ask to be told of rides; and who she is."""
    rider = make_rider(session, make_rules(session, ASKS))
    daughter = make_representative(session, phone="600 300 400", now=NOW)
    let_represent(session, daughter, rider, now=NOW, told_of_rides=False, **consent)  # type: ignore[arg-type]  # columns by name
    make_shift(session, RIDE_ON)
    session.commit()
    by = Actor("representative", daughter.id)
    with transaction() as writing:
        return booked_ride(writing, rider, by=by).id, by


def heard(session: Session) -> list[tuple[str, str]]:
    return [(each.kind, each.recipient_kind) for each in messages(session)]


def test_the_senior_learns_at_once_that_a_representative_asked_for_a_ride(session: Session) -> None:
    asked_by_daughter(session)
    (did,) = messages(session)
    assert (did.kind, did.recipient_kind) == ("representative_did", "resident")
    assert did.spoken is not None
    assert "zamówiony przejazd, czeka na zgodę" in did.spoken


def test_whoever_asks_for_themselves_is_told_nothing_before_the_answer(session: Session) -> None:
    prepared(session, ASKS)
    assert messages(session) == []


@pytest.mark.parametrize(
    ("agrees", "kind", "words"),
    [(True, "ride_confirmed", "jest zgoda"), (False, "ride_refused_later", "przejazd nie moze sie odbyc")],
)
def test_who_asked_for_a_ride_hears_the_answer(session: Session, agrees: bool, kind: str, words: str) -> None:
    ride_id, by = asked_by_daughter(session)
    with transaction() as writing:
        answer = (
            approve_ride(writing, ride_id, by=OPERATOR, now=NOW)
            if agrees
            else turn_down_ride(writing, ride_id, "Za daleko.", by=OPERATOR, now=NOW)
        )
        assert answer.allowed
    last = {(each.kind, each.recipient_kind): each for each in messages(session)[-2:]}
    assert set(last) == {(kind, "resident"), ("relative_notice", "representative")}
    notice = last["relative_notice", "representative"]
    assert notice.recipient_id == by.id
    assert words in notice.body


def test_who_changed_a_ride_into_a_request_hears_the_answer_and_the_senior_of_the_change(session: Session) -> None:
    rider = make_rider(session, make_rules(session, ASKS))
    daughter = make_representative(session, phone="600 300 400", now=NOW)
    let_represent(session, daughter, rider, now=NOW, told_of_rides=False)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(purpose=Purpose.BANK)).id
    ride = stored(session, ride_id)
    wish = replace(wish_of(ride), purpose=Purpose.MEDICAL)
    choice = offer_times(session, ride.resident, wish, now=NOW, moving=ride).times[0].choice
    session.rollback()
    with transaction() as writing:
        by = Actor("representative", daughter.id)
        assert isinstance(move_ride(writing, ride_id, wish, choice, by=by, now=NOW + timedelta(minutes=5)), Booked)
    did = messages(session)[-1]
    assert did.kind == "representative_did"
    assert did.spoken is not None
    assert "zmieniony przejazd, czeka na zgodę" in did.spoken
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=NOW + timedelta(minutes=9)).allowed
    assert heard(session)[-2:] == [("ride_confirmed", "resident"), ("relative_notice", "representative")]


@pytest.mark.parametrize("until", [RIDE_ON.replace(day=14), NOW.date()])
def test_whose_consent_is_over_hears_no_answer(session: Session, until: object) -> None:
    ride_id, _by = asked_by_daughter(session)
    with transaction() as writing:
        writing.scalars(select(Representation)).one().valid_until = until  # type: ignore[assignment]  # a day
    with transaction() as writing:
        assert approve_ride(writing, ride_id, by=OPERATOR, now=NOW).allowed
    told = [kind for kind, whom in heard(session) if whom == "representative"]
    assert told == (["relative_notice"] if until == NOW.date() else [])


def by_e_mail(session: Session, wish: object = None) -> tuple[int, Resident]:
    """A ride of somebody who reads e-mail, and whose daughter is told of rides by e-mail."""
    rider = make_rider(session, make_rules(session, ROOMY), e_mail="jadwiga@example.org", told_by=ToldBy.E_MAIL)
    daughter = make_representative(session, e_mail="ewa@example.org", told_by=ToldBy.E_MAIL, now=NOW)
    let_represent(session, daughter, rider, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish).id, rider  # type: ignore[arg-type]  # a wish or none


@pytest.mark.parametrize("cancelled", [0, 1])
def test_an_hour_is_called_what_it_is_the_way_out_or_the_way_home(session: Session, cancelled: int) -> None:
    ride_id, _rider = by_e_mail(session)
    daughter = session.scalars(select(Representation.representative_id)).one()
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=Actor("representative", daughter), now=NOW, sequences={cancelled})
    legs = stored(session, ride_id).legs
    stays = hour(legs[1 - cancelled].promised_from_at)
    right, wrong = ("Powrót do domu", "Wyjazd z domu") if cancelled == 0 else ("Wyjazd z domu", "Powrót do domu")
    short = [each for each in messages(session)[2:] if each.kind in ("representative_did", "relative_notice")]
    assert len(short) == 2
    for message in short:
        assert f"{right}: {stays}" in message.body
        assert wrong not in message.body


def test_a_way_home_that_waits_for_a_call_has_no_hour_to_tell(session: Session) -> None:
    ride_id, _rider = by_e_mail(session, wish_for(return_mode=ReturnMode.CALL_WHEN_READY))
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    notice = messages(session, kind="relative_notice")[-1]
    (own,) = messages(session, kind="ride_back_by_phone")
    for message in (notice, own):
        assert hour(stored(session, ride_id).legs[1].promised_from_at) not in message.body
    assert "Dzień: " in notice.body
    assert "Powrót: zadzwoń po wizycie, powiemy, kiedy będzie auto." in own.body
