"""The driver's shift on a phone, and the day sheet on paper: only one's own, and no PESEL anywhere."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import time, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Shift
from services_app.rides.actions import approve_ride, assign_as_planned, cancel_ride
from services_app.rides.models import Ride
from services_app.rides.policy import PurposeRule
from services_app.rides.terms import Mobility, Purpose, RideState
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import Office

MINE = "/przejazdy/moja-zmiana"
ON_THE_DAY = "2026-06-23 09:20"


def driver_at(office: Office, shift: Shift, moment: str = ON_THE_DAY) -> int:
    """The shift's driver, signed in at a moment."""
    office.clock.at(moment)
    account = office.sign_in("driver", name="Darek Drogowski")
    office.drives(account, shift)
    return account


def assigned(office: Office, **values: object) -> tuple[Shift, Ride]:
    shift = office.shift()
    ride = office.ride(
        office.rider(gate_code="7K1234", floor="3", has_lift=False, driver_note="słabo słyszy", **values)
    )
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=NOW)
    return shift, ride


def state_of(session: Session, ride: Ride) -> RideState:
    session.expire_all()
    return session.get_one(Ride, ride.id).state


def test_the_driver_sees_everything_needed_at_the_door_and_no_pesel(office: Office) -> None:
    shift, ride = assigned(office)
    driver_at(office, shift)
    page = office.page.get(MINE)
    for words in ("kod 7K1234", "piętro 3", "bez windy", "słabo słyszy", "Zadzwoń: 600 100 200", "Poradnia na Wzgórzu"):
        assert words in page.main
    assert (ride.resident.pesel or "?") not in page.text


