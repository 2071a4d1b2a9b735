"""Until when a ride can be cancelled by phone, wherever the term is told that ends when nobody answers."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.residents.models import Resident
from services_app.residents.terms import ToldBy
from services_app.rides.models import Ride
from services_app.rides.policy import phone_words
from services_app.rides.reminding import ride_reminders
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.web.contact import answering_hours
from tests.factories.fleet import make_shift
from tests.factories.phone_lines import make_phone_line
from tests.factories.rides import NOW, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff
from tests.frozen import Clock, warsaw
from tests.page import Page
from tests.rides.one_ride import messages
from tests.rides.staff_face import USUAL_REQUEST
from tests.rides.walking import Town, answer_all, choose_first, make_town

MONDAY = date(2026, 6, 29)
FRIDAY_MORNING = warsaw("2026-06-26 10:00")
TERM, BY_PHONE = "do niedzieli 28 czerwca, 23:59", "Telefonicznie: do piątku 26 czerwca, 15:30."
ONLY_ONLINE = "Telefonicznie już nie, tylko na naszej stronie."
CHANNELS: dict[ToldBy, dict[str, Any]] = {
    ToldBy.E_MAIL: {"told_by": ToldBy.E_MAIL, "e_mail": "jadwiga@poczta.example.pl"},
    ToldBy.CALL: {"told_by": ToldBy.CALL, "phones": ("41 331 25 24",)},
    ToldBy.SMS: {},
}


def monday_ride(session: Session, by: ToldBy = ToldBy.SMS, *, line: bool = True, **hours: Any) -> int:
    """A ride on a Monday, which can be cancelled until Sunday evening; the line is answered on working days."""
    if line:
        make_phone_line(session, **hours)
    rider = make_rider(session, make_rules(session, KIELCE_2024), **CHANNELS[by])
    make_shift(session, MONDAY)
    session.commit()
    with transaction() as writing:
        return booked_ride(writing, rider, wish_for(MONDAY)).id


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-06-26 15:30", BY_PHONE),
        ("2026-06-26 15:31", ONLY_ONLINE),
        ("2026-06-28 23:59", ONLY_ONLINE),
        ("2026-06-29 00:00", None),
    ],
)
def test_what_is_said_changes_with_the_last_minute_of_the_line(session: Session, now: str, said: str | None) -> None:
    make_phone_line(session)
    hours = answering_hours(session, today=MONDAY)
    words = phone_words(warsaw("2026-06-28 23:59"), hours, now=warsaw(now))
    assert (None if words is None else f"{words}.") == said


def test_a_term_within_the_hours_needs_no_second_one(session: Session) -> None:
    make_phone_line(session)
    hours = answering_hours(session, today=MONDAY)
    assert phone_words(warsaw("2026-06-26 15:30"), hours, now=NOW) is None
    assert phone_words(warsaw("2026-06-26 15:31"), hours, now=NOW) is not None
    assert phone_words(warsaw("2026-06-26 15:31"), (), now=NOW) is None


@pytest.mark.parametrize("by", [ToldBy.E_MAIL, ToldBy.CALL])
def test_the_confirmation_and_the_reminder_say_it(session: Session, by: ToldBy) -> None:
    ride_id = monday_ride(session, by)
    reminders = list(ride_reminders(session, now=FRIDAY_MORNING))
    session.rollback()
    with transaction() as writing:
        assert [queue(writing) for queue in reminders] == [True]
    told = messages(session, subject_id=ride_id)
    assert [message.kind for message in told] == ["ride_confirmed", "ride_day_before"]
    for message in told:
        assert TERM in message.body
        assert BY_PHONE in message.body
        assert "Wystarczy zadzwonić" not in message.body


def test_an_sms_says_it_beside_the_number_within_the_same_length(session: Session) -> None:
    monday_ride(session)
    (told,) = messages(session, kind="ride_confirmed")
    assert told.body.endswith("Tel. 514 643 274 do piatku 26 czerwca, 15:30")
    assert told.parts == 1


@pytest.mark.parametrize(
    "hours", [None, {"closes_at": datetime(2026, 1, 1, 23, 59).time(), "working_days_only": False}]
)
def test_without_hours_or_with_a_line_open_till_the_term_a_call_is_enough(
    session: Session, hours: dict[str, Any] | None
) -> None:
    monday_ride(session, ToldBy.E_MAIL, line=hours is not None, **hours or {})
    (told,) = messages(session, kind="ride_confirmed")
    assert TERM in told.body
    assert "Wystarczy zadzwonić." in told.body
    assert "Telefonicznie" not in told.body


# --- on pages and paper -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(session: Session, page: Page, clock: Clock) -> Town:
    clock.at(NOW)
    made = make_town(session, KIELCE_2024)
    make_shift(session, MONDAY)
    make_phone_line(session)
    session.commit()
    page.sign_in("resident", made.rider.id)
    return made


def test_every_page_and_the_paper_say_until_when_to_call(
    page: Page, session: Session, town: Town, clock: Clock
) -> None:
    answer_all(page, town.place, on=MONDAY)
    choose_first(page)
    assert page.h1 == "Sprawdź i potwierdź"
    assert TERM in page.main
    assert BY_PHONE in page.main
    page.fill_and_send(form="Zamawiam ten przejazd")
    ride = session.scalars(select(Ride)).one()
    for path in (page.path, "/przejazdy/moje", f"/przejazdy/{ride.id}"):
        assert f"{TERM}. {BY_PHONE}" in page.get(path).main, path
    paper = " ".join(
        PdfReader(io.BytesIO(page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf").body)).pages[0].extract_text().split()
    )
    assert BY_PHONE in paper
    assert "Wystarczy zadzwonić" not in paper
    clock.at(warsaw("2026-06-27 10:00"))
    page.sign_in("resident", town.rider.id)
    assert ONLY_ONLINE in page.get("/przejazdy/moje").main


def test_the_desk_reads_it_out_and_finds_it_on_the_ride(page: Page, session: Session, town: Town) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    asked = {**USUAL_REQUEST, "place": town.place.name, "on": "29.6.2026"}
    page.get(f"/przejazdy/biurko/{town.rider.id}").fill_and_send(asked, form="Pokaż godziny F8")
    assert f"Odwołać można {TERM}. {BY_PHONE}" in page.main
    with transaction() as writing:
        ride_id = booked_ride(writing, writing.get_one(Resident, town.rider.id), wish_for(MONDAY)).id
    assert f"{TERM}. {BY_PHONE}" in page.get(f"/przejazdy/przejazd/{ride_id}").main


# --- what is left of the limits ---------------------------------------------------------------------------------------------------------


def test_the_confirmation_and_the_paper_say_what_is_left_as_the_summary_did(
    page: Page, session: Session, town: Town
) -> None:
    left = "0 w tym miesiącu, 7 w tym roku"
    answer_all(page, town.place, on=MONDAY)
    choose_first(page)
    assert f"Po tym przejeździe zostanie {left}." in page.main
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert f"Po tym przejeździe zostanie {left}." in page.main
    ride = session.scalars(select(Ride)).one()
    reader = PdfReader(io.BytesIO(page.get(f"/przejazdy/{ride.id}/potwierdzenie.pdf").body))
    assert f"Zostanie z limitu: {left}" in " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1


def test_the_paper_of_a_ride_that_will_not_be_made_says_nothing_of_limits(
    page: Page, session: Session, town: Town
) -> None:
    with transaction() as writing:
        ride = booked_ride(writing, writing.get_one(Resident, town.rider.id), wish_for(MONDAY))
        ride_id = ride.id
    page.get(f"/przejazdy/{ride_id}/odwolaj").fill_and_send(form="Tak, odwołuję")
    text = PdfReader(io.BytesIO(page.get(f"/przejazdy/{ride_id}/potwierdzenie.pdf").body)).pages[0].extract_text()
    assert "nie odbędzie" in text
    assert "zostanie" not in text


def test_a_ride_booked_on_the_eve_of_the_line_closing_knows_it(session: Session) -> None:
    """Booked on Saturday: by phone it is too late already, and nobody is sent to a phone that is not answered."""
    ride_id = monday_ride(session)
    ride = session.get_one(Ride, ride_id)
    hours = answering_hours(session, today=MONDAY)
    assert str(phone_words(ride.cancel_until, hours, now=warsaw("2026-06-27 12:00"))) + "." == ONLY_ONLINE
    assert phone_words(ride.cancel_until, hours, now=ride.cancel_until + timedelta(minutes=1)) is None
