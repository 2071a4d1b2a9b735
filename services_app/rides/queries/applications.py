"""What people without an account sent to join the programme, and who of the register they may be."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services_app.residents.policy.numbers import Pesel, read_pesel
from services_app.residents.policy.rights import usual_told_by
from services_app.residents.queries import found_residents, likely_duplicates
from services_app.residents.queries.people import LikelySame
from services_app.residents.terms import Address, PersonDetails, PhoneNumber, Wishes
from services_app.rides.models import JoinApplication
from services_app.rides.policy import Passenger
from services_app.rides.terms import ApplicationState, Condition
from services_app.sealed import lookup_hash
from services_app.web.paging import Page, page_of

RECEIPT_DAYS = 30
"""How long the page with the number stays open."""
MOST_FOUND = 10


def key_of_application(application_id: int) -> str:
    """What only the applicant is told: the number with 128 bits nobody can guess. Nothing of it is stored."""
    proof = bytes.fromhex(lookup_hash("join application", str(application_id)))[:16]
    return f"{application_id}-{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


def application_of_key(session: Session, key: str, *, now: datetime) -> JoinApplication | None:
    """The application behind an applicant's address; None for a wrong one, and some weeks after it came."""
    number = key.partition("-")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    if not hmac.compare_digest(key_of_application(int(number)).encode(), key.encode()):
        return None
    found = session.get(JoinApplication, int(number))
    return None if found is None or now - found.received_at > timedelta(days=RECEIPT_DAYS) else found


def applications_in(session: Session, *, waiting: bool, number: int = 1) -> Page[JoinApplication]:
    """One page: those that wait, oldest first; or the decided ones, newest first."""
    query = select(JoinApplication)
    if waiting:
        query = query.where(JoinApplication.state == ApplicationState.WAITING)
        query = query.order_by(JoinApplication.received_at, JoinApplication.id)
    else:
        query = query.where(JoinApplication.state != ApplicationState.WAITING)
        query = query.order_by(JoinApplication.received_at.desc(), JoinApplication.id.desc())
    return page_of(session, query, number=number)


def application_by_id(session: Session, application_id: int) -> JoinApplication | None:
    """One application with the person it became."""
    query = select(JoinApplication).where(JoinApplication.id == application_id)
    return session.scalars(query.options(joinedload(JoinApplication.resident))).one_or_none()


def waiting_applications(session: Session) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest."""
    moment = JoinApplication.received_at
    query = select(func.count(), func.min(moment, type_=moment.type))
    count, since = session.execute(query.where(JoinApplication.state == ApplicationState.WAITING)).one()
    return count, since


def sent_again(session: Session, application: JoinApplication) -> Sequence[JoinApplication]:
    """Other applications for the same PESEL, newest first."""
    if application.pesel_hash is None:
        return []
    query = select(JoinApplication).where(
        JoinApplication.pesel_hash == application.pesel_hash, JoinApplication.id != application.id
    )
    return session.scalars(query.order_by(JoinApplication.id.desc()).limit(MOST_FOUND)).all()


@dataclass(frozen=True)
class Candidate:
    """Somebody of the register whom an application may be about, and why (nothing: only looked for)."""

    same: LikelySame
    same_phone: bool


def candidates(session: Session, application: JoinApplication, text: str, *, today: date) -> list[Candidate]:
    """The likely duplicates of an application; with a text also whom it finds. Nobody whose processing is restricted."""
    person = person_from(application, today=today)
    alike = [one for one in likely_duplicates(session, person) if one.resident.restricted_at is None]
    known = {one.resident.id for one in alike}
    looked_for = [
        LikelySame(one, ())
        for one in found_residents(session, text, today=today, size=MOST_FOUND).rows
        if text and one.id not in known
    ]
    return [
        Candidate(one, application.phone in {phone.number for phone in one.resident.phones})
        for one in [*alike, *looked_for]
    ]


def person_from(application: JoinApplication, *, today: date, other_document: str | None = None) -> PersonDetails:
    """What an application says, as the register takes it."""
    read = read_pesel(application.pesel, today=today) if application.pesel else None
    phones = (PhoneNumber(application.phone, application.land_line),)
    wishes = Wishes(
        phones, application.e_mail, application.language, usual_told_by(phones), mobility=application.mobility
    )
    address = Address(application.street, application.house_number, application.flat_number, town=application.town)
    return PersonDetails(
        application.first_name, application.last_name, application.birth_on, address, wishes, pesel=application.pesel,
        other_document=None if application.pesel else other_document, sex=read.sex if isinstance(read, Pesel) else None,
    )  # fmt: skip


def declared_in(application: JoinApplication) -> frozenset[Condition]:
    """The conditions an application declares."""
    return frozenset(each for each in Condition if each.value in application.conditions)


def applying_passenger(application: JoinApplication) -> Passenger:
    """Who applies, as the rules would see them."""
    return Passenger(
        application.birth_on, application.town, declared_in(application), application.mobility, verified=False
    )
