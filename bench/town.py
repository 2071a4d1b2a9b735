"""A town of any size, written straight into the tables: residents with search words, shifts, rides with their ways.

The days around today, the caller and her rides are the same in every size; what differs is how much lies behind them, spread over years of
working days. Ids, hours and cars fit together as the product itself would have saved them.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import Flask
from sqlalchemy import Connection, Engine, Table, text

from services_app import clock
from services_app.database import Base, db, transaction
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
_BATCH = 20_000


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
        writer = _Writer(db.engine)
        with writer.hastily():
            _write_people(writer, residents, version_id, now)
            _write_rides(writer, rides, residents, version_id, clock.day_of(now))
        db.session.remove()
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


def _point(number: int) -> tuple[float, float]:
    """A place within half a kilometre of the middle of the town: every way fits into its slot."""
    return round(50.8680 + (number * 7 % 50) / 10_000, 5), round(20.6230 + (number * 11 % 70) / 10_000, 5)


# --- writing quickly --------------------------------------------------------------------------------------------------------------------


class _Writer:
    """Rows into tables as fast as the database takes them: COPY on PostgreSQL, executemany without indexes on SQLite."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.postgresql = engine.dialect.name == "postgresql"
        self.connection: Connection

    def hastily(self) -> Any:
        """Inside, indexes and keys wait until all rows are there; then they are made and checked."""
        import contextlib

        @contextlib.contextmanager
        def inside() -> Iterator[None]:
            tables: list[Any] = [
                model.__table__ for model in (Resident, ResidentSearchWord, ResidentPhone, Ride, Leg, RideEvent, Shift)
            ]
            indexes = [index for table in tables for index in table.indexes]
            with self.engine.connect().execution_options(writes=True) as self.connection:
                self._keys(kept=False)
                for index in indexes:
                    index.drop(self.connection)
                yield
                for index in indexes:
                    index.create(self.connection)
                self.connection.commit()
                self._keys(kept=True)
            self._tidy()

        return inside()

    def _keys(self, *, kept: bool) -> None:
        if self.postgresql:
            return  # its keys are checked row by row, and that is quick enough
        raw = self.connection.connection.driver_connection
        assert raw is not None
        if kept:
            broken = raw.execute("PRAGMA foreign_key_check").fetchone()
            assert broken is None, broken
        raw.execute(f"PRAGMA foreign_keys={'ON' if kept else 'OFF'}")
        raw.execute(f"PRAGMA synchronous={'FULL' if kept else 'OFF'}")

    def _tidy(self) -> None:
        """What the server's own housekeeping does sooner or later."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.postgresql:
                connection.execute(text("VACUUM ANALYZE"))
                self._number_on(connection)
            else:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _number_on(self, connection: Connection) -> None:
        for model in (Resident, ResidentPhone, Ride, Leg, RideEvent, Shift, Enrolment, EnrolmentCondition, SavedPlace):
            name = model.__tablename__
            last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            connection.execute(text(last))

    def write(self, model: type[Base], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows; values are texts, numbers, truths or None, moments written as the database keeps them."""
        table: Table = model.__table__  # type: ignore[assignment]  # a mapped class has a table
        rows = iter(rows)
        while batch := list(itertools.islice(rows, _BATCH)):
            self._batch(table, columns, batch)

    def _batch(self, table: Table, columns: tuple[str, ...], batch: list[tuple[Any, ...]]) -> None:
        raw = self.connection.connection.driver_connection
        assert raw is not None
        named = ", ".join(f'"{column}"' for column in columns)
        if self.postgresql:
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({named}) FROM STDIN") as copy:
                copy.write("".join("\t".join(map(_copied, row)) + "\n" for row in batch))
            return
        marks = ", ".join("?" * len(columns))
        raw.executemany(f"INSERT INTO {table.name} ({named}) VALUES ({marks})", batch)


def _copied(value: Any) -> str:
    return r"\N" if value is None else str(value)


