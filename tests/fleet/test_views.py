from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at, today
from services_app.fleet import views
from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.places.positions import TOWN_MIDDLE
from tests.counting import counted_queries
from tests.factories.fleet import make_driver, make_shift, make_vehicle
from tests.factories.places import make_street
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page

CAR = {
    "name": "Zielony bus",
    "plate": "tk  123ab",
    "seats": "6",
    "wheelchair_places": "2",
    "in_service_from": "1.01.2026",
}
MONDAY = date(2026, 11, 30)


@pytest.fixture
def coordinator(session: Session, page: Page, clock: Clock) -> Page:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def test_a_car_is_added_with_its_places_and_its_plate_in_one_spelling(session: Session, coordinator: Page) -> None:
    coordinator.get("/flota/samochody/nowy").fill_and_send(CAR)
    car = session.scalars(select(Vehicle)).one()
    assert (car.plate, car.seats, car.wheelchair_places) == ("TK 123AB", 6, 2)
    assert "Zielony bus" in coordinator.get("/flota/").main


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("", TOWN_MIDDLE),
        ("50,8601 20,6102", (50.8601, 20.6102)),
        ("ul. Wesoła 12/3", (50.8688, 20.6302)),
        ("Wesoła 12a", (50.8688, 20.6302)),
        ("Wesoła", (50.8688, 20.6302)),
    ],
)
def test_a_car_leaves_from_a_street_or_a_point_of_the_map(
    session: Session, coordinator: Page, typed: str, where: tuple[float, float]
) -> None:
    session.add(make_street(session, "Wesoła", latitude=50.8688, longitude=20.6302))
    session.commit()
    coordinator.get("/flota/samochody/nowy").fill_and_send({**CAR, "depot": typed})
    car = session.scalars(select(Vehicle)).one()
    assert (car.depot_latitude, car.depot_longitude) == where
    assert car.depot == (typed or None)


def test_a_depot_nobody_knows_is_said_beside_its_field_and_nothing_is_lost(session: Session, coordinator: Page) -> None:
    coordinator.get("/flota/samochody/nowy").fill_and_send({**CAR, "depot": "Nieistniejąca 5"})
    assert "Nie znamy takiej ulicy w Kielcach." in coordinator.main
    assert coordinator.fields()["depot"] == ["Nieistniejąca 5"]
    assert session.scalar(select(Vehicle.id)) is None


def test_a_depot_left_as_it_was_stays(session: Session, coordinator: Page) -> None:
    car = make_vehicle(session)
    before = (car.depot_latitude, car.depot_longitude)
    coordinator.get(f"/flota/samochody/{car.id}").fill_and_send({"seats": "3"})
    session.refresh(car)
    assert (car.seats, car.depot_latitude, car.depot_longitude) == (3, *before)


def test_the_same_plate_is_not_entered_twice(session: Session, coordinator: Page) -> None:
    make_vehicle(session, plate="TK 123AB")
    coordinator.get("/flota/samochody/nowy").fill_and_send(CAR)
    assert "Samochód z tym numerem już jest w spisie." in coordinator.main


@pytest.mark.parametrize(("seats", "wrong"), [("0", True), ("1", False), ("60", False), ("61", True), ("dużo", True)])
def test_a_car_seats_between_one_and_sixty(session: Session, coordinator: Page, seats: str, wrong: bool) -> None:
    coordinator.get("/flota/samochody/nowy").fill_and_send({**CAR, "seats": seats})
    assert (session.scalar(select(Vehicle.id)) is None) is wrong


def test_a_driver_is_changed_and_leaves(session: Session, coordinator: Page) -> None:
    driver = make_driver(session)
    coordinator.get(f"/flota/kierowcy/{driver.id}").fill_and_send({"phone": "600 100 200", "left_on": "31.12.2026"})
    changed = session.get_one(Driver, driver.id)
    assert (changed.phone, changed.left_on) == ("600 100 200", date(2026, 12, 31))


def plan(page: Page, car: Vehicle, driver: Driver, **values: object) -> None:
    asked = {
        "vehicle": str(car.id), "driver": str(driver.id), "first_on": "30.11.2026", "starts": "7:30", "ends": "15:30",
        "break_minutes": "30", "break_from": "11", "break_until": "13", **values,
    }  # fmt: skip
    page.get("/flota/zmiany/nowa").fill_and_send(asked)


