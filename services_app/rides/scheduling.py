"""From a wish to what can be promised: hours told, windows kept, the request the planner is asked about. Pure.

Moments are aware and in UTC; the planner's minutes since the epoch are made and read here only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from services_app.planning.model import LegRequest, Load, Point, RideRequest, Window
from services_app.planning.model import ReturnMode as PlannedReturn
from services_app.planning.travel import Travel
from services_app.rides.policy import QuotaState, RideQuestion, RideRules
from services_app.rides.terms import Assistance, Direction, Mobility, Purpose, ReturnMode
from services_app.verdict import Verdict
from services_app.wording import local

ARRIVE_AHEAD: Final = 10
"""Minutes between the drop-off and the appointment."""
STEP: Final = 5
"""Hours are told in steps of so many minutes."""
OPEN_RETURN_MINUTES: Final = 120
"""How long after the expected end of a visit the place for an open return is kept."""
SLACK_HOME: Final = 5
"""Minutes by which the way home may take longer than expected before it breaks a promise."""
USUAL_VISIT: Final = 60
"""A visit of unknown length, in minutes."""
MOST_EARLY: Final = 180
"""Nobody is fetched more minutes than this before what the appointment asks for."""
MOST_LATE: Final = 240
"""Nobody waits longer than this, in minutes, for the way home after the visit."""
WHEELCHAIR: Final = "wheelchair"
"""What a shift must be able to do to carry somebody who stays in the wheelchair."""

BOARDING: Final[Mapping[Mobility, int]] = {
    Mobility.WALKS: 3, Mobility.CANE: 4, Mobility.WALKER: 5,
    Mobility.FOLDING_WHEELCHAIR: 8, Mobility.FIXED_WHEELCHAIR: 10, Mobility.LYING: 10,
}  # fmt: skip
"""Minutes to get in, and as many to get out: 3 to 10 by mobility, the figures dispatchers use."""
THROUGH_DOOR_MINUTES: Final = 2
"""Help up to the door of the flat or the surgery takes so much longer at each end; never more than ten minutes in all."""


@dataclass(frozen=True)
class WishedPlace:
    """Where to: as it will be promised, from the catalogue (then with its ids) or typed freely."""

    name: str
    address: str
    town: str
    latitude: float
    longitude: float
    destination_id: int | None = None
    entrance_id: int | None = None


@dataclass(frozen=True)
class RideWish:
    """What somebody asks for; hours are Warsaw hours of the day ``on``."""

    on: date
    appointment_at: time
    visit_minutes: int
    purpose: Purpose
    place: WishedPlace
    return_mode: ReturnMode | None = ReturnMode.FIXED_HOUR
    """None: one way only."""
    return_at: time | None = None
    """The hour asked for the way back; None: the end of the visit."""
    companions: int = 0
    companion_age: int | None = None
    mobility: Mobility | None = None
    assistance: Assistance | None = None
    """These two: None means as the resident's file says."""
    note: str | None = None

    @property
    def legs(self) -> int:
        """Ways: 2 there and back, 1 for one way."""
        return 1 if self.return_mode is None else 2

    def to_json(self) -> dict[str, Any]:
        """Plain values, for drafts and for the record of refusals."""
        body = {name: value for name, value in vars(self).items() if name != "place"}
        for name in ("on", "appointment_at", "return_at"):
            body[name] = None if body[name] is None else body[name].isoformat()
        return {**body, "place": dict(vars(self.place))}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RideWish:
        """A wish from :meth:`to_json`. Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none."""
        return cls(
            on=date.fromisoformat(body["on"]),
            appointment_at=time.fromisoformat(body["appointment_at"]),
            visit_minutes=int(body["visit_minutes"]),
            purpose=Purpose(body["purpose"]),
            place=WishedPlace(**body["place"]),
            return_mode=None if body["return_mode"] is None else ReturnMode(body["return_mode"]),
            return_at=None if body.get("return_at") is None else time.fromisoformat(body["return_at"]),
            companions=int(body.get("companions", 0)),
            companion_age=body.get("companion_age"),
            mobility=None if body.get("mobility") is None else Mobility(body["mobility"]),
            assistance=None if body.get("assistance") is None else Assistance(body["assistance"]),
            note=body.get("note"),
        )


