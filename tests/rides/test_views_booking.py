"""Booking online: five questions, the times, the summary, the confirmation; and every way it may end in a "no"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.models import Shift
from services_app.messaging.models import Message
from services_app.places.models import Entrance
from services_app.residents.models import Resident
from services_app.residents.terms import Mobility, Scope
from services_app.rides.actions import close_day
from services_app.rides.forms.booking import read_coming_day, read_duration
from services_app.rides.models import BookingDraft, Refusal, Ride, SavedPlace
from services_app.rides.policy import Companions, PurposeRule
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import Purpose, ReturnMode, RideState
from tests.factories.places import make_destination
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import answer_all, book_online, choose_first, make_town, say_when, say_where


@pytest.fixture(autouse=True)
def a_monday_morning(clock: Clock) -> None:
    clock.at(NOW)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


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


# --- the place ------------------------------------------------------------------------------------------------------


def test_saved_and_recent_places_stand_first_as_cards(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY)
    bank = make_destination(session, "Bank Miejski", category="bank", street="Sienkiewicza")
    session.add(SavedPlace(resident_id=town.rider.id, destination_id=bank.id))
    session.commit()
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow")
    labels = [label.get_text(" ", strip=True) for label in page.form("Dalej").select("label")]
    assert labels == ["Bank Miejski", "Poradnia na Wzgórzu"]
    typed = str(page.form("Dalej").select("input[name=place]")[1]["value"])
    assert typed.startswith("t:")
    page.fill_and_send({"place": typed}, form="Dalej")
    assert page.h1 == "Po co jest ten przejazd?"


def test_a_place_with_several_entrances_asks_which_one(page: Page, session: Session) -> None:
    town = make_town(session)
    for position, name in enumerate(("Wejście główne", "Wejście B, rehabilitacja")):
        session.add(Entrance(destination_id=town.place.id, name=name, note="od parkingu", position=position))
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    assert page.h1 == "Do którego wejścia?"
    second = str(page.form().select("input[name=entrance]")[1]["value"])
    page.fill_and_send({"entrance": second}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"
    draft = session.scalars(select(BookingDraft)).one()
    assert draft.answers["place"]["entrance_id"] == int(second)
    assert draft.answers["purpose"] == "medical"


def test_a_typed_address_asks_why_and_is_located(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow")
    page.follow("Nie ma go na liście. Wpiszę adres")
    page.fill_and_send({"street": "", "house_number": "3"}, form="Dalej")
    assert page.errors == ["Podaj ulicę."]
    page.fill_and_send(
        {"street": "Duża", "house_number": "3", "name": "Gabinet okulisty", "town": "kielce"}, form="Dalej"
    )
    assert page.h1 == "Po co jest ten przejazd?"
    page.fill_and_send({"purpose": "medical"}, form="Dalej")
    answers = session.scalars(select(BookingDraft)).one().answers
    assert (answers["place"]["name"], answers["place"]["address"], answers["place"]["town"]) == (
        "Gabinet okulisty", "Duża 3", "Kielce",
    )  # fmt: skip


def test_a_kind_of_place_the_rules_do_not_know_is_asked_about_honestly(page: Page, session: Session) -> None:
    town = make_town(session)
    theatre = make_destination(session, "Teatr Lalek", category="kultura")
    session.commit()
    page.sign_in("resident", town.rider.id)
    say_where(page, theatre)
    assert page.h1 == "Po co jest ten przejazd?"
    offered = {str(field["value"]) for field in page.form().select("input[name=purpose]")}
    assert offered == {"medical", "office", "bank", "culture"}
    assert town.rider.id


def test_where_family_doctors_are_excluded_a_clinic_asks_which_doctor(page: Page, session: Session) -> None:
    rules = replace(KIELCE_2024, forbidden_purposes=frozenset({Purpose.GP}))
    town = make_town(session, rules)
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.fill_and_send({"purpose": "gp"}, form="Dalej")
    assert page.h1 == "Kiedy jest wizyta?"


def test_nothing_found_says_what_to_try(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/dokad", q="xyzxyz")
    assert "Wpisz krótsze słowo" in page.main
    page.post("/przejazdy/zamow/nowe/dokad", {"place": "d:999999"})
    assert page.errors == ["Tego miejsca nie ma już w spisie. Wybierz inne albo wpisz adres."]


def test_suggestions_lead_back_with_the_place_chosen(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/zamow/nowe/miejsca.json", q="poradnia")
    assert page.response is not None
    (item,) = page.response.get_json()["items"]
    assert item["label"] == "Poradnia na Wzgórzu"
    page.get(item["href"])
    assert page.fields("Dalej")["place"] == [f"d:{town.place.id}"]


# --- length, way back, companion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2:30", 150), ("2 godz. 30 min", 150), ("2,5", 150), ("150", 150), ("150 min", 150), ("3", 180), ("8", 480), ("9", 9),
        ("1 godzina", 60), ("2 godziny", 120), ("1 h", 60), ("długo", None), ("", None), ("1000", None),
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
    page.fill_and_send({"length": "60"}, form="Dalej")
    page.fill_and_send({"way_back": "fixed_hour", "return_at": typed}, form="Dalej")
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


# --- times, refusals ------------------------------------------------------------------------------------------------


def test_more_times_are_shown_when_asked_for(page: Page, session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    few = len(page.soup.select("button[name=offer]"))
    page.follow("Pokaż inne godziny")
    assert few == 3
    assert len(page.soup.select("button[name=offer]")) > few


def test_every_reason_against_is_said_at_once_and_kept_once(page: Page, session: Session) -> None:
    town = make_town(session, replace(KIELCE_2024, purposes=(PurposeRule(Purpose.OFFICE),)), town="Morawica")
    page.sign_in("resident", town.rider.id)
    say_where(page, town.place)
    page.fill_and_send({"purpose": "medical"}, form="Dalej")
    say_when(page, date(2026, 6, 16), time(18))
    page.fill_and_send({"length": "60"}, form="Dalej")
    page.fill_and_send({"way_back": "fixed_hour"}, form="Dalej")
    page.fill_and_send({"companions": "0"}, form="Pokaż wolne godziny")
    assert page.h1 == "Tego przejazdu nie możemy obiecać"
    refusal = session.scalars(select(Refusal)).one()
    codes = {reason["code"] for reason in refusal.reasons}
    assert codes == {"NOT_RESIDENT", "PURPOSE_NOT_ALLOWED", "OUTSIDE_HOURS", "TOO_LATE_TO_BOOK"}
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
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, town.rider.id))
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2026, 6, 25))
    assert "Wykorzystano limit miesięczny (1 z 1)." in page.main
    assert "Najbliższe dni, w które się uda" in page.main
    assert "czwartek 2 lipca" in page.main
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    assert {ride.on for ride in session.scalars(select(Ride))} == {RIDE_ON, date(2026, 7, 2)}


def test_no_car_that_day_offers_the_nearest_days_and_the_phone(page: Page, session: Session) -> None:
    town = make_town(session, days=(RIDE_ON + timedelta(days=1),))
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert "O tej porze nie ma wolnego samochodu." in page.main
    assert "środa 24 czerwca" in page.main
    assert [reason["code"] for reason in session.scalars(select(Refusal)).one().reasons] == ["NO_VEHICLE"]


def test_a_wheelchair_that_no_car_takes_is_said_plainly(page: Page, session: Session) -> None:
    town = make_town(session, mobility=Mobility.FIXED_WHEELCHAIR)
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place)
    assert "nie ma samochodu z wolnym miejscem na wózek" in page.main


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


# --- who may --------------------------------------------------------------------------------------------------------


def test_who_is_not_in_the_programme_is_led_to_the_application(page: Page, session: Session) -> None:
    make_rules(session)
    stranger = make_resident(session)
    session.commit()
    page.sign_in("resident", stranger.id)
    page.get("/przejazdy/zamow")
    assert page.h1 == "Najpierw zgłoszenie do programu"
    assert count(session, BookingDraft) == 0


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
    page.fill_and_send({"contact": "600 100 200"}, button="Wyślij mi kod")
    session.expire_all()
    body = " ".join(message.body or "" for message in session.scalars(select(Message)))
    code = re.search(r"\b(\d{6})\b|\b(\d{3}) (\d{3})\b", body)
    assert code is not None, body
    page.fill_and_send({"code": code.group()})
    assert "10:15" in page.response.get_data(as_text=True) if page.response else False
    page.fill_and_send(form=path)
    assert page.h1 == "Ile potrwa wizyta?"
    assert session.scalars(select(BookingDraft)).one().answers["appointment_at"] == "10:15:00"


def test_a_stranger_finds_no_such_page(page: Page, new_page: Callable[[], Page], session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    book_online(page, town.place)
    draft, ride = session.scalars(select(BookingDraft)).one(), session.scalars(select(Ride)).one()
    other = make_resident(session)
    helper = make_representative(session)
    session.commit()
    for kind, who in (("resident", other.id), ("representative", helper.id)):
        reader = new_page()
        reader.sign_in(kind, who)
        for name in ("dokad", "miejsce", "kiedy", "jak-dlugo", "powrot", "opiekun", "godziny", "sprawdz", "adres"):
            reader.get(f"/przejazdy/zamow/{draft.id}/{name}", status=404)
        reader.get(f"/przejazdy/{ride.id}/gotowe", status=404)
        reader.get("/przejazdy/zamow", osoba=town.rider.id, status=404)
        reader.get("/przejazdy/zamow/nowe/dokad", osoba=town.rider.id, status=404)


def test_a_daughter_books_for_her_mother_and_both_are_told(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session, "Ewa Nowak")
    let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    answer_all(page, town.place)
    assert f"Przejazd dla: {town.rider.name}" in page.main
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    told = {(message.recipient_kind, message.kind) for message in session.scalars(select(Message))}
    assert told == {
        ("resident", "ride_confirmed"), ("resident", "representative_did"), ("representative", "relative_notice"),
    }  # fmt: skip


def test_a_clinic_chooses_among_many_and_searches(page: Page, session: Session) -> None:
    town = make_town(session)
    clinic = make_representative(session, "Przychodnia Słoneczna")
    let_represent(session, clinic, town.rider)
    for number in range(8):
        let_represent(session, clinic, make_resident(session, "Zofia", f"Zając{'abcdefgh'[number]}"))
    session.commit()
    page.sign_in("representative", clinic.id)
    page.get("/przejazdy/zamow")
    assert page.h1 == "Dla kogo jest przejazd?"
    page.fill_and_send({"q": "kowalska"}, form="Szukaj")
    assert "Zofia" not in page.main
    page.follow("Jadwiga Kowalska")
    assert page.h1 == "Dokąd ma być przejazd?"


def test_who_may_only_see_does_not_book(page: Page, session: Session) -> None:
    town = make_town(session)
    neighbour = make_representative(session, "Jan Sąsiad")
    let_represent(session, neighbour, town.rider, scope=Scope.SEE)
    session.commit()
    page.sign_in("representative", neighbour.id)
    page.get("/przejazdy/zamow", osoba=town.rider.id, status=404)
    page.get("/przejazdy/zamow")
    assert "Nikt nie dał Ci jeszcze zgody na zamawianie" in page.main


def test_a_consent_taken_back_ends_a_booking_on_its_way(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session)
    consent = let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    say_where(page, town.place)
    path = page.path
    consent.revoked_at = NOW
    session.commit()
    page.get(path, status=404)


def test_the_programme_is_explained_with_the_mark_of_unconfirmed_rules(page: Page, session: Session) -> None:
    version = make_rules(session)
    session.commit()
    page.get("/przejazdy/")
    assert page.h1 == "Taksówka dla seniora"
    assert "Do potwierdzenia przez ośrodek" in page.main
    assert "Limit przejazdów tam i z powrotem na miesiąc: 1." in page.main
    version.confirmed_on = NOW.date()
    session.commit()
    page.get("/przejazdy/")
    assert "Do potwierdzenia przez ośrodek" not in page.main


def test_without_rules_the_programme_says_so(page: Page, session: Session) -> None:
    page.get("/przejazdy/")
    assert "Nie ma jeszcze zasad programu" in page.main


def test_an_hour_that_does_not_exist_is_refused_in_words(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(session, ROOMY)
    clock.at("2027-03-20 09:00")
    page.sign_in("resident", town.rider.id)
    answer_all(page, town.place, on=date(2027, 3, 28), at=time(2, 30))
    assert "zmienia się czas" in page.main
