"""Every list asks the database as many questions for ten rows as for three hundred."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.harness import queries_of
from bench.pages import cookie_of
from services_app import clock as house_clock
from services_app.clock import moment_at
from services_app.database import transaction
from services_app.duties.models import (
    AccessibilityRequest,
    AccessibilityStep,
    AccessReview,
    AccessReviewItem,
    DataBreach,
    IncidentContact,
    RetentionRule,
    RetentionRun,
    StaffTraining,
    StatementReview,
)
from services_app.duties.terms import AnswerBy, Kept, RequestChannel, RequestState, ReviewOutcome
from services_app.fleet.models import Absence, Driver, Shift, Vehicle
from services_app.journal.actions import SYSTEM, record
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel, MessageState
from services_app.places.models import Destination
from services_app.residents.models import (
    PersonalDataRequest,
    Representation,
    Representative,
    Resident,
    ResidentPhone,
    ResidentSearchWord,
)
from services_app.residents.terms import ConsentHow, DataRequestKind, Scope
from services_app.rides.models import Enrolment, EnrolmentCondition, JoinApplication, Leg, Refusal, Ride
from services_app.rides.terms import (
    ApplicationState,
    Condition,
    Direction,
    EnrolmentState,
    Purpose,
    ReturnMode,
    RideState,
)
from services_app.rides.terms import Channel as Came
from services_app.staff.models import StaffAccount, StaffRole
from tests.factories.residents import make_representative
from tests.factories.rides import ROOMY, make_rules
from tests.factories.staff import make_staff
from tests.frozen import Clock

FEW, MANY = 10, 510
"""More than SQLAlchemy asks for in one go (500) when it fetches what belongs to rows."""
NOW = "2026-06-15 08:00"
TODAY = date(2026, 6, 15)

STAFF_LISTS = (
    "/pulpit", "/dziennik/", "/wiadomosci/", "/wiadomosci/dzwonienie", "/wiadomosci/nieudane", "/miejsca/", "/miejsca/?q=poradnia",
    "/flota/", "/flota/zmiany", "/flota/nieobecnosci", "/osoby?q=testowa", "/osoby?q=600", "/wnioski-o-dane", "/pracownicy/",
    "/przejazdy/biurko?q=testowa", "/przejazdy/biurko/{resident}", "/przejazdy/dzien", "/przejazdy/dzien?stan=nieprzydzielone",
    "/przejazdy/zgloszenia", "/przejazdy/zgloszenia/internetowe",
    "/przejazdy/zgloszenia/internetowe?stan=zalatwione",
    "/przejazdy/zasady", "/osoby/{resident}", "/osoby/{resident}/przedstawiciele", "/dostepnosc/",
    "/dostepnosc/?stan=zalatwione", "/naruszenia/", "/naruszenia/rejestr.csv", "/przeglad-uprawnien/", "/przeglad-uprawnien/szkolenia",
    "/przechowywanie/", "/ustawienia/deklaracja", "/ustawienia/incydenty",
)  # fmt: skip
DAUGHTERS_LISTS = (
    "/przejazdy/moje",
    "/przejazdy/moje?minione=1",
    "/przejazdy/zamow",
    "/moje-osoby",
    "/przejazdy/program",
)
RESIDENTS_LISTS = (
    "/przejazdy/moje",
    "/przejazdy/moje?minione=1",
    "/moi-przedstawiciele",
    "/moje-dane",
    "/przejazdy/zamow/nowe/dokad",
)
NO_LISTS = frozenset(
    {
        "accessibility.ask_for_accessibility", "accessibility.enter_request", "incidents.incident_reported", "incidents.report_incident",
        "duties.processing_file", "residents.add_my_representative",
        "dashboard.home", "dashboard.phone_lines", "fleet.new_contractor", "fleet.new_driver", "fleet.new_shift", "fleet.new_vehicle",
        "journal.entries_file",
        "messaging.demo_outbox", "messaging.texts", "places.new", "places.suggest_destinations", "places.suggest_streets",
        "residents.change_my_data", "residents.choose_who", "residents.enter_code", "residents.my_data_export", "residents.new",
        "residents.sign_in", "residents.sign_in_by_letter", "rides.about", "rides.apply_for_myself",
        "rides.apply_for_somebody", "rides.join", "rides.my_shift", "rides.own_places",
        "staff.change_password", "staff.invite", "staff.my_account", "staff.new_second_factor", "staff.second_factor", "staff.sign_in",
        "web.accessibility_statement", "web.favicon", "web.live", "web.metrics", "web.preferences", "web.privacy", "web.ready",
        "web.security_txt", "web.site_map",
    }
)  # fmt: skip
"""Pages with an address of their own that show no list that grows with what is stored."""


def test_every_page_is_known_to_be_a_list_or_none(app: Flask) -> None:
    visited = {path.split("?")[0] for path in (*STAFF_LISTS, *DAUGHTERS_LISTS, *RESIDENTS_LISTS)}
    unknown = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and rule.rule not in visited
        and rule.endpoint not in NO_LISTS
    }
    assert not unknown, f"add them to a list of this module: {sorted(unknown)}"


@pytest.mark.slow
def test_ten_rows_and_five_hundred_take_the_same_questions(app: Flask, session: Session, clock: Clock) -> None:
    clock.at(NOW)
    people = _readers(session)
    with transaction() as writing:
        filling = _Filling(writing, make_rules(writing, ROOMY).id, people["representative"])
        filling.add(FEW)
    people["resident"] = filling.first_resident
    few = _counted(app, people, _pages())
    with transaction():
        filling.add(MANY - FEW)
    many = _counted(app, people, _pages(), visits=1)
    # what a process keeps by its content is asked for anew once: who differs is visited once more
    many |= _counted(app, people, [page for page, count in many.items() if count != few[page]], visits=1)
    assert {page: (few[page], count) for page, count in many.items() if count != few[page]} == {}


def _readers(session: Session) -> dict[str, int]:
    staff = make_staff(session, "operator", "coordinator", "administrator", "manager", "auditor")
    daughter = make_representative(session)
    session.commit()
    return {"staff": staff.id, "representative": daughter.id}


def _pages() -> list[tuple[str, str]]:
    lists = {"staff": STAFF_LISTS, "representative": DAUGHTERS_LISTS, "resident": RESIDENTS_LISTS}
    return [(kind, path) for kind, paths in lists.items() for path in paths]


def _counted(
    app: Flask, people: dict[str, int], pages: list[tuple[str, str]], *, visits: int = 2
) -> dict[tuple[str, str], int]:
    """How many statements each page takes at its last visit, once everything a process keeps is kept."""
    return {
        (kind, path): _alone(_count, app, path.format(resident=people["resident"]), kind, people[kind], visits)
        for kind, path in pages
    }


def _count(app: Flask, path: str, kind: str, who: int, visits: int) -> int:
    cookie = cookie_of(app, kind, who)
    return [queries_of(app, path, cookie) for _visit in range(visits)][-1]


def _alone(call: Callable[..., int], *arguments: Any) -> int:
    """Outside the test's own application context, as a server answers."""
    return contextvars.Context().run(call, *arguments)


