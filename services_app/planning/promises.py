"""From what was promised to plans, and from an appointment to a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services_app.planning.model import (
    ALWAYS,
    BreakRule,
    DayPlan,
    LegRequest,
    Load,
    Point,
    ReturnMode,
    RideRequest,
    Shift,
    Stop,
    StopKind,
    Window,
    full_hour,
)
from services_app.planning.schedule import behind_break, day_plan, keeps_everything, with_break_behind
from services_app.planning.timeline import earliest_departures, latest_beginnings
from services_app.planning.travel import Travel


@dataclass(frozen=True, slots=True)
class PromisedLeg:
    """A leg as it was stored: what was promised (windows, load, points), and when it was planned (moments).

    ``driver_waits``: after this leg the vehicle stays for the same rider's way home.
    """

    ride_key: str
    leg: LegRequest
    pickup_at: float
    dropoff_at: float
    driver_waits: bool = False


def promised_legs(plan: DayPlan) -> list[PromisedLeg]:
    """The legs of a plan as they would be stored: :func:`plan_from_promises` turned round."""
    at_end = {
        stop.leg_key: at for stop, at in zip(plan.stops, plan.times, strict=True) if stop.kind is StopKind.DROPOFF
    }
    return [
        PromisedLeg(pickup.ride_key, leg_of(pickup, dropoff), at, at_end[pickup.leg_key], dropoff.stays)
        for at, pickup, dropoff in planned_legs(plan)
    ]


def planned_legs(plan: DayPlan) -> list[tuple[float, Stop, Stop]]:
    """Each leg of a plan: when its rider gets in (moment), the pick-up, the drop-off."""
    picked: dict[str, tuple[float, Stop]] = {}
    legs: list[tuple[float, Stop, Stop]] = []
    for stop, at in zip(plan.stops, plan.times, strict=True):
        if stop.kind is StopKind.PICKUP:
            picked[stop.leg_key] = (at, stop)
        elif stop.leg_key in picked:
            legs.append((*picked[stop.leg_key], stop))
    return legs


def leg_of(pickup: Stop, dropoff: Stop, *, known_at: float = ALWAYS) -> LegRequest:
    """The leg that two stops came from, with its true promise; ``known_at``: nobody sets out for it before this moment."""
    return LegRequest(
        key=pickup.leg_key,
        origin=pickup.point,
        destination=dropoff.point,
        pickup=pickup.window,
        dropoff=dropoff.window,
        load=Load(pickup.seats, pickup.wheelchairs),
        pickup_minutes=pickup.service_minutes,
        dropoff_minutes=dropoff.service_minutes,
        max_ride_minutes=pickup.max_ride_minutes,
        exclusive=pickup.exclusive,
        needs=pickup.needs,
        known_at=max(pickup.known_at, known_at),
    )


def plan_from_promises(shift: Shift, legs: Iterable[PromisedLeg], travel: Travel) -> DayPlan:
    """The plan of a shift from its stored legs, in the order of their planned moments.

    Never fails. Where the stored plan breaks a promise already (a coordinator's decision, or a promise made under other
    travel times), the engine keeps to what is there and never makes it worse; :func:`~.check.faults_of` still names it.
    The break is put where it leaves most room.
    """
    return _tolerant(with_best_break(shift, [_as_planned(stop, at) for at, stop in _in_planned_order(legs)], travel))


def with_best_break(shift: Shift, stops: Iterable[Stop], travel: Travel) -> DayPlan:
    """The plan of these stops with the shift's break, if any, where it leaves most room; a break among the stops is
    taken out first.
    """
    restless = day_plan(shift, [stop for stop in stops if stop.kind is not StopKind.BREAK], travel)
    if not shift.rest:
        return restless
    return with_break_behind(restless, _break_place(shift.rest, restless), shift, travel)


def _in_planned_order(legs: Iterable[PromisedLeg]) -> list[tuple[float, Stop]]:
    """Stops with their planned moments. At the same moment people get out before others get in, unless they got in just
    then.
    """
    moments: list[tuple[tuple[float, int, float, str, int], Stop]] = []
    for promised in legs:
        pickup, dropoff = promised.leg.stops(promised.ride_key, stays=promised.driver_waits)
        in_at, out_at = promised.pickup_at, max(promised.dropoff_at, promised.pickup_at)
        moments.append(((in_at, 1, in_at, promised.leg.key, 0), pickup))
        moments.append(((out_at, int(out_at == in_at), in_at, promised.leg.key, 1), dropoff))
    moments.sort(key=lambda moment: moment[0])
    return [(order[0], stop) for order, stop in moments]


def _as_planned(stop: Stop, at: float) -> Stop:
    """The stop, tolerated at its planned moment when that lies outside its promise."""
    if stop.earliest <= at <= stop.latest:
        return stop
    return replace(stop, earliest=min(stop.earliest, at), latest=max(stop.latest, at))


def _break_place(rest: BreakRule, plan: DayPlan) -> int:
    """Behind how many stops the break is taken: nobody on board, no rider waited for, most minutes to spare (and of
    places with as many, the first).
    """
    ready, latest = earliest_departures(plan), latest_beginnings(plan)

    def spare(gap: int) -> float:
        begins = max(ready[gap], rest.window.earliest)
        reached = behind_break(ready[gap], begins, begins + rest.minutes, ALWAYS, plan.driving[gap])
        return min(rest.window.latest - begins, latest[gap + 1] - reached)

    places, aboard = [0], 0
    for gap, stop in enumerate(plan.stops, 1):
        aboard += 1 if stop.kind is StopKind.PICKUP else -1
        if not aboard and not stop.stays:
            places.append(gap)
    return max(places, key=spare)


def _tolerant(plan: DayPlan) -> DayPlan:
    """The plan with every limit it exceeds moved to where it is now."""
    if keeps_everything(plan):
        return plan
    seated: dict[str, float] = {}
    stops: list[Stop] = []
    for stop, at in zip(plan.stops, plan.times, strict=True):
        ride = at - seated.get(stop.leg_key, at)
        if stop.kind is StopKind.PICKUP:
            seated[stop.leg_key] = at + stop.service_minutes
        stops.append(replace(stop, latest=max(stop.latest, at), ride_limit=max(stop.ride_limit, ride)))
    return replace(
        plan,
        stops=tuple(stops),
        ends_by=max(plan.ends_by, plan.home_at),
        longest=max(plan.longest, plan.home_at - plan.leaves_at),
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """How exactly things are promised, in minutes; the figures usual among dispatchers.

    ``before_earliest`` and ``before_latest``: arrival lies this long before the appointment. ``window``: length of a
    promised pick-up window. ``detour``: how much longer than alone a ride may take. ``open_window``: how long after the
    expected end a rider may call.
    """

    before_earliest: float = 30.0
    before_latest: float = 10.0
    window: float = 20.0
    detour: float = 20.0
    open_window: float = 120.0


ONE_SEAT = Load()
USUAL_PROMISE = Promise()


def request_for_appointment(
    key: str,
    home: Point,
    destination: Point,
    travel: Travel,
    *,
    appointment: float,
    visit_minutes: float,
    mode: ReturnMode | None = ReturnMode.FIXED_HOUR,
    load: Load = ONE_SEAT,
    boarding_minutes: float = 5.0,
    exclusive: bool = False,
    needs: frozenset[str] = frozenset(),
    known_at: float = ALWAYS,
    promise: Promise = USUAL_PROMISE,
) -> RideRequest:
    """The request behind "be there at ten, it takes an hour".

    The way there arrives ``before_earliest`` to ``before_latest`` minutes ahead of the ``appointment`` (a moment); the
    way back begins when the visit is over, inside one promised window. ``mode`` None: no way back. Legs are keyed
    ``<key>:out`` and ``<key>:back``.
    """
    out_minutes = travel.minutes(home, destination, full_hour(appointment - promise.before_earliest))
    leave_by = appointment - promise.before_latest - out_minutes - boarding_minutes
    outbound = LegRequest(
        key=f"{key}:out",
        origin=home,
        destination=destination,
        pickup=Window(leave_by - promise.window, leave_by),
        dropoff=Window(appointment - promise.before_earliest, appointment - promise.before_latest),
        load=load,
        pickup_minutes=boarding_minutes,
        dropoff_minutes=boarding_minutes,
        max_ride_minutes=out_minutes + promise.detour,
        exclusive=exclusive,
        needs=needs,
        known_at=known_at,
    )
    if mode is None:
        return RideRequest(key, outbound)
    return RideRequest(
        key, outbound, _way_back(outbound, f"{key}:back", travel, appointment + visit_minutes, mode, promise), mode
    )


def _way_back(
    outbound: LegRequest, key: str, travel: Travel, ready_at: float, mode: ReturnMode, promise: Promise
) -> LegRequest:
    minutes = travel.minutes(outbound.destination, outbound.origin, full_hour(ready_at))
    last = ready_at + (promise.open_window if mode is ReturnMode.OPEN else promise.window)
    seated = outbound.dropoff_minutes
    return replace(
        outbound,
        key=key,
        origin=outbound.destination,
        destination=outbound.origin,
        pickup=Window(ready_at, last),
        dropoff=Window(ready_at + seated + minutes, last + seated + minutes + promise.detour),
        max_ride_minutes=minutes + promise.detour,
    )
