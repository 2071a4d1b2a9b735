"""Booking online: how long, how to come back, who comes along."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.residents.models import Resident
from services_app.residents.terms import Mobility
from services_app.rides.forms.booking import read_duration
from services_app.rides.models import BookingDraft, Ride
from services_app.rides.policy import Companions
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import ReturnMode
from tests.factories.rides import ROOMY
from tests.page import Page
from tests.rides.walking import (
    answer_all,
    book_online,
    choose_first,
    make_town,
    say_how_long_and_back,
    say_when,
    say_where,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2:30", 150), ("2 godz. 30 min", 150), ("2,5", 150), ("150", 150), ("150 min", 150), ("3", 180), ("8", 480), ("9", 9),
        ("1 godzina", 60), ("2 godziny", 120), ("1 h", 60), ("długo", None), ("", None), ("1000", None),
        ("2 год 30 хв", 150), ("45 хвилин", 45), ("2 hours 30 minutes", 150), ("1 hour", 60),
    ],
)  # fmt: skip
def test_a_length_is_read_as_people_write_it(text: str, minutes: int | None) -> None:
    assert read_duration(text) == minutes


@pytest.mark.parametrize(
    ("typed", "fits"), [("4 min", False), ("5 min", True), ("8", True), ("481", False), ("", False)]
)
def test_another_length_is_typed_within_a_day(page: Page, session: Session, typed: str, fits: bool) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    page.fill_and_send({"length": "other", "other_length": typed}, form="Dalej")
    assert (page.h1 == "Jak będzie wyglądał powrót?") is fits
    assert bool(page.errors) is not fits


@pytest.mark.parametrize(("language", "arrival", "long"), [("en", "arrival", "30 min"), ("uk", "на місці", "30 хв")])
def test_offers_and_summary_say_hours_and_lengths_in_the_language_of_the_file(
    page: Page, session: Session, language: str, arrival: str, long: str
) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, length="30")
    offers = page.path
    choose_first(page)
    summary = page.path
    session.get_one(Resident, town.rider.id).language = language
    session.commit()
    page.sign_in("resident", town.rider.id)
    words = {field.get_text(" ", strip=True).split(" ", 1)[1] for field in page.get(offers).soup.select(".offer__then")}
    assert arrival in words
    assert long in [field.get_text(strip=True) for field in page.get(summary).soup.select("main dd")]


@pytest.mark.parametrize(("length", "waits"), [("30", True), ("45", False)])
def test_the_driver_waits_only_as_long_as_the_rules_say(page: Page, session: Session, length: str, waits: bool) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    page.fill_and_send({"length": length}, form="Dalej")
    offered = [str(field["value"]) for field in page.form().select("input[name=way_back]")]
    assert offered == [*(["driver_waits"] if waits else []), "fixed_hour", "one_way"]


def test_a_longer_visit_asks_again_how_to_come_back(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, length="30", way_back="driver_waits")
    assert page.h1 == "Wybierz godzinę wyjazdu"
    draft = session.scalars(select(BookingDraft)).one()
    page.get(f"/przejazdy/zamow/{draft.id}/jak-dlugo")
    page.fill_and_send({"length": "60"}, form="Dalej")
    assert page.h1 == "Jak będzie wyglądał powrót?"


@pytest.mark.parametrize(("typed", "fits"), [("10:59", False), ("11:00", True), ("11:30", True), ("", True)])
def test_an_agreed_hour_lies_after_the_visit(page: Page, session: Session, typed: str, fits: bool) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    say_when(page)
    say_how_long_and_back(page, return_at=typed)
    assert (page.h1 == "Kto jedzie z Tobą?") is fits
    if not fits:
        assert page.errors == ["Wizyta kończy się o 11:00. Podaj tę godzinę albo późniejszą."]


def test_the_companions_age_is_asked_where_the_rules_ask_for_it(page: Page, session: Session) -> None:
    rules = replace(KIELCE_2024, companions=Companions(most=1, min_age=16))
    town = make_town(session, rules)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, companions="1")
    assert page.errors == ["Podaj, ile lat ma opiekun."]
    page.fill_and_send({"companion_age": "15"}, form="Pokaż wolne godziny")
    assert "Opiekun musi mieć co najmniej 16 lat." in page.main


def test_the_usual_companion_and_a_changed_mobility_go_with_the_ride(page: Page, session: Session) -> None:
    town = make_town(session, usual_companion="Anna, córka")
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, companions="usual")
    draft = session.scalars(select(BookingDraft)).one()
    page.get(f"/przejazdy/zamow/{draft.id}/opiekun")
    assert page.fields()["companions"] == ["usual"]
    page.fill_and_send({"moves_differently": True, "mobility": "folding_wheelchair"}, form="Pokaż wolne godziny")
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    ride = session.scalars(select(Ride)).one()
    assert (ride.companions, ride.mobility) == (1, Mobility.FOLDING_WHEELCHAIR)


def test_one_way_is_one_leg(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    book_online(page, town.place, way_back="one_way")
    assert [leg.sequence for leg in session.scalars(select(Ride)).one().legs] == [0]


def test_an_open_return_is_told_as_a_call(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, way_back="call_when_ready")
    choose_first(page)
    assert "na telefon" in page.main
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert session.scalars(select(Ride)).one().return_mode is ReturnMode.CALL_WHEN_READY
