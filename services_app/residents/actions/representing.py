"""Consents to act for somebody: recorded, revoked, and what was done under them told to both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.journal.actions import Actor, record
from services_app.messaging.actions import queue_message
from services_app.messaging.terms import Channel, Recipient
from services_app.residents.actions.locking import locked_resident
from services_app.residents.actions.withdrawing import withdraw_all_about
from services_app.residents.consents import consent_text
from services_app.residents.labels import DEEDS
from services_app.residents.models import Representation, Representative, Resident
from services_app.residents.policy.rights import told_by_verdict
from services_app.residents.queries.representing import (
    in_force,
    is_land_line,
    recipient_of_representative,
    recipient_of_resident,
    representative_with_contact,
    valid_representation,
)
from services_app.residents.terms import ConsentHow, PhoneNumber, RepresentativeKind, Scope, ToldBy
from services_app.verdict import Reason, Verdict
from services_app.wording import N_, CalendarDay, search_key

_NEWS_KEPT = timedelta(days=3)
_NOTICE_KEPT = timedelta(days=28)
"""The notice to a relative is due within one month (RODO art. 14(3))."""

_SIGN_IN = N_("logowanie")
"""Told to those who have something to see there."""


@dataclass(frozen=True)
class NewRepresentative:
    """Somebody who is not in the register of representatives yet."""

    kind: RepresentativeKind
    name: str
    phone: str | None
    e_mail: str | None
    language: str = "pl"
    told_by: ToldBy = ToldBy.SMS


@dataclass(frozen=True)
class Representing:
    """What a resident consented to, and how."""

    scope: Scope
    told_of_rides: bool
    how: ConsentHow
    valid_until: date | None = None
    said_name: str | None = None
    said_kind: RepresentativeKind | None = None
    """What the resident called them, when the resident recorded it."""


def record_representation(
    session: Session, resident: Resident, who: NewRepresentative | Representative, consent: Representing, *, by: Actor, now: datetime,
    today: date,
) -> Representation | Verdict:  # fmt: skip
    """Record a consent. A representative who was not met is told what is kept about them (RODO art. 14).

    The resident is locked first: of two who record at once, the second sees the consent of the first.
    """
    locked_resident(session, resident.id)
    verdict = _consent_verdict(session, resident, who, consent, today=today)
    if not verdict.allowed:
        discard(session)
        return verdict
    representative = who if isinstance(who, Representative) else _added(session, who, now=now)
    representation = Representation(
        representative_id=representative.id, resident_id=resident.id, scope=consent.scope, told_of_rides=consent.told_of_rides,
        consent_how=consent.how, consent_text=consent_text(consent.scope, today=today).version, consented_at=now,
        recorded_by_kind=by.kind, recorded_by_id=by.id, valid_until=consent.valid_until, said_name=consent.said_name,
        said_kind=consent.said_kind,
    )  # fmt: skip
    session.add(representation)
    session.flush()
    details = {"representative": representative.id, "scope": consent.scope.value, "how": consent.how.value}
    subject = ("representation", representation.id)
    record(session, "representation_recorded", subject, by=by, now=now, resident_id=resident.id, details=details)
    _send_notice(session, representative, representation, resident, now=now)
    _tell_of_consent(
        session, "representation_added", representation,
        [(recipient_of_resident(resident), {"who": consent.said_name or representative.name, **_what_is_allowed(representation)})], now=now,
    )  # fmt: skip
    return representation


def _consent_verdict(
    session: Session, resident: Resident, who: NewRepresentative | Representative, consent: Representing, *, today: date
) -> Verdict:  # fmt: skip
    reasons = []
    if consent.valid_until is not None and consent.valid_until < today:
        reasons.append(
            Reason(
                "ENDS_IN_PAST",
                N_("Zgoda skończyłaby się w przeszłości. Podaj późniejszy dzień albo zostaw puste pole."),
            )
        )
    if _acts_already(session, resident, who, today=today):
        reasons.append(Reason("ALREADY_REPRESENTS", N_("Ta osoba ma już ważną zgodę. Najpierw cofnij poprzednią.")))
    if isinstance(who, NewRepresentative):
        phones = [PhoneNumber(who.phone, is_land_line(who.phone))] if who.phone else []
        reasons += told_by_verdict(who.told_by, phones, who.e_mail).reasons
    return Verdict.of(reasons)


def _acts_already(
    session: Session, resident: Resident, who: NewRepresentative | Representative, *, today: date
) -> bool:  # fmt: skip
    """Whether a consent to them is in force: two would mean that revoking one leaves the other. The same name and contact are the same."""
    if isinstance(who, Representative):
        same = [who]
    else:
        known = representative_with_contact(session, who.phone, who.e_mail)
        same = [one for one in known if one.search_name == search_key(who.name)]
    query = select(Representation.id).where(
        Representation.resident_id == resident.id,
        Representation.representative_id.in_([one.id for one in same]),
        *in_force(today),
    )
    return session.scalar(query.limit(1)) is not None


def _added(session: Session, new: NewRepresentative, *, now: datetime) -> Representative:
    representative = Representative(
        kind=new.kind, name=new.name, search_name=search_key(new.name), phone=new.phone, e_mail=new.e_mail, language=new.language,
        told_by=new.told_by, created_at=now,
    )  # fmt: skip
    session.add(representative)
    session.flush()
    return representative


def _send_notice(
    session: Session, representative: Representative, representation: Representation, resident: Resident, *, now: datetime
) -> None:  # fmt: skip
    recipient = recipient_of_representative(representative)
    if recipient is None:
        return
    signs_in = representation.scope is not Scope.TOLD and recipient.channel is not Channel.CALL
    values = {
        "who": resident.name,
        "first_name": resident.first_name,
        "sign_in": Reason("SIGN_IN", _SIGN_IN) if signs_in else None,
        **_what_is_allowed(representation),
    }
    queue_message(
        session, "representative_added", recipient, values, dedupe_key=f"representative_added:{representation.id}", now=now,
        expires_at=now + _NOTICE_KEPT, subject=("representation", representation.id), resident_id=resident.id,
    )  # fmt: skip


def _what_is_allowed(representation: Representation) -> dict[str, object]:
    """What the consent allows, and until when where it ends by itself."""
    ends = representation.valid_until
    return {
        "scope": Reason("SCOPE", DEEDS[representation.scope]),
        "last_day": None if ends is None else CalendarDay.of(ends),
    }


def _tell_of_consent(
    session: Session, kind: str, representation: Representation, told: list[tuple[Recipient | None, Mapping[str, object]]], *, now: datetime
) -> None:  # fmt: skip
    for recipient, values in told:
        if recipient is not None:
            queue_message(
                session, kind, recipient, values, dedupe_key=f"{kind}:{representation.id}:{recipient.kind}", now=now,
                expires_at=now + _NEWS_KEPT, subject=("representation", representation.id), resident_id=representation.resident_id,
            )  # fmt: skip


def revoke_representation(
    session: Session, representation_id: int, *, by: Actor, now: datetime, resident_id: int | None = None
) -> Representation | None:
    """End a consent at once: what waits to be sent to that representative about that resident is withdrawn. None when there is none."""
    representation = valid_representation(session, representation_id, resident_id=resident_id)
    if representation is None:
        discard(session)
        return None
    end_representation(session, representation, by=by, now=now)
    return representation


def end_representation(session: Session, representation: Representation, *, by: Actor, now: datetime) -> None:
    """The end itself, for whoever holds the row already."""
    representation.revoked_at, representation.revoked_by_kind, representation.revoked_by_id = now, by.kind, by.id
    withdraw_all_about(
        session, representation.resident_id, because="consent_revoked", now=now, representative_id=representation.representative_id
    )  # fmt: skip
    subject = ("representation", representation.id)
    record(session, "representation_revoked", subject, by=by, now=now, resident_id=representation.resident_id)
    resident, representative = representation.resident, representation.representative
    told: list[tuple[Recipient | None, Mapping[str, object]]] = [
        (recipient_of_resident(resident), {"who": representation.name_for_resident}),
        (recipient_of_representative(representative), {"who": resident.name}),
    ]
    _tell_of_consent(session, "representation_revoked", representation, told, now=now)


def tell_both(
    session: Session, resident: Resident, representative: Representative, *, what: object, key: str, now: datetime,
    on: date | None = None, at: datetime | None = None, subject: tuple[str, int] | None = None,
) -> None:  # fmt: skip
    """Tell resident and representative what the representative did.

    ``what`` is a short clause, a marked text as :class:`Reason` or plain words ("zamówiono przejazd"); ``on`` and ``at`` are the ride's day
    and hour; ``key`` names the deed (``ride-booked:17``), so that it is told once.
    """
    values = {"who": representative.name, "what": what, "day": on, "hour": at}
    for recipient in (recipient_of_resident(resident), recipient_of_representative(representative)):
        if recipient is not None:
            queue_message(
                session, "representative_did", recipient, values, dedupe_key=f"representative_did:{key}:{recipient.kind}", now=now,
                expires_at=now + _NEWS_KEPT, subject=subject, resident_id=resident.id,
            )  # fmt: skip
