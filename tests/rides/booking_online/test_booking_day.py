"""Booking online, "when": days as people write them, days worth offering, days nobody can promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Absence, Shift
from services_app.residents.models import Resident
from services_app.rides.actions import close_day
from services_app.rides.forms.booking import read_coming_day
from services_app.rides.models import Refusal
from services_app.rides.policy import Horizon
from services_app.rides.queries import rules_calendar
from services_app.rides.queries.open_days import nearest_days
from services_app.rides.shipped_rules import KIELCE_2024
from tests.at_once import at_once
from tests.counting import counted_queries
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import answer_all, count, make_town, say_when, say_where


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
        ("jutro", date(2026, 11, 24)),
        ("w środę", date(2026, 11, 25)),
        ("kiedyś", None),
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
        ({"day": "other", "other_day": "kiedyś", "hour": "10"}, "Nie znamy takiej daty. Podaj dzień i miesiąc"),
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
    say_where(page, town.place)
    say_when(page, NOW.date())
    assert page.h1 == "Kiedy jest wizyta?"
    assert any("Na ten dzień jest już za późno." in error for error in page.errors)


def offered_days(page: Page) -> list[str]:
    """The days to choose from, as the cards carry them."""
    return [str(field["value"]) for field in page.form("Dalej").select("input[name=day]")]


WORKING_DAYS = tuple(date(2026, 6, on) for on in (16, 17, 18, 19, 22, 23, 24, 25, 26))


def test_days_offered_are_days_of_service_within_the_terms_with_something_left(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    with transaction() as writing:
        close_day(writing, date(2026, 6, 18), "powódź", by=OPERATOR, now=NOW)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page) == ["2026-06-19", "2026-06-22", "2026-06-23", "2026-06-24", "2026-06-25", "other"]
    assert "To najbliższe dni, w które jeździmy." in page.main
    assert page.soup.select(".must-know") == []


def test_a_day_on_which_no_car_drives_is_not_offered(page: Page, session: Session) -> None:
    town = make_town(session, days=())
    shifts = [make_shift(session, on) for on in WORKING_DAYS if on.day != 23]
    shifts[4].cancelled_at = NOW  # the 22nd
    session.add(Absence(driver_id=shifts[5].driver_id, reason="urlop", from_on=shifts[5].on, until_on=shifts[5].on))
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page) == ["2026-06-18", "2026-06-19", "2026-06-25", "2026-06-26", "other"]


def test_where_the_plan_of_cars_ends_the_page_says_so_and_another_day_may_be_typed(
    page: Page, session: Session
) -> None:
    town = make_town(session, days=(date(2026, 6, 22), RIDE_ON))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page) == ["2026-06-22", "2026-06-23", "other"]
    assert "Dalszych dni nie ma jeszcze w planie jazdy." in page.main
    say_when(page, date(2026, 7, 7))
    assert page.h1 == "Ile potrwa wizyta?"


def test_without_any_car_in_the_plan_there_are_no_days_to_choose_but_a_phone(page: Page, session: Session) -> None:
    town = make_town(session, days=())
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page) == ["other"]
    assert "Najbliższych dni nie ma jeszcze w planie jazdy." in page.main
    assert "w które jeździmy" not in page.main
    assert page.soup.select(".call-us")


def test_the_days_take_one_light_question_more_whatever_the_number_of_shifts(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    with counted_queries() as few:
        page.get(page.path)
    for on in WORKING_DAYS:
        for _car in range(5):
            make_shift(session, on)
    session.commit()
    with counted_queries() as many:
        page.get(page.path)
    assert len(many) == len(few)
    assert sum("FROM shifts" in query for query in many) == 1


def test_a_used_up_month_is_named_and_leads_to_the_days_of_the_next_one(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON, date(2026, 6, 24), date(2026, 7, 1), date(2026, 7, 2)))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page) == ["2026-07-01", "2026-07-02", "other"]
    assert "Wykorzystano limit miesięczny (1 z 1). Liczy się od 1 czerwca 2026 do 30 czerwca 2026" in page.main


def test_a_limit_is_named_also_where_the_next_period_is_a_few_days_off(
    page: Page, session: Session, clock: Clock
) -> None:
    town = make_town(session, days=(RIDE_ON, *(date(2026, 7, on) for on in (1, 2, 3, 6, 7))))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    clock.at("2026-06-25 08:00")
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert offered_days(page)[0] == "2026-07-01"
    assert "Wykorzystano limit miesięczny" in page.main
    clock.at("2026-06-29 08:00")  # the 30th can no longer be booked by anybody: no day is skipped
    page.get(page.path)
    assert "Wykorzystano limit" not in page.main


def test_a_typed_day_that_a_limit_forbids_is_refused_beside_the_field(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON, date(2026, 6, 30), date(2026, 7, 1)))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, date(2026, 6, 30))
    assert page.h1 == "Kiedy jest wizyta?"
    assert any("Wykorzystano limit miesięczny (1 z 1)." in error for error in page.errors)
    message = page.soup.select_one("#other_day-error")
    assert message is not None
    assert "Wybierz dzień z następnego okresu." in message.get_text()
    assert page.fields()["other_day"] == ["30.06.2026"]
    say_when(page, date(2026, 7, 1))
    assert page.h1 == "Ile potrwa wizyta?"


REFUSED_DAYS: list[tuple[date, str, str]] = [
    (date(2026, 6, 21), "DAY_CLOSED", "Tego dnia tygodnia nie ma przejazdów."),
    (date(2027, 5, 27), "DAY_CLOSED", "To dzień ustawowo wolny od pracy, bez przejazdów."),
    (date(2026, 6, 24), "DAY_CLOSED", "Tego dnia nie ma przejazdów: powódź."),
    (date(2026, 6, 17), "TOO_LATE_TO_BOOK", "Na ten dzień jest już za późno."),
    (date(2026, 7, 16), "TOO_EARLY_TO_BOOK", "Na ten dzień jest jeszcze za wcześnie."),
]


@pytest.mark.parametrize(("on", "code", "words"), REFUSED_DAYS)
def test_a_day_nobody_rides_on_is_refused_in_its_own_question_and_kept(
    page: Page, session: Session, on: date, code: str, words: str
) -> None:
    horizon = Horizon(30) if code == "TOO_EARLY_TO_BOOK" else None
    town = make_town(session, replace(KIELCE_2024, horizon=horizon), days=WORKING_DAYS)
    with transaction() as writing:
        close_day(writing, date(2026, 6, 24), "powódź", by=OPERATOR, now=NOW)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, on, time(11, 30))
    assert page.h1 == "Kiedy jest wizyta?"
    assert any(words in error for error in page.errors), page.errors
    assert page.title.startswith("Błąd:")
    assert page.fields()["other_day"] == [f"{on:%d.%m.%Y}"]
    assert page.fields()["hour"] == ["11:30"]
    assert page.soup.select(".call-us")
    nearest = offered_days(page)[:-1]
    assert nearest
    assert on.isoformat() not in nearest
    (refusal,) = session.scalars(select(Refusal))
    assert [reason["code"] for reason in refusal.reasons] == [code]
    assert (refusal.wished_on, refusal.resident_id, refusal.channel) == (on, town.rider.id, "online")
    assert refusal.rules_version_id == town.version.id
    assert refusal.wish["appointment_at"] == "11:30:00"
    assert refusal.wish["place"]["destination_id"] == town.place.id
    assert [each["on"] for each in refusal.offered] == nearest


@pytest.mark.parametrize("on", [date(2026, 6, 18), date(2026, 7, 15)])
def test_the_first_day_within_the_terms_and_the_last_one_within_the_horizon_are_accepted(
    page: Page, session: Session, on: date
) -> None:
    town = make_town(session, replace(KIELCE_2024, horizon=Horizon(30)), days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, on)
    assert page.h1 == "Ile potrwa wizyta?"
    assert count(session, Refusal) == 0


def test_all_reasons_against_a_day_are_said_at_once_with_the_nearest_days(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    make_shift(session, date(2026, 7, 1))
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, date(2026, 6, 27))  # a Saturday of a month whose limit is used up
    (message,) = page.errors
    assert "Tego dnia tygodnia nie ma przejazdów." in message
    assert "Wykorzystano limit miesięczny (1 z 1)." in message
    assert offered_days(page) == ["2026-07-01", "other"]
    assert "To dni najbliższe tego, który był wpisany." in page.main
    codes = [reason["code"] for reason in session.scalars(select(Refusal)).one().reasons]
    assert codes == ["DAY_CLOSED", "QUOTA_USED"]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(7), "Pierwszy wyjazd jest o 8:00. Wybierz późniejszą godzinę."),
        (time(17), "Ostatni wyjazd z domu jest o 15:00. Wybierz wcześniejszą godzinę."),
        (time(10), None),
    ],
)
def test_of_a_refused_day_the_hour_that_cannot_be_is_said_too(
    page: Page, session: Session, at: time, words: str | None
) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, date(2026, 6, 27), at)
    (message,) = page.errors
    assert "Tego dnia tygodnia nie ma przejazdów." in message
    assert ("o 8:00" in message or "o 15:00" in message) is (words is not None)
    assert words is None or words in message
    codes = [reason["code"] for reason in session.scalars(select(Refusal)).one().reasons]
    assert codes == ["DAY_CLOSED", *(["OUTSIDE_HOURS"] if words else [])]


def test_the_hour_alone_does_not_close_a_day(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, at=time(7))
    assert page.h1 == "Ile potrwa wizyta?", "the times say it, together with the hours that can be"


def test_one_of_the_nearest_days_is_chosen_by_its_card(page: Page, session: Session) -> None:
    far = date(2026, 8, 5)
    town = make_town(session, days=(*WORKING_DAYS, far, far + timedelta(days=1)))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, date(2026, 8, 8))
    assert WORKING_DAYS[0].isoformat() not in offered_days(page)
    assert far.isoformat() in offered_days(page)
    page.fill_and_send({"day": far.isoformat(), "hour": ""}, form="Dalej")
    assert page.fields()["day"] == [far.isoformat()]
    page.fill_and_send({"day": far.isoformat(), "hour": "10"}, form="Dalej")
    assert page.h1 == "Ile potrwa wizyta?"


@pytest.mark.parametrize("card", ["2026-06-14", "2036-06-23", "0001-01-01", "nonsense"])
def test_what_was_never_a_card_is_no_day(page: Page, session: Session, card: str) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.post(page.path, {"day": card, "hour": "10"})
    assert any("Tego dnia nie ma już na liście." in error for error in page.errors)


def test_a_day_refused_is_kept_once_by_going_back_and_forth_and_by_two_clicks(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    asks = page.path
    twice = {
        "day": "other", "other_day": "21.06.2026", "hour": "10", "request_id": page.fields()["request_id"][0],
    }  # fmt: skip
    page.post(asks, twice)
    page.post(asks, twice)
    assert any("Tego dnia tygodnia nie ma" in error for error in page.errors)
    say_when(page.get(asks), date(2026, 6, 20))
    say_when(page.get(asks), date(2026, 6, 21), time(12))
    page.get(page.path)
    assert [each.wished_on.day for each in session.scalars(select(Refusal).order_by(Refusal.id))] == [21, 20]
    say_when(page, date(2026, 6, 22))
    assert page.h1 == "Ile potrwa wizyta?"
    assert count(session, Refusal) == 2


def test_two_clicks_at_one_moment_keep_one_refusal(
    app: Flask, page: Page, new_page: Callable[[], Page], session: Session
) -> None:
    town = make_town(session, days=WORKING_DAYS)
    pages = [page, new_page()]
    for each in pages:
        each.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    asks, request_id = page.path, page.fields()["request_id"][0]
    pages[1].get(asks)
    typed = {"day": "other", "other_day": "21.06.2026", "hour": "10", "request_id": request_id}

    def click(one: Page) -> Callable[[], list[str]]:
        return lambda: one.post(asks, typed).errors

    answers = at_once(app, [click(each) for each in pages])
    assert all(isinstance(errors, list) and len(errors) == 1 for errors in answers), answers
    assert count(session, Refusal) == 1


def test_a_day_refused_before_anything_else_was_said_begins_a_booking_that_keeps_it(
    page: Page, session: Session
) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/kiedy")
    say_when(page, date(2026, 6, 21))
    assert any("Tego dnia tygodnia nie ma" in error for error in page.errors)
    assert "/nowe/" not in page.path
    assert session.scalars(select(Refusal)).one().wish == {"on": "2026-06-21", "appointment_at": "10:00:00"}
    say_when(page, date(2026, 6, 22))
    assert page.h1 == "Dokąd chcesz jechać?"
    assert count(session, Refusal) == 1


def test_a_refused_day_leaves_the_earlier_answer_as_it_was(page: Page, session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    offers = page.path
    say_when(page.get(offers.replace("godziny", "kiedy")), date(2026, 6, 21))
    refusal = session.scalars(select(Refusal)).one()
    assert refusal.wish["visit_minutes"] == 60
    page.get(offers)
    assert page.h1 == "Wybierz godzinę wyjazdu"
    assert "wtorek 23 czerwca" in page.main


def test_the_nearest_days_take_as_many_queries_however_far_the_day_is(session: Session) -> None:
    town = make_town(session, days=WORKING_DAYS)
    calendar, rider_id = rules_calendar(session), town.rider.id
    asked = []
    for on in (date(2026, 6, 21), date(2026, 9, 6), date(2027, 3, 14)):
        with counted_queries() as seen:
            days = nearest_days(session, rider_id, calendar, on, now=NOW, count=2)
        asked.append(len(seen))
        assert days == ((date(2026, 6, 22), date(2026, 6, 23)) if on.month == 6 else WORKING_DAYS[-2:])
    assert asked == [4, 4, 4]


def test_a_day_that_fell_out_while_the_page_stood_open_is_said_so(page: Page, session: Session) -> None:
    town = make_town(session, days=(date(2026, 6, 22), RIDE_ON))
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    for shift in session.scalars(select(Shift).where(Shift.on == RIDE_ON)):
        shift.cancelled_at = NOW
    session.commit()
    page.fill_and_send({"day": RIDE_ON.isoformat(), "hour": "10"}, form="Dalej")
    assert any("Tego dnia nie ma już na liście. Wybierz inny." in error for error in page.errors)
    assert offered_days(page) == ["2026-06-22", "other"]


def test_a_ride_that_is_changed_does_not_stand_in_its_own_way(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON, date(2026, 6, 24)))
    with transaction() as writing:
        ride_id = booked_ride(writing, writing.get_one(Resident, town.rider.id)).id
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}").fill_and_send(form="Zmień termin")
    assert "2026-06-24" in offered_days(page)
    say_when(page, date(2026, 6, 25))
    assert page.h1 != "Kiedy jest wizyta?"


def test_an_hour_that_does_not_exist_is_refused_in_words(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(
        session, replace(ROOMY, service=replace(ROOMY.service, weekdays=frozenset(range(7)), on_holidays=True))
    )
    clock.at("2027-03-20 09:00")
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2027, 3, 28), at=time(2, 30))
    assert "zmienia się czas" in page.main
