"""One ride for staff: its life, and each role's next steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.rides.actions import arrive, assign_as_planned, assign_ride, cancel_ride
from services_app.rides.models import Refusal, Ride, RideEvent
from services_app.rides.policy import PurposeRule, Quota
from services_app.rides.terms import Period, Purpose, ReturnMode, RideState
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY
from tests.frozen import Clock, warsaw
from tests.page import Page
from tests.rides.staff_face import Office

ON_THE_DAY = "2026-06-23 09:20"
AFTER_THE_WAIT = "2026-06-23 09:45"
LATE = "2026-06-23 00:05"
LIFE = "Historia przejazdu"


def state_of(session: Session, ride: Ride) -> RideState:
    session.expire_all()
    return session.get_one(Ride, ride.id).state


def path_of(ride: Ride) -> str:
    return f"/przejazdy/przejazd/{ride.id}"


def assigned_ride(office: Office, **values: object) -> Ride:
    office.shift()
    ride = office.ride(**values)  # type: ignore[arg-type]  # parts of the wish by name
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=NOW)
    return ride


def test_the_page_tells_who_when_and_why(office: Office) -> None:
    office.shift()
    ride = office.ride(office.rider(gate_code="12K345"), note="proszę pukać")
    office.sign_in("coordinator", name="Karol Planista")
    page = office.page.get(path_of(ride))
    for words in ("12K345", "proszę pukać", "Poradnia na Wzgórzu", "600 100 200", "Biały bus"):
        assert words in page.main
    page.fill_and_send({"reason": "zepsuty bus"}, form="Odwołujemy my")
    assert page.rows(LIFE)[-1][1:] == ["odwołanie przez nas", "Karol Planista", "zepsuty bus"]


def test_the_history_names_the_car_each_time_one_was_given(office: Office) -> None:
    office.shift()
    ride = office.ride()
    other = office.shift("Czerwony van")
    office.sign_in("coordinator")
    with transaction() as session:
        assign_as_planned(session, RIDE_ON, by=OPERATOR, now=NOW)
    page = office.page.get(path_of(ride))
    assert page.rows(LIFE)[-1][1] == "przydział samochodu: tam i z powrotem, Biały bus", "one name for both ways"
    with transaction() as session:
        assert assign_ride(session, ride.id, other.id, by=OPERATOR, now=NOW).allowed
    page = office.page.get(path_of(ride))
    assert [row[1].rpartition(", ")[2] for row in page.rows(LIFE)[-2:]] == ["Biały bus", "Czerwony van"]


def test_a_note_that_knows_no_shift_names_no_car(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    note = session.scalars(select(RideEvent).where(RideEvent.deed == "assigned")).one()
    note.details = {"ways": [0, 1]}  # as such steps were noted at first
    session.commit()
    office.sign_in("coordinator")
    assert office.page.get(path_of(ride)).rows(LIFE)[-1][1] == "przydział samochodu: tam i z powrotem"


def test_the_course_tells_when_the_driver_was_at_the_door(office: Office) -> None:
    ride = assigned_ride(office)
    office.clock.at(ON_THE_DAY)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride)).fill_and_send(form="Samochód wyjechał")
    assert [row[-1] for row in page.rows("Drogi")] == ["jeszcze nic", "jeszcze nic"]
    with transaction() as session:
        assert arrive(session, ride.legs[0].id, by=OPERATOR, now=warsaw(ON_THE_DAY)).allowed
    page = office.page.get(path_of(ride))
    assert [row[-1] for row in page.rows("Drogi")] == ["kierowca na miejscu 9:20", "jeszcze nic"]
    page.fill_and_send(form="Pasażer wsiadł (tam)").fill_and_send(form="Pasażer dojechał (tam)")
    assert page.rows("Drogi")[0][-1] == "kierowca na miejscu 9:20, wsiadła 9:20, na miejscu 9:20"


def test_the_way_called_off_first_stays_marked_when_the_rest_is_called_off(office: Office) -> None:
    ride = assigned_ride(office)
    office.sign_in("coordinator")
    for ways, marks in (
        ({1}, ["Tam", "Z powrotem odwołana"]),
        (None, ["Tam odwołana", "Z powrotem odwołana wcześniej"]),
    ):
        with transaction() as session:
            cancel_ride(session, ride.id, by=OPERATOR, now=NOW, sequences=ways)
        assert [row[0] for row in office.page.get(path_of(ride)).rows("Drogi")] == marks


@pytest.mark.parametrize("role", ["driver", "clerk", "administrator"])
def test_other_roles_do_not_see_it(office: Office, role: str) -> None:
    office.shift()
    ride = office.ride()
    office.sign_in(role)
    office.page.get(path_of(ride), status=403)


@pytest.mark.parametrize("role", ["operator", "manager", "auditor"])
def test_who_only_looks_finds_no_steps_and_cannot_take_them(office: Office, session: Session, role: str) -> None:
    ride = assigned_ride(office)
    office.sign_in(role)
    page = office.page.get(path_of(ride))
    assert "Co się stało" not in page.main
    page.post(f"{path_of(ride)}/krok", {"step": "set_out"}, status=403)
    assert state_of(session, ride) is RideState.ASSIGNED


def test_a_ride_that_is_not_there(office: Office) -> None:
    office.sign_in("coordinator")
    office.page.get("/przejazdy/przejazd/999999", status=404)
    for deed in ("krok", "gotowa", "odwolanie"):
        office.page.post(f"/przejazdy/przejazd/999999/{deed}", {"step": "set_out"}, status=404)


def test_the_coordinator_stands_in_for_the_driver_all_the_way(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.clock.at(ON_THE_DAY)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride))
    for words in (
        "Samochód wyjechał",
        "Pasażer wsiadł (tam)",
        "Pasażer dojechał (tam)",
        "Pasażer wsiadł (z powrotem)",
        "Pasażer dojechał (z powrotem)",
    ):
        page.fill_and_send(form=words)
    assert state_of(session, ride) is RideState.DONE
    assert "Co się stało" not in page.main


def test_a_step_that_may_not_follow_is_refused_in_words(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride))
    page.post(f"{path_of(ride)}/krok", {"step": "no_show", "reason": "nie było nikogo"})
    assert "W tej chwili nie można tego zrobić" in page.main
    assert state_of(session, ride) is RideState.ASSIGNED
    page.post(f"{path_of(ride)}/krok", {"step": "fly"}, status=400)
    page.post(f"{path_of(ride)}/krok", {"step": "pick_up", "leg": "999999"}, status=400)


@pytest.mark.parametrize(
    ("words", "state"), [("Pasażer nie przyszedł", RideState.NO_SHOW), ("Nie wykonaliśmy przejazdu", RideState.MISSED)]
)  # fmt: skip
def test_a_ride_not_made_needs_a_reason(office: Office, session: Session, words: str, state: RideState) -> None:
    ride = assigned_ride(office)
    office.clock.at(AFTER_THE_WAIT)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride)).fill_and_send(form="Samochód wyjechał")
    page.fill_and_send({"reason": ""}, form=words)
    assert "Napisz, dlaczego" in page.main
    page.fill_and_send({"reason": "korek na Krakowskiej"}, form=words)
    assert state_of(session, ride) is state


def test_an_accepted_excuse_gives_the_limit_back(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.clock.at(AFTER_THE_WAIT)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride)).fill_and_send(form="Samochód wyjechał")
    page.fill_and_send({"reason": "nikt nie otwierał"}, form="Pasażer nie przyszedł")
    session.expire_all()
    assert session.get_one(Ride, ride.id).charged_legs == 2
    page.fill_and_send({"reason": "była w szpitalu"}, form="Przyjmij usprawiedliwienie")
    session.expire_all()
    assert session.get_one(Ride, ride.id).charged_legs == 0
    assert "usprawiedliwiony" in page.main


def test_in_the_evening_a_ride_nobody_tapped_gets_its_result(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.clock.at("2026-06-23 17:00")
    office.sign_in("coordinator")
    office.page.get(path_of(ride)).fill_and_send(form="Przejazd się odbył")
    assert state_of(session, ride) is RideState.DONE


def test_an_assignment_is_taken_back(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.sign_in("coordinator")
    office.page.get(path_of(ride)).fill_and_send(form="Cofnij przydział")
    assert state_of(session, ride) is RideState.CONFIRMED


def test_the_effect_of_cancelling_is_shown_before(session: Session, page: Page, clock: Clock) -> None:
    office = Office(session, page, clock, replace(ROOMY, quotas=(Quota(Period.MONTH, 5),)))
    office.shift()
    ride = office.ride()
    office.sign_in("operator")
    page = office.page.get(f"{path_of(ride)}/odwolanie")
    assert "W porę: nic nie przepada. Teraz: zostało 4 w tym miesiącu. Potem: zostało 5 w tym miesiącu." in page.main
    office.clock.at(LATE)
    office.sign_in("operator")
    assert "Za późno: przejazd się liczy." in office.page.get(f"{path_of(ride)}/odwolanie").main


@pytest.mark.parametrize(
    ("moment", "state"), [(None, RideState.CANCELLED_IN_TIME), (LATE, RideState.CANCELLED_LATE)]
)  # fmt: skip
def test_the_operator_cancels_in_the_passengers_name(
    office: Office, session: Session, moment: str | None, state: RideState
) -> None:
    office.shift()
    ride = office.ride()
    if moment:
        office.clock.at(moment)
    office.sign_in("operator")
    page = office.page.get(f"{path_of(ride)}/odwolanie").fill_and_send({"reason": "choroba"})
    assert state_of(session, ride) is state
    assert page.rows(LIFE)[-1][3] == "choroba"
    assert page.get(f"{path_of(ride)}/odwolanie").path == path_of(ride)  # over: there is nothing to cancel


@pytest.mark.parametrize(("box", "state"), [({}, MessageState.DELIVERED), ({"said": False}, MessageState.CREATED)])
def test_who_called_it_off_on_a_land_line_is_not_called_about_it(
    office: Office, session: Session, box: dict[str, bool], state: MessageState
) -> None:
    office.shift()
    ride = office.ride(office.rider(phones=("41 369 00 01",)))
    operator = office.sign_in("operator")
    office.page.get(f"{path_of(ride)}/odwolanie").fill_and_send(box)
    session.rollback()
    told = session.scalars(select(Message).where(Message.kind == "ride_cancelled")).one()
    assert (told.state, told.told_by_id) == (state, operator if state is MessageState.DELIVERED else None)


def test_one_way_alone_is_cancelled(office: Office, session: Session) -> None:
    office.shift()
    ride = office.ride()
    office.sign_in("operator")
    page = office.page.get(f"{path_of(ride)}/odwolanie").fill_and_send({"what": "1"})
    session.expire_all()
    assert [leg.active for leg in session.get_one(Ride, ride.id).legs] == [True, False]
    assert page.rows(LIFE)[-1][1] == "odwołanie jednej drogi: z powrotem"


def test_who_is_ready_to_go_home_is_told_when_the_car_comes(office: Office, session: Session) -> None:
    ride = assigned_ride(office, return_mode=ReturnMode.CALL_WHEN_READY)
    office.sign_in("operator")
    assert "Gotowa do powrotu" not in office.page.get(path_of(ride)).main  # not before the day
    office.clock.at("2026-06-23 11:00")
    office.sign_in("operator")
    page = office.page.get(path_of(ride)).fill_and_send(form="Gotowa do powrotu")
    assert "Powiedz: samochód przyjedzie między" in page.main
    assert "Gotowa do powrotu" not in page.main
    session.expire_all()
    assert session.get_one(Ride, ride.id).legs[1].ready_at is not None


@pytest.fixture
def request_waiting(session: Session, page: Page, clock: Clock) -> tuple[Office, Ride]:
    """A request whose purpose needs a coordinator's yes, with one signed in."""
    rules = replace(ROOMY, purposes=(PurposeRule(Purpose.CULTURE, needs_approval=True),))
    office = Office(session, page, clock, rules)
    office.shift()
    ride = office.ride(purpose=Purpose.CULTURE)
    office.sign_in("coordinator")
    return office, ride


