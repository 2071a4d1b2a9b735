"""What is planned: requests, stops, shifts and the plan of one vehicle's day.

Units everywhere in this package: **moments** are minutes since the Unix epoch (UTC, whole or fractional), **lengths of
time** are minutes, **distances** kilometres. A night in which clocks change is therefore an ordinary night; whoever
shows a moment converts it.

    RideRequest ── outbound LegRequest ── pickup Stop, drop-off Stop
                └─ back     LegRequest ── pickup Stop, drop-off Stop
    DayPlan ────── Shift + stops in driving order + when each begins
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services_app.planning.timeline import Timeline

ALWAYS = -math.inf
TOLERANCE = 1e-6  # minutes; sums of doubles near 3·10⁷ are exact to about 10⁻⁸


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map: degrees of latitude and longitude. Its position on the unit sphere is kept beside, to save
    trigonometry.
    """

    lat: float
    lon: float
    x: float = field(init=False, repr=False, compare=False)
    y: float = field(init=False, repr=False, compare=False)
    z: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the unit vector once."""
        lat, lon = math.radians(self.lat), math.radians(self.lon)
        object.__setattr__(self, "x", math.cos(lat) * math.cos(lon))
        object.__setattr__(self, "y", math.cos(lat) * math.sin(lon))
        object.__setattr__(self, "z", math.sin(lat))


@dataclass(frozen=True, slots=True)
class Load:
    """Who comes along: people on seats and people who stay in their wheelchairs. A folding wheelchair's owner takes a
    seat.
    """

    seats: int = 1
    wheelchairs: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """The moments between which something may begin, both included."""

    earliest: float
    latest: float

    def moved(self, by: float) -> Window:
        """The same window ``by`` minutes later."""
        return Window(self.earliest + by, self.latest + by)


class StopKind(Enum):
    """What happens at a stop."""

    PICKUP = "pickup"
    DROPOFF = "dropoff"
    BREAK = "break"


class ReturnMode(Enum):
    """How the way home was agreed.

    ``FIXED_HOUR``: any vehicle at the agreed hour. ``DRIVER_WAITS``: the same vehicle stays at the destination and does
    nothing in between. ``OPEN``: the rider calls when ready; the place is held somewhere in a wide window and the
    window is narrowed once the call comes.
    """

    FIXED_HOUR = "fixed_hour"
    DRIVER_WAITS = "driver_waits"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Stop:
    """One halt of a vehicle.

    ``window`` is what was promised for the beginning of the halt; ``earliest`` and ``latest`` are what the engine keeps
    to. They differ only where a stored plan already broke the promise (see
    :func:`~services_app.planning.promises.plan_from_promises`). ``seats`` and ``wheelchairs`` are what gets in
    (positive) or out (negative). ``stays``: the vehicle waits here for the same rider's way home. ``known_at``: nobody
    can have set out for this stop before that moment.
    """

    kind: StopKind
    point: Point
    window: Window
    service_minutes: float
    earliest: float
    latest: float
    ride_key: str = ""
    leg_key: str = ""
    seats: int = 0
    wheelchairs: int = 0
    max_ride_minutes: float = math.inf
    ride_limit: float = math.inf
    exclusive: bool = False
    stays: bool = False
    needs: frozenset[str] = frozenset()
    known_at: float = ALWAYS

    @property
    def hour(self) -> float | None:
        """The full hour whose traffic the way from here meets; none for a break, which promises nobody anything."""
        return None if self.kind is StopKind.BREAK else full_hour(self.window.earliest + self.service_minutes)


def full_hour(moment: float) -> float:
    """The full hour a moment falls into, as a moment (Polish time is a whole number of hours from UTC)."""
    return moment // 60.0 * 60.0


@dataclass(frozen=True, slots=True)
class LegRequest:
    """One way of a ride, from door to door.

    ``pickup`` and ``dropoff`` are the windows in which helping in and helping out begin. ``pickup_minutes`` and
    ``dropoff_minutes`` are how long that takes (3 to 10 by mobility). ``max_ride_minutes`` runs from being seated to
    arriving. ``exclusive``: never together with strangers. ``needs``: what the vehicle must be able to do, for example
    ``fixed_wheelchair``.
    """

    key: str
    origin: Point
    destination: Point
    pickup: Window
    dropoff: Window
    load: Load = Load()
    pickup_minutes: float = 5.0
    dropoff_minutes: float = 5.0
    max_ride_minutes: float = math.inf
    exclusive: bool = False
    needs: frozenset[str] = frozenset()
    known_at: float = ALWAYS

    def moved(self, by: float) -> LegRequest:
        """The same leg ``by`` minutes later."""
        return replace(self, pickup=self.pickup.moved(by), dropoff=self.dropoff.moved(by)) if by else self

    def stops(self, ride_key: str, *, stays: bool = False) -> tuple[Stop, Stop]:
        """The pick-up and the drop-off of this leg."""
        return (
            Stop(
                StopKind.PICKUP, self.origin, self.pickup, self.pickup_minutes, self.pickup.earliest, self.pickup.latest,
                ride_key, self.key, self.load.seats, self.load.wheelchairs, self.max_ride_minutes, self.max_ride_minutes,
                self.exclusive, False, self.needs, self.known_at,
            ),
            Stop(
                StopKind.DROPOFF, self.destination, self.dropoff, self.dropoff_minutes, self.dropoff.earliest, self.dropoff.latest,
                ride_key, self.key, -self.load.seats, -self.load.wheelchairs, self.max_ride_minutes, self.max_ride_minutes,
                self.exclusive, stays, self.needs, self.known_at,
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RideRequest:
    """A ride somebody asks for: the way there and, usually, the way back. Both are promised together or neither.

    :raises ValueError: the way back could begin before the way there has to end, or the driver should wait for nobody.
    """

    key: str
    outbound: LegRequest
    back: LegRequest | None = None
    mode: ReturnMode = ReturnMode.FIXED_HOUR

    def __post_init__(self) -> None:
        """Refuse what no plan could mean."""
        if self.back is None:
            if self.mode is not ReturnMode.FIXED_HOUR:
                raise ValueError(f"ride {self.key}: {self.mode.value} without a way back")
        elif self.back.pickup.earliest < self.outbound.dropoff.latest:
            raise ValueError(f"ride {self.key}: the way back begins before the way there ends")

    @property
    def driver_waits(self) -> bool:
        """True when the vehicle stays at the destination."""
        return self.mode is ReturnMode.DRIVER_WAITS

    def moved(self, by: float) -> RideRequest:
        """The whole wish ``by`` minutes later, the appointment and the way back included."""
        if not by:
            return self
        return replace(self, outbound=self.outbound.moved(by), back=self.back.moved(by) if self.back else None)


@dataclass(frozen=True, slots=True)
class BreakRule:
    """The driver's break: it begins inside the window, lasts ``minutes``, and nobody is on board.

    It is taken anywhere between the stop before it and the stop behind it: who comes early drives on and rests there.
    """

    window: Window
    minutes: float


@dataclass(frozen=True, slots=True)
class Shift:
    """One vehicle with its driver from leaving one depot to reaching the other.

    ``seats`` are for riders and companions; each wheelchair takes one of ``wheelchair_places`` and
    ``seats_per_wheelchair`` folded seats. ``max_minutes`` limits the time between leaving and coming back, when that is
    shorter than the shift.
    """

    key: str
    start: float
    end: float
    start_depot: Point
    end_depot: Point
    seats: int = 4
    wheelchair_places: int = 0
    seats_per_wheelchair: int = 0
    rest: BreakRule | None = None
    capabilities: frozenset[str] = frozenset()
    max_minutes: float = math.inf

    def carries(self, seats: int, wheelchairs: int) -> bool:
        """True when so many fit in at once."""
        return wheelchairs <= self.wheelchair_places and seats + self.seats_per_wheelchair * wheelchairs <= self.seats

    def suits(self, leg: LegRequest) -> bool:
        """True when the empty vehicle could carry the leg's load and is able to do what it needs."""
        return leg.needs <= self.capabilities and self.carries(leg.load.seats, leg.load.wheelchairs)


