"""What the operator sees while the caller is on the line, and what a person usually does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from services_app.clock import day_of
from services_app.places.models import Destination, Entrance
from services_app.residents.models import Resident
from services_app.rides.models import BookingDraft, Enrolment, Leg, Ride, SavedPlace
from services_app.rides.policy import QuotaState, RideRules, quotas_left
from services_app.rides.queries.people import enrolment_of, history_of, history_span, standing
from services_app.rides.queries.rules import rules_in_force
from services_app.rides.scheduling import RideWish, WishedPlace
from services_app.rides.terms import ENDED, Purpose, ReturnMode, RideState
from services_app.verdict import Verdict
from services_app.wording import local

USUAL_DAYS = 400
"""How far back somebody's habits are looked for."""
_UNMADE = frozenset({RideState.REFUSED, RideState.CANCELLED_BY_OPERATOR})


@dataclass(frozen=True)
class UsualRide:
    """ "Jak zawsze": where somebody most often rides, and how."""

    place: WishedPlace
    purpose: Purpose
    visit_minutes: int
    return_mode: ReturnMode | None
    companions: int
    times: int


def place_of(destination: Destination, entrance: Entrance | None = None) -> WishedPlace:
    """A destination of the catalogue, at one of its entrances, as a wish names it."""
    here = (destination.latitude, destination.longitude)
    if entrance is not None and entrance.latitude is not None and entrance.longitude is not None:
        here = (entrance.latitude, entrance.longitude)
    return WishedPlace(
        name=destination.name,
        address=destination.address,
        town=destination.town,
        latitude=here[0],
        longitude=here[1],
        destination_id=destination.id,
        entrance_id=None if entrance is None else entrance.id,
    )


def place_of_ride(ride: Ride) -> WishedPlace:
    """The place a ride leads to, as promised."""
    return WishedPlace(
        ride.destination_name, ride.destination_address, ride.destination_town, ride.destination_latitude,
        ride.destination_longitude, ride.destination_id, ride.entrance_id,
    )  # fmt: skip


# Put together once: the operator's card and the first question of a booking ask these while somebody waits.
_RIDES = Ride.__table__.c
_PLACE = (
    _RIDES.destination_name, _RIDES.destination_address, _RIDES.destination_town, _RIDES.destination_latitude, _RIDES.destination_longitude,
    _RIDES.destination_id, _RIDES.entrance_id,
)  # fmt: skip
_HABITS = (*_PLACE, _RIDES.purpose, _RIDES.visit_minutes, _RIDES.return_mode, _RIDES.companions)
_USUAL = (
    select(*_HABITS, func.count().label("times"))
    .where(
        _RIDES.resident_id == bindparam("resident_id"),
        _RIDES.on >= bindparam("since"),
        _RIDES.state.not_in(sorted(_UNMADE)),
    )
    .group_by(*_HABITS)
    .order_by(func.count().desc(), func.max(_RIDES.on).desc(), func.max(_RIDES.id).desc())
    .limit(1)
)
_RECENT = (
    select(*_PLACE)
    .where(_RIDES.resident_id == bindparam("resident_id"), _RIDES.state != RideState.REFUSED)
    .group_by(*_PLACE)
    .order_by(func.max(_RIDES.on).desc(), func.max(_RIDES.id).desc())
    .limit(bindparam("count"))
)


def usual_ride(session: Session, resident_id: int, *, today: date) -> UsualRide | None:
    """The most frequent combination of place, purpose, length, way back and companions; of two as frequent the later one."""
    since = today - timedelta(days=USUAL_DAYS)
    row = session.execute(_USUAL, {"resident_id": resident_id, "since": since}).one_or_none()
    if row is None:
        return None
    return UsualRide(WishedPlace(*row[:7]), row.purpose, row.visit_minutes, row.return_mode, row.companions, row.times)


def recent_places(session: Session, resident_id: int, *, count: int = 5) -> list[WishedPlace]:
    """Where somebody rode of late, each place once, the latest first."""
    return [WishedPlace(*row) for row in session.execute(_RECENT, {"resident_id": resident_id, "count": count})]


def saved_places(session: Session, resident_id: int) -> list[SavedPlace]:
    """Places a resident keeps, by name, closed ones left out."""
    query = (
        select(SavedPlace)
        .join(SavedPlace.destination)
        .options(contains_eager(SavedPlace.destination).lazyload(Destination.entrances))
        .where(SavedPlace.resident_id == resident_id, Destination.closed_at.is_(None))
        .order_by(Destination.sort_name, SavedPlace.id)
    )
    return list(session.scalars(query).unique())


