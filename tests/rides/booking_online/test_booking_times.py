"""Booking online: the times offered, and every way it may end in a "no"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Shift
from services_app.residents.models import Resident
from services_app.residents.terms import Mobility
from services_app.rides.actions import close_day
from services_app.rides.models import Enrolment, Refusal, Ride
from services_app.rides.policy import PurposeRule
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import EnrolmentState, Purpose
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.page import Page
from tests.rides.walking import answer_all, choose_first, count, make_town, say_how_long_and_back, say_when, say_where


def test_more_times_are_shown_when_asked_for(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    few = len(page.soup.select("button[name=offer]"))
    page.follow("Pokaż inne godziny")
    assert few == 3
    assert len(page.soup.select("button[name=offer]")) > few


def test_every_reason_against_is_said_at_once_and_kept_once(page: Page, session: Session) -> None:
    town = make_town(session, town="Morawica")
    make_rules(session, replace(KIELCE_2024, purposes=(PurposeRule(Purpose.OFFICE),)), in_force_from=RIDE_ON)
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page, at=time(18))
    say_how_long_and_back(page)
    with transaction() as writing:  # meanwhile
        close_day(writing, RIDE_ON, "powódź", by=OPERATOR, now=NOW)
    page.fill_and_send({"companions": "0"}, form="Pokaż wolne godziny")
    assert page.h1 == "Tego przejazdu nie możemy obiecać"
    refusal = session.scalars(select(Refusal)).one()
    codes = {reason["code"] for reason in refusal.reasons}
    assert codes == {"NOT_RESIDENT", "PURPOSE_NOT_ALLOWED", "OUTSIDE_HOURS", "DAY_CLOSED"}
    for reason in refusal.reasons:
        assert reason["text"].split(".")[0] in page.main
    assert "Autobusy miejskie w Kielcach są bezpłatne od 70. roku życia." in page.main
    assert "Zostało z limitu: 1 w tym miesiącu, 8 w tym roku." in page.main
    page.get(page.path)
    page.follow("Wróć")
    page.fill_and_send(form="Pokaż wolne godziny")
    assert count(session, Refusal) == 1


def test_a_used_up_limit_offers_the_days_that_do(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON, date(2026, 7, 2)))
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2026, 6, 25))
    with transaction() as writing:  # meanwhile, by phone
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.get(page.path)
    assert "Wykorzystano limit miesięczny (1 z 1)." in page.main
    assert "Najbliższe dni, w które się uda" in page.main
    assert "czwartek 2 lipca" in page.main
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert {ride.on for ride in session.scalars(select(Ride))} == {RIDE_ON, date(2026, 7, 2)}


def offered_ways_on(page: Page) -> set[str]:
    """The words of the buttons under the times or the "no"."""
    return {" ".join(link.get_text(" ").split()) for link in page.soup.select("main .govuk-button-group a")}


def test_a_no_that_no_other_answer_cures_offers_the_phone_alone(page: Page, session: Session) -> None:
    town = make_town(session, town="Morawica")
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, at=time(6))  # too early as well: another hour would not do
    assert page.h1 == "Tego przejazdu nie możemy obiecać"
    assert offered_ways_on(page) == set()
    assert page.soup.select(".call-us")


def test_a_no_offers_the_questions_that_cure_it_and_no_others(page: Page, session: Session) -> None:
    town = make_town(session)
    make_rules(session, replace(KIELCE_2024, purposes=(PurposeRule(Purpose.OFFICE),)), in_force_from=RIDE_ON)
    session.commit()
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert offered_ways_on(page) == {"Zmień miejsce"}
    say_when(page.follow("Zmień miejsce").get(page.path.replace("dokad", "kiedy")), at=time(6))
    assert offered_ways_on(page) == {"Zmień dzień lub godzinę", "Zmień miejsce"}


def test_an_agreed_hour_after_the_last_way_home_is_answered_otherwise_in_its_own_question(
    page: Page, session: Session
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    say_how_long_and_back(page, return_at="18:00")
    page.fill_and_send({"companions": "0"}, form="Pokaż wolne godziny")
    assert "Powrót do domu jest najpóźniej o 15:00." in page.main
    assert offered_ways_on(page) == {"Zmień dzień lub godzinę", "Zmień powrót"}
    page.follow("Zmień powrót").fill_and_send({"return_at": "12:00"}, form="Dalej")
    assert page.h1 == "Wybierz godzinę wyjazdu"


@pytest.mark.parametrize(
    ("birth_on", "ways"), [(date(1956, 7, 30), {"Zmień dzień lub godzinę"}), (date(1956, 7, 31), set())]
)
def test_a_birthday_within_reach_is_a_day_to_choose_and_one_years_away_is_not(
    page: Page, session: Session, birth_on: date, ways: set[str]
) -> None:
    town = make_town(session, birth_on=birth_on)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    day = f"{birth_on.day} lipca 2026"
    assert f"W dniu przejazdu trzeba mieć ukończone 70 lat, czyli jechać można od {day}." in page.main
    assert offered_ways_on(page) == ways


def test_who_left_the_programme_meanwhile_is_led_to_joining(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    session.scalars(select(Enrolment)).unique().one().state = EnrolmentState.ENDED
    session.commit()
    page.get(page.path)
    assert offered_ways_on(page) == {"Wypełnij zgłoszenie"}


def test_no_car_that_day_offers_the_nearest_days_and_the_phone(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON + timedelta(days=1),))
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert "Na ten dzień nie ma jeszcze żadnego samochodu w planie." in page.main
    assert "środa 24 czerwca" in page.main
    assert [reason["code"] for reason in session.scalars(select(Refusal)).one().reasons] == ["NO_VEHICLE"]


def test_a_wish_months_ahead_is_offered_the_last_days_with_a_car_and_the_phone(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY, days=(RIDE_ON, RIDE_ON + timedelta(days=1)))
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2027, 3, 15))
    assert "Na ten dzień nie ma jeszcze żadnego samochodu w planie." in page.main
    assert [day.get_text().strip() for day in page.soup.select(".offer__day")] == [
        "środa 24 czerwca",
        "wtorek 23 czerwca",
    ]
    assert page.soup.select(".call-us")
    (refusal,) = session.scalars(select(Refusal))
    assert [offer["on"] for offer in refusal.offered] == ["2026-06-24", "2026-06-23"]
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert [ride.on for ride in session.scalars(select(Ride))] == [RIDE_ON + timedelta(days=1)]


def test_a_wheelchair_that_no_car_takes_is_said_plainly(page: Page, session: Session) -> None:
    town = make_town(session, mobility=Mobility.FIXED_WHEELCHAIR)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert "nie ma samochodu z wolnym miejscem na wózek" in page.main


def test_a_time_taken_a_moment_ago_gives_the_next_best_and_loses_nothing(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    choose_first(page)
    for number in range(3):
        other = make_rider(session, town.version, phones=(f"600 100 21{number}",))
        session.commit()
        with transaction() as writing:
            booked_ride(writing, writing.get_one(Resident, other.id), wish_for())
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert "Ktoś właśnie zajął tę godzinę." in page.main
    assert page.soup.select("button[name=offer]")
    assert count(session, Ride) == 3
    assert count(session, Refusal) == 1
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert page.h1 == "Przejazd jest zamówiony"


def test_a_time_that_is_gone_when_chosen_is_said(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    for shift in session.scalars(select(Shift)):
        shift.cancelled_at = NOW
    session.commit()
    choose_first(page)
    assert "Ta godzina jest już zajęta." in page.main
    page.post(page.path, {"offer": "nonsense"}, status=400)


def test_a_day_without_rules_is_refused_without_breaking(page: Page, session: Session) -> None:
    town = make_town(session)
    town.version.in_force_from = date(2026, 6, 10)
    session.commit()
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert page.h1 == "Wybierz godzinę wyjazdu"
    town.version.in_force_from = date(2027, 1, 1)
    session.commit()
    page.get("/przejazdy/zamow", status=200)
    assert page.h1 == "Przejazdów teraz nie zamawiamy"