@dataclass(frozen=True)
class DayPlan:
    """One vehicle's day: stops in driving order and when each begins. Never changed; every change gives a new plan.

    ``driving``: minutes of driving before each stop and, last, home to the depot (one more than stops). A break has no
    way of its own: the way to the stop behind it is driven behind the break, or in part before it
    (:meth:`driven_before`). ``times``: when each stop begins, the earliest moments that keep every promise. ``ends_by``
    and ``longest`` equal the shift's end and ``max_minutes`` unless a stored plan already exceeded them.
    """

    shift: Shift
    stops: tuple[Stop, ...]
    driving: tuple[float, ...]
    times: tuple[float, ...]
    home_at: float
    ends_by: float
    longest: float = math.inf

    @property
    def leaves_at(self) -> float:
        """When the vehicle has to leave its depot; the shift's start when it has nowhere to go."""
        return self.times[0] - self.driven_before(0) if self.stops else self.shift.start

    def driven_before(self, place: int) -> float:
        """Minutes of driving right before the stop at ``place`` (``len(stops)``: right before coming home)."""
        return driven_before(self.stops, self.driving, self.times, self.home_at, place)

    @cached_property
    def timeline(self) -> Timeline:
        """Slack, loads and earliest departures, computed once for a plan."""
        from services_app.planning.timeline import Timeline  # the timeline is made of this class

        return Timeline.of(self)

    def time_of(self, leg_key: str, kind: StopKind) -> float | None:
        """When the leg is picked up or dropped off here; none when another vehicle does it."""
        for stop, at in zip(self.stops, self.times, strict=True):
            if stop.leg_key == leg_key and stop.kind is kind:
                return at
        return None


