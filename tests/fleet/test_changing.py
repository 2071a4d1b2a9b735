"""Cars and drivers that two people change, and cars that begin later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.fleet.models import Absence, Contractor, Shift, Vehicle
from tests.at_once import at_once
from tests.factories.fleet import make_driver, make_vehicle
from tests.factories.staff import PASSWORD, code_now, make_staff
from tests.frozen import Clock
from tests.meanwhile import sent_at_once, told
from tests.page import Page

TODAY, DECEMBER = date(2026, 11, 23), date(2026, 12, 1)


@pytest.fixture
def coordinator(session: Session, page: Page, clock: Clock) -> Page:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def a_car(session: Session) -> tuple[Any, str]:
    car = make_vehicle(session, name="Stare", depot="Wesoła 1")
    return car, f"/flota/samochody/{car.id}"


def a_driver(session: Session) -> tuple[Any, str]:
    driver = make_driver(session, phone="600 100 200")
    return driver, f"/flota/kierowcy/{driver.id}"


def a_firm(session: Session) -> tuple[Any, str]:
    firm = Contractor(name="Taxi Stare", phone="1")
    session.add(firm)
    session.flush()
    return firm, f"/flota/firmy/{firm.id}"


def sent_after_another(
    session: Session, page: Page, made: Callable[[Session], tuple[Any, str]], theirs: tuple[str, Any], mine: tuple[str, str]
) -> tuple[Any, Page]:  # fmt: skip
    """My change, sent from a page that was drawn before theirs was saved: what I typed stays in the form, and is not saved yet."""
    row, address = made(session)
    session.commit()
    page.get(address)
    setattr(row, *theirs)
    session.commit()
    page.fill_and_send(dict([mine]))
    assert page.fields()[mine[0]] == [mine[1]]
    session.expire_all()
    return row, page


@pytest.mark.parametrize(
    ("made", "theirs", "mine", "said"),
    [
        (a_car, ("seats", 7), ("name", "Nowe"), "Miejsca siedzące dla pasażerów: 7"),
        (a_car, ("in_service_until", date(2026, 12, 31)), ("name", "Nowe"), "W służbie do: 31.12.2026"),
        (a_driver, ("left_on", date(2026, 12, 31)), ("phone", "41 1"), "Ostatni dzień pracy: 31.12.2026"),
        (a_driver, ("carries_wheelchairs", False), ("phone", "41 1"), "Może wozić osoby na wózkach: nie"),
        (a_firm, ("agreement_number", "U/8"), ("phone", "41 1"), "Numer umowy: U/8"),
    ],
)
def test_what_the_other_changed_and_i_did_not_is_taken_over_and_both_changes_are_saved(
    session: Session, coordinator: Page, made: Callable[[Session], tuple[Any, str]], theirs: tuple[str, Any],
    mine: tuple[str, str], said: str,
) -> None:  # fmt: skip
    row, page = sent_after_another(session, coordinator, made, theirs, mine)
    assert told(page)[:2] == ([said], [])
    assert (getattr(row, theirs[0]), getattr(row, mine[0]) == mine[1]) == (theirs[1], False)
    page.fill_and_send()
    assert "Zapisane." in page.text
    session.expire_all()
    assert (getattr(row, theirs[0]), getattr(row, mine[0])) == (theirs[1], mine[1])


@pytest.mark.parametrize(
    ("made", "theirs", "mine", "said"),
    [
        (a_car, ("name", "Cudze"), ("name", "Nowe"), "Nazwa: Cudze"),
        (a_driver, ("phone", None), ("phone", "41 1"), "Telefon: nic"),
        (a_firm, ("phone", "41 2"), ("phone", "41 1"), "Telefon: 41 2"),
    ],
)
def test_what_both_changed_stays_as_i_typed_it_beside_what_is_saved_and_i_decide(
    session: Session, coordinator: Page, made: Callable[[Session], tuple[Any, str]], theirs: tuple[str, Any],
    mine: tuple[str, str], said: str,
) -> None:  # fmt: skip
    row, page = sent_after_another(session, coordinator, made, theirs, mine)
    assert told(page)[:2] == ([], [said])
    assert getattr(row, theirs[0]) == theirs[1]
    page.fill_and_send()
    assert "Zapisane." in page.text
    session.expire_all()
    assert getattr(row, mine[0]) == mine[1]


def test_the_same_change_by_both_is_simply_saved(session: Session, coordinator: Page) -> None:
    firm, address = a_firm(session)
    session.commit()
    page = coordinator.get(address)
    firm.phone = "41 2"
    session.commit()
    page.fill_and_send({"phone": "41 2", "name": "Taxi Nowe"})
    assert "Zapisane." in page.text
    session.expire_all()
    assert (firm.name, firm.phone) == ("Taxi Nowe", "41 2")


def test_a_third_change_between_my_two_saves_is_told_as_well(session: Session, coordinator: Page) -> None:
    firm, address = a_firm(session)
    session.commit()
    page = coordinator.get(address)
    firm.agreement_number = "U/8"
    session.commit()
    page.fill_and_send({"phone": "41 1"})
    firm.agreement_number = "U/9"
    session.commit()
    page.fill_and_send()
    assert told(page)[:2] == (["Numer umowy: U/9"], [])
    page.fill_and_send()
    session.expire_all()
    assert (firm.phone, firm.agreement_number) == ("41 1", "U/9")


def test_a_form_sent_with_a_mistake_still_knows_what_it_was_drawn_from(session: Session, coordinator: Page) -> None:
    firm, address = a_firm(session)
    session.commit()
    page = coordinator.get(address)
    firm.agreement_number = "U/8"
    session.commit()
    page.fill_and_send({"name": ""})
    assert "Podaj nazwę firmy." in page.main
    page.fill_and_send({"name": "Taxi Nowe"})
    assert told(page)[:2] == (["Numer umowy: U/8"], [])


def test_a_form_carried_through_sign_in_overwrites_nothing_either(session: Session, page: Page, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "coordinator", e_mail="ewa@mopr.example", second_factor=True).id)
    firm, address = a_firm(session)
    session.commit()
    page.get(address)
    clock.pass_by(minutes=31)
    page.fill_and_send({"phone": "41 1"}, status=401)
    firm.agreement_number = "U/8"
    session.commit()
    page.fill_and_send({"e_mail": "ewa@mopr.example", "password": PASSWORD}).fill_and_send({"code": code_now()})
    assert page.h1 == "Dokończ to, co było zaczęte"
    assert "was_" not in page.main
    page.fill_and_send()
    assert told(page)[:2] == (["Numer umowy: U/8"], [])
    page.fill_and_send()
    session.expire_all()
    assert (firm.phone, firm.agreement_number) == ("41 1", "U/8")


def test_of_two_who_change_a_car_at_once_one_is_saved_and_one_is_told(
    session: Session, coordinator: Page, new_page: Callable[[], Page], app: Flask
) -> None:
    car, address = a_car(session)
    other = new_page()
    other.sign_in("staff", make_staff(session, "coordinator").id)
    pages = [(coordinator.get(address), "Pierwsze"), (other.get(address), "Drugie")]
    forms = [{**{key: values[0] for key, values in page.fields().items()}, "name": name} for page, name in pages]
    session.commit()

    def send(number: int) -> Callable[[], int]:
        client = pages[number][0].client
        return lambda: client.post(address, data=forms[number], base_url="https://localhost").status_code

    assert sorted(at_once(app, [send(0), send(1)])) == [200, 302]
    session.expire_all()
    assert car.name in ("Pierwsze", "Drugie")


def test_two_who_change_different_fields_at_once_both_keep_their_change(
    session: Session, coordinator: Page, new_page: Callable[[], Page], app: Flask
) -> None:
    car, address = a_car(session)
    other = new_page()
    other.sign_in("staff", make_staff(session, "coordinator").id)
    mine = [(coordinator.get(address), {"name": "Nowe"}), (other.get(address), {"seats": "7"})]
    forms = [(page, {**{key: values[0] for key, values in page.fields().items()}, **typed}) for page, typed in mine]
    session.commit()
    page = sent_at_once(app, address, forms)
    told(page)
    page.fill_and_send()
    session.expire_all()
    assert (car.name, car.seats) == ("Nowe", 7)


def test_a_car_in_service_from_december_gets_shifts_and_absences_before_that_day_comes(
    session: Session, coordinator: Page
) -> None:
    car, driver = make_vehicle(session, in_service_from=DECEMBER), make_driver(session)
    shift = {"vehicle": str(car.id), "driver": str(driver.id), "starts": "7:30", "ends": "15:30", "break_minutes": "0"}
    coordinator.get("/flota/zmiany/nowa").fill_and_send({**shift, "first_on": "30.11.2026"})
    assert "Samochód tego dnia nie jeździ." in coordinator.main
    coordinator.get("/flota/zmiany/nowa").fill_and_send({**shift, "first_on": "1.12.2026"})
    assert session.scalars(select(Shift.on)).all() == [DECEMBER]
    away = {"whose": f"vehicle:{car.id}", "reason": "przegląd", "from_on": "2.12.2026", "until_on": "2.12.2026"}
    coordinator.get("/flota/nieobecnosci").fill_and_send(away, form="Zapisz")
    assert session.scalars(select(Absence.vehicle_id)).all() == [car.id]
    assert "od 01.12.2026" in coordinator.get("/flota/").main


@pytest.mark.parametrize(("last_day", "offered"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_a_withdrawn_car_is_no_longer_offered(
    session: Session, coordinator: Page, last_day: date, offered: bool
) -> None:
    make_vehicle(session, name="Zielony bus", in_service_until=last_day)
    make_driver(session, first_name="Zenon", left_on=last_day)
    for address in ("/flota/zmiany/nowa", "/flota/nieobecnosci"):
        page = coordinator.get(address)
        assert ("Zielony bus" in page.main, "Zenon" in page.main) == (offered, offered)
    assert session.scalars(select(Vehicle.name)).all() == ["Zielony bus"]
