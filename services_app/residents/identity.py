"""Who stands behind the session of a resident or a representative."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services_app.residents.models import Representative, Resident
from services_app.web.access import Identity

# Only what a page's frame shows: the whole file with its sealed fields is opened by the pages that need it. Put together once.
_RESIDENTS = Resident.__table__.c
_WHO = select(_RESIDENTS.first_name, _RESIDENTS.last_name, _RESIDENTS.language).where(
    _RESIDENTS.id == bindparam("resident_id"), _RESIDENTS.erased_at.is_(None), _RESIDENTS.restricted_at.is_(None)
)


def resident_identity(session: Session, resident_id: int) -> Identity | None:
    """The identity of a resident; None once the file is erased or its processing restricted."""
    found = session.execute(_WHO, {"resident_id": resident_id}).one_or_none()
    if found is None:
        return None
    return Identity("resident", resident_id, f"{found.first_name} {found.last_name}", language=found.language)


def representative_identity(session: Session, representative_id: int) -> Identity | None:
    """The identity of a representative; None once closed."""
    representative = session.get(Representative, representative_id)
    if representative is None or representative.closed_at is not None:
        return None
    return Identity("representative", representative.id, representative.name, language=representative.language)
