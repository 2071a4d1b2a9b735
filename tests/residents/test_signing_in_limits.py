"""How often a code may be asked for and guessed: enough for who mistypes, little for who tries numbers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import db, transaction
from services_app.messaging.models import Message
from services_app.residents.actions import CodeAnswer, prove_code, request_code
from tests.at_once import at_once
from tests.factories.residents import make_resident
from tests.frozen import Clock
from tests.residents.signing_in import PHONE, ask_for_code, code_in, enter


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=[PHONE], e_mail="jadwiga@poczta.example.pl")
    session.commit()
    return resident.id


def test_five_wrong_codes_end_it(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    address = page.url.removeprefix("https://localhost")
    right = code_in(session)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(4):
        enter(page, wrong)
        assert "To nie jest właściwy kod." in page.errors[0]
    enter(page, wrong)
    assert page.errors == ["Ten kod już nie działa. Wyślij sobie nowy."]
    assert page.h1 == "Zaloguj się"
    page.get(address)
    enter(page, right)
    assert page.errors == ["Ten kod już nie działa. Wyślij sobie nowy."]


def test_the_fifth_try_may_be_right(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    right = code_in(session)
    for _ in range(4):
        enter(page, "000000" if right != "000000" else "111111")
    enter(page, right)
    assert page.get("/moje-dane").h1 == "Moje dane"


def test_asking_again_and_again_is_stopped_and_later_allowed(
    page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    for _ in range(5):
        ask_for_code(page)
    page.get("/logowanie").fill_and_send(contact=PHONE, form="/logowanie", status=429)
    assert "Za dużo prób" in page.errors[0]
    assert session.scalar(select(func.count()).select_from(Message)) == 5
    clock.pass_by(minutes=15, seconds=1)
    ask_for_code(page)
    assert page.h1 == "Wpisz kod z wiadomości"


def test_one_address_cannot_try_many_numbers(page: Any, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    for number in range(30):
        page.get("/logowanie").fill_and_send(
            contact=f"600 900 {number:03d}", form="/logowanie", follow=False, status=302
        )
    page.get("/logowanie").fill_and_send(contact="600 901 000", form="/logowanie", status=429)


@pytest.fixture
def asked_ten_times(page: Any, session: Session, jadwiga: int, clock: Clock) -> None:
    """A phone, known or not, for which ten codes were asked today, the last at 13:30."""
    for hour in ("10:00", "13:30"):
        clock.at(f"2026-11-23 {hour}")
        for _ in range(5):
            for contact in (PHONE, "600 999 888"):
                page.get("/logowanie").fill_and_send(contact=contact, form="/logowanie", follow=False, status=302)


@pytest.mark.parametrize("contact", [PHONE, "600 999 888"])
def test_an_eleventh_code_in_a_day_is_kindly_refused_until_midnight(
    page: Any, session: Session, asked_ten_times: None, clock: Clock, contact: str
) -> None:
    for moment in ("2026-11-23 17:00", "2026-11-23 23:59:59"):
        clock.at(moment)
        page.get("/logowanie").fill_and_send(contact=contact, form="/logowanie", status=429)
        assert page.errors == ["Dziś nie możemy już wysłać kodu na ten numer lub e-mail. Zadzwoń do nas, pomożemy."]
    assert session.scalar(select(func.count()).select_from(Message)) == 10
    clock.at("2026-11-24 00:00")
    ask_for_code(page, contact)
    assert page.h1 == "Wpisz kod z wiadomości"


def test_signing_in_gives_no_codes_back_and_so_tells_nobody_that_the_number_is_used(
    page: Any, new_page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    for hour in range(10, 20):
        clock.at(f"2026-11-23 {hour}:00")
        somebody = new_page()
        ask_for_code(somebody)
        enter(somebody, code_in(session))
        assert somebody.get("/moje-dane").h1 == "Moje dane"
    clock.at("2026-11-23 20:00")
    page.get("/logowanie").fill_and_send(contact=PHONE, form="/logowanie", status=429)


def test_requests_that_sent_nothing_do_not_use_up_the_day(
    page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    for number in range(12):
        page.get("/logowanie").fill_and_send(
            contact=PHONE, form="/logowanie", follow=False, status=302 if number < 5 else 429
        )
    clock.at("2026-11-23 11:00")
    ask_for_code(page)
    assert page.h1 == "Wpisz kod z wiadomości"


def test_the_day_with_25_hours_has_no_codes_more(page: Any, session: Session, jadwiga: int, clock: Clock) -> None:
    for moment in ("2026-10-25 00:00", "2026-10-25 00:20"):
        clock.at(moment)
        for _ in range(5):
            ask_for_code(page)
    clock.at("2026-10-25 23:59:59")
    page.get("/logowanie").fill_and_send(contact=PHONE, form="/logowanie", status=429)
    clock.at("2026-10-26 00:00")
    ask_for_code(page)
    assert page.h1 == "Wpisz kod z wiadomości"


def prove(session: Session, asked: dict[str, str], code: str, address: str = "192.0.2.1") -> CodeAnswer:
    """What a code typed at an address opens."""
    session.rollback()
    settings = {"CODE_TRIES": 5, "SIGN_IN_LOCK_MINUTES": 15}
    with current_app.test_request_context(method="POST"), transaction() as writing:
        return prove_code(writing, asked["reference"], code, address=address, settings=settings, now=now())


def asked_for(session: Session, contact: str) -> dict[str, str]:
    """A code for a contact: what names it, and (of a known contact) the code."""
    session.rollback()
    settings = {"CODE_TRIES": 5, "SIGN_IN_LOCK_MINUTES": 15, "SIGN_IN_TRIES": 5, "CODE_MINUTES": 10}
    with transaction() as writing:
        reference, verdict = request_code(
            writing, contact, address="192.0.2.99", language="pl", settings=settings, now=now()
        )
    assert verdict.allowed
    return {"reference": reference, "code": code_in(session) if contact == "+48600100200" else "777777"}


def wrong_for(right: str) -> str:
    return "000000" if right != "000000" else "111111"


def test_wrong_codes_are_counted_for_the_address_whosever_they_are(
    app: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    strangers = [asked_for(session, f"+4860090000{number}") for number in range(5)]
    for asked in strangers[:4]:
        for _ in range(5):
            assert prove(session, asked, "000000").verdict.codes[0] in ("CODE_WRONG", "CODE_ENDED")
    assert prove(session, strangers[4], "000000").verdict.codes == ("TOO_MANY",)
    known = asked_for(session, "+48600100200")
    assert prove(session, known, known["code"]).verdict.codes == ("TOO_MANY",)
    clock.pass_by(minutes=9, seconds=59)
    assert prove(session, known, known["code"], address="192.0.2.2").person is not None, (
        "the code itself was not used up"
    )
    clock.pass_by(minutes=5, seconds=2)
    again = asked_for(session, "+48600100200")
    assert prove(session, again, again["code"]).person is not None


def test_the_twentieth_wrong_code_of_an_address_is_still_looked_at_and_right_ones_do_not_count(
    app: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    strangers = [asked_for(session, f"+4860090000{number}") for number in range(4)]
    for asked in strangers:
        for _ in range(5 if asked is not strangers[3] else 4):
            prove(session, asked, "000000")
    for _ in range(3):
        known = asked_for(session, "+48600100200")
        assert prove(session, known, known["code"]).person is not None
    assert prove(session, strangers[3], "000000").verdict.codes == ("CODE_ENDED",)
    known = asked_for(session, "+48600100200")
    assert prove(session, known, wrong_for(known["code"])).verdict.codes == ("TOO_MANY",)


def test_an_address_with_too_many_wrong_codes_reads_when_to_try_again(
    page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    for number in range(4):
        asked = asked_for(session, f"+4860090000{number}")
        for _ in range(5):
            prove(session, asked, "000000", address="127.0.0.1")
    ask_for_code(page)
    page.fill_and_send(code=code_in(session), form="/logowanie/kod", status=429)
    assert page.errors == ["Za dużo prób. Odczekaj 15 minut albo zadzwoń do nas."]
    assert page.h1 == "Wpisz kod z wiadomości"


def test_guesses_at_once_from_one_address_are_no_more_than_the_limit(
    app: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    strangers = [asked_for(session, f"+4860090000{number}") for number in range(6)]

    def guess(asked: dict[str, str]) -> list[str]:
        return [prove(db.session(), asked, "000000").verdict.codes[0] for _ in range(5)]

    answers = [code for codes in at_once(app, [partial(guess, asked) for asked in strangers]) for code in codes]
    assert (len(answers), answers.count("TOO_MANY")) == (30, 10)