def test_the_drivers_taps_carry_the_ride_to_its_end(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    driver_at(office, shift)
    page = office.page.get(MINE)
    seen = []
    for words in ("Wyjeżdżam", "Pasażer wsiadł", "Pasażer na miejscu", "Pasażer wsiadł", "Pasażer na miejscu"):
        form = next(form for form in page.soup.select("main form") if words in form.get_text())
        page.post(
            str(form["action"]), {str(field["name"]): str(field["value"]) for field in form.select("input[name]")}
        )
        seen.append(state_of(session, ride))
    assert seen == [RideState.ON_THE_WAY, RideState.ON_BOARD, RideState.ON_BOARD, RideState.ON_BOARD, RideState.DONE]
    assert "na miejscu o 9:20" in page.main


def test_a_tap_that_comes_twice_is_no_mistake(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    driver_at(office, shift)
    for _tap in range(2):
        page = office.page.post(f"{MINE}/{ride.legs[0].id}", {"step": "set_out"})
    assert state_of(session, ride) is RideState.ON_THE_WAY
    assert "nie można" not in page.main


def test_nobody_at_home_needs_words_about_it(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    driver_at(office, shift)
    page = office.page.post(f"{MINE}/{ride.legs[0].id}", {"step": "set_out"})
    page.post(f"{MINE}/{ride.legs[0].id}", {"step": "arrive"})
    driver_at(office, shift, "2026-06-23 09:55")
    page.get(MINE)
    page.post(f"{MINE}/{ride.legs[0].id}", {"step": "no_show", "reason": ""})
    assert "Napisz, dlaczego" in page.main
    page.fill_and_send({"reason": "dzwoniłem trzy razy"}, form=f"Zapisz: nikogo nie ma {ride.resident.name} 9:25")
    assert state_of(session, ride) is RideState.NO_SHOW


def test_tomorrow_can_be_read_but_not_driven(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    driver_at(office, shift, "2026-06-22 15:00")
    page = office.page.get(MINE)
    assert "Jutro" in page.main
    assert "Wyjeżdżam" not in page.main
    page.post(f"{MINE}/{ride.legs[0].id}", {"step": "set_out"}, status=404)
    assert state_of(session, ride) is RideState.ASSIGNED


def test_midnight_takes_nobody_off_the_page_who_is_still_under_way(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    other = office.ride(office.rider(last_name="Nieruszona"), at=time(13))
    driver_at(office, shift)
    there = ride.legs[0].id
    for step in ("set_out", "pick_up"):
        office.page.post(f"{MINE}/{there}", {"step": step})
    driver_at(office, shift, "2026-06-24 00:05")
    page = office.page.get(MINE)
    assert "Wczoraj" in page.main
    assert "Nieruszona" not in page.main, "who was not fetched yesterday is no driver's any more"
    assert page.soup.find("a", string="Karta drogowa") is None
    page.post(f"{MINE}/{other.legs[0].id}", {"step": "set_out"}, status=404)
    for leg, steps in ((there, ["deliver"]), (ride.legs[1].id, ["pick_up", "deliver"])):
        for step in steps:
            page.post(f"{MINE}/{leg}", {"step": step})
    assert state_of(session, ride) is RideState.DONE
    assert "Dziś i jutro nie masz zmiany" in page.main
    page.post(f"{MINE}/{there}", {"step": "deliver"}, status=404)


def test_another_drivers_shift_is_not_there(office: Office, session: Session) -> None:
    shift, ride = assigned(office)
    own = office.shift("Własny")
    driver_at(office, own)
    page = office.page.get(MINE)
    assert ride.resident.last_name not in page.main
    page.post(f"{MINE}/{ride.legs[0].id}", {"step": "pick_up"}, status=404)
    page.get(f"/przejazdy/karta/{shift.id}", status=404)
    page.get(f"/przejazdy/karta/{shift.id}/karta-drogowa.pdf", status=404)
    page.get(f"/przejazdy/karta/{own.id}")
    assert state_of(session, ride) is RideState.ASSIGNED


def test_a_driver_without_a_shift_is_told_whom_to_call(office: Office) -> None:
    office.sign_in("driver")
    assert "Dziś i jutro nie masz zmiany" in office.page.get(MINE).main


def test_past_days_are_closed_to_drivers_and_open_to_the_office(office: Office) -> None:
    shift, _ride = assigned(office)
    driver_at(office, shift, "2026-06-24 08:00")
    office.page.get(f"/przejazdy/karta/{shift.id}", status=404)
    office.sign_in("coordinator")
    office.page.get(f"/przejazdy/karta/{shift.id}")


def test_the_day_sheet_goes_in_driving_order_with_room_to_sign(office: Office) -> None:
    shift, _ride = assigned(office, mobility=Mobility.FOLDING_WHEELCHAIR)
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/karta/{shift.id}")
    rows = page.rows()
    assert [row[1] for row in rows] == ["wsiada", "wysiada", "wsiada", "wysiada"]
    assert "kod 7K1234" in rows[0][3]
    assert "Poradnia na Wzgórzu" in rows[1][3]
    assert "wózek składany" in rows[0][4]
    assert [row[5] for row in rows] == ["–", "–", "–", "miejsce na podpis"]


@pytest.mark.parametrize("called_off", [0, 1])
def test_of_a_single_way_its_end_is_signed(office: Office, called_off: int) -> None:
    shift, ride = assigned(office)
    with transaction() as session:
        cancel_ride(session, ride.id, by=OPERATOR, now=NOW, sequences={called_off})
    office.sign_in("coordinator")
    rows = office.page.get(f"/przejazdy/karta/{shift.id}").rows()
    assert [(row[1], row[5]) for row in rows] == [("wsiada", "–"), ("wysiada", "miejsce na podpis")]


def test_what_was_called_off_is_not_driven(office: Office) -> None:
    shift, ride = assigned(office)
    with transaction() as session:
        cancel_ride(session, ride.id, by=OPERATOR, now=NOW + timedelta(hours=1))
    office.sign_in("coordinator")
    assert "Na tej zmianie nie ma przejazdów" in office.page.get(f"/przejazdy/karta/{shift.id}").main


@pytest.fixture
def asking(session: Session, page: Page, clock: Clock) -> Office:
    """An office whose coordinator agrees to visits to a doctor, and to nothing else, beforehand."""
    rules = replace(ROOMY, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True), PurposeRule(Purpose.BANK)))
    return Office(session, page, clock, rules)


def test_what_nobody_agreed_to_is_not_driven_and_the_office_reads_that_it_waits(asking: Office) -> None:
    shift, waits = asking.shift(), asking.ride(asking.rider(last_name="Czekająca"))
    asking.ride(asking.rider(last_name="Bankowa"), at=time(13), purpose=Purpose.BANK)
    sheet = f"/przejazdy/karta/{shift.id}"
    asking.sign_in("coordinator")
    page = asking.page.get(sheet)
    assert "Czekająca" not in page.main
    assert [row[2].split()[1] for row in page.rows()] == ["Bankowa"] * 4
    assert "Przejazdy bez zgody, których nie ma na karcie: 1." in page.main
    assert "Czekająca" not in paper(asking, sheet)
    driver_at(asking, shift)
    assert "Czekająca" not in asking.page.get(MINE).main
    assert "bez zgody" not in asking.page.get(sheet).main
    with transaction() as session:
        assert approve_ride(session, waits.id, by=OPERATOR, now=NOW).allowed
    asking.sign_in("coordinator")
    page = asking.page.get(sheet)
    assert "Czekająca" in page.main
    assert "bez zgody" not in page.main
    assert "Czekająca" in paper(asking, sheet)


def paper(office: Office, sheet: str) -> str:
    office.page.get(f"{sheet}/karta-drogowa.pdf")
    return " ".join(part.extract_text() for part in PdfReader(io.BytesIO(office.page.body)).pages)


@pytest.mark.parametrize("role", ["manager", "operator"])
def test_the_paper_is_a_tagged_pdf_whatever_people_typed(office: Office, role: str) -> None:
    shift = office.shift()
    office.ride(office.rider(driver_note='#panic("x") *_$ <a> \\ "pies"'))
    office.sign_in(role)
    page = office.page.get(f"/przejazdy/karta/{shift.id}/karta-drogowa.pdf")
    assert page.body.startswith(b"%PDF-1.7")
    assert b"StructTreeRoot" in page.body
    assert page.response is not None
    assert f"karta-drogowa-{RIDE_ON.isoformat()}" in page.response.headers["Content-Disposition"]
