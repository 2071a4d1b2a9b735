"""What two people do at the same moment: one gets the last place, the other the next best times; never both, never neither."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import db, transaction
from services_app.fleet.models import Shift
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.rides.actions import (
    Booked,
    NotBooked,
    assign_ride,
    book_ride,
    cancel_ride,
    move_ride,
    offer_times,
    publish_version,
    take_back_version,
    wish_of,
)
from services_app.rides.actions import booking as accepting
from services_app.rides.models import Ride, RideEvent, RideRulesVersion
from services_app.rides.planning_day import planned_day
from services_app.rides.policy import Quota
from services_app.rides.queries import broken_invariants, ride_by_id
from services_app.rides.scheduling import RideWish
from services_app.rides.terms import PROMISED, Channel, Period, RulesState
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.together import chosen_booking


def booking(resident_id: int, wish: RideWish, channel: Channel = Channel.ONLINE) -> Callable[[], Any]:
    """Look at the offers, choose the first, book it: (was it booked, what else was offered, reasons)."""

    def deed() -> Any:
        resident = db.session.get_one(Resident, resident_id)
        offers = offer_times(db.session(), resident, wish, now=NOW)
        if not offers.times:
            return False, len(offers.other_days), offers.verdict.codes
        with transaction() as session:
            answer = book_ride(
                session, resident_id, wish, offers.times[0].choice, by=OPERATOR, channel=channel, now=NOW
            )
            if isinstance(answer, Booked):
                return True, 0, ()
            return False, len(answer.offers.times) + len(answer.offers.other_days), answer.verdict.codes

    return deed


HOMES = ((50.8250, 20.5600), (50.9200, 20.7000))
"""On two sides of the town: one car cannot fetch both for the same hour."""


def two_riders(session: Session, version: RideRulesVersion) -> list[int]:
    return [make_rider(session, version, latitude=lat, longitude=lon).id for lat, lon in HOMES]


def rides(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Ride).where(Ride.state.in_(PROMISED))) or 0


def sound(session: Session) -> bool:
    session.rollback()
    return list(broken_invariants(session, RIDE_ON, RIDE_ON + timedelta(days=60))) == []


def test_two_people_take_the_last_place_and_one_gets_it(app: Flask, session: Session) -> None:
    version = make_rules(session)
    riders = two_riders(session, version)
    make_shift(session, RIDE_ON, starts=time(8, 40), ends=time(11, 50))
    make_shift(session, RIDE_ON + timedelta(days=1))
    session.commit()
    answers = at_once(app, [chosen_booking(rider, wish_for()) for rider in riders])
    assert sorted(answer[0] for answer in answers) == [False, True], answers
    (loser,) = [answer for answer in answers if not answer[0]]
    assert loser[1] >= 1
    assert loser[2] == ("NO_VEHICLE",)
    assert rides(session) == 1
    assert sound(session)


def test_who_lost_the_hour_is_offered_the_next_best_of_the_day(app: Flask, session: Session) -> None:
    version = make_rules(session)
    riders = two_riders(session, version)
    make_shift(session, RIDE_ON)
    session.commit()
    answers = at_once(app, [chosen_booking(rider, wish_for()) for rider in riders])
    assert sorted(answer[0] for answer in answers) == [False, True], answers
    assert max(answer[1] for answer in answers) >= 1
    assert sound(session)


def test_one_person_on_two_channels_gets_one_ride(app: Flask, session: Session) -> None:
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version).id
    make_shift(session, RIDE_ON)
    make_shift(session, RIDE_ON)
    session.commit()
    answers = at_once(
        app, [chosen_booking(rider, wish_for(), Channel.ONLINE), chosen_booking(rider, wish_for(), Channel.PHONE)]
    )
    assert sorted(answer[0] for answer in answers) == [False, True], answers
    (loser,) = [answer for answer in answers if not answer[0]]
    assert "ALREADY_BOOKED_THEN" in loser[2]
    assert rides(session) == 1


def test_the_last_ride_of_a_limit_is_given_once_even_on_two_days(app: Flask, session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version).id
    days = [RIDE_ON, RIDE_ON + timedelta(days=1)]
    for on in days:
        make_shift(session, on)
    session.commit()
    answers = at_once(app, [chosen_booking(rider, wish_for(on)) for on in days])
    assert sorted(answer[0] for answer in answers) == [False, True], answers
    (loser,) = [answer for answer in answers if not answer[0]]
    assert loser[2] == ("QUOTA_USED",)
    assert rides(session) == 1
    assert sound(session)


def test_many_people_never_fill_a_car_twice(app: Flask, session: Session) -> None:
    version = make_rules(session)
    riders = [make_rider(session, version).id for _ in range(12)]
    for _ in range(2):
        make_shift(session, RIDE_ON, starts=time(8), ends=time(12))
    session.commit()
    answers = at_once(app, [booking(rider, wish_for()) for rider in riders])
    won = [answer for answer in answers if isinstance(answer, tuple) and answer[0]]
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert 2 <= len(won) < 12
    assert rides(session) == len(won)
    for table in (RideEvent, JournalEntry, Message):
        assert session.scalar(select(func.count()).select_from(table)) == len(won)
    assert sound(session)


def test_staff_move_and_assign_while_others_book(app: Flask, session: Session) -> None:
    rules = replace(ROOMY, quotas=(Quota(Period.MONTH, 3),))
    version = make_rules(session, rules)
    first = [make_rider(session, version) for _ in range(3)]
    others = [make_rider(session, version).id for _ in range(4)]
    for on in (RIDE_ON, RIDE_ON + timedelta(days=1)):
        make_shift(session, on)
        make_shift(session, on)
    session.commit()
    standing = []
    for place, rider in enumerate(first):
        with transaction() as writing:
            standing.append(booked_ride(writing, rider, wish_for(at=time(9 + place))).id)
    shift_ids = session.scalars(select(Shift.id).where(Shift.on == RIDE_ON)).all()
    session.commit()

    def moving(ride_id: int) -> Any:
        ride = ride_by_id(db.session(), ride_id)
        assert ride is not None
        wish = replace(wish_of(ride), on=RIDE_ON + timedelta(days=1))
        offers = offer_times(db.session(), ride.resident, wish, now=NOW, moving=ride)
        with transaction() as writing:
            return move_ride(writing, ride_id, wish, offers.times[0].choice, by=OPERATOR, now=NOW)

    def assigning(ride_id: int) -> Any:
        with transaction() as writing:
            return [assign_ride(writing, ride_id, shift_id, by=OPERATOR, now=NOW) for shift_id in shift_ids]

    def cancelling(ride_id: int) -> Any:
        with transaction() as writing:
            return cancel_ride(writing, ride_id, by=OPERATOR, now=NOW)

    deeds: list[Callable[[], Any]] = [
        lambda: moving(standing[0]), lambda: assigning(standing[1]), lambda: cancelling(standing[2]), lambda: moving(standing[1]),
        *(booking(rider, wish_for(at=time(9 + number))) for number, rider in enumerate(others)),
    ]  # fmt: skip
    answers = at_once(app, deeds)
    assert not [answer for answer in answers if isinstance(answer, BaseException)], answers
    assert isinstance(answers[0], Booked | NotBooked)
    assert not isinstance(answers[2], Verdict)
    assert sound(session)


def meanwhile(
    app: Flask, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Session], Verdict]
) -> Callable[[], list[Verdict]]:
    """Have somebody do a deed right after a booking has read the rules and before it saves; gives the answers when both are through."""
    answers: list[Verdict] = []
    read = planned_day
    threads: list[threading.Thread] = []

    def other() -> None:
        with app.app_context():
            try:
                with transaction() as writing:
                    answers.append(deed(writing))
            finally:
                db.session.remove()

    def reading(*given: Any, **named: Any) -> Any:
        if not threads:
            threads.append(threading.Thread(target=other))
            threads[0].start()
            threads[0].join(timeout=1)
        return read(*given, **named)

    def through() -> list[Verdict]:
        for thread in threads:
            thread.join(timeout=60)
        return answers

    monkeypatch.setattr(accepting, "planned_day", reading)
    return through


@pytest.mark.parametrize("moves", [False, True])
def test_rules_are_not_taken_back_under_a_booking_that_reads_them(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version)
    for on in (RIDE_ON, RIDE_ON + timedelta(days=1)):
        make_shift(session, on)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(RIDE_ON)).id if moves else 0
    coming = make_rules(session, ROOMY, in_force_from=RIDE_ON + timedelta(days=1)).id
    session.commit()
    wish = wish_for(RIDE_ON + timedelta(days=1))
    ride = ride_by_id(session, ride_id) if moves else None
    choice = offer_times(session, rider, wish, now=NOW, moving=ride).times[0].choice
    session.rollback()
    through = meanwhile(app, monkeypatch, lambda other: take_back_version(other, coming, by=OPERATOR, now=NOW))
    with transaction() as writing:
        if moves:
            answer = move_ride(writing, ride_id, wish, choice, by=OPERATOR, now=NOW)
        else:
            answer = book_ride(writing, rider.id, wish, choice, by=OPERATOR, channel=Channel.PHONE, now=NOW)
        assert isinstance(answer, Booked)
        assert answer.ride.rules_version_id == coming
    assert [verdict.codes for verdict in through()] == [("BOOKED_BY_IT",)]
    session.rollback()
    session.expire_all()
    assert session.get_one(RideRulesVersion, coming).state is RulesState.PUBLISHED


def test_rules_published_while_a_booking_reads_wait_for_it(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version)
    make_shift(session, RIDE_ON)
    draft = make_rules(session, ROOMY, in_force_from=RIDE_ON)
    draft.state, draft.in_force_from = RulesState.DRAFT, None
    session.commit()
    choice = offer_times(session, rider, wish_for(), now=NOW).times[0].choice
    draft_id, old_id = draft.id, version.id
    session.rollback()
    seen: list[int] = []

    def publish(other: Session) -> Verdict:
        verdict = publish_version(other, draft_id, RIDE_ON, by=OPERATOR, now=NOW)
        seen.append(other.scalar(select(func.count()).select_from(Ride)) or 0)
        return verdict

    through = meanwhile(app, monkeypatch, publish)
    with transaction() as writing:
        answer = book_ride(writing, rider.id, wish_for(), choice, by=OPERATOR, channel=Channel.PHONE, now=NOW)
        assert isinstance(answer, Booked)
        assert answer.ride.rules_version_id == old_id
    assert [verdict.allowed for verdict in through()] == [True]
    assert seen == [1]  # whoever publishes sees the booking made by the old rules
