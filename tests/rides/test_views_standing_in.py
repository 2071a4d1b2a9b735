"""The driver fell ill: another driver, or other cars, in one step each."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift, note_absence
from services_app.fleet.models import Shift
from services_app.rides.models import Ride
from services_app.rides.terms import RideState
from tests.factories.fleet import make_driver
from tests.factories.rides import NOW, OPERATOR, RIDE_ON
from tests.rides.staff_face import DAY, Office


def fall_ill(shift: Shift) -> None:
    with transaction() as session:
        note_absence(session, RIDE_ON, RIDE_ON, "nieobecność", by=OPERATOR, now=NOW, driver_id=shift.driver_id)


def call_off(shift: Shift) -> None:
    with transaction() as session:
        assert cancel_shift(session, shift.id, by=OPERATOR, now=NOW).allowed


def test_the_week_says_whose_shift_does_not_take_place_and_another_driver_takes_it(
    office: Office, session: Session
) -> None:
    shift = office.shift()
    ride = office.ride()
    healthy = make_driver(session, "Ewa", "Zastępcza")
    session.commit()
    fall_ill(shift)
    office.sign_in("coordinator")
    week = office.page.get(f"/flota/zmiany?tydzien={RIDE_ON.isoformat()}")
    assert "nie jedzie: nieobecność" in week.main
    page = office.page.get(f"/przejazdy/zmiana/{shift.id}/kierowca")
    assert "Biały bus" in page.main
    page = page.fill_and_send({"driver": str(healthy.id)})
    assert "Zmianę przejmuje inny kierowca." in page.main
    assert "Bez samochodu" not in page.main
    assert "Ewa Zastępcza" in page.main
    session.expire_all()
    assert session.get_one(Shift, shift.id).driver_id == healthy.id
    assert session.get_one(Ride, ride.id).state is RideState.CONFIRMED
    week = office.page.get(f"/flota/zmiany?tydzien={RIDE_ON.isoformat()}")
    assert "nie jedzie: nieobecność" not in week.main


def test_who_drives_then_or_is_away_is_not_offered_but_named(office: Office, session: Session) -> None:
    shift = office.shift()
    drives, earlier, away = (make_driver(session, "Jan", name) for name in ("Zajęty", "Poranny", "Chory"))
    office.shift("Srebrna taksówka", driver=drives, starts=time(15, 59), ends=time(20))
    office.shift("Czarny van", driver=earlier, starts=time(5), ends=time(7))
    with transaction() as writing:
        note_absence(writing, RIDE_ON, RIDE_ON, "urlop", by=OPERATOR, now=NOW, driver_id=away.id)
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/zmiana/{shift.id}/kierowca")
    offered = [label.get_text(strip=True) for label in page.soup.select("main label.govuk-radios__label")]
    assert offered == ["Jan Poranny"], "the one whose shift ends when this one begins"
    assert "Mają wtedy inną zmianę albo ich nie ma: Jan Chory, Jan Zajęty." in page.main


def test_who_became_busy_while_the_page_stood_open_is_refused(office: Office, session: Session) -> None:
    shift, free = office.shift(), make_driver(session, "Ewa", "Wolna")
    session.commit()
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/zmiana/{shift.id}/kierowca")
    assert "Wybierz kierowcę." in page.fill_and_send({}).main
    office.shift("Srebrna taksówka", driver=free)
    page.fill_and_send({"driver": str(free.id)})
    assert "Kierowca ma już w tym czasie zmianę." in page.main
    assert "Nie ma innego kierowcy" in page.main
    session.expire_all()
    assert session.get_one(Shift, shift.id).driver_id != free.id


def test_a_shift_that_was_is_not_handed_over(office: Office, session: Session) -> None:
    past, gone = office.shift(on=NOW.date() - timedelta(days=1)), office.shift("Srebrna taksówka")
    call_off(gone)
    office.sign_in("coordinator")
    for shift in (past, gone):
        office.page.get(f"/przejazdy/zmiana/{shift.id}/kierowca", status=404)


def test_all_rides_without_a_car_get_another_in_one_go(office: Office, session: Session) -> None:
    lost = office.shift()
    rides = [office.ride(office.rider(), at=at) for at in (time(9), time(13))]
    ids = [ride.id for ride in rides]
    other = office.shift("Srebrna taksówka", ends=time(12))
    call_off(lost)
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "Bez samochodu: 2" in page.main
    page = page.fill_and_send(form=f"{DAY}/inne-samochody")
    assert "Inny samochód wzięły przejazdy: 1." in page.main
    assert "Nadal bez samochodu: 1." in page.main
    assert "Bez samochodu: 1" in page.main
    session.expire_all()
    assert {leg.shift_id for leg in session.get_one(Ride, ids[0]).legs} == {other.id}


def test_where_no_ride_lacks_a_car_that_is_said(office: Office) -> None:
    office.shift()
    office.ride()
    office.sign_in("coordinator")
    assert "Nie było czego przydzielać." in office.page.post(f"{DAY}/inne-samochody").main


@pytest.mark.parametrize(("role", "may"), [("coordinator", True), ("operator", False), ("manager", False)])
def test_who_may_look_for_other_cars(office: Office, role: str, may: bool) -> None:
    shift = office.shift()
    office.sign_in(role)
    office.page.post(f"{DAY}/inne-samochody", status=200 if may else 403)
    office.page.get(f"/przejazdy/zmiana/{shift.id}/kierowca", status=200 if may else 403)
