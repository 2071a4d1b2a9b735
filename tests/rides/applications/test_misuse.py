"""The form anybody may send: sent twice, sent again and again, sent to find somebody out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.rides.models import JoinApplication
from services_app.rides.queries.applications import key_of_application
from tests.factories.applications import BORN, PESEL
from tests.factories.residents import make_resident, pesel_of
from tests.factories.rides import NOW
from tests.frozen import Clock
from tests.page import Page
from tests.rides.applications.applying import FILLED, MYSELF, SENDING, applied, apply_online
from tests.rides.walking import count


def test_sending_twice_makes_one_application(page: Page, session: Session) -> None:
    page.get(MYSELF).fill_and_send(FILLED)
    sent = {**page.fields(SENDING), "agreed": ["y"]}
    for _time in range(2):
        page.get(MYSELF).post(MYSELF, sent)
        assert page.h1.startswith("Mamy zgłoszenie Z/")
    assert count(session, JoinApplication) == 1
    assert count(session, Message) == 1


def test_the_tenth_application_from_an_address_is_taken_and_the_eleventh_is_not(
    page: Page, session: Session, clock: Clock
) -> None:
    def send(number: int) -> None:
        apply_online(page, pesel=pesel_of(BORN, number), phone=f"600 100 {200 + number}", status=None)

    for number in range(10):
        send(number)
        assert page.h1.startswith("Mamy zgłoszenie Z/")
    send(10)
    assert page.response is not None
    assert (page.response.status_code, page.errors[0][:27]) == (429, "Wysłano już kilka zgłoszeń.")
    assert count(session, JoinApplication) == 10
    clock.at(NOW + timedelta(minutes=61))
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert count(session, JoinApplication) == 11


def test_one_phone_hears_of_three_applications_at_most(page: Page, session: Session) -> None:
    for number in range(4):
        apply_online(page, pesel=pesel_of(BORN, number), status=429 if number == 3 else 200)
    assert count(session, JoinApplication) == 3


def test_a_program_that_fills_in_everything_sends_nothing(page: Page, session: Session) -> None:
    page.get(MYSELF).fill_and_send(FILLED)
    page.fill_and_send({"agreed": True, "adres_strony": "https://spam.example"}, form=SENDING)
    assert len(page.errors) == 1
    assert count(session, JoinApplication) == 0
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert count(session, JoinApplication) == 1


def test_whether_the_register_knows_somebody_is_not_told(page: Page, session: Session) -> None:
    make_resident(session, "Zofia", "Zmyślona", pesel=PESEL, phones=("600 100 200",))
    applied(session)
    session.commit()
    page.get(MYSELF).fill_and_send(FILLED)
    known = page.main
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert page.h1.startswith("Mamy zgłoszenie Z/")
    other = pesel_of(BORN, 992)
    page.get(MYSELF).fill_and_send({**FILLED, "pesel": other, "phone": "600 100 201"})
    assert page.main == known.replace(PESEL[-4:], other[-4:]).replace("600 100 200", "600 100 201")


def test_the_number_is_shown_to_who_knows_the_address_and_for_a_month(
    page: Page, session: Session, clock: Clock
) -> None:
    made = applied(session)
    key = key_of_application(made)
    page.get(f"/przejazdy/dolacz/przyjete/{key}")
    for wrong in (f"{made}-{'A' * 22}", f"{made + 1}{key[1:]}", str(made), "x", "²-A"):
        page.get(f"/przejazdy/dolacz/przyjete/{wrong}", status=404)
    clock.at(NOW + timedelta(days=30))
    page.get(f"/przejazdy/dolacz/przyjete/{key}")
    clock.at(NOW + timedelta(days=30, seconds=1))
    page.get(f"/przejazdy/dolacz/przyjete/{key}", status=404)
