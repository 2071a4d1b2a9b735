"""Three months of rides that are over, laid one after another into the shifts of their days, so that no car was in two places."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.fleet.models import Shift
from services_app.fleet.queries import working_shifts
from services_app.places.labels import likeliest_purpose
from services_app.places.models import Destination
from services_app.planning.model import Point
from services_app.residents.models import Resident
from services_app.rides.models import Enrolment, Leg, Refusal, Ride, RideEvent
from services_app.rides.planning_day import TRAVEL
from services_app.rides.queries import rules_in_force
from services_app.rides.scheduling import boarding_minutes, load_of, minutes_of
from services_app.rides.terms import Channel, Direction, EnrolmentState, Purpose, ReturnMode, RideState

_FITTING = frozenset({Purpose.MEDICAL, Purpose.OFFICE, Purpose.BANK})
_ENDINGS = (
    (RideState.DONE, 84), (RideState.CANCELLED_IN_TIME, 7), (RideState.NO_SHOW, 3), (RideState.CANCELLED_LATE, 3),
    (RideState.MISSED, 1), (RideState.CANCELLED_BY_OPERATOR, 2),
)  # fmt: skip
_CHARGED = frozenset({RideState.DONE, RideState.NO_SHOW, RideState.CANCELLED_LATE})
_SLOT = timedelta(minutes=95)
_BREAK = timedelta(minutes=30)


def fill_past(session: Session, *, now: datetime) -> int:
    """Rides of the last three months; returns how many."""
    today = clock.day_of(now)
    first = today - timedelta(days=90)
    chance = random.Random(1085)  # noqa: S311 - a demo must be the same each time
    riders = list(
        session.scalars(
            select(Resident).join(Enrolment).where(Enrolment.state == EnrolmentState.VERIFIED).order_by(Resident.id)
        )
    )
    places = [place for place in session.scalars(select(Destination).order_by(Destination.id)) if _fits(place)]
    seen: dict[tuple[int, int], set[int]] = defaultdict(set)
    count = 0
    for shift in working_shifts(session, first, today - timedelta(days=1)):
        month = seen[shift.on.year, shift.on.month]
        for slot in range(chance.choice((1, 2, 2, 3))):
            free = [one for one in riders if one.id not in month and _carries(shift, one)]
            if not free:
                continue
            rider = chance.choice(free)
            month.add(rider.id)
            _past_ride(session, shift, slot, rider, chance.choice(places), chance)
            count += 1
    _refusals(session, riders, chance, today=today)
    return count


def _fits(place: Destination) -> bool:
    return (
        place.town == "Kielce"
        and Purpose(likeliest_purpose(place.category)) in _FITTING
        and place.category not in ("handel", "DPS")
    )


def _carries(shift: Shift, rider: Resident) -> bool:
    return load_of(rider.mobility, 0).wheelchairs <= shift.vehicle.wheelchair_places


def _past_ride(
    session: Session, shift: Shift, slot: int, rider: Resident, place: Destination, chance: random.Random
) -> None:
    version, _rules = rules_in_force(session, shift.on)
    leaves = shift.starts_at + timedelta(minutes=30) + slot * _SLOT + (_BREAK if slot >= 2 else timedelta())
    home, goal = Point(rider.latitude, rider.longitude), Point(place.latitude, place.longitude)
    help_minutes = boarding_minutes(rider.mobility, rider.assistance)
    drive = timedelta(minutes=round(TRAVEL.minutes(home, goal, minutes_of(leaves))) + help_minutes)
    arrives = leaves + drive
    appointment = arrives + timedelta(minutes=10)
    back = appointment + timedelta(minutes=30)
    state = chance.choices([state for state, _weight in _ENDINGS], [weight for _state, weight in _ENDINGS])[0]
    booked_at = leaves - timedelta(days=chance.randint(4, 12))
    ride = Ride(
        resident_id=rider.id, rules_version_id=version.id, on=shift.on, state=state, purpose=Purpose(likeliest_purpose(place.category)),
        destination_id=place.id, entrance_id=place.entrances[0].id if place.entrances else None, destination_name=place.name,
        destination_address=place.address, destination_town=place.town, destination_latitude=place.latitude,
        destination_longitude=place.longitude, appointment_at=appointment, visit_minutes=30, return_mode=ReturnMode.DRIVER_WAITS,
        mobility=rider.mobility, assistance=rider.assistance, channel=Channel.PHONE if chance.random() < 0.7 else Channel.ONLINE,
        booked_by_kind="resident", booked_by_id=rider.id, booked_at=booked_at, cancel_until=_evening_before(shift.on),
        charged_legs=2 if state in _CHARGED else 0,
    )  # fmt: skip
    done = state is RideState.DONE
    for sequence, (begins, ends) in enumerate(((leaves, arrives), (back, back + drive))):
        ride.legs.append(
            _leg(
                shift,
                sequence,
                (home, goal),
                (begins, ends),
                rider,
                help_minutes,
                booked_at=booked_at,
                state=state,
                done=done,
            )
        )
    session.add(ride)
    session.flush()
    session.add(_event(ride, "booked", RideState.CONFIRMED, booked_at))
    session.add(_event(ride, "state", state, back + drive if done else leaves))


def _evening_before(on: date) -> datetime:
    return clock.moment_at(on - timedelta(days=1), datetime.min.time().replace(hour=23, minute=59))


def _leg(
    shift: Shift, sequence: int, ends_of_way: tuple[Point, Point], times: tuple[datetime, datetime], rider: Resident, help_minutes: int,
    *, booked_at: datetime, state: RideState, done: bool,
) -> Leg:  # fmt: skip
    start, goal = ends_of_way if sequence == 0 else ends_of_way[::-1]
    load = load_of(rider.mobility, 0)
    return Leg(
        on=shift.on, sequence=sequence, direction=Direction.OUTBOUND if sequence == 0 else Direction.RETURN,
        active=state not in (RideState.CANCELLED_IN_TIME, RideState.CANCELLED_LATE, RideState.CANCELLED_BY_OPERATOR),
        from_latitude=start.lat, from_longitude=start.lon, to_latitude=goal.lat, to_longitude=goal.lon, seats=load.seats,
        wheelchairs=load.wheelchairs, boarding_minutes=help_minutes, alighting_minutes=3, shared=False, promised_from_at=times[0],
        promised_until_at=times[0] + timedelta(minutes=15), arrive_by_at=times[1] + timedelta(minutes=10), planned_pickup_at=times[0],
        planned_dropoff_at=times[1], shift_id=shift.id, assigned_at=booked_at + timedelta(days=1),
        picked_up_at=times[0] + timedelta(minutes=2) if done else None, delivered_at=times[1] + timedelta(minutes=2) if done else None,
    )  # fmt: skip


def _event(ride: Ride, deed: str, state: RideState, at: datetime) -> RideEvent:
    return RideEvent(ride_id=ride.id, at=at, deed=deed, state=state, by_kind="system", by_id=None)


_REFUSED = (
    ("QUOTA_USED", "Limit na ten miesiąc jest wykorzystany."),
    ("TOO_LATE_TO_BOOK", "Na ten dzień jest już za późno."),
    ("PURPOSE_NOT_ALLOWED", "W tym celu nie jeździmy."),
    ("NO_VEHICLE", "O tej porze wszystkie samochody są zajęte."),
    ("OUTSIDE_AREA", "Jeździmy tylko po Kielcach."),
)


def _refusals(session: Session, riders: list[Resident], chance: random.Random, *, today: date) -> None:
    for number in range(40):
        on = today - timedelta(days=chance.randint(1, 85))
        reasons = chance.sample(_REFUSED, chance.choice((1, 1, 1, 2)))
        session.add(
            Refusal(
                resident_id=chance.choice(riders).id, at=clock.moment_at(on, datetime.min.time().replace(hour=8 + number % 7)),
                channel=Channel.PHONE, by_kind="system", by_id=None, wished_on=on + timedelta(days=4), wish={},
                reasons=[{"code": code, "text": text} for code, text in reasons], offered=[],
            )
        )  # fmt: skip