@dataclass(frozen=True)
class NearRide:
    """A ride in the lists of the card."""

    id: int
    on: date
    state: RideState
    destination_name: str
    appointment_at: datetime
    first_at: datetime | None
    """The first hour told; None for a ride without ways."""


@dataclass(frozen=True)
class OperatorCard:
    """A known caller at a glance."""

    enrolment: Enrolment | None
    may_ride: Verdict
    quotas: tuple[QuotaState, ...]
    coming: Sequence[NearRide]
    last: Sequence[NearRide]
    usual: UsualRide | None
    to_be_confirmed: bool
    rules: RideRules
    """Those in force today."""


def operator_card(session: Session, resident: Resident, *, now: datetime) -> OperatorCard:
    """Standing, limits left, coming and last rides, the usual one; six queries. Raises ``NoRules`` when no rules hold today."""
    today = day_of(now)
    version, rules = rules_in_force(session, today)
    enrolment = enrolment_of(session, resident.id)
    history = history_of(session, resident.id, *history_span([rules], today, today))
    near = _near_rides(session, resident.id)
    coming = [ride for ride in near if ride.on >= today and ride.state not in ENDED]
    ids = {ride.id for ride in coming}
    return OperatorCard(
        enrolment=enrolment,
        may_ride=standing(rules, resident, enrolment, today),
        quotas=quotas_left(rules, history, today),
        coming=sorted(coming, key=lambda ride: (ride.on, ride.appointment_at)),
        last=[ride for ride in near if ride.id not in ids][:3],
        usual=usual_ride(session, resident.id, today=today),
        to_be_confirmed=version.confirmed_on is None,
        rules=rules,
    )


_LEGS = Leg.__table__.c
_NEAR = (
    select(
        _RIDES.id, _RIDES.on, _RIDES.state, _RIDES.destination_name, _RIDES.appointment_at,
        func.min(_LEGS.promised_from_at, type_=_LEGS.promised_from_at.type).label("first_at"),
    )
    .select_from(Ride.__table__.outerjoin(Leg.__table__, _LEGS.ride_id == _RIDES.id))
    .where(_RIDES.resident_id == bindparam("resident_id"), _RIDES.state != RideState.REFUSED)
    .group_by(_RIDES.id, _RIDES.on, _RIDES.state, _RIDES.destination_name, _RIDES.appointment_at)
    .order_by(_RIDES.on.desc(), _RIDES.id.desc())
    .limit(12)
)  # fmt: skip


def _near_rides(session: Session, resident_id: int) -> list[NearRide]:
    """The newest rides by day, coming ones among them; what the card shows of them, in one query."""
    return [NearRide(*row) for row in session.execute(_NEAR, {"resident_id": resident_id})]


def wish_of(ride: Ride, *, on: date | None = None) -> RideWish:
    """The wish behind a ride: to change it, or (on another day) to repeat it."""
    back = next((leg for leg in ride.legs if leg.sequence == 1), None)
    asked = None
    if back is not None and ride.return_mode is ReturnMode.FIXED_HOUR:
        ends = ride.appointment_at + timedelta(minutes=ride.visit_minutes)
        asked = local(back.promised_from_at).time() if back.promised_from_at > ends else None
    return RideWish(
        on=ride.on if on is None else on,
        appointment_at=local(ride.appointment_at).time(),
        visit_minutes=ride.visit_minutes,
        purpose=ride.purpose,
        place=place_of_ride(ride),
        return_mode=ride.return_mode,
        return_at=asked,
        companions=ride.companions,
        companion_age=ride.companion_age,
        mobility=ride.mobility,
        assistance=ride.assistance,
        note=ride.note,
    )


def repeat_wish(ride: Ride, on: date | None = None) -> RideWish:
    """The same ride again on another day; the passenger as the file describes them now."""
    wish = wish_of(ride, on=on)
    return RideWish(**{**vars(wish), "mobility": None, "assistance": None})


def draft_for(session: Session, draft_id: str, owner_kind: str, owner_id: int) -> BookingDraft | None:
    """A booking being put together, for the one who began it only."""
    draft = session.get(BookingDraft, draft_id)
    return draft if draft is not None and (draft.owner_kind, draft.owner_id) == (owner_kind, owner_id) else None


def latest_draft(session: Session, resident_id: int, owner_kind: str, owner_id: int) -> BookingDraft | None:
    """The newest unfinished booking of this owner for a resident."""
    query = (
        select(BookingDraft)
        .where(
            BookingDraft.resident_id == resident_id, BookingDraft.owner_kind == owner_kind, BookingDraft.owner_id == owner_id,
            BookingDraft.ride_id.is_(None),
        )
        .order_by(BookingDraft.changed_at.desc())
        .limit(1)
    )  # fmt: skip
    return session.scalars(query).one_or_none()
