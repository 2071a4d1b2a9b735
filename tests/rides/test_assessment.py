"""The shape of the command line's input and answer."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from services_app.rides.assessment import assess_json, fits

CASE: dict[str, Any] = {
    "inputs": {
        "rules": "inowroclaw-2018",
        "now": "2026-11-23T10:00",
        "passenger": {"birth_date": "1944-08-01", "residence": "Inowrocław", "conditions": [], "mobility": "walker"},
        "history": [{"on": "2026-10-01", "result": "done", "legs": 2}],
        "request": {
            "on": "2026-11-27",
            "appointment_at": "11:00",
            "visit_minutes": 25,
            "pickup_at": "10:30",
            "return_at": "12:00",
            "legs": 2,
            "purpose": "cemetery",
            "destination_town": "Inowrocław",
            "companion": {"age": 44},
        },
    }
}


def changed(path: str, value: object) -> dict[str, Any]:
    case = copy.deepcopy(CASE)
    *parents, name = path.split(".")
    place: Any = case["inputs"]
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    if value is ...:
        del place[name]
    else:
        place[name] = value
    return case


def paths(answer: dict[str, Any]) -> list[str]:
    return [fault["path"] for fault in answer["faults"]]


def test_the_whole_answer() -> None:
    assert assess_json(CASE) == {
        "allowed": True,
        "reasons": [],
        "quotas": [{"period": "half_year", "unit": "round_trip", "limit": 3, "used": 1, "left": 2}],
        "book_from": "2026-09-27T00:00",
        "book_until": "2026-11-24T14:00",
        "cancel_until": "2026-11-26T12:00",
    }


def test_a_refusal_says_why_in_polish() -> None:
    answer = assess_json(changed("request.purpose", "gp"))
    assert answer["allowed"] is False
    assert answer["reasons"] == [
        {
            "code": "PURPOSE_NOT_ALLOWED",
            "text": "Tam nie wozimy. Możesz jechać: do lekarza specjalisty, do urzędu, na cmentarz.",
        }
    ]


def test_a_list_is_answered_in_its_order_and_names_stay() -> None:
    answers = assess_json([{**CASE, "id": "a"}, {"id": "b"}, CASE])
    assert [answer.get("id") for answer in answers] == ["a", "b", None]
    assert paths(answers[1]) == ["[1].inputs"]
    assert answers[0]["allowed"]
    assert not fits(answers)
    assert fits(answers[0])


def test_an_empty_list_is_answered_by_an_empty_list() -> None:
    assert assess_json([]) == []


@pytest.mark.parametrize("body", [None, 5, "x", {}, {"input": {}}, {"inputs": None}, {"inputs": []}])
def test_something_else_than_a_case_is_refused(body: object) -> None:
    assert paths(assess_json(body)) == ["inputs"]


@pytest.mark.parametrize("name", ["rules", "now", "passenger", "history", "request"])
def test_nothing_is_guessed_for_a_missing_part(name: str) -> None:
    assert paths(assess_json(changed(name, ...))) == [f"inputs.{name}"]


@pytest.mark.parametrize(
    "name", ["passenger.birth_date", "passenger.residence", "passenger.conditions", "passenger.mobility", "request.on",
             "request.legs", "request.purpose", "request.destination_town"],
)  # fmt: skip
def test_nothing_is_guessed_for_a_missing_field(name: str) -> None:
    assert paths(assess_json(changed(name, ...))) == [f"inputs.{name}"]


@pytest.mark.parametrize(
    "name", ["request.companion", "request.pickup_at", "request.return_at", "request.visit_minutes"]
)
def test_what_may_be_null_may_be_left_out(name: str) -> None:
    assert assess_json(changed(name, ...)) == assess_json(changed(name, None))
    assert fits(assess_json(changed(name, ...)))


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("rules", "kielce-2023", "rules"),
        ("now", "2026-11-23", "now"),
        ("now", "2026-11-23T25:00", "now"),
        ("now", "2026-11-23T10:00Z", "now"),
        ("passenger.birth_date", "1944-02-30", "passenger.birth_date"),
        ("passenger.birth_date", "01.08.1944", "passenger.birth_date"),
        ("passenger.birth_date", "1899-12-31", "passenger.birth_date"),
        ("passenger.birth_date", "2026-11-24", "passenger.birth_date"),
        ("passenger.residence", "", "passenger.residence"),
        ("passenger.conditions", "lives_alone", "passenger.conditions"),
        ("passenger.conditions", ["rich"], "passenger.conditions[0]"),
        ("passenger.mobility", "flies", "passenger.mobility"),
        ("passenger.name", "Jan", "passenger.name"),
        ("history", {}, "history"),
        ("history.0", {"on": "2026-10-01", "result": "done", "legs": 3}, "history[0].legs"),
        ("history.0", {"on": "2026-10-01", "result": "gone", "legs": 2}, "history[0].result"),
        ("request.legs", 0, "request.legs"),
        ("request.legs", True, "request.legs"),
        ("request.legs", 2.0, "request.legs"),
        ("request.pickup_at", "9:30", "request.pickup_at"),
        ("request.pickup_at", "10:60", "request.pickup_at"),
        ("request.return_at", "10:30", "request.return_at"),
        ("request.visit_minutes", -1, "request.visit_minutes"),
        ("request.companion", {"age": None}, "request.companion.age"),
        ("request.companion", {"age": 121}, "request.companion.age"),
        ("request.companion", 44, "request.companion"),
        ("request.km_beyond", float("nan"), "request.km_beyond"),
    ],
)
def test_a_fault_is_named_by_its_path(path: str, value: object, fault: str) -> None:
    if path == "history.0":
        path, value = "history", [value]
    answer = assess_json(changed(path, value))
    assert paths(answer) == [f"inputs.{fault}"]
    assert answer["faults"][0]["text"]


def test_some_hour_is_needed() -> None:
    case = changed("request.pickup_at", None)
    case["inputs"]["request"]["appointment_at"] = None
    assert paths(assess_json(case)) == ["inputs.request.appointment_at"]


def test_all_faults_are_told_at_once() -> None:
    case = changed("rules", "x")
    case["inputs"]["now"] = 3
    case["inputs"]["request"]["on"] = None
    assert paths(assess_json([case])[0]) == ["[0].inputs.rules", "[0].inputs.now", "[0].inputs.request.on"]
