"""Positions on the map, as people copy them."""

from __future__ import annotations

import pytest

from services_app.places.positions import read_position, shown_position


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