def test_a_purpose_that_needs_consent_waits_for_the_coordinator(
    request_waiting: tuple[Office, Ride], session: Session
) -> None:
    office, ride = request_waiting
    page = office.page.get("/pulpit").follow("Zdecyduj")
    page.get(path_of(ride)).fill_and_send(form="Wyraź zgodę")
    assert state_of(session, ride) is RideState.CONFIRMED


def test_a_request_for_the_way_home_alone_is_agreed_to_until_it_begins(
    request_waiting: tuple[Office, Ride], session: Session
) -> None:
    office, ride = request_waiting
    there, back = (leg.promised_from_at for leg in ride.legs)
    with transaction() as inside:
        cancel_ride(inside, ride.id, by=OPERATOR, now=NOW, sequences={0})
    for moment, offered in ((there + timedelta(minutes=5), True), (back, False)):
        office.clock.at(moment)
        office.sign_in("coordinator")
        assert ("Wyraź zgodę" in office.page.get(path_of(ride)).main) is offered


def test_a_request_is_turned_down_with_its_reason(request_waiting: tuple[Office, Ride], session: Session) -> None:
    office, ride = request_waiting
    page = office.page
    page.get(path_of(ride)).fill_and_send({"reason": "Koncert był dwa razy w tym roku."}, form="Odmów")
    assert state_of(session, ride) is RideState.REFUSED
    assert "Koncert był dwa razy w tym roku." in page.main
    assert session.scalars(select(Refusal.reasons)).one()[0]["text"] == "Koncert był dwa razy w tym roku."


def test_nothing_of_the_day_is_offered_before_it(office: Office, session: Session) -> None:
    ride = assigned_ride(office)
    office.sign_in("coordinator")
    page = office.page.get(path_of(ride))
    for words in ("Samochód wyjechał", "Nie wykonaliśmy przejazdu"):
        assert words not in page.main
    page.post(f"{path_of(ride)}/krok", {"step": "missed", "reason": "pomyłka"})
    assert state_of(session, ride) is RideState.ASSIGNED
    office.clock.at(ON_THE_DAY)
    office.sign_in("coordinator")
    assert "Nie wykonaliśmy przejazdu" in office.page.get(path_of(ride)).main
