"""The ride programme's part of an erasure (RODO art. 17): where somebody went goes, that a ride took place stays for the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from services_app.journal.actions import SYSTEM
from services_app.residents.actions.locating import KIELCE
from services_app.residents.models import Resident
from services_app.residents.terms import ERASED_NAME
from services_app.rides.actions.applying import blank_applications
from services_app.rides.actions.enrolling import end_enrolment
from services_app.rides.actions.living import cancel_by_operator
from services_app.rides.models import (
    BookingDraft,
    Enrolment,
    EnrolmentCondition,
    JoinApplication,
    Leg,
    Refusal,
    Ride,
    RideEvent,
    SavedPlace,
)
from services_app.rides.terms import PROMISED, EnrolmentState

_BECAUSE: Final = "dane osoby są usunięte"
_OPEN: Final = (EnrolmentState.DECLARED, EnrolmentState.VERIFIED)


def erase_rides(session: Session, resident: Resident, now: datetime) -> None:
    """Called before the register blanks the person: promises end, places and words go, days, states and counts stay."""
    _end_what_is_open(session, resident.id, now=now)
    session.execute(delete(BookingDraft).where(BookingDraft.resident_id == resident.id))
    session.execute(delete(SavedPlace).where(SavedPlace.resident_id == resident.id))
    blank_rides(session, select(Ride.id).where(Ride.resident_id == resident.id))
    _blank_answers(session, resident.id)
    sent = select(JoinApplication.id).where(JoinApplication.resident_id == resident.id)
    blank_applications(session, session.scalars(sent).all(), now=now)
    session.expire_all()


def _end_what_is_open(session: Session, resident_id: int, *, now: datetime) -> None:
    coming = select(Ride.id).where(Ride.resident_id == resident_id, Ride.state.in_(PROMISED)).order_by(Ride.on, Ride.id)
    for ride_id in session.scalars(coming).all():
        cancel_by_operator(session, ride_id, _BECAUSE, by=SYSTEM, now=now)
    taken = select(Enrolment.id).where(Enrolment.resident_id == resident_id, Enrolment.state.in_(_OPEN))
    for enrolment_id in session.scalars(taken).all():
        end_enrolment(session, enrolment_id, by=SYSTEM, now=now)
    session.flush()


def blank_rides(session: Session, mine: Sequence[int] | Select[int]) -> None:
    """Take from rides (their ids, or what selects them) where to, why and what was noted; days, states and kinds of purpose stay."""
    latitude, longitude = KIELCE
    unsynchronised = {"synchronize_session": False}
    ways = update(Leg).where(Leg.ride_id.in_(mine))
    nowhere = {
        "from_latitude": latitude,
        "from_longitude": longitude,
        "to_latitude": latitude,
        "to_longitude": longitude,
    }
    session.execute(ways.values(nowhere), execution_options=unsynchronised)
    steps = update(RideEvent).where(RideEvent.ride_id.in_(mine))
    session.execute(steps.values(reason=None, details={}), execution_options=unsynchronised)
    blank: dict[str, object] = {
        "destination_id": None, "entrance_id": None, "destination_name": ERASED_NAME, "destination_address": "",
        "destination_latitude": latitude, "destination_longitude": longitude, "note": None, "companion_age": None, "overridden": [],
    }  # fmt: skip
    session.execute(update(Ride).where(Ride.id.in_(mine)).values(blank), execution_options=unsynchronised)
    overridden = update(Ride).where(Ride.id.in_(mine), Ride.override_reason.is_not(None))
    session.execute(overridden.values(override_reason=_BECAUSE), execution_options=unsynchronised)


def _blank_answers(session: Session, resident_id: int) -> None:
    """Of refusals and enrolments the codes of the reasons stay: they are counted."""
    for refusal in session.scalars(select(Refusal).where(Refusal.resident_id == resident_id)):
        refusal.wish, refusal.offered = {}, []
        refusal.reasons = [{"code": reason["code"], "text": ""} for reason in refusal.reasons]
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.resident_id == resident_id)):
        enrolment.note = None
        enrolment.reasons = [{"code": reason["code"], "text": ""} for reason in enrolment.reasons]
    theirs = select(Enrolment.id).where(Enrolment.resident_id == resident_id)
    proofs = update(EnrolmentCondition).where(EnrolmentCondition.enrolment_id.in_(theirs))
    session.execute(proofs.values(proof=None), execution_options={"synchronize_session": False})
    session.flush()
