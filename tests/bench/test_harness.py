"""The measuring itself: what a promise is, what a percentile is, and that results replace earlier ones of the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from bench import harness
from bench.harness import Figure, Reference, Times, asked, percentile, queries_of, record, slowdown, take_turns
from tests.databases import WorkersDatabase


@pytest.mark.parametrize(
    ("figure", "kept"),
    [
        (Figure("time", 5.0, "ms", at_most=5), True),
        (Figure("time", 5.01, "ms", at_most=5), False),
        (Figure("rate", 200, "a second", at_least=200), True),
        (Figure("rate", 199.9, "a second", at_least=200), False),
        (Figure("noted only", 1e9, "ms"), True),
    ],
)
def test_a_promise_is_kept_up_to_its_limit(figure: Figure, kept: bool) -> None:
    assert figure.holds is kept


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 95), percentile(values, 100)) == (50, 95, 100)
    assert percentile([7.0], 95) == 7


def test_calls_take_turns() -> None:
    order: list[str] = []
    times = take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3, warm_up=0)
    assert order == ["a", "b"] * 3
    assert len(times["a"].processor) == len(times["b"].wall) == 3


def test_growing_slower_is_told_by_medians() -> None:
    assert slowdown(Times((1.0, 2.0, 9.0), ()), Times((2.0, 3.0, 4.0), ())) == 1.5


def test_a_section_is_replaced_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "RESULTS.md")
    for name, value in (("pages", 4.0), ("outbox", 210.0), ("pages", 3.5)):
        record(name, "sqlite", [Figure("measured", value, "×", at_most=4)], "What it is.", on="2026-11-23")
    text = (tmp_path / "RESULTS.md").read_text()
    assert text.count("## pages (sqlite)") == text.count("## outbox (sqlite)") == 1
    assert "3.5 ×" in text
    assert "210 ×" in text
    assert "| 4 ×" not in text


def test_the_reference_is_one_select_on_the_same_database(database: WorkersDatabase) -> None:
    database.note_unknown()
    reference = Reference(database.url)
    try:
        assert queries_of(reference.app, "/bare/7") == 1
        assert reference.call() == (
            "200 OK",
            len(b"<!doctype html><html lang=pl><title>name 7</title><p>name 7</p></html>"),
        )
    finally:
        reference.close()


def test_a_page_that_does_not_come_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="404"):
        asked(Flask("empty"), "/nowhere")
