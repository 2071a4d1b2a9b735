"""A car that does not drive after all is named nowhere: another is looked for, and everybody reads so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift, note_absence
from services_app.fleet.models import Driver, Shift, Vehicle
from services_app.rides.actions import assign_as_planned
from services_app.rides.models import Ride
from services_app.rides.reminding import morning_at
from services_app.rides.terms import ReturnMode, RideState
from tests.factories.fleet import make_driver
from tests.factories.rides import NOW, OPERATOR, RIDE_ON
from tests.page import Page
from tests.rides.rounds import remind, reminders
from tests.rides.staff_face import DAY, Office

pytestmark = pytest.mark.database
SOUGHT, SAME_HOUR = "Szukamy innego samochodu.", "Godzina bez zmian."
Falls = Callable[[Session, Shift], None]


def _ill(session: Session, shift: Shift) -> None:
    note_absence(session, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=shift.driver_id)


def _in_the_workshop(session: Session, shift: Shift) -> None:
    note_absence(session, RIDE_ON, RIDE_ON, "warsztat", by=OPERATOR, now=NOW, vehicle_id=shift.vehicle_id)


def _shift_called_off(session: Session, shift: Shift) -> None:
    assert cancel_shift(session, shift.id, by=OPERATOR, now=NOW).allowed


def _withdrawn(session: Session, shift: Shift) -> None:
    session.get_one(Vehicle, shift.vehicle_id).in_service_until = RIDE_ON - timedelta(days=1)


def _left(session: Session, shift: Shift) -> None:
    session.get_one(Driver, shift.driver_id).left_on = RIDE_ON - timedelta(days=1)


def _ill_the_day_before(session: Session, shift: Shift) -> None:
    before = RIDE_ON - timedelta(days=1)
    note_absence(session, before, before, "urlop", by=OPERATOR, now=NOW, driver_id=shift.driver_id)


def _withdrawn_after(session: Session, shift: Shift) -> None:
    session.get_one(Vehicle, shift.vehicle_id).in_service_until = RIDE_ON


def assigned(office: Office, **values: object) -> tuple[Ride, Shift]:
    driver = make_driver(office.session, "Zbigniew", "Nieobecny")
    shift = office.shift(driver=driver)
    ride = office.ride(**values)  # type: ignore[arg-type]  # parts of the wish by name
    with transaction() as session:
        assert assign_as_planned(session, RIDE_ON, by=OPERATOR, now=NOW) == 1
    return ride, shift


def own_pages(page: Page, ride: Ride) -> list[str]:
    """What the passenger reads: the list, the ride, and the page they keep."""
    page.sign_in("resident", ride.resident_id)
    return [
        page.get(path).main for path in ("/przejazdy/moje", f"/przejazdy/{ride.id}", f"/przejazdy/{ride.id}/gotowe")
    ]


def staff_pages(office: Office, ride: Ride) -> tuple[str, list[str]]:
    """What staff read: the row of the day's list, and the ride's own page."""
    office.sign_in("coordinator")
    row = office.page.get(DAY).rows("Przejazdy według godziny wyjazdu")[0]
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}")
    ways = " ".join(" ".join(way) for way in page.rows("Drogi"))
    head = page.soup.select_one(".page-head__facts")
    assert head is not None
    return f"{head.get_text(strip=True)}: {ways}", row


@pytest.mark.parametrize("falls", [_ill, _in_the_workshop, _shift_called_off, _withdrawn, _left])
def test_a_car_that_does_not_drive_is_named_to_nobody(office: Office, falls: Falls) -> None:
    ride, shift = assigned(office)
    with transaction() as session:
        falls(session, session.get_one(Shift, shift.id))
    for words in own_pages(office.page, ride):
        assert f"{SOUGHT} {SAME_HOUR}" in words
        assert "szukamy samochodu" in words
        for untrue in ("Biały bus", "Zbigniew", "ma samochód"):
            assert untrue not in words
    staff, row = staff_pages(office, ride)
    assert staff.startswith("bez samochodu: ")
    assert "brak" in staff
    assert "Nieobecny" not in staff
    assert "Biały bus" not in staff
    assert row[-1] == "bez samochodu"
    assert "Biały bus" not in row[-2]


@pytest.mark.parametrize("falls", [_ill_the_day_before, _withdrawn_after])
def test_a_car_that_drives_that_day_stays_named(office: Office, falls: Falls) -> None:
    ride, shift = assigned(office)
    with transaction() as session:
        falls(session, session.get_one(Shift, shift.id))
    for words in own_pages(office.page, ride):
        assert "Biały bus" in words
        assert "ma samochód" in words
        assert SOUGHT not in words
    assert "Zbigniew" in office.page.get(f"/przejazdy/{ride.id}").main
    staff, row = staff_pages(office, ride)
    assert staff.startswith("ma samochód: ")
    assert "Nieobecny" in staff
    assert row[-1] == "ma samochód"


def test_a_way_home_by_phone_has_no_hour_that_could_stay(office: Office) -> None:
    ride, shift = assigned(office, return_mode=ReturnMode.CALL_WHEN_READY)
    with transaction() as session:
        _ill(session, session.get_one(Shift, shift.id))
    for words in own_pages(office.page, ride):
        assert (words.count(SOUGHT), words.count(SAME_HOUR)) == (2, 1)


def test_to_whom_no_car_was_named_none_is_said_to_be_looked_for(office: Office) -> None:
    shift, ride = office.shift(), office.ride()
    with transaction() as session:
        _ill(session, session.get_one(Shift, shift.id))
    for words in own_pages(office.page, ride):
        assert "Szukamy" not in words
        assert "potwierdzony" in words


def test_of_a_ride_that_is_over_no_car_is_looked_for(office: Office) -> None:
    ride, shift = assigned(office)
    with transaction() as writing:
        writing.get_one(Ride, ride.id).state = RideState.MISSED
        _ill(writing, writing.get_one(Shift, shift.id))
    office.page.sign_in("resident", ride.resident_id)
    assert SOUGHT not in office.page.get(f"/przejazdy/{ride.id}").main
    assert SOUGHT not in office.page.get("/przejazdy/moje?minione=1").main


@pytest.mark.parametrize("falls", [None, _ill])
def test_the_morning_names_no_car_that_does_not_come(office: Office, falls: Falls | None) -> None:
    ride, shift = assigned(office)
    plate = shift.vehicle.plate
    if falls is not None:
        with transaction() as session:
            falls(session, session.get_one(Shift, shift.id))
    remind(morning_at(ride))
    (told,) = [each for each in reminders(office.session) if each.kind == "ride_morning"]
    assert (plate in told.body) is (falls is None)
