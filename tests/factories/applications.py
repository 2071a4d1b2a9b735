"""Applications to join the programme, as somebody without an account sends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services_app.journal.actions import Actor
from services_app.residents.terms import Mobility, PhoneNumber
from services_app.rides.actions.applying import Applied, receive_application
from services_app.rides.models import JoinApplication
from services_app.rides.terms import Condition
from tests.factories.residents import pesel_of
from tests.factories.rides import NOW

BORN = date(1946, 12, 5)
PESEL = pesel_of(BORN, 991)
APPLIED = Applied(
    "Zofia", "Zmyślona", BORN, PESEL, PhoneNumber("+48600100200", land_line=False), "Zagórska", "12", "3", "Kielce", Mobility.CANE,
    frozenset({Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}),
)  # fmt: skip
"""Somebody the register does not know, who meets every condition."""


def send_application(session: Session, *, now: datetime = NOW, **values: Any) -> JoinApplication:
    """What the public form sends, flushed; ``values`` replace parts of :data:`APPLIED`. Inside ``transaction()``, with rules in force."""
    return receive_application(session, replace(APPLIED, **values), by=Actor("nobody"), now=now)