def _moment(on: str, minutes: int) -> str:
    """A moment (UTC) as both databases keep it: the day and minutes after midnight."""
    return f"{on} {minutes // 60:02d}:{minutes % 60:02d}:00.000000"


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


def _write_people(writer: _Writer, count: int, version_id: int, now: datetime) -> None:
    made, sealed, chance = now.strftime("%Y-%m-%d %H:%M:%S.%f"), seal("46120599999"), random.Random(7)
    true, false = (True, False) if writer.postgresql else (1, 0)

    def rows() -> Iterator[tuple[Any, ...]]:
        for one in _people(count):
            name, walks = f"{one.last_name} {one.first_name}", chance.choice(("walks", "cane", "walker"))
            yield (
                one.id, sealed, f"{one.id:064x}", f"{1930 + one.id % 25}-{one.id % 12 + 1:02d}-{one.id % 28 + 1:02d}", "female",
                one.first_name, one.last_name, search_key(name), sort_key(name), one.street, search_key(f"{one.street} {one.number}"),
                one.number, "Kielce", *_point(one.id), false, "pl", "sms", walks, "door", made, made, 1,
            )  # fmt: skip

    writer.write(Resident, _PEOPLE, rows())
    phones = ((one.id, one.id, one.phone, false, 0) for one in _people(count))
    writer.write(ResidentPhone, ("id", "resident_id", "number", "land_line", "position"), phones)
    words = (
        (one.id, word)
        for one in _people(count)
        for word in words_of(one.first_name, one.last_name, one.street, one.number, [one.phone])
    )
    writer.write(ResidentSearchWord, ("resident_id", "word"), words)
    enrolments = (
        (one, one, version_id, "verified", "phone", made, "staff", "2026-1", made, "[]") for one in range(1, count + 1)
    )
    enrolled = (
        "id", "resident_id", "rules_version_id", "state", "channel", "declared_at", "declared_by_kind", "statement_text", "decided_at",
        "reasons",
    )  # fmt: skip
    writer.write(Enrolment, enrolled, enrolments)
    conditions = ((one, one, "cannot_use_transit", true, made) for one in range(1, count + 1))
    writer.write(EnrolmentCondition, ("id", "enrolment_id", "condition", "holds", "verified_at"), conditions)
    writer.write(SavedPlace, ("id", "resident_id", "destination_id"), [(1, CALLER, 1), (2, CALLER, 2)])


# --- rides ------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Day:
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


@dataclass(frozen=True)
class _Planned:
    """One ride of a day with its place in a car: minutes (UTC) of both pick-ups."""

    id: int
    day: _Day
    who: int
    car: int | None
    out_at: int
    back_at: int


def _planned(day: _Day, first_id: int, who: Callable[[], int]) -> Iterator[_Planned]:
    """Rides one after another into the cars of the day, four out and then four back; the last ones of a busy day have no car."""
    a_round = CARS * 4
    without = WITHOUT_CAR if day.rides == RIDES_A_DAY else 0
    for number in range(day.rides):
        place = number % (a_round * 3)  # past days of more than three rounds: several contractors, one list
        turn, within = divmod(place, a_round)
        slot = turn * 8 + within // CARS
        has_car = number < day.rides - without and number < a_round * 3
        out_at = _STARTS + 10 + slot * _SLOT
        yield _Planned(first_id + number, day, who(), within % CARS if has_car else None, out_at, out_at + 4 * _SLOT)


def _write_rides(writer: _Writer, total: int, residents: int, version_id: int, today: date) -> None:
    """Shifts first, then rides, ways and how each ride began; day by day, the oldest first."""
    days = sorted(_days(total, today), key=lambda day: day.on)
    shift_ids = {day.on: 1 + CARS * number for number, day in enumerate(days)}
    writer.write(Shift, _SHIFT, _shift_rows(shift_ids))
    chance = random.Random(2026)
    first_id = 1
    for batch in _in_parts(days, 80):
        planned: list[_Planned] = []
        for day in batch:
            planned.extend(_planned(day, first_id, lambda: chance.randint(CALLER + 1, residents)))
            first_id += day.rides
        _write_part(writer, planned, shift_ids, version_id, chance)
    _give_to_caller(writer, today)


