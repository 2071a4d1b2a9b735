"""The answer to a wish: what the rules say, and which times can be promised, both ways together or neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services_app import workdays
from services_app.clock import NoSuchHour, day_of
from services_app.planning import (
    DayPlan,
    Insertion,
    LackCode,
    RideRequest,
    explain_no,
    feasible_times,
    insert,
    make_room,
)
from services_app.residents.models import Resident
from services_app.rides.models import Leg, Ride
from services_app.rides.planning_day import TRAVEL, PlannedDay, planned_day, planned_days
from services_app.rides.policy import RideAssessment, what_else_helps
from services_app.rides.queries.asking import (
    DAYS_AROUND,
    HOUR_REASONS,
    NO_RULES,
    NO_SUCH_HOUR,
    Asking,
    asking_of,
    closed_days,
)
from services_app.rides.queries.open_days import last_possible_day
from services_app.rides.queries.people import passenger_from
from services_app.rides.queries.rules import NoRules
from services_app.rides.scheduling import (
    STEP,
    Choice,
    Offers,
    RideWish,
    TimeOffer,
    ceil_step,
    floor_step,
    minutes_of,
    moment_of,
    request_of,
    sensible,
)
from services_app.rides.terms import ReturnMode, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

EARLIER: Final = (0, 15, 30, 45, 60)
"""Minutes by which somebody may be fetched earlier so that the appointment can stay."""
LATER: Final = (0, 15, 30)
"""Minutes by which the way home may begin later."""
APART: Final = 30
"""Minutes between two times offered beside each other."""
DAYS_AT_ONCE: Final = 16
"""How many other days are read together when the wished one has no room."""
MOST_DAYS: Final = 16
"""How many other days with cars are looked at. Days on which nobody drives cost nothing, and there may be many (Christmas)."""
DAY_REASONS: Final = HOUR_REASONS | {
    "DAY_CLOSED", "TOO_LATE_TO_BOOK", "TOO_EARLY_TO_BOOK", "QUOTA_USED", "OUTSIDE_PROGRAMME", "TOO_YOUNG", "NO_RULES",
}  # fmt: skip
"""What another day may cure."""

UNDECIDED: Final = (RideState.REQUESTED, RideState.CONFIRMED)
"""Rides whose car the planner chose and nobody has looked at yet."""

NO_VEHICLE = Reason(
    "NO_VEHICLE", N_("O tej porze nie ma wolnego samochodu. Wybierz inną godzinę albo inny dzień, albo zadzwoń.")
)
NO_CARS_THAT_DAY = Reason(
    "NO_VEHICLE", N_("Na ten dzień nie ma jeszcze żadnego samochodu w planie. Wybierz inny dzień albo zadzwoń.")
)
NO_WHEELCHAIR_PLACE = Reason(
    "NO_VEHICLE", N_("O tej porze nie ma samochodu z wolnym miejscem na wózek. Wybierz inny dzień albo zadzwoń.")
)
GONE_BY = Reason("TOO_LATE_TO_BOOK", N_("Ta godzina już minęła. Wybierz późniejszą."))


@dataclass(frozen=True)
class Found:
    """A time that can be promised, with its place in the plans."""

    offer: TimeOffer
    insertion: Insertion
    assessment: RideAssessment
    moved: tuple[int, ...] = ()
    """Other rides' ways that are driven by another car so that this one fits."""


Place = tuple[Insertion, tuple[str, ...]]
"""A place in the day's plans, and the keys of other rides' ways that change their car for it."""
Finding = Callable[[RideRequest, Sequence[DayPlan]], Place | None]
"""How a place is looked for in the day's plans."""


def _beside_others(request: RideRequest, plans: Sequence[DayPlan]) -> Place | None:
    insertion = insert(request, plans, TRAVEL)
    return None if insertion is None else (insertion, ())


def offer_times(
    session: Session, resident: Resident, wish: RideWish, *, now: datetime, count: int = 3, moving: Ride | None = None
) -> Offers:
    """What can be offered to a resident: times of that day nearest the wish, else the nearest days that have room.

    Reads only: four queries about the person and the rules, two about the day; one more when the appointment fits nowhere, two more for
    every few other days that are looked at, and two where these begin far before the wish. ``moving``: the ride that is being changed.
    """
    asking = asking_of(session, resident, wish.on, now=now, moving=moving)
    return offers_for(session, asking, wish, count=count)


