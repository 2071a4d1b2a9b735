"""A resident names somebody who may act for them, alone and online."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.journal.actions import Actor
from services_app.residents.actions.locking import locked_resident
from services_app.residents.actions.representing import NewRepresentative, Representing, record_representation
from services_app.residents.models import Representation, Representative, Resident
from services_app.residents.policy.likeness import names_alike
from services_app.residents.queries.representing import in_force, representative_with_contact
from services_app.residents.terms import RepresentativeKind
from services_app.verdict import Reason, Verdict
from services_app.web.throttle import count_try
from services_app.wording import N_

MOST_A_DAY: Final = 5
"""Each consent sends a message to a number somebody typed: so many in a day are enough for a family."""
MOST_HELD: Final = 20
"""Consents in force at once."""
_DAY_MINUTES: Final = 24 * 60
_KEPT_KINDS = frozenset({RepresentativeKind.CLINIC, RepresentativeKind.INSTITUTION})

OWN_CONTACT = Reason(
    "OWN_CONTACT", N_("To Twój własny telefon albo e-mail. Podaj telefon lub e-mail osoby, która Ci pomaga.")
)
TOO_MANY_TODAY = Reason("TOO_MANY_TODAY", N_("Dodano dziś już {most} osób. Dodaj następną jutro albo zadzwoń do nas."))
TOO_MANY_HELD = Reason("TOO_MANY_HELD", N_("Działa za Ciebie już {most} osób. Najpierw cofnij którąś zgodę."))


def add_representative(
    session: Session, resident: Resident, said: NewRepresentative, consent: Representing, *, by: Actor, now: datetime, today: date
) -> Representation | Verdict:  # fmt: skip
    """Record the resident's own consent. Somebody known by this phone or e-mail is linked, and the answer is the same as for a new one.

    What the resident typed stays in ``said_name`` and ``said_kind`` of the consent: the register's name of a known person would tell
    whoever types a number whose it is. Only what is saved counts toward the day's limit.
    """
    locked_resident(session, resident.id)  # of two added at once, the second is counted with the first
    reasons = list(_reasons_against(session, resident, said, today=today))
    if reasons:
        discard(session)
        return Verdict.of(reasons)
    key = f"representative-added:{resident.id}"
    if not count_try(session, key, limit=MOST_A_DAY, minutes=_DAY_MINUTES, now=now):
        return Verdict((Reason(TOO_MANY_TODAY.code, TOO_MANY_TODAY.message, {"most": MOST_A_DAY}),))
    who = known_as(session, said) or said
    return record_representation(session, resident, who, consent, by=by, now=now, today=today)


def _reasons_against(session: Session, resident: Resident, said: NewRepresentative, *, today: date) -> list[Reason]:
    reasons = []
    if said.phone in [phone.number for phone in resident.phones] or (said.e_mail and said.e_mail == resident.e_mail):
        reasons.append(OWN_CONTACT)
    query = select(func.count()).where(Representation.resident_id == resident.id, *in_force(today))
    if (session.scalar(query) or 0) >= MOST_HELD:
        reasons.append(Reason(TOO_MANY_HELD.code, TOO_MANY_HELD.message, {"most": MOST_HELD}))
    return reasons


def known_as(session: Session, said: NewRepresentative) -> Representative | None:
    """The one in the register whom these words mean: the same contact, and a like name; an institution's contact is its own.

    Two people may share a phone: a name that is not alike is somebody else, and signing in asks which of them it is.
    """
    for known in representative_with_contact(session, said.phone, said.e_mail):
        if names_alike(known.name, said.name) or {known.kind, said.kind} <= _KEPT_KINDS:
            return known
    return None
