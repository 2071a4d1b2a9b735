"""The operator's desk: find, ask, offer, save; a refusal is kept, an override has its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as MessageChannel
from services_app.messaging.terms import MessageState
from services_app.rides.forms.desk import read_near_day
from services_app.rides.models import Refusal, Ride
from services_app.rides.policy import Quota
from services_app.rides.terms import Channel, Period, RideState
from services_app.web.models import AnsweredRequest
from tests.counting import counted_queries
from tests.factories.places import make_destination
from tests.factories.residents import let_represent, make_representative, pesel_of
from tests.factories.rides import NOW, RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import USUAL_REQUEST, Office

ASK = "Pokaż godziny F8"
SAVE = "Zapisz przejazd Ctrl+Enter"


def asked(office: Office, rider_id: int, **more: str) -> Page:
    """The desk with the usual request, asked for."""
    return office.page.get(f"/przejazdy/biurko/{rider_id}").fill_and_send({**USUAL_REQUEST, **more}, form=ASK)


def rides_in(session: Session) -> list[Ride]:
    return list(session.scalars(select(Ride).order_by(Ride.id)).unique())


def refusals_in(session: Session) -> list[Refusal]:
    return list(session.scalars(select(Refusal).order_by(Refusal.id)).unique())


@pytest.mark.parametrize(
    ("said", "meant"),
    [("26.11", (2026, 11, 26)), ("26", (2026, 11, 26)), ("3", (2026, 12, 3)), ("22.11", (2027, 11, 22)), ("5.12.2026", (2026, 12, 5)),
     ("26.11.", (2026, 11, 26)), ("3 grudnia", (2026, 12, 3)), ("5.12.26", (2026, 12, 5))],
)  # fmt: skip
def test_a_day_is_understood_as_one_says_it_on_the_phone(said: str, meant: tuple[int, int, int]) -> None:
    assert read_near_day(said, today=date(2026, 11, 23)) == date(*meant)


@pytest.mark.parametrize("said", ["", "kiedyś", "w", "za środę", "32.11", "0", "30.2", "26.11.202", "1.2.3.4"])
def test_what_is_no_day_is_not_guessed(said: str) -> None:
    assert read_near_day(said, today=date(2026, 11, 23)) is None


def test_a_land_line_leads_straight_to_the_callers_card(office: Office) -> None:
    rider = office.rider(
        first_name="Irena", last_name="Przykładna", phones=("41 369 00 01",), driver_note="dzwonek nie działa"
    )
    office.sign_in("operator")
    office.page.get("/przejazdy/biurko").fill_and_send({"q": "413690001"}, form="/przejazdy/biurko")
    assert office.page.path == f"/przejazdy/biurko/{rider.id}"
    assert "stacjonarny" in office.page.main
    assert "zostało 30 w tym miesiącu" in office.page.main


def test_a_wish_months_ahead_is_offered_the_last_days_with_a_car(office: Office) -> None:
    rider = office.rider()
    office.shift()
    office.sign_in("operator")
    page = asked(office, rider.id, on="15.03.2027")
    assert "Na ten dzień nie ma jeszcze żadnego samochodu w planie." in page.main
    assert "wtorek 23 czerwca" in page.main
    assert page.soup.select("input[name=choice]")


@pytest.mark.parametrize("spaced", [False, True])
def test_a_pesel_searched_at_the_desk_stays_in_no_address_and_on_no_page(
    office: Office, session: Session, spaced: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    rider = office.rider()
    known, unknown = str(rider.pesel), pesel_of(date(1931, 3, 4), 77)
    office.sign_in("operator")
    for number, leads_to in ((known, f"/przejazdy/biurko/{rider.id}"), (unknown, "/przejazdy/biurko")):
        typed = f"{number[:6]} {number[6:]}" if spaced else number
        office.page.get("/przejazdy/biurko").fill_and_send({"q": typed}, form="/przejazdy/biurko")
        assert office.page.path == leads_to
        assert number not in office.page.text
        assert number[6:] not in office.page.text
    assert "Nie ma osoby z tym numerem PESEL" in office.page.main
    assert "Nowa osoba" in office.page.main
    assert known[6:] not in capfd.readouterr().out
    told = [str(vars(entry)) for entry in session.scalars(select(JournalEntry))]
    assert told
    assert not [words for words in told if known in words or unknown in words]


@pytest.mark.parametrize("whose", ["known", "unknown"])
def test_a_pesel_searched_after_a_refusal_is_kept_nowhere(office: Office, session: Session, whose: str) -> None:
    rider, other = office.rider(), office.rider(phones=("600 100 999",))
    number = str(other.pesel) if whose == "known" else pesel_of(date(1931, 3, 4), 77)
    office.sign_in("operator")
    asked(office, rider.id)
    office.page.fill_and_send({"q": number}, form="Szukaj")
    assert office.page.path == (f"/przejazdy/biurko/{other.id}" if whose == "known" else "/przejazdy/biurko")
    assert len(refusals_in(session)) == 1
    (answered,) = session.scalars(select(AnsweredRequest))
    assert answered.location is not None
    assert number not in answered.location


LAND_LINE = ("41 369 00 01",)


def told_in(session: Session) -> list[tuple[str, MessageChannel, MessageState, int | None]]:
    session.rollback()
    rows = session.scalars(select(Message).order_by(Message.id))
    return [(row.recipient_kind, row.channel, row.state, row.told_by_id) for row in rows]


def test_who_heard_the_hours_on_the_land_line_is_not_called_again(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider(phones=LAND_LINE)
    operator = office.sign_in("operator")
    page = asked(office, rider.id)
    assert page.soup.select_one("input[name=said][checked]") is not None
    page.fill_and_send(form=SAVE)
    heard = ("resident", MessageChannel.CALL, MessageState.DELIVERED, operator)
    assert told_in(session) == [heard]
    page.get(f"/przejazdy/biurko/{rider.id}", zmiana=rides_in(session)[0].id).fill_and_send({"at": "11"}, form=ASK)
    page.fill_and_send(form="Zmień przejazd Ctrl+Enter")
    assert told_in(session) == [heard, heard]


def test_who_is_spoken_for_by_another_caller_is_still_called(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider(phones=LAND_LINE)
    office.sign_in("operator")
    asked(office, rider.id).fill_and_send({"said": False}, form=SAVE)
    assert told_in(session) == [("resident", MessageChannel.CALL, MessageState.CREATED, None)]


def test_a_relative_and_a_mobile_phone_are_told_in_writing_whatever_was_said(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider(phones=LAND_LINE)
    let_represent(session, make_representative(session, phone="600 300 400", now=NOW), rider, now=NOW)
    session.commit()
    operator = office.sign_in("operator")
    asked(office, rider.id).fill_and_send(form=SAVE)
    assert told_in(session) == [
        ("resident", MessageChannel.CALL, MessageState.DELIVERED, operator),
        ("representative", MessageChannel.SMS, MessageState.CREATED, None),
    ]
    other = office.rider(phones=("600 100 200",))
    page = asked(office, other.id)
    assert page.soup.select("input[name=said]") == []
    page.fill_and_send(form=SAVE)
    assert told_in(session)[2:] == [("resident", MessageChannel.SMS, MessageState.CREATED, None)]


def test_a_form_sent_without_an_hour_comes_back_as_it_was(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    for radio in page.soup.select("input[name=choice]"):
        del radio["checked"]
    page.fill_and_send(form=SAVE)
    assert "Wybierz godzinę." in page.main
    assert len(page.soup.select("input[name=choice]")) == 3
    assert rides_in(session) == []
    page.fill_and_send(form=SAVE)
    assert len(rides_in(session)) == 1


def test_several_people_of_one_name_are_chosen_by_key(office: Office) -> None:
    office.rider(first_name="Jadwiga", last_name="Kowalska")
    office.rider(first_name="Maria", last_name="Kowalska")
    office.sign_in("operator")
    office.page.get("/przejazdy/biurko", q="kowalska")
    keys = [link["data-key"] for link in office.page.soup.select("main a[data-key^=Alt]")]
    assert keys == ["Alt+1", "Alt+2"]


def test_an_unknown_caller_can_be_added(office: Office) -> None:
    office.sign_in("operator")
    office.page.get("/przejazdy/biurko", q="nieznajoma")
    assert "Nic nie znaleziono" in office.page.main
    assert office.page.follow("Nowa osoba").path == "/osoby/nowa"


def test_as_always_fills_everything_but_day_and_hour(office: Office) -> None:
    office.shift()
    rider = office.rider()
    office.ride(rider, companions=1)
    office.sign_in("operator")
    office.page.get(f"/przejazdy/biurko/{rider.id}").follow("Jak zawsze: Poradnia na Wzgórzu F6")
    fields = office.page.fields(ASK)
    assert fields["place"] == ["Poradnia na Wzgórzu"]
    assert fields["companions"] == ["1"]
    assert fields["on"] == [""]
    assert fields["at"] == [""]


def test_a_known_caller_gets_a_ride_in_two_sendings(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    assert len(page.soup.select("input[name=choice]")) == 3
    page.fill_and_send(form=SAVE)
    ride = rides_in(session)[0]
    assert (ride.resident_id, ride.state, ride.channel) == (rider.id, RideState.CONFIRMED, Channel.PHONE)
    assert "Powiedz: wtorek 23 czerwca." in page.main


def test_each_time_has_the_sentence_to_say_about_it(office: Office) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    choices = page.soup.select("input[name=choice]")
    said = [page.soup.find(id=choice["aria-describedby"]) for choice in choices]
    hours = [label.get_text() for label in page.soup.select(".desk__times .desk__hour")]
    assert len(set(hours)) == 3
    for words, hour in zip(said, hours, strict=True):
        assert words is not None
        assert f"Wyjazd z domu o {hour}," in words.get_text()
    assert page.main.count("Wyjazd z domu o") == 3


def test_of_several_places_the_first_takes_the_focus(office: Office, session: Session) -> None:
    make_destination(session, "Poradnia kardiologiczna")
    session.commit()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id, place="poradnia")
    assert "Które to miejsce?" in page.main
    focused = page.soup.select("[autofocus]")
    assert [each.get("data-key") for each in focused] == ["Alt+1"]


def test_a_form_sent_twice_books_once(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    fields, path = page.fields(SAVE), f"/przejazdy/biurko/{rider.id}"
    assert page.post(path, fields).path == path
    assert page.post(path, fields).path == path
    assert len(rides_in(session)) == 1


def test_a_time_taken_meanwhile_is_answered_with_the_next_best_ones(office: Office, session: Session) -> None:
    office.shift(seats=1)
    rider, *others = (office.rider() for _number in range(6))
    office.sign_in("operator")
    page = asked(office, rider.id)
    before = [field["value"] for field in page.soup.select("input[name=choice]")]
    for other in others:
        office.ride(other)
    page.fill_and_send(form=SAVE)
    assert "Ktoś właśnie zajął tę godzinę" in page.main
    after = [field["value"] for field in page.soup.select("input[name=choice]")]
    assert after
    assert after[0] != before[0]
    assert rider.id not in [ride.resident_id for ride in rides_in(session)]
    page.fill_and_send(form=SAVE)
    assert rider.id in [ride.resident_id for ride in rides_in(session)]


def test_a_refusal_is_kept_with_all_reasons_and_what_was_offered(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider(birth_on=NOW.date().replace(year=1980))
    office.sign_in("operator")
    page = asked(office, rider.id, on="16.6")
    shown = [item.get_text() for item in page.soup.select(".desk__reasons li")]
    page.fill_and_send(form="Zapisz odmowę F9")
    kept = refusals_in(session)[0]
    assert {reason["code"] for reason in kept.reasons} == {"TOO_YOUNG", "TOO_LATE_TO_BOOK"}
    assert len(shown) == len(kept.reasons)
    assert kept.outcome is None


def test_going_on_to_the_next_caller_keeps_the_refusal_too(office: Office, session: Session) -> None:
    rider = office.rider(birth_on=NOW.date().replace(year=1980))
    next_one = office.rider(last_name="Następna")
    office.sign_in("operator")
    page = asked(office, rider.id)
    assert "Szukanie następnej osoby zapisze też odmowę" in page.main
    page.fill_and_send({"q": "następna"}, form="Szukaj")
    assert page.path == f"/przejazdy/biurko/{next_one.id}"
    assert [each.resident_id for each in refusals_in(session)] == [rider.id]


def test_another_day_taken_instead_says_so_in_the_refusal(office: Office, session: Session) -> None:
    office.shift(on=RIDE_ON.replace(day=24))
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    assert "Tego dnia się nie uda" in page.main
    assert "nie ma jeszcze żadnego samochodu w planie" in page.main
    assert "środa 24 czerwca. Wyjazd z domu o" in page.main
    page.fill_and_send(form=SAVE)
    assert [ride.on.day for ride in rides_in(session)] == [24]
    assert [each.outcome for each in refusals_in(session)] == ["accepted_other"]


def test_a_caller_who_declines_is_noted(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    asked(office, rider.id).fill_and_send(form="Rezygnuje: zapisz F9")
    kept = refusals_in(session)[0]
    assert kept.outcome == "declined"
    assert len(kept.offered) == 3


def test_a_coordinator_sets_the_rules_aside_with_a_reason(session: Session, page: Page, clock: Clock) -> None:
    office = Office(session, page, clock, replace(ROOMY, quotas=(Quota(Period.MONTH, 1),)))
    office.shift()
    rider = office.rider()
    office.ride(rider)
    office.sign_in("coordinator")
    page = asked(office, rider.id, at="13")
    against = page.soup.select_one("form[aria-label='Przyjmij mimo to']")
    assert against is not None
    assert "zostało 0 w tym miesiącu. Odwołać można do" in against.get_text()
    page.fill_and_send({"override_reason": "wypis ze szpitala"}, form="Przyjmij mimo to")
    assert "Przed tym przejazdem: zostało 0 w tym miesiącu. Odwołać można do" in page.main
    ride = rides_in(session)[-1]
    assert ride.override_reason == "wypis ze szpitala"
    assert [reason["code"] for reason in ride.overridden] == ["QUOTA_USED"]
    written = select(func.count()).select_from(JournalEntry).where(JournalEntry.deed == "ride_rules_overridden")
    assert session.scalar(written) == 1


def test_an_operator_cannot_set_the_rules_aside(session: Session, page: Page, clock: Clock) -> None:
    office = Office(session, page, clock, replace(ROOMY, quotas=(Quota(Period.MONTH, 1),)))
    office.shift()
    rider = office.rider()
    office.ride(rider)
    office.sign_in("operator")
    page = asked(office, rider.id, at="13")
    assert "Przyjmij mimo to" not in page.main
    fields = {**page.fields("Zapisz odmowę F9"), "choice": "29700000-29700060-29700120", "override_reason": "bo tak"}
    page.post(f"/przejazdy/biurko/{rider.id}", fields, status=403)
    assert len(rides_in(session)) == 1


def test_several_places_are_asked_about(office: Office) -> None:
    make_destination(office.session, "Poradnia na Skarpie")
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id, place="poradnia")
    assert "Które to miejsce?" in page.main
    page.follow("Poradnia na Skarpie")
    assert page.fields(SAVE)["choice"]


def test_an_address_typed_freely_is_taken(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    asked(office, rider.id, place="Bukowa 3").fill_and_send(form=SAVE)
    assert rides_in(session)[0].destination_address == "Bukowa 3"


@pytest.mark.parametrize(("typed", "unknown"), [("Xyzqwerty", True), ("Poradnia na Wzgórzu", False)])
def test_an_address_nobody_knows_is_said_to_be_unknown(office: Office, typed: str, unknown: bool) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id, place=typed)
    assert ("Nie znamy tego adresu" in page.main) is unknown
    assert "Mam takie godziny" in page.main


def test_a_ride_is_moved_at_the_desk_and_stays_the_same_ride(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    ride = office.ride(rider)
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}", zmiana=ride.id)
    assert "Zmieniasz przejazd: wtorek 23 czerwca" in page.main
    page.fill_and_send({"at": "12"}, form=ASK).fill_and_send(form="Zmień przejazd Ctrl+Enter")
    assert [each.id for each in rides_in(session)] == [ride.id]
    assert rides_in(session)[0].appointment_at.hour == 10  # noon in Warsaw, as UTC
    assert refusals_in(session) == []


@pytest.mark.parametrize(("moment", "late"), [("2026-06-22 23:59:59", False), ("2026-06-23 00:00", True)])
def test_the_desk_says_late_no_sooner_than_the_rules(office: Office, moment: str, late: bool) -> None:
    office.shift()
    rider = office.rider()
    ride = office.ride(rider)
    office.clock.at(moment)
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}", zmiana=ride.id).fill_and_send({"at": "12"}, form=ASK)
    assert ("Może to zrobić koordynator" in page.main) is late


def test_a_late_change_is_the_coordinators_to_make(office: Office, session: Session) -> None:
    office.shift()
    rider = office.rider()
    ride = office.ride(rider)
    office.clock.at("2026-06-23 00:05")
    office.sign_in("operator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}", zmiana=ride.id).fill_and_send({"at": "12"}, form=ASK)
    assert "Może to zrobić koordynator" in page.main
    page.fill_and_send(form="Zmień przejazd Ctrl+Enter")
    assert "Na zmianę jest już za późno" in page.main
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/biurko/{rider.id}", zmiana=ride.id).fill_and_send({"at": "12"}, form=ASK)
    page.fill_and_send({"override_reason": "lekarz przesunął wizytę"}, form="Zmień przejazd Ctrl+Enter")
    assert rides_in(session)[0].override_reason == "lekarz przesunął wizytę"


def test_what_is_missing_is_said_beside_the_field_and_the_rest_stays(office: Office) -> None:
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id, on="kiedyś")
    assert page.errors == ["Nie znamy takiej daty. Podaj dzień i miesiąc, na przykład 5 grudnia albo 5.12.2026."]
    assert page.fields(ASK)["place"] == ["Poradnia na Wzgórzu"]


@pytest.mark.parametrize("wish", ["", "{}", "[]", "null", '{"on": 3}'])
def test_a_form_that_is_none_of_ours_is_refused(office: Office, wish: str) -> None:
    rider = office.rider()
    office.sign_in("operator")
    office.page.get(f"/przejazdy/biurko/{rider.id}")
    office.page.post(f"/przejazdy/biurko/{rider.id}", {"wish": wish, "choice": "1-2"}, status=400)


def test_a_file_whose_processing_is_restricted_has_no_card(office: Office) -> None:
    rider = office.rider(restricted_at=NOW)
    office.sign_in("operator")
    office.page.get(f"/przejazdy/biurko/{rider.id}", status=404)


def test_the_card_is_as_quick_with_fifty_rides_as_with_one(office: Office) -> None:
    office.shift()
    few, many = office.rider(), office.rider(last_name="Częsta")
    office.ride(few)
    ride = office.ride(many, at=time(13))
    for number in range(50):
        copy = {
            column.key: getattr(ride, column.key) for column in Ride.__table__.columns if column.key not in ("id", "on")
        }
        office.session.add(Ride(**copy, on=RIDE_ON.replace(month=5, day=1 + number % 28)))
    office.session.commit()
    office.sign_in("operator")
    office.page.get("/przejazdy/biurko")  # the phone line is asked for every half a minute: not while we count
    counts = []
    for rider in (few, many):
        with counted_queries() as seen:
            office.page.get(f"/przejazdy/biurko/{rider.id}")
        counts.append(len([each for each in seen if each.startswith("SELECT") and "journal" not in each]))
    assert counts[1] <= counts[0] <= counts[1] + 1, "of somebody who seldom rides, older rides are looked for"
    assert counts[0] <= 14
