"""How long finding feasible times takes: one request, 120 candidate times, both legs.

    python -m bench.feasible_times

Promise: 95 of 100 requests within 5 ms of processor time with 8 vehicles and 100 promised rides, within 25 ms with 70
vehicles and 1,000. The days are made as a service would make them: riders ask one after another and take the nearest
offer. What is kept between requests are the day's plans with the travel times between their own stops; every request's
own travel times are computed anew. Building the plans of the whole day from stored legs, which a process does once and then only for the
vehicles that changed, is measured beside it.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence
from random import Random
from statistics import median
from time import process_time_ns

from bench.harness import Figure, Place
from services_app.planning import (
    BreakRule,
    DayPlan,
    Load,
    Point,
    Promise,
    PromisedLeg,
    ReturnMode,
    RideRequest,
    Shift,
    StreetTravel,
    Window,
    apply,
    empty_plan,
    faults_of_day,
    feasible_times,
    plan_from_promises,
    promised_legs,
    request_for_appointment,
)

MIDNIGHT = 29_685_480.0  # 11 June 2026, 0:00 in Warsaw, as minutes since the epoch
HOUR = 60.0
CANDIDATES = 120
REQUESTS = 300
BUILDINGS = 9
SIZES = ((8, 100, 5.0), (70, 1000, 25.0))  # vehicles, promised rides, milliseconds promised
DEPOTS = (Point(50.8701, 20.6130), Point(50.8920, 20.6690))
PROMISE = Promise(window=15)


def shifts(count: int) -> list[Shift]:
    """Vehicles of two depots, half of them with wheelchair places, beginning between 6:00 and 8:00 for eleven hours."""
    made = []
    for number in range(count):
        start = MIDNIGHT + 6 * HOUR + 30 * (number % 5)
        depot = DEPOTS[number % 2]
        rest = BreakRule(Window(start + 3.5 * HOUR, start + 6 * HOUR), 30)
        places = 2 if number % 2 else 0
        made.append(Shift(f"V{number:02d}", start, start + 11 * HOUR, depot, depot, 4, places, 0, rest))
    return made


def destinations(random: Random) -> list[Point]:
    """Sixty places that riders go to."""
    return [somewhere(random) for _ in range(60)]


def somewhere(random: Random) -> Point:
    """A point in the town: most people live, and most places lie, within two kilometres of the market square."""
    lat = min(max(random.gauss(50.872, 0.011), 50.83), 50.91)
    lon = min(max(random.gauss(20.628, 0.017), 20.55), 20.70)
    return Point(round(lat, 5), round(lon, 5))


def wish(key: str, random: Random, places: Sequence[Point], travel: StreetTravel) -> RideRequest:
    """Somebody's wish: an appointment at a quarter hour, a visit of 30 to 120 minutes, one in ten in a wheelchair."""
    wheelchair = random.random() < 0.1
    companion = random.random() < 0.3
    mode = random.choices((ReturnMode.FIXED_HOUR, ReturnMode.DRIVER_WAITS, ReturnMode.OPEN), (85, 5, 10))[0]
    return request_for_appointment(
        key,
        somewhere(random),
        random.choice(places),
        travel,
        appointment=MIDNIGHT + 8 * HOUR + 15 * random.randrange(25),
        visit_minutes=30.0 if mode is ReturnMode.DRIVER_WAITS else random.choice((30.0, 45.0, 60.0, 60.0, 90.0, 120.0)),
        mode=mode,
        load=Load(int(companion) + (0 if wheelchair else 1), int(wheelchair)),
        boarding_minutes=8.0 if wheelchair else random.choice((3.0, 4.0, 5.0)),
        exclusive=random.random() < 0.15,
        promise=PROMISE,
    )


