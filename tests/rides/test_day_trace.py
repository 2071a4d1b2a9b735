"""Whether anything of a day changed: a kept drawing is shown again only while nothing did."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import note_absence
from services_app.fleet.models import Driver, Shift, Vehicle
from services_app.residents.models import Resident, ResidentPhone
from services_app.rides.models import Leg, Ride, RideRulesVersion, ServiceDay
from services_app.rides.queries.day import DayAsStored, day_as_stored
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider
from tests.rides.one_ride import prepared

CHANGES = {
    "a ride's note": update(Ride).values(note="Proszę zadzwonić dwa razy.", revision=2),
    "a ride that moved to another day": update(Ride).values(on=RIDE_ON + timedelta(days=1)),
    "a passenger's name": update(Resident).values(last_name="Nowakowska"),
    "a passenger's floor": update(Resident).values(floor="4"),
    "a passenger's phone": update(ResidentPhone).values(number="+48413311234"),
    "a phone that is gone": delete(ResidentPhone),
    "a way's car": update(Leg).values(shift_id=None),
    "a minute of a way": update(Leg).values(late_minutes=10),
    "a shift's end": update(Shift).values(ends_at=moment_at(RIDE_ON, time(14, 45))),
    "a car's plate": update(Vehicle).values(plate="TK 00001"),
    "a driver's name": update(Driver).values(last_name="Inny"),
}


def seen(session: Session) -> DayAsStored:
    session.rollback()
    return day_as_stored(session, RIDE_ON)


@pytest.fixture
def before(session: Session) -> DayAsStored:
    prepared(session)
    return seen(session)


def test_a_day_nobody_touched_is_the_same_day(session: Session, before: DayAsStored) -> None:
    make_shift(session, RIDE_ON + timedelta(days=1))
    session.commit()
    assert seen(session) == before


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_of_what_is_shown_is_noticed(session: Session, before: DayAsStored, what: str) -> None:
    session.execute(CHANGES[what])
    session.commit()
    assert seen(session).trace != before.trace


def test_another_ride_another_shift_and_an_absence_are_noticed(session: Session, before: DayAsStored) -> None:
    traces = [before.trace]
    make_shift(session, RIDE_ON)
    session.commit()
    traces.append(seen(session).trace)
    with transaction() as writing:
        booked_ride(writing, make_rider(writing, writing.scalars(select(RideRulesVersion)).one(), first_name="Zofia"))
    traces.append(seen(session).trace)
    with transaction() as writing:
        ill = writing.scalars(select(Shift.driver_id).limit(1)).one()
        note_absence(writing, RIDE_ON, RIDE_ON, "urlop", by=OPERATOR, now=NOW, driver_id=ill)
    traces.append(seen(session).trace)
    assert len(set(traces)) == len(traces)


def test_a_closed_day_is_told_apart(session: Session, before: DayAsStored) -> None:
    session.execute(delete(ServiceDay))
    session.add(ServiceDay(on=RIDE_ON, closed_because="gołoledź"))
    session.commit()
    assert seen(session) == DayAsStored("gołoledź", before.trace)
