"""The words of the ride programme: every value a field may hold, and where a ride may go from each state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services_app.residents.terms import Assistance as Assistance
from services_app.residents.terms import Mobility as Mobility


class Purpose(StrEnum):
    """Why somebody rides."""

    MEDICAL = "medical"
    SPECIALIST = "specialist"
    GP = "gp"
    OFFICE = "office"
    BANK = "bank"
    CEMETERY = "cemetery"
    LIBRARY = "library"
    CULTURE = "culture"
    STATION = "station"
    EMERGENCY = "emergency"


INCLUDES: Final[Mapping[Purpose, frozenset[Purpose]]] = MappingProxyType(
    {Purpose.MEDICAL: frozenset({Purpose.SPECIALIST})}
)
"""What a wider purpose takes in: "medical" covers specialist visits and examinations, but no visit to the family doctor."""


WHEELCHAIRS: Final = frozenset({Mobility.FOLDING_WHEELCHAIR, Mobility.FIXED_WHEELCHAIR})


class ReturnMode(StrEnum):
    """How the way back is arranged."""

    FIXED_HOUR = "fixed_hour"
    DRIVER_WAITS = "driver_waits"
    CALL_WHEN_READY = "call_when_ready"


class Channel(StrEnum):
    """How a request reached the programme."""

    ONLINE = "online"
    PHONE = "phone"
    DESK = "desk"


class Condition(StrEnum):
    """A fact about a passenger which a rule may ask for, declared by them and verified by the coordinator."""

    CANNOT_USE_TRANSIT = "cannot_use_transit"
    LIVES_ALONE = "lives_alone"
    NO_FAMILY_HELP = "no_family_help"
    HEALTH_LIMITS = "health_limits"
    WHEELCHAIR = "wheelchair"
    SENIOR_CARD = "senior_card"
    RESIDENT = "resident"
    LOCAL_TAXPAYER = "local_taxpayer"
    DISABILITY_LIGHT = "disability_light"
    DISABILITY_MODERATE = "disability_moderate"
    DISABILITY_SEVERE = "disability_severe"
    INCOME_WITHIN_LIMIT = "income_within_limit"


IMPLIES: Final[Mapping[Condition, frozenset[Condition]]] = MappingProxyType(
    {
        Condition.DISABILITY_SEVERE: frozenset({Condition.DISABILITY_MODERATE, Condition.DISABILITY_LIGHT}),
        Condition.DISABILITY_MODERATE: frozenset({Condition.DISABILITY_LIGHT}),
    }
)
"""Who holds the first also holds the others: a degree of disability is asked for as "at least"."""


class Period(StrEnum):
    """The stretch of time a quota counts."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    PROGRAMME = "programme"


class QuotaUnit(StrEnum):
    """What a quota counts: a ride there and back as one, or each way."""

    ROUND_TRIP = "round_trip"
    LEG = "leg"


class DayUnit(StrEnum):
    """The days a term is counted in."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


class HorizonUnit(StrEnum):
    """The stretches a booking horizon is counted in."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Proof(StrEnum):
    """What the passenger signs."""

    NONE = "none"
    PER_RIDE = "per_ride"
    PER_LEG = "per_leg"


class PriceKind(StrEnum):
    """How the passenger pays."""

    FREE = "free"
    FLAT = "flat"
    ZONE = "zone"
    PER_KILOMETRE = "per_kilometre"
    SUBSCRIPTION = "subscription"
    PREPAID = "prepaid"


class Verification(StrEnum):
    """Whether riding waits until the conditions are verified."""

    BEFORE_FIRST_RIDE = "before_first_ride"
    MAY_RIDE_MEANWHILE = "may_ride_meanwhile"


class Priority(StrEnum):
    """Who goes first when there is not room for all."""

    FIRST_COME = "first_come"
    TIERS = "tiers"


