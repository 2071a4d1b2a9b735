"""Finding people: by what was typed, by what is alike, by a contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from services_app.residents.models import (
    PersonalDataRequest,
    Representation,
    Representative,
    Resident,
    ResidentPhone,
    ResidentSearchWord,
)
from services_app.residents.policy.likeness import last_names_alike, names_alike
from services_app.residents.policy.search import PHONE_MARK, asked, end_of_range
from services_app.residents.queries.representing import in_force
from services_app.residents.terms import Likeness, PersonDetails
from services_app.sealed import lookup_hash
from services_app.web.paging import Page, page_of
from services_app.wording import search_key


def pesel_hash(pesel: str) -> str:
    """What a PESEL is found by."""
    return lookup_hash("pesel", pesel)


def document_hash(document: str) -> str:
    """What another document's number is found by."""
    return lookup_hash("document", document)


def visible_resident(session: Session, resident_id: int, *, restricted_too: bool) -> Resident | None:
    """A resident whose file may be opened: erased files never, restricted ones (RODO art. 18) only by those who guard the data."""
    resident = session.get(Resident, resident_id)
    if resident is None or resident.erased_at is not None:
        return None
    return resident if restricted_too or resident.restricted_at is None else None


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = (column >= word) & (column < end_of_range(word))
    return condition


def _has_words(words: Sequence[str]) -> Select[int]:
    """Residents with a word beginning with each of the texts. The longest leads, the others are looked up for each hit."""
    first, *others = words
    lead = aliased(ResidentSearchWord)
    query = select(lead.resident_id).where(_begins(lead.word, first))
    for word in others:
        other = aliased(ResidentSearchWord)
        query = query.where(exists().where(other.resident_id == lead.resident_id, _begins(other.word, word)))
    return query


def _in_care_of_phone(words: Sequence[str], *, today: date) -> Select[int] | None:
    """Residents whose representative has this whole number: the daughter who calls for her mother."""
    if len(words) != 1 or not words[0].startswith(PHONE_MARK) or len(words[0]) < 10:
        return None
    digits = words[0].removeprefix(PHONE_MARK)
    query = select(Representation.resident_id).join(Representative)
    numbers = (f"+48{digits}", f"+{digits}")
    return query.where(Representative.phone.in_(numbers), Representative.closed_at.is_(None), *in_force(today))


def search_query(text: str, *, today: date, restricted_too: bool = False) -> Select[Any] | None:
    """The residents a typed text may mean, in dictionary order; None when there is too little to look for."""
    wanted = asked(text)
    if wanted.too_short:
        return None
    ways: list[Select[int]] = []
    if wanted.words:
        ways.append(_has_words(wanted.words))
        in_care = _in_care_of_phone(wanted.words, today=today)
        if in_care is not None:
            ways.append(in_care)
    if wanted.number:
        ways.append(select(Resident.id).where(Resident.pesel_hash == pesel_hash(wanted.number)))
        ways.append(select(Resident.id).where(Resident.other_document_hash == document_hash(wanted.number)))
    # each way has its own index; a union lets the database use all of them, an OR would not. Joined and not IN: of a few ids among
    # many residents PostgreSQL would otherwise rather walk through all of them in their order.
    ids = select(union_all(*ways).subquery().c[0].label("id")).distinct().subquery()
    found = select(Resident).join(ids, ids.c.id == Resident.id).where(Resident.erased_at.is_(None))
    if not restricted_too:
        found = found.where(Resident.restricted_at.is_(None))
    return found.order_by(*_whole_last_names_first(wanted.words), Resident.sort_name, Resident.id)


def _whole_last_names_first(words: Sequence[str]) -> list[ColumnElement[int]]:
    """Who is called exactly what was typed stands before those whose name only goes on with it or has it as its second half."""
    typed = [f"{word} " for word in words if word.isalpha()]
    if not typed:
        return []
    called = [func.substr(Resident.search_name, 1, len(word)) == word for word in typed]
    return [case((or_(*called), 0), else_=1)]


def found_residents(
    session: Session, text: str, *, today: date, page: int = 1, size: int = 25, restricted_too: bool = False
) -> Page[Resident]:
    """One page of the residents a typed text may mean."""
    query = search_query(text, today=today, restricted_too=restricted_too)
    return Page((), 1, more=False) if query is None else page_of(session, query, number=page, size=size)


