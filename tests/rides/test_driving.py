"""The driver at the door, late, or with nobody there: who waits how long, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import db, transaction
from services_app.fleet.models import Shift
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel
from services_app.rides.actions import arrive, assign_as_planned, assign_leg, deliver, pick_up, say_late, say_ready
from services_app.rides.models import Leg, Ride, RideEvent
from services_app.rides.policy.lateness import passed_on, told_delay, waits_until
from services_app.rides.queries import leg_waits_until
from services_app.rides.terms import ReturnMode, RideState
from services_app.rides.views import my_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.frozen import Clock, warsaw
from tests.page import Page
from tests.rides.staff_face import DAY, Office

MINE = "/przejazdy/moja-zmiana"


def on_the_way(office: Office) -> tuple[Shift, Ride]:
    """A ride whose driver has set out and is signed in, on the day."""
    shift = office.shift()
    ride = office.ride(office.rider())
    start_day(office, shift)
    tap(office, ride.legs[0], "set_out")
    return shift, ride


def start_day(office: Office, shift: Shift, moment: str = "2026-06-23 07:30") -> None:
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=NOW)
    office.clock.at(moment)
    office.drives(office.sign_in("driver", name="Darek Drogowski"), shift)


def later(office: Office, moment: datetime | str) -> None:
    """The same driver, signed in at another moment."""
    who = office.page.who
    assert who is not None
    office.clock.at(moment)
    office.page.sign_in("staff", who.id)
    office.page.get(MINE)


def tap(office: Office, leg: Leg, step: str, **more: str) -> Page:
    return office.page.post(f"{MINE}/{leg.id}", {"step": step, **more})


def test_the_drivers_morning_view_counts_the_passengers_of_today(office: Office) -> None:
    shift = office.shift()
    ride = office.ride(office.rider())
    start_day(office, shift)
    assert "2 Kursy, które dziś jeszcze czekają" in " ".join(office.page.get("/pulpit").main.split())
    later(office, "2026-06-23 09:20")
    tap(office, ride.legs[0], "pick_up")
    assert "1 Kursy, które dziś jeszcze czekają" in " ".join(office.page.get("/pulpit").main.split())
    office.page.follow("Otwórz zmianę")
    assert office.page.h1 == "Moja zmiana"
    office.sign_in("driver", name="Beata Inna")
    assert "Nic nie czeka" in office.page.get("/pulpit").main


def read(session: Session, leg: Leg) -> Leg:
    session.rollback()
    return session.get_one(Leg, leg.id, populate_existing=True)


def told_of_delay(session: Session) -> list[tuple[int | None, Channel, str]]:
    session.rollback()
    query = select(Message).where(Message.kind == "ride_late").order_by(Message.id)
    return [(each.resident_id, each.channel, each.body) for each in session.scalars(query)]


# --- waiting -----------------------------------------------------------------------------------------------------------------------------

AT_NINE = warsaw("2026-06-23 09:00")


@pytest.mark.parametrize(
    ("arrived", "minutes", "until"),
    [
        (AT_NINE, 30, AT_NINE + timedelta(minutes=40)),
        (AT_NINE + timedelta(minutes=10), 30, AT_NINE + timedelta(minutes=40)),
        (AT_NINE + timedelta(minutes=25), 30, AT_NINE + timedelta(minutes=55)),
        (AT_NINE + timedelta(minutes=25, seconds=1), 30, AT_NINE + timedelta(minutes=56)),
        (AT_NINE, 6, AT_NINE + timedelta(minutes=16)),
        (AT_NINE, 5, AT_NINE + timedelta(minutes=15)),
        (AT_NINE, 0, AT_NINE + timedelta(minutes=15)),
    ],
)
def test_waiting_counts_from_the_arrival_but_not_before_the_hour_told(
    arrived: datetime, minutes: int, until: datetime
) -> None:
    assert waits_until(arrived, AT_NINE + timedelta(minutes=10), minutes) == until


def test_the_driver_sees_until_when_to_wait(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    leg = ride.legs[0]
    later(office, leg.promised_from_at + timedelta(minutes=5))
    page = tap(office, leg, "arrive")
    assert read(session, leg).arrived_at == leg.promised_from_at + timedelta(minutes=5)
    assert "Poczekaj do 9:45" in page.main
    place = page.soup.select_one("[data-wait-until]")
    assert place is not None
    until = leg.promised_from_at + timedelta(minutes=20)
    assert datetime.fromisoformat(str(place["data-wait-until"])) == until
    assert "Jestem na miejscu" not in page.main
    assert "Zapisz: nikogo nie ma" not in page.main


def test_nobody_there_is_offered_at_the_very_minute_and_not_before(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    leg = ride.legs[0]
    later(office, leg.promised_from_at)
    tap(office, leg, "arrive")
    assert leg.promised_until_at == leg.promised_from_at + timedelta(minutes=15)
    later(office, leg.promised_until_at - timedelta(seconds=1))
    page = tap(office, leg, "no_show", reason="dzwoniłem")
    assert "Poczekaj do godziny 9:40" in page.main
    assert session.get_one(Ride, ride.id, populate_existing=True).state is RideState.ON_THE_WAY
    later(office, leg.promised_until_at)
    page = office.page.get(MINE)
    assert "Czas czekania minął o 9:40" in page.main
    page.fill_and_send({"reason": "dzwoniłem"}, form=f"Zapisz: nikogo nie ma {ride.resident.name} 9:25")
    session.rollback()
    assert session.get_one(Ride, ride.id, populate_existing=True).state is RideState.NO_SHOW


def test_nobody_is_absent_where_the_driver_has_not_arrived(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    later(office, "2026-06-23 12:00")
    assert "Najpierw naciśnij" in tap(office, ride.legs[0], "no_show", reason="nie ma").main
    session.rollback()
    assert session.get_one(Ride, ride.id, populate_existing=True).state is RideState.ON_THE_WAY


def test_nobody_is_absent_before_the_end_of_the_window_where_the_rules_name_no_waiting(
    session: Session, page: Page, clock: Clock
) -> None:
    office = Office(
        session, page, clock, replace(ROOMY, return_modes=frozenset({ReturnMode.FIXED_HOUR}), waiting_minutes=None)
    )
    _shift, ride = on_the_way(office)
    leg = ride.legs[0]
    later(office, leg.promised_from_at - timedelta(minutes=10))
    tap(office, leg, "arrive")
    for moment in (leg.promised_from_at, leg.promised_until_at - timedelta(seconds=1)):
        later(office, moment)
        tap(office, leg, "no_show", reason="nikt nie otwiera")
        session.rollback()
        assert session.get_one(Ride, ride.id, populate_existing=True).state is RideState.ON_THE_WAY
    later(office, leg.promised_until_at)
    tap(office, leg, "no_show", reason="nikt nie otwiera")
    session.rollback()
    assert session.get_one(Ride, ride.id, populate_existing=True).state is RideState.NO_SHOW


def test_who_was_told_a_later_hour_is_waited_for_from_that_hour(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    leg = ride.legs[0]
    tap(office, leg, "late_20")
    later(office, leg.promised_from_at + timedelta(minutes=5))
    assert "Poczekaj do 10:00" in tap(office, leg, "arrive").main


def test_a_driver_who_stays_for_the_visit_waits_as_long_as_the_rules_say(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(office.rider(), return_mode=ReturnMode.DRIVER_WAITS, visit_minutes=20)
    start_day(office, shift)
    there, back = ride.legs
    for deed in (pick_up, deliver):
        with transaction() as writing:
            deed(writing, there.id, by=OPERATOR, now=there.planned_dropoff_at)
    with transaction() as writing:
        arrive(writing, back.id, by=OPERATOR, now=there.planned_dropoff_at)
    assert ROOMY.waiting_minutes == 30
    assert leg_waits_until(read(session, back)) == back.promised_from_at + timedelta(minutes=30)


@pytest.mark.parametrize("step", ["late_20", "arrive", "pick_up", "set_out"])
def test_a_tap_that_comes_after_the_way_was_given_to_another_driver_changes_nothing(
    office: Office, session: Session, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    shift = office.shift()
    ride = office.ride(office.rider())
    start_day(office, shift)
    out, other = ride.legs[0].id, office.shift().id
    looked_up = my_shift._own_leg_or_404

    def given_to_another_meanwhile(leg_id: int) -> Leg:
        looked_up(leg_id)
        with transaction() as writing:
            assert assign_leg(writing, leg_id, other, by=OPERATOR, now=clock.now(), force_reason="awaria").allowed
        return db.session.get_one(Leg, leg_id)

    monkeypatch.setattr(my_shift, "_own_leg_or_404", given_to_another_meanwhile)
    assert "W tej chwili nie można tego zrobić" in tap(office, ride.legs[0], step).text
    session.rollback()
    session.expire_all()
    leg = session.get_one(Leg, out)
    assert (leg.late_minutes, leg.arrived_at, leg.picked_up_at) == (None, None, None)
    assert leg.ride.state is RideState.ASSIGNED


def test_arriving_twice_keeps_the_first_moment(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    leg = ride.legs[0]
    later(office, leg.promised_from_at)
    tap(office, leg, "arrive")
    later(office, leg.promised_from_at + timedelta(minutes=8))
    assert "nie można" not in tap(office, leg, "arrive").main
    assert read(session, leg).arrived_at == leg.promised_from_at
    session.rollback()
    deeds = list(session.scalars(select(RideEvent.deed).where(RideEvent.ride_id == ride.id)))
    assert deeds.count("arrived") == 1


# --- late --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "told"), [(9.9, 0), (10, 10), (10.1, 15), (15, 15), (0, 0)])
def test_a_delay_is_told_in_steps_of_five_from_ten(minutes: float, told: int) -> None:
    assert told_delay(minutes) == told


def test_a_pause_in_the_plan_takes_from_a_delay_and_never_gives_back() -> None:
    assert list(passed_on(20, [0, 5, -3, 30, 0])) == [20, 15, 15, 0, 0]


def test_one_tap_tells_the_passenger_the_new_hour(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    page = tap(office, ride.legs[0], "late_20")
    assert "Pasażerowie dostaną wiadomość" in page.main
    assert "później, ok. 9:45" in page.main
    [(resident_id, channel, body)] = told_of_delay(session)
    assert (resident_id, channel) == (ride.resident_id, Channel.SMS)
    assert body.startswith("MOPR: 9:45 przyjedzie auto, okolo 20 min pozniej")


def test_a_land_line_gets_a_task_on_the_call_list(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(office.rider(phones=("41 331 25 24",)))
    start_day(office, shift)
    tap(office, ride.legs[0], "late_10")
    [(_resident, channel, body)] = told_of_delay(session)
    assert channel is Channel.CALL
    assert "spóźni się około 10 minut" in body


def test_relatives_who_want_to_know_are_told(office: Office, session: Session) -> None:
    shift = office.shift()
    rider = office.rider()
    let_represent(session, make_representative(session), rider)
    session.commit()
    ride = office.ride(rider)
    start_day(office, shift)
    tap(office, ride.legs[0], "late_30")
    notices = select(Message).where(Message.kind == "relative_notice", Message.dedupe_key.like("ride_late:%"))
    [notice] = session.scalars(notices)
    assert "auto spozni sie okolo 30 min" in notice.body


def test_each_amount_is_told_once_and_a_smaller_one_not_at_all(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    for step in ("late_20", "late_20", "late_10", "late_30"):
        tap(office, ride.legs[0], step)
    assert [body[6:10] for _who, _channel, body in told_of_delay(session)] == ["9:45", "9:55"]
    assert read(session, ride.legs[0]).late_minutes == 30


def test_the_next_passengers_are_told_as_far_as_the_delay_reaches(office: Office, session: Session) -> None:
    shift = office.shift()
    first, second, third = (
        office.ride(office.rider(last_name=name), at=at, return_mode=None)
        for name, at in (("Pierwsza", time(10)), ("Druga", time(10, 20)), ("Trzecia", time(13)))
    )
    start_day(office, shift)
    tap(office, first.legs[0], "late_30")
    told = [resident for resident, _channel, _body in told_of_delay(session)]
    assert told == [first.resident_id, second.resident_id]
    assert read(session, third.legs[0]).late_minutes is None
    late = read(session, second.legs[0]).late_minutes
    assert late is not None
    assert 10 <= late <= 30


def test_the_coordinator_sees_who_is_late_until_the_passenger_is_in_the_car(office: Office) -> None:
    _shift, ride = on_the_way(office)
    office.sign_in("coordinator")
    assert "spóźni się" not in office.page.get(DAY).main, "drawn and kept, until something changes"
    with transaction() as writing:
        assert say_late(writing, ride.legs[0].id, 20, by=OPERATOR, now=warsaw("2026-06-23 07:45")).allowed
    assert "Spóźnieni kierowcy" in office.page.get("/pulpit").main
    assert "spóźni się ok. 20 min" in office.page.get(DAY).main
    assert "spóźnienie kierowcy: tam" in office.page.get(f"/przejazdy/przejazd/{ride.id}").main
    with transaction() as session:
        pick_up(session, ride.legs[0].id, by=OPERATOR, now=warsaw("2026-06-23 09:45"))
    assert "Spóźnieni kierowcy" not in office.page.get("/pulpit").main
    assert "spóźni się" not in office.page.get(DAY).main


def test_a_delay_is_said_where_the_next_passenger_waits(office: Office) -> None:
    shift = office.shift()
    first = office.ride(office.rider(last_name="Pierwsza"), at=time(10), return_mode=None)
    second = office.ride(office.rider(last_name="Druga"), at=time(13), return_mode=None)
    start_day(office, shift)
    page = office.page.get(MINE)
    assert [form["action"] for form in page.soup.select("form.shift__late")] == [f"{MINE}/{first.legs[0].id}"]
    with transaction() as session:
        pick_up(session, first.legs[0].id, by=OPERATOR, now=warsaw("2026-06-23 09:25"))
    page = office.page.get(MINE)
    assert [form["action"] for form in page.soup.select("form.shift__late")] == [f"{MINE}/{second.legs[0].id}"]


def test_nobody_who_was_told_no_hour_is_told_a_later_one(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(office.rider(), return_mode=ReturnMode.CALL_WHEN_READY)
    start_day(office, shift)
    there, back = ride.legs
    for deed in (pick_up, deliver):
        with transaction() as writing:
            deed(writing, there.id, by=OPERATOR, now=warsaw("2026-06-23 09:30"))
    with transaction() as writing:
        verdict = say_late(writing, back.id, 20, by=OPERATOR, now=warsaw("2026-06-23 09:40"))
    assert not verdict.allowed
    assert told_of_delay(session) == []


def test_an_amount_that_is_not_offered_is_refused(office: Office, session: Session) -> None:
    _shift, ride = on_the_way(office)
    office.page.post(f"{MINE}/{ride.legs[0].id}", {"step": "late_45"}, status=400)
    assert told_of_delay(session) == []


def test_an_open_way_home_has_no_hour_and_may_be_driven_all_the_same(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(office.rider(), return_mode=ReturnMode.CALL_WHEN_READY)
    start_day(office, shift)
    page = office.page.get(f"/przejazdy/karta/{shift.id}")
    assert [row[1] for row in page.rows()] == ["wsiada", "wysiada", "wsiada, na telefon", "wysiada"]
    for deed in (pick_up, deliver):
        with transaction() as writing:
            deed(writing, ride.legs[0].id, by=OPERATOR, now=warsaw("2026-06-23 09:30"))
    page = office.page.get(MINE)
    assert "na telefon" in page.main
    assert page.soup.select("form.shift__late") == []
    assert "Jestem na miejscu" not in page.main, "nobody waits for who was told no hour"
    tap(office, ride.legs[1], "pick_up")
    assert read(session, ride.legs[1]).picked_up_at is not None


def test_who_is_ready_is_promised_the_car_that_was_told(office: Office, session: Session) -> None:
    shift = office.shift()
    ride = office.ride(office.rider(), return_mode=ReturnMode.CALL_WHEN_READY)
    start_day(office, shift)
    for deed in (pick_up, deliver):
        with transaction() as writing:
            deed(writing, ride.legs[0].id, by=OPERATOR, now=warsaw("2026-06-23 09:30"))
    now = office.clock.at("2026-06-23 10:02")
    with transaction() as writing:
        say_ready(writing, ride.id, by=OPERATOR, now=now)
    back = read(session, ride.legs[1])
    assert back.shift_id == shift.id
    assert back.assigned_at == now
