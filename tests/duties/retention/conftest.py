"""An administrator at their pages, and a town where somebody rode once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.residents.models import Resident
from services_app.rides.models import Ride
from services_app.rides.terms import RideState
from tests.factories.rides import booked_ride
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town, make_town


@pytest.fixture
def administrator(page: Page, session: Session) -> Page:
    page.sign_in("staff", make_staff(session, "administrator", name="Ada Administratorka").id)
    return page


@pytest.fixture
def town(session: Session, clock: Clock) -> Town:
    """Somebody who rode once, in June 2026."""
    clock.at("2026-06-15 08:00")
    made = make_town(session, phones=("600 100 200",))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, made.rider.id))
    ride = session.scalars(select(Ride)).one()
    ride.state, ride.note = RideState.DONE, "Tajemnicza notatka"
    session.commit()
    return made
