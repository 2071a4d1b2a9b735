"""What is kept for somebody: a booking being put together, places for the next time; and days without service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from services_app.journal.actions import Actor, record
from services_app.journal.queries import last_entry_about
from services_app.rides.actions.locking import lock_days, lock_resident
from services_app.rides.models import BookingDraft, SavedPlace, ServiceDay
from services_app.rides.queries import closing_mark, draft_for
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

DRAFT_HOURS: Final = 24
"""How long an unfinished booking is kept."""


def start_draft(
    session: Session, resident_id: int, *, by: Actor, now: datetime, answers: Mapping[str, Any] | None = None,
    moves_ride_id: int | None = None,
) -> BookingDraft:  # fmt: skip
    """Begin a booking for a resident, or a change of the ride ``moves_ride_id``. The id is random: it stands in addresses."""
    draft = BookingDraft(
        id=str(uuid4()), owner_kind=by.kind, owner_id=by.id or 0, resident_id=resident_id, answers=dict(answers or {}), changed_at=now,
        ride_id=moves_ride_id, moves_ride=moves_ride_id is not None,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def save_answer(
    session: Session, draft_id: str, answers: Mapping[str, Any], *, by: Actor, now: datetime
) -> BookingDraft | None:
    """Add answers to a draft; None takes one away. None when there is no such draft of this owner.

    The draft is held, so that two tabs of one booking lose neither's answer.
    """
    draft = draft_for(session, draft_id, by.kind, by.id or 0, held=True)
    if draft is None:
        return None
    merged = {**draft.answers, **answers}
    draft.answers = {name: value for name, value in merged.items() if value is not None}
    draft.changed_at = now
    session.flush()
    return draft


def finish_draft(session: Session, draft_id: str, ride_id: int, *, by: Actor, now: datetime) -> None:
    """The draft became a ride: what was typed is let go, the way to the confirmation stays."""
    draft = draft_for(session, draft_id, by.kind, by.id or 0)
    if draft is not None:
        draft.ride_id, draft.answers, draft.changed_at = ride_id, {}, now
        session.flush()


def sweep_drafts(session: Session, *, now: datetime) -> int:
    """Remove drafts nobody touched for a day; returns how many."""
    old = delete(BookingDraft).where(BookingDraft.changed_at < now - timedelta(hours=DRAFT_HOURS))
    result = session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0


def save_place(
    session: Session, resident_id: int, destination_id: int, *, by: Actor, now: datetime, label: str | None = None,
    entrance_id: int | None = None,
) -> SavedPlace:  # fmt: skip
    """Keep a place for the next time; the one kept already gets the new label and entrance. Raises ``Gone``."""
    lock_resident(session, resident_id)
    query = select(SavedPlace).where(SavedPlace.resident_id == resident_id, SavedPlace.destination_id == destination_id)
    place = session.scalars(query).unique().one_or_none()
    if place is None:
        place = SavedPlace(resident_id=resident_id, destination_id=destination_id)
        session.add(place)
    place.label, place.entrance_id = label, entrance_id
    session.flush()
    record(session, "place_saved", ("saved_place", place.id), by=by, now=now, resident_id=resident_id)
    return place


def forget_place(session: Session, resident_id: int, saved_place_id: int, *, by: Actor, now: datetime) -> bool:
    """No longer keep a place; False when the resident has no such place."""
    query = select(SavedPlace).where(SavedPlace.id == saved_place_id, SavedPlace.resident_id == resident_id)
    place = session.scalars(query).unique().one_or_none()
    if place is None:
        return False
    session.delete(place)
    record(session, "place_forgotten", ("saved_place", saved_place_id), by=by, now=now, resident_id=resident_id)
    return True


def close_day(session: Session, on: date, because: str | None, *, by: Actor, now: datetime) -> None:
    """Take a day out of service (a flood, a holiday of the office), or with None put it back. Its rides stay, to be called off."""
    lock_days(session, [on])
    day = session.get(ServiceDay, on, populate_existing=True)
    assert day is not None
    day.closed_because = because
    record(session, "day_closed" if because else "day_opened", ("day", on.isoformat()), by=by, now=now)


def close_day_as_seen(
    session: Session, on: date, because: str | None, seen: str, *, by: Actor, now: datetime
) -> Verdict:
    """The same, unless somebody decided otherwise since the page was drawn (``seen``: its :func:`closing_mark`): then who and when."""
    lock_days(session, [on])
    stands = session.scalar(select(ServiceDay.closed_because).where(ServiceDay.on == on))
    if seen != closing_mark(stands):
        return Verdict((_day_decided_before(session, on, stands),))
    close_day(session, on, because, by=by, now=now)
    return Verdict()


def _day_decided_before(session: Session, on: date, because: str | None) -> Reason:
    closed = N_("Ten dzień już ktoś zamknął: {who}, {when}. Twojej decyzji nie zapisaliśmy.")
    opened = N_("Ten dzień już ktoś otworzył: {who}, {when}. Twojej decyzji nie zapisaliśmy.")
    first = last_entry_about(session, ("day", on.isoformat()), ("day_closed", "day_opened"))
    values = {"who": "?", "when": ""} if first is None else {"who": first.who or "?", "when": first.entry.at}
    return Reason("DAY_DECIDED", closed if because else opened, values)