def offers_for(session: Session, asking: Asking, wish: RideWish, *, count: int = 3) -> Offers:
    """The same from what was already read about the person."""
    offers = rules_answer(asking, wish)
    codes = set(offers.verdict.codes)
    times: list[TimeOffer] = []
    if codes <= HOUR_REASONS:
        day = planned_day(session, wish.on, without_ride_id=_moved_id(asking))
        times = [found.offer for found in times_of(asking, day, wish, count)]
        if not codes and not any(time.keeps_appointment for time in times):
            times = _with_room_made(session, asking, day, wish, times)[:count]
        if not codes and not times:
            offers = offers.refused(Verdict((_lack(asking, day, wish),)))
    other_days: list[TimeOffer] = []
    if not times and codes <= DAY_REASONS:
        other_days = _other_days(session, asking, wish, count)
    return replace(offers, times=tuple(times), other_days=tuple(other_days))


def _with_room_made(
    session: Session, asking: Asking, day: PlannedDay, wish: RideWish, times: list[TimeOffer]
) -> list[TimeOffer]:
    """The same times and, before them, the hour asked for where one other ride in another car makes room for it."""
    exact = asking.exact(wish)
    found = place_or_room(session, asking, day, wish, exact, exact)
    if isinstance(found, Verdict):
        return times
    apart = timedelta(minutes=APART)
    return [found.offer, *(time for time in times if abs(time.pickup_at - found.offer.pickup_at) >= apart)]


def rules_answer(asking: Asking, wish: RideWish) -> Offers:
    """What the rules say to a wish at its best times; no times are looked for."""
    try:
        version = asking.version_on(wish.on)
        choice = asking.exact(wish)
    except NoRules:
        return Offers(wish, Verdict((NO_RULES,)))
    except NoSuchHour:
        return Offers(wish, Verdict((NO_SUCH_HOUR,)))
    assessment = asking.assessment(wish, choice, _home_if_exact(asking, wish, choice))
    verdict = asking.verdict(wish, assessment)
    passenger = passenger_from(asking.resident, asking.enrolment, wish.on, asking.mobility(wish))
    return Offers(
        wish=wish,
        verdict=verdict,
        quotas=assessment.quotas,
        book_from=assessment.book_from,
        book_until=assessment.book_until,
        cancel_until=assessment.cancel_until,
        rules_version_id=version.id,
        to_be_confirmed=version.confirmed_on is None,
        needs_approval=asking.needs_approval(wish, assessment),
        other_help=() if verdict.allowed else what_else_helps(asking.rules_on(wish.on), passenger, wish.on),
    )


def _home_if_exact(asking: Asking, wish: RideWish, choice: Choice) -> datetime | None:
    """When somebody is home again at the earliest."""
    if choice.return_at is None:
        return None
    trip = asking.trip(wish)
    begins = minutes_of(choice.return_at) + trip.boarding
    return moment_of(begins + TRAVEL.minutes(trip.destination, trip.home, begins))


def _moved_id(asking: Asking) -> int | None:
    return None if asking.moving is None else asking.moving.id


def times_of(asking: Asking, day: PlannedDay, wish: RideWish, count: int) -> list[Found]:
    """Times of a day that can be promised: first one that keeps the appointment, then those nearest it that would move it."""
    try:
        exact = asking.exact(wish)
    except (NoRules, NoSuchHour):
        return []
    kept = next(_keeping(asking, day, wish, exact), None)
    found = [] if kept is None else [kept]
    if len(found) < count:
        found += _moving(asking, day, wish, exact, kept, count - len(found))
    return found


def _keeping(asking: Asking, day: PlannedDay, wish: RideWish, exact: Choice) -> Iterator[Found]:
    """Earlier there or later back, as little as possible, with the appointment where it is."""
    later = (0,) if exact.return_at is None or wish.return_mode is ReturnMode.DRIVER_WAITS else LATER
    for early, late in sorted(((e, w) for e in EARLIER for w in later), key=lambda pair: (sum(pair), pair[1])):
        back = None if exact.return_at is None else exact.return_at + timedelta(minutes=late)
        choice = Choice(exact.pickup_at - timedelta(minutes=early), exact.appointment_at, back)
        found = place_for(asking, day, wish, choice, exact)
        if isinstance(found, Found):
            yield found


def _moving(
    asking: Asking, day: PlannedDay, wish: RideWish, exact: Choice, kept: Found | None, count: int
) -> list[Found]:
    """Times nearest the wish at which the whole ride, appointment included, would fit."""
    template = _template(asking, wish, exact)
    if template is None:
        return []
    wanted = minutes_of(exact.pickup_at)
    near = wanted if kept is None else minutes_of(kept.offer.pickup_at)
    candidates = [at for at in _candidates(asking, wish, exact) if kept is None or abs(at - near) >= APART]
    found: list[Found] = []
    for offer in feasible_times(template, candidates, day.plans, TRAVEL, wish=wanted, count=2 * count + 2, apart=APART):
        shift = timedelta(minutes=offer.candidate - wanted)
        back = None if exact.return_at is None else exact.return_at + shift
        moved = place_for(asking, day, wish, Choice(exact.pickup_at + shift, exact.appointment_at + shift, back), exact)
        if isinstance(moved, Found):
            found.append(moved)
        if len(found) == count:
            break
    return found


