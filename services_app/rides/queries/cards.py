"""What the operator sees while the caller is on the line, and what a person usually does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from services_app.clock import day_of
from services_app.places.models import Destination, Entrance
from services_app.residents.models import Resident
from services_app.residents.queries import Caller
from services_app.rides.models import BookingDraft, Leg, Ride, SavedPlace
from services_app.rides.policy import PastRide, QuotaState, quotas_left
from services_app.rides.queries.people import history_span, past_ride, standing, standing_today
from services_app.rides.queries.rules import RulesToday
from services_app.rides.scheduling import RideWish, WishedPlace
from services_app.rides.terms import ENDED, Purpose, ReturnMode, RideState
from services_app.verdict import Verdict
from services_app.wording import local

USUAL_DAYS = 400
"""How far back somebody's habits are looked for."""
LAST_SHOWN = 3
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
_RECENT = (
    select(*_PLACE, func.max(_RIDES.on).label("last_on"), func.max(_RIDES.id).label("last_id"))
    .where(_RIDES.resident_id == bindparam("resident_id"), _RIDES.state != RideState.REFUSED)
    .group_by(*_PLACE)
    .order_by(func.max(_RIDES.on).desc(), func.max(_RIDES.id).desc())
    .limit(bindparam("count"))
)


_DESTINATIONS, _ENTRANCES, _SAVED = Destination.__table__.c, Entrance.__table__.c, SavedPlace.__table__.c
_KEPT = (
    select(
        _SAVED.label, _SAVED.entrance_id, _DESTINATIONS.id, _DESTINATIONS.name, _DESTINATIONS.street, _DESTINATIONS.house_number,
        _DESTINATIONS.town, _DESTINATIONS.latitude, _DESTINATIONS.longitude, _DESTINATIONS.category,
        _ENTRANCES.latitude.label("door_latitude"), _ENTRANCES.longitude.label("door_longitude"),
    )
    .select_from(SavedPlace.__table__)
    .join(Destination.__table__, _DESTINATIONS.id == _SAVED.destination_id)
    .outerjoin(Entrance.__table__, (_ENTRANCES.id == _SAVED.entrance_id) & (_ENTRANCES.destination_id == _DESTINATIONS.id))
    .where(_SAVED.resident_id == bindparam("resident_id"), _DESTINATIONS.closed_at.is_(None))
    .order_by(_DESTINATIONS.sort_name, _SAVED.id)
)  # fmt: skip
_LATELY = _RECENT.subquery()
_RECENT_OPEN = (
    select(*_LATELY.c[:7], _DESTINATIONS.category)
    .select_from(_LATELY.outerjoin(Destination.__table__, _DESTINATIONS.id == _LATELY.c.destination_id))
    .where(or_(_LATELY.c.destination_id.is_(None), _DESTINATIONS.closed_at.is_(None)))
    .order_by(_LATELY.c.last_on.desc(), _LATELY.c.last_id.desc())
)


@dataclass(frozen=True)
class KnownPlace:
    """A place somebody keeps or rode to, with its kind (none for an address that is not in the catalogue) and their own name for it."""

    place: WishedPlace
    category: str | None
    label: str | None = None


def kept_places(session: Session, resident_id: int) -> list[KnownPlace]:
    """Places a resident keeps, by name, closed ones left out: what a card of theirs shows, in one query."""
    found = []
    for row in session.execute(_KEPT, {"resident_id": resident_id}):
        at_door = row.door_latitude is not None and row.door_longitude is not None
        here = (row.door_latitude, row.door_longitude) if at_door else (row.latitude, row.longitude)
        address = f"{row.street} {row.house_number}".strip() if row.house_number else row.street
        place = WishedPlace(row.name, address, row.town, *here, row.id, row.entrance_id)
        found.append(KnownPlace(place, row.category, row.label))
    return found


def recent_open_places(session: Session, resident_id: int, *, count: int) -> list[KnownPlace]:
    """Where somebody rode of late, each place once, the latest first, without those that have closed since; one query."""
    rows = session.execute(_RECENT_OPEN, {"resident_id": resident_id, "count": count})
    return [KnownPlace(WishedPlace(*row[:7]), row[7]) for row in rows]


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
class RecentRide:
    """A ride of the last months or still to come, as the card, the limits and "jak zawsze" look at it."""

    id: int
    on: date
    state: RideState
    excused: bool
    charged_legs: int
    first_at: datetime | None
    """The first hour told of the ways that stand; None when there is none."""
    last_at: datetime | None
    appointment_at: datetime
    habit: tuple[Any, ...]
    """Place, purpose, length of the visit, way back, companions."""

    @property
    def destination_name(self) -> str:
        """Where to."""
        return str(self.habit[0])


