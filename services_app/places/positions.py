"""Positions on the map as people copy them: two numbers, latitude and longitude in degrees."""

from __future__ import annotations

import re

POSITION = r"^(-?\d{1,2}[.,]\d+)[;, ]+(-?\d{1,3}[.,]\d+)$"


def read_position(text: str | None) -> tuple[float, float] | None:
    """Latitude and longitude; None for anything that is not two such numbers. Decimal points and commas are both read."""
    found = re.match(POSITION, (text or "").strip())
    if found is None:
        return None
    latitude, longitude = (float(number.replace(",", ".")) for number in found.groups())
    return latitude, longitude


def shown_position(latitude: float, longitude: float) -> str:
    """The same as text, to about a metre."""
    return f"{latitude:.5f} {longitude:.5f}"
