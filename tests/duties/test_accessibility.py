"""A request for accessibility from the public form to the answer, in its terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.accessibility import answer_request
from services_app.duties.models import AccessibilityRequest, AccessibilityStep
from services_app.duties.queries.accessibility import key_of, request_of_key
from services_app.duties.terms import RequestState
from services_app.duties.waiting import accessibility_waiting, statement_review_waiting
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.outbox import fail_for_good
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page

FORM = "/dostepnosc/zadanie"
BARRIER = "Czytnik ekranu nie czyta przycisku"
ASKED = {
    "place": "Strona „Moje przejazdy”", "barrier": BARRIER, "name": "Genowefa Wymyślona", "answer_by": "e_mail",
    "e_mail": "genowefa@poczta.example.pl",
}  # fmt: skip


def asked(page: Page, **changed: str) -> AccessibilityRequest:
    page.forget()
    page.get(FORM).fill_and_send({**ASKED, **changed})
    return page.session.scalars(select(AccessibilityRequest).order_by(AccessibilityRequest.id.desc()).limit(1)).one()


def answered(page: Page, one: AccessibilityRequest, **fields: str) -> Page:
    page.sign_in("staff", make_staff(page.session, "coordinator").id)
    return page.get(f"/dostepnosc/{one.id}").fill_and_send({"words": "Poprawiliśmy przycisk.", **fields})


def waiting(app: Flask, session: Session) -> list[str]:
    with app.test_request_context():
        return [item.words for item in accessibility_waiting(session, now())]


def messages(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id)))


def test_anybody_asks_without_an_account_and_sees_number_and_terms(page: Page, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    one = asked(page)
    assert one.number in page.h1
    assert "poniedziałek 30 listopada 2026" in page.main
    assert "sobota 23 stycznia 2027" in page.main
    assert "Rzecznika Praw Obywatelskich" in page.main
    assert "Genowefa" not in page.main
    told = messages(page.session)
    assert [(each.kind, each.address) for each in told] == [("accessibility_received", "genowefa@poczta.example.pl")]
    assert one.number in told[0].body
    assert key_of(one.id) in told[0].body


def test_what_a_person_writes_is_sealed_and_journalled_without_words(page: Page, session: Session) -> None:
    one = asked(page)
    raw = session.connection().exec_driver_sql("SELECT name, barrier, e_mail FROM accessibility_requests").one()
    assert not any(words in "|".join(raw) for words in ("Genowefa", "Czytnik", "poczta"))
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    assert (entry.deed, entry.subject_id, entry.actor_kind) == ("accessibility_request_received", str(one.id), "nobody")
    assert "Genowefa" not in str(entry.details)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answer_by": "letter"}, "address"),
        ({"answer_by": "sms", "phone": "41 331 25 24"}, "phone"),
        ({"answer_by": "call"}, "phone"),
        ({"e_mail": ""}, "e_mail"),
        ({"barrier": ""}, "barrier"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    page: Page, session: Session, given: dict[str, str], field: str
) -> None:
    page.get(FORM).fill_and_send({**ASKED, **given})
    assert page.soup.select(f"#{field}-error")
    assert page.soup.select("#place")[0]["value"] == ASKED["place"]
    assert session.scalars(select(AccessibilityRequest)).all() == []


def test_the_same_form_sent_twice_is_one_request(page: Page, session: Session) -> None:
    page.get(FORM)
    fields = {**ASKED, "request_id": page.soup.select("input[name=request_id]")[0]["value"]}
    page.post(FORM, fields)
    first = page.h1
    page.post(FORM, fields)
    assert page.h1 == first
    assert len(session.scalars(select(AccessibilityRequest)).all()) == 1


def test_one_contact_is_told_three_times_and_no_more_in_half_a_day(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    for _each in range(3):
        asked(page)
    page.get(FORM).fill_and_send(ASKED, status=429)
    assert "Zadzwoń do nas albo spróbuj później" in page.main
    assert page.soup.select("#barrier")[0].text.strip() == BARRIER
    assert len(messages(session)) == 3
    clock.pass_by(hours=12, minutes=1)
    asked(page)
    assert len(session.scalars(select(AccessibilityRequest)).all()) == 4


def test_one_address_sends_ten_forms_an_hour(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    for number in range(10):
        asked(page, e_mail=f"osoba{number}@poczta.example.pl")
    page.get(FORM).fill_and_send({**ASKED, "e_mail": "inna@poczta.example.pl"}, status=429)
    clock.pass_by(minutes=61)
    asked(page, e_mail="inna@poczta.example.pl")
    assert len(session.scalars(select(AccessibilityRequest)).all()) == 11


def test_the_requesters_page_is_found_by_its_key_only_and_closes_after_three_months(
    page: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    one = asked(page)
    key = key_of(one.id)
    for wrong in (str(one.id), f"{one.id}-", key[:-1], f"{one.id + 1}{key[key.index('-') :]}", "x-y", "٣-a", f"{key}a"):
        page.get(f"/dostepnosc/moje/{wrong}", status=404)
    answered(page, one, answer="done")
    page.forget()
    page.get(f"/dostepnosc/moje/{key}")
    assert request_of_key(session, key, now=now() + timedelta(days=90)) is not None
    assert request_of_key(session, key, now=now() + timedelta(days=91)) is None


def test_an_answer_reaches_the_person_and_ends_the_countdown(app: Flask, page: Page, session: Session) -> None:
    one = asked(page)
    answered(page, one, answer="done")
    assert session.get_one(AccessibilityRequest, one.id).state is RequestState.DONE
    told = messages(session)[-1]
    assert told.kind == "accessibility_answered"
    assert "Poprawiliśmy przycisk." in told.body
    assert waiting(app, session) == []
    page.get("/dostepnosc/?stan=zalatwione")
    assert one.number in page.main
    page.get(f"/dostepnosc/{one.id}")
    assert "Wyślij odpowiedź" not in page.main


def test_a_delay_moves_the_term_with_a_reason_and_no_further_than_two_months(
    page: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    one = asked(page)
    answered(page, one, answer="delayed", new_on="24.01.2027")
    assert "sobota 23 stycznia" in page.main
    assert session.get_one(AccessibilityRequest, one.id).due_on == date(2026, 11, 30)
    page.fill_and_send({"answer": "delayed", "words": "Czekamy na napisy.", "new_on": "23.01.2027"})
    kept = session.get_one(AccessibilityRequest, one.id)
    assert (kept.state, kept.due_on) == (RequestState.DELAYED, date(2027, 1, 23))
    assert "Czekamy na napisy." in messages(session)[-1].body
    page.get(f"/dostepnosc/{one.id}").fill_and_send({"answer": "refused", "words": "Film zdjęliśmy."})
    page.forget()
    page.get(f"/dostepnosc/moje/{key_of(one.id)}")
    assert "Film zdjęliśmy." in page.main
    assert "Złóż do nas skargę" in page.main


def test_two_who_answer_at_once_give_one_answer(page: Page, session: Session) -> None:
    one = asked(page)
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get(f"/dostepnosc/{one.id}")
    form = {"answer": "done", "words": "Gotowe."}
    page.post(f"/dostepnosc/{one.id}", form)
    page.post(f"/dostepnosc/{one.id}", {**form, "answer": "refused"})
    assert "już odpowiedziano" in page.main
    assert len(session.scalars(select(AccessibilityStep)).all()) == 2


def test_a_letter_is_printed_and_noted_as_sent(app: Flask, page: Page, session: Session) -> None:
    one = asked(page, answer_by="letter", address="Zagórska 12, 25-355 Kielce")
    assert messages(session) == []
    answered(page, one, answer="alternative", words="Przyślemy druk powiększony.")
    assert messages(session) == []
    assert waiting(app, session) == ["Listy w sprawie dostępności do wysłania"]
    step = session.scalars(select(AccessibilityStep).where(AccessibilityStep.by_letter.is_(True))).one()
    page.get(f"/dostepnosc/listy/{step.id}")
    assert "Przyślemy druk powiększony." in page.main
    assert "Zagórska 12" in page.main
    assert "Złóż do nas skargę" in page.main
    page.get("/dostepnosc/").post(f"/dostepnosc/listy/{step.id}/wyslany")
    assert waiting(app, session) == []
    page.post(f"/dostepnosc/listy/{step.id}/wyslany")
    assert "Ktoś zapisał to już wcześniej" in page.text


def test_a_first_letter_printed_late_still_names_the_first_term(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "coordinator").id)
    told = {**ASKED, "channel": "e_mail", "answer_by": "letter", "address": "Zagórska 12, 25-355 Kielce"}
    page.get("/dostepnosc/nowe").fill_and_send(told)
    page.follow("Otwórz i odpowiedz").fill_and_send(
        {"answer": "delayed", "words": "Czekamy na druk.", "new_on": "20.12.2026"}
    )
    first, second = session.scalars(select(AccessibilityStep).order_by(AccessibilityStep.id))
    page.get(f"/dostepnosc/listy/{first.id}")
    assert "Odpowiemy najpóźniej: poniedziałek 30 listopada 2026" in page.main
    assert "najpóźniej w 7 dni" in page.main
    page.get(f"/dostepnosc/listy/{second.id}")
    assert "Nowy termin: niedziela 20 grudnia 2026" in page.main


def test_two_who_answer_at_the_same_moment_give_one_answer(app: Flask, page: Page, session: Session) -> None:
    request_id, by = asked(page).id, Actor("staff", make_staff(session, "manager").id)

    def answering(answer: RequestState) -> Callable[[], Verdict]:
        def deed() -> Verdict:
            with transaction() as writing:
                return answer_request(writing, request_id, answer, "Tak.", None, by=by, now=now())

        return deed

    answers = at_once(app, [answering(RequestState.DONE), answering(RequestState.REFUSED)])
    assert sorted(answer.codes for answer in answers) == [(), ("ANSWERED",)]
    session.rollback()
    assert len(session.scalars(select(AccessibilityStep)).all()) == 2
    assert [message.kind for message in messages(session)] == ["accessibility_received", "accessibility_answered"]


def test_an_auditor_sees_terms_and_no_words(page: Page, session: Session) -> None:
    one = asked(page, answer_by="letter", address="Zagórska 12, 25-355 Kielce")
    page.sign_in("staff", make_staff(session, "auditor").id)
    page.get("/dostepnosc/")
    assert one.number in page.main
    assert "Zapisz nowe" not in page.main
    assert not page.soup.select(f"a[href='/dostepnosc/{one.id}']")
    page.get(f"/dostepnosc/{one.id}", status=403)
    page.get(f"/dostepnosc/{one.id}/przyjete", status=403)
    page.get(f"/dostepnosc/listy/{one.steps[0].id}", status=403)


def test_there_is_no_letter_for_somebody_who_wanted_a_message(page: Page, session: Session) -> None:
    asked(page)
    step = session.scalars(select(AccessibilityStep)).one()
    page.sign_in("staff", make_staff(session, "coordinator").id)
    page.get(f"/dostepnosc/listy/{step.id}", status=404)


def test_the_operator_takes_a_request_down_and_says_the_number(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "operator").id)
    told = {**ASKED, "channel": "post", "received_on": "20.11.2026", "answer_by": "call", "phone": "41 331 25 24"}
    page.get("/dostepnosc/nowe").fill_and_send({**told, "received_on": "24.11.2026"})
    assert "jeszcze nie nadszedł" in page.main
    page.fill_and_send(told)
    one = session.scalars(select(AccessibilityRequest)).one()
    assert one.number in page.h1
    assert one.due_on == date(2026, 11, 27)
    assert messages(session)[0].channel.value == "call"
    page.get(f"/dostepnosc/{one.id}", status=403)


def test_who_called_is_not_called_back_to_hear_the_number_again(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/dostepnosc/nowe").fill_and_send(
        {**ASKED, "channel": "phone", "answer_by": "call", "phone": "41 331 25 24"}
    )
    assert messages(session) == []


def test_a_message_that_does_not_arrive_becomes_a_call(page: Page, session: Session) -> None:
    asked(page, phone="600 100 200")
    with transaction() as writing:
        fail_for_good(writing, writing.scalars(select(Message)).one(), "smtp_550", now=now())
    call = messages(session)[-1]
    assert (call.channel.value, call.address) == ("call", "+48600100200")


def test_the_morning_view_counts_and_hurries_two_days_before(
    app: Flask, page: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    asked(page)
    for moment, urgent in (("2026-11-27 12:00", False), ("2026-11-28 12:00", True), ("2026-12-05 12:00", True)):
        clock.at(moment)
        with app.test_request_context():
            [item] = accessibility_waiting(session, now())
        assert (item.count, item.urgent) == (1, urgent), moment
    page.sign_in("staff", make_staff(session, "coordinator").id)
    page.get("/pulpit").follow("Odpowiedz")
    assert "po terminie" in page.main


def test_opening_a_request_is_journalled(page: Page, session: Session) -> None:
    one = asked(page)
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get(f"/dostepnosc/{one.id}")
    assert (
        session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)).all()[-1] == "accessibility_request_read"
    )


def test_the_statement_leads_to_the_form(page: Page) -> None:
    page.get("/deklaracja-dostepnosci").follow("Wyślij żądanie przez formularz")
    assert page.h1 == "Zgłoś, że coś jest niedostępne"
    page.get("/mapa-strony").follow("Zgłoś, że coś jest niedostępne")


# --- the review of the statement ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewing(page: Page, session: Session) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page.get("/ustawienia/deklaracja")


def test_a_review_is_noted_and_the_statement_names_its_day(reviewing: Page, clock: Clock) -> None:
    clock.at("2027-02-10 10:00")
    reviewing.sign_in("staff", make_staff(reviewing.session, "manager").id)
    reviewing.get("/ustawienia/deklaracja")
    assert "środa 31 marca 2027" in reviewing.main
    reviewing.fill_and_send({"outcome": "unchanged", "reviewed_on": "9.02.2027", "findings": "Wszystko sprawdzone"})
    assert "piątek 31 marca 2028" in reviewing.main
    reviewing.get("/deklaracja-dostepnosci")
    assert [tag["datetime"] for tag in reviewing.soup.select("#a11y-data-przeglad")] == ["2027-02-09"]


def test_a_review_of_tomorrow_is_refused(reviewing: Page) -> None:
    later = today() + timedelta(days=1)
    reviewing.fill_and_send({"outcome": "unchanged", "reviewed_on": f"{later.day}.{later.month:02d}.{later.year}"})
    assert "jeszcze nie nadszedł" in reviewing.main


def test_the_morning_view_speaks_of_the_review_until_it_is_done(
    app: Flask, page: Page, session: Session, clock: Clock
) -> None:
    def spoken(moment: str) -> list[tuple[str, bool]]:
        clock.at(moment)
        with app.test_request_context():
            return [(item.words, item.urgent) for item in statement_review_waiting(session, now())]

    words = "Przegląd deklaracji dostępności do 31 marca 2027"
    assert spoken("2027-01-31 12:00") == []
    assert spoken("2027-02-01 12:00") == [(words, False)]
    assert spoken("2027-03-17 12:00") == [(words, True)]
    page.sign_in("staff", make_staff(session, "coordinator").id)
    page.get("/pulpit").follow("Przejrzyj").fill_and_send({"outcome": "change_needed"})
    assert spoken("2027-03-18 12:00") == []
