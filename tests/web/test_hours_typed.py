"""Hours as people type them."""

from __future__ import annotations

from datetime import time

import pytest

from services_app.web.forms import read_hour


@pytest.mark.parametrize(
    "typed", ["9:10", "9.10", "09 10", "0910", "o 9:10", "O 9.10", "godz. 9:10", "godzina 9:10", "9:10 rano", "9:10h"]
)
def test_ten_past_nine_is_read_however_it_is_written(typed: str) -> None:
    assert read_hour(typed) == time(9, 10)


@pytest.mark.parametrize(("typed", "hour"), [("9", 9), ("o 9", 9), ("9h", 9), ("23", 23), ("0", 0)])
def test_a_number_alone_is_a_whole_hour(typed: str, hour: int) -> None:
    assert read_hour(typed) == time(hour)


@pytest.mark.parametrize("typed", ["", "o", "rano", "24", "9:60", "dziewiąta", "około 9", "9 wieczorem"])
def test_what_is_no_hour_is_not_guessed(typed: str) -> None:
    assert read_hour(typed) is None
