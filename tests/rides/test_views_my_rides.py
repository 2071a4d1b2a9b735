"""My rides: coming and past, one ride's life, changing, cancelling, repeating, "jestem gotowa", kept places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.residents.terms import Scope
from services_app.rides.actions import Booked, change_state, move_ride, offer_times
from services_app.rides.actions.assigning import note_assigned
from services_app.rides.models import Leg, Ride, SavedPlace
from services_app.rides.scheduling import RideWish
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import ReturnMode, RideState
from services_app.wording import hour
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, wish_for
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town, choose_first, make_town


@pytest.fixture(autouse=True)
def a_monday_morning(clock: Clock) -> None:
    clock.at(NOW)


def book(town: Town, wish: RideWish | None = None, *, rider_id: int | None = None) -> int:
    with transaction() as session:
        return booked_ride(session, session.get_one(Resident, rider_id or town.rider.id), wish).id


def the_ride(session: Session) -> Ride:
    session.expire_all()
    return session.scalars(select(Ride)).one()


def test_coming_rides_stand_soonest_first_and_past_ones_behind_a_link(
    page: Page, session: Session, clock: Clock
) -> None:
    days = tuple(RIDE_ON + timedelta(days=number) for number in range(3))
    town = make_town(session, ROOMY, days=days)
    for on in reversed(days):
        book(town, wish_for(on))
    page.sign_in("resident", town.rider.id)
    clock.at(moment_at(days[1], time(6)))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/moje")
    assert [words.get_text(strip=True) for words in page.soup.select("main h2")] == [
        "środa 24 czerwca",
        "czwartek 25 czerwca",
    ]
    page.follow("Pokaż minione")
    assert "wtorek 23 czerwca" in page.main


def test_a_list_goes_on_where_the_page_before_ended(page: Page, session: Session) -> None:
    days = [RIDE_ON + timedelta(days=number) for number in (0, 1, 2, 3, 6, 7, 8, 9)]
    town = make_town(session, ROOMY, days=tuple(days))
    for on in days:
        book(town, wish_for(on))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/moje")
    assert len(page.soup.select("article")) == 6
    page.follow("Następna strona")
    assert [words.get_text(strip=True) for words in page.soup.select("main h2")] == [
        "środa 1 lipca",
        "czwartek 2 lipca",
    ]
    page.follow("Na początek")
    assert len(page.soup.select("article")) == 6
    page.get("/przejazdy/moje", po="bzdura.x")
    assert len(page.soup.select("article")) == 6


def queries_of(page: Page, path: str) -> int:
    """How many statements a page sends."""
    sent = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_the_number_of_queries_does_not_grow_with_the_rides(page: Page, session: Session) -> None:
    days = [RIDE_ON + timedelta(days=number) for number in (0, 1, 2, 3, 6)]
    town = make_town(session, ROOMY, days=tuple(days))
    book(town, wish_for(days[0]))
    page.sign_in("resident", town.rider.id)
    page.get("/przejazdy/moje")
    few = queries_of(page, "/przejazdy/moje")
    for on in days[1:]:
        book(town, wish_for(on))
    assert queries_of(page, "/przejazdy/moje") == few
    assert few <= 9


def test_a_ride_tells_its_life_with_who_and_when(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    with transaction() as writing:
        change_state(writing, ride_id, RideState.ASSIGNED, by=OPERATOR, now=NOW)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    steps = [step.get_text(" ", strip=True) for step in page.soup.select(".life__step")]
    assert steps == [
        "Przejazd zamówiony poniedziałek 15 czerwca, 8:00, pracownik ośrodka",
        "Stan: ma samochód poniedziałek 15 czerwca, 8:00, pracownik ośrodka",
    ]


def test_the_card_says_until_when_to_look_out_for_the_car_while_it_is_still_to_come(
    page: Page, session: Session
) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    out, back = the_ride(session).legs
    for leg in (out, back):
        first, last = hour(leg.promised_from_at), hour(leg.promised_until_at)
        assert f"Samochód przyjedzie między {first} a {last}." in page.main
    assert f"na miejscu najpóźniej o {hour(out.arrive_by_at)}" in page.main
    page.follow("Odwołaj")
    page.fill_and_send(form="Tak, odwołuję")
    assert "Samochód przyjedzie" not in page.main


def test_the_confirmation_of_a_ride_that_is_off_leads_to_the_ride(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    assert page.get(f"/przejazdy/{ride_id}/gotowe").h1 == "Przejazd jest zamówiony"
    page.get(f"/przejazdy/{ride_id}/odwolaj").fill_and_send(form="Tak, odwołuję")
    page.get(f"/przejazdy/{ride_id}/gotowe")
    assert page.path == f"/przejazdy/{ride_id}"
    assert "odwołany w porę" in page.main


def test_cancelling_in_time_shows_before_that_nothing_is_lost(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.follow("Odwołaj")
    assert "Odwołujesz w porę. Nic nie tracisz." in page.main
    assert "Z limitu zostanie: 1 w tym miesiącu, 8 w tym roku." in page.main
    assert the_ride(session).state is RideState.CONFIRMED
    page.fill_and_send({"reason": "lekarz zachorował"}, form="Tak, odwołuję")
    assert "Przejazd jest odwołany. Zostało z limitu: 1 w tym miesiącu, 8 w tym roku." in page.main
    assert "lekarz zachorował" in page.main
    assert the_ride(session).state is RideState.CANCELLED_IN_TIME


@pytest.mark.parametrize(("seconds_after", "late"), [(59, False), (60, True)])
def test_the_last_moment_to_cancel_is_kept_to_the_minute(
    page: Page, session: Session, clock: Clock, seconds_after: int, late: bool
) -> None:
    town = make_town(session)
    ride_id = book(town)
    clock.at(the_ride(session).cancel_until + timedelta(seconds=seconds_after))
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    assert ("Czas na odwołanie bez straty już minął." in page.main) is late
    assert ("Na zmianę jest już za późno." in page.main) is late
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    assert ("Przejazd policzy się do limitu." in page.main) is late
    page.fill_and_send(form="Tak, odwołuję")
    assert the_ride(session).state is (RideState.CANCELLED_LATE if late else RideState.CANCELLED_IN_TIME)
    assert ("Zostało z limitu: 0 w tym miesiącu, 7 w tym roku." in page.main) is late


def test_one_way_alone_can_be_cancelled(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    page.fill_and_send({"what": "back"}, form="Tak, odwołuję")
    assert "Ta droga jest odwołana. Druga zostaje." in page.main
    assert (page.main.count("Samochód przyjedzie"), page.main.count("na miejscu najpóźniej")) == (1, 1)
    assert [leg.active for leg in the_ride(session).legs] == [True, False]
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    assert len(page.form("Tak, odwołuję").select("input[name=what]")) == 1


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("back", "Odwołany powrót. Wyjazd z domu zostaje: 9:25."),
        ("there", "Odwołana droga tam. Powrót zostaje: 11:00."),
    ],
)
def test_the_way_that_stays_is_named_with_its_hour(page: Page, session: Session, what: str, said: str) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}/odwolaj").fill_and_send({"what": what}, form="Tak, odwołuję")
    assert said in page.main


def test_why_the_time_cannot_be_changed_once_one_way_is_cancelled(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    assert page.form("Zmień termin")
    assert "zmienisz terminu" not in page.main
    page.get(f"/przejazdy/{ride_id}/odwolaj").fill_and_send({"what": "back"}, form="Tak, odwołuję")
    why = "Jedna droga jest odwołana, więc tu nie zmienisz terminu. Zadzwoń albo odwołaj resztę i zamów od nowa."
    assert why in page.main
    assert page.soup.select_one(f"form[action$='/{ride_id}/zmien']") is None
    page.post(f"/przejazdy/{ride_id}/zmien")
    assert page.soup.select_one(".banner--warning") is not None
    assert page.main.count(why) == 2  # the answer, and where the button would be
    clock.at(the_ride(session).cancel_until + timedelta(minutes=1))
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    assert "Na zmianę jest już za późno." in page.main


def test_what_is_over_cannot_be_cancelled_or_changed(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    page.fill_and_send(form="Tak, odwołuję")
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    assert "Ten przejazd jest już odwołany." in page.main
    page.post(f"/przejazdy/{ride_id}/zmien")
    assert "Tego przejazdu nie można już zmienić." in page.main


def test_changing_keeps_the_ride_until_the_new_time_is_confirmed(page: Page, session: Session) -> None:
    days = (RIDE_ON, RIDE_ON + timedelta(days=1))
    town = make_town(session, days=days)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.fill_and_send(form="Zmień termin")
    assert "Stary termin zostaje, dopóki nie potwierdzisz nowego." in page.main
    page.fill_and_send({"day": days[1].isoformat()}, form="Dalej")
    assert page.h1 == "Wybierz godzinę wyjazdu"
    assert the_ride(session).on == days[0]
    choose_first(page)
    page.fill_and_send(form="Potwierdzam zmianę")
    assert page.h1 == "Przejazd jest zmieniony"
    assert page.title.startswith("Przejazd jest zmieniony")
    ride = the_ride(session)
    assert (ride.id, ride.on) == (ride_id, days[1])
    kinds = [message.kind for message in session.scalars(select(Message).order_by(Message.id))]
    assert kinds == ["ride_confirmed", "ride_moved"]


def move_as_offered(session: Session, ride_id: int, wish: RideWish) -> None:
    ride = session.get_one(Ride, ride_id)
    offers = offer_times(session, ride.resident, wish, now=NOW, moving=ride)
    session.rollback()
    with transaction() as writing:
        answer = move_ride(writing, ride_id, wish, offers.times[0].choice, by=OPERATOR, now=NOW)
        assert isinstance(answer, Booked)


MOVED = (
    "Było: wtorek 23 czerwca, wyjazd 9:25, powrót 11:00. Jest: środa 24 czerwca, wyjazd 12:25, powrót na telefon",
    "Było: środa 24 czerwca, wyjazd 12:25, powrót na telefon. Jest: środa 24 czerwca, wyjazd 9:25",
)


def test_the_life_of_a_changed_ride_tells_its_day_and_hours_before_and_after(page: Page, session: Session) -> None:
    on, next_on = RIDE_ON, RIDE_ON + timedelta(days=1)
    town = make_town(session, ROOMY, days=(on, next_on))
    ride_id = book(town)
    for wish in (
        wish_for(next_on, time(13), return_mode=ReturnMode.CALL_WHEN_READY),
        wish_for(next_on, return_mode=None),
        wish_for(next_on, return_mode=None),
    ):
        move_as_offered(session, ride_id, wish)
    page.sign_in("resident", town.rider.id)
    told = [step.get_text(strip=True) for step in page.get(f"/przejazdy/{ride_id}").soup.select(".life__what")]
    assert told[1:] == [f"Przejazd zmieniony. {MOVED[0]}", f"Przejazd zmieniony. {MOVED[1]}", "Przejazd zmieniony"]
    page.sign_in("staff", make_staff(session, "coordinator").id)
    told = [row[1] for row in page.get(f"/przejazdy/przejazd/{ride_id}").rows("Historia przejazdu")]
    assert told[1:] == [f"zmiana terminu. {MOVED[0]}", f"zmiana terminu. {MOVED[1]}", "zmiana terminu"]


def test_the_life_of_a_ride_tells_which_way_got_a_car(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    with transaction() as writing:
        ride = writing.get_one(Ride, ride_id)
        for ways in (ride.legs[:1], ride.legs[1:], ride.legs):
            note_assigned(writing, ride, ways, {}, by=OPERATOR, now=NOW)
    page.sign_in("resident", town.rider.id)
    told = [step.get_text(strip=True) for step in page.get(f"/przejazdy/{ride_id}").soup.select(".life__what")]
    assert told[1:] == [f"Przydzielony samochód: {way}" for way in ("tam", "z powrotem", "tam i z powrotem")]
    page.sign_in("staff", make_staff(session, "coordinator").id)
    told = [row[1] for row in page.get(f"/przejazdy/przejazd/{ride_id}").rows("Historia przejazdu")]
    assert told[1:] == [f"przydział samochodu: {way}" for way in ("tam", "z powrotem", "tam i z powrotem")]


def test_too_late_to_change_is_said_and_nothing_moves(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(session)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.fill_and_send(form="Zmień termin")
    page.fill_and_send({"hour": "11"}, form="Dalej")
    choose_first(page)
    clock.at(the_ride(session).cancel_until + timedelta(minutes=1))
    page.sign_in("resident", town.rider.id)
    page.get(page.path)
    page.fill_and_send(form="Potwierdzam zmianę")
    assert "Na zmianę jest już za późno." in page.main


def test_repeating_fills_in_everything_but_the_day(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY, days=(RIDE_ON, RIDE_ON + timedelta(days=1)))
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.fill_and_send(form="Zamów taki sam")
    assert page.fields()["hour"] == ["10:00"]
    assert "day" not in page.fields()
    page.fill_and_send({"day": (RIDE_ON + timedelta(days=1)).isoformat()}, form="Dalej")
    assert page.h1 == "Wybierz godzinę wyjazdu"


def test_ready_to_go_home_says_at_once_when_the_car_comes(page: Page, session: Session, clock: Clock) -> None:
    town = make_town(session, ROOMY)
    ride_id = book(town, wish_for(return_mode=ReturnMode.CALL_WHEN_READY))
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    assert "Wizyta się skończyła?" not in page.main
    clock.at(moment_at(RIDE_ON, time(11, 20)))
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.fill_and_send(form="Jestem gotowa")
    assert "Samochód przyjedzie między 11:" in page.main
    assert "Wizyta się skończyła?" not in page.main
    page.post(f"/przejazdy/{ride_id}/gotowosc")
    assert "W tej chwili nie można tego zrobić." in page.main


def test_a_place_is_kept_and_forgotten(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    the_ride(session).destination_id = town.place.id
    session.commit()
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    page.fill_and_send(form="Zapamiętaj to miejsce")
    assert session.scalars(select(SavedPlace.destination_id)).all() == [town.place.id]
    page.get("/przejazdy/miejsca")
    page.fill_and_send(form="Usuń Poradnia na Wzgórzu")
    assert session.scalar(select(func.count()).select_from(SavedPlace)) == 0
    assert "Nie ma jeszcze zapamiętanych miejsc" in page.main


def test_a_daughter_sees_both_parents_and_chooses_one(page: Page, session: Session) -> None:
    town = make_town(session, ROOMY, days=(RIDE_ON, RIDE_ON))
    father = make_rider(session, town.version, first_name="Stanisław", phones=("600 100 230",))
    daughter = make_representative(session)
    for parent in (town.rider, father):
        let_represent(session, daughter, parent)
    session.commit()
    book(town)
    book(town, rider_id=father.id)
    page.sign_in("representative", daughter.id)
    page.get("/przejazdy/moje")
    assert len(page.soup.select("article")) == 2
    page.follow("Stanisław Kowalska")
    assert len(page.soup.select("article")) == 1
    page.get("/przejazdy/miejsca")
    assert page.h1 == "Czyje miejsca pokazać?"


def test_who_may_only_see_sees_but_does_nothing(page: Page, session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    neighbour = make_representative(session)
    let_represent(session, neighbour, town.rider, scope=Scope.SEE)
    session.commit()
    page.sign_in("representative", neighbour.id)
    page.get(f"/przejazdy/{ride_id}")
    assert "Odwołaj" not in page.links()
    for path in ("odwolaj", "gotowosc", "zmien", "powtorz", "miejsce"):
        page.post(f"/przejazdy/{ride_id}/{path}", status=404)
    assert the_ride(session).state is RideState.CONFIRMED


def test_a_stranger_finds_no_such_ride(page: Page, new_page: Callable[[], Page], session: Session) -> None:
    town = make_town(session)
    ride_id = book(town)
    kept = SavedPlace(resident_id=town.rider.id, destination_id=town.place.id)
    session.add(kept)
    other, helper = make_resident(session), make_representative(session)
    session.commit()
    for kind, who in (("resident", other.id), ("representative", helper.id)):
        reader = new_page()
        reader.sign_in(kind, who)
        for path in ("", "/odwolaj", "/gotowe", "/przejazd.ics", "/potwierdzenie.pdf"):
            reader.get(f"/przejazdy/{ride_id}{path}", status=404)
        for path in ("odwolaj", "gotowosc", "zmien", "powtorz", "miejsce"):
            reader.post(f"/przejazdy/{ride_id}/{path}", status=404)
        reader.get("/przejazdy/miejsca", osoba=town.rider.id, status=404)
        reader.post(f"/przejazdy/miejsca/{town.rider.id}/{kept.id}/usun", status=404)
        reader.get("/przejazdy/moje", osoba=town.rider.id)
        assert "Poradnia na Wzgórzu" not in reader.main
    mine = new_page()
    mine.sign_in("resident", other.id)
    mine.post(f"/przejazdy/miejsca/{other.id}/{kept.id}/usun")
    assert session.get(SavedPlace, kept.id) is not None


def test_the_car_is_shown_once_a_coordinator_has_chosen_it(page: Page, session: Session) -> None:
    town = make_town(session, KIELCE_2024)
    ride_id = book(town)
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}")
    assert "Marek" not in page.main
    for leg in session.scalars(select(Leg)):
        leg.assigned_at = NOW
    session.commit()
    page.get(f"/przejazdy/{ride_id}")
    assert "kierowca: Marek" in page.main


def test_a_far_away_month_is_shown_with_its_own_limits(page: Page, session: Session) -> None:
    on = date(2026, 7, 7)
    town = make_town(session, days=(on,))
    make_shift(session, RIDE_ON)
    session.commit()
    book(town)
    ride_id = book(town, wish_for(on))
    page.sign_in("resident", town.rider.id)
    page.get(f"/przejazdy/{ride_id}/odwolaj")
    assert "Z limitu zostanie: 1 w lipcu, 7 w tym roku." in page.main
