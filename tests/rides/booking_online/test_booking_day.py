"""Booking online, "when": days as people write them, days worth offering, days nobody can promise."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.residents.models import Resident
from services_app.rides.actions import close_day
from services_app.rides.forms.booking import read_coming_day
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import answer_all, make_town, say_where


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("24.12", date(2026, 12, 24)),
        ("24. 12.", date(2026, 12, 24)),
        ("23.11", date(2026, 11, 23)),
        ("22.11", date(2027, 11, 22)),
        ("5.12.26", date(2026, 12, 5)),
        ("5.12.2026 r.", date(2026, 12, 5)),
        ("5 grudnia", date(2026, 12, 5)),
        ("5 Grudnia 2027 r.", date(2027, 12, 5)),
        ("5 December", date(2026, 12, 5)),
        ("5 грудня 2026", date(2026, 12, 5)),
        ("1 października 2026", date(2026, 10, 1)),
        ("29.2", None),
        ("31.02.2027", None),
        ("5 grudzień", None),
        ("jutro", None),
        ("5", None),
    ],
)  # fmt: skip
def test_a_day_ahead_is_read_as_people_write_it(typed: str, read: date | None) -> None:
    assert read_coming_day(typed, today=date(2026, 11, 23)) == read


def test_what_was_left_in_a_field_of_another_choice_stops_nobody(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.fill_and_send({"day": RIDE_ON.isoformat(), "other_day": "jutro", "hour": "10"}, form="Dalej")
    assert page.h1 == "Ile potrwa wizyta?"
    page.fill_and_send({"length": "60", "other_length": "trochę"}, form="Dalej")
    assert page.h1 == "Jak będzie wyglądał powrót?"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hour": "10"}, "Wybierz dzień."),
        ({"day": "other", "hour": "10"}, "Wpisz dzień wizyty, na przykład 5.12.2026."),
        ({"day": "other", "other_day": "jutro", "hour": "10"}, "Nie znamy takiej daty. Podaj dzień i miesiąc"),
        ({"day": "other", "other_day": "14.6.2026", "hour": "10"}, "Ten dzień już minął."),
        ({"day": "other", "other_day": "23.6.2036", "hour": "10"}, "To bardzo odległy dzień. Sprawdź rok."),
        ({"day": "other", "other_day": "23.6.2026"}, "Podaj godzinę, na którą jest umówiona wizyta."),
        ({"day": "other", "other_day": "23.6.2026", "hour": "25:00"}, "Podaj godzinę, na przykład 9:10."),
    ],
)
def test_what_is_missing_on_the_day_is_said_once_on_top_and_what_was_typed_stays(
    page: Page, session: Session, values: dict[str, str], message: str
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.fill_and_send(values, form="Dalej")
    assert any(message in error for error in page.errors), page.errors
    assert page.title.startswith("Błąd:")
    for name, typed in values.items():
        assert page.fields()[name] == [typed]


def test_today_may_be_asked_for_and_the_rules_answer(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=NOW.date())
    assert page.h1 == "Tego przejazdu nie możemy obiecać"
    assert "Na ten dzień jest już za późno." in page.main


def test_days_offered_are_days_of_service_within_the_terms_with_something_left(page: Page, session: Session) -> None:
    town = make_town(session)
    with transaction() as writing:
        close_day(writing, date(2026, 6, 18), "powódź", by=OPERATOR, now=NOW)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    offered = [str(field["value"]) for field in page.form("Dalej").select("input[name=day]")]
    assert offered == ["2026-06-19", "2026-06-22", "2026-06-23", "2026-06-24", "2026-06-25", "other"]


def test_a_used_up_month_leads_to_the_days_of_the_next_one(page: Page, session: Session) -> None:
    town = make_town(session)
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    offered = [str(field["value"]) for field in page.form("Dalej").select("input[name=day]")]
    assert offered[0] == "2026-07-01"
    assert "Bliższe dni są zajęte limitem albo zamknięte." in page.main


def test_an_hour_that_does_not_exist_is_refused_in_words(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(session, ROOMY)
    clock.at("2027-03-20 09:00")
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2027, 3, 28), at=time(2, 30))
    assert "zmienia się czas" in page.main
