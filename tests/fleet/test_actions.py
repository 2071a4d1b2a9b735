"""Shifts never give one car or one driver to two at once; absences and cancelled shifts take cars off the road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.fleet.actions import (
    ShiftFacts,
    VehicleFacts,
    add_contractor,
    cancel_shift,
    change_driver,
    end_absence,
    note_absence,
    plan_shift,
    save_driver,
    save_vehicle,
)
from services_app.fleet.models import Absence, Shift, VehicleKind
from services_app.fleet.queries import (
    absences_between,
    contractors,
    drivers,
    shifts_between,
    vehicles,
    working_days,
    working_shifts,
)
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.verdict import Verdict
from tests.factories.fleet import DEPOT, make_driver, make_shift, make_vehicle

ON = date(2026, 6, 23)
NOW = moment_at(date(2026, 6, 15), time(8))
BY = Actor("staff", None)


def facts(session: Session, starts: time = time(7), ends: time = time(15), **values: object) -> ShiftFacts:
    ids = {"vehicle_id": make_vehicle(session).id, "driver_id": make_driver(session).id, **values}
    return ShiftFacts(starts_at=moment_at(ON, starts), ends_at=moment_at(ON, ends), **ids)  # type: ignore[arg-type]  # columns by name


def planned(facts: ShiftFacts) -> tuple[str, ...]:
    """Plan a shift; the reasons against it."""
    with transaction() as session:
        answer = plan_shift(session, facts, by=BY, now=NOW)
        return answer.codes if isinstance(answer, Verdict) else ()


def test_a_shift_may_begin_the_minute_another_ends(session: Session) -> None:
    first = facts(session)
    session.commit()
    assert planned(first) == ()
    later = replace(first, starts_at=first.ends_at, ends_at=first.ends_at + timedelta(hours=2))
    assert planned(replace(later, starts_at=later.starts_at - timedelta(minutes=1))) == (
        "VEHICLE_TAKEN",
        "DRIVER_TAKEN",
    )
    assert planned(later) == ()
    assert [shift.on for shift in shifts_between(session, ON, ON)] == [ON, ON]


@pytest.mark.parametrize(
    ("ends", "reasons"),
    [(time(7), ("SHIFT_ENDS_FIRST",)), (time(7, 1), ()), (time(23), ()), (time(23, 1), ("SHIFT_TOO_LONG",))],
)
def test_a_shift_has_a_sensible_length(session: Session, ends: time, reasons: tuple[str, ...]) -> None:
    asked = facts(session, ends=ends)
    session.commit()
    assert planned(asked) == reasons


@pytest.mark.parametrize(("minutes", "reasons"), [(60, ()), (61, ("BREAK_OUTSIDE",))])
def test_the_break_lies_inside_the_shift(session: Session, minutes: int, reasons: tuple[str, ...]) -> None:
    asked = facts(
        session, break_minutes=minutes, break_from_at=moment_at(ON, time(11)), break_until_at=moment_at(ON, time(12))
    )
    session.commit()
    assert planned(asked) == reasons


def test_a_cancelled_shift_frees_its_car(session: Session) -> None:
    asked = facts(session)
    session.commit()
    assert planned(asked) == ()
    shift = session.query(Shift).one()
    with transaction() as writing:
        assert cancel_shift(writing, shift.id, by=BY, now=NOW).allowed
        assert not cancel_shift(writing, shift.id, by=BY, now=NOW).allowed
    assert working_shifts(session, ON, ON) == []
    assert planned(asked) == ()  # the same car at the same hour, with whoever stands in
    assert len(working_shifts(session, ON, ON)) == 1


@pytest.mark.parametrize(("first", "last", "away"), [(-2, -1, False), (-1, 0, True), (0, 3, True), (1, 3, False)])
def test_who_and_what_is_away_is_not_planned(session: Session, first: int, last: int, away: bool) -> None:
    asked = facts(session)
    session.commit()
    with transaction() as writing:
        for whose in ({"driver_id": asked.driver_id}, {"vehicle_id": asked.vehicle_id}):
            days = (ON + timedelta(days=first), ON + timedelta(days=last))
            note_absence(writing, *days, "urlop", by=BY, now=NOW, **whose)
    assert planned(asked) == (("VEHICLE_AWAY", "DRIVER_AWAY") if away else ())


@pytest.mark.parametrize(("until", "reasons"), [(ON, ()), (ON - timedelta(days=1), ("VEHICLE_AWAY", "DRIVER_AWAY"))])
def test_a_car_out_of_service_and_a_driver_who_left_are_not_planned(
    session: Session, until: date, reasons: tuple[str, ...]
) -> None:
    car, driver = make_vehicle(session, in_service_until=until), make_driver(session, left_on=until)
    asked = facts(session, vehicle_id=car.id, driver_id=driver.id)
    session.commit()
    assert planned(asked) == reasons


def test_a_shift_goes_to_another_driver_who_is_free_and_there(session: Session) -> None:
    shift, busy = make_shift(session, ON), make_shift(session, ON)
    free, away = make_driver(session), make_driver(session)
    session.commit()
    with transaction() as writing:
        note_absence(writing, ON, ON, "urlop", by=BY, now=NOW, driver_id=away.id)
        assert busy.driver_id is not None
        for driver_id, reasons in ((busy.driver_id, ("DRIVER_TAKEN",)), (away.id, ("DRIVER_AWAY",)), (free.id, ())):
            assert change_driver(writing, shift.id, driver_id, by=BY, now=NOW).codes == reasons
        assert change_driver(writing, shift.id, free.id, by=BY, now=NOW).codes == ("DRIVER_SAME",)
        cancel_shift(writing, shift.id, by=BY, now=NOW)
        assert change_driver(writing, shift.id, away.id, by=BY, now=NOW).codes == ("SHIFT_GONE",)
    assert session.get_one(Shift, shift.id).driver_id == free.id
    deeds = session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)).all()
    assert deeds == ["absence_noted", "shift_driver_changed", "shift_cancelled"]


@pytest.mark.parametrize(("first", "last", "works"), [(-2, -1, True), (-1, 0, False), (0, 3, False), (1, 3, True)])
def test_an_absence_counts_on_its_days_only(session: Session, first: int, last: int, works: bool) -> None:
    shift = make_shift(session, ON)
    session.commit()
    with transaction() as writing:
        absence = note_absence(
            writing,
            ON + timedelta(days=first),
            ON + timedelta(days=last),
            "przegląd",
            by=BY,
            now=NOW,
            vehicle_id=shift.vehicle_id,
        )
        assert isinstance(absence, Absence)
        absence_id = absence.id
    assert bool(working_shifts(session, ON, ON)) is works
    assert working_days(session, ON, ON) == ({ON} if works else frozenset())
    assert bool(absences_between(session, ON, ON)) is not works
    with transaction() as writing:
        assert end_absence(writing, absence_id, by=BY, now=NOW).allowed
        assert not end_absence(writing, absence_id, by=BY, now=NOW).allowed
    assert working_shifts(session, ON, ON)


def test_an_absence_is_of_one_and_ends_after_it_begins(session: Session) -> None:
    driver = make_driver(session)
    session.commit()
    with transaction() as writing:
        backwards = note_absence(writing, ON, ON - timedelta(days=1), "urlop", by=BY, now=NOW, driver_id=driver.id)
        nobody = note_absence(writing, ON, ON, "urlop", by=BY, now=NOW)
    assert isinstance(backwards, Verdict)
    assert isinstance(nobody, Verdict)
    assert (backwards.codes, nobody.codes) == (("ABSENCE_ENDS_FIRST",), ("ABSENCE_OF_WHOM",))


@pytest.mark.parametrize(("until", "works"), [(ON, True), (ON - timedelta(days=1), False)])
def test_a_car_out_of_service_and_a_driver_who_left_carry_nobody(session: Session, until: date, works: bool) -> None:
    make_shift(session, ON, vehicle=make_vehicle(session, in_service_until=until))
    make_shift(session, ON, driver=make_driver(session, left_on=until))
    assert len(working_shifts(session, ON, ON)) == (2 if works else 0)
    assert working_days(session, ON - timedelta(days=9), ON + timedelta(days=9)) == ({ON} if works else frozenset())
    assert len(vehicles(session, today=ON)) == (2 if works else 1)
    assert len(drivers(session, today=ON)) == (2 if works else 1)


def test_cars_drivers_and_firms_are_added_and_changed(session: Session) -> None:
    with transaction() as writing:
        firm = add_contractor(writing, "Taxi Wzgórze", by=BY, now=NOW, phone="413001001")
        car = VehicleFacts(
            "Bus", "TK 1", *DEPOT, in_service_from=date(2026, 1, 1), kind=VehicleKind.CONTRACTOR, contractor_id=firm.id
        )
        vehicle = save_vehicle(writing, None, car, by=BY, now=NOW)
        save_vehicle(writing, vehicle, replace(car, wheelchair_places=1), by=BY, now=NOW)
        facts = {"first_name": "Ewa", "last_name": "Kołodziej", "contractor_id": firm.id}
        driver = save_driver(writing, None, facts, by=BY, now=NOW)
        save_driver(writing, driver, {"carries_wheelchairs": False}, by=BY, now=NOW)
    assert [(each.name, each.wheelchair_places) for each in vehicles(session)] == [("Bus", 1)]
    assert [(each.name, each.carries_wheelchairs) for each in drivers(session)] == [("Ewa Kołodziej", False)]
    assert [each.name for each in contractors(session)] == ["Taxi Wzgórze"]
