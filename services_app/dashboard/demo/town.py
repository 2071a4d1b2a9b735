"""The demo's town: staff, vehicles, drivers, shifts, streets and the people of the programme."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock, workdays
from services_app.dashboard.demo.people import fictional_people
from services_app.fleet.actions import VehicleFacts, add_contractor, save_driver, save_vehicle
from services_app.fleet.models import Driver, Shift, Vehicle, VehicleKind
from services_app.journal.actions import SYSTEM
from services_app.places.actions import install_kielce
from services_app.places.models import Street
from services_app.residents.actions import record_representation, register_resident
from services_app.residents.actions.representing import NewRepresentative, Representing
from services_app.residents.models import Resident
from services_app.residents.terms import ConsentHow, RepresentativeKind, Scope, ToldBy
from services_app.rides.actions import decide_enrolment, enrol, install_shipped_rules, verify_condition
from services_app.rides.terms import Channel, Condition
from services_app.staff.actions import Details, make_account
from services_app.web.models import PhoneLine

PASSWORD = "kielce-probne-haslo"  # noqa: S105 - printed for everybody who tries the demo; production has no such accounts
RESIDENTS = 200

STAFF = (
    ("operator", "Ola", "Operatorska", ("operator",)),
    ("koordynator", "Karol", "Koordynujący", ("coordinator",)),
    ("kierowca", "Darek", "Drogowski", ("driver",)),
    ("kierownik", "Kinga", "Kierownicza", ("manager",)),
    ("audytor", "Adam", "Audytowy", ("auditor",)),
    ("administrator", "Alicja", "Administrująca", ("administrator",)),
    ("urzednik", "Urszula", "Urzędowa", ("clerk",)),
    ("zakretki", "Zenon", "Zakrętkowy", ("caps_coordinator",)),
)
"""Name before the @, first and last name, roles."""


def fill_town(session: Session, *, now: datetime) -> None:
    """Everything that does not ride yet."""
    today = clock.day_of(now)
    _phone_lines(session, today=today)
    for name, first, last, roles in STAFF:
        details = Details(f"{name}@mopr.example", first, last, frozenset(roles))
        make_account(session, details, PASSWORD, by=SYSTEM, now=now)
    install_kielce(session)
    install_shipped_rules(session, now=now)
    session.flush()
    _fleet(session, now=now)
    _people(session, now=now)


def _phone_lines(session: Session, *, today: date) -> None:
    rides = PhoneLine(
        programme="rides",
        phone="+48514643274",
        opens_at=time(7, 30),
        closes_at=time(15, 30),
        valid_from=today - timedelta(days=400),
    )
    centre = PhoneLine(
        programme="centre",
        phone="+48413312524",
        opens_at=time(7, 30),
        closes_at=time(15, 30),
        valid_from=today - timedelta(days=400),
    )
    session.add_all((rides, centre))


def _fleet(session: Session, *, now: datetime) -> None:
    today = clock.day_of(now)
    began = today - timedelta(days=400)
    firm = add_contractor(
        session, "Taxi Próbna sp. z o.o.", by=SYSTEM, now=now, phone="+48413690999", agreement_number="U/7/2026"
    )
    bus = VehicleFacts("Biały bus", "TK 9901P", 50.8746, 20.6290, began, seats=5, wheelchair_places=1)
    car = VehicleFacts("Srebrna octavia", "TK 9902P", 50.8746, 20.6290, began, seats=4)
    taxi = VehicleFacts(
        "Taxi próbna 1",
        "TK 9903P",
        50.8742,
        20.6187,
        began,
        seats=4,
        kind=VehicleKind.CONTRACTOR,
        contractor_id=firm.id,
    )
    vehicles = [save_vehicle(session, None, facts, by=SYSTEM, now=now) for facts in (bus, car, taxi)]
    people = (("Darek", "Drogowski"), ("Beata", "Kierownicowa"), ("Tomasz", "Skrętny"), ("Grzegorz", "Postojowy"))
    drivers = []
    for number, (first, last) in enumerate(people):
        facts = {
            "first_name": first,
            "last_name": last,
            "phone": f"+4850090099{number}",
            "contractor_id": firm.id if number == 3 else None,
        }
        drivers.append(save_driver(session, None, facts, by=SYSTEM, now=now))
    account = next(name for name, _first, _last, roles in STAFF if "driver" in roles)
    drivers[0].staff_account_id = _account_id(session, f"{account}@mopr.example")
    _shifts(session, vehicles, drivers, today=today)


def _account_id(session: Session, e_mail: str) -> int:
    from services_app.staff.models import StaffAccount

    return session.scalars(select(StaffAccount.id).where(StaffAccount.e_mail == e_mail)).one()


def _shifts(session: Session, vehicles: list[Vehicle], drivers: list[Driver], *, today: date) -> None:
    """Every working day from three months back to six weeks ahead, inside the hours of the service; drivers take turns on the bus."""
    on = today - timedelta(days=92)
    while on <= today + timedelta(days=42):
        if workdays.is_working_day(on):
            turn = on.isocalendar().week % 2
            pairs = ((vehicles[0], drivers[turn]), (vehicles[1], drivers[2]), (vehicles[2], drivers[3]))
            for vehicle, driver in pairs:
                session.add(_shift(on, vehicle, driver))
        on += timedelta(days=1)


def _shift(on: date, vehicle: Vehicle, driver: Driver) -> Shift:
    def at(hour: int, minute: int = 0) -> datetime:
        return clock.moment_at(on, time(hour, minute))

    return Shift(
        on=on, vehicle_id=vehicle.id, driver_id=driver.id, starts_at=at(7, 30), ends_at=at(15, 30), break_minutes=20,
        break_from_at=at(11), break_until_at=at(13),
    )  # fmt: skip


def _people(session: Session, *, now: datetime) -> None:
    names = session.scalars(select(Street).where(Street.latitude.is_not(None)).order_by(Street.id)).all()
    streets = [f"{'ul. ' if street.kind == 'ulica' else ''}{street.name}" for street in names]
    today = clock.day_of(now)
    long_ago = now - timedelta(days=200)
    for number, person in enumerate(fictional_people(RESIDENTS, streets, today=today)):
        resident = register_resident(session, person, by=SYSTEM, now=long_ago, somebody_else=True).resident
        if resident is None:
            raise RuntimeError("a demo resident was refused")
        _enrol(session, resident, number, now=now)
        if number % 8 == 0:
            _represent(session, resident, number, now=now, today=today)


def _enrol(session: Session, resident: Resident, number: int, *, now: datetime) -> None:
    """Most are in the programme; some wait for the coordinator, some have not joined."""
    if number % 20 == 19:
        return
    waits = number % 25 == 11
    declared_at = now - timedelta(days=2 + number % 5) if waits else now - timedelta(days=150 + number % 30)
    enrolment = enrol(
        session, resident.id, (Condition.CANNOT_USE_TRANSIT,), by=SYSTEM, channel=Channel.DESK, now=declared_at
    )
    if waits:
        return
    next_day = declared_at + timedelta(days=1)
    old_enough = resident.birth_on.replace(year=resident.birth_on.year + 70) <= clock.day_of(declared_at)
    verify_condition(session, enrolment.id, Condition.CANNOT_USE_TRANSIT, True, by=SYSTEM, now=next_day)
    decide_enrolment(session, enrolment.id, old_enough, by=SYSTEM, now=next_day)


def _represent(session: Session, resident: Resident, number: int, *, now: datetime, today: date) -> None:
    daughter = NewRepresentative(
        RepresentativeKind.RELATIVE, f"Córka Zagraniczna-{number + 1}", f"+48500800{number:03d}", f"corka{number}@poczta.example",
        told_by=ToldBy.E_MAIL,
    )  # fmt: skip
    consent = Representing(Scope.BOOK, told_of_rides=True, how=ConsentHow.IN_PERSON)
    record_representation(session, resident, daughter, consent, by=SYSTEM, now=now - timedelta(days=100), today=today)
