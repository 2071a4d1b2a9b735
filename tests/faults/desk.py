"""A day at the operator's desk for the tests that go by HTTP: cars with room for one ride each, callers in one far suburb."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from datetime import time as hour
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock, workdays
from services_app.rides.policy import Service
from services_app.rides.terms import ReturnMode
from tests.databases import WorkersDatabase
from tests.factories.fleet import make_shift
from tests.factories.places import make_destination
from tests.factories.rides import ROOMY, make_rider, make_rules
from tests.factories.staff import make_staff
from tests.faults.client import Answer, Client, signed_in_cookie

CLINIC = "Poradnia na Wzgórzu"
RULES = replace(ROOMY, service=Service(first_pickup=hour(7), home_by=hour(18)))


@dataclass(frozen=True)
class Desk:
    """Who may call, when they ride, and the cookies of the operator and of a coordinator."""

    riders: list[int]
    on: date
    cookie: str
    places: int
    coordinators_cookie: str = ""

    def query(self) -> dict[str, Any]:
        """The request every caller has."""
        return {
            "szukaj": 1, "place": CLINIC, "on": self.on.isoformat(), "at": "10:00", "minutes": 30, "purpose": "medical",
            "back": ReturnMode.DRIVER_WAITS.value, "companions": 0, "mobility": "", "assistance": "",
        }  # fmt: skip

    @staticmethod
    def path(rider: int) -> str:
        """The caller's desk."""
        return f"/przejazdy/biurko/{rider}"

    def filled_form(self, client: Client, rider: int) -> tuple[Answer, dict[str, str]]:
        """The desk's answer to the request, and the form that saves it with some time chosen; empty when there is none."""
        page = client.get(self.path(rider), **self.query())
        form = page.form(self.path(rider))
        return page, {name: random.choice(values) for name, values in form.items()}


def open_desk(app: Flask, session: Session, database: WorkersDatabase | None, *, riders: int, places: int) -> Desk:
    """Make the day; processes of their own will work on the database (None: one that nobody makes clean again)."""
    version = make_rules(session, RULES)
    make_destination(session, CLINIC)
    random.seed(11)
    people = [
        make_rider(
            session, version, latitude=50.83 + random.random() * 0.01, longitude=20.55 + random.random() * 0.01
        ).id
        for _ in range(riders)
    ]
    on = workdays.add(clock.today() + timedelta(days=7), 1)
    for _ in range(places):
        make_shift(session, on, starts=hour(9), ends=hour(11, 15))
    operator, coordinator = make_staff(session, "operator"), make_staff(session, "coordinator")
    session.commit()
    if database is not None:
        database.note_unknown()
    cookies = [signed_in_cookie(app, "staff", account.id) for account in (operator, coordinator)]
    return Desk(people, on, cookies[0], places, cookies[1])