@dataclass(frozen=True)
class Choice:
    """The times somebody chose: enough to find the same offer again, under the locks."""

    pickup_at: datetime
    appointment_at: datetime
    return_at: datetime | None = None

    @property
    def key(self) -> str:
        """The choice as a short text for a form: minutes since the epoch."""
        return "-".join(str(round(minutes_of(at))) for at in self._moments())

    @classmethod
    def of(cls, key: str) -> Choice:
        """The choice behind a key. Raises ``ValueError`` for anything else."""
        parts = [int(part) for part in key.split("-")]
        if not 2 <= len(parts) <= 3 or not all(0 < part < 100_000_000 for part in parts):
            raise ValueError("not a choice")
        return cls(*(moment_of(part) for part in parts))

    def _moments(self) -> tuple[datetime, ...]:
        known = (self.pickup_at, self.appointment_at)
        return known if self.return_at is None else (*known, self.return_at)


@dataclass(frozen=True)
class TimeOffer:
    """One time that can be promised: both ways together."""

    choice: Choice
    pickup_until_at: datetime
    arrive_by_at: datetime
    home_at: datetime | None
    """When the passenger is home again as planned now; None for one way."""
    return_until_at: datetime | None
    keeps_appointment: bool
    """False: the appointment would have to move to :attr:`appointment_at`."""
    return_mode: ReturnMode | None
    shift_ids: tuple[int, ...]
    cancel_until: datetime | None = None
    """As the rules of its own day say. None: free until the pick-up."""
    quotas: tuple[QuotaState, ...] = ()
    """Before this ride, in the periods of its own day."""

    @property
    def key(self) -> str:
        """What a form sends back."""
        return self.choice.key

    @property
    def on(self) -> date:
        """The Warsaw day."""
        return local(self.choice.pickup_at).date()

    @property
    def pickup_at(self) -> datetime:
        """When the passenger is to be ready at home."""
        return self.choice.pickup_at

    @property
    def appointment_at(self) -> datetime:
        """The appointment this time serves."""
        return self.choice.appointment_at

    @property
    def return_at(self) -> datetime | None:
        """When the way home begins; for an open return the earliest moment."""
        return self.choice.return_at

    @property
    def return_is_open(self) -> bool:
        """The passenger calls when ready."""
        return self.return_mode is ReturnMode.CALL_WHEN_READY

    @property
    def driver_waits(self) -> bool:
        """The same car stays at the destination."""
        return self.return_mode is ReturnMode.DRIVER_WAITS

    @property
    def out_shift_id(self) -> int:
        """The shift that drives there."""
        return self.shift_ids[0]

    @property
    def back_shift_id(self) -> int | None:
        """The shift that drives back."""
        return self.shift_ids[1] if len(self.shift_ids) > 1 else None


@dataclass(frozen=True)
class Offers:
    """The answer to a wish: what the rules say, which times are free, what is left of each limit."""

    wish: RideWish
    verdict: Verdict
    times: tuple[TimeOffer, ...] = ()
    """Free times of that day, nearest the wish first."""
    other_days: tuple[TimeOffer, ...] = ()
    """One for each of the nearest days that have room, when that day has none."""
    quotas: tuple[QuotaState, ...] = ()
    """Before this ride."""
    book_from: datetime | None = None
    book_until: datetime | None = None
    cancel_until: datetime | None = None
    """None: free until the pick-up."""
    rules_version_id: int | None = None
    to_be_confirmed: bool = False
    needs_approval: bool = False
    other_help: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """True when the rules allow it and a car is free."""
        return self.verdict.allowed

    def refused(self, verdict: Verdict) -> Offers:
        """The same with other reasons."""
        return replace(self, verdict=verdict)


@dataclass(frozen=True)
class DayHours:
    """The bounds of a day's service as moments; None where there is none."""

    first_pickup: datetime | None = None
    last_pickup: datetime | None = None
    home_by: datetime | None = None


