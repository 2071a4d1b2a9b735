"""A town of any size, written straight into the tables: residents with search words, shifts, rides with their ways.

The days around today, the caller and her rides are the same in every size; what differs is how much lies behind them, spread over years of
working days. Ids, hours and cars fit together as the product itself would have saved them.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from flask import Flask
from sqlalchemy import text

from bench.bulk import Bulk
from services_app import clock
from services_app.database import db, transaction
from services_app.fleet.models import Driver, Shift, Vehicle
from services_app.places.models import Destination
from services_app.residents.models import Resident, ResidentPhone, ResidentSearchWord
from services_app.residents.policy.search import words_of
from services_app.rides.actions import install_shipped_rules
from services_app.rides.models import Enrolment, EnrolmentCondition, Leg, Ride, RideEvent, SavedPlace
from services_app.rides.queries import rules_in_force
from services_app.sealed import seal
from services_app.staff.models import StaffAccount, StaffRole
from services_app.web.models import PhoneLine
from services_app.wording import search_key, sort_key

CALLER: Final = 1
"""The resident whose card and rides are opened."""
CARS: Final = 8
RIDES_A_DAY: Final = 100
"""On the day shown: as many as a town rides whose day the planner is measured with."""
WITHOUT_CAR: Final = 4
COMING_DAYS, COMING_RIDES = 10, 40
DESTINATIONS: Final = 60

_FIRST = (
    "Maria", "Anna", "Krystyna", "Barbara", "Zofia", "Helena", "Jadwiga", "Danuta", "Halina", "Irena", "Janina", "Łucja", "Stefania",
    "Jan", "Józef", "Tadeusz", "Jerzy", "Henryk", "Kazimierz", "Marian", "Edward", "Czesław", "Roman", "Lech",
)  # fmt: skip
_STEMS = (
    "Wiś", "Kow", "Ziel", "Dąb", "Mal", "Jaw", "Lip", "Brzez", "Sosn", "Kal", "Wrób", "Sok", "Gór", "Ols", "Grab", "Bor", "Łąk", "Krak",
    "Szyma", "Wit", "Star", "Now", "Żuraw", "Ćwik", "Rud", "Biel", "Czar", "Głog", "Jesion", "Klon", "Mod", "Ost", "Pol", "Raw", "Sien",
    "Tar", "Urb", "Wal", "Zaj", "Źród",
)  # fmt: skip
_ENDS = (
    "niewska",
    "alska",
    "ińska",
    "owska",
    "ecka",
    "nicka",
    "ewicz",
    "ak",
    "czyk",
    "ik",
    "as",
    "oń",
    "ar",
    "ut",
    "ela",
)
_STREETS = (
    "Zagórska", "Warszawska", "Sandomierska", "Grunwaldzka", "Krakowska", "Jagiellońska", "Wiśniowa", "Paderewskiego", "Żeromskiego",
    "Świętokrzyska", "Mazurska", "Toporowskiego", "Sikorskiego", "Massalskiego", "Jana Pawła II", "Ściegiennego", "Wapiennikowa", "Leśna",
)  # fmt: skip
_ENDINGS = (
    ("done", 2, 84), ("cancelled_in_time", 0, 7), ("no_show", 2, 3), ("cancelled_late", 2, 3), ("missed", 0, 1),
    ("cancelled_by_operator", 0, 2),
)  # fmt: skip
_SLOT, _DRIVE = 25, 18  # minutes from one way to the next, and what a way takes
_MANY_NUMBERED = (Resident, ResidentPhone, Ride, Leg, RideEvent, Shift)
_MANY = (*_MANY_NUMBERED, ResidentSearchWord)


@dataclass(frozen=True)
class Town:
    """What was written, for the pages that are measured."""

    rides: int
    residents: int
    today: date
    operator_id: int
    coordinator_id: int


def fill(app: Flask, *, rides: int, residents: int) -> Town:
    """Fill a migrated, empty database with so many rides and residents."""
    now = clock.now()
    with app.app_context():
        with transaction() as session:
            install_shipped_rules(session, now=now)
            operator_id, coordinator_id = _house(session, now)
            version_id = rules_in_force(session, clock.day_of(now))[0].id
        db.session.remove()
        db.engine.dispose()
        with Bulk(db.engine.url, _MANY).hastily() as bulk:
            _write_people(bulk, residents, version_id, now)
            _write_rides(bulk, rides, residents, version_id, clock.day_of(now))
            bulk.number_on((*_MANY_NUMBERED, Enrolment, EnrolmentCondition, SavedPlace))
    return Town(rides, residents, clock.day_of(now), operator_id, coordinator_id)


# --- the house --------------------------------------------------------------------------------------------------------------------------


def _house(session: Any, now: datetime) -> tuple[int, int]:
    """Two members of staff, places, cars with drivers, the phone line, and what the caller saved."""
    staff = [
        StaffAccount(
            e_mail=f"{role}@bench.example", first_name="Anna", last_name="Nowak", created_at=now, roles=[StaffRole(role=role)]
        )
        for role in ("operator", "coordinator")
    ]  # fmt: skip
    session.add_all(staff)
    for number in range(DESTINATIONS):
        name = f"Przychodnia {_STREETS[number % len(_STREETS)]} {number + 1}"
        latitude, longitude = _point(number)
        session.add(
            Destination(
                name=name, search_name=search_key(name), sort_name=sort_key(name), category="przychodnia",
                street=_STREETS[number % len(_STREETS)], house_number=str(number + 1), latitude=latitude, longitude=longitude,
            )
        )  # fmt: skip
    for number in range(CARS):
        session.add(Driver(first_name="Marek", last_name=f"Wozak {number + 1}"))
        session.add(
            Vehicle(
                name=f"Auto {number + 1}", plate=f"TK {20000 + number}", seats=4, wheelchair_places=number % 2,
                depot_latitude=50.8701, depot_longitude=20.6275, in_service_from=date(2000, 1, 1),
            )
        )  # fmt: skip
    opens, closes = datetime(2026, 1, 1, 7, 30), datetime(2026, 1, 1, 15, 30)  # noqa: DTZ001 - only their hours are taken
    session.add(
        PhoneLine(
            programme="rides", phone="+48514643274", opens_at=opens.time(), closes_at=closes.time(), valid_from=date(2020, 1, 1)
        )
    )  # fmt: skip
    session.flush()
    return staff[0].id, staff[1].id


_POINTS: Final = [
    (round(50.8680 + (number * 7 % 50) / 10_000, 5), round(20.6230 + (number * 11 % 70) / 10_000, 5))
    for number in range(350)
]


def _point(number: int) -> tuple[float, float]:
    """A place within half a kilometre of the middle of the town: every way fits into its slot."""
    return _POINTS[number % len(_POINTS)]


_HOURS: Final = [f" {minutes // 60:02d}:{minutes % 60:02d}:00.000000" for minutes in range(24 * 60)]


def _moment(on: str, minutes: int) -> str:
    """A moment (UTC) as both databases keep it: the day and minutes after midnight."""
    return on + _HOURS[minutes]


# --- people -----------------------------------------------------------------------------------------------------------------------------

_PEOPLE = (
    "id", "pesel", "pesel_hash", "birth_on", "sex", "first_name", "last_name", "search_name", "sort_name", "street", "search_street",
    "house_number", "town", "latitude", "longitude", "place_is_exact", "language", "told_by", "mobility", "assistance", "created_at",
    "changed_at", "version",
)  # fmt: skip


@dataclass(frozen=True)
class _Person:
    id: int
    first_name: str
    last_name: str
    street: str
    number: str
    phone: str


def _people(count: int) -> Iterator[_Person]:
    chance = random.Random(50_000)
    names = [stem + end for stem in _STEMS for end in _ENDS]
    for number in range(count):
        yield _Person(
            number + 1, _FIRST[number % len(_FIRST)], names[(number * 7) % len(names)], chance.choice(_STREETS), str(chance.randint(1, 98)),
            f"+48600{number:06d}",
        )  # fmt: skip


def _write_people(bulk: Bulk, count: int, version_id: int, now: datetime) -> None:
    made, sealed, chance = now.strftime("%Y-%m-%d %H:%M:%S.%f"), seal("46120599999"), random.Random(7)
    true, false = (True, False) if bulk.postgresql else (1, 0)

    def rows() -> Iterator[tuple[Any, ...]]:
        for one in _people(count):
            name, walks = f"{one.last_name} {one.first_name}", chance.choice(("walks", "cane", "walker"))
            yield (
                one.id, sealed, f"{one.id:064x}", f"{1930 + one.id % 25}-{one.id % 12 + 1:02d}-{one.id % 28 + 1:02d}", "female",
                one.first_name, one.last_name, search_key(name), sort_key(name), one.street, search_key(f"{one.street} {one.number}"),
                one.number, "Kielce", *_point(one.id), false, "pl", "sms", walks, "door", made, made, 1,
            )  # fmt: skip

    bulk.write(Resident, _PEOPLE, rows())
    phones = ((one.id, one.id, one.phone, false, 0) for one in _people(count))
    bulk.write(ResidentPhone, ("id", "resident_id", "number", "land_line", "position"), phones)
    words = (
        (one.id, word)
        for one in _people(count)
        for word in words_of(one.first_name, one.last_name, one.street, one.number, [one.phone])
    )
    bulk.write(ResidentSearchWord, ("resident_id", "word"), words)
    enrolments = (
        (one, one, version_id, "verified", "phone", made, "staff", "2026-1", made, "[]") for one in range(1, count + 1)
    )
    enrolled = (
        "id", "resident_id", "rules_version_id", "state", "channel", "declared_at", "declared_by_kind", "statement_text", "decided_at",
        "reasons",
    )  # fmt: skip
    bulk.write(Enrolment, enrolled, enrolments)
    conditions = ((one, one, "cannot_use_transit", true, made) for one in range(1, count + 1))
    bulk.write(EnrolmentCondition, ("id", "enrolment_id", "condition", "holds", "verified_at"), conditions)
    bulk.write(SavedPlace, ("id", "resident_id", "destination_id"), [(1, CALLER, 1), (2, CALLER, 2)])


# --- rides ------------------------------------------------------------------------------------------------------------------------------


class _Day(NamedTuple):
    """A working day and how many ride on it."""

    on: date
    rides: int
    state: str | None
    """The state of all its rides; None: they are over, each in its own way."""


def _days(total: int, today: date) -> Iterator[_Day]:
    """Today and the coming days as they are in every size, and as many past days as it takes."""
    yield _Day(today, RIDES_A_DAY, "confirmed")
    left = total - RIDES_A_DAY
    coming = itertools.islice(_working_days(today, 1), COMING_DAYS)
    for on in coming:
        yield _Day(on, COMING_RIDES, "confirmed")
        left -= COMING_RIDES
    a_day = 20 if total < 10_000 else 250
    for on in _working_days(today, -1):
        if left <= 0:
            return
        yield _Day(on, min(a_day, left), None)
        left -= a_day


def _working_days(start: date, step: int) -> Iterator[date]:
    for number in itertools.count(1):
        on = start + timedelta(days=step * number)
        if on.weekday() < 5:
            yield on


_RIDE = (
    "id", "resident_id", "rules_version_id", "on", "state", "purpose", "destination_id", "destination_name", "destination_address",
    "destination_town", "destination_latitude", "destination_longitude", "appointment_at", "visit_minutes", "return_mode", "companions",
    "mobility", "assistance", "excused", "channel", "booked_by_kind", "booked_at", "cancel_until", "charged_legs", "overridden", "revision",
)  # fmt: skip
_LEG = (
    "id", "ride_id", "on", "sequence", "direction", "active", "from_latitude", "from_longitude", "to_latitude", "to_longitude", "seats",
    "wheelchairs", "boarding_minutes", "alighting_minutes", "shared", "promised_from_at", "promised_until_at", "arrive_by_at",
    "planned_pickup_at", "planned_dropoff_at", "shift_id",
)  # fmt: skip
_SHIFT = ("id", "on", "vehicle_id", "driver_id", "starts_at", "ends_at", "break_minutes")
_STARTS, _ENDS_AT = 6 * 60, 17 * 60  # UTC: 7:00 to 18:00 in winter


class _Place(NamedTuple):
    """A ride's place in a day and its car: minutes (UTC) of both pick-ups."""

    car: int | None
    out_at: int
    back_at: int


