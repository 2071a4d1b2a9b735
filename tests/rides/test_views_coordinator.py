"""The coordinator's day: the list, the picture, which car, a closed day, and what waits in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.fleet.actions import cancel_shift
from services_app.fleet.models import Shift
from services_app.journal.models import JournalEntry
from services_app.rides.actions import assign_as_planned, say_ready
from services_app.rides.models import Leg, Ride, RideEvent, ServiceDay
from services_app.rides.policy import NoShowPattern
from services_app.rides.queries import broken_invariants
from services_app.rides.terms import Mobility, ReturnMode, RideState
from tests.counting import counted_queries
from tests.critic import words_of
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import DAY, Office

LIST = "Przejazdy według godziny"


def the_ride(session: Session, ride_id: int) -> Ride:
    session.expire_all()
    return session.get_one(Ride, ride_id)


def call_off(shift: Shift) -> None:
    with transaction() as session:
        assert cancel_shift(session, shift.id, by=OPERATOR, now=NOW).allowed


def test_the_day_lists_rides_by_pick_up_with_all_a_coordinator_asks(office: Office) -> None:
    office.shift(seats=1)
    late = office.ride(office.rider(last_name="Późna"), at=time(13))
    office.ride(office.rider(last_name="Ranna", floor="4"), at=time(9), note="boi się psów", companions=0)
    office.sign_in("coordinator")
    rows = office.page.get(DAY).rows(LIST)
    assert [row[2].split()[0] for row in rows] == ["Ranna", "Późna"]
    assert "piętro 4" in rows[0][2]
    assert "600 100 200" in rows[0][2]
    assert "boi się psów" in rows[0][3]
    assert "Biały bus" in rows[0][5]
    assert "tylko w planie" in rows[0][5]
    assert rows[0][6] == "potwierdzony"
    assert f"/przejazdy/przejazd/{late.id}" in office.page.links().values()


def test_without_a_day_it_is_today_and_the_neighbours_are_a_click_away(office: Office) -> None:
    office.sign_in("operator")
    office.page.get("/przejazdy/dzien")
    assert office.page.h1 == "Przejazdy: poniedziałek 15 czerwca"
    assert "Tego dnia nie jeździ żaden samochód" in office.page.main
    assert office.page.follow("Następny dzień").h1 == "Przejazdy: wtorek 16 czerwca"


def test_another_day_is_chosen_by_its_date(office: Office) -> None:
    office.sign_in("operator")
    office.page.get("/przejazdy/dzien").fill_and_send({"dzien": "2026-12-03"}, form="Pokaż dzień")
    assert office.page.h1 == "Przejazdy: czwartek 3 grudnia"
    office.page.get("/przejazdy/dzien", dzien="")
    assert office.page.h1 == "Przejazdy: poniedziałek 15 czerwca"


@pytest.mark.parametrize("day", ["jutro", "2026-02-30", "0"])
def test_a_day_that_is_none_is_not_there(office: Office, day: str) -> None:
    office.sign_in("coordinator")
    office.page.get(f"/przejazdy/dzien/{day}", status=404)


def test_the_picture_shows_what_is_free_and_its_table_says_it(office: Office) -> None:
    office.shift(break_minutes=30)
    office.ride(visit_minutes=30, return_mode=ReturnMode.DRIVER_WAITS)
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert page.soup.select("svg.chart__drawing .run--ride")
    words = " ".join(page.rows("Co jest wolne")[0])
    assert "czeka" in words
    assert "przerwa" in words
    assert page.rows("Samochody")[0][3].startswith("7:00–")


def test_filters_are_said_in_words_and_can_be_taken_off(office: Office) -> None:
    office.shift(wheelchair_places=1)
    office.ride(office.rider(last_name="Piesza"))
    office.ride(office.rider(last_name="Wózkowa", mobility=Mobility.FIXED_WHEELCHAIR), at=time(13))
    office.sign_in("coordinator")
    page = office.page.get(DAY).fill_and_send({"stan": "wozek"}, form=DAY)
    assert [row[2].split()[0] for row in page.rows(LIST)] == ["Wózkowa"]
    assert "Pokazujemy: z wózkiem" in page.main
    assert len(page.follow("z wózkiem usuń").rows(LIST)) == 2
    page.get(DAY, stan="odbyte")
    assert "Zmień wybór powyżej" in page.main


@pytest.mark.parametrize(
    ("role", "may"), [("coordinator", True), ("operator", False), ("manager", False), ("auditor", False)]
)
def test_only_the_coordinator_assigns(office: Office, role: str, may: bool) -> None:
    office.shift()
    ride = office.ride()
    office.sign_in(role)
    page = office.page.get(DAY)
    assert ("Przydziel wszystkie" in page.main) is may
    assert ("Zmień samochód" in page.main) is may
    page.get(f"/przejazdy/przejazd/{ride.id}/samochod", status=200 if may else 403)
    page.post(f"{DAY}/przydzial", status=200 if may else 403)


def test_the_whole_day_is_assigned_as_planned_in_one_go(office: Office, session: Session) -> None:
    office.shift()
    rides = [office.ride(at=time(9)), office.ride(at=time(13))]
    lost_with = office.shift("Taxi", starts=time(10), ends=time(12))
    office.sign_in("coordinator")
    page = office.page.get(DAY).fill_and_send(form=f"{DAY}/przydzial")
    assert "Przydzielone przejazdy: 2" in page.main
    assert [the_ride(session, ride.id).state for ride in rides] == [RideState.ASSIGNED] * 2
    assert all(leg.assigned_at == NOW for ride in rides for leg in the_ride(session, ride.id).legs)
    assert "Przydziel wszystkie" not in page.main
    assert session.scalar(select(func.count()).where(JournalEntry.deed == "ride_assigned")) == 2
    assert session.scalar(select(func.count()).where(RideEvent.deed == "assigned")) == 2
    assert not list(broken_invariants(session, RIDE_ON, RIDE_ON))
    assert lost_with.id not in {leg.shift_id for ride in rides for leg in ride.legs}


def test_assigning_the_day_leaves_rides_without_a_car_alone(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride()
    call_off(shift)
    with transaction() as inside:
        assert assign_as_planned(inside, RIDE_ON, by=OPERATOR, now=NOW) == 0
    assert the_ride(session, ride.id).state is RideState.CONFIRMED


def test_a_ride_without_a_car_stands_on_top_and_gets_another(office: Office, session: Session) -> None:
    ill = office.shift("Chory bus")
    ride = office.ride(office.rider(last_name="Czekająca"))
    other = office.shift("Zapas")
    call_off(ill)
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "Bez samochodu: 1" in page.main
    page.get(f"/przejazdy/przejazd/{ride.id}/samochod")
    assert "Mieści się." in page.main
    page.fill_and_send({"shift": str(other.id)})
    assert page.path == DAY
    assert "Bez samochodu" not in page.main
    kept = the_ride(session, ride.id)
    assert {leg.shift_id for leg in kept.legs} == {other.id}
    assert kept.state is RideState.ASSIGNED


def test_forcing_a_ride_into_a_full_plan_needs_a_reason(office: Office, session: Session) -> None:
    office.shift("Wolny")
    tight = office.shift("Ciasny", starts=time(13), ends=time(15))
    ride = office.ride()
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}/samochod")
    assert "Nie mieści się w planie" in page.main
    page.fill_and_send({"shift": str(tight.id)})
    assert page.errors == [
        "Przejazd nie mieści się w planie tego samochodu. Wybierz inny albo podaj powód i przypisz mimo to."
    ]
    assert not any(leg.assigned_at for leg in the_ride(session, ride.id).legs)
    page.fill_and_send({"shift": str(tight.id), "reason": "kierowca przyjedzie wcześniej"})
    assert {leg.shift_id for leg in the_ride(session, ride.id).legs} == {tight.id}
    assert "kierowca przyjedzie wcześniej" in page.get(f"/przejazdy/przejazd/{ride.id}").main


def test_a_car_without_a_wheelchair_place_says_so_and_cannot_be_forced(office: Office, session: Session) -> None:
    office.shift("Z rampą", wheelchair_places=1)
    low = office.shift("Niska")
    ride = office.ride(office.rider(mobility=Mobility.FIXED_WHEELCHAIR))
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}/samochod")
    assert "Nie zabierze osoby na wózku" in page.main
    page.fill_and_send({"shift": str(low.id), "reason": "spróbujemy"})
    assert page.errors == ["Ten samochód nie zabierze osoby na wózku. Wybierz inny."]
    assert low.id not in {leg.shift_id for leg in the_ride(session, ride.id).legs}


def test_one_way_may_go_with_another_car(office: Office, session: Session) -> None:
    office.shift("Pierwszy")
    ride = office.ride()
    second = office.shift("Drugi")
    office.sign_in("coordinator")
    office.page.get(f"/przejazdy/przejazd/{ride.id}/samochod").fill_and_send({"shift": str(second.id), "way": "1"})
    legs = the_ride(session, ride.id).legs
    assert legs[0].shift_id != second.id
    assert legs[1].shift_id == second.id
    assert the_ride(session, ride.id).state is RideState.CONFIRMED


def test_without_a_chosen_car_nothing_is_assigned(office: Office) -> None:
    office.shift()
    ride = office.ride()
    office.sign_in("coordinator")
    page = office.page.get(f"/przejazdy/przejazd/{ride.id}/samochod")
    page.post(page.path, {key: value for key, value in page.fields().items() if key != "shift"})
    assert page.errors == ["Wybierz samochód."]


def test_a_day_is_closed_with_a_reason_and_opened_again(office: Office, session: Session) -> None:
    office.shift()
    office.sign_in("coordinator")
    page = office.page.get(DAY).fill_and_send({"because": ""}, form="Zamknij dzień")
    assert "Napisz, dlaczego" in page.main
    assert session.scalar(select(func.count()).select_from(ServiceDay)) == 0
    page.fill_and_send({"because": "powódź"}, form="Zamknij dzień")
    assert "Tego dnia nie jeździmy: powódź." in page.main
    page.fill_and_send(form="Otwórz ten dzień")
    assert "Tego dnia nie jeździmy" not in page.main


@pytest.mark.slow
def test_two_hundred_rides_cost_as_many_queries_as_ten(office: Office) -> None:
    office.shift()
    office.ride()
    office.sign_in("coordinator")
    counts = []
    for more in (9, 190):
        copy_first_ride(office, more)
        with counted_queries() as seen:
            office.page.get(DAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(office.page.rows(LIST)) == 200


def copy_first_ride(office: Office, count: int) -> None:
    """Copies of the first ride, each with its own passenger and ways, put into the day directly."""
    pattern = office.session.scalars(select(Ride).order_by(Ride.id).limit(1)).one()
    columns = [column.key for column in Ride.__table__.columns if column.key not in ("id", "resident_id", "revision")]
    of_leg = [column.key for column in Leg.__table__.columns if column.key not in ("id", "ride_id")]
    for _number in range(count):
        copy = Ride(**{key: getattr(pattern, key) for key in columns}, resident_id=office.rider().id)
        copy.legs = [Leg(**{key: getattr(leg, key) for key in of_leg}) for leg in pattern.legs]
        office.session.add(copy)
    office.session.commit()


# --- what waits in the morning ------------------------------------------------------------------------------------------------------------


def in_the_morning(office: Office, moment: str, role: str = "coordinator") -> Page:
    """The morning view as it is at a moment, signed in just then."""
    office.clock.at(moment)
    office.sign_in(role)
    return office.page.get("/pulpit")


def waiting_line(page: Page, words: str) -> str:
    """What the morning view says of one waiting thing."""
    lines = [words_of(line) for line in page.soup.select("main li") if words in words_of(line)]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_ride_nobody_drives_waits_and_is_urgent_the_day_before(office: Office) -> None:
    shift = office.shift()
    office.ride()
    call_off(shift)
    assert "Przejazdy bez samochodu" not in in_the_morning(office, "2026-06-15 09:00").main  # eight days ahead
    page = in_the_morning(office, "2026-06-16 09:00")
    assert (
        waiting_line(page, "Przejazdy bez samochodu")
        == "1 Przejazdy bez samochodu Wybierz samochód Przejazdy bez samochodu"
    )
    page = in_the_morning(office, "2026-06-22 09:00")
    assert "pilne" in waiting_line(page, "Przejazdy bez samochodu")
    assert page.follow("Wybierz samochód").path == DAY


def test_a_ride_of_yesterday_without_a_result_waits(office: Office) -> None:
    office.shift()
    office.ride()
    assert "Przejazdy bez wyniku" not in in_the_morning(office, "2026-06-23 23:50").main
    page = in_the_morning(office, "2026-06-24 00:10").follow("Wpisz wynik")
    assert len(page.rows(LIST)) == 1


def test_somebody_ready_for_whom_no_car_was_free_is_urgent(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(return_mode=ReturnMode.CALL_WHEN_READY)
    call_off(shift)
    with transaction() as inside:
        say_ready(inside, ride.id, by=OPERATOR, now=NOW + timedelta(days=8, hours=3))
    page = in_the_morning(office, "2026-06-23 11:00", "operator")
    assert "pilne" in waiting_line(page, "Gotowi do powrotu, bez samochodu")


def test_the_morning_view_asks_each_role_only_for_its_own(office: Office) -> None:
    shift = office.shift()
    office.ride()
    call_off(shift)
    assert "Przejazdy bez samochodu" not in in_the_morning(office, "2026-06-22 09:00", "operator").main


def test_who_was_not_there_again_and_again_is_talked_to(session: Session, page: Page, clock: Clock) -> None:
    office = Office(session, page, clock, replace(ROOMY, no_show_pattern=NoShowPattern(2, 3)))
    office.shift()
    rider = office.rider(last_name="Nieobecna")
    for number, at in enumerate((time(9), time(12))):
        ride = office.ride(rider, at=at)
        assert "Powtarzające się nieobecności" not in in_the_morning(office, f"2026-06-2{4 + number} 09:00").main
        office.clock.at(NOW)
        ride = the_ride(session, ride.id)
        ride.state = RideState.NO_SHOW
        session.commit()
    page = in_the_morning(office, "2026-06-26 09:00")
    assert "1 Powtarzające się nieobecności" in waiting_line(page, "Powtarzające się nieobecności")
    assert "Nieobecna" in page.follow("Porozmawiaj").main
