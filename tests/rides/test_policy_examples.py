"""Worked examples: every rule on both sides of its limit, asked as JSON the way the command line asks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services_app.rides.assessment import assess_json, fits

EXAMPLES = Path(__file__).parent / "examples"

PASSENGERS: dict[str, tuple[str, list[str]]] = {
    "kielce-2021": ("Kielce", ["cannot_use_transit", "lives_alone"]),
    "kielce-2022": ("Kielce", ["cannot_use_transit"]),
    "kielce-2024": ("Kielce", ["cannot_use_transit"]),
    "wroclaw-2018": ("Wrocław", ["senior_card"]),
    "inowroclaw-2018": ("Inowrocław", []),
    "koscian-2021": ("Kościan", []),
}


def plain_case(rules: str) -> dict[str, Any]:
    """A ride that every version allows: Monday morning asks for Friday, to an office in town."""
    town, conditions = PASSENGERS[rules]
    return {
        "rules": rules,
        "now": "2026-11-23T10:00",
        "passenger": {"birth_date": "1946-02-03", "residence": town, "conditions": conditions, "mobility": "cane"},
        "history": [],
        "request": {
            "on": "2026-11-27",
            "appointment_at": "10:00",
            "visit_minutes": 20,
            "pickup_at": "09:20",
            "return_at": "11:00",
            "legs": 2,
            "purpose": "office",
            "destination_town": town,
            "companion": None,
        },
    }


def case_of(row: dict[str, Any]) -> dict[str, Any]:
    case = copy.deepcopy(plain_case(row["rules"]))
    for path, value in row.get("set", {}).items():
        *parents, name = path.split(".")
        place = case
        for parent in parents:
            place = place[parent]
        place[name] = value
    case["history"] = [{"on": on, "result": result, "legs": legs} for on, result, legs in row.get("history", [])]
    return case


def rows() -> Iterator[Any]:
    for file in sorted(EXAMPLES.glob("*.json")):
        for row in json.loads(file.read_text("utf-8")):
            yield pytest.param(row, id=row["id"])


@pytest.mark.parametrize("row", list(rows()))
def test_the_example_is_answered_as_worked_out(row: dict[str, Any]) -> None:
    answer = assess_json({"inputs": case_of(row)})
    assert fits(answer), answer
    assert [reason["code"] for reason in answer["reasons"]] == row["codes"]
    assert answer["allowed"] is (not row["codes"])
    assert all(len(reason["text"].split()) <= 25 for reason in answer["reasons"]), answer["reasons"]
    left = {quota["period"]: quota["left"] for quota in answer["quotas"]}
    assert row.get("left", {}).items() <= left.items()
    for moment in ("book_from", "book_until", "cancel_until"):
        if moment in row:
            assert answer[moment] == row[moment], moment


@pytest.mark.parametrize("rules", PASSENGERS)
def test_the_plain_ride_is_allowed_by_every_version(rules: str) -> None:
    assert assess_json({"inputs": plain_case(rules)})["allowed"] is True


def test_there_are_enough_examples_and_no_name_stands_twice() -> None:
    names = [row.id for row in rows()]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
