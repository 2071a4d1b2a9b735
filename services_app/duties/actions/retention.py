"""Setting the periods of the file plan, and removing what is kept longer, after an administrator's word and with a protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.database import discard
from services_app.duties.models import (
    AccessibilityRequest,
    AccessibilityStep,
    ErasureDecision,
    RetentionRule,
    RetentionRun,
)
from services_app.duties.policy.retention import (
    PERSONS_SETS,
    Decided,
    ended_before,
    erasure_verdict,
    rule_verdict,
    same_cut_verdict,
)
from services_app.duties.queries.retention import due_count, due_ids, rules_in_force
from services_app.duties.terms import MOST_AT_ONCE, Kept
from services_app.journal.actions import Actor, record
from services_app.messaging.models import Message
from services_app.messaging.terms import FINISHED, MessageState
from services_app.residents.actions import blank_messages, erase_resident
from services_app.residents.models import PersonalDataRequest, Resident
from services_app.rides.actions.applying import blank_applications
from services_app.rides.actions.erasing import blank_rides
from services_app.rides.models import Ride
from services_app.rides.terms import ENDED
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

Remover = Callable[[Session, Sequence[int], Actor, datetime], None]


@dataclass(frozen=True)
class Removed:
    """The answer to a removal: how many went, or why none."""

    verdict: Verdict
    count: int = 0


def set_retention_rule(
    session: Session, kept: Kept, years: int, legal_source: str, valid_from: date, *, by: Actor, now: datetime
) -> RetentionRule:
    """The office's period for a set of data, from a day on. Saving it confirms it; the one before stays as history."""
    rule = RetentionRule(
        kept=kept, years=years, legal_source=legal_source, valid_from=valid_from, confirmed_on=day_of(now), confirmed_by_id=by.id, at=now
    )  # fmt: skip
    session.add(rule)
    session.flush()
    details = {"kept": kept.value, "years": years, "valid_from": valid_from.isoformat()}
    record(session, "retention_rule_changed", ("retention_rule", rule.id), by=by, now=now, details=details)
    return rule


def remove_due(
    session: Session, kept: Kept, shown_cut: date | None, chosen: Sequence[int] | None, *, by: Actor, now: datetime
) -> Removed:
    """Remove what is due, at most :data:`MOST_AT_ONCE`: of ``chosen`` (all when None) those that are still due at this moment.

    ``shown_cut`` is the day the list on the page was made for; another one means that the period was changed meanwhile.
    """
    rule = rules_in_force(session, today=day_of(now)).get(kept)
    verdict = rule_verdict(rule.years if rule else None, rule.legal_source if rule else "")
    if rule is None or not verdict.allowed:
        discard(session)
        return Removed(verdict)
    # two administrators who confirm at once take turns: nothing is counted in two protocols
    session.refresh(rule, ["due_count"], with_for_update=True)
    cut = ended_before(rule.years, today=day_of(now))
    verdict = same_cut_verdict(shown_cut, cut)
    ids = _locked(session, kept, cut, chosen, today=day_of(now)) if verdict.allowed else []
    if not ids:
        discard(session)
        return Removed(verdict)
    _REMOVERS[kept](session, ids, by, now)
    run = RetentionRun(
        kept=kept, rule_id=rule.id, ended_before=cut, removed=len(ids), subject_ids=ids, at=now, by_id=by.id
    )
    session.add(run)
    session.flush()
    rule.due_count = due_count(session, kept, cut, today=day_of(now))
    details = {"kept": kept.value, "removed": len(ids), "ended_before": cut.isoformat()}
    record(session, "retention_deleted", ("retention_run", run.id), by=by, now=now, details=details)
    return Removed(verdict, len(ids))


def _locked(session: Session, kept: Kept, cut: date, chosen: Sequence[int] | None, *, today: date) -> list[int]:
    """The ids that go; people are locked first, as booking locks them, and looked at again."""
    query = due_ids(kept, cut, today=today)
    if chosen is not None:
        query = query.where(query.selected_columns[0].in_(list(chosen)[:MOST_AT_ONCE]))
    ids = list(session.scalars(query.limit(MOST_AT_ONCE)))
    if kept is not Kept.PERSON or not ids:
        return ids
    session.execute(select(Resident.id).where(Resident.id.in_(ids)).order_by(Resident.id).with_for_update())
    return list(session.scalars(due_ids(kept, cut, today=today).where(Resident.id.in_(ids))))


def _erase_people(session: Session, ids: Sequence[int], by: Actor, now: datetime) -> None:
    for resident_id in ids:
        erase_resident(session, session.get_one(Resident, resident_id), by=by, now=now)


