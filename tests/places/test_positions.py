"""Positions on the map, as people copy them."""

from __future__ import annotations

import pytest

from services_app.places.positions import (
    NO_POSITION,
    SWAPPED,
    TOO_FAR,
    is_near,
    read_near_position,
    read_position,
    shown_position,
)


@pytest.mark.parametrize(
    "typed",
    [
        "50.8703 20.6275", "50.8703, 20.6275", "50.8703,20.6275", "50.8703;20.6275", "50,8703 20,6275", "50,8703;20,6275",
        "50,8703, 20,6275", "50,8703,20,6275", "  50.8703   20.6275 ",
    ],
)  # fmt: skip
def test_two_numbers_are_read_however_they_are_parted(typed: str) -> None:
    assert read_position(typed) == (50.8703, 20.6275)


@pytest.mark.parametrize("typed", [None, "", "50.8703", "50 20", "Wesoła 12", "50.8703 20.6275 3.1", "500.1 20.6"])
def test_anything_else_is_no_position(typed: str | None) -> None:
    assert read_position(typed) is None


def test_what_is_shown_is_read_again() -> None:
    assert read_position(shown_position(-1.5, 120.25)) == (-1.5, 120.25)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("50.8703 20.6275", (50.8703, 20.6275)),
        ("20.6275 50.8703", SWAPPED),
        ("52.2297 21.0122", TOO_FAR),
        ("-50.8703 20.6275", TOO_FAR),
        ("Wesoła 12", NO_POSITION),
    ],
)
def test_a_position_lies_near_the_town_or_says_why_not(typed: str, read: object) -> None:
    assert read_near_position(typed) == read


@pytest.mark.parametrize(
    ("latitude", "longitude", "near"),
    [(51.4098, 20.6275, True), (51.4100, 20.6275, False), (50.8703, 21.4820, True), (50.8703, 21.4830, False)],
)
def test_sixty_kilometres_are_the_limit_to_the_north_as_to_the_east(
    latitude: float, longitude: float, near: bool
) -> None:
    assert is_near(latitude, longitude) is near
