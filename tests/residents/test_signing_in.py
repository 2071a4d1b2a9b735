"""Signing in without a password: by a code, by a letter, and nothing said about who exists."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import db, transaction
from services_app.journal.actions import SYSTEM
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel
from services_app.residents.actions import (
    CodeAnswer,
    new_code_for_letter,
    sweep_sign_in_codes,
)
from services_app.residents.models import Resident, SignInCode
from services_app.web.models import SignIn
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.frozen import Clock
from tests.residents.signing_in import PHONE, ask_for_code, code_in, enter


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=[PHONE], e_mail="jadwiga@poczta.example.pl")
    session.commit()
    return resident.id


def test_a_resident_signs_in_with_a_code_by_sms(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    message = session.scalars(select(Message)).one()
    assert (message.channel, message.address, message.urgent, message.recipient_id) == (
        Channel.SMS,
        "+48600100200",
        True,
        jadwiga,
    )
    enter(page, code_in(session))
    page.get("/moje-dane")
    assert page.h1 == "Moje dane"


@pytest.mark.parametrize("typed", ["+48 600-100-200", "0048 600 100 200", "Jadwiga@Poczta.Example.PL "])
def test_the_contact_may_be_typed_in_any_way(page: Any, session: Session, jadwiga: int, typed: str) -> None:
    ask_for_code(page, typed)
    code = code_in(session)
    enter(page, f" {code[:3]} {code[3:]} ")
    assert page.get("/moje-dane").h1 == "Moje dane"


def test_nothing_tells_whether_a_person_exists(page: Any, new_page: Any, session: Session, jadwiga: int) -> None:
    stranger = new_page()
    ask_for_code(page)
    ask_for_code(stranger, "600 999 888")
    assert (page.status, stranger.status) == (200, 200)

    def without_tokens(text: str) -> str:
        return re.sub(r'(name="(?:csrf_token|reference)" value="|sprawa=|sprawa%3D|back" value=")[^"&]*', r"\1", text)

    assert without_tokens(page.response.get_data(as_text=True)) == without_tokens(
        stranger.response.get_data(as_text=True)
    )
    assert session.scalar(select(func.count()).select_from(Message)) == 1
    assert session.scalar(select(func.count()).select_from(SignInCode)) == 2
    enter(page, "000000")
    enter(stranger, "000000")
    assert page.errors == stranger.errors
    assert without_tokens(page.response.get_data(as_text=True)) == without_tokens(
        stranger.response.get_data(as_text=True)
    )


def test_the_same_statements_run_for_a_stranger(page: Any, session: Session, jadwiga: int) -> None:
    from sqlalchemy import event

    counts = []
    for contact in (PHONE, "600 999 888"):
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any, seen: list[str] = statements) -> None:
            seen.append(statement)

        page.get("/logowanie")
        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        page.fill_and_send(contact=contact, form="/logowanie", follow=False, status=302)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(
            sorted(statement.split("SAVEPOINT")[0] for statement in statements if "SAVEPOINT" not in statement)
        )
    known, unknown = counts
    # a known person's phones are loaded with them: the one look-up more
    assert len(known) - len(unknown) in (0, 1)
    assert [statement for statement in unknown if "INSERT INTO messages" in statement]


def test_a_new_code_is_asked_for_and_the_way_on_is_kept(page: Any, session: Session, jadwiga: int) -> None:
    page.get("/logowanie?dalej=/moje-dane").fill_and_send(contact=PHONE, form="/logowanie")
    page.fill_and_send(form="/logowanie/kod", button="Wyślij kod jeszcze raz")
    assert (page.h1, page.errors) == ("Zaloguj się", [])
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    assert page.h1 == "Moje dane"


@pytest.mark.parametrize(("minutes", "works"), [(9.9, True), (10, False)])
def test_a_code_works_ten_minutes(
    page: Any, session: Session, jadwiga: int, clock: Clock, minutes: float, works: bool
) -> None:
    clock.at("2026-11-23 10:00")
    ask_for_code(page)
    code = code_in(session)
    clock.pass_by(minutes=minutes)
    enter(page, code)
    page.get("/moje-dane", status=None)
    assert (page.h1 == "Moje dane") is works


def test_a_code_works_once(page: Any, new_page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page)
    address = page.url.removeprefix("https://localhost")
    code = code_in(session)
    enter(page, code)
    thief = new_page()
    thief.get(address)
    enter(thief, code)
    assert thief.errors == ["Ten kod już nie działa. Wyślij sobie nowy."]


def test_husband_and_wife_with_one_phone_choose_who_signs_in(page: Any, session: Session, jadwiga: int) -> None:
    henryk = make_resident(session, "Henryk", "Kowalski", phones=[PHONE]).id
    ask_for_code(page)
    enter(page, code_in(session))
    assert page.h1 == "Kto się loguje?"
    page.fill_and_send(form="/logowanie/kto")
    assert "Wybierz osobę." in page.errors
    page.fill_and_send(form="/logowanie/kto", who=f"resident:{henryk}")
    assert "Henryk Kowalski" in page.get("/moje-dane").text


def test_a_daughter_who_shares_the_phone_signs_in_as_herself(page: Any, session: Session, jadwiga: int) -> None:
    daughter = make_representative(session, phone=PHONE)
    let_represent(session, daughter, session.get_one(Resident, jadwiga))
    daughter_id = daughter.id
    ask_for_code(page)
    enter(page, code_in(session))
    page.fill_and_send(form="/logowanie/kto", who=f"representative:{daughter_id}")
    assert "Ewa Nowak" in page.get("/moje-dane").text


def form_held_until_who(page: Any, session: Session, jadwiga: int) -> None:
    """A form met an ended session and is carried as far as the question who signs in."""
    make_resident(session, "Henryk", "Kowalski", phones=[PHONE])
    session.commit()
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    session.execute(update(SignIn).values(ended_at=now()))
    page.fill_and_send(usual_companion="córka Ewa", form="/moje-dane/zmien", status=401)
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    assert page.h1 == "Kto się loguje?"


def signed_in_after_all(page: Any, session: Session, jadwiga: int) -> None:
    """The code has ended, and said so; with a new one the form is there again."""
    assert (page.h1, page.errors) == ("Zaloguj się", ["Ten kod już nie działa. Wyślij sobie nowy."])
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    if page.h1 == "Kto się loguje?":
        page.fill_and_send(form="/logowanie/kto", who=f"resident:{jadwiga}")
    page.fill_and_send(form="/moje-dane/zmien")
    assert session.get_one(Resident, jadwiga).usual_companion == "córka Ewa"


def test_a_form_outlives_the_time_to_say_who_signs_in(page: Any, session: Session, jadwiga: int, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    form_held_until_who(page, session, jadwiga)
    clock.pass_by(minutes=10)
    page.fill_and_send(form="/logowanie/kto", who=f"resident:{jadwiga}")
    signed_in_after_all(page, session, jadwiga)


@pytest.mark.parametrize("step", ["choose_person", "identity_of"])
def test_a_form_outlives_a_choice_that_came_too_late_by_a_moment(
    page: Any, session: Session, jadwiga: int, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from services_app.residents.views import signing_in

    answer = {"choose_person": CodeAnswer(), "identity_of": None}[step]
    form_held_until_who(page, session, jadwiga)
    with monkeypatch.context() as late:
        late.setattr(signing_in, step, lambda *_arguments, **_named: answer)
        page.fill_and_send(form="/logowanie/kto", who=f"resident:{jadwiga}")
    signed_in_after_all(page, session, jadwiga)


def test_nobody_else_can_be_chosen(page: Any, session: Session, jadwiga: int) -> None:
    make_resident(session, "Henryk", "Kowalski", phones=[PHONE])
    victim = make_resident(session, "Zofia", "Obca", phones=["600 777 777"]).id
    ask_for_code(page)
    enter(page, code_in(session))
    fields = {name: values[0] for name, values in page.fields("/logowanie/kto").items()}
    page.post("/logowanie/kto", {**fields, "who": f"resident:{victim}"})
    assert page.h1 == "Kto się loguje?"
    page.get("/moje-dane", status=None)
    assert "Obca" not in page.text


def test_every_land_line_gets_the_same_advice(page: Any, new_page: Any, session: Session) -> None:
    make_resident(session, "Zofia", "Domowa", phones=["41 331 25 24"])
    session.commit()
    known, unknown = page, new_page()
    ask_for_code(known, "0 41 331 25 24")
    ask_for_code(unknown, "41 362 68 82")
    assert known.h1 == unknown.h1 == "Na telefon stacjonarny nie wyślemy kodu"
    assert known.main.replace("41 331 25 24", "") == unknown.main.replace("41 362 68 82", "")
    assert session.scalar(select(func.count()).select_from(Message)) == 0


@pytest.mark.parametrize("typed", ["", "Jadwiga", "600 100"])
def test_a_contact_that_is_none_says_what_to_type(page: Any, typed: str) -> None:
    ask_for_code(page, typed)
    assert "Podaj numer telefonu albo adres e-mail" in page.errors[0]


def letter_code(session: Session, resident_id: int) -> str:
    with transaction() as writing:
        code = new_code_for_letter(writing, writing.get_one(Resident, resident_id), by=SYSTEM, now=now())
    assert code is not None
    return code


def test_a_letter_and_the_birth_date_sign_in(page: Any, session: Session, jadwiga: int) -> None:
    code = letter_code(session, jadwiga)
    page.get("/logowanie/list").fill_and_send(
        code=f"{code[:4]} {code[4:8].lower()}-{code[8:]}", birth_on="5.12.1946", form="/logowanie/list"
    )
    assert page.get("/moje-dane").h1 == "Moje dane"


@pytest.mark.parametrize(("cut", "born"), [(12, "6.12.1946"), (11, "5.12.1946"), (0, "5.12.1946")])
def test_a_wrong_letter_code_or_birth_date_says_the_same(
    page: Any, session: Session, jadwiga: int, cut: int, born: str
) -> None:
    code = letter_code(session, jadwiga)
    page.get("/logowanie/list").fill_and_send(
        code=code[:cut] or "ACDE FGHJ KLMN", birth_on=born, form="/logowanie/list"
    )
    assert page.errors == [
        "Kod z listu i data urodzenia nie pasują do siebie. Sprawdź, co wpisano, albo zadzwoń do nas."
    ]


def test_birth_dates_cannot_be_guessed_with_a_found_letter(page: Any, session: Session, jadwiga: int) -> None:
    code = letter_code(session, jadwiga)
    for day in range(6, 11):
        page.get("/logowanie/list").fill_and_send(code=code, birth_on=f"{day}.12.1946", form="/logowanie/list")
    page.get("/logowanie/list").fill_and_send(code=code, birth_on="5.12.1946", form="/logowanie/list", status=429)


def test_a_new_letter_ends_the_old_code(page: Any, session: Session, jadwiga: int) -> None:
    old = letter_code(session, jadwiga)
    letter_code(session, jadwiga)
    page.get("/logowanie/list").fill_and_send(code=old, birth_on="5.12.1946", form="/logowanie/list")
    assert page.errors


def test_signing_in_leads_where_one_was_going(page: Any, session: Session, jadwiga: int) -> None:
    page.get("/moi-przedstawiciele")
    assert page.path == "/logowanie"
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    assert page.path == "/moi-przedstawiciele"


def test_a_foreign_address_to_go_on_to_is_not_followed(page: Any, session: Session, jadwiga: int) -> None:
    ask_for_code(page, path="/logowanie?dalej=https://zlo.example/")
    page.fill_and_send(code=code_in(session), form="/logowanie/kod", follow=False, status=302)
    assert "zlo.example" not in page.location


def test_a_form_that_met_an_ended_session_is_offered_again(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    session.execute(update(SignIn).values(ended_at=now()))
    page.fill_and_send(usual_companion="córka Ewa", form="/moje-dane/zmien", status=401)
    assert page.h1 == "Zaloguj się"
    page.fill_and_send(contact=PHONE, form="/logowanie")
    enter(page, code_in(session))
    assert "córka Ewa" in page.response.get_data(as_text=True)
    page.fill_and_send(form="/moje-dane/zmien")
    assert session.get_one(Resident, jadwiga).usual_companion == "córka Ewa"


def test_signing_out_ends_the_session_on_the_server(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane")
    cookie = page.client.get_cookie("__Host-session")
    page.fill_and_send(form="/wyloguj", follow=False, status=302)
    assert "storage" in page.response.headers["Clear-Site-Data"]
    assert cookie is not None
    page.client.set_cookie("__Host-session", cookie.value, secure=True)
    assert page.get("/moje-dane").h1 == "Zaloguj się"


@pytest.mark.parametrize("column", ["erased_at", "restricted_at"])
def test_erased_and_restricted_people_get_no_code(page: Any, session: Session, jadwiga: int, column: str) -> None:
    setattr(session.get_one(Resident, jadwiga), column, now())
    session.commit()
    ask_for_code(page)
    assert page.h1 == "Wpisz kod z wiadomości"
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_representative_whose_consent_ended_gets_no_code(page: Any, session: Session, jadwiga: int) -> None:
    daughter = make_representative(session, phone="601 222 333")
    let_represent(session, daughter, session.get_one(Resident, jadwiga), revoked_at=now())
    session.commit()
    ask_for_code(page, "601 222 333")
    assert session.scalar(select(func.count()).select_from(Message)) == 0


@pytest.mark.parametrize(("moment", "signs_in"), [("2026-11-23 23:59", True), ("2026-11-24 00:00", False)])
def test_a_representative_signs_in_until_the_last_day_of_the_consent(
    page: Any, session: Session, jadwiga: int, clock: Clock, moment: str, signs_in: bool
) -> None:
    clock.at(moment)
    daughter = make_representative(session, phone="601 222 333")
    let_represent(session, daughter, session.get_one(Resident, jadwiga), valid_until=date(2026, 11, 23))
    session.commit()
    ask_for_code(page, "601 222 333")
    assert session.scalar(select(func.count()).select_from(Message)) == int(signs_in)
    assert page.h1 == "Wpisz kod z wiadomości"


def test_a_code_asked_for_on_the_last_day_opens_nothing_on_the_next(
    page: Any, session: Session, jadwiga: int, clock: Clock
) -> None:
    clock.at("2026-11-23 23:58")
    daughter = make_representative(session, phone="601 222 333")
    let_represent(session, daughter, session.get_one(Resident, jadwiga), valid_until=date(2026, 11, 23))
    session.commit()
    ask_for_code(page, "601 222 333")
    clock.pass_by(minutes=3)
    enter(page, code_in(session))
    assert "To nie jest właściwy kod." in page.errors[0]


def test_old_codes_are_swept(page: Any, session: Session, jadwiga: int, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    ask_for_code(page)
    for minutes, left in ((39, 1), (2, 0)):
        clock.pass_by(minutes=minutes)
        with transaction() as writing:
            sweep_sign_in_codes(writing, now=now())
        assert session.scalar(select(func.count()).select_from(SignInCode)) == left


def test_a_birth_date_is_read_as_people_write_it(page: Any, session: Session, jadwiga: int) -> None:
    assert session.get_one(Resident, jadwiga).birth_on == date(1946, 12, 5)
    for typed in ("5.12.1946", "05-12-1946", "1946-12-05", "5/12/1946"):
        page.forget()
        code = letter_code(session, jadwiga)
        page.get("/logowanie/list").fill_and_send(code=code, birth_on=typed, form="/logowanie/list")
        assert page.get("/moje-dane").h1 == "Moje dane"
