"""The way through a booking, for tests of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.places.models import Destination
from services_app.residents.models import Resident
from services_app.rides.models import RideRulesVersion
from services_app.rides.policy import RideRules
from services_app.rides.shipped_rules import KIELCE_2024
from tests.factories.fleet import make_shift
from tests.factories.places import make_destination
from tests.factories.rides import RIDE_ON, make_rider, make_rules
from tests.page import Page


@dataclass
class Town:
    """What a booking needs: rules, somebody who may ride, a place, cars."""

    version: RideRulesVersion
    rider: Resident
    place: Destination


def make_town(
    session: Session, rules: RideRules = KIELCE_2024, *, days: tuple[date, ...] = (RIDE_ON,), **values: Any
) -> Town:
    """Everything committed; one car on each day."""
    version = make_rules(session, rules)
    rider = make_rider(session, version, **values)
    place = make_destination(session)
    for on in days:
        make_shift(session, on)
    session.commit()
    return Town(version, rider, place)


def say_where(page: Page, place: Destination) -> Page:
    """Question 1: search and choose."""
    page.get("/przejazdy/zamow")
    page.fill_and_send({"q": place.name.split()[0]}, form="Szukaj")
    return page.fill_and_send({"place": f"d:{place.id}"}, form="Dalej")


def say_when(page: Page, on: date = RIDE_ON, at: time = time(10)) -> Page:
    """Question 2, with a typed day."""
    typed = {"day": "other", "other_day": f"{on.day}.{on.month:02d}.{on.year}", "hour": f"{at.hour}:{at.minute:02d}"}
    return page.fill_and_send(typed, form="Dalej")


def say_how_long_and_back(page: Page, length: str = "60", **back: str) -> Page:
    """Questions 3 and 4; ``back`` as the form calls it, a way back at a fixed hour unless told otherwise."""
    page.fill_and_send({"length": length}, form="Dalej")
    return page.fill_and_send({"way_back": "fixed_hour", **back}, form="Dalej")


def answer_all(
    page: Page, place: Destination, *, on: date = RIDE_ON, at: time = time(10), length: str = "60", way_back: str = "fixed_hour",
    companions: str = "0",
) -> Page:  # fmt: skip
    """All five questions: ends at the times."""
    say_where(page, place)
    say_when(page, on, at)
    say_how_long_and_back(page, length, way_back=way_back)
    return page.fill_and_send({"companions": companions}, form="Pokaż wolne godziny")


def book_online(page: Page, place: Destination, **answers: Any) -> Page:
    """A whole booking: ends at the confirmation."""
    answer_all(page, place, **answers)
    choose_first(page)
    return page.fill_and_send(form="Zamawiam ten przejazd")


def choose_first(page: Page) -> Page:
    """Take the first time offered."""
    first = page.soup.select_one("button[name=offer]")
    assert first is not None, page.main
    return page.fill_and_send(button=" ".join(first.get_text(" ").split()))


def count(session: Session, model: type) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(model)) or 0
