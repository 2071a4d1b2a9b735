"""The register of breaches: reporting, describing, deciding, closing; and who the contact for incidents is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.database import discard
from services_app.duties.models import DataBreach, IncidentContact
from services_app.duties.policy.breaches import BreachFacts, closing_verdict, entry_verdict
from services_app.journal.actions import Actor, record
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

_WORDS_OF_PEOPLE = frozenset(
    {
        "happened", "when_happened", "people", "records", "consequences", "measures", "uodo_reason", "uodo_late_reason", "people_reason",
        "people_told_how", "uodo_reference", "csirt_reference",
    }
)  # fmt: skip
"""Free texts: the journal says that they changed, never what they say."""


@dataclass(frozen=True)
class Contact:
    """Whom to call about an incident, and where it is reported."""

    name: str
    phone: str
    e_mail: str
    csirt_address: str
    instruction: str
    csirt_told_on: date | None = None


def report_breach(session: Session, happened: str, found_at: datetime, *, by: Actor, now: datetime) -> DataBreach:
    """What a member of staff noticed becomes an entry; its 72 and 24 hours run from ``found_at``."""
    breach = DataBreach(found_at=found_at, reported_at=now, reported_by_id=by.id, happened=happened)
    session.add(breach)
    session.flush()
    details = {"found_at": found_at.isoformat()}
    record(session, "breach_reported", ("data_breach", breach.id), by=by, now=now, details=details)
    return breach


def held_breach(session: Session, breach_id: int) -> DataBreach:
    """An entry as it is now, which nobody else changes until the transaction ends."""
    query = select(DataBreach).where(DataBreach.id == breach_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def change_breach(session: Session, breach_id: int, facts: BreachFacts, *, by: Actor, now: datetime) -> Verdict:
    """Bring an entry to what is known now. Every changed field is journalled, dates, numbers and decisions with their values."""
    breach = held_breach(session, breach_id)
    verdict = entry_verdict(facts, now=now).also(_still_open(breach))
    if not verdict.allowed:
        discard(session)
        return verdict
    before = breach.facts
    changed = [each.name for each in fields(facts) if getattr(before, each.name) != getattr(facts, each.name)]
    if not changed:
        discard(session)
        return verdict
    for name in changed:
        value = getattr(facts, name)
        setattr(breach, name, [kind.value for kind in value] if name == "kinds" else value)
    details = {name: _noted(name, before, facts) for name in changed}
    record(session, "breach_changed", ("data_breach", breach_id), by=by, now=now, details=details)
    return verdict


def _noted(name: str, before: BreachFacts, after: BreachFacts) -> list[object]:
    if name in _WORDS_OF_PEOPLE:
        return []
    return [_plain(getattr(before, name)), _plain(getattr(after, name))]


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _still_open(breach: DataBreach) -> Verdict:
    if breach.closed_at is None:
        return Verdict()
    return Verdict.of([Reason("CLOSED", N_("Ten wpis jest zamknięty. Otwórz go ponownie, żeby go zmienić."))])


def close_breach(session: Session, breach_id: int, *, by: Actor, now: datetime) -> Verdict:
    """End an entry; refused with everything that is still missing."""
    breach = held_breach(session, breach_id)
    verdict = closing_verdict(breach.facts)
    if not verdict.allowed or breach.closed_at is not None:
        discard(session)
        return verdict
    breach.closed_at = now
    record(session, "breach_closed", ("data_breach", breach_id), by=by, now=now)
    return verdict


def reopen_breach(session: Session, breach_id: int, *, by: Actor, now: datetime) -> None:
    """Something new came to light."""
    breach = held_breach(session, breach_id)
    if breach.closed_at is None:
        discard(session)
        return
    breach.closed_at = None
    record(session, "breach_reopened", ("data_breach", breach_id), by=by, now=now)


def confirm_incident_contact(session: Session, contact: Contact, *, by: Actor, now: datetime) -> IncidentContact:
    """The contact from now on; the ones before stay as history."""
    row = IncidentContact(**asdict(contact), confirmed_on=day_of(now), confirmed_by_id=by.id, at=now)
    session.add(row)
    session.flush()
    record(session, "incident_contact_changed", ("incident_contact", row.id), by=by, now=now)
    return row
