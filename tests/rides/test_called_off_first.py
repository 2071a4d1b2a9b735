"""A way called off on its own stays marked on the passenger's page when the rest is called off later."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.rides.actions import cancel_by_operator, cancel_ride
from tests.factories.rides import NOW, OPERATOR
from tests.page import Page
from tests.rides.staff_face import Office

pytestmark = pytest.mark.database


def marks(page: Page) -> list[str]:
    """The mark of each way on the ride's card; empty where it has none."""
    return [" ".join(tag.get_text(strip=True) for tag in leg.select(".tag")) for leg in page.soup.select(".leg")]


@pytest.mark.parametrize("by_us", [False, True])
def test_the_way_called_off_first_stays_marked(office: Office, session: Session, by_us: bool) -> None:
    office.shift()
    ride = office.ride()
    page = office.page
    page.sign_in("resident", ride.resident_id)
    with transaction() as writing:
        cancel_ride(writing, ride.id, by=OPERATOR, now=NOW, sequences={1})
    assert marks(page.get(f"/przejazdy/{ride.id}")) == ["", "Odwołany"]
    with transaction() as writing:
        if by_us:
            cancel_by_operator(writing, ride.id, "zepsuty bus", by=OPERATOR, now=NOW)
        else:
            cancel_ride(writing, ride.id, by=OPERATOR, now=NOW)
    assert marks(page.get(f"/przejazdy/{ride.id}")) == ["", "Odwołany wcześniej"]


def test_of_a_ride_called_off_in_one_go_no_way_is_marked(office: Office) -> None:
    office.shift()
    ride = office.ride()
    office.page.sign_in("resident", ride.resident_id)
    with transaction() as writing:
        cancel_ride(writing, ride.id, by=OPERATOR, now=NOW)
    assert marks(office.page.get(f"/przejazdy/{ride.id}")) == ["", ""]
