"""The personal code of a letter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.journal.actions import Actor, record
from services_app.residents.actions.locking import locked_resident
from services_app.residents.models import Resident
from services_app.residents.policy.codes import new_personal_code
from services_app.sealed import lookup_hash


def personal_code_hash(code: str) -> str:
    """What a personal code is found by; the code itself is kept nowhere."""
    return lookup_hash("personal_code", code)


def new_code_for_letter(session: Session, resident: Resident, *, by: Actor, now: datetime) -> str | None:
    """A fresh code; the one of an earlier letter stops working. None for somebody erased meanwhile."""
    if locked_resident(session, resident.id) is None:
        discard(session)
        return None
    code = new_personal_code()
    resident.personal_code_hash, resident.personal_code_at = personal_code_hash(code), now
    record(session, "personal_code_made", ("resident", resident.id), by=by, now=now, resident_id=resident.id)
    return code