def _blank_rides(session: Session, ids: Sequence[int], _by: Actor, _now: datetime) -> None:
    blank_rides(session, ids)


def _delete_messages(session: Session, ids: Sequence[int], _by: Actor, _now: datetime) -> None:
    session.execute(delete(Message).where(Message.id.in_(ids)), execution_options={"synchronize_session": False})


def _blank_data_requests(session: Session, ids: Sequence[int], _by: Actor, _now: datetime) -> None:
    blanking = update(PersonalDataRequest).where(PersonalDataRequest.id.in_(ids)).values(note=None, outcome=None)
    session.execute(blanking, execution_options={"synchronize_session": False})


def _blank_accessibility(session: Session, ids: Sequence[int], _by: Actor, now: datetime) -> None:
    empty: dict[str, object] = {"name": "", "phone": None, "e_mail": None, "address": None, "place": "", "barrier": ""}
    unsynchronised = {"synchronize_session": False}
    asked = update(AccessibilityRequest).where(AccessibilityRequest.id.in_(ids))
    session.execute(asked.values(empty | {"wish": None, "blanked_at": now}), execution_options=unsynchronised)
    said = update(AccessibilityStep).where(AccessibilityStep.request_id.in_(ids))
    session.execute(said.values(words=""), execution_options=unsynchronised)
    told = delete(Message).where(Message.subject_kind == "accessibility_request", Message.subject_id.in_(ids))
    session.execute(told, execution_options=unsynchronised)
    session.expire_all()


def _blank_applications(session: Session, ids: Sequence[int], _by: Actor, now: datetime) -> None:
    blank_applications(session, ids, now=now)


_REMOVERS: dict[Kept, Remover] = {
    Kept.PERSON: _erase_people, Kept.RIDE: _blank_rides, Kept.MESSAGE: _delete_messages, Kept.DATA_REQUEST: _blank_data_requests,
    Kept.ACCESSIBILITY: _blank_accessibility, Kept.APPLICATION: _blank_applications,
}  # fmt: skip


def count_what_is_due(session: Session, *, now: datetime) -> None:
    """Once a night: how much is kept longer than its period, for the morning view. Nothing is removed."""
    today = day_of(now)
    for kept, rule in rules_in_force(session, today=today).items():
        rule.due_count = due_count(session, kept, ended_before(rule.years, today=today), today=today)


def decide_erasure(
    session: Session, resident_id: int, decided: Mapping[Kept, Decided], *, by: Actor, now: datetime
) -> Verdict:
    """Decide about each set of somebody's data (RODO art. 17) and do it: what is erased goes now, what is held waits for its day."""
    verdict = erasure_verdict(decided, today=day_of(now))
    if not verdict.allowed:
        discard(session)
        return verdict
    query = select(Resident).where(Resident.id == resident_id, Resident.erased_at.is_(None))
    resident = session.scalar(query.with_for_update(of=Resident))
    if resident is None:
        discard(session)
        return Verdict.of([Reason("ERASED", N_("Dane tej osoby są już usunięte."))])
    before = update(ErasureDecision).where(
        ErasureDecision.resident_id == resident_id, ErasureDecision.superseded_at.is_(None)
    )
    session.execute(before.values(superseded_at=now))
    for kept in PERSONS_SETS:
        one = decided[kept]
        session.add(
            ErasureDecision(
                resident_id=resident_id, kept=kept, held_until=one.held_until, ground=one.ground, at=now, by_id=by.id
            )
        )
        if one.held_until is None:
            _erase_set(session, resident, kept, by, now)
    details = {kept.value: one.held_until.isoformat() if one.held_until else "erased" for kept, one in decided.items()}
    record(
        session, "erasure_decided", ("resident", resident_id), by=by, now=now, resident_id=resident_id, details=details
    )
    return verdict


def _erase_set(session: Session, resident: Resident, kept: Kept, by: Actor, now: datetime) -> None:
    """One set of one person's data; rides that are still promised and messages on their way end with the card only."""
    if kept is Kept.PERSON:
        erase_resident(session, resident, by=by, now=now)
        return
    if kept is Kept.RIDE:
        over = select(Ride.id).where(Ride.resident_id == resident.id, Ride.state.in_(ENDED))
        blank_rides(session, over)
        return
    if kept is Kept.MESSAGE:
        told = (Message.resident_id == resident.id) & Message.state.in_([*FINISHED, MessageState.SENT])
        blank_messages(session, told, now=now)
        return
    answered = select(PersonalDataRequest.id).where(
        PersonalDataRequest.resident_id == resident.id, PersonalDataRequest.answered_at.is_not(None)
    )
    _blank_data_requests(session, session.scalars(answered).all(), by, now)
