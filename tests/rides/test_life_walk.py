"""Whatever people do to rides, in whatever order: cars, limits, ways and states stay sound, and our own failure never counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import ShiftFacts, cancel_shift, end_absence, note_absence, plan_shift
from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.models import Resident
from services_app.rides.actions import (
    approve_ride,
    assign_as_planned,
    assign_leg,
    assign_lost,
    assign_ride,
    book_ride,
    cancel_by_operator,
    cancel_ride,
    change_state,
    deliver,
    excuse,
    finish_ride,
    hand_over_shift,
    mark_missed,
    mark_no_show,
    move_ride,
    offer_times,
    pick_up,
    say_ready,
    set_out,
    turn_down_ride,
    unassign,
)
from services_app.rides.actions.telling import first_moment
from services_app.rides.models import Leg, Ride, RideEvent
from services_app.rides.policy import PurposeRule, Quota, RideRules
from services_app.rides.queries import broken_invariants
from services_app.rides.terms import PROMISED, Channel, Period, Purpose, QuotaUnit, ReturnMode, RideState
from services_app.wording import hour
from tests.factories.fleet import make_driver, make_shift, make_vehicle
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, make_rider, make_rules, wish_for

RULES: RideRules = replace(
    ROOMY,
    quotas=(Quota(Period.MONTH, 3), Quota(Period.YEAR, 9, QuotaUnit.LEG)),
    purposes=(PurposeRule(Purpose.MEDICAL), PurposeRule(Purpose.BANK, needs_approval=True)),
)
DAYS = (RIDE_ON, RIDE_ON + timedelta(days=1))
MOMENTS = (
    NOW,
    moment_at(RIDE_ON - timedelta(days=1), time(22)),
    moment_at(RIDE_ON, time(9, 30)),
    moment_at(RIDE_ON, time(12)),
    moment_at(DAYS[1], time(10, 10)),
    moment_at(DAYS[1], time(20)),
)
"""The clock only goes forward."""
STEPS_AT_EACH = 10
OURS = (RideState.MISSED, RideState.CANCELLED_BY_OPERATOR, RideState.REFUSED)


class Town:
    """Some riders and cars, and everything anybody can do to them, at random."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.random = session, Random(seed)
        version = make_rules(session, RULES)
        self.riders = [make_rider(session, version, latitude=50.85 + number / 60).id for number in range(3)]
        for on in DAYS:
            for wheelchair_places in (0, 1):
                make_shift(session, on, vehicle=make_vehicle(session, wheelchair_places=wheelchair_places))
        make_driver(session)
        session.commit()

    def one(self, query: Any) -> Any:
        """One of what a query finds; None for nothing."""
        self.session.rollback()
        found = self.session.scalars(query).unique().all()
        return self.random.choice(found) if found else None

    def deed(self, now: datetime) -> Callable[[Session], Any] | None:
        """Something somebody does now."""
        chance = self.random
        by: dict[str, Any] = {"by": OPERATOR, "now": now}
        ride, leg = self.one(select(Ride.id).order_by(Ride.id)), self.one(select(Leg.id).order_by(Leg.id))
        shift, driver = self.one(select(Shift.id).order_by(Shift.id)), self.one(select(Driver.id).order_by(Driver.id))
        on = chance.choice(DAYS)
        deeds: list[Callable[[Session], Any] | None] = [
            *[self.booking(now)] * 6,
            lambda s: assign_as_planned(s, on, **by),
            lambda s: assign_lost(s, on, **by),
            lambda s: cancel_shift(s, shift, **by),
            lambda s: note_absence(s, on, on, "urlop", driver_id=driver, **by),
            lambda s: hand_over_shift(s, shift, driver, **by),
            self.absence_over(now),
            self.new_shift(now),
        ]
        if ride is not None and leg is not None:
            state = chance.choice(list(RideState))
            deeds += [
                self.moving(ride, now), self.moving(ride, now),
                lambda s: cancel_ride(s, ride, sequences=chance.choice([None, {0}, {1}]), **by),
                lambda s: cancel_by_operator(s, ride, "awaria", **by), lambda s: approve_ride(s, ride, **by),
                lambda s: turn_down_ride(s, ride, "nie", **by), lambda s: assign_ride(s, ride, shift, **by),
                lambda s: assign_leg(s, leg, shift, **by), lambda s: unassign(s, ride, **by), lambda s: set_out(s, ride, **by),
                *[lambda s: pick_up(s, leg, **by)] * 3, *[lambda s: deliver(s, leg, **by)] * 3,
                lambda s: mark_no_show(s, ride, "nie było", **by), lambda s: mark_missed(s, ride, "nie dojechaliśmy", **by),
                lambda s: excuse(s, ride, "szpital", **by), lambda s: finish_ride(s, ride, **by), lambda s: say_ready(s, ride, **by),
                lambda s: change_state(s, ride, state, reason="tak", **by),
            ]  # fmt: skip
        return chance.choice(deeds)

    def wish(self) -> Any:
        """A wish for one of the days."""
        chance = self.random
        mode = chance.choice([ReturnMode.FIXED_HOUR, ReturnMode.DRIVER_WAITS, ReturnMode.CALL_WHEN_READY, None])
        return wish_for(
            chance.choice(DAYS), time(chance.choice([9, 10, 11, 13])), return_mode=mode, visit_minutes=chance.choice([20, 60]),
            purpose=chance.choice([Purpose.MEDICAL, Purpose.BANK]), companions=chance.choice([0, 0, 1]),
        )  # fmt: skip

    def booking(self, now: datetime) -> Callable[[Session], Any] | None:
        rider, wish = self.session.get_one(Resident, self.random.choice(self.riders)), self.wish()
        offers = offer_times(self.session, rider, wish, now=now)
        if not offers.times:
            return None
        rider_id, choice = rider.id, self.random.choice(offers.times).choice
        return lambda s: book_ride(s, rider_id, wish, choice, by=OPERATOR, channel=Channel.PHONE, now=now)

    def moving(self, ride_id: int, now: datetime) -> Callable[[Session], Any] | None:
        ride, wish = self.session.get_one(Ride, ride_id), self.wish()
        offers = offer_times(self.session, ride.resident, wish, now=now, moving=ride)
        if not offers.times:
            return None
        choice = offers.times[0].choice
        return lambda s: move_ride(s, ride_id, wish, choice, by=OPERATOR, now=now)

    def absence_over(self, now: datetime) -> Callable[[Session], Any] | None:
        absence = self.one(select(Absence.id))
        return None if absence is None else lambda s: end_absence(s, absence, by=OPERATOR, now=now)

    def new_shift(self, now: datetime) -> Callable[[Session], Any]:
        on = self.random.choice(DAYS)
        car, driver = self.one(select(Vehicle.id).order_by(Vehicle.id)), self.one(select(Driver.id).order_by(Driver.id))
        facts = ShiftFacts(car, driver, moment_at(on, time(7)), moment_at(on, time(16)))
        return lambda s: plan_shift(s, facts, by=OPERATOR, now=now)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_town_stays_sound_whatever_is_done_in_it(session: Session, seed: int) -> None:
    town, done = Town(session, seed), 0
    for now in MOMENTS:
        for _ in range(STEPS_AT_EACH):
            deed = town.deed(now)
            session.rollback()
            if deed is None:
                continue
            with transaction() as writing:
                deed(writing)
            done += 1
            session.rollback()
            session.expire_all()
            assert list(broken_invariants(session, DAYS[0], DAYS[-1])) == []
            assert not session.scalars(select(Ride.id).where(Ride.state.in_(OURS), Ride.charged_legs > 0)).all()
            _messages_are_true(session)
    assert done > len(MOMENTS) * STEPS_AT_EACH / 2
    assert (session.scalar(select(func.count()).select_from(RideEvent)) or 0) > 5


def _messages_are_true(session: Session) -> None:
    """What waits to be sent about a ride that stands tells its hour as it is now."""
    waiting = select(Message.subject_id, Message.kind, Message.body).where(
        Message.state == MessageState.CREATED, Message.kind.in_(("ride_confirmed", "ride_moved", "ride_back_only"))
    )
    for ride_id, kind, body in session.execute(waiting):
        ride = session.get_one(Ride, ride_id)
        assert ride.state in (*PROMISED, RideState.DONE), (ride_id, kind, ride.state)
        assert hour(first_moment(ride)) in body, (ride_id, kind, body)
