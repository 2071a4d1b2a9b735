"""Firms that drive for the centre, and the cars that belong to them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.fleet.models import Contractor, Vehicle, VehicleKind
from services_app.journal.models import JournalEntry
from tests.factories.fleet import make_vehicle
from tests.factories.staff import make_staff
from tests.page import Page

FIRM = {"name": "Taxi Wzgórze sp. z o.o.", "phone": "41 300 10 01", "agreement_number": "U/7/2026"}
CAR = {"name": "Taksówka 1", "plate": "TK 123AB", "kind": "contractor", "in_service_from": "1.01.2026"}


@pytest.fixture
def coordinator(session: Session, page: Page) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def firms(session: Session) -> list[tuple[str, str | None, str | None]]:
    session.rollback()
    session.expire_all()
    return [(one.name, one.phone, one.agreement_number) for one in session.scalars(select(Contractor))]


def firm(session: Session) -> Contractor:
    made = Contractor(name="Taxi Próbna")
    session.add(made)
    session.commit()
    return made


@pytest.mark.parametrize("role", ["coordinator", "administrator", "manager"])
def test_an_office_enters_its_taxi_firm_and_gives_it_a_car(session: Session, page: Page, role: str) -> None:
    page.sign_in("staff", make_staff(session, role).id)
    page.get("/flota/").follow("Dodaj firmę").fill_and_send(FIRM)
    assert "Zapisane." in page.text
    assert FIRM["name"] in page.main
    assert firms(session) == [(FIRM["name"], FIRM["phone"], FIRM["agreement_number"])]
    made = session.scalars(select(Contractor)).one()
    page.get("/flota/samochody/nowy").fill_and_send({**CAR, "contractor": str(made.id)})
    car = session.scalars(select(Vehicle)).one()
    assert (car.kind, car.contractor_id) == (VehicleKind.CONTRACTOR, made.id)
    assert "contractor_added" in session.scalars(select(JournalEntry.deed)).all()


def test_a_firm_is_changed_and_the_journal_says_so(session: Session, coordinator: Page) -> None:
    made = firm(session)
    page = coordinator.get("/flota/").follow("Taxi Próbna")
    assert page.path == f"/flota/firmy/{made.id}"
    page.fill_and_send({"phone": "41 300 10 02"})
    assert firms(session) == [("Taxi Próbna", "41 300 10 02", None)]
    assert "contractor_changed" in session.scalars(select(JournalEntry.deed)).all()


def test_a_firm_needs_a_name(session: Session, coordinator: Page) -> None:
    coordinator.get("/flota/firmy/nowa").fill_and_send({**FIRM, "name": " "})
    assert "Podaj nazwę firmy." in coordinator.main
    assert firms(session) == []


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_who_only_reads_sees_firms_and_changes_none(session: Session, page: Page, role: str) -> None:
    made = firm(session)
    page.sign_in("staff", make_staff(session, role).id)
    assert "Taxi Próbna" in page.get("/flota/").main
    page.get(f"/flota/firmy/{made.id}", status=403)
    page.get("/flota/firmy/nowa", status=403)


def test_a_firm_that_is_none_leads_nowhere(coordinator: Page) -> None:
    coordinator.get("/flota/firmy/123456", status=404)


def test_a_contractor_s_car_without_a_contractor_is_refused_beside_the_field(
    session: Session, coordinator: Page
) -> None:
    made = firm(session)
    coordinator.get("/flota/samochody/nowy").fill_and_send({**CAR, "contractor": ""})
    assert "Wybierz firmę." in coordinator.main
    assert session.scalars(select(Vehicle)).all() == []
    coordinator.fill_and_send({"contractor": str(made.id)})
    assert session.scalars(select(Vehicle.contractor_id)).all() == [made.id]


def test_a_car_of_the_centre_s_own_has_no_contractor(session: Session, coordinator: Page) -> None:
    car = make_vehicle(session, kind=VehicleKind.CONTRACTOR, contractor_id=firm(session).id)
    coordinator.get(f"/flota/samochody/{car.id}").fill_and_send({"kind": "own"})
    assert "Samochód ośrodka nie ma wykonawcy." in coordinator.main
    coordinator.fill_and_send({"contractor": ""})
    session.expire_all()
    assert (car.kind, car.contractor_id) == (VehicleKind.OWN, None)