def test_the_same_shift_is_planned_for_every_weekday_of_two_weeks(
    session: Session, coordinator: Page, clock: Clock
) -> None:
    car, driver = make_vehicle(session), make_driver(session)
    plan(coordinator, car, driver, last_on="13.12.2026")
    days = session.scalars(select(Shift.on).order_by(Shift.on)).all()
    assert days == [MONDAY + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    first = session.scalars(select(Shift).order_by(Shift.on)).unique().first()
    assert first is not None
    assert first.starts_at == moment_at(MONDAY, time(7, 30))


def test_a_car_that_is_taken_stops_the_whole_plan_and_says_the_day(
    session: Session, coordinator: Page, clock: Clock
) -> None:
    car, driver = make_vehicle(session), make_driver(session)
    make_shift(session, MONDAY + timedelta(days=1), vehicle=car)
    plan(coordinator, car, driver, last_on="4.12.2026")
    assert "1.12: Samochód ma już w tym czasie zmianę." in coordinator.main
    assert len(session.scalars(select(Shift)).unique().all()) == 1


def test_an_hour_the_clock_jumps_over_cannot_begin_a_shift(session: Session, coordinator: Page, clock: Clock) -> None:
    clock.at("2027-03-20 10:00")
    coordinator.sign_in("staff", make_staff(session, "coordinator").id)
    plan(coordinator, make_vehicle(session), make_driver(session), first_on="28.03.2027", starts="2:30", ends="9:00")
    assert "Tej godziny nie ma w dniu zmiany czasu." in coordinator.main


def test_a_break_outside_the_shift_is_refused(session: Session, coordinator: Page, clock: Clock) -> None:
    plan(coordinator, make_vehicle(session), make_driver(session), break_from="16", break_until="17")
    assert "Przerwa nie mieści się w zmianie." in coordinator.main


def test_a_shift_is_cancelled_once_and_shown_as_such(session: Session, coordinator: Page) -> None:
    shift = make_shift(session, today())
    session.commit()
    coordinator.get("/flota/zmiany").fill_and_send(form=f"/flota/zmiany/{shift.id}/odwolanie")
    assert session.get_one(Shift, shift.id).cancelled_at is not None
    assert "odwołana" in coordinator.get("/flota/zmiany").main


def test_an_absence_is_noted_and_taken_back(session: Session, coordinator: Page) -> None:
    driver = make_driver(session)
    coordinator.get("/flota/nieobecnosci").fill_and_send(
        {"whose": f"driver:{driver.id}", "reason": "urlop"}, form="Zapisz"
    )
    assert session.scalars(select(Absence.reason)).all() == ["urlop"]
    absence_id = session.scalars(select(Absence.id)).one()
    coordinator.get("/flota/nieobecnosci").fill_and_send(form=f"/flota/nieobecnosci/{absence_id}/koniec")
    assert session.scalars(select(Absence)).all() == []


def test_an_absence_that_ends_before_it_begins_is_refused(session: Session, coordinator: Page) -> None:
    car = make_vehicle(session)
    asked = {"whose": f"vehicle:{car.id}", "reason": "przegląd", "from_on": "2.12.2026", "until_on": "1.12.2026"}
    coordinator.get("/flota/nieobecnosci").fill_and_send(asked, form="Zapisz")
    assert "kończy się przed początkiem" in coordinator.main
    assert session.scalars(select(Absence)).all() == []


def test_an_operator_reads_shifts_and_changes_none(session: Session, page: Page) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/flota/zmiany")
    page.get("/flota/zmiany/nowa", status=403)


def test_a_week_of_shifts_asks_the_same_number_of_questions_however_full(session: Session, coordinator: Page) -> None:
    make_shift(session, today())
    with counted_queries() as few:
        coordinator.get("/flota/zmiany")
    for number in range(12):
        make_shift(session, today() + timedelta(days=number % 5))
    session.commit()
    with counted_queries() as many:
        coordinator.get("/flota/zmiany")
    assert len(few) == len(many)


def test_a_driver_gets_an_account_nobody_else_drives_with(session: Session, coordinator: Page) -> None:
    mine, taken = make_staff(session, "driver"), make_staff(session, "driver")
    clerk = make_staff(session, "operator")
    driver = make_driver(session)
    make_driver(session, staff_account_id=taken.id)
    session.commit()
    page = coordinator.get(f"/flota/kierowcy/{driver.id}")
    assert mine.e_mail in page.main
    assert taken.e_mail not in page.main
    assert clerk.e_mail not in page.main
    page.fill_and_send({"account": str(mine.id)})
    session.expire_all()
    assert session.get_one(Driver, driver.id).staff_account_id == mine.id
    assert mine.e_mail in coordinator.get(f"/flota/kierowcy/{driver.id}").main
    coordinator.fill_and_send({"account": ""})
    session.expire_all()
    assert session.get_one(Driver, driver.id).staff_account_id is None


def test_a_plate_entered_by_somebody_else_meanwhile_is_said_beside_its_field(
    session: Session, coordinator: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vehicle(session, plate="TK 123AB")
    session.commit()
    monkeypatch.setattr(views, "vehicles", lambda _session: [])  # our look came before their write
    page = coordinator.get("/flota/samochody/nowy").fill_and_send(CAR)
    assert "Samochód z tym numerem już jest w spisie." in page.main
    assert page.fields()["name"] == ["Zielony bus"]
    session.rollback()
    assert len(session.scalars(select(Vehicle)).all()) == 1


def test_an_account_given_to_another_driver_meanwhile_is_said_beside_its_field(
    session: Session, coordinator: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, driver = make_staff(session, "driver"), make_driver(session)
    make_driver(session, staff_account_id=account.id)
    session.commit()
    monkeypatch.setattr(views, "accounts_for_driver", lambda _session, _driver_id: [account])
    page = coordinator.get(f"/flota/kierowcy/{driver.id}").fill_and_send(
        {"account": str(account.id), "phone": "600 100 300"}
    )
    assert "To konto ma już inny kierowca." in page.main
    assert page.fields()["phone"] == ["600 100 300"]
    session.rollback()
    session.expire_all()
    assert session.get_one(Driver, driver.id).staff_account_id is None