@dataclass(frozen=True)
class LikelySame:
    """An entry that may be the same person, and why."""

    resident: Resident
    why: tuple[Likeness, ...]


def likely_duplicates(session: Session, person: PersonDetails, *, but: int | None = None) -> list[LikelySame]:
    """Entries that may be the person about to be saved: the certain ones (PESEL, document) first."""
    numbers = [phone.number for phone in person.wishes.phones]
    address = search_key(f"{person.address.street} {person.address.house_number}")[:160]
    ids = select(Resident.id)
    ways = [ids.where(Resident.birth_on == person.birth_on), ids.where(Resident.search_street == address)]
    if person.pesel:
        ways.append(ids.where(Resident.pesel_hash == pesel_hash(person.pesel)))
    if person.other_document:
        ways.append(ids.where(Resident.other_document_hash == document_hash(person.other_document)))
    if numbers:
        ways.append(select(ResidentPhone.resident_id).where(ResidentPhone.number.in_(numbers)))
    query = (
        select(Resident)
        .where(Resident.id.in_(union_all(*ways)), Resident.erased_at.is_(None))
        .order_by(Resident.sort_name)
        .limit(500)
    )
    alike = [
        LikelySame(resident, why)
        for resident in session.scalars(query)
        if resident.id != but and (why := _why_alike(resident, person, numbers, address))
    ]
    certain = {Likeness.SAME_PESEL, Likeness.SAME_DOCUMENT}
    return sorted(alike, key=lambda one: not certain.intersection(one.why))[:10]


def _why_alike(resident: Resident, person: PersonDetails, numbers: list[str], address: str) -> tuple[Likeness, ...]:
    name = f"{person.first_name} {person.last_name}"
    alike = names_alike(resident.name, name)
    phones = {phone.number for phone in resident.phones}
    why = {
        Likeness.SAME_PESEL: person.pesel is not None and resident.pesel_hash == pesel_hash(person.pesel),
        Likeness.SAME_DOCUMENT: person.other_document is not None
        and resident.other_document_hash == document_hash(person.other_document),
        Likeness.BIRTH_AND_NAME: resident.birth_on == person.birth_on and alike,
        Likeness.PHONE_AND_NAME: alike and bool(phones.intersection(numbers)),
        Likeness.ADDRESS_AND_NAME: resident.search_street == address
        and last_names_alike(resident.last_name, person.last_name),
    }
    return tuple(likeness for likeness, holds in why.items() if holds)


def people_with_contact(session: Session, contact: str, *, today: date) -> list[Resident | Representative]:
    """Everybody who may sign in with a phone (+48…) or an e-mail: residents, then representatives who act for somebody on that day."""
    by_mail = "@" in contact
    of_phone = select(ResidentPhone.resident_id).where(ResidentPhone.number == contact)
    residents = select(Resident).where(
        Resident.e_mail == contact if by_mail else Resident.id.in_(of_phone),
        Resident.erased_at.is_(None), Resident.restricted_at.is_(None),
    ).order_by(Resident.sort_name)  # fmt: skip
    acts = select(Representation.representative_id).where(*in_force(today))
    others = select(Representative).where(
        Representative.e_mail == contact if by_mail else Representative.phone == contact,
        Representative.closed_at.is_(None), Representative.id.in_(acts),
    ).order_by(Representative.name)  # fmt: skip
    return [*session.scalars(residents), *session.scalars(others)]


def requests_of(session: Session, resident_id: int) -> list[PersonalDataRequest]:
    """What a person asked about their data, newest first."""
    query = select(PersonalDataRequest).where(PersonalDataRequest.resident_id == resident_id)
    return list(session.scalars(query.order_by(PersonalDataRequest.received_at.desc())))


def open_data_requests(session: Session, *, page: int = 1, answered: bool = False) -> Page[Any]:
    """The register of requests about data with whose they are: what waits (soonest term first), or what was answered."""
    query: Any = select(PersonalDataRequest, Resident).join(Resident, Resident.id == PersonalDataRequest.resident_id)
    if answered:
        query = query.where(PersonalDataRequest.answered_at.is_not(None)).order_by(
            PersonalDataRequest.answered_at.desc()
        )
    else:
        query = query.where(PersonalDataRequest.answered_at.is_(None)).order_by(PersonalDataRequest.answer_by)
    return page_of(session, query, number=page)
