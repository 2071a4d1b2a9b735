"""The planner's day out of the database: shifts that take place, with the legs promised in them.

Plans are pure values of what was read, so they are kept by that very content: a day that did not change is not computed again, and a day
that did can never be answered from memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from services_app.fleet.models import Shift
from services_app.fleet.queries import working_shifts_of
from services_app.planning import promises
from services_app.planning.model import BreakRule, DayPlan, LegRequest, Load, Point, StopKind, Window
from services_app.planning.model import Shift as PlannedShift
from services_app.planning.travel import StreetTravel, Travel
from services_app.rides.models import Leg, Ride
from services_app.rides.scheduling import WHEELCHAIR, minutes_of
from services_app.rides.terms import PROMISED, ReturnMode, RideState

_DRIVEN: Final = (*sorted(PROMISED), RideState.DONE)
"""Who was not there or was missed takes no room any more: the way home of such a ride may be given to others."""
WORK_BEFORE_BREAK: Final = 360
"""Minutes of work after which a driver's break begins at the latest."""
TRAVEL: Final[Travel] = StreetTravel()
"""How long ways take in this town."""


class LegFacts(NamedTuple):
    """A stored leg as the planner sees it; moments in the planner's minutes."""

    id: int
    ride_id: int
    from_latitude: float
    from_longitude: float
    to_latitude: float
    to_longitude: float
    seats: int
    wheelchairs: int
    boarding: int
    alighting: int
    shared: bool
    promised_from: float
    promised_until: float
    arrive_by: float
    planned_pickup: float
    planned_dropoff: float
    driver_waits: bool


class ShiftFacts(NamedTuple):
    """A shift as the planner sees it."""

    id: int
    starts: float
    ends: float
    depot_latitude: float
    depot_longitude: float
    seats: int
    wheelchair_places: int
    carries_wheelchairs: bool
    break_minutes: int
    break_from: float
    break_until: float


@dataclass(frozen=True)
class PlannedDay:
    """The plans of one day, one for each shift that takes place."""

    on: date
    plans: tuple[DayPlan, ...]
    shifts: dict[int, Shift]

    def plan_of(self, shift_id: int) -> DayPlan | None:
        """The plan of one shift; None when it does not take place."""
        return next((plan for plan in self.plans if plan.shift.key == str(shift_id)), None)


def planned_day(session: Session, on: date, *, without_ride_id: int | None = None) -> PlannedDay:
    """One day's plans, in two queries; ``without_ride_id`` leaves a ride out (the one that is being moved)."""
    return planned_days(session, [on], without_ride_id=without_ride_id)[on]


def planned_days(
    session: Session, days: Sequence[date], *, without_ride_id: int | None = None
) -> dict[date, PlannedDay]:
    """Several days' plans, in the same two queries."""
    legs = _legs_by_shift(session, days, without_ride_id)
    by_day: dict[date, list[Shift]] = {on: [] for on in days}
    for shift in working_shifts_of(session, days):
        by_day[shift.on].append(shift)
    return {
        on: PlannedDay(
            on,
            tuple(plan_of(_shift_facts(shift), legs.get(shift.id, ())) for shift in listed),
            {shift.id: shift for shift in listed},
        )
        for on, listed in by_day.items()
    }


_COLUMNS = (
    Leg.shift_id, Leg.sequence, Ride.return_mode, Leg.id, Leg.ride_id, Leg.from_latitude, Leg.from_longitude, Leg.to_latitude,
    Leg.to_longitude, Leg.seats, Leg.wheelchairs, Leg.boarding_minutes, Leg.alighting_minutes, Leg.shared, Leg.promised_from_at,
    Leg.promised_until_at, Leg.arrive_by_at, Leg.planned_pickup_at, Leg.planned_dropoff_at,
)  # fmt: skip
_LEGS_OF = (
    select(*_COLUMNS)
    .join(Ride, Ride.id == Leg.ride_id)
    .where(
        Leg.on.in_(bindparam("days", expanding=True)),
        Leg.active.is_(True),
        Leg.shift_id.is_not(None),
        Leg.ride_id != bindparam("without"),
        Ride.state.in_(_DRIVEN),
    )
    .order_by(Leg.planned_pickup_at, Leg.id)
)
"""Put together once: asked while somebody waits for hours, and while others wait for their turn to book."""


def _legs_by_shift(
    session: Session, days: Sequence[date], without_ride_id: int | None
) -> dict[int, tuple[LegFacts, ...]]:
    """Active legs by shift, in the order of their planned moments."""
    rows = session.execute(_LEGS_OF, {"days": list(days), "without": without_ride_id or 0}).all()
    homeward = {(row.ride_id, row.shift_id) for row in rows if row.sequence == 1}
    found: dict[int, list[LegFacts]] = {}
    for row in rows:
        waits = (
            row.sequence == 0 and row.return_mode is ReturnMode.DRIVER_WAITS and (row.ride_id, row.shift_id) in homeward
        )
        found.setdefault(row.shift_id, []).append(_leg_facts(row, waits))
    return {shift_id: tuple(legs) for shift_id, legs in found.items()}


def _leg_facts(row: Any, waits: bool) -> LegFacts:
    moments = (
        row.promised_from_at,
        row.promised_until_at,
        row.arrive_by_at,
        row.planned_pickup_at,
        row.planned_dropoff_at,
    )
    return LegFacts._make((*row[3:14], *(minutes_of(moment) for moment in moments), waits))


