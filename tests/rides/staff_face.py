"""What the tests of the staff's ride pages share: people, a car, a day, and who looks at it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Driver, Shift
from services_app.places.models import Destination
from services_app.residents.models import Resident
from services_app.rides.models import Ride, RideRulesVersion
from services_app.rides.policy import RideRules
from services_app.rides.queries import place_of
from services_app.rides.scheduling import RideWish
from tests.factories.fleet import make_shift, make_vehicle
from tests.factories.places import make_destination
from tests.factories.rides import NOW, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page

DAY = f"/przejazdy/dzien/{RIDE_ON.isoformat()}"
USUAL_REQUEST = {
    "place": "Poradnia na Wzgórzu", "on": "23.6", "at": "10", "minutes": "60", "purpose": "medical", "back": "fixed_hour",
}  # fmt: skip
"""What an operator types at the desk for a ride on :data:`RIDE_ON`."""


class Office:
    """A town with rules in force, a clinic, and as many cars and riders as the test asks for. The clock stands at ``NOW``."""

    def __init__(self, session: Session, page: Page, clock: Clock, rules: RideRules = ROOMY) -> None:
        self.session, self.page, self.clock = session, page, clock
        clock.at(NOW)
        self.version: RideRulesVersion = make_rules(session, rules)
        self.clinic: Destination = make_destination(session, "Poradnia na Wzgórzu", latitude=50.8790, longitude=20.6120)
        session.commit()

    def shift(self, name: str = "Biały bus", **values: Any) -> Shift:
        """A shift on the ride's day with a car of this name, committed."""
        vehicle = make_vehicle(
            self.session, name=name, wheelchair_places=values.pop("wheelchair_places", 0), seats=values.pop("seats", 4)
        )
        shift = make_shift(self.session, values.pop("on", RIDE_ON), vehicle=vehicle, **values)
        self.session.commit()
        return shift

    def rider(self, **values: Any) -> Resident:
        """Somebody who may ride, committed."""
        rider = make_rider(self.session, self.version, **values)
        self.session.commit()
        return rider

    def wish(self, on: date = RIDE_ON, at: time = time(10), **values: Any) -> RideWish:
        """Be at the clinic of the catalogue at an hour."""
        return wish_for(on, at, place=place_of(self.clinic), **values)

    def ride(self, rider: Resident | None = None, *, at: time = time(10), **values: Any) -> Ride:
        """A ride that was accepted, committed."""
        rider = rider or self.rider()
        with transaction() as session:
            return booked_ride(session, rider, self.wish(at=at, **values))

    def sign_in(self, *roles: str, name: str = "Anna Nowak") -> int:
        """Look at the pages as somebody with these roles; returns the account."""
        account = make_staff(self.session, *roles, name=name)
        self.page.sign_in("staff", account.id)
        return account.id

    def drives(self, account_id: int, shift: Shift) -> None:
        """The account is the shift's driver."""
        driver = self.session.get_one(Driver, shift.driver_id)
        driver.staff_account_id = account_id
        self.session.commit()
