"""Somebody on the line: what the operator's card says of them, and no more. No sealed number is opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services_app.residents.models import Resident, ResidentPhone
from services_app.residents.terms import Assistance, Mobility, address_line, full_name


@dataclass(frozen=True)
class CallerPhone:
    """A number, as it is dialled."""

    number: str
    land_line: bool


@dataclass(frozen=True)
class Caller:
    """A resident as the operator's card shows them."""

    id: int
    first_name: str
    last_name: str
    birth_on: date
    street: str
    house_number: str
    flat_number: str | None
    staircase: str | None
    floor: str | None
    town: str
    mobility: Mobility
    assistance: Assistance
    usual_companion: str | None
    notes: str | None
    phones: tuple[CallerPhone, ...] = ()

    @property
    def name(self) -> str:
        """First and last name."""
        return full_name(self.first_name, self.last_name)

    @property
    def address(self) -> str:
        """Street, number and flat in one line."""
        return address_line(self.street, self.house_number, self.flat_number)


# Put together once: it is asked while somebody waits on the line.
_WHO, _PHONES = Resident.__table__.c, ResidentPhone.__table__.c
_SHOWN = (
    _WHO.id, _WHO.first_name, _WHO.last_name, _WHO.birth_on, _WHO.street, _WHO.house_number, _WHO.flat_number, _WHO.staircase,
    _WHO.floor, _WHO.town, _WHO.mobility, _WHO.assistance, _WHO.usual_companion, _WHO.notes,
)  # fmt: skip
_CALLER = (
    select(*_SHOWN, _PHONES.number, _PHONES.land_line)
    .select_from(Resident.__table__.outerjoin(ResidentPhone.__table__, _PHONES.resident_id == _WHO.id))
    .where(_WHO.id == bindparam("resident_id"), _WHO.erased_at.is_(None), _WHO.restricted_at.is_(None))
    .order_by(_PHONES.position)
)


def caller(session: Session, resident_id: int) -> Caller | None:
    """A resident with their phones, in one query; None for a file that is erased or restricted."""
    rows = session.execute(_CALLER, {"resident_id": resident_id}).all()
    if not rows:
        return None
    phones = tuple(CallerPhone(row.number, row.land_line) for row in rows if row.number is not None)
    return Caller(*(*rows[0][: len(_SHOWN)], phones))
