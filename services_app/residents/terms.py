"""The words of the register of residents."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


class Sex(enum.StrEnum):
    """As the PESEL number says it."""

    FEMALE = "female"
    MALE = "male"


class ToldBy(enum.StrEnum):
    """How a person wants to be told."""

    SMS = "sms"
    E_MAIL = "e_mail"
    CALL = "call"


class Mobility(enum.StrEnum):
    """How a person gets about. Shared with the rules of rides."""

    WALKS = "walks"
    CANE = "cane"
    WALKER = "walker"
    FOLDING_WHEELCHAIR = "folding_wheelchair"
    FIXED_WHEELCHAIR = "fixed_wheelchair"
    LYING = "lying"


class Assistance(enum.StrEnum):
    """How far the driver helps."""

    KERB = "kerb"
    DOOR = "door"
    THROUGH_DOOR = "through_door"


class RepresentativeKind(enum.StrEnum):
    """Who stands up for a resident."""

    RELATIVE = "relative"
    CARER = "carer"
    CLINIC = "clinic"
    INSTITUTION = "institution"


class Scope(enum.StrEnum):
    """What a representation allows."""

    BOOK = "book"
    """See, book, move and cancel rides."""
    SEE = "see"
    """See rides."""
    TOLD = "told"
    """Only be told about them."""


class ConsentHow(enum.StrEnum):
    """How a consent was given."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    ON_PAPER = "on_paper"
    ONLINE = "online"


class DataRequestKind(enum.StrEnum):
    """What a person may ask about their data (RODO articles 15-18, 20 and 21)."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


@dataclass(frozen=True)
class PhoneNumber:
    """A phone as it was read: ``number`` with the country's prefix (+48413312524)."""

    number: str
    land_line: bool
    note: str = ""


@dataclass(frozen=True)
class Address:
    """Where somebody lives, and how the driver finds the door."""

    street: str
    house_number: str
    flat_number: str | None = None
    postcode: str | None = None
    town: str = "Kielce"
    staircase: str | None = None
    floor: str | None = None
    has_lift: bool | None = None
    gate_code: str | None = None
    driver_note: str | None = None


@dataclass(frozen=True)
class Wishes:
    """How a person is reached and helped: what residents may change themselves."""

    phones: tuple[PhoneNumber, ...] = ()
    e_mail: str | None = None
    language: str = "pl"
    told_by: ToldBy = ToldBy.SMS
    mobility: Mobility = Mobility.WALKS
    assistance: Assistance = Assistance.DOOR
    usual_companion: str | None = None


@dataclass(frozen=True)
class PersonDetails:
    """Everything the register asks about a person. ``pesel`` and ``other_document`` of None leave what is kept."""

    first_name: str
    last_name: str
    birth_on: date
    address: Address
    wishes: Wishes
    pesel: str | None = None
    other_document: str | None = None
    sex: Sex | None = None
    notes: str | None = None


class Likeness(enum.StrEnum):
    """Why two entries may be one person."""

    SAME_PESEL = "same_pesel"
    SAME_DOCUMENT = "same_document"
    BIRTH_AND_NAME = "birth_and_name"
    PHONE_AND_NAME = "phone_and_name"
    ADDRESS_AND_NAME = "address_and_name"


def full_name(first_name: str, last_name: str) -> str:
    """As somebody is called on pages and in messages."""
    return f"{first_name} {last_name}"


def address_line(street: str, house_number: str, flat_number: str | None) -> str:
    """Street, number and flat in one line."""
    return f"{street} {house_number}/{flat_number}" if flat_number else f"{street} {house_number}"


ERASED_NAME = "Dane usunięte"
"""What stands where an erased person's name, or the place of their ride, stood."""
