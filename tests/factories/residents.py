"""Residents and representatives for tests: valid, clearly fictional PESELs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services_app import clock
from services_app.residents.consents import consent_text
from services_app.residents.models import Representation, Representative, Resident, ResidentPhone
from services_app.residents.policy.numbers import read_phone
from services_app.residents.queries.people import pesel_hash
from services_app.residents.terms import ConsentHow, PhoneNumber, RepresentativeKind, Scope, Sex, ToldBy
from services_app.wording import search_key

_numbers = itertools.count(1)
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


def pesel_of(birth_on: date, serial: int, *, male: bool = False) -> str:
    """A valid PESEL: birth date with its century, a serial number, sex, checksum."""
    month = birth_on.month + {18: 80, 19: 0, 20: 20, 21: 40, 22: 60}[birth_on.year // 100]
    digits = f"{birth_on.year % 100:02d}{month:02d}{birth_on.day:02d}{serial % 1000:03d}{1 if male else 0}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return digits + str(-total % 10)


def phone_of(number: str) -> ResidentPhone:
    """A phone from a number as typed."""
    read = read_phone(number)
    assert isinstance(read, PhoneNumber), number
    return ResidentPhone(number=read.number, land_line=read.land_line)


def make_resident(
    session: Session,
    first_name: str = "Jadwiga",
    last_name: str = "Kowalska",
    *,
    birth_on: date = date(1946, 12, 5),
    phones: Sequence[str] = (),
    pesel: str | None = None,
    now: datetime | None = None,
    **values: Any,
) -> Resident:
    """A resident of Kielce, flushed; every further column by name."""
    number = next(_numbers)
    now = now or clock.now()
    pesel = pesel or pesel_of(birth_on, number)
    filled: dict[str, Any] = {
        "sex": Sex.FEMALE,
        "street": "Zagórska",
        "house_number": str(number),
        "town": "Kielce",
        "latitude": 50.8703,
        "longitude": 20.6275,
        "told_by": ToldBy.SMS if phones else ToldBy.CALL,
        **values,
    }
    resident = Resident(
        first_name=first_name,
        last_name=last_name,
        birth_on=birth_on,
        pesel=pesel,
        pesel_hash=pesel_hash(pesel),
        created_at=now,
        changed_at=now,
        **filled,
    )
    resident.phones = [phone_of(phone) for phone in phones]
    for position, phone in enumerate(resident.phones):
        phone.position = position
    resident.find_by_search()
    session.add(resident)
    session.flush()
    return resident


def make_representative(
    session: Session,
    name: str = "Ewa Nowak",
    *,
    phone: str | None = "600 100 201",
    now: datetime | None = None,
    **values: Any,
) -> Representative:
    """A representative, flushed; a relative unless told otherwise."""
    filled: dict[str, Any] = {"kind": RepresentativeKind.RELATIVE, "search_name": search_key(name), **values}
    representative = Representative(
        name=name, phone=phone_of(phone).number if phone else None, created_at=now or clock.now(), **filled
    )
    session.add(representative)
    session.flush()
    return representative


def let_represent(
    session: Session,
    representative: Representative,
    resident: Resident,
    *,
    scope: Scope = Scope.BOOK,
    now: datetime | None = None,
    **values: Any,
) -> Representation:
    """A consent in force, flushed."""
    now = now or clock.now()
    filled: dict[str, Any] = {
        "consent_how": ConsentHow.BY_PHONE,
        "consent_text": consent_text(scope, today=clock.day_of(now)).version,
        "consented_at": now,
        "recorded_by_kind": "staff",
        "recorded_by_id": None,
        **values,
    }
    representation = Representation(representative_id=representative.id, resident_id=resident.id, scope=scope, **filled)
    session.add(representation)
    session.flush()
    return representation
