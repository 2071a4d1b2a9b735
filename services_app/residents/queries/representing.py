"""Who may act for whom, and who is to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from services_app.messaging.terms import Channel, Recipient
from services_app.residents.models import Representation, Representative, Resident, ResidentSearchWord
from services_app.residents.policy.numbers import read_phone
from services_app.residents.policy.search import asked, end_of_range
from services_app.residents.terms import PhoneNumber, RepresentativeKind, Scope, ToldBy
from services_app.web.access import Identity, Nobody
from services_app.web.paging import Page, page_of

_ALSO = {
    Scope.BOOK: (Scope.BOOK,),
    Scope.SEE: (Scope.SEE, Scope.BOOK),
    Scope.TOLD: (Scope.TOLD, Scope.SEE, Scope.BOOK),
}
"""Which scopes allow at least what is asked."""


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """What holds for a consent on a day: not revoked, and its last day (if it has one) is not over."""
    return (
        Representation.revoked_at.is_(None),
        or_(Representation.valid_until.is_(None), Representation.valid_until >= today),
    )


def _acting(representative_id: int, scope: Scope, today: date) -> Any:
    query = select(Representation.resident_id).join(Representative)
    return query.where(
        Representation.representative_id == representative_id,
        Representation.scope.in_(_ALSO[scope]),
        Representative.closed_at.is_(None),
        *in_force(today),
    )


def _of_identity(identity: Identity | Nobody, *, today: date, scope: Scope) -> Any | None:
    query = select(Resident).where(Resident.erased_at.is_(None), Resident.restricted_at.is_(None))
    if identity.kind == "resident":
        return query.where(Resident.id == identity.id)
    if identity.kind == "representative":
        return query.where(Resident.id.in_(_acting(identity.id, scope, today)))
    return None


def people_i_act_for(
    session: Session, identity: Identity | Nobody, *, today: date, scope: Scope = Scope.BOOK
) -> list[Resident]:
    """For whom the signed-in person may act: residents for themselves, representatives while the consent holds. Nobody and staff: none."""
    query = _of_identity(identity, today=today, scope=scope)
    if query is None:
        return []
    without_phones = query.options(lazyload(Resident.phones))  # an institution may stand up for thousands
    return list(session.scalars(without_phones.order_by(Resident.sort_name, Resident.id)))


def may_act_for(
    session: Session, identity: Identity | Nobody, resident_id: int, *, today: date, scope: Scope = Scope.BOOK
) -> bool:
    """Whether the signed-in person may act for one resident."""
    query = _of_identity(identity, today=today, scope=scope)
    return query is not None and session.scalar(query.where(Resident.id == resident_id)) is not None


def consent_ended(session: Session, identity: Identity | Nobody, resident_id: int, *, today: date) -> bool:
    """Whether a representative who may no longer book for a resident once might: the consent was revoked, or its last day is over."""
    if identity.kind != "representative":
        return False
    given = select(Representation.id).where(
        Representation.representative_id == identity.id, Representation.resident_id == resident_id, Representation.scope == Scope.BOOK
    )  # fmt: skip
    holds = session.scalar(given.where(*in_force(today)).limit(1)) is not None
    return not holds and session.scalar(given.limit(1)) is not None


def people_of(session: Session, identity: Identity, *, today: date, text: str = "", page: int = 1) -> Page[Resident]:
    """One page of those a representative stands up for, perhaps only those a typed name means (a clinic has many)."""
    query = _of_identity(identity, today=today, scope=Scope.TOLD)
    if query is None:
        return Page((), 1, more=False)
    for word in asked(text).words:
        named = select(ResidentSearchWord.resident_id).where(
            ResidentSearchWord.word >= word, ResidentSearchWord.word < end_of_range(word)
        )
        query = query.where(Resident.id.in_(named))
    return page_of(session, query.order_by(Resident.sort_name, Resident.id), number=page)


def representations_of(session: Session, resident_id: int) -> list[Representation]:
    """Every consent a resident gave, those in force and those ended, newest first."""
    query = select(Representation).where(Representation.resident_id == resident_id)
    query = query.options(joinedload(Representation.representative))
    return list(session.scalars(query.order_by(Representation.revoked_at.is_not(None), Representation.id.desc())))


def scopes_of(session: Session, resident_id: int, *, today: date) -> dict[int, Scope]:
    """What each representative may, whose consent of this resident holds; of several consents the widest."""
    query = select(Representation.representative_id, Representation.scope).where(
        Representation.resident_id == resident_id, *in_force(today)
    )
    found: dict[int, Scope] = {}
    for representative_id, scope in session.execute(query):
        known = found.get(representative_id, scope)
        found[representative_id] = known if known in _ALSO[scope] else scope
    return found


def valid_representation(
    session: Session, representation_id: int, *, resident_id: int | None = None
) -> Representation | None:
    """A consent that was not revoked; with ``resident_id`` only when it is that resident's."""
    query = select(Representation).where(Representation.id == representation_id, Representation.revoked_at.is_(None))
    if resident_id is not None:
        query = query.where(Representation.resident_id == resident_id)
    return session.scalar(query.options(joinedload(Representation.representative)))