@dataclass(frozen=True)
class OperatorCard:
    """A known caller at a glance."""

    may_ride: Verdict
    quotas: tuple[QuotaState, ...]
    coming: Sequence[RecentRide]
    last: Sequence[RecentRide]
    usual: UsualRide | None
    in_force: RulesToday

    @property
    def to_be_confirmed(self) -> bool:
        """Whether the office still has to say that these are the rules."""
        return self.in_force.confirmed_on is None


def operator_card(session: Session, resident: Resident | Caller, *, now: datetime) -> OperatorCard:
    """Standing, limits left, coming and last rides, the usual one; two queries, one more for somebody who seldom rides.

    Raises ``NoRules`` when no rules hold today.
    """
    today = day_of(now)
    in_force, enrolment = standing_today(session, resident.id, today=today)
    first, last = history_span([in_force.rules], today, today)
    since = min(first, today - timedelta(days=USUAL_DAYS))
    rides = _recent_rides(session.execute(_SINCE, {"resident_id": resident.id, "since": since}))
    coming = [ride for ride in rides if ride.on >= today and ride.state not in ENDED]
    over = [ride for ride in rides if ride.on < today or ride.state in ENDED]
    return OperatorCard(
        may_ride=standing(in_force.rules, resident, enrolment, today),
        quotas=quotas_left(in_force.rules, _history(rides, first, last), today),
        coming=sorted(coming, key=lambda ride: (ride.on, ride.appointment_at)),
        last=_last_rides(session, resident.id, over, since),
        usual=_usual_of(ride for ride in rides if ride.on >= today - timedelta(days=USUAL_DAYS)),
        in_force=in_force,
    )


_LEGS = Leg.__table__.c
_SEEN = (_RIDES.id, _RIDES.on, _RIDES.state, _RIDES.excused, _RIDES.charged_legs)
_RIDES_OF = (
    select(
        *_SEEN,
        func.min(_LEGS.promised_from_at, type_=_LEGS.promised_from_at.type),
        func.max(_LEGS.planned_dropoff_at, type_=_LEGS.planned_dropoff_at.type),
        _RIDES.appointment_at,
        *_HABITS,
    )
    .select_from(Ride.__table__.outerjoin(Leg.__table__, (_LEGS.ride_id == _RIDES.id) & _LEGS.active.is_(True)))
    .where(_RIDES.resident_id == bindparam("resident_id"), _RIDES.state != RideState.REFUSED)
    .group_by(_RIDES.id)  # the key of the table: everything else of the ride hangs on it
    .order_by(_RIDES.on.desc(), _RIDES.id.desc())
)
_SINCE = _RIDES_OF.where(_RIDES.on >= bindparam("since"))
_BEFORE = _RIDES_OF.where(_RIDES.on < bindparam("since")).limit(LAST_SHOWN)


_OF_THE_PAST = ("on", "state", "excused", "charged_legs", "first_at", "last_at")


def _history(rides: Sequence[RecentRide], first: date, last: date) -> list[PastRide]:
    """The rides between two days as the limits see them, the earliest first."""
    seen = (
        past_ride(ride.on, ride.state, ride.excused, ride.charged_legs, ride.first_at, ride.last_at)
        for ride in reversed(rides)
        if first <= ride.on <= last
    )
    return [past for past in seen if past is not None]


def _recent_rides(rows: Iterable[Any]) -> list[RecentRide]:
    return [RecentRide(*(*row[:8], tuple(row[8:]))) for row in rows]


def _last_rides(session: Session, resident_id: int, rides: Sequence[RecentRide], since: date) -> list[RecentRide]:
    """The newest that are not to come; of somebody who seldom rides also those of years ago."""
    if len(rides) >= LAST_SHOWN:
        return [*rides[:LAST_SHOWN]]
    older = session.execute(_BEFORE, {"resident_id": resident_id, "since": since})
    return [*rides, *_recent_rides(older)][:LAST_SHOWN]


def _usual_of(rides: Iterable[RecentRide]) -> UsualRide | None:
    """The habit most often followed; of two as frequent the later one. ``rides`` the newest first."""
    made = [ride.habit for ride in rides if ride.state not in _UNMADE]
    if not made:
        return None
    habit, times = Counter(made).most_common(1)[0]  # counts keep the order in which habits were met first
    return UsualRide(*(WishedPlace(*habit[:7]), *habit[7:], times))


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


def draft_for(
    session: Session, draft_id: str, owner_kind: str, owner_id: int, *, held: bool = False
) -> BookingDraft | None:
    """A booking being put together, for the one who began it only. ``held``: as it is now, and until the transaction ends."""
    draft = session.get(BookingDraft, draft_id, with_for_update=held or None, populate_existing=held)
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
