"""Joining the programme: declared, each condition verified, decided with every reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor, record
from services_app.messaging.actions import queue_message, withdraw_messages
from services_app.residents.models import Resident
from services_app.residents.queries import recipients_for
from services_app.rides.actions.living import NOT_NOW, REASON_NEEDED, YES
from services_app.rides.actions.locking import Gone, lock_resident
from services_app.rides.actions.telling import representative_name
from services_app.rides.models import Enrolment, EnrolmentCondition
from services_app.rides.policy import conditions_to_verify, enrolment_verdict, what_else_helps
from services_app.rides.queries import enrolment_of, in_programme, passenger_from, rules_in_force
from services_app.rides.terms import Channel, Condition, EnrolmentState
from services_app.staff.queries import staff_names
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

NOT_LOOKED_AT = Reason("NOT_LOOKED_AT", N_("Najpierw sprawdź każdy warunek: tak albo nie."))
PLACE_ENDED = Reason("PLACE_ENDED", N_("koniec udziału w programie"))
STATEMENT = "2026-1"
"""The version of the statement's text."""


def enrol(
    session: Session, resident_id: int, conditions: Collection[Condition], *, by: Actor, channel: Channel, now: datetime,
    statement_text: str = STATEMENT, tell: bool = True,
) -> Enrolment:  # fmt: skip
    """Declare what the programme asks for; who is in it already only adds what was not declared before. Raises ``Gone``.

    ``tell`` is False where the person hears of it another way.
    """
    resident = lock_resident(session, resident_id)
    version, _ = rules_in_force(session, day_of(now))
    enrolment = enrolment_of(session, resident_id)
    if enrolment is None or not in_programme(enrolment):
        enrolment = Enrolment(
            resident_id=resident_id, rules_version_id=version.id, state=EnrolmentState.DECLARED, channel=channel, declared_at=now,
            declared_by_kind=by.kind, declared_by_id=by.id, statement_text=statement_text, reasons=[],
        )  # fmt: skip
        session.add(enrolment)
    known = {each.condition for each in enrolment.conditions}
    for condition in [each for each in Condition if each in set(conditions) - known]:
        enrolment.conditions.append(EnrolmentCondition(condition=condition))
        enrolment.state = EnrolmentState.DECLARED
    session.flush()
    declared = sorted(condition.value for condition in conditions)
    _noted(session, enrolment, "enrolment_declared", by=by, now=now, conditions=declared)
    if tell:
        _tell(session, enrolment, resident, "enrolment_received", {}, now=now)
    return enrolment


def _noted(session: Session, enrolment: Enrolment, deed: str, *, by: Actor, now: datetime, **details: Any) -> None:
    subject = ("enrolment", enrolment.id)
    record(session, deed, subject, by=by, now=now, resident_id=enrolment.resident_id, details=details)


def _tell(
    session: Session, enrolment: Enrolment, resident: Resident, kind: str, values: dict[str, object], *, now: datetime
) -> None:
    for recipient in recipients_for(session, resident, today=day_of(now), with_representatives=False):
        queue_message(
            session, kind, recipient, {"who": resident.name, **values}, dedupe_key=f"{kind}:{enrolment.id}:{int(now.timestamp())}",
            now=now, expires_at=now + timedelta(days=7), subject=("enrolment", enrolment.id), resident_id=resident.id,
        )  # fmt: skip


def _locked(session: Session, enrolment_id: int) -> tuple[Enrolment, Resident]:
    enrolment = session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise Gone(f"enrolment {enrolment_id}")
    resident = lock_resident(session, enrolment.resident_id)
    session.refresh(enrolment)
    return enrolment, resident


def verify_condition(
    session: Session, enrolment_id: int, condition: Condition, holds: bool | None, *, by: Actor, now: datetime,
    proof: str | None = None, valid_until: date | None = None,
) -> Verdict:  # fmt: skip
    """Note what the coordinator found about one condition; also one nobody declared. None takes an answer back."""
    enrolment, _ = _locked(session, enrolment_id)
    if not in_programme(enrolment):
        return Verdict((NOT_NOW,))
    found = next((each for each in enrolment.conditions if each.condition is condition), None)
    if found is None:
        found = EnrolmentCondition(condition=condition)
        enrolment.conditions.append(found)
    found.holds, found.proof, found.valid_until = holds, proof, valid_until
    found.verified_at, found.verified_by_id = (None, None) if holds is None else (now, by.id)
    session.flush()
    _noted(session, enrolment, "condition_verified", by=by, now=now, condition=condition.value, holds=holds)
    return YES


