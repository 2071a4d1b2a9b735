"""What one takes along: the calendar file, and the paper in large print."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.residents.models import Resident
from services_app.rides.actions import approve_ride, cancel_ride, finish_ride
from services_app.rides.models import Ride
from services_app.rides.policy import PurposeRule, Term
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose, ReturnMode
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, wish_for
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import make_town


@pytest.fixture(autouse=True)
def a_monday_morning(clock: Clock) -> None:
    clock.at(NOW)


@pytest.fixture
def ride(session: Session, page: Page) -> Ride:
    town = make_town(session, KIELCE_2024, first_name="Żaneta", last_name="Źdźbłowska", street="Świętej Łucji")
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    return session.scalars(select(Ride)).one()


def events_of(page: Page, ride: Ride) -> list:
    page.get(f"/przejazdy/{ride.id}/przejazd.ics")
    assert page.response is not None
    assert page.response.mimetype == "text/calendar"
    return list(Calendar.from_ical(page.body).walk("VEVENT"))


def test_both_ways_are_calendar_entries_in_warsaw_time_with_reminders(page: Page, ride: Ride) -> None:
    there, back = events_of(page, ride)
    assert b"TZID:Europe/Warsaw" in page.body
    assert there.decoded("dtstart") == ride.legs[0].promised_from_at
    assert back.decoded("dtstart") == ride.legs[1].promised_from_at
    assert "Poradnia na Wzgórzu" in str(there["summary"])
    assert "Świętej Łucji" in str(there["location"])
    assert [alarm.decoded("trigger") for alarm in there.walk("VALARM")] == [-timedelta(days=1), -timedelta(hours=1)]


def test_a_fetched_again_entry_replaces_the_old_one(page: Page, ride: Ride, session: Session) -> None:
    first, _ = events_of(page, ride)
    with transaction() as writing:
        cancel_ride(writing, ride.id, by=OPERATOR, now=NOW)
    session.expire_all()
    again, _ = events_of(page, ride)
    assert again["uid"] == first["uid"]
    assert int(again["sequence"]) > int(first["sequence"])
    assert (str(first["status"]), str(again["status"])) == ("CONFIRMED", "CANCELLED")


def test_an_open_return_is_an_entry_that_says_to_call(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    with transaction() as writing:
        wish = wish_for(return_mode=ReturnMode.CALL_WHEN_READY)
        booked_ride(writing, writing.get_one(Resident, town.rider.id), wish)
    page.sign_in("resident", town.rider.id)
    _, back = events_of(page, session.scalars(select(Ride)).one())
    assert str(back["summary"]) == "Powrót do domu: zadzwoń po wizycie"
    assert "Zadzwoń po wizycie. Powiemy, kiedy będzie auto." in str(back["description"])
    assert "Samochód przyjedzie" not in str(back["description"])


def test_hours_stay_warsaw_hours_across_the_change_of_clocks(page: Page, session: Session, clock: Clock) -> None:
    monday = RIDE_ON.replace(month=10, day=26)
    town = make_town(session, ROOMY, days=(monday,))
    clock.at("2026-10-20 09:00")
    with transaction() as writing:
        rider = writing.get_one(Resident, town.rider.id)
        booked_ride(
            writing, rider, wish_for(monday, time(12)), now=moment_at(RIDE_ON.replace(month=10, day=20), time(9))
        )
    page.sign_in("resident", town.rider.id)
    there, _ = events_of(page, session.scalars(select(Ride)).one())
    assert there.decoded("dtstart").hour == 11
    assert there.decoded("dtstart").utcoffset() == timedelta(hours=1)


def test_the_paper_is_tagged_titled_polish_and_every_letter_can_be_read(page: Page, ride: Ride) -> None:
    page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf")
    paper = PdfReader(io.BytesIO(page.body))
    root: Any = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "pl"
    assert paper.metadata is not None
    assert paper.metadata.title == "Potwierdzenie przejazdu"
    assert len(paper.pages) == 1, "one takes one sheet along"
    text = " ".join(" ".join(part.extract_text() for part in paper.pages).split())
    for words in ("Żaneta Źdźbłowska", "Świętej Łucji", "wtorek 23 czerwca 2026", "Poradnia na Wzgórzu"):
        assert words in text
    assert "do poniedziałku 22 czerwca, 23:59" in text
    assert f"/przejazdy/{ride.id}" in text


def test_the_paper_is_in_large_print_with_embedded_letters(page: Page, ride: Ride) -> None:
    page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf")
    paper = PdfReader(io.BytesIO(page.body))
    sizes: list[float] = []
    for part in paper.pages:
        part.extract_text(visitor_text=lambda text, _cm, _tm, _font, size: sizes.append(size) if text.strip() else None)
        resources: Any = part["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            assert "Atkinson" in descriptor["/FontName"]
    assert min(sizes) >= 18


@pytest.mark.parametrize("language", ["en", "uk"])
def test_the_paper_speaks_the_pages_language(page: Page, ride: Ride, language: str) -> None:
    page.get("/przejazdy/moje")
    page.get("/ustawienia", language=language, back="/przejazdy/moje", status=None)
    page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf")
    root: Any = PdfReader(io.BytesIO(page.body)).trailer["/Root"]
    assert root["/Lang"] == language


def paper_text(page: Page, ride: Ride) -> str:
    page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf")
    paper = PdfReader(io.BytesIO(page.body))
    return " ".join(" ".join(part.extract_text() for part in paper.pages).split())


def test_a_ride_that_was_made_is_not_said_to_be_off(page: Page, ride: Ride, clock: Clock) -> None:
    with transaction() as writing:
        assert finish_ride(writing, ride.id, by=OPERATOR, now=moment_at(RIDE_ON, time(17))).allowed
    assert "się nie odbędzie" not in paper_text(page, ride)


def test_a_paper_promises_no_free_cancelling_that_was_over_at_the_booking(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, booking=Term(0), cancelling=Term(10)))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    text = paper_text(page, session.scalars(select(Ride)).one())
    assert "Wtedy nic nie tracisz" not in text
    assert "Zadzwoń od razu, gdy o tym wiesz." in text


ASKS = replace(ROOMY, purposes=(PurposeRule(Purpose.MEDICAL, needs_approval=True),))


@pytest.fixture
def request_for_one(session: Session, page: Page) -> Ride:
    """A ride nobody has agreed to yet, whose passenger is signed in."""
    town = make_town(session, ASKS)
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    return session.scalars(select(Ride)).one()


def agree(session: Session, ride: Ride) -> None:
    with transaction() as writing:
        assert approve_ride(writing, ride.id, by=OPERATOR, now=NOW).allowed
    session.expire_all()


def test_what_waits_for_agreement_is_no_confirmation(page: Page, session: Session, request_for_one: Ride) -> None:
    text = paper_text(page, request_for_one)
    assert "Prośba o przejazd" in text
    assert "Bez zgody auto nie przyjedzie." in text
    assert "Potwierdzenie przejazdu" not in text
    agree(session, request_for_one)
    text = paper_text(page, request_for_one)
    assert "Potwierdzenie przejazdu" in text
    assert "Bez zgody" not in text


def test_what_waits_for_agreement_is_tentative_in_the_calendar(
    page: Page, session: Session, request_for_one: Ride
) -> None:
    there, back = events_of(page, request_for_one)
    assert [str(each["status"]) for each in (there, back)] == ["TENTATIVE"] * 2
    assert str(there["summary"]).startswith("Czeka na zgodę. ")
    assert "Bez zgody auto nie przyjedzie." in str(there["description"])
    assert str(there.walk("VALARM")[0]["description"]).startswith("Czeka na zgodę. ")
    agree(session, request_for_one)
    again, _ = events_of(page, request_for_one)
    assert str(again["status"]) == "CONFIRMED"
    assert "zgod" not in str(again["summary"]) + str(again["description"])
    assert int(again["sequence"]) > int(there["sequence"])


def test_no_car_is_promised_to_come_where_the_driver_waits(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    with transaction() as writing:
        wish = wish_for(return_mode=ReturnMode.DRIVER_WAITS, visit_minutes=30)
        booked_ride(writing, writing.get_one(Resident, town.rider.id), wish)
    page.sign_in("resident", town.rider.id)
    ride = session.scalars(select(Ride)).one()
    there, back = events_of(page, ride)
    assert "Samochód przyjedzie między" in str(there["description"])
    assert "Samochód przyjedzie" not in str(back["description"])
    text = paper_text(page, ride)
    assert text.count("Samochód przyjedzie między") == 1
    assert "ok. " in page.get(f"/przejazdy/{ride.id}").main
    assert "ok. " in text
