"""Rules as JSON: there and back unchanged, and every fault named by its path."""

from __future__ import annotations

import copy
import json
from dataclasses import fields
from typing import Any

import pytest

from services_app.rides.policy import DoesNotFit, RideRules
from services_app.rides.shipped_rules import INOWROCLAW_2018, KIELCE_2024, SHIPPED


def body() -> dict[str, Any]:
    return copy.deepcopy(INOWROCLAW_2018.to_json())


def faults(changed: object) -> dict[str, str]:
    with pytest.raises(DoesNotFit) as refused:
        RideRules.from_json(changed)
    return {fault.path: fault.text for fault in refused.value.faults}


@pytest.mark.parametrize("version", SHIPPED, ids=lambda version: str(version.code))
def test_a_version_comes_back_as_it_went(version: Any) -> None:
    assert RideRules.from_json(json.loads(json.dumps(version.rules.to_json()))) == version.rules


def test_the_body_is_plain_and_ordered() -> None:
    plain = KIELCE_2024.to_json()
    assert set(plain) == {field.name for field in fields(RideRules)}
    assert plain["service"] == {
        "weekdays": [0, 1, 2, 3, 4], "on_holidays": False, "first_pickup": "08:00", "last_pickup": None, "home_by": "15:00",
    }  # fmt: skip
    assert plain["mobility"] == ["walks", "cane", "walker", "folding_wheelchair", "fixed_wheelchair"]


@pytest.mark.parametrize("name", [field.name for field in fields(RideRules)])
def test_no_field_may_be_left_out(name: str) -> None:
    changed = body()
    del changed[name]
    assert faults(changed) == {name: "Brakuje tego pola. Dopisz je."}


@pytest.mark.parametrize("wrong", [None, [], "kielce-2024", 7])
def test_something_else_than_rules_is_refused(wrong: object) -> None:
    assert faults(wrong) == {"": "Podaj obiekt z polami."}


WRONG: list[tuple[str, object, str]] = [
    ("quotas.0.limit", -1, "quotas[0].limit"),
    ("quotas.0.limit", 1001, "quotas[0].limit"),
    ("quotas.0.limit", True, "quotas[0].limit"),
    ("quotas.0.limit", "3", "quotas[0].limit"),
    ("quotas.0.period", "decade", "quotas[0].period"),
    ("quotas.0.starts_on", "2026-01-01", "quotas[0].starts_on"),
    ("quotas.0.period", "programme", "quotas[0].starts_on"),
    ("quotas", None, "quotas"),
    ("eligibility", [], "eligibility"),
    ("eligibility.0.min_age", 121, "eligibility[0].min_age"),
    ("eligibility.0.resident_of", " ", "eligibility[0].resident_of"),
    ("eligibility.0.conditions", ["rich"], "eligibility[0].conditions[0]"),
    ("eligibility.0.conditions", ["lives_alone", "lives_alone"], "eligibility[0].conditions"),
    ("eligibility.0.conditions", ["income_within_limit"], "eligibility[0].income_limit_grosze"),
    ("eligibility.0.income_limit_grosze", 200_000, "eligibility[0].income_limit_grosze"),
    ("service.weekdays", [], "service.weekdays"),
    ("service.weekdays", [7], "service.weekdays[0]"),
    ("service.on_holidays", 1, "service.on_holidays"),
    ("service.home_by", "24:00", "service.home_by"),
    ("service.home_by", "6:00", "service.home_by"),
    ("service.home_by", "06:59", "service.first_pickup"),
    ("booking.number", 61, "booking.number"),
    ("booking.unit", "months", "booking.unit"),
    ("booking.hour", "14:00", "booking.hour"),
    ("horizon.number", 0, "horizon.number"),
    ("horizon", {"number": 2, "unit": "calendar_days"}, "horizon"),
    ("charged", ["done", "no_show"], "charged"),
    ("charged", ["done", "booked", "missed"], "charged"),
    ("charged", ["done", "booked", "cancelled_by_operator"], "charged"),
    ("no_show_pattern", {"absences": 0, "months": 6}, "no_show_pattern.absences"),
    ("purposes", [], "purposes"),
    ("purposes.0.tier", 0, "purposes[0].tier"),
    ("purposes.0.purpose", "gp", "purposes[0]"),
    ("purposes.1.purpose", "specialist", "purposes[1]"),
    ("area.towns", [], "area.towns"),
    ("area.towns", ["Inowrocław", 7], "area.towns[1]"),
    ("waiting_minutes", 481, "waiting_minutes"),
    ("return_modes", [], "return_modes"),
    ("return_modes", ["driver_waits"], "waiting_minutes"),
    ("companions.most", 9, "companions.most"),
    ("mobility", [], "mobility"),
    ("assistance", ["carry"], "assistance[0]"),
    ("sharing.max_detour_minutes", 10, "sharing.max_detour_minutes"),
    ("price.grosze", 100, "price.grosze"),
    ("price.kind", "flat", "price.grosze"),
    ("price.kind", "zone", "price.zones"),
    ("proof", "always", "proof"),
    ("window_minutes", 7.5, "window_minutes"),
    ("other_help.0.text", "", "other_help[0].text"),
    ("surprise", 1, "surprise"),
]


@pytest.mark.parametrize(("path", "value", "fault"), WRONG)
def test_a_fault_is_named_by_its_path(path: str, value: object, fault: str) -> None:
    changed = body()
    *parents, name = path.split(".")
    place: Any = changed
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    place[int(name) if name.isdigit() else name] = value
    assert list(faults(changed)) == [fault]


def test_every_fault_is_named_at_once() -> None:
    changed = body()
    changed["quotas"][0]["limit"] = None
    changed["proof"] = "x"
    changed["extra"] = 0
    del changed["price"]
    assert set(faults(changed)) == {"quotas[0].limit", "proof", "extra", "price"}


def test_a_limit_stands_once() -> None:
    changed = body()
    changed["quotas"].append(dict(changed["quotas"][0], limit=9))
    assert list(faults(changed)) == ["quotas[1]"]


def test_a_programme_ends_after_it_starts() -> None:
    changed = body()
    changed["quotas"][0].update(period="programme", starts_on="2026-02-01", ends_on="2026-01-31")
    assert list(faults(changed)) == ["quotas[0].starts_on"]
    changed["quotas"][0].update(ends_on="2026-02-01")
    assert RideRules.from_json(changed).quotas[0].ends_on is not None
