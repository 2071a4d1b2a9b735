"""What the tests of the retention table share: a period the office set, what is due by it, what is removed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.retention import remove_due, set_retention_rule
from services_app.duties.policy.retention import ended_before
from services_app.duties.queries.retention import due_ids
from services_app.duties.terms import Kept
from services_app.journal.actions import Actor
from services_app.rides.actions import end_enrolment
from services_app.rides.models import Enrolment
from tests.factories.staff import make_staff
from tests.rides.walking import Town

PERIOD = {"years": "5", "legal_source": "JRWA 8111, kategoria B5"}
"""What an administrator types as a set's period."""


def by(session: Session) -> Actor:
    """An administrator who answers for a deed."""
    return Actor("staff", make_staff(session, "administrator").id)


def ruled(session: Session, kept: Kept, years: int = 5) -> Actor:
    """The set has a period from today on; who set it."""
    actor = by(session)
    with transaction() as writing:
        set_retention_rule(writing, kept, years, "JRWA 8111", today(), by=actor, now=now())
    return actor


def due(session: Session, kept: Kept, years: int = 5) -> list[int]:
    """What of the set is due today."""
    session.expire_all()
    return list(session.scalars(due_ids(kept, ended_before(years, today=today()), today=today())))


def removed(kept: Kept, actor: Actor, years: int = 5, chosen: list[int] | None = None) -> int:
    """Confirm the removal of what is due today, or of what was chosen of it; how much went."""
    with transaction() as writing:
        return remove_due(writing, kept, ended_before(years, today=today()), chosen, by=actor, now=now()).count


def left(session: Session, town: Town) -> None:
    """The person left the programme, today."""
    with transaction() as writing:
        enrolment = writing.scalars(select(Enrolment).where(Enrolment.resident_id == town.rider.id)).one()
        end_enrolment(writing, enrolment.id, by=Actor("system"), now=now())
