"""What cancelling would mean, shown before anybody cancels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services_app.rides.models import Leg, Ride
from services_app.rides.policy import PastRide, QuotaState, charges_quota, in_time, quotas_left
from services_app.rides.queries.people import history_of, history_span
from services_app.rides.queries.rules import rules_of
from services_app.rides.terms import RideResult, RideState, result_of


@dataclass(frozen=True)
class CancellationPreview:
    """The effect of cancelling now."""

    whole: bool
    """The ride ends; False: one way remains."""
    in_time: bool
    charges: bool
    """It uses up the limits although it is not made."""
    until: datetime
    """The last moment to cancel at no loss."""
    sequences: tuple[int, ...]
    """The ways that would be cancelled."""
    charged_legs: int
    """What the ride counts afterwards."""
    left_before: tuple[QuotaState, ...]
    left_after: tuple[QuotaState, ...]

    @property
    def state(self) -> RideState:
        """What becomes of the ride when it ends."""
        return RideState.CANCELLED_IN_TIME if self.in_time else RideState.CANCELLED_LATE


def standing_legs(ride: Ride) -> list[Leg]:
    """Ways that are still ahead or under way."""
    return [leg for leg in ride.legs if leg.active and leg.delivered_at is None]


def cancellation_preview(
    session: Session, ride: Ride, *, now: datetime, sequences: Collection[int] | None = None
) -> CancellationPreview:
    """What cancelling the ride now means for the limits; ``sequences`` names single ways (0 there, 1 back), None the whole ride.

    The ride's own rules judge, and the last moment is the one that was promised. A request nobody agreed to yet costs nothing.
    """
    rules = rules_of(ride.rules_version)
    standing = {leg.sequence for leg in standing_legs(ride)}
    going = standing if sequences is None else standing & set(sequences)
    remaining = [leg for leg in ride.legs if leg.active and leg.sequence not in going]
    timely = ride.state is RideState.REQUESTED or in_time(ride.cancel_until, now=now)
    charges = not timely and charges_quota(rules, RideResult.CANCELLED_LATE)
    if charges:
        charged = ride.charged_legs
    else:
        charged = min(len(remaining), ride.charged_legs)
    history = history_of(session, ride.resident_id, *history_span([rules], ride.on, ride.on), without_ride_id=ride.id)
    return CancellationPreview(
        whole=not remaining,
        in_time=timely,
        charges=charges,
        until=ride.cancel_until,
        sequences=tuple(sorted(going)),
        charged_legs=charged,
        left_before=quotas_left(rules, [*history, *_as_past(ride, ride.charged_legs)], ride.on),
        left_after=quotas_left(rules, [*history, *_as_past(ride, charged)], ride.on),
    )


def _as_past(ride: Ride, charged: int) -> list[PastRide]:
    result = result_of(ride.state, excused=ride.excused)
    return [] if result is None or not charged else [PastRide(ride.on, RideResult.BOOKED, charged)]