class RideState(StrEnum):
    """Where a ride is in its life."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    ON_BOARD = "on_board"
    DONE = "done"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    CANCELLED_BY_OPERATOR = "cancelled_by_operator"
    NO_SHOW = "no_show"
    MISSED = "missed"
    REFUSED = "refused"


CANCELLED: Final = frozenset({RideState.CANCELLED_IN_TIME, RideState.CANCELLED_LATE, RideState.CANCELLED_BY_OPERATOR})

NEXT_STATES: Final[Mapping[RideState, frozenset[RideState]]] = MappingProxyType(
    {
        RideState.REQUESTED: CANCELLED | {RideState.CONFIRMED, RideState.REFUSED},
        RideState.CONFIRMED: CANCELLED | {RideState.REQUESTED, RideState.ASSIGNED, RideState.MISSED},
        RideState.ASSIGNED: CANCELLED
        | {RideState.REQUESTED, RideState.CONFIRMED, RideState.ON_THE_WAY, RideState.MISSED},
        RideState.ON_THE_WAY: frozenset(
            {
                RideState.ASSIGNED,
                RideState.ON_BOARD,
                RideState.NO_SHOW,
                RideState.MISSED,
                RideState.CANCELLED_IN_TIME,
                RideState.CANCELLED_LATE,
                RideState.CANCELLED_BY_OPERATOR,
            }
        ),
        RideState.ON_BOARD: frozenset({RideState.ON_THE_WAY, RideState.DONE, RideState.MISSED}),
        RideState.DONE: frozenset(),
        RideState.CANCELLED_IN_TIME: frozenset(),
        RideState.CANCELLED_LATE: frozenset(),
        RideState.CANCELLED_BY_OPERATOR: frozenset(),
        RideState.NO_SHOW: frozenset({RideState.MISSED}),
        RideState.MISSED: frozenset({RideState.NO_SHOW}),
        RideState.REFUSED: frozenset(),
    }
)
"""Where a ride may go. Back steps undo a slip of the driver's finger; whose fault an unmade ride was may be judged again. A ride changed
to a purpose that needs agreement waits for it as when it was asked for."""

PROMISED: Final = frozenset(
    {RideState.REQUESTED, RideState.CONFIRMED, RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD}
)
"""The ride is still ahead or under way: it holds its place in the day and in the limits."""

TO_BE_DRIVEN: Final = PROMISED - {RideState.REQUESTED}
"""The ride is still ahead or under way, and nobody needs to agree to it any more."""

NOT_BEGUN: Final = frozenset({RideState.REQUESTED, RideState.CONFIRMED, RideState.ASSIGNED})
"""The ride is still ahead: it may be changed, and a day's may be called off in one go."""

ENDED: Final = frozenset(RideState) - PROMISED


def next_states(state: RideState) -> frozenset[RideState]:
    """The states a ride may go to from this one; empty when its life is over."""
    return NEXT_STATES[state]


def may_become(state: RideState, other: RideState) -> bool:
    """True when the step from one state to the other is allowed."""
    return other in NEXT_STATES[state]


def awaits_call(sequence: int, return_mode: ReturnMode | None, ready_at: datetime | None) -> bool:
    """True for a way home whose hour nobody knows yet: the passenger calls when ready."""
    return sequence == 1 and return_mode is ReturnMode.CALL_WHEN_READY and ready_at is None


class RideResult(StrEnum):
    """What became of an earlier ride, as the limits see it."""

    DONE = "done"
    BOOKED = "booked"
    NO_SHOW = "no_show"
    NO_SHOW_EXCUSED = "no_show_excused"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    CANCELLED_BY_OPERATOR = "cancelled_by_operator"
    MISSED = "missed"


ALWAYS_CHARGED: Final = frozenset({RideResult.DONE, RideResult.BOOKED})
MAY_BE_CHARGED: Final = ALWAYS_CHARGED | {RideResult.NO_SHOW, RideResult.CANCELLED_LATE}
"""What may use up a limit. A ride which the operator cancelled or missed never does, nor an excused absence, nor a timely cancelling."""


def result_of(state: RideState, *, excused: bool = False) -> RideResult | None:
    """What a ride in this state counts as in a passenger's history; None for a refused request, which was never a ride.

    ``excused``: a person accepted the passenger's reason for not being there or for cancelling late.
    """
    if state is RideState.REFUSED:
        return None
    if state in PROMISED:
        return RideResult.BOOKED
    if excused and state is RideState.NO_SHOW:
        return RideResult.NO_SHOW_EXCUSED
    if excused and state is RideState.CANCELLED_LATE:
        return RideResult.CANCELLED_IN_TIME
    return RideResult(state.value)


class Direction(StrEnum):
    """Which way a leg goes."""

    OUTBOUND = "outbound"
    RETURN = "return"


class EnrolmentState(StrEnum):
    """The life of somebody's place in the programme."""

    DECLARED = "declared"
    """Waits for the coordinator to verify each condition."""
    VERIFIED = "verified"
    REFUSED = "refused"
    ENDED = "ended"


class ApplicationState(StrEnum):
    """The life of what somebody without an account sent online to join the programme."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    """It became an entry of the register, or was found to be of somebody in it."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class NotTaken(StrEnum):
    """Why an application is refused though no rule says so."""

    NOT_CONFIRMED = "not_confirmed"
    NOT_REACHED = "not_reached"


class RulesState(StrEnum):
    """The life of a version of the rules."""

    TEMPLATE = "template"
    DRAFT = "draft"
    PUBLISHED = "published"