def _template(asking: Asking, wish: RideWish, exact: Choice) -> RideRequest | None:
    """The wish without the bounds of the day, which each candidate is held against on its own."""
    open_hours = replace(asking.hours(wish.on), home_by=None)
    return request_of(asking.trip(wish), exact, open_hours, TRAVEL)


def _candidates(asking: Asking, wish: RideWish, exact: Choice) -> list[float]:
    """Told hours of the day within the rules' hours, in steps."""
    hours, trip = asking.hours(wish.on), asking.trip(wish)
    wanted = minutes_of(exact.pickup_at)
    first = max(wanted - 600, minutes_of(asking.now))
    last = wanted + 600
    if hours.first_pickup is not None:
        first = max(first, minutes_of(hours.first_pickup))
    ends_by = hours.last_pickup or hours.home_by
    if ends_by is not None:
        last = min(last, minutes_of(ends_by))
    if hours.home_by is not None and exact.return_at is not None:
        stay = minutes_of(exact.return_at) - wanted
        ride = TRAVEL.minutes(trip.destination, trip.home, wanted + stay)
        last = min(last, minutes_of(hours.home_by) - stay - trip.boarding - ride)
    begin, end = int(ceil_step(first)), int(floor_step(last))
    return [float(at) for at in range(begin, end + 1, STEP) if day_of(moment_of(at)) == wish.on]


def place_for(
    asking: Asking,
    day: PlannedDay,
    wish: RideWish,
    choice: Choice,
    exact: Choice,
    *,
    past_rules: bool = False,
    finding: Finding = _beside_others,
) -> Found | Verdict:
    """The place in the day's plans for chosen times, or every reason against them.

    ``past_rules``: a coordinator set the rules aside; the plan they cannot set aside.
    """
    trip = asking.trip(wish)
    if choice.pickup_at <= asking.now:
        return Verdict((GONE_BY,))
    if not sensible(choice, exact, trip) or day_of(choice.pickup_at) != wish.on:
        return Verdict((NO_VEHICLE,))
    hours = asking.hours(wish.on)
    request = request_of(trip, choice, replace(hours, home_by=None) if past_rules else hours, TRAVEL)
    insertion, moved = (None if request is None else finding(request, day.plans)) or (None, ())
    home_at = moment_of(insertion.legs[1].dropoff_at) if insertion is not None and len(insertion.legs) > 1 else None
    assessment = asking.assessment(wish, choice, home_at)
    verdict = Verdict() if past_rules else asking.verdict(wish, assessment)
    if insertion is None:
        return verdict.also(Verdict((NO_VEHICLE,)))
    if not verdict.allowed:
        return verdict
    return Found(
        _offer(wish, choice, exact, insertion, assessment), insertion, assessment, tuple(int(key) for key in moved)
    )


def place_or_room(
    session: Session,
    asking: Asking,
    day: PlannedDay,
    wish: RideWish,
    choice: Choice,
    exact: Choice,
    *,
    past_rules: bool = False,
) -> Found | Verdict:
    """The place for chosen times beside everybody else or, when a car is all that lacks, by moving one other ride in the plan.

    Another ride is moved for the times that serve the wish best only: others were offered because there was room for them. Without a
    place: every reason. One query, and only where room is made. The same day gives the same answer, so what was offered is found again
    under the locks unless the day has changed.
    """
    found = place_for(asking, day, wish, choice, exact, past_rules=past_rules)
    if isinstance(found, Found) or found.codes != (NO_VEHICLE.code,) or choice != exact:
        return found
    if not may_be_replanned(wish.on, now=asking.now):
        return found
    kept = _legs_to_keep(session, wish.on)

    def by_moving_one(request: RideRequest, plans: Sequence[DayPlan]) -> Place | None:
        made = make_room(plans, request, TRAVEL, fixed_before=minutes_of(asking.now), kept=kept)
        return None if made is None else (made.insertion, made.moved)

    room = place_for(asking, day, wish, choice, exact, past_rules=past_rules, finding=by_moving_one)
    return room if isinstance(room, Found) else found


def may_be_replanned(on: date, *, now: datetime) -> bool:
    """Whether a day is far enough: from the working day before on, drivers hold its sheets and passengers know their cars."""
    return day_of(now) < workdays.working_days_before(on, 1)


