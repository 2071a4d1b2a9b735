"""What is told while a ride goes on: got in, on the way home, late, another car."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.residents.terms import ToldBy
from services_app.rides.actions import (
    Booked,
    Ready,
    assign_as_planned,
    assign_leg,
    cancel_ride,
    deliver,
    move_ride,
    offer_times,
    pick_up,
    say_late,
    say_ready,
    set_out,
    wish_of,
)
from services_app.rides.reminding import ride_reminders
from services_app.rides.scheduling import RideWish
from services_app.rides.terms import ReturnMode
from services_app.wording import hour
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import DAYTIME, messages, stored

MORNING = moment_at(RIDE_ON, time(7))
BY_PHONE = wish_for(return_mode=ReturnMode.CALL_WHEN_READY)


def followed(session: Session, wish: RideWish | None = None) -> int:
    """A ride whose passenger's daughter reads by e-mail how it goes."""
    rider = make_rider(session, make_rules(session, ROOMY))
    daughter = make_representative(session, e_mail="ewa@example.org", told_by=ToldBy.E_MAIL, now=NOW)
    let_represent(session, daughter, rider, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish).id


def steps(session: Session) -> list[Message]:
    """What the daughter read of the way itself."""
    read = messages(session, recipient_kind="representative")
    return [each for each in read if each.kind.startswith("relative_") and each.kind != "relative_notice"]


def test_getting_in_is_told_of_both_ways_in_words_of_each(session: Session) -> None:
    ride_id = followed(session)
    for number, leg in enumerate([leg.id for leg in stored(session, ride_id).legs]):
        with transaction() as writing:
            at = DAYTIME + timedelta(hours=2 * number)
            assert pick_up(writing, leg, by=OPERATOR, now=at).allowed
            assert deliver(writing, leg, by=OPERATOR, now=at + timedelta(minutes=20)).allowed
    told = steps(session)
    assert [each.kind for each in told] == [
        "relative_picked_up", "relative_delivered", "relative_going_home", "relative_home",
    ]  # fmt: skip
    assert "Dokąd: Poradnia na Wzgórzu" in told[0].body
    assert "wraca do domu. Jest już w aucie, godzina 10:30" in told[2].body
    assert "Poradnia" not in told[2].body


def test_who_is_only_driven_home_is_never_said_to_be_on_the_way_to_the_visit(session: Session) -> None:
    ride_id = followed(session)
    with transaction() as writing:
        cancel_ride(writing, ride_id, by=OPERATOR, now=NOW, sequences={0})
    back = stored(session, ride_id).legs[1].id
    with transaction() as writing:
        assert pick_up(writing, back, by=OPERATOR, now=moment_at(RIDE_ON, time(11))).allowed
    assert [each.kind for each in steps(session)] == ["relative_going_home"]


@pytest.mark.parametrize(("way", "words"), [(0, "Wyjazd z domu"), (1, "Powrót do domu")])
def test_a_delay_is_told_to_relatives_as_of_the_way_it_is(session: Session, way: int, words: str) -> None:
    ride_id = followed(session)
    legs = stored(session, ride_id).legs
    ids, told_for = [leg.id for leg in legs], legs[way].promised_from_at
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        set_out(writing, ride_id, by=OPERATOR, now=DAYTIME)
        if way:
            pick_up(writing, ids[0], by=OPERATOR, now=DAYTIME)
            deliver(writing, ids[0], by=OPERATOR, now=DAYTIME)
    with transaction() as writing:
        assert say_late(writing, ids[way], 20, by=OPERATOR, now=DAYTIME).allowed
    notice = next(each for each in messages(session, kind="relative_notice") if "spóźni" in each.body)
    assert f"{words}: {hour(told_for + timedelta(minutes=20))}" in notice.body


def test_the_same_delay_of_a_moved_ride_is_told_again(session: Session) -> None:
    ride_id = followed(session)
    for _ in range(2):
        with transaction() as writing:
            assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        first = stored(session, ride_id).legs[0].id
        session.rollback()
        for _again in range(2):  # a second tap says nothing new
            with transaction() as writing:
                assert say_late(writing, first, 20, by=OPERATOR, now=DAYTIME - timedelta(hours=1)).allowed
        ride = stored(session, ride_id)
        wish = replace(wish_of(ride), visit_minutes=ride.visit_minutes + 5)
        early = DAYTIME - timedelta(hours=1)
        choice = offer_times(session, ride.resident, wish, now=NOW, moving=ride).times[0].choice
        session.rollback()
        with transaction() as writing:
            moved = move_ride(writing, ride_id, wish, choice, by=OPERATOR, now=early, override_reason="szpital dzwonił")
            assert isinstance(moved, Booked), moved.verdict.codes
    assert len(messages(session, kind="ride_late")) == 2


def reminded(now: datetime) -> None:
    due = list(ride_reminders(db.session(), now=now))
    db.session.rollback()
    with transaction() as writing:
        for each in due:
            each(writing)


@pytest.mark.parametrize("assigned", [True, False])
def test_another_car_is_told_only_where_one_was_named(session: Session, assigned: bool) -> None:
    ride_id = followed(session)
    if assigned:
        with transaction() as writing:
            assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    reminded(MORNING)
    (reminder,) = messages(session, kind="ride_morning")
    assert ("Auto" in reminder.body) is assigned
    other = make_shift(session, RIDE_ON)
    plate, other_id = other.vehicle.plate, other.id
    session.commit()
    leg = stored(session, ride_id).legs[0].id
    session.rollback()
    with transaction() as writing:
        assert assign_leg(writing, leg, other_id, by=OPERATOR, now=MORNING + timedelta(minutes=5)).allowed
    told = messages(session, kind="ride_other_car")
    assert [plate in each.body for each in told] == ([True] if assigned else [])


def test_a_way_home_by_phone_gets_no_hour_nobody_told(session: Session) -> None:
    """Its car is named when the passenger calls; another one before that is no news, another one after it is."""
    ride_id = followed(session, BY_PHONE)
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
    reminded(MORNING)
    second, third = (make_shift(session, RIDE_ON) for _ in range(2))
    plates = {each.id: each.vehicle.plate for each in (second, third)}
    session.commit()
    there, back = (leg.id for leg in stored(session, ride_id).legs)
    session.rollback()
    with transaction() as writing:
        assert assign_leg(writing, back, min(plates), by=OPERATOR, now=MORNING + timedelta(minutes=5)).allowed
    assert messages(session, kind="ride_other_car") == []
    ready_at = moment_at(RIDE_ON, time(10, 40))
    with transaction() as writing:
        pick_up(writing, there, by=OPERATOR, now=DAYTIME)
        deliver(writing, there, by=OPERATOR, now=DAYTIME)
        assert isinstance(say_ready(writing, ride_id, by=OPERATOR, now=ready_at), Ready)
    leg = stored(session, ride_id).legs[1]
    promised, chosen = leg.promised_from_at, next(each for each in plates if each != leg.shift_id)
    session.rollback()
    with transaction() as writing:
        assert assign_leg(writing, back, chosen, by=OPERATOR, now=ready_at, force_reason="bliżej").allowed
    (told,) = messages(session, kind="ride_other_car")
    assert plates[chosen] in told.body
    assert hour(promised) in told.body