def representative_with_contact(session: Session, phone: str | None, e_mail: str | None) -> list[Representative]:
    """Open representatives who have the phone or the e-mail: perhaps the one to be recorded is already here."""
    ways = [Representative.phone == phone] if phone else []
    ways += [Representative.e_mail == e_mail] if e_mail else []
    if not ways:
        return []
    query = select(Representative).where(or_(*ways), Representative.closed_at.is_(None))
    return list(session.scalars(query.order_by(Representative.name).limit(10)))


def kept_representatives(session: Session) -> list[Representative]:
    """Clinics and institutions in the register: they are chosen, not typed again."""
    kinds = (RepresentativeKind.CLINIC, RepresentativeKind.INSTITUTION)
    query = select(Representative).where(Representative.kind.in_(kinds), Representative.closed_at.is_(None))
    return list(session.scalars(query.order_by(Representative.search_name).limit(300)))


def _way_to(told_by: ToldBy, mobiles: list[str], phones: list[str], e_mail: str | None) -> tuple[Channel, str] | None:
    """The wished way when it is open, else the next best; None for somebody who has neither phone nor e-mail."""
    ways: dict[ToldBy, tuple[Channel, str] | None] = {
        ToldBy.SMS: (Channel.SMS, mobiles[0]) if mobiles else None,
        ToldBy.E_MAIL: (Channel.E_MAIL, e_mail) if e_mail else None,
        ToldBy.CALL: (Channel.CALL, phones[0]) if phones else None,
    }
    return ways[told_by] or ways[ToldBy.SMS] or ways[ToldBy.CALL] or ways[ToldBy.E_MAIL]


def recipient_of_resident(resident: Resident) -> Recipient | None:
    """The resident as messaging needs them; None when there is no way to tell them or nobody may."""
    if resident.erased_at is not None or resident.restricted_at is not None:
        return None
    mobiles = [phone.number for phone in resident.phones if not phone.land_line]
    landlines = [phone.number for phone in resident.phones if phone.land_line]
    way = _way_to(resident.told_by, mobiles, [*landlines, *mobiles], resident.e_mail)
    return None if way is None else Recipient("resident", resident.id, resident.name, resident.language, *way)


def told_by_call(resident: Resident) -> bool:
    """Whether somebody of the staff has to call to tell the resident anything."""
    recipient = recipient_of_resident(resident)
    return recipient is not None and recipient.channel is Channel.CALL


def recipient_of_representative(representative: Representative) -> Recipient | None:
    """The representative as messaging needs them; None when closed or out of reach."""
    if representative.closed_at is not None:
        return None
    phones = [representative.phone] if representative.phone else []
    mobiles = [number for number in phones if not is_land_line(number)]
    way = _way_to(representative.told_by, mobiles, phones, representative.e_mail)
    if way is None:
        return None
    return Recipient("representative", representative.id, representative.name, representative.language, *way)


def is_land_line(number: str) -> bool:
    """Whether a stored number is a land line's."""
    read = read_phone(number)
    return isinstance(read, PhoneNumber) and read.land_line


def recipients_for(
    session: Session, resident: Resident, *, today: date, with_representatives: bool = True, also: Collection[int] = ()
) -> list[Recipient]:
    """Whom to tell about a resident's rides: the resident first, then representatives who want to know. None while restricted.

    ``also``: representatives who are to hear of it in any case, as long as their consent holds.
    """
    if resident.erased_at is not None or resident.restricted_at is not None:
        return []
    told: Iterable[Recipient | None] = [recipient_of_resident(resident)]
    if with_representatives:
        wants = or_(Representation.told_of_rides.is_(True), Representative.id.in_(also))
        query = select(Representative).join(Representation).where(
            Representation.resident_id == resident.id, wants, *in_force(today)
        )  # fmt: skip
        told = [*told, *map(recipient_of_representative, session.scalars(query.order_by(Representative.id)).unique())]
    return [recipient for recipient in told if recipient is not None]
