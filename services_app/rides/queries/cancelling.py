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
from services_app.rides.terms import PROMISED, QuotaUnit, RideResult, RideState, may_become, result_of


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
    """Ways nobody has got in for yet: only these can be cancelled."""
    return [leg for leg in ride.legs if leg.active and leg.picked_up_at is None]


def may_cancel(ride: Ride) -> bool:
    """Whether something of a ride can still be cancelled: the whole of it, or the way home of somebody who rides or is there already."""
    standing = standing_legs(ride)
    if ride.state not in PROMISED or not standing:
        return False
    return only_home_stands(ride) or may_become(ride.state, RideState.CANCELLED_IN_TIME)


def only_home_stands(ride: Ride) -> bool:
    """Whether somebody has got in for the way there, so that only the way home can be cancelled."""
    return any(leg.active and leg.picked_up_at is not None for leg in ride.legs) and bool(standing_legs(ride))


def excusable(ride: Ride) -> bool:
    """Whether a person may still decide that an absence or a late cancelling does not count.

    Also of one way of a ride that was made, where the rules count ways: it counted although nobody drove it.
    """
    if ride.excused or ride.state in (RideState.NO_SHOW, RideState.CANCELLED_LATE):
        return not ride.excused
    counts_ways = any(quota.unit is QuotaUnit.LEG for quota in rules_of(ride.rules_version).quotas)
    return ride.state is RideState.DONE and counts_ways and ride.charged_legs > sum(leg.active for leg in ride.legs)


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
