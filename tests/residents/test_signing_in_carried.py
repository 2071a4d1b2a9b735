"""What stays with somebody from step to step of signing in: the number typed, and the form that met an ended session."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import transaction
from services_app.journal.actions import SYSTEM
from services_app.residents.actions import new_code_for_letter
from services_app.residents.actions.signing_in import contact_of_code
from services_app.residents.models import Resident, SignInCode
from services_app.web.models import SignIn
from tests.factories.residents import make_resident
from tests.frozen import Clock
from tests.residents.signing_in import PHONE, ask_for_code, code_in, enter

E_MAIL = "jadwiga@poczta.example.pl"


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=[PHONE], e_mail=E_MAIL)
    session.commit()
    return resident.id


def wrong_codes(page: Any, session: Session, number: int) -> None:
    right = code_in(session)
    for _ in range(number):
        enter(page, "000000" if right != "000000" else "111111")


@pytest.mark.parametrize(("typed", "shown"), [(PHONE, PHONE), ("+48600100200", PHONE), (E_MAIL, E_MAIL)])
def test_after_five_wrong_codes_the_number_or_address_is_still_there(
    page: Any, session: Session, jadwiga: int, typed: str, shown: str
) -> None:
    ask_for_code(page, typed)
    wrong_codes(page, session, 4)
    assert page.h1 == "Wpisz kod z wiadomości"
    wrong_codes(page, session, 1)
    assert (page.h1, page.fields("/logowanie")["contact"]) == ("Zaloguj się", [shown])
    page.fill_and_send(form="/logowanie")
    enter(page, code_in(session))
    assert page.get("/moje-dane").h1 == "Moje dane"


def test_a_strangers_number_is_kept_just_the_same(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page, "600 999 888")
    for _ in range(5):
        enter(page, "000000")
    assert page.fields("/logowanie")["contact"] == ["600 999 888"]


def test_who_asks_for_another_code_types_nothing_again(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    page.fill_and_send(form="/logowanie/kod", button="Wyślij kod jeszcze raz")
    assert page.fields("/logowanie")["contact"] == [PHONE]


def test_a_choice_that_came_too_late_keeps_the_number_too(
    page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    make_resident(session, "Henryk", "Kowalski", phones=[PHONE])
    session.commit()
    ask_for_code(page)
    enter(page, code_in(session))
    clock.pass_by(minutes=10)
    page.fill_and_send(form="/logowanie/kto", who=f"resident:{jadwiga}")
    assert (page.h1, page.fields("/logowanie")["contact"]) == ("Zaloguj się", [PHONE])


def test_only_a_code_that_opened_nothing_says_where_it_went(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    reference = page.fields("/logowanie/kod")["reference"][0]
    assert contact_of_code(session, reference) == "+48600100200"
    assert contact_of_code(session, reference + "x") is None
    session.execute(update(SignInCode).values(used_at=now()))
    assert contact_of_code(session, reference) is None


def held_form(page: Any, session: Session, jadwiga: int) -> None:
    """A form met an ended session: the first step of signing in carries it."""
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    session.execute(update(SignIn).values(ended_at=now()))
    page.fill_and_send(usual_companion="córka Ewa", form="/moje-dane/zmien", status=401)
    assert page.h1 == "Zaloguj się"


def sent_in_the_end(page: Any, session: Session, jadwiga: int) -> None:
    assert page.h1 == "Dokończ to, co było zaczęte"
    page.fill_and_send(form="/moje-dane/zmien")
    session.expire_all()
    assert session.get_one(Resident, jadwiga).usual_companion == "córka Ewa"


def test_the_code_of_a_letter_sends_the_held_form_too(page: Any, session: Session, jadwiga: int) -> None:
    with transaction() as writing:
        code = new_code_for_letter(writing, writing.get_one(Resident, jadwiga), by=SYSTEM, now=now())
    held_form(page, session, jadwiga)
    page.fill_and_send(form="/logowanie/list", button="Mam kod z listu")
    assert (page.h1, page.errors) == ("Zaloguj się kodem z listu", [])
    page.fill_and_send(code=code, birth_on="5.12.1946", form="/logowanie/list")
    sent_in_the_end(page, session, jadwiga)


@pytest.mark.parametrize("way", ["from the letter", "from the code", "from a land line", "from a land line by letter"])
def test_no_way_back_loses_a_held_form(page: Any, session: Session, jadwiga: int, way: str) -> None:
    held_form(page, session, jadwiga)
    if way == "from the letter":
        page.fill_and_send(form="/logowanie/list", button="Mam kod z listu")
        page.fill_and_send(form="/logowanie", button="Wróć")
    elif way == "from the code":
        page.fill_and_send(contact=PHONE, form="/logowanie")
        page.fill_and_send(form="/logowanie", button="Wróć")
    else:
        page.fill_and_send(contact="41 331 25 24", form="/logowanie")
        assert page.h1 == "Na telefon stacjonarny nie wyślemy kodu"
        if "letter" in way:
            page.fill_and_send(form="/logowanie/list", button="Mam kod z listu")
        page.fill_and_send(form="Wróć" if "letter" in way else "Podam inny numer")
    assert (page.h1, page.errors) == ("Zaloguj się", [])
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    sent_in_the_end(page, session, jadwiga)


def test_without_a_held_form_the_ways_are_plain_links_that_keep_where_one_was_going(
    page: Any, session: Session
) -> None:
    page.get("/logowanie?dalej=/moje-dane")
    page.follow("Mam kod z listu")
    assert page.h1 == "Zaloguj się kodem z listu"
    page.follow("Wróć")
    assert page.url.endswith("/logowanie?dalej=/moje-dane")