class _Planned(NamedTuple):
    """One ride of a day in its place, and how it ended."""

    id: int
    on: str
    who: int
    place: _Place
    state: str
    charged: int


@functools.cache
def _places(rides: int) -> tuple[_Place, ...]:
    """Rides one after another into the cars of a day, four out and then four back; the last ones of a busy day have no car."""
    a_round = CARS * 4
    without = WITHOUT_CAR if rides == RIDES_A_DAY else 0
    places = []
    for number in range(rides):
        turn, within = divmod(
            number % (a_round * 3), a_round
        )  # past days of more than three rounds: several contractors, one list
        has_car = number < rides - without and number < a_round * 3
        out_at = _STARTS + 10 + (turn * 8 + within // CARS) * _SLOT
        places.append(_Place(within % CARS if has_car else None, out_at, out_at + 4 * _SLOT))
    return tuple(places)


def _write_rides(bulk: Bulk, total: int, residents: int, version_id: int, today: date) -> None:
    """Shifts first, then rides, ways and how each ride began; day by day, the oldest first."""
    days = sorted(_days(total, today), key=lambda day: day.on)
    shift_ids = {day.on.isoformat(): 1 + CARS * number for number, day in enumerate(days)}
    bulk.write(Shift, _SHIFT, _shift_rows(shift_ids))
    chance, first_id = random.Random(2026).random, 1
    for part in _in_parts(days, 80):
        planned: list[_Planned] = []
        for day in part:
            planned += _rides_of(day, first_id, residents, chance)
            first_id += day.rides
        _write_part(bulk, planned, shift_ids, version_id)
    _give_to_caller(bulk, today)


def _in_parts(days: list[_Day], size: int) -> Iterator[list[_Day]]:
    for start in range(0, len(days), size):
        yield days[start : start + size]


_STATES: Final = [(state, charged) for state, charged, weight in _ENDINGS for _each in range(weight)]


def _rides_of(day: _Day, first_id: int, residents: int, chance: Callable[[], float]) -> Iterator[_Planned]:
    """The rides of a day: anybody but the caller, each with an ending drawn by its weight unless the day says how they stand."""
    on, others, known = day.on.isoformat(), residents - CALLER, day.state and (day.state, 2)
    for number, place in enumerate(_places(day.rides)):
        who = CALLER + 1 + int(chance() * others)
        state, charged = known or _STATES[int(chance() * len(_STATES))]
        yield _Planned(first_id + number, on, who, place, state, charged)


def _shift_rows(shift_ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for on, first in shift_ids.items():
        starts, ends = _moment(on, _STARTS), _moment(on, _ENDS_AT)
        for car in range(CARS):
            yield (first + car, on, car + 1, car + 1, starts, ends, 0)


def _write_part(bulk: Bulk, planned: list[_Planned], shift_ids: dict[str, int], version_id: int) -> None:
    truths = (True, False) if bulk.postgresql else (1, 0)
    bulk.write(Ride, _RIDE, [_ride_row(each, version_id, truths[1]) for each in planned])
    bulk.write(Leg, _LEG, [row for each in planned for row in _leg_rows(each, shift_ids[each.on], truths)])
    events = [(each.id, each.id, _booked_at(each.on), "booked", "confirmed", "staff", "{}") for each in planned]
    bulk.write(RideEvent, ("id", "ride_id", "at", "deed", "state", "by_kind", "details"), events)


@functools.lru_cache(maxsize=100)
def _days_before(on: str, days: int) -> str:
    return (date.fromisoformat(on) - timedelta(days=days)).isoformat()


def _booked_at(on: str) -> str:
    return _moment(_days_before(on, 6), 8 * 60)


_DESTINATIONS: Final = [
    (
        number + 1, f"Przychodnia {_STREETS[number % len(_STREETS)]} {number + 1}", f"{_STREETS[number % len(_STREETS)]} {number + 1}",
        "Kielce", *_point(number),
    )
    for number in range(DESTINATIONS)
]  # fmt: skip
"""What a ride keeps of each: id, name, address, town, place on the map."""


def _ride_row(each: _Planned, version_id: int, false: Any) -> tuple[Any, ...]:
    on, out_at = each.on, each.place.out_at
    return (
        each.id, each.who, version_id, on, each.state, "medical", *_DESTINATIONS[each.id % DESTINATIONS], _moment(on, out_at + 30), 60,
        "fixed_hour", 0, "cane", "door", false, "phone", "staff", _booked_at(on), _moment(_days_before(on, 1), 13 * 60), each.charged,
        "[]", 1,
    )  # fmt: skip


def _leg_rows(each: _Planned, first_shift: int, truths: tuple[Any, Any]) -> Iterator[tuple[Any, ...]]:
    ride_id, on, _who, (car, *starts), _state, _charged = each
    home, there, (true, false) = _point(each.who), _point(ride_id % DESTINATIONS), truths
    shift = None if car is None else first_shift + car
    for sequence, at in enumerate(starts):
        begins, (start, end) = _moment(on, at), (home, there) if sequence == 0 else (there, home)
        yield (
            ride_id * 2 + sequence - 1, ride_id, on, sequence, "return" if sequence else "outbound", true, *start, *end, 1, 0, 4, 2, false,
            begins, _moment(on, at + 15), _moment(on, at + _DRIVE + 12), begins, _moment(on, at + _DRIVE), shift,
        )  # fmt: skip


def _give_to_caller(bulk: Bulk, today: date) -> None:
    """The caller's own rides, the same in every size: one coming, twelve of the last five weeks."""
    connection = bulk.connection
    coming = list(itertools.islice(_working_days(today, 1), COMING_DAYS))[5]
    past = list(itertools.islice(_working_days(today, -1), 24))[::2]
    for on in (coming, *past):
        connection.execute(
            text('UPDATE rides SET resident_id = :who WHERE id = (SELECT min(id) FROM rides WHERE "on" = :on)'),
            {"who": CALLER, "on": on if bulk.postgresql else on.isoformat()},
        )
