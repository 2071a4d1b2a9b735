"""A driver's own shifts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.fleet.models import Driver, Shift
from services_app.fleet.queries import working_shifts


def shifts_of_account(session: Session, account_id: int, from_on: date, until_on: date) -> list[Shift]:
    """The shifts a member of staff drives between two days, both included; only those that take place."""
    driver_id = session.scalar(select(Driver.id).where(Driver.staff_account_id == account_id))
    if driver_id is None:
        return []
    return [shift for shift in working_shifts(session, from_on, until_on) if shift.driver_id == driver_id]