def _shift_facts(shift: Shift) -> ShiftFacts:
    vehicle, driver = shift.vehicle, shift.driver
    carries = vehicle.wheelchair_places > 0 and (driver is None or driver.carries_wheelchairs)
    return ShiftFacts(
        shift.id, minutes_of(shift.starts_at), minutes_of(shift.ends_at), vehicle.depot_latitude, vehicle.depot_longitude,
        vehicle.seats, vehicle.wheelchair_places, carries, shift.break_minutes, *_break_window(shift),
    )  # fmt: skip


def _break_window(shift: Shift) -> tuple[float, float]:
    """Between which moments the break lies; where nobody typed one, in the middle third of the shift: no rest at its very start or end.

    The middle is the house's own rule. It begins after six hours of work at the latest: Act of 16 April 2004 on drivers' working time,
    art. 13, named from memory and to be confirmed by the office. A shift too short for that rests anywhere in it.
    """
    starts, ends, minutes = minutes_of(shift.starts_at), minutes_of(shift.ends_at), shift.break_minutes
    third = (ends - starts) / 3
    since = starts + third if shift.break_from_at is None else minutes_of(shift.break_from_at)
    latest = min(ends - third, starts + WORK_BEFORE_BREAK + minutes)
    until = latest if shift.break_until_at is None else minutes_of(shift.break_until_at)
    if until - since >= minutes:
        return since, until
    return minutes_of(shift.break_from_at or shift.starts_at), minutes_of(shift.break_until_at or shift.ends_at)


@lru_cache(maxsize=4096)
def plan_of(shift: ShiftFacts, legs: tuple[LegFacts, ...]) -> DayPlan:
    """The plan of a shift with its legs. Pure, and remembered by its content."""
    return promises.plan_from_promises(planned_shift(shift), [_promised(leg) for leg in legs], TRAVEL)


def planned_shift(shift: ShiftFacts) -> PlannedShift:
    """A shift in the planner's words; its latest break begins so that it ends inside its window."""
    depot = Point(shift.depot_latitude, shift.depot_longitude)
    rest = None
    if shift.break_minutes:
        rest = BreakRule(Window(shift.break_from, shift.break_until - shift.break_minutes), shift.break_minutes)
    return PlannedShift(
        key=str(shift.id),
        start=shift.starts,
        end=shift.ends,
        start_depot=depot,
        end_depot=depot,
        seats=shift.seats,
        wheelchair_places=shift.wheelchair_places,
        rest=rest,
        capabilities=frozenset({WHEELCHAIR} if shift.carries_wheelchairs else ()),
    )


def _promised(leg: LegFacts) -> promises.PromisedLeg:
    return promises.PromisedLeg(
        ride_key=str(leg.ride_id),
        leg=request_of_leg(leg),
        pickup_at=leg.planned_pickup,
        dropoff_at=leg.planned_dropoff,
        driver_waits=leg.driver_waits,
    )


def request_of_leg(leg: LegFacts) -> LegRequest:
    """A stored leg as it was asked for."""
    return LegRequest(
        key=str(leg.id),
        origin=Point(leg.from_latitude, leg.from_longitude),
        destination=Point(leg.to_latitude, leg.to_longitude),
        pickup=Window(leg.promised_from, leg.promised_until),
        dropoff=Window(leg.promised_from + leg.boarding, leg.arrive_by),
        load=Load(leg.seats, leg.wheelchairs),
        pickup_minutes=leg.boarding,
        dropoff_minutes=leg.alighting,
        exclusive=not leg.shared,
        needs=frozenset({WHEELCHAIR} if leg.wheelchairs else ()),
    )


def facts_of(leg: Leg, *, driver_waits: bool = False) -> LegFacts:
    """A loaded leg as the planner sees it."""
    return LegFacts(
        leg.id, leg.ride_id, leg.from_latitude, leg.from_longitude, leg.to_latitude, leg.to_longitude, leg.seats, leg.wheelchairs,
        leg.boarding_minutes, leg.alighting_minutes, leg.shared, minutes_of(leg.promised_from_at), minutes_of(leg.promised_until_at),
        minutes_of(leg.arrive_by_at), minutes_of(leg.planned_pickup_at), minutes_of(leg.planned_dropoff_at), driver_waits,
    )  # fmt: skip


def changed_times(before: DayPlan, after: DayPlan) -> dict[int, tuple[float, float]]:
    """Stored legs whose planned moments differ between two plans of a shift: (pick-up, drop-off) as they are to be."""
    old, new = leg_times(before), leg_times(after)
    return {int(key): times for key, times in new.items() if key.isdecimal() and old.get(key) != times}


def leg_times(plan: DayPlan) -> dict[str, tuple[float, float]]:
    """Pick-up and drop-off of each leg of a plan."""
    picked: dict[str, float] = {}
    times: dict[str, tuple[float, float]] = {}
    for stop, at in zip(plan.stops, plan.times, strict=True):
        if stop.kind is StopKind.PICKUP:
            picked[stop.leg_key] = at
        elif stop.kind is StopKind.DROPOFF:
            times[stop.leg_key] = (picked.get(stop.leg_key, at), at)
    return times
