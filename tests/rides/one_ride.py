"""What tests of a ride's life share: one booked ride, and what came of it."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.rides.models import Ride
from services_app.rides.policy import RideRules
from services_app.rides.queries import broken_invariants
from services_app.rides.scheduling import RideWish
from services_app.rides.shipped_rules import KIELCE_2024
from tests.factories.fleet import make_shift
from tests.factories.rides import RIDE_ON, booked_ride, make_rider, make_rules

DAYTIME = moment_at(RIDE_ON, time(8, 30))


def prepared(session: Session, rules: RideRules = KIELCE_2024, *, shifts: int = 1, wish: RideWish | None = None) -> int:
    """A booked ride of a rider with a phone; its id."""
    version = make_rules(session, rules)
    rider = make_rider(session, version)
    for _ in range(shifts):
        make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish).id


def stored(session: Session, ride_id: int) -> Ride:
    """The ride as it stands in the database now."""
    session.rollback()
    session.expire_all()
    return session.get_one(Ride, ride_id)


def messages(session: Session, **where: object) -> list[Message]:
    """What goes out or went out, in the order it was queued."""
    session.rollback()
    return list(session.scalars(select(Message).filter_by(**where).order_by(Message.id)))


def sound(session: Session) -> bool:
    """Whether the day of the ride breaks no promise."""
    session.rollback()
    return list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []
