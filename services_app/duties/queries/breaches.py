"""Reading the register of breaches and the contact for incidents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services_app.duties.models import DataBreach, IncidentContact
from services_app.journal.models import JournalEntry
from services_app.journal.queries import Line, named
from services_app.web.paging import Page, page_of


def breaches_page(session: Session, *, closed: bool, number: int) -> Page[DataBreach]:
    """Entries that are still open, the oldest first; or closed ones, newest first."""
    query = select(DataBreach).options(joinedload(DataBreach.reported_by))
    if closed:
        query = query.where(DataBreach.closed_at.is_not(None)).order_by(DataBreach.found_at.desc(), DataBreach.id)
    else:
        query = query.where(DataBreach.closed_at.is_(None)).order_by(DataBreach.found_at, DataBreach.id)
    return page_of(session, query, number=number)


def open_breaches(session: Session) -> Sequence[DataBreach]:
    """Every entry that is not closed: a handful in an office's life."""
    return session.scalars(select(DataBreach).where(DataBreach.closed_at.is_(None)).order_by(DataBreach.found_at)).all()


def all_breaches(session: Session) -> Sequence[DataBreach]:
    """The whole register, in the order things were found."""
    query = select(DataBreach).options(joinedload(DataBreach.reported_by))
    return session.scalars(query.order_by(DataBreach.found_at, DataBreach.id)).all()


def history_of_breach(session: Session, breach_id: int, *, most: int = 200) -> list[Line]:
    """What was done with an entry and by whom, oldest first; looks into it are left out."""
    query = select(JournalEntry).where(
        JournalEntry.subject_kind == "data_breach", JournalEntry.subject_id == str(breach_id),
        JournalEntry.deed != "data_breach_read",
    )  # fmt: skip
    return named(session, session.scalars(query.order_by(JournalEntry.id).limit(most)).all())


def incident_contact(session: Session) -> IncidentContact | None:
    """Whom to call and where to report, as last confirmed; None before that."""
    query = select(IncidentContact).options(joinedload(IncidentContact.confirmed_by))
    return session.scalar(query.order_by(IncidentContact.id.desc()).limit(1))


def former_contacts(session: Session, *, most: int = 20) -> Sequence[IncidentContact]:
    """The contacts before the present one, newest first."""
    query = select(IncidentContact).options(joinedload(IncidentContact.confirmed_by))
    return session.scalars(query.order_by(IncidentContact.id.desc()).limit(most).offset(1)).all()
