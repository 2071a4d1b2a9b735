"""The numbers to call, with their periods."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.web.models import PhoneLine


def phone_lines(session: Session, *, held: bool = False) -> list[PhoneLine]:
    """Every number that holds, held or will hold, by programme, the latest first. ``held``: nobody else changes them meanwhile."""
    query = select(PhoneLine).order_by(PhoneLine.programme, PhoneLine.valid_from.desc(), PhoneLine.id)
    if held:
        # who waits here for another's change sees what it added only when asking again
        session.scalars(query.with_for_update()).all()
    return list(session.scalars(query, execution_options={"populate_existing": True}))
