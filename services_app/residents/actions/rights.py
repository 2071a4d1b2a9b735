"""What the law lets people ask about their data: requests and their terms, restriction, erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Engine, case, delete, select, update
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.database import discard
from services_app.journal.actions import Actor, record
from services_app.messaging.models import Message
from services_app.residents.actions.locating import KIELCE
from services_app.residents.actions.locking import locked_resident
from services_app.residents.actions.representing import end_representation
from services_app.residents.actions.withdrawing import withdraw_all_about
from services_app.residents.models import PersonalDataRequest, Representation, Representative, Resident
from services_app.residents.policy.rights import answer_by
from services_app.residents.terms import ERASED_NAME, DataRequestKind
from services_app.verdict import Reason, Verdict
from services_app.web.sessions import end_all_sign_ins
from services_app.wording import N_, sort_key

Eraser = Callable[[Session, Resident, datetime], None]
erasers: list[Eraser] = []
"""Other features' part of an erasure, called before the register's own: free texts and contacts go, figures for lawful statistics stay."""


def receive_data_request(
    session: Session, resident: Resident, kind: DataRequestKind, note: str | None, *, by: Actor, now: datetime,
    received_on: date | None = None,
) -> PersonalDataRequest:  # fmt: skip
    """Enter a request into the register; it is to be answered within a month."""
    received = received_on or day_of(now)
    request = PersonalDataRequest(
        resident_id=resident.id, kind=kind, received_at=now, answer_by=answer_by(received), note=note
    )
    session.add(request)
    session.flush()
    details = {"kind": kind.value}
    record(
        session,
        "data_request_received",
        ("data_request", request.id),
        by=by,
        now=now,
        resident_id=resident.id,
        details=details,
    )
    return request


def answer_data_request(session: Session, request_id: int, outcome: str, *, by: Actor, now: datetime) -> Verdict:
    """Note how a request was answered."""
    query = select(PersonalDataRequest).where(PersonalDataRequest.id == request_id)
    request = session.scalar(query.with_for_update())
    if request is None or request.answered_at is not None:
        discard(session)
        return Verdict((Reason("ANSWERED", N_("Na ten wniosek już odpowiedziano.")),))
    request.answered_at, request.answered_by_id, request.outcome = now, by.id, outcome
    subject = ("data_request", request.id)
    record(session, "data_request_answered", subject, by=by, now=now, resident_id=request.resident_id)
    return Verdict()


def restrict_resident(session: Session, resident: Resident, restricted: bool, *, by: Actor, now: datetime) -> bool:
    """Begin or end the restriction of processing (RODO art. 18): no pages, no sign-in, no reminders while it lasts.

    False for somebody erased meanwhile.
    """
    if locked_resident(session, resident.id) is None:
        discard(session)
        return False
    resident.restricted_at = now if restricted else None
    if restricted:
        withdraw_all_about(session, resident.id, because="restricted", now=now)
        end_all_sign_ins(session, "resident", resident.id, because="restricted", now=now)
    deed = "restriction_began" if restricted else "restriction_ended"
    record(session, deed, ("resident", resident.id), by=by, now=now, resident_id=resident.id)
    return True


def erase_resident(session: Session, resident: Resident, *, by: Actor, now: datetime) -> None:
    """Erase a person (RODO art. 17): names, numbers, contacts and texts go; year of birth, sex and figures stay for lawful statistics."""
    resident_id = resident.id
    for erase in erasers:
        erase(session, resident, now)
    withdraw_all_about(session, resident_id, because="erased", now=now)
    end_all_sign_ins(session, "resident", resident_id, because="erased", now=now)
    _end_representations(session, resident, by=by, now=now)
    withdraw_all_about(session, resident_id, because="erased", now=now)
    blank_messages(session, _told_of(resident_id), now=now)
    blank_requests = update(PersonalDataRequest).where(PersonalDataRequest.resident_id == resident_id)
    session.execute(blank_requests.values(note=None, outcome=None))
    _blank(resident, now=now)
    record(session, "resident_erased", ("resident", resident_id), by=by, now=now, resident_id=resident_id)


def _end_representations(session: Session, resident: Resident, *, by: Actor, now: datetime) -> None:
    held = session.scalars(select(Representation).where(Representation.resident_id == resident.id)).all()
    for representation in held:
        if representation.revoked_at is None:
            end_representation(session, representation, by=by, now=now)
    session.flush()
    still_acting = select(Representation.representative_id).where(Representation.revoked_at.is_(None))
    mine = {representation.representative_id for representation in held}
    alone = select(Representative).where(Representative.id.in_(mine), Representative.id.not_in(still_acting))
    for representative in session.scalars(alone):
        # kept only because of this person: their contact has no purpose any more
        representative.name, representative.search_name = ERASED_NAME, ""
        representative.phone, representative.e_mail, representative.closed_at = None, None, now
        end_all_sign_ins(session, "representative", representative.id, because="erased", now=now)
        session.execute(
            delete(Message).where(Message.recipient_kind == "representative", Message.recipient_id == representative.id)
        )


def _told_of(resident_id: int) -> ColumnElement[bool]:
    return (Message.resident_id == resident_id) | (
        (Message.recipient_kind == "resident") & (Message.recipient_id == resident_id)
    )


def blank_messages(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """Texts and addresses go; that something was sent, when and how stays, and with its key nothing is told a second time.

    The time to send them is over, too: what has no words left is neither sent again nor read out in a call.
    """
    empty = {"address": "", "body": "", "subject": None, "recipient_name": "", "spoken": None}
    over = case((Message.expires_at > now, now), else_=Message.expires_at)
    blanking = update(Message).where(which).values(**empty, expires_at=over)
    session.execute(blanking, execution_options={"synchronize_session": False})


def _blank(resident: Resident, *, now: datetime) -> None:
    # first of all: without a number nobody but an erased person may stand in the register
    resident.erased_at = resident.changed_at = now
    resident.pesel = resident.pesel_hash = resident.other_document = resident.other_document_hash = None
    resident.birth_on = resident.birth_on.replace(month=1, day=1)
    resident.first_name, resident.last_name = "", ERASED_NAME
    resident.street = resident.house_number = ""
    for name in (
        "flat_number",
        "postcode",
        "staircase",
        "floor",
        "gate_code",
        "driver_note",
        "e_mail",
        "usual_companion",
        "notes",
    ):
        setattr(resident, name, None)
    resident.latitude, resident.longitude, resident.place_is_exact = (*KIELCE, False)
    resident.personal_code_hash = resident.personal_code_at = None
    resident.phones, resident.search_words = [], []
    resident.search_name = resident.search_street = ""
    resident.sort_name = sort_key(ERASED_NAME)


def leave_no_trace_on_disk(engine: Engine) -> None:
    """After an erasure: SQLite's journal file, which still holds the old pages, is emptied. PostgreSQL reuses the space by itself."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
