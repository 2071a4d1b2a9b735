from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from services_app.web.csv_files import csv_lines, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=HYPERLINK(\"x\")", "＝1", "-cmd|' /C calc'!A0", "+48 600; =1",
    ],
)  # fmt: skip
def test_a_formula_becomes_a_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["+48 600 100 200", "-5", "-5,50", "12", "Łoś", "", "a=b", "10-12"])
def test_plain_values_stay_as_they_are(value: str) -> None:
    assert safe_cell(value) == value


def test_a_moment_stands_on_the_warsaw_clock() -> None:
    assert safe_cell(datetime(2026, 11, 20, 15, 30, 59, tzinfo=UTC)) == "2026-11-20 16:30+01:00"


def test_nothing_is_an_empty_cell() -> None:
    assert safe_cell(None) == ""


def test_a_long_table_comes_in_pieces_and_reads_back() -> None:
    rows = [[number, 'ą;"ę"\nnowy wiersz', None] for number in range(5000)]
    pieces = list(csv_lines(["Numer", "Tekst", "Nic"], rows))
    assert len(pieces) > 1
    read = list(csv.reader(io.StringIO("".join(pieces).removeprefix("\ufeff")), delimiter=";"))
    assert len(read) == 5001
    assert read[-1] == ["4999", 'ą;"ę"\nnowy wiersz', ""]
