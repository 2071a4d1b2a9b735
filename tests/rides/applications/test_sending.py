"""Applying online without an account: the form, what is asked again, what is said when it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.residents.models import Resident
from services_app.residents.terms import Mobility
from services_app.rides.models import JoinApplication, RideRulesVersion
from services_app.web.languages import LANGUAGES
from tests.factories.applications import BORN, PESEL
from tests.page import Page
from tests.rides.applications.applying import (
    CLOSE,
    FILLED,
    MYSELF,
    SENDING,
    TRANSIT,
    apply_online,
    the_application,
    told,
)
from tests.rides.walking import count


def test_somebody_unknown_applies_without_an_account_and_is_told_a_number(page: Page, session: Session) -> None:
    page.get("/przejazdy/dolacz").follow("Zgłaszam siebie")
    page.fill_and_send(FILLED)
    assert page.h1 == "Sprawdź i wyślij zgłoszenie"
    assert "Zagórska 12/3, Kielce" in page.main
    assert count(session, JoinApplication) == 0
    page.fill_and_send(form=SENDING)
    assert page.errors == ["Zaznacz oświadczenie. Bez niego nie możemy przyjąć zgłoszenia."]
    page.fill_and_send({"agreed": True}, form=SENDING)
    made = the_application(session)
    assert page.h1 == f"Mamy zgłoszenie {made.number}"
    assert "Zadzwonimy do Ciebie i potwierdzimy dane." in page.main
    assert "Zmyślona" not in page.main
    assert (made.name, made.pesel, made.birth_on, made.mobility) == ("Zofia Zmyślona", PESEL, BORN, Mobility.CANE)
    assert (made.conditions, made.statement_text, made.for_other) == (
        ["cannot_use_transit", "resident"],
        "2026-1",
        False,
    )
    assert told(session) == [("application_received", ToldThrough.SMS)]
    assert count(session, Resident) == 0
    entry = session.scalars(select(JournalEntry).where(JournalEntry.deed == "join_application_received")).one()
    assert (entry.actor_kind, entry.details) == ("nobody", {"for_other": False})


def test_a_daughter_applies_for_her_mother_and_is_the_one_told(page: Page, session: Session) -> None:
    page.get("/przejazdy/dolacz").follow("Zgłaszam bliską osobę")
    assert "Czy tej osobie trudno jeździć autobusem?" in page.main
    page.fill_and_send(
        {**FILLED, "applicant_name": "Ewa Wymyślna", "applicant_phone": "600 300 400", "phone": "41 331 25 24"}
    )
    assert "Ewa Wymyślna, 600 300 400" in page.main
    assert "41 331 25 24 (stacjonarny)" in page.main
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert "Potrzebna będzie jej zgoda." in page.main
    made = the_application(session)
    assert (made.for_other, made.applicant_phone, made.phone, made.land_line) == (
        True,
        "+48600300400",
        "+48413312524",
        True,
    )
    message = session.scalars(select(Message)).one()
    assert (message.address, message.recipient_name) == ("+48600300400", "Ewa Wymyślna")


def test_each_wrong_answer_is_said_beside_its_field_and_nothing_is_lost(page: Page, session: Session) -> None:
    page.get(MYSELF).fill_and_send(
        {**FILLED, "pesel": PESEL[:-1], "phone": "12", "e_mail": "anna", "house_number": " "}
    )
    assert page.errors == [
        "Numer PESEL ma 11 cyfr. Wpisano 10.",
        "Podaj numer telefonu, na przykład 600 100 200 albo 41 331 25 24.",
        "Podaj adres e-mail, na przykład anna@poczta.pl.",
        "Podaj numer domu.",
    ]
    assert page.fields()["last_name"] == ["Zmyślona"]
    assert page.fields()["pesel"] == [PESEL[:-1]]
    assert page.fields()["mobility"] == ["cane"]
    page.fill_and_send({"pesel": PESEL, "phone": "600 100 200", "e_mail": "", "house_number": "12"})
    assert page.h1 == "Sprawdź i wyślij zgłoszenie"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pesel": ""}, "Podaj numer PESEL. Jeśli go nie masz, zaznacz pole niżej i podaj datę urodzenia."),
        ({"pesel": "", "no_pesel": True}, "Podaj datę urodzenia, na przykład 5.12.1946."),
        ({"pesel": "", "no_pesel": True, "birth_on": "5.12.1846"}, "Sprawdź rok urodzenia."),
        ({"pesel": "", "no_pesel": True, "birth_on": "16.06.2026"}, "Sprawdź rok urodzenia."),
        ({"pesel": "", "no_pesel": True, "birth_on": "31.02.1946"}, "Podaj datę jako dzień, miesiąc i rok, na przykład 5.12.2026."),
        ({"birth_on": "6.12.1946"}, "Ta data nie zgadza się z numerem PESEL. Porównaj obie z dokumentem."),
        ({"last_name": "Z" * 101}, "To jest za długie. Najwięcej 100 znaków."),
        ({"first_name": "\x00"}, "Podaj imię."),
    ],
)  # fmt: skip
def test_who_it_is_must_be_told(page: Page, typed: dict[str, Any], said: str) -> None:
    page.get(MYSELF).fill_and_send({**FILLED, **typed})
    assert page.errors == [said]


@pytest.mark.parametrize("typed", [{"pesel": "", "no_pesel": True, "birth_on": "5.12.1946"}, {"birth_on": "5.12.1946"}])
def test_without_a_pesel_the_birth_date_is_enough(page: Page, session: Session, typed: dict[str, Any]) -> None:
    apply_online(page, **{**typed, "last_name": "Z" * 100})
    made = the_application(session)
    assert (made.birth_on, made.pesel is None) == (BORN, "no_pesel" in typed)


def test_answers_are_changed_from_the_check_page_and_stay(page: Page) -> None:
    page.get(MYSELF).fill_and_send({**FILLED, TRANSIT.value: "no"})
    assert "Brakuje warunku: trudność w jeździe autobusem." in page.main
    assert "Każde czyta człowiek." in page.main
    page.fill_and_send(form="Zmień odpowiedzi")
    assert (page.errors, page.fields()["pesel"], page.fields()[TRANSIT.value]) == ([], [PESEL], ["no"])


def test_without_rules_nobody_is_asked_anything(page: Page, session: Session, kielce: RideRulesVersion) -> None:
    session.delete(session.get_one(RideRulesVersion, kielce.id))
    session.commit()
    for path in (MYSELF, CLOSE):
        page.get(path)
        assert "Zadzwoń, powiemy, kiedy ruszą zgłoszenia." in page.main


@pytest.mark.parametrize(("language", "words"), [("en", "Send the application"), ("uk", "Надіслати заявку")])
def test_the_form_and_its_message_speak_the_chosen_language(
    page: Page, session: Session, language: str, words: str
) -> None:
    page.get("/").fill_and_send(form=LANGUAGES[language], button=LANGUAGES[language])
    apply_online(page, sending=words)
    made = the_application(session)
    assert made.language == language
    message = session.scalars(select(Message)).one()
    assert message.language == language
    assert "zgłoszenie" not in message.body


def test_the_notice_stands_where_somebody_unknown_applies(page: Page) -> None:
    for path in (MYSELF, CLOSE):
        page.get(path)
        ids = {str(tag["id"]) for tag in page.soup.select("form [id^=rodo-]")}
        assert {"rodo-administrator", "rodo-cele", "rodo-podstawa", "rodo-okres", "rodo-prawa", "rodo-skarga"} <= ids
