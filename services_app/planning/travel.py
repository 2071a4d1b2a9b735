"""How long a way takes.

No road data is needed: great-circle distance times a street factor, at the speed of the hour. The figures are a table
that finished rides correct (:meth:`StreetTravel.calibrated`). The engine asks for a way at the full hour of the promise
it starts from, never at the minute: the time between two stops then stays the same while stops move inside their
promises, which is what makes slack exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from math import asin, sqrt
from statistics import median
from typing import NamedTuple, Protocol

from services_app.planning.model import Point, full_hour
from services_app.wording import WARSAW

EARTH_KM = 6371.0088
STREET_FACTOR = 1.34  # streets are this much longer than the straight line (dispatchers' usual figure: 1.3 to 1.4)
SHORTEST_MINUTES = 3.0  # getting out of one parking place and into another
SPEEDS_KMH = (
    45, 45, 45, 45, 45, 42, 36, 28, 26, 30, 32, 32, 32, 31, 28, 25, 26, 29, 33, 36, 38, 40, 42, 45,
)  # fmt: skip  # a starting table by local hour, to be corrected from finished rides
FEWEST_OBSERVED = 20  # rides in an hour before its speed is believed


class Travel(Protocol):
    """Anything that knows how long a way takes. Must be consistent: the same question, the same answer."""

    def minutes(self, origin: Point, destination: Point, departing_at: float) -> float:
        """Minutes of driving when leaving at that moment."""
        ...

    def kilometres(self, origin: Point, destination: Point) -> float:
        """Kilometres driven."""
        ...


class FinishedWay(NamedTuple):
    """A way that was really driven: from where to where, when it began (moment) and how many minutes it took."""

    origin: Point
    destination: Point
    departed_at: float
    minutes: float


class StreetTravel:
    """Great-circle distance × ``street_factor`` at the speed of the local hour, never under ``shortest_minutes``."""

    def __init__(
        self,
        speeds_kmh: Sequence[float] = SPEEDS_KMH,
        *,
        street_factor: float = STREET_FACTOR,
        shortest_minutes: float = SHORTEST_MINUTES,
        zone: tzinfo = WARSAW,
    ) -> None:
        """``speeds_kmh``: one speed for each local hour from 0 to 23.

        :raises ValueError: not 24 speeds, or one that is not positive.
        """
        if len(speeds_kmh) != 24 or min(speeds_kmh) <= 0:
            raise ValueError("24 positive speeds are needed, one for each hour")
        self.speeds_kmh = tuple(speeds_kmh)
        self.street_factor = street_factor
        self.shortest_minutes = shortest_minutes
        self._zone = zone
        self._pace: dict[
            float, float
        ] = {}  # full hour → minutes per unit of chord length, so that no time zone is asked in the inner loop

    def minutes(self, origin: Point, destination: Point, departing_at: float) -> float:
        """Minutes of driving in the traffic of the full hour of ``departing_at``; 0 when already there."""
        dx, dy, dz = origin.x - destination.x, origin.y - destination.y, origin.z - destination.z
        squared = dx * dx + dy * dy + dz * dz
        if not squared:
            return 0.0
        pace = self._pace.get(departing_at)  # the engine asks at full hours, which are what is kept
        if pace is None:
            pace = self._pace_of(full_hour(departing_at))
        minutes = asin(sqrt(squared) / 2) * pace
        return minutes if minutes > self.shortest_minutes else self.shortest_minutes

    def kilometres(self, origin: Point, destination: Point) -> float:
        """Kilometres of street between two points."""
        dx, dy, dz = origin.x - destination.x, origin.y - destination.y, origin.z - destination.z
        return 2 * EARTH_KM * self.street_factor * asin(min(1.0, sqrt(dx * dx + dy * dy + dz * dz) / 2))

    def calibrated(self, ways: Iterable[FinishedWay], *, fewest: int = FEWEST_OBSERVED) -> StreetTravel:
        """The same estimator with the median speed of finished ways in each hour that has at least ``fewest`` of them.

        Ways shorter than the floor say nothing about speed and are left out.
        """
        seen: dict[int, list[float]] = {}
        for way in ways:
            if way.minutes > self.shortest_minutes:
                speed = self.kilometres(way.origin, way.destination) / way.minutes * 60
                seen.setdefault(self._local_hour(way.departed_at // 60), []).append(speed)
        speeds = [
            median(seen[hour]) if len(seen.get(hour, ())) >= fewest and median(seen[hour]) > 0 else old
            for hour, old in enumerate(self.speeds_kmh)
        ]
        return StreetTravel(
            speeds, street_factor=self.street_factor, shortest_minutes=self.shortest_minutes, zone=self._zone
        )

    def _pace_of(self, hour: float) -> float:
        known = self._pace.get(hour)
        if known is not None:
            return known
        if len(self._pace) > 24 * 400:  # a long-lived process keeps about a year of hours
            self._pace.clear()
        pace = 2 * EARTH_KM * self.street_factor * 60 / self.speeds_kmh[self._local_hour(hour // 60)]
        self._pace[hour] = pace
        return pace

    def _local_hour(self, hour: float) -> int:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=int(hour))
        return moment.astimezone(self._zone).hour


class MatrixTravel:
    """Times from a table, the same at every hour: for tests and benchmarks. Kilometres equal minutes."""

    def __init__(self, table: Mapping[tuple[Point, Point], float]) -> None:
        """``table``: minutes for each ordered pair of points; a missing pair of equal points is 0."""
        self._table = dict(table)

    @classmethod
    def of(cls, points: Sequence[Point], rows: Sequence[Sequence[float]]) -> MatrixTravel:
        """From a square table in the order of ``points``."""
        return cls({(a, b): rows[i][j] for i, a in enumerate(points) for j, b in enumerate(points)})

    def minutes(self, origin: Point, destination: Point, departing_at: float) -> float:
        """The table's minutes. :raises KeyError: a pair that the table does not hold."""
        return 0.0 if origin == destination else self._table[origin, destination]

    def kilometres(self, origin: Point, destination: Point) -> float:
        """The table's minutes again, as kilometres."""
        return self.minutes(origin, destination, 0.0)


def way_minutes(
    travel: Travel, origin: tuple[Point, float | None], destination: tuple[Point, float | None], otherwise: float
) -> float:
    """Minutes between two halts, each a point with the hour of its promise.

    The hour of the halt left counts; from a depot or a break, which promise nothing, that of the halt driven to; else
    ``otherwise``.
    """
    hour = origin[1] if origin[1] is not None else destination[1]
    return travel.minutes(origin[0], destination[0], full_hour(otherwise) if hour is None else hour)