def candidates(request: RideRequest) -> list[float]:
    """120 pick-up times, five minutes apart, around the wish."""
    zero = request.outbound.pickup.earliest
    return [zero + 5 * step for step in range(-CANDIDATES // 2, CANDIDATES // 2)]


def promised_day(vehicles: int, rides: int, random: Random, travel: StreetTravel) -> list[DayPlan]:
    """A day with exactly so many promised rides, each the nearest offer to somebody's wish."""
    plans = [empty_plan(shift, travel) for shift in shifts(vehicles)]
    places = destinations(random)
    accepted = asked = 0
    while accepted < rides:
        asked += 1
        if asked > 3 * rides:
            raise RuntimeError(f"only {accepted} of {rides} rides fit into {vehicles} vehicles")
        request = wish(f"R{asked}", random, places, travel)
        offers = feasible_times(request, candidates(request), plans, travel, count=1)
        if offers:
            plans = apply(offers[0].insertion, plans)
            accepted += 1
    return plans


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def measured(vehicles: int, rides: int, promised_ms: float, seed: int) -> dict[str, float | int | bool]:
    """One row: a day, many unrelated requests, milliseconds of processor time."""
    random, travel = Random(seed), StreetTravel()
    plans = promised_day(vehicles, rides, random, travel)
    assert not faults_of_day(plans, travel)
    day = [(plan.shift, promised_legs(plan)) for plan in plans]
    times_taken = [_building_ms(day, travel) for _ in range(BUILDINGS)]
    built = [plan_from_promises(shift, legs, travel) for shift, legs in day]
    places = destinations(random)
    spent, offered = [], []
    for number in range(REQUESTS):
        request = wish(f"new{number}", random, places, travel)
        times = candidates(request)
        began = process_time_ns()
        offers = feasible_times(request, times, built, travel)
        spent.append((process_time_ns() - began) / 1e6)
        offered.append(len(offers))
    p95 = percentile(spent, 95)
    return {
        "vehicles": vehicles,
        "rides": rides,
        "requests": REQUESTS,
        "candidates": CANDIDATES,
        "median_ms": round(median(spent), 2),
        "p95_ms": round(p95, 2),
        "max_ms": round(max(spent), 2),
        "promised_p95_ms": promised_ms,
        "kept": p95 <= promised_ms,
        "three_offers_percent": round(100 * sum(count == 3 for count in offered) / REQUESTS, 1),
        "no_offer_percent": round(100 * sum(count == 0 for count in offered) / REQUESTS, 1),
        "building_day_ms": round(median(times_taken), 1),
    }


def _building_ms(day: Sequence[tuple[Shift, Sequence[PromisedLeg]]], travel: StreetTravel) -> float:
    """Milliseconds of processor time for all plans of a day from stored legs, with what is looked up in them later. The collector of
    garbage runs before: what it would find is the benchmark's own.
    """
    gc.collect()
    began = process_time_ns()
    lines = [plan_from_promises(shift, legs, travel).timeline for shift, legs in day]
    taken = (process_time_ns() - began) / 1e6
    assert len(lines) == len(day)
    return taken


DATABASES = ("none",)


def figures(place: Place) -> list[Figure]:
    """Both sizes as ``./dev bench`` shows and keeps them."""
    found = []
    for row in (measured(*size, seed=2026) for size in (SIZES[:1] if place.hurry else SIZES)):
        day = f"{row['vehicles']} vehicles, {row['rides']} rides"
        found.append(Figure(f"{day}: processor p95", float(row["p95_ms"]), "ms", float(row["promised_p95_ms"])))
        found.append(Figure(f"{day}: processor median", float(row["median_ms"]), "ms"))
        found.append(Figure(f"{day}: requests without an offer", float(row["no_offer_percent"]), "%"))
        found.append(Figure(f"{day}: building the day's plans", float(row["building_day_ms"]), "ms"))
    return found


def main() -> int:
    """Measure both sizes; the exit status is 1 when a promise is not kept."""
    rows = [measured(*size, seed=2026) for size in SIZES]
    print(json.dumps({"bench": "feasible_times", "rows": rows}, indent=2))
    names = (
        "vehicles",
        "rides",
        "median_ms",
        "p95_ms",
        "max_ms",
        "promised_p95_ms",
        "no_offer_percent",
        "building_day_ms",
    )
    print(" | ".join(f"{name:>16}" for name in names))
    for row in rows:
        print(" | ".join(f"{row[name]:>16}" for name in names))
    return 0 if all(row["kept"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
