"""Positions on the map as people copy them: two numbers, latitude and longitude in degrees."""

from __future__ import annotations

import math
import re

from services_app.verdict import Reason
from services_app.wording import N_

TOWN_MIDDLE = (50.8703, 20.6275)
"""The middle of Kielce: where a place is put whose street is unknown, marked as not exact."""
FARTHEST_KM = 60
"""Farther from the middle of the town nobody is driven: a position there is a mistake."""

_POSITION = re.compile(r"^(-?\d{1,2}[.,]\d+)[;, ]+(-?\d{1,3}[.,]\d+)$")
_KM_OF_A_DEGREE = 111.2

NO_POSITION = Reason("NO_POSITION", N_("Podaj dwie liczby, na przykład 50.8703 20.6275."))
SWAPPED = Reason("POSITION_SWAPPED", N_("Najpierw szerokość, potem długość. W Kielcach: najpierw 50, potem 20."))
TOO_FAR = Reason(
    "POSITION_TOO_FAR", N_("To miejsce jest dalej niż {km} km od Kielc. Sprawdź obie liczby."), {"km": FARTHEST_KM}
)


def read_position(text: str | None) -> tuple[float, float] | None:
    """Latitude and longitude; None for anything that is not two such numbers. Decimal points and commas are both read."""
    found = _POSITION.match((text or "").strip())
    if found is None:
        return None
    latitude, longitude = (float(number.replace(",", ".")) for number in found.groups())
    return latitude, longitude


def read_near_position(text: str) -> tuple[float, float] | Reason:
    """The same for a place people are driven to or from: near the town, or why not."""
    here = read_position(text)
    if here is None:
        return NO_POSITION
    if is_near(*here):
        return here
    return SWAPPED if is_near(here[1], here[0]) else TOO_FAR


def is_near(latitude: float, longitude: float) -> bool:
    """Whether a point lies at most :data:`FARTHEST_KM` from the middle of the town, as the crow flies."""
    north = (latitude - TOWN_MIDDLE[0]) * _KM_OF_A_DEGREE
    east = (longitude - TOWN_MIDDLE[1]) * _KM_OF_A_DEGREE * math.cos(math.radians(TOWN_MIDDLE[0]))
    return math.hypot(north, east) <= FARTHEST_KM


def shown_position(latitude: float, longitude: float) -> str:
    """The same as text, to about a metre."""
    return f"{latitude:.5f} {longitude:.5f}"
