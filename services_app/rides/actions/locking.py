"""Locks, always in the same order: the resident, then the days of service from the earliest, then the rules, then the ride itself.

Whoever accepts, moves, cancels or assigns takes them first and reads only afterwards, so that what was decided on is still true when
it is written. On SQLite the transaction has the whole database to itself and the locks cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services_app.residents.models import Resident
from services_app.rides.models import Leg, Ride, RideRulesVersion, ServiceDay
from services_app.rides.queries.rules import RulesCalendar, calendar_of
from services_app.rides.terms import PROMISED, RulesState


class Gone(LookupError):
    """What was to be changed is not there (any more)."""


def lock_resident(session: Session, resident_id: int) -> Resident:
    """The resident's row, held until the transaction ends. Raises :class:`Gone` for nobody or an erased file."""
    query = select(Resident).where(Resident.id == resident_id).with_for_update(of=Resident)
    resident = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if resident is None or resident.erased_at is not None:
        raise Gone(f"resident {resident_id}")
    return resident


def lock_days(session: Session, days: Iterable[date]) -> None:
    """The days' rows, made where missing, held until the transaction ends; the earliest first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for on in sorted(set(days)):
        locked = select(ServiceDay.on).where(ServiceDay.on == on).with_for_update()
        if (
            session.scalar(locked) is None
        ):  # the first ride of the day; of several at once each waits for the one who makes the row
            session.execute(insert(ServiceDay).values(on=on).on_conflict_do_nothing(index_elements=["on"]))
            session.execute(locked)


def hold_rides(session: Session, on: date) -> None:
    """All rides of a day that is locked, held in the order of their numbers: who takes several, as the reminders do, takes them so.

    Whoever writes many in another order would otherwise wait for somebody who waits for them.
    """
    held = select(Ride.id).where(Ride.on == on, Ride.state.in_(PROMISED)).order_by(Ride.id)
    session.scalars(held.with_for_update(key_share=True)).all()


def hold_rules(session: Session) -> RulesCalendar:
    """What is published stays published, and nothing is added, until the transaction ends; bookings do not keep each other waiting.

    Whoever publishes a version or takes one back locks them all, so either sees the booking or is seen by it.
    """
    published = select(RideRulesVersion).where(RideRulesVersion.state == RulesState.PUBLISHED)
    held = published.order_by(RideRulesVersion.id).with_for_update(read=True, key_share=True)
    return calendar_of(session.scalars(held.execution_options(populate_existing=True)))


@dataclass(frozen=True)
class Locked:
    """A ride with its passenger, both held."""

    ride: Ride
    resident: Resident


def lock_ride(session: Session, ride_id: int, *other_days: date) -> Locked:
    """A ride as it is now, with its passenger and days held. Raises :class:`Gone`."""
    resident_id = session.scalar(select(Ride.resident_id).where(Ride.id == ride_id))
    if resident_id is None:
        raise Gone(f"ride {ride_id}")
    resident = lock_resident(session, resident_id)
    on = session.scalar(select(Ride.on).where(Ride.id == ride_id))  # nobody moves it while the passenger is held
    if on is None:
        raise Gone(f"ride {ride_id}")
    lock_days(session, [on, *other_days])
    query = select(Ride).where(Ride.id == ride_id).with_for_update(of=Ride).execution_options(populate_existing=True)
    return Locked(session.scalars(query).one(), resident)


def lock_leg(session: Session, leg_id: int) -> tuple[Locked, Leg]:
    """A way of a ride, with the ride, its passenger and its day held. Raises :class:`Gone`."""
    ride_id = session.scalar(select(Leg.ride_id).where(Leg.id == leg_id))
    if ride_id is None:
        raise Gone(f"leg {leg_id}")
    locked = lock_ride(session, ride_id)
    return locked, next(leg for leg in locked.ride.legs if leg.id == leg_id)