_APPLICATION_STATES = (ApplicationState.WAITING, ApplicationState.REFUSED)


class _Filling:
    """Rows for every list, more each time; they fit together but nothing of the product's own actions is needed to make them."""

    def __init__(self, session: Session, version_id: int, daughter_id: int) -> None:
        self.session, self.version_id, self.daughter_id = session, version_id, daughter_id
        self.now = house_clock.now()
        self.made = 0
        self.first_resident = 0

    def add(self, count: int) -> None:
        """So many more of everything."""
        numbers = range(self.made, self.made + count)
        self.made += count
        people = self._many(Resident, [self._person(number) for number in numbers])
        self.first_resident = self.first_resident or people[0]
        self._about_people(numbers, people)
        places = self._many(Destination, [self._place(number) for number in numbers])
        cars = self._many(Vehicle, [self._car(number) for number in numbers])
        drivers = self._many(Driver, [{"first_name": "Marek", "last_name": f"Wozak {number}"} for number in numbers])
        shifts = self._many(Shift, [self._shift(*pair) for pair in zip(cars, drivers, strict=True)])
        self._many(Absence, [self._absence(driver) for driver in drivers])
        self._rides(people, places, shifts)
        self._messages(numbers, people)
        for number in numbers:
            record(self.session, "resident_read", ("resident", number), by=SYSTEM, now=self.now)
        self._staff(numbers)

    def _many(self, model: Any, rows: list[dict[str, Any]]) -> list[int]:
        inserting = insert(model).returning(model.id, sort_by_parameter_order=True).execution_options(render_nulls=True)
        return list(self.session.scalars(inserting, rows))

    def _person(self, number: int) -> dict[str, Any]:
        return {
            "pesel_hash": f"{number:064d}", "birth_on": date(1946, 12, 5), "first_name": "Jadwiga", "last_name": "Testowa",
            "search_name": "testowa jadwiga", "sort_name": f"testowa {number:04d}", "street": "Zagórska", "house_number": str(number),
            "search_street": f"zagorska {number}", "latitude": 50.87, "longitude": 20.62, "created_at": self.now, "changed_at": self.now,
            "version": 1,
        }  # fmt: skip

    def _about_people(self, numbers: range, people: list[int]) -> None:
        pairs = list(zip(numbers, people, strict=True))
        words = [
            {"resident_id": who, "word": word} for number, who in pairs for word in ("testowa", f"+600{number:06d}")
        ]
        self.session.execute(insert(ResidentSearchWord), words)
        self._many(ResidentPhone, [{"resident_id": who, "number": f"+48600{number:06d}"} for number, who in pairs])
        consent = {
            "scope": Scope.BOOK, "consent_how": ConsentHow.BY_PHONE, "consent_text": "2026-1", "consented_at": self.now,
            "recorded_by_kind": "staff",
        }  # fmt: skip
        self._many(
            Representation, [{"representative_id": self.daughter_id, "resident_id": who, **consent} for who in people]
        )
        others = [
            {"kind": "relative", "name": f"Ewa {n}", "search_name": f"ewa {n}", "created_at": self.now} for n in numbers
        ]
        ids = self._many(Representative, others)
        self._many(
            Representation, [{"representative_id": one, "resident_id": self.first_resident, **consent} for one in ids]
        )
        asked = {"kind": DataRequestKind.ACCESS, "answer_by": TODAY}
        requests = [{"resident_id": who, "received_at": self.now, **asked} for who in people]
        self._many(PersonalDataRequest, requests)
        enrolments = self._many(Enrolment, [self._enrolment(who) for who in people])
        conditions = [{"enrolment_id": one, "condition": Condition.CANNOT_USE_TRANSIT} for one in enrolments]
        self._many(EnrolmentCondition, conditions)
        self._many(JoinApplication, [self._application(state) for _who in people for state in _APPLICATION_STATES])

    def _application(self, state: ApplicationState) -> dict[str, Any]:
        return {
            "state": state, "received_at": self.now, "birth_on": date(1946, 12, 5), "first_name": "Jadwiga", "last_name": "Testowa",
            "phone": "+48600100200", "street": "Zagórska", "house_number": "1", "town": "Kielce", "mobility": "walks", "conditions": [],
            "rules_version_id": self.version_id, "statement_text": "2026-1", "reasons": [],
        }  # fmt: skip

    def _enrolment(self, who: int) -> dict[str, Any]:
        return {
            "resident_id": who, "rules_version_id": self.version_id, "state": EnrolmentState.DECLARED, "channel": Came.PHONE,
            "declared_at": self.now, "declared_by_kind": "staff", "statement_text": "2026-1", "reasons": [],
        }  # fmt: skip

    def _place(self, number: int) -> dict[str, Any]:
        return {
            "name": f"Poradnia {number}", "search_name": f"poradnia {number}", "sort_name": f"poradnia {number:04d}",
            "category": "przychodnia", "street": "Grunwaldzka", "house_number": str(number), "latitude": 50.88, "longitude": 20.61,
        }  # fmt: skip

    def _car(self, number: int) -> dict[str, Any]:
        depot = {"depot_latitude": 50.87, "depot_longitude": 20.62}
        return {"name": f"Auto {number}", "plate": f"TK {number:05d}", "in_service_from": date(2024, 1, 1), **depot}

    def _shift(self, car: int, driver: int) -> dict[str, Any]:
        starts, ends = moment_at(TODAY, time(7)), moment_at(TODAY, time(16))
        return {"on": TODAY, "vehicle_id": car, "driver_id": driver, "starts_at": starts, "ends_at": ends}

    def _absence(self, driver: int) -> dict[str, Any]:
        later = TODAY + timedelta(days=3)
        return {"driver_id": driver, "from_on": later, "until_on": later, "reason": "urlop"}

    def _rides(self, people: list[int], places: list[int], shifts: list[int]) -> None:
        """Today one for each person in a car of its own; one over and one to come for the first of all."""
        rows, cars = [], []
        for number, (who, place, shift) in enumerate(zip(people, places, shifts, strict=True)):
            days = TODAY - timedelta(days=1 + number), TODAY + timedelta(days=1 + number)
            rows.append(self._ride(who, place, TODAY, RideState.CONFIRMED))
            rows.append(self._ride(self.first_resident, place, days[0], RideState.DONE))
            rows.append(self._ride(self.first_resident, place, days[1], RideState.CONFIRMED))
            cars += [shift, None, None]
        ids = self._many(Ride, rows)
        self._many(Leg, [self._leg(ride, row["on"], car) for ride, row, car in zip(ids, rows, cars, strict=True)])
        wish = {"wished_on": TODAY, "wish": {}, "reasons": [], "offered": []}
        refused = {
            "rules_version_id": self.version_id,
            "at": self.now,
            "channel": Came.PHONE,
            "by_kind": "staff",
            **wish,
        }
        self._many(Refusal, [{"resident_id": who, **refused} for who in people])

    def _ride(self, who: int, place: int, on: date, state: RideState) -> dict[str, Any]:
        return {
            "resident_id": who, "rules_version_id": self.version_id, "on": on, "state": state, "purpose": Purpose.MEDICAL,
            "destination_id": place, "destination_name": f"Poradnia {place}", "destination_address": "Grunwaldzka 45",
            "destination_latitude": 50.88, "destination_longitude": 20.61, "appointment_at": moment_at(on, time(10)), "visit_minutes": 60,
            "return_mode": ReturnMode.FIXED_HOUR,
            "mobility": "walks", "assistance": "door", "channel": Came.PHONE,
            "booked_by_kind": "staff", "booked_at": self.now, "cancel_until": moment_at(on, time(6)), "charged_legs": 2,
            "overridden": [], "revision": 1,
        }  # fmt: skip

    def _leg(self, ride: int, on: date, car: int | None) -> dict[str, Any]:
        def at(hour: int, minute: int = 0) -> datetime:
            return moment_at(on, time(hour, minute))

        return {
            "ride_id": ride, "on": on, "sequence": 0, "direction": Direction.OUTBOUND, "from_latitude": 50.87, "from_longitude": 20.62,
            "to_latitude": 50.88, "to_longitude": 20.61, "boarding_minutes": 4, "alighting_minutes": 2, "promised_from_at": at(9),
            "promised_until_at": at(9, 15), "arrive_by_at": at(9, 50), "planned_pickup_at": at(9), "planned_dropoff_at": at(9, 25),
            "shift_id": car,
        }  # fmt: skip

    def _messages(self, numbers: range, people: list[int]) -> None:
        kinds = (
            (Channel.SMS, MessageState.CREATED), (Channel.SMS, MessageState.PERMANENT_FAILURE), (Channel.CALL, MessageState.CREATED)
        )  # fmt: skip
        self._many(
            Message,
            [
                {
                    "dedupe_key": f"{channel}{state}{number}", "kind": "ride_confirmed", "channel": channel, "state": state,
                    "recipient_kind": "resident", "recipient_id": who, "resident_id": who, "recipient_name": "Jadwiga Testowa",
                    "address": f"+48600{number:06d}", "body": "Przejazd jutro.", "created_at": self.now, "due_at": self.now,
                    "expires_at": self.now + timedelta(days=1),
                }
                for number, who in zip(numbers, people, strict=True)
                for channel, state in kinds
            ],
        )  # fmt: skip

    def _staff(self, numbers: range) -> None:
        rows = [
            {
                "e_mail": f"k{number}@mopr.example",
                "first_name": "Anna",
                "last_name": f"Nowak {number}",
                "created_at": self.now,
            }
            for number in numbers
        ]
        accounts = self._many(StaffAccount, rows)
        self.session.execute(insert(StaffRole), [{"account_id": one, "role": "operator"} for one in accounts])
        self._duties(numbers, accounts)

    def _duties(self, numbers: range, accounts: list[int]) -> None:
        """What the office owes by law, each by another member of staff."""
        asked = {
            "name": "Ewa", "answer_by": AnswerBy.LETTER, "address": "Zagórska 1", "place": "strona", "barrier": "małe litery",
            "channel": RequestChannel.PHONE, "received_on": TODAY, "received_at": self.now, "due_on": TODAY,
        }  # fmt: skip
        for state in (RequestState.RECEIVED, RequestState.DONE):
            ids = self._many(AccessibilityRequest, [asked | {"state": state} for _number in numbers])
            steps = [{"request_id": one, "at": self.now, "state": state, "by_letter": True} for one in ids]
            self._many(AccessibilityStep, steps)
        reviewed = {"reviewed_on": TODAY, "outcome": ReviewOutcome.UNCHANGED, "at": self.now}
        self._many(StatementReview, [reviewed | {"by_id": one} for one in accounts])
        noticed = {"found_at": self.now, "reported_at": self.now, "happened": "x", "kinds": [], "revision": 1}
        self._many(DataBreach, [noticed | {"reported_by_id": one} for one in accounts])
        person = {
            "name": "Adam", "phone": "+48413312524", "e_mail": "a@mopr.example", "csirt_address": "https://incydent.example",
            "instruction": "x", "confirmed_on": TODAY, "at": self.now,
        }  # fmt: skip
        self._many(IncidentContact, [person | {"confirmed_by_id": one} for one in accounts])
        over = {"begun_at": self.now, "finished_at": self.now, "running": None}
        reviews = self._many(AccessReview, [over | {"begun_by_id": one, "finished_by_id": one} for one in accounts])
        items = [
            {"review_id": review, "account_id": one, "roles": []} for review, one in zip(reviews, accounts, strict=True)
        ]
        self._many(AccessReviewItem, items)
        trained = {"trained_on": TODAY, "topic": "x", "recorded_at": self.now}
        self._many(StaffTraining, [trained | {"account_id": one, "recorded_by_id": one} for one in accounts])
        period = {
            "kept": Kept.RIDE,
            "years": 5,
            "legal_source": "x",
            "valid_from": TODAY,
            "confirmed_on": TODAY,
            "at": self.now,
        }
        rules = self._many(RetentionRule, [period | {"confirmed_by_id": one} for one in accounts])
        run = {"kept": Kept.RIDE, "ended_before": TODAY, "removed": 1, "subject_ids": [1], "at": self.now}
        self._many(
            RetentionRun, [run | {"rule_id": rule, "by_id": one} for rule, one in zip(rules, accounts, strict=True)]
        )