def enrolment_reasons(session: Session, enrolment: Enrolment, resident: Resident, on: date) -> Verdict:
    """What speaks against the enrolment by the rules of a day, as far as is known."""
    _, rules = rules_in_force(session, on)
    return enrolment_verdict(rules, passenger_from(resident, enrolment, on), on)


def decide_enrolment(
    session: Session, enrolment_id: int, accept: bool, *, by: Actor, now: datetime, note: str | None = None
) -> Verdict:
    """Take somebody into the programme, or refuse with every reason and the other help there is.

    Once: whoever is second reads who was first. Accepting is refused while a condition the rules ask for has not been looked at, or while
    a reason stands against it. A refusal that no rule supports needs a note.
    """
    enrolment, resident = _locked(session, enrolment_id)
    if enrolment.state in (EnrolmentState.VERIFIED, EnrolmentState.REFUSED):
        return Verdict((decided_before(session, enrolment.decided_by_id, enrolment.decided_at),))
    if enrolment.state is not EnrolmentState.DECLARED:
        return Verdict((NOT_NOW,))
    today = day_of(now)
    against = enrolment_reasons(session, enrolment, resident, today)
    if accept:
        asked = set(conditions_to_verify(rules_in_force(session, today)[1]))
        unseen = any(each.holds is None for each in enrolment.conditions if each.condition in asked)
        verdict = against.also(Verdict((NOT_LOOKED_AT,) if unseen else ()))
        if not verdict.allowed:
            return verdict
    elif against.allowed and not note:
        return Verdict((REASON_NEEDED,))
    enrolment.state = EnrolmentState.VERIFIED if accept else EnrolmentState.REFUSED
    enrolment.decided_at, enrolment.decided_by_id, enrolment.note = now, by.id, note
    enrolment.reasons = [] if accept else _refusal(session, enrolment, resident, against, today)
    session.flush()
    _noted(session, enrolment, "enrolment_decided", by=by, now=now, accepted=accept, codes=list(against.codes))
    values: dict[str, object] = {} if accept else {"reasons": [*against.reasons, *([note] if note else [])]}
    _tell(session, enrolment, resident, "enrolment_verified" if accept else "enrolment_refused", values, now=now)
    return YES


def decided_before(session: Session, by_id: int | None, at: datetime | None) -> Reason:
    """Somebody was first: who, and when."""
    who = staff_names(session, {by_id} if by_id else set())
    words = N_("To zgłoszenie już ktoś załatwił: {who}, {when}. Twojej decyzji nie zapisaliśmy.")
    return Reason("ALREADY_DECIDED", words, {"who": who.get(by_id or 0, "?"), "when": at or ""})


def _refusal(
    session: Session, enrolment: Enrolment, resident: Resident, against: Verdict, on: date
) -> list[dict[str, Any]]:
    """Every reason, then which other help exists (code ``OTHER_HELP``)."""
    _, rules = rules_in_force(session, on)
    help_texts = what_else_helps(rules, passenger_from(resident, enrolment, on), on)
    return [
        *({"code": reason.code, "text": reason.text} for reason in against.reasons),
        *({"code": "OTHER_HELP", "text": text} for text in help_texts),
    ]


def end_enrolment(session: Session, enrolment_id: int, *, by: Actor, now: datetime, note: str | None = None) -> Verdict:
    """Somebody leaves the programme, and is told so with the note; coming rides stay until they are cancelled."""
    enrolment, resident = _locked(session, enrolment_id)
    if not in_programme(enrolment):
        return Verdict((NOT_NOW,))
    enrolment.state, enrolment.ended_at, enrolment.note = EnrolmentState.ENDED, now, note
    _noted(session, enrolment, "enrolment_ended", by=by, now=now)
    withdraw_messages(session, ("enrolment", enrolment.id), now=now, because="ended")
    _tell(session, enrolment, resident, "enrolment_ended", {"reasons": [note]} if note else {}, now=now)
    if by.kind == "representative":
        did = {"what": PLACE_ENDED, "who": representative_name(session, by)}
        _tell(session, enrolment, resident, "representative_did", did, now=now)
    return YES
