"""A version tried on bookings that were really made: how many would have been refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services_app.rides.policy.asked import Passenger, PastRide, RideQuestion
from services_app.rides.policy.ride import ride_verdict
from services_app.rides.policy.shape import RideRules


@dataclass(frozen=True)
class TrialBooking:
    """One booking as it was made: who asked for what, when, and with which other rides."""

    passenger: Passenger
    history: tuple[PastRide, ...]
    """The other rides as they stood at that moment, without this one."""
    question: RideQuestion
    booked_at: datetime


@dataclass(frozen=True)
class TrialResult:
    """What the tried version would have said."""

    asked: int
    refused: int
    by_reason: tuple[tuple[str, int], ...]
    """Reason codes with the number of bookings they would have stopped, most frequent first; a booking counts under each."""


def trial(rules: RideRules, bookings: Iterable[TrialBooking]) -> TrialResult:
    """Ask a version about past bookings, each on its own."""
    asked, refused, codes = 0, 0, Counter[str]()
    for each in bookings:
        verdict = ride_verdict(rules, each.question, each.passenger, each.history, now=each.booked_at).verdict
        asked += 1
        refused += not verdict.allowed
        codes.update(set(verdict.codes))
    return TrialResult(asked, refused, tuple(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))))
