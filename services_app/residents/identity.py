"""Who stands behind the session of a resident or a representative.

Only what a page's frame shows is read: the whole file with its sealed fields is opened by the pages that need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services_app.residents.models import Representative, Resident
from services_app.residents.terms import full_name
from services_app.web.access import Identity
from services_app.web.sessions import Signatories

_RESIDENTS, _REPRESENTATIVES = Resident.__table__.c, Representative.__table__.c


def _resident(resident_id: int, rows: Sequence[Any]) -> Identity:
    (row,) = rows
    return Identity("resident", resident_id, full_name(row.first_name, row.last_name), language=row.language)


def _representative(representative_id: int, rows: Sequence[Any]) -> Identity:
    (row,) = rows
    return Identity("representative", representative_id, row.name, language=row.language)


RESIDENTS = Signatories(
    select(_RESIDENTS.id, _RESIDENTS.first_name, _RESIDENTS.last_name, _RESIDENTS.language).where(
        _RESIDENTS.erased_at.is_(None), _RESIDENTS.restricted_at.is_(None)
    ),
    _resident,
)
"""Residents whose file is neither erased nor its processing restricted."""
REPRESENTATIVES = Signatories(
    select(_REPRESENTATIVES.id, _REPRESENTATIVES.name, _REPRESENTATIVES.language).where(
        _REPRESENTATIVES.closed_at.is_(None)
    ),
    _representative,
)
"""Representatives who were not closed."""
