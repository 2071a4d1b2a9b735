"""The rules of Kielce are in force, it is a Monday morning, and two clerks sit at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from services_app.rides.models import RideRulesVersion
from tests.factories.rides import NOW, make_rules
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page


@pytest.fixture(autouse=True)
def kielce(session: Session, clock: Clock) -> RideRulesVersion:
    clock.at(NOW)
    made = make_rules(session)
    session.commit()
    return made


@pytest.fixture
def operator(new_page: Callable[[], Page], session: Session) -> Page:
    reader = new_page()
    reader.sign_in("staff", make_staff(session, "operator").id)
    return reader


@pytest.fixture
def coordinator(new_page: Callable[[], Page], session: Session) -> Page:
    reader = new_page()
    reader.sign_in("staff", make_staff(session, "coordinator").id)
    return reader
