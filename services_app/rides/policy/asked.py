"""What a rule is asked about, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from services_app.rides.terms import (
    Assistance,
    Condition,
    Mobility,
    Period,
    Purpose,
    QuotaUnit,
    ReturnMode,
    RideResult,
)
from services_app.verdict import Verdict


@dataclass(frozen=True)
class Passenger:
    """What the rules need to know of a person; ``conditions`` are those declared or verified, as the caller decides."""

    birth_date: date
    residence: str
    conditions: frozenset[Condition] = frozenset()
    mobility: Mobility = Mobility.WALKS
    verified: bool = True
    """The coordinator has verified the conditions of joining."""


@dataclass(frozen=True)
class PastRide:
    """An earlier or coming ride of the same passenger; the hours (Warsaw) are given where they are known.

    When a ride is being moved, it is left out of the history.
    """

    on: date
    result: RideResult
    legs: int = 2
    starts_at: time | None = None
    ends_at: time | None = None


@dataclass(frozen=True)
class RideQuestion:
    """The ride somebody asks for; hours are Warsaw hours of the day ``on``, None where not yet known."""

    on: date
    purpose: Purpose
    destination_town: str
    legs: int = 2
    appointment_at: time | None = None
    visit_minutes: int | None = None
    pickup_at: time | None = None
    return_at: time | None = None
    """Home again; None for one leg, or when the return is open or not yet planned."""
    companion_ages: tuple[int | None, ...] = ()
    """One entry for each companion; None: the age is not known and not judged."""
    return_mode: ReturnMode | None = None
    assistance: Assistance | None = None
    km_beyond: float | None = None
    """Kilometres beyond the area's towns, where somebody measured them."""


@dataclass(frozen=True)
class QuotaState:
    """What is used of one quota in the period a day falls into."""

    period: Period
    unit: QuotaUnit
    limit: int
    used: int
    starts_on: date
    ends_on: date

    @property
    def left(self) -> int:
        """Units still free, never below nought (an older version may have allowed more)."""
        return max(0, self.limit - self.used)

    def covers(self, on: date) -> bool:
        """Whether a day lies in the period."""
        return self.starts_on <= on <= self.ends_on


@dataclass(frozen=True)
class RideAssessment:
    """The answer to a :class:`RideQuestion`: yes or every reason, limits before this ride, and the moments that count.

    Moments are aware, on the Warsaw clock, to the minute; the minute itself still counts as in time.
    """

    verdict: Verdict
    quotas: tuple[QuotaState, ...]
    book_from: datetime | None
    book_until: datetime
    cancel_until: datetime | None
    needs_approval: bool = False
    """The purpose is allowed once an approver agrees."""
    tier: int = 1
    """Where the purpose stands: a lower tier goes first."""

    @property
    def allowed(self) -> bool:
        """True when no reason speaks against."""
        return self.verdict.allowed
