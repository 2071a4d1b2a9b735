"""``flask rides``: a case judged without a database, shipped rules installed once, broken rides named."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.clock import moment_at
from services_app.database import transaction
from services_app.rides.models import Ride, RideRulesVersion
from services_app.rides.queries import rules_in_force, rules_of
from services_app.rides.shipped_rules import SHIPPED
from services_app.rides.terms import RulesState
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, RIDE_ON, booked_ride, make_rider, make_rules
from tests.frozen import Clock

CASE = {
    "inputs": {
        "rules": "kielce-2024", "now": "2026-06-15T08:00",
        "passenger": {"birth_date": "1946-12-05", "residence": "Kielce", "conditions": ["cannot_use_transit"], "mobility": "walks"},
        "history": [],
        "request": {
            "on": "2026-06-23", "appointment_at": "10:00", "visit_minutes": 60, "legs": 2, "purpose": "medical",
            "destination_town": "Kielce", "companion": None,
        },
    }
}  # fmt: skip


def check(app: Flask, text: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["rides", "check"], input=text)
    return result.exit_code, result.stdout, result.stderr


def test_a_case_is_answered_with_its_verdict(app: Flask) -> None:
    status, out, _ = check(app, json.dumps(CASE))
    assert status == 0
    assert json.loads(out)["allowed"] is True


def test_a_refused_case_is_an_answer_too(app: Flask) -> None:
    young = json.loads(json.dumps(CASE))
    young["inputs"]["passenger"]["birth_date"] = "1990-01-01"
    status, out, _ = check(app, json.dumps([CASE, young]))
    assert status == 0
    answers = json.loads(out)
    assert [answer["allowed"] for answer in answers] == [True, False]
    assert "TOO_YOUNG" in [reason["code"] for reason in answers[1]["reasons"]]


@pytest.mark.parametrize("text", ["", "{", "nie json", '{"inputs": '])
def test_what_is_no_json_is_said_to_be_none(app: Flask, text: str) -> None:
    status, out, error = check(app, text)
    assert (status, out) == (2, "")
    assert "not JSON" in error


def test_every_fault_is_named_by_its_path(app: Flask) -> None:
    wrong = json.loads(json.dumps(CASE))
    wrong["inputs"]["request"]["purpose"] = "party"
    del wrong["inputs"]["passenger"]["mobility"]
    status, _, error = check(app, json.dumps([CASE, wrong]))
    assert status == 2
    assert "case 1: " in error
    assert "inputs.request.purpose" in error
    assert "inputs.passenger.mobility" in error


def test_shipped_rules_are_installed_once_and_what_was_changed_stays(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    assert f"Added {len(SHIPPED)} " in runner.invoke(args=["rides", "install-rules"]).output
    with transaction() as writing:
        changed = writing.scalars(select(RideRulesVersion).where(RideRulesVersion.code == "kielce-2021")).one()
        changed.name = "Nasze zasady"
    assert "Added 0 " in runner.invoke(args=["rides", "install-rules"]).output
    session.rollback()
    versions = session.scalars(select(RideRulesVersion)).all()
    assert len(versions) == len(SHIPPED)
    assert "Nasze zasady" in [version.name for version in versions]
    version, rules = rules_in_force(session, clock.day_of(NOW))
    assert version.code == "kielce-2024"
    assert version.confirmed_on is None
    assert rules == rules_of(version)
    assert {each.code for each in versions if each.state is RulesState.TEMPLATE} == {
        "wroclaw-2018", "inowroclaw-2018", "koscian-2021",
    }  # fmt: skip


def test_verify_names_the_first_broken_ride(app: Flask, session: Session, clock: Clock) -> None:
    clock.at("2026-06-15 08:00")
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["rides", "verify"])
    assert (whole.exit_code, "sound" in whole.output) == (0, True), whole.output
    with transaction() as writing:
        for leg in writing.get_one(Ride, ride_id).legs:
            leg.arrive_by_at = moment_at(RIDE_ON, NOW.time())
    broken = runner.invoke(args=["rides", "verify"])
    assert broken.exit_code == 1
    assert broken.output.count("Broken:") == 1
    assert "promised backwards" in broken.output