@dataclass(frozen=True)
class Trip:
    """What the planner needs to know of a wish besides the hours: who rides from where to where, under which figures."""

    home: Point
    destination: Point
    load: Load
    boarding: int
    needs: frozenset[str]
    shared: bool
    detour: int
    window: int
    visit_minutes: int
    mode: ReturnMode | None
    known_at: float
    """In planner's minutes: nobody can have set out before."""


def minutes_of(moment: datetime) -> float:
    """A moment as the planner counts: minutes since the Unix epoch."""
    return moment.timestamp() / 60


def moment_of(minutes: float) -> datetime:
    """The moment behind the planner's minutes."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def floor_step(minutes: float) -> float:
    """The last told hour not after."""
    return math.floor(minutes / STEP + 1e-9) * STEP


def ceil_step(minutes: float) -> float:
    """The first told hour not before."""
    return math.ceil(minutes / STEP - 1e-9) * STEP


def boarding_minutes(mobility: Mobility, assistance: Assistance) -> int:
    """Minutes to get in (and again to get out), 3 to 10."""
    extra = THROUGH_DOOR_MINUTES if assistance is Assistance.THROUGH_DOOR else 0
    return min(10, BOARDING[mobility] + extra)


def load_of(mobility: Mobility, companions: int) -> Load:
    """Places taken: who stays in the wheelchair needs a place for it, a folding one goes into the boot; each companion needs a seat."""
    if mobility is Mobility.FIXED_WHEELCHAIR:
        return Load(companions, 1)
    return Load(1 + companions, 0)


def trip_of(
    wish: RideWish, home: Point, rules: RideRules, mobility: Mobility, assistance: Assistance, *, known_at: float
) -> Trip:
    """The trip behind a wish under a version of the rules."""
    load = load_of(mobility, wish.companions)
    return Trip(
        home=home,
        destination=Point(wish.place.latitude, wish.place.longitude),
        load=load,
        boarding=boarding_minutes(mobility, assistance),
        needs=frozenset({WHEELCHAIR} if load.wheelchairs else ()),
        shared=rules.sharing.allowed,
        detour=rules.sharing.max_detour_minutes,
        window=rules.window_minutes,
        visit_minutes=wish.visit_minutes,
        mode=wish.return_mode,
        known_at=known_at,
    )


def exact_choice(trip: Trip, appointment_at: datetime, return_from_at: datetime | None, travel: Travel) -> Choice:
    """The latest told hour that surely reaches the appointment, and the way back right after the visit (or at the hour asked for)."""
    arrive_by = minutes_of(appointment_at) - ARRIVE_AHEAD
    ride = travel.minutes(trip.home, trip.destination, arrive_by - 30) + trip.detour
    pickup = floor_step(arrive_by - ride - trip.boarding - trip.window)
    ends = minutes_of(appointment_at) + trip.visit_minutes
    asked = ends if return_from_at is None else max(ends, minutes_of(return_from_at))
    back = None if trip.mode is None else moment_of(ceil_step(asked))
    return Choice(moment_of(pickup), appointment_at, back)


def sensible(choice: Choice, exact: Choice, trip: Trip) -> bool:
    """False for a choice nobody could have been offered: fetched too long before the appointment, or home too long after the visit."""
    if (choice.return_at is None) != (exact.return_at is None):
        return False
    early = minutes_of(choice.appointment_at) - minutes_of(choice.pickup_at)
    needed = minutes_of(exact.appointment_at) - minutes_of(exact.pickup_at)
    if not ARRIVE_AHEAD < early <= needed + MOST_EARLY:
        return False
    if choice.return_at is None:
        return True
    late = minutes_of(choice.return_at) - minutes_of(choice.appointment_at) - trip.visit_minutes
    asked = minutes_of(exact.return_at or exact.appointment_at) - minutes_of(exact.appointment_at) - trip.visit_minutes
    return 0 <= late <= max(MOST_LATE, asked)


def request_of(trip: Trip, choice: Choice, hours: DayHours, travel: Travel, key: str = "new") -> RideRequest | None:
    """What the planner is asked: the windows that would be promised with this choice. None when they cannot be kept at all."""
    outbound = _way_there(trip, choice, travel, key)
    if outbound is None:
        return None
    if choice.return_at is None or trip.mode is None:
        return RideRequest(key, outbound)
    back = way_back(trip, choice.return_at, hours, travel, f"{key}:back")
    if back is None or back.pickup.earliest < outbound.dropoff.latest:
        return None
    return RideRequest(key, outbound, back, PLANNED[trip.mode])


PLANNED: Final[Mapping[ReturnMode, PlannedReturn]] = {
    ReturnMode.FIXED_HOUR: PlannedReturn.FIXED_HOUR,
    ReturnMode.DRIVER_WAITS: PlannedReturn.DRIVER_WAITS,
    ReturnMode.CALL_WHEN_READY: PlannedReturn.OPEN,
}
"""The rules' words for the way back in the planner's."""


def _way_there(trip: Trip, choice: Choice, travel: Travel, key: str) -> LegRequest | None:
    pickup = minutes_of(choice.pickup_at)
    ride = travel.minutes(trip.home, trip.destination, pickup + trip.boarding) + trip.detour
    arrive_by = min(minutes_of(choice.appointment_at) - ARRIVE_AHEAD, pickup + trip.window + trip.boarding + ride)
    if arrive_by < pickup + trip.boarding:
        return None
    return _leg(trip, f"{key}:out", (trip.home, trip.destination), Window(pickup, pickup + trip.window), arrive_by)


def way_back(trip: Trip, return_at: datetime, hours: DayHours, travel: Travel, key: str) -> LegRequest | None:
    """The way home from a told hour; an open one may be called for within two hours. None when nobody could be home in time."""
    first = minutes_of(return_at)
    wait = OPEN_RETURN_MINUTES if trip.mode is ReturnMode.CALL_WHEN_READY else trip.window
    ride = travel.minutes(trip.destination, trip.home, first + trip.boarding)
    home_by = math.inf if hours.home_by is None else minutes_of(hours.home_by)
    last = min(first + wait, home_by - trip.boarding - ride)
    if last < first:
        return None
    arrive_by = min(last + trip.boarding + ride + trip.detour + SLACK_HOME, home_by)
    return _leg(trip, key, (trip.destination, trip.home), Window(first, last), arrive_by)


def _leg(trip: Trip, key: str, way: tuple[Point, Point], pickup: Window, arrive_by: float) -> LegRequest:
    return LegRequest(
        key=key,
        origin=way[0],
        destination=way[1],
        pickup=pickup,
        dropoff=Window(pickup.earliest + trip.boarding, arrive_by),
        load=trip.load,
        pickup_minutes=trip.boarding,
        dropoff_minutes=trip.boarding,
        exclusive=not trip.shared,
        needs=trip.needs,
        known_at=trip.known_at,
    )


def question_of(wish: RideWish, choice: Choice, home_at: datetime | None, assistance: Assistance) -> RideQuestion:
    """The question to the rules about a wish at these times."""
    ages = (wish.companion_age,) + (None,) * (wish.companions - 1) if wish.companions else ()
    return RideQuestion(
        on=wish.on,
        purpose=wish.purpose,
        destination_town=wish.place.town,
        legs=wish.legs,
        appointment_at=local(choice.appointment_at).time(),
        visit_minutes=wish.visit_minutes,
        pickup_at=local(choice.pickup_at).time(),
        return_at=None if home_at is None else hour_on(wish.on, home_at),
        companion_ages=ages,
        return_mode=wish.return_mode,
        assistance=assistance,
    )


def hour_on(on: date, moment: datetime) -> time:
    """The Warsaw hour of a moment, as an hour of that day: what lies after midnight counts as the day's last minute."""
    shown = local(moment)
    return shown.time() if shown.date() == on else time.max


def direction_of(sequence: int) -> Direction:
    """The way of a ride's first or second leg."""
    return Direction.OUTBOUND if sequence == 0 else Direction.RETURN
