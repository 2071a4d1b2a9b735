"""Booking online from the first question to the confirmation: five questions, nothing lost, booked once."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.rides.models import BookingDraft, Ride
from services_app.rides.terms import RideState
from tests.factories.rides import RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import answer_all, book_online, choose_first, count, make_town, say_when, say_where


def test_a_senior_books_alone_and_sees_both_hours_the_limits_and_the_last_moment_to_cancel(
    page: Page, session: Session
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert page.h1 == "Wybierz godzinę wyjazdu"
    assert "Przed tym przejazdem zostało: 1 w tym miesiącu, 8 w tym roku." in page.main
    choose_first(page)
    assert page.h1 == "Sprawdź i potwierdź"
    assert "Po tym przejeździe zostanie 0 w tym miesiącu, 7 w tym roku." in page.main
    assert "do poniedziałku 22 czerwca, 23:59" in page.main
    assert "Potem przejazd liczy się do limitu." in page.main
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert page.h1 == "Przejazd jest zamówiony"
    ride = session.scalars(select(Ride)).one()
    assert (ride.on, ride.state, ride.booked_by_kind) == (RIDE_ON, RideState.CONFIRMED, "resident")
    assert [message.kind for message in session.scalars(select(Message))] == ["ride_confirmed"]


def test_opening_pages_writes_nothing_and_the_first_answer_makes_the_draft(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow")
    assert page.path == "/przejazdy/zamow/nowe/dokad"
    assert count(session, BookingDraft) == 0
    say_where(page, town.place)
    assert count(session, BookingDraft) == 1
    assert page.h1 == "Kiedy jest wizyta?"


def test_five_pages_ask_at_most_eight_fields_and_none_twice(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow", q="poradnia")
    filled: list[str] = []

    def sent(values: dict[str, str], button: str) -> None:
        filled.extend(values)
        page.fill_and_send(values, form=button)

    page.fill_and_send({"q": "poradnia"}, form="Szukaj")
    sent({"place": f"d:{town.place.id}"}, "Dalej")
    sent({"day": "other", "other_day": "23.06.2026", "hour": "10"}, "Dalej")
    sent({"length": "60"}, "Dalej")
    sent({"way_back": "fixed_hour"}, "Dalej")
    sent({"companions": "0"}, "Pokaż wolne godziny")
    assert page.h1 == "Wybierz godzinę wyjazdu"
    assert len(filled) <= 8
    assert len(filled) == len(set(filled))


def test_going_back_keeps_every_answer_and_going_on_leads_to_the_first_open_question(
    page: Page, session: Session
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    page.fill_and_send({"length": "90"}, form="Dalej")
    assert page.h1 == "Jak będzie wyglądał powrót?"
    page.follow("Wróć")
    assert page.fields()["length"] == ["90"]
    page.follow("Wróć")
    assert page.fields()["day"] == [RIDE_ON.isoformat()]
    assert page.fields()["hour"] == ["10:00"]
    page.follow("Wróć")
    assert page.fields("Dalej")["place"] == [f"d:{town.place.id}"]
    page.fill_and_send(form="Dalej")
    assert page.h1 == "Jak będzie wyglądał powrót?"


def test_an_unfinished_booking_is_offered_again(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    page.get("/przejazdy/zamow")
    assert page.h1 == "Dokończyć zaczęte zamówienie?"
    page.follow("Dokończ")
    assert page.h1 == "Ile potrwa wizyta?"


def test_a_second_click_books_once(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    choose_first(page)
    sent = {name: values[0] for name, values in page.fields("Zamawiam ten przejazd").items()}
    path = page.path
    page.post(path, sent)
    first = page.path
    page.post(path, sent)
    assert page.path == first
    assert count(session, Ride) == 1
    assert count(session, Message) == 1


def test_a_finished_booking_leads_to_its_confirmation_from_every_page(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    book_online(page, town.place)
    done = page.path
    draft = session.scalars(select(BookingDraft)).one()
    for name in ("dokad", "miejsce", "kiedy", "jak-dlugo", "powrot", "opiekun", "godziny", "sprawdz"):
        page.get(f"/przejazdy/zamow/{draft.id}/{name}")
        assert page.path == done


def test_a_page_opened_too_early_leads_to_the_first_open_question(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    draft = session.scalars(select(BookingDraft)).one()
    for name in ("powrot", "opiekun", "godziny", "sprawdz"):
        page.get(f"/przejazdy/zamow/{draft.id}/{name}")
        assert page.h1 == "Kiedy jest wizyta?"


def test_each_answer_can_be_changed_from_the_summary(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    choose_first(page)
    page.follow("Zmień : Jak długo")
    page.fill_and_send({"length": "30"}, form="Dalej")
    assert page.h1 == "Wybierz godzinę wyjazdu"
    choose_first(page)
    page.follow("Zmień : Po co")
    page.fill_and_send({"purpose": "office"}, form="Dalej")
    choose_first(page)
    assert "urząd" in page.main


def test_a_session_that_ran_out_gives_the_form_back_after_signing_in(
    page: Page, session: Session, clock: Clock
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    path = page.path
    clock.pass_by(hours=3)
    page.fill_and_send({"day": "other", "other_day": "23.06.2026", "hour": "10:15"}, form="Dalej", status=401)
    page.who = None
    page.fill_and_send({"contact": "600 100 200"}, form="/logowanie", button="Wyślij mi kod")
    session.expire_all()
    body = " ".join(message.body or "" for message in session.scalars(select(Message)))
    code = re.search(r"\b(\d{6})\b|\b(\d{3}) (\d{3})\b", body)
    assert code is not None, body
    page.fill_and_send({"code": code.group()}, form="/logowanie/kod")
    assert page.response is not None
    assert "10:15" in page.response.get_data(as_text=True)
    page.fill_and_send(form=path)
    assert page.h1 == "Ile potrwa wizyta?"
    assert session.scalars(select(BookingDraft)).one().answers["appointment_at"] == "10:15:00"
