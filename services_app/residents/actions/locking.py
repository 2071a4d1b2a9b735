"""Whoever changes something of a resident locks the register's row first, so that two at once take turns."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.residents.models import Resident


def locked_resident(session: Session, resident_id: int) -> Resident | None:
    """The row as it is now, held until the transaction ends; None when the person was erased."""
    query = select(Resident).where(Resident.id == resident_id, Resident.erased_at.is_(None))
    return session.scalar(query.with_for_update(of=Resident).execution_options(populate_existing=True))