def driven_before(
    stops: Sequence[Stop], driving: Sequence[float], times: Sequence[float], home_at: float, place: int
) -> float:
    """Minutes of driving right before the stop at ``place``.

    Before a break: as much of the way to the stop behind it as does not fit between the break and that stop.
    """
    if place < len(stops) and stops[place].kind is StopKind.BREAK:
        following = times[place + 1] if place + 1 < len(stops) else home_at
        return max(0.0, times[place] + stops[place].service_minutes + driving[place + 1] - following)
    if place and stops[place - 1].kind is StopKind.BREAK:
        return driving[place] - driven_before(stops, driving, times, home_at, place - 1)
    return driving[place]


@dataclass(frozen=True, slots=True)
class PlacedLeg:
    """Where a leg ended up: the shift that drives it and its planned moments."""

    leg: LegRequest
    shift_key: str
    pickup_at: float
    dropoff_at: float


@dataclass(frozen=True, slots=True)
class Insertion:
    """A place found for a whole ride. ``changed`` holds pairs of a plan as it was and as it becomes."""

    request: RideRequest
    legs: tuple[PlacedLeg, ...]
    changed: tuple[tuple[DayPlan, DayPlan], ...]
    added_minutes: float
    added_km: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be promised to a rider, in moments.

    ``candidate`` is the pick-up time that was asked about; ``insertion.request`` carries the windows to be promised.
    """

    candidate: float
    insertion: Insertion

    @property
    def pickup_at(self) -> float:
        """When the rider is fetched from home."""
        return self.insertion.legs[0].pickup_at

    @property
    def arrival_at(self) -> float:
        """When the rider reaches the destination."""
        return self.insertion.legs[0].dropoff_at

    @property
    def return_pickup_at(self) -> float | None:
        """When the way home begins, if there is one."""
        return self.insertion.legs[1].pickup_at if len(self.insertion.legs) > 1 else None

    @property
    def home_at(self) -> float | None:
        """When the rider is home again, if there is a way back."""
        return self.insertion.legs[1].dropoff_at if len(self.insertion.legs) > 1 else None

    @property
    def shift_keys(self) -> tuple[str, ...]:
        """The shift of each leg."""
        return tuple(leg.shift_key for leg in self.insertion.legs)

    @property
    def added_minutes(self) -> float:
        """How many more minutes are driven because of this ride."""
        return self.insertion.added_minutes

    @property
    def added_km(self) -> float:
        """How many more kilometres are driven because of this ride."""
        return self.insertion.added_km


def ride_keys(plans: Iterable[DayPlan]) -> frozenset[str]:
    """The rides that the plans carry."""
    return frozenset(stop.ride_key for plan in plans for stop in plan.stops if stop.kind is not StopKind.BREAK)
