"""A flood: the day is closed, and its rides are called off in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.rides.actions import cancel_by_operator, change_state, close_day, close_day_as_seen
from services_app.rides.models import Ride, ServiceDay
from services_app.rides.queries import broken_invariants, closing_mark
from services_app.rides.terms import RideState
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.rides import NOW, OPERATOR, RIDE_ON
from tests.page import Page
from tests.rides.staff_face import DAY, Office

pytestmark = pytest.mark.database
OFF, CLOSING = f"{DAY}/odwolanie", f"{DAY}/zamkniecie"


def states(session: Session) -> list[RideState]:
    session.rollback()
    return list(session.scalars(select(Ride.state).order_by(Ride.id)))


def closed(session: Session) -> str | None:
    session.rollback()
    return session.scalar(select(ServiceDay.closed_because).where(ServiceDay.on == RIDE_ON))


def pressed(office: Office, stale: dict[str, list[str]], **more: str) -> Page:
    """A form of a page that was drawn earlier, sent by who is signed in now."""
    kept = {name: values[0] for name, values in stale.items() if name in ("as_it_was", "otworz")}
    return office.page.get(DAY).post(CLOSING, {**kept, **more})


def test_a_day_is_closed_and_everybody_is_told_in_two_steps(office: Office, session: Session) -> None:
    office.shift()
    first, second = office.ride(at=time(9)), office.ride(at=time(12))
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "Odwołaj wszystkie przejazdy" not in page.main, "only of a day on which nobody drives"
    page = page.fill_and_send({"because": "powódź"}, form=f"{DAY}/zamkniecie")
    assert "Odwołaj wszystkie przejazdy tego dnia (2)" in page.main
    page = page.fill_and_send(form=OFF)
    assert "Odwołane przejazdy: 2." in page.main
    assert "Odwołaj wszystkie przejazdy" not in page.main
    assert states(session) == [RideState.CANCELLED_BY_OPERATOR] * 2
    told = select(Message.resident_id).where(Message.kind == "ride_cancelled_by_operator").order_by(Message.resident_id)
    assert list(session.scalars(told)) == sorted([first.resident_id, second.resident_id])
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []


def test_who_is_called_off_for_a_closed_day_hears_why_and_for_another_reason_does_not(
    office: Office, session: Session
) -> None:
    office.shift()
    alone, _second = office.ride(at=time(9)), office.ride(at=time(12))
    with transaction() as writing:
        cancel_by_operator(writing, alone.id, "kolizja pana Kowalskiego", by=OPERATOR, now=NOW)
        close_day(writing, RIDE_ON, "Gołoledź.", by=OPERATOR, now=NOW)
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "wiadomość albo telefon z powodem: Gołoledź." in page.main
    page.fill_and_send(form=OFF)
    session.rollback()
    told = select(Message.body).where(Message.kind == "ride_cancelled_by_operator").order_by(Message.id)
    first, second = session.scalars(told)
    assert "Powod" not in first
    assert "Kowalsk" not in first
    assert "Powod: Gololedz. " in second


def test_a_closed_day_offers_to_assign_nothing_and_assigns_nothing(office: Office, session: Session) -> None:
    office.shift()
    office.ride()
    office.sign_in("coordinator")
    page = office.page.get(DAY)
    assert "Przydziel wszystkie" in page.main
    with transaction() as writing:
        close_day(writing, RIDE_ON, "gołoledź", by=OPERATOR, now=NOW)
    page.fill_and_send(form=f"{DAY}/przydzial")
    assert "Tego dnia nie jeździmy, więc nic nie przydzielono." in page.main
    assert states(session) == [RideState.CONFIRMED]
    assert "Przydziel wszystkie" not in page.main
    with transaction() as writing:
        close_day(writing, RIDE_ON, None, by=OPERATOR, now=NOW)
    page.get(DAY).fill_and_send(form=f"{DAY}/przydzial")
    assert "Przydzielone przejazdy: 1." in page.main
    assert states(session) == [RideState.ASSIGNED]


def test_where_nobody_rides_nobody_needs_to_be_told(office: Office) -> None:
    office.shift()
    office.sign_in("coordinator")
    page = office.page.get(DAY).fill_and_send({"because": "powódź"}, form=CLOSING)
    assert "Dzień jest zamknięty. Nie ma przejazdów do odwołania, nikogo nie trzeba powiadamiać." in page.main
    page.post(OFF, {})
    assert "Nie ma przejazdów do odwołania, nikogo nie trzeba powiadamiać." in page.main
    assert "dostaną wiadomość" not in page.main
    page.fill_and_send(form=CLOSING)
    assert "Tego dnia znów jeździmy." in page.main
    assert "zostają odwołane" not in page.main


def test_a_day_put_back_says_how_many_rides_stay_called_off_and_lists_them(office: Office, session: Session) -> None:
    office.shift()
    before, off = office.ride(at=time(9)), office.ride(office.rider(last_name="Zostaje"), at=time(12))
    with transaction() as writing:
        cancel_by_operator(writing, before.id, "zepsuty bus", by=OPERATOR, now=NOW)
    office.sign_in("coordinator")
    page = office.page.get(DAY).fill_and_send({"because": "powódź"}, form=CLOSING).fill_and_send(form=OFF)
    page.fill_and_send(form=CLOSING)
    assert "Tego dnia znów jeździmy. Odwołane przejazdy (1) zostają odwołane. Są na liście poniżej." in page.main
    assert "Zostaje" in page.text
    assert "Pokazujemy: odwołane i nieodbyte" in page.main
    session.rollback()
    assert session.get_one(Ride, off.id).state is RideState.CANCELLED_BY_OPERATOR


def test_a_stale_button_changes_nothing_and_says_who_was_first(office: Office, session: Session) -> None:
    office.shift()
    office.sign_in("coordinator", name="Karol Planista")
    stale_open = office.page.get(DAY).fields(CLOSING)
    office.page.fill_and_send({"because": "powódź"}, form=CLOSING)
    stale_closed = office.page.get(DAY).fields(CLOSING)
    office.sign_in("coordinator", name="Druga Planistka")
    page = pressed(office, stale_open, because="śnieg")
    assert "Ten dzień już ktoś zamknął: Karol Planista, " in page.main
    assert "Twojej decyzji nie zapisaliśmy." in page.main
    assert closed(session) == "powódź"
    page.fill_and_send(form=CLOSING)
    assert closed(session) is None
    page = pressed(office, stale_closed)
    assert "Ten dzień już ktoś otworzył: Druga Planistka, " in page.main
    page.fill_and_send({"because": "śnieg"}, form=CLOSING)
    page = pressed(office, stale_closed)
    assert "Ten dzień już ktoś zamknął: Druga Planistka, " in page.main, "closed anew, for another reason than was seen"
    assert closed(session) == "śnieg"


def test_of_two_who_close_a_day_at_once_the_second_hears_of_the_first(app: Flask, session: Session) -> None:
    def closing(because: str) -> Callable[[], Verdict]:
        def deed() -> Verdict:
            with transaction() as writing:
                return close_day_as_seen(writing, RIDE_ON, because, closing_mark(None), by=OPERATOR, now=NOW)

        return deed

    answers = at_once(app, [closing("powódź"), closing("śnieg")])
    assert sorted(answer.allowed for answer in answers) == [False, True]
    assert closed(session) == ("powódź" if answers[0].allowed else "śnieg")


def test_who_already_sits_in_the_car_is_driven_home(office: Office, session: Session) -> None:
    office.shift()
    on_board, waiting = office.ride(at=time(9)), office.ride(at=time(12))
    office.clock.at("2026-06-23 09:30")
    with transaction() as writing:
        for state in (RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD):
            change_state(writing, on_board.id, state, by=OPERATOR, now=NOW.replace(day=23, hour=7, minute=30))
        close_day(writing, RIDE_ON, "ślizgawica", by=OPERATOR, now=NOW)
    began = states(session)[0]
    assert began in (RideState.ON_THE_WAY, RideState.ON_BOARD)
    office.sign_in("coordinator")
    office.page.get(DAY).fill_and_send(form=OFF)
    assert states(session) == [began, RideState.CANCELLED_BY_OPERATOR]
    assert waiting.id > on_board.id


def test_a_day_that_is_driven_is_not_called_off(office: Office, session: Session) -> None:
    office.shift()
    office.ride()
    office.sign_in("coordinator")
    page = office.page.post(OFF, {})
    assert "Najpierw zamknij dzień" in page.main
    assert states(session) == [RideState.CONFIRMED]


def test_who_only_reads_cannot_call_off(office: Office) -> None:
    office.sign_in("operator")
    office.page.post(OFF, {}, status=403)