def _in_parts(days: list[_Day], size: int) -> Iterator[list[_Day]]:
    for start in range(0, len(days), size):
        yield days[start : start + size]


def _shift_rows(shift_ids: dict[date, int]) -> Iterator[tuple[Any, ...]]:
    for on, first in shift_ids.items():
        starts, ends = _moment(on.isoformat(), _STARTS), _moment(on.isoformat(), _ENDS_AT)
        for car in range(CARS):
            yield (first + car, on.isoformat(), car + 1, car + 1, starts, ends, 0)


def _write_part(
    writer: _Writer, planned: list[_Planned], shift_ids: dict[date, int], version_id: int, chance: random.Random
) -> None:
    states = [(state, charged) for state, charged, weight in _ENDINGS for _each in range(weight)]
    ended = [(each.day.state, 2) if each.day.state else chance.choice(states) for each in planned]
    false = False if writer.postgresql else 0
    rows = [
        _ride_row(each, state or "", charged, version_id, false)
        for each, (state, charged) in zip(planned, ended, strict=True)
    ]
    writer.write(Ride, _RIDE, rows)
    writer.write(
        Leg, _LEG, (row for each in planned for row in _leg_rows(each, shift_ids[each.day.on], writer.postgresql))
    )
    events = ((each.id, each.id, _booked_at(each.day.on), "booked", "confirmed", "staff", "{}") for each in planned)
    writer.write(RideEvent, ("id", "ride_id", "at", "deed", "state", "by_kind", "details"), events)


def _booked_at(on: date) -> str:
    return _moment((on - timedelta(days=6)).isoformat(), 8 * 60)


def _ride_row(each: _Planned, state: str, charged: int, version_id: int, false: Any) -> tuple[Any, ...]:
    place = each.id % DESTINATIONS
    on = each.day.on.isoformat()
    street = _STREETS[place % len(_STREETS)]
    cancel_until = _moment((each.day.on - timedelta(days=1)).isoformat(), 13 * 60)
    return (
        each.id, each.who, version_id, on, state, "medical", place + 1, f"Przychodnia {street} {place + 1}", f"{street} {place + 1}",
        "Kielce", *_point(place), _moment(on, each.out_at + 30), 60, "fixed_hour", 0, "cane", "door", false, "phone", "staff",
        _booked_at(each.day.on), cancel_until, charged, "[]", 1,
    )  # fmt: skip


def _leg_rows(each: _Planned, first_shift: int, truths: bool) -> Iterator[tuple[Any, ...]]:
    home, there, on = _point(each.who), _point(each.id % DESTINATIONS), each.day.on.isoformat()
    true, false = (True, False) if truths else (1, 0)
    shift = None if each.car is None else first_shift + each.car
    for sequence, at in enumerate((each.out_at, each.back_at)):
        ends = (home, there) if sequence == 0 else (there, home)
        arrives = _moment(on, at + _DRIVE + 12)
        yield (
            each.id * 2 + sequence - 1, each.id, on, sequence, "return" if sequence else "outbound", true, *ends[0], *ends[1], 1, 0, 4, 2,
            false, _moment(on, at), _moment(on, at + 15), arrives, _moment(on, at), _moment(on, at + _DRIVE), shift,
        )  # fmt: skip


def _give_to_caller(writer: _Writer, today: date) -> None:
    """The caller's own rides, the same in every size: one coming, twelve of the last five weeks."""
    connection = writer.connection
    coming = list(itertools.islice(_working_days(today, 1), COMING_DAYS))[5]
    past = list(itertools.islice(_working_days(today, -1), 24))[::2]
    for on in (coming, *past):
        connection.execute(
            text('UPDATE rides SET resident_id = :who WHERE id = (SELECT min(id) FROM rides WHERE "on" = :on)'),
            {"who": CALLER, "on": on if writer.postgresql else on.isoformat()},
        )
