"""What tests of a ride's life share: one booked ride, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.residents.terms import ToldBy
from services_app.rides.actions import deliver, pick_up
from services_app.rides.models import Ride
from services_app.rides.policy import Quota, RideRules
from services_app.rides.queries import broken_invariants
from services_app.rides.scheduling import RideWish
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Period, QuotaUnit, ReturnMode, RideResult
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for

DAYTIME = moment_at(RIDE_ON, time(8, 30))
AFTER_THE_WAIT = moment_at(RIDE_ON, time(9, 40))
"""The hour promised is 9:25, the window a quarter: before this nobody can be noted as absent."""
OPEN = wish_for(return_mode=ReturnMode.CALL_WHEN_READY)
BY_WAYS = replace(KIELCE_2024, quotas=(Quota(Period.MONTH, 4, QuotaUnit.LEG),))
KIND = frozenset({RideResult.DONE, RideResult.BOOKED})
"""Rules that count neither absences nor late cancelling."""


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


def followed(session: Session, ride_id: int) -> int:
    """The same ride, whose passenger's daughter reads by e-mail how it goes."""
    rider = stored(session, ride_id).resident
    let_represent(
        session, make_representative(session, e_mail="ewa@example.org", told_by=ToldBy.E_MAIL, now=NOW), rider, now=NOW
    )
    session.commit()
    return ride_id


def at(hour: int, minute: int = 0) -> datetime:
    """An hour of the day of the ride."""
    return moment_at(RIDE_ON, time(hour, minute))


def brought_there(session: Session, ride_id: int) -> Ride:
    """The way there is made, at 9:50."""
    out = stored(session, ride_id).legs[0].id
    with transaction() as writing:
        assert pick_up(writing, out, by=OPERATOR, now=at(9, 25)).allowed
        assert deliver(writing, out, by=OPERATOR, now=at(9, 50)).allowed
    return stored(session, ride_id)