def _legs_to_keep(session: Session, on: date) -> frozenset[str]:
    """Keys of the ways that stay in their car: somebody put them there, or they are already under way."""
    query = (
        select(Leg.id)
        .join(Ride, Ride.id == Leg.ride_id)
        .where(
            Leg.on == on,
            Leg.active.is_(True),
            or_(
                Leg.assigned_at.is_not(None), Leg.ready_at.is_not(None), Leg.picked_up_at.is_not(None), Ride.state.not_in(UNDECIDED)
            ),
        )
    )  # fmt: skip
    return frozenset(str(leg_id) for leg_id in session.scalars(query))


def _offer(
    wish: RideWish, choice: Choice, exact: Choice, insertion: Insertion, assessment: RideAssessment
) -> TimeOffer:
    request = insertion.request
    back = insertion.legs[1] if len(insertion.legs) > 1 else None
    return TimeOffer(
        choice=choice,
        pickup_until_at=moment_of(request.outbound.pickup.latest),
        arrive_by_at=moment_of(request.outbound.dropoff.latest),
        home_at=None if back is None else moment_of(back.dropoff_at),
        return_until_at=None if request.back is None else moment_of(request.back.pickup.latest),
        keeps_appointment=choice.appointment_at == exact.appointment_at,
        return_mode=wish.return_mode,
        shift_ids=tuple(int(leg.shift_key) for leg in insertion.legs),
        cancel_until=assessment.cancel_until,
        quotas=assessment.quotas,
    )


def _lack(asking: Asking, day: PlannedDay, wish: RideWish) -> Reason:
    """Why nothing fits, as far as the planner can tell."""
    if not day.plans:
        return NO_CARS_THAT_DAY
    request = request_of(asking.trip(wish), asking.exact(wish), asking.hours(wish.on), TRAVEL)
    lacks = () if request is None else explain_no(request, day.plans, TRAVEL)
    missing = {LackCode.NO_WHEELCHAIR_PLACE, LackCode.MISSING_CAPABILITY}
    return NO_WHEELCHAIR_PLACE if any(lack.code in missing for lack in lacks) else NO_VEHICLE


def _other_days(session: Session, asking: Asking, wish: RideWish, count: int) -> list[TimeOffer]:
    """The nearest days that have room for the same wish, one time each. Two queries for every few days, until enough were found."""
    found, tried = _with_room(session, asking, wish, _allowed_days(asking, wish, _days_around(wish.on)), count)
    if found or tried >= MOST_DAYS:
        return found
    return _days_before(session, asking, wish, count)


def _with_room(
    session: Session, asking: Asking, wish: RideWish, allowed: Iterator[date], count: int
) -> tuple[list[TimeOffer], int]:
    """The first of some days that have room, one time each, and on how many days with cars room was looked for."""
    tried = 0
    found: list[TimeOffer] = []
    while tried < MOST_DAYS and (days := list(islice(allowed, DAYS_AT_ONCE))):
        plans = planned_days(session, days, without_ride_id=_moved_id(asking))
        for on in days:
            best = times_of(asking, plans[on], replace(wish, on=on), 1) if plans[on].plans else []
            found += [each.offer for each in best]
            tried += bool(plans[on].plans)
            if len(found) == count:
                return found, tried
    return found, tried


def _days_before(session: Session, asking: Asking, wish: RideWish, count: int) -> list[TimeOffer]:
    """For a wish far ahead, where neither cars nor terms reach: the last days that are possible by now, the latest first.

    Two queries to find where to begin, then two for every few days.
    """
    last = last_possible_day(session, asking.rules_on, wish.on - timedelta(days=DAYS_AROUND + 1), now=asking.now)
    if last is None:
        return []
    there = replace(asking, closed=closed_days(session, last - timedelta(days=DAYS_AROUND), last))
    days = (last - timedelta(days=back) for back in range(DAYS_AROUND + 1))
    return _with_room(session, there, wish, _allowed_days(there, wish, days), count)[0]


def _days_around(on: date) -> Iterator[date]:
    """Days nearest a day, the later one first."""
    for distance in range(1, DAYS_AROUND + 1):
        yield on + timedelta(days=distance)
        yield on - timedelta(days=distance)


def _allowed_days(asking: Asking, wish: RideWish, days: Iterable[date]) -> Iterator[date]:
    """Those of some days which the rules allow."""
    today = day_of(asking.now)
    for on in days:
        if on >= today and set(rules_answer(asking, replace(wish, on=on)).verdict.codes) <= HOUR_REASONS:
            yield on
