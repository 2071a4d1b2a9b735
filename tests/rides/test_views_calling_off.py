"""A flood: the day is closed, and its rides are called off in one go."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.rides.actions import change_state, close_day
from services_app.rides.models import Ride
from services_app.rides.queries import broken_invariants
from services_app.rides.terms import RideState
from tests.factories.rides import NOW, OPERATOR, RIDE_ON
from tests.rides.staff_face import DAY, Office

pytestmark = pytest.mark.database
OFF = f"{DAY}/odwolanie"


def states(session: Session) -> list[RideState]:
    session.rollback()
    return list(session.scalars(select(Ride.state).order_by(Ride.id)))


def test_a_day_is_closed_and_everybody_is_told_in_two_steps(office: Office, session: Session) -> None:
    office.shift()
    first, second = office.ride(at=time(9)), office.ride(at=time(12))
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "Odwołaj wszystkie przejazdy" not in page.main, "only of a day on which nobody drives"
    page = page.fill_and_send({"because": "powódź"}, form=f"{DAY}/zamkniecie")
    assert "Odwołaj wszystkie przejazdy tego dnia (2)" in page.main
    page = page.fill_and_send(form=OFF)
    assert "Odwołane przejazdy: 2." in page.main
    assert "Odwołaj wszystkie przejazdy" not in page.main
    assert states(session) == [RideState.CANCELLED_BY_OPERATOR] * 2
    told = select(Message.resident_id).where(Message.kind == "ride_cancelled_by_operator").order_by(Message.resident_id)
    assert list(session.scalars(told)) == sorted([first.resident_id, second.resident_id])
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []


def test_who_already_sits_in_the_car_is_driven_home(office: Office, session: Session) -> None:
    office.shift()
    on_board, waiting = office.ride(at=time(9)), office.ride(at=time(12))
    office.clock.at("2026-06-23 09:30")
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD):
            change_state(writing, on_board.id, state, by=OPERATOR, now=NOW.replace(day=23, hour=7, minute=30))
        close_day(writing, RIDE_ON, "ślizgawica", by=OPERATOR, now=NOW)
    began = states(session)[0]
    assert began in (RideState.ON_THE_WAY, RideState.ON_BOARD)
    office.sign_in("coordinator")
    office.page.get(DAY).fill_and_send(form=OFF)
    assert states(session) == [began, RideState.CANCELLED_BY_OPERATOR]
    assert waiting.id > on_board.id


def test_a_day_that_is_driven_is_not_called_off(office: Office, session: Session) -> None:
    office.shift()
    office.ride()
    office.sign_in("coordinator")
    page = office.page.post(OFF, {})
    assert "Najpierw zamknij dzień" in page.main
    assert states(session) == [RideState.CONFIRMED]


def test_who_only_reads_cannot_call_off(office: Office) -> None:
    office.sign_in("operator")
    office.page.post(OFF, {}, status=403)
