"""The pages of messaging as each of their users meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.database import transaction
from services_app.messaging import queries
from services_app.messaging.models import Message
from services_app.messaging.outbox import fail_for_good
from services_app.messaging.terms import Channel, MessageState
from services_app.messaging.wiring import send_invitation
from services_app.staff.models import StaffAccount
from tests.counting import counted_queries
from tests.factories.messaging import a_message, a_recipient, all_messages, send_everything_due
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page

LAND_LINE = {"channel": Channel.CALL, "address": "+48413676000"}


def signed_in(page: Page, session: Session, *roles: str) -> Page:
    """A reader with these roles."""
    page.sign_in("staff", make_staff(session, *roles).id)
    return page


def test_the_operator_calls_and_the_list_empties(page: Page, session: Session) -> None:
    a_message(recipient=a_recipient(name="Stefania Lis", **LAND_LINE))
    signed_in(page, session, "operator").get("/wiadomosci/dzwonienie")
    assert "Stefania Lis" in page.text
    assert "413 676 000" in page.text
    assert "Przejazd jest zamówiony: czwartek 26 listopada." in page.text
    call = all_messages(session)[0]
    page.post(f"/wiadomosci/dzwonienie/{call.id}/powiadomiona", {"request_id": "7c0ee0a4-0000-4000-8000-000000000001"})
    assert "Zapisano: osoba wie." in page.text
    assert "Nie ma do kogo dzwonić" in page.text
    assert all_messages(session)[0].state is MessageState.DELIVERED


def test_two_calls_to_one_person_are_told_apart(page: Page, session: Session) -> None:
    for _call in range(2):
        a_message(recipient=a_recipient(name="Stefania Lis", **LAND_LINE))
    signed_in(page, session, "operator").get("/wiadomosci/dzwonienie")
    names = [str(each["aria-label"]) for each in page.soup.select("main form")]
    names += [
        each.get_text() for each in page.soup.select("main label")
    ]  # seen, too: a list without words says nothing
    assert len(names) == 6
    assert len(set(names)) == 6
    assert all("Stefania Lis" in name for name in names)


def test_the_same_click_twice_is_one_call(page: Page, session: Session) -> None:
    call = a_message(recipient=a_recipient(**LAND_LINE))
    signed_in(page, session, "operator")
    for _time in range(2):
        page.post(
            f"/wiadomosci/dzwonienie/{call.id}/nie-odbiera",
            {"again": "60", "request_id": "7c0ee0a4-0000-4000-8000-000000000002"},
        )
    assert all_messages(session)[0].attempts == 1


def test_nobody_answered_and_the_task_waits_below(page: Page, session: Session, clock: Clock) -> None:
    now = clock.at("2026-11-23 14:00")
    call = a_message(recipient=a_recipient(**LAND_LINE), expires_at=now + timedelta(days=2))
    signed_in(page, session, "coordinator")
    page.post(f"/wiadomosci/dzwonienie/{call.id}/nie-odbiera", {"again": "morning"})
    assert "Spróbuj: wtorek 24 listopada, 8:00." in page.text
    page.post(f"/wiadomosci/dzwonienie/{call.id}/nie-odbiera", {"again": "nigdy"})
    assert "Wybierz z listy" in page.text


def test_too_late_to_try_again_says_until_when(page: Page, session: Session, clock: Clock) -> None:
    now = clock.at("2026-11-23 14:00")
    call = a_message(recipient=a_recipient(**LAND_LINE), expires_at=now + timedelta(hours=1))
    signed_in(page, session, "operator")
    page.post(f"/wiadomosci/dzwonienie/{call.id}/nie-odbiera", {"again": "120"})
    assert "Wtedy będzie za późno. Ostatnia chwila: poniedziałek 23 listopada, 15:00." in page.text


def test_the_ride_that_comes_first_is_told_first_by_a_moment_before_it(
    page: Page, session: Session, clock: Clock
) -> None:
    now = clock.at("2026-11-23 14:00")  # each message about a ride ends an hour after its moment
    for name, hours in (("Ta za dwa dni", 49), ("Ta za godzinę", 2), ("Ta od razu", 1)):
        a_message(recipient=a_recipient(**{**LAND_LINE, "name": name}), expires_at=now + timedelta(hours=hours))
    signed_in(page, session, "operator").get("/wiadomosci/dzwonienie")
    said = [" ".join(task.get_text(" ").split()) for task in page.soup.select("li.call-task")]
    assert [words.split(" Potwierdzenie")[0] for words in said] == ["Ta od razu", "Ta za godzinę", "Ta za dwa dni"]
    assert "Zadzwoń od razu." in said[0]
    assert "Czas na telefon: do poniedziałku 23 listopada, 15:00." in said[1]
    assert "Czas na telefon: do środy 25 listopada, 14:00." in said[2]


def test_a_call_made_by_somebody_else_is_told(page: Page, session: Session) -> None:
    signed_in(page, session, "operator").post("/wiadomosci/dzwonienie/999999/powiadomiona")
    assert "Ktoś już się tym zajął" in page.text


def test_the_call_list_asks_the_database_as_often_for_ten_as_for_one(page: Page, session: Session) -> None:
    signed_in(page, session, "operator")
    taken = []
    for number in (1, 10):
        for _one in range(number):
            a_message(recipient=a_recipient(**LAND_LINE))
        with counted_queries() as asked:
            page.get("/wiadomosci/dzwonienie")
        taken.append(len(asked))
    assert taken[0] == taken[1]


def test_the_outbox_is_filtered_and_paged(page: Page, session: Session) -> None:
    for _number in range(32):
        a_message(recipient=a_recipient(name="Wanda Pierwsza"))
    a_message("ride_moved", recipient=a_recipient(name="Zofia Druga", channel=Channel.E_MAIL))
    signed_in(page, session, "manager").get("/wiadomosci/")
    assert "Zofia Druga" in page.text
    page.get("/wiadomosci/", kind="ride_moved", channel="e_mail", state="created")
    assert "Wanda Pierwsza" not in page.text
    page.get("/wiadomosci/", state="delivered")
    assert "Nie ma takich wiadomości" in page.text
    page.get("/wiadomosci/")
    page.follow("Starsze wiadomości")
    assert "Zofia Druga" not in page.text
    assert page.text.count("Wanda Pierwsza") == 3


def test_one_message_shows_its_words_and_is_noted_as_read(page: Page, session: Session) -> None:
    from sqlalchemy import select

    from services_app.journal.models import JournalEntry

    message = a_message(resident_id=5)
    signed_in(page, session, "operator").get(f"/wiadomosci/{message.id}")
    assert "wyjazd z domu, czwartek 26 listopada" in page.text
    entry = session.scalars(select(JournalEntry).where(JournalEntry.deed == "message_read")).one()
    assert entry.resident_id == 5
    page.get("/wiadomosci/999999", status=404)
    page.get("/wiadomosci/99999999999999999999", status=404)


def test_a_code_is_not_shown_to_staff(page: Page, session: Session) -> None:
    message = a_message("sign_in_code", {"code": "204816"})
    signed_in(page, session, "administrator").get(f"/wiadomosci/{message.id}")
    assert "204816" not in page.text


def test_a_failed_message_is_sent_again(page: Page, session: Session) -> None:
    message = a_message(recipient=a_recipient(name="Halina Cicha"))
    with transaction() as saved:
        fail_for_good(saved, saved.get_one(Message, message.id), "smsapi_13", now=real_clock.now())
    signed_in(page, session, "operator").get("/wiadomosci/nieudane")
    assert "Halina Cicha" in page.text
    assert "Nie ma takiego numeru." in page.text
    page.post(f"/wiadomosci/{message.id}/jeszcze-raz")
    assert "Wiadomość wyjdzie jeszcze raz za chwilę." in page.text
    assert all_messages(session)[0].state is MessageState.CREATED
    page.post(f"/wiadomosci/{message.id}/jeszcze-raz")
    assert "nie trzeba wysyłać" in page.text
    page.post("/wiadomosci/999999/jeszcze-raz", status=404)


@pytest.mark.parametrize(
    ("at", "urgent", "when"),
    [("19:59", False, "za chwilę."), ("20:00", False, "rano, żeby nikogo nie budzić."), ("20:00", True, "za chwilę.")],
)
def test_whoever_sends_again_at_night_reads_that_it_waits(
    page: Page, session: Session, clock: Clock, at: str, urgent: bool, when: str
) -> None:
    now = clock.at(f"2026-11-23 {at}")
    message = a_message(urgent=urgent)
    with transaction() as saved:
        fail_for_good(saved, saved.get_one(Message, message.id), "smsapi_13", now=now)
    signed_in(page, session, "operator").post(f"/wiadomosci/{message.id}/jeszcze-raz")
    assert f"Wiadomość wyjdzie jeszcze raz {when}" in page.text


def test_many_failed_messages_come_in_pages_as_all_lists_do(page: Page, session: Session) -> None:
    failed = [a_message().id for _number in range(26)]
    with transaction() as saved:
        for message_id in failed:
            fail_for_good(saved, saved.get_one(Message, message_id), "smsapi_13", now=real_clock.now())
    signed_in(page, session, "operator").get("/wiadomosci/nieudane")
    assert len(page.rows()) == 25
    page.follow("Następna strona")
    assert page.url.endswith("/wiadomosci/nieudane?strona=2")
    assert len(page.rows()) == 1


def test_a_wording_is_tried_out_saved_and_put_back(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    signed_in(page, session, "coordinator").get("/wiadomosci/teksty")
    assert "Potwierdzenie przejazdu" in page.text
    path = "/wiadomosci/teksty/ride_confirmed/sms/pl"
    page.get(path)
    assert "Wiadomości SMS: 1." in page.text
    page.post(path, {"body": "{sender}: zażółć {hour} {day}", "preview": "1"})
    assert "MOPR: zazolc 10:10 poniedzialek 25 pazdziernika" in page.text, "the last Monday of the next October"
    assert queries.edited_texts(session) == {}
    drawn = page.get(path).fields()["as_it_was"][0]
    page.post(path, {"body": "{sender}: zażółć {hour} {day}", "as_it_was": drawn})
    assert "Zapisano." in page.text
    assert "zmieniona" in page.text
    assert a_message().body == "MOPR: zazolc 9:10 czwartek 26 listopada"
    page.get(path)
    page.post(path + "/przywroc")
    assert "Przywrócono pierwotną treść." in page.text
    assert queries.edited_texts(session) == {}


def test_a_wording_that_cannot_go_out_is_refused_with_all_reasons(page: Page, session: Session) -> None:
    path = "/wiadomosci/teksty/ride_confirmed/sms/pl"
    signed_in(page, session, "administrator").post(path, {"body": "{dzien} {to}"})
    assert "Nie ma miejsca „dzien”." in page.text
    assert "Miejsca „to” nie może być w SMS" in page.text
    assert "W treści musi być miejsce „hour”." in page.text
    assert "{dzien} {to}" in page.soup.select_one("textarea").get_text()  # type: ignore[union-attr]  # it is there, or the test fails
    page.post("/wiadomosci/teksty/ride_confirmed/e_mail/pl", {"body": "{hour}", "subject": ""})
    assert "Wpisz temat e-maila." in page.text


@pytest.mark.parametrize("path", ["nic/sms/pl", "ride_confirmed/fax/pl", "ride_confirmed/sms/de"])
def test_there_are_no_other_wordings(page: Page, session: Session, path: str) -> None:
    signed_in(page, session, "administrator").get(f"/wiadomosci/teksty/{path}", status=404)


@pytest.mark.parametrize(
    ("language", "romanised", "room"), [("pl", False, "160"), ("uk", False, "70"), ("uk", True, "160")]
)
def test_the_editor_says_how_much_an_sms_of_its_alphabet_holds(
    app: Flask, page: Page, session: Session, language: str, romanised: bool, room: str
) -> None:
    app.config["SMS_ROMANISE_UKRAINIAN"] = romanised
    signed_in(page, session, "coordinator").get(f"/wiadomosci/teksty/ride_confirmed/sms/{language}")
    assert f"Jedna wiadomość SMS to {room} znaków" in page.main


def test_every_wording_has_a_page(page: Page, session: Session) -> None:
    signed_in(page, session, "administrator")
    for path in (
        "ride_cancelled/e_mail/uk",
        "relative_notice/call/en",
        "sign_in_code/sms/uk",
        "staff_invitation/e_mail/pl",
    ):
        page.get(f"/wiadomosci/teksty/{path}")


def test_the_demo_shows_what_would_have_gone_out(app: Flask, page: Page, session: Session) -> None:
    page.get("/wiadomosci/na-ekranie", status=404)
    app.config["DEMO"] = True
    page.get("/wiadomosci/na-ekranie")
    assert "Jeszcze nic nie wyszło" in page.text
    a_message("sign_in_code", {"code": "204816"})
    page.get("/wiadomosci/na-ekranie")
    assert "wyjdzie za chwilę" in page.text
    send_everything_due(app)
    page.get("/wiadomosci/na-ekranie")
    assert "204816 to kod do zalogowania." in page.text
    assert "wyjdzie za chwilę" not in page.text


def test_an_invitation_is_queued_with_its_link(session: Session) -> None:
    invited = make_staff(session, "operator", accepted=False)
    now = real_clock.now()
    for digest in ("a" * 64, "a" * 64, "b" * 64):
        with transaction() as saved:
            account = saved.get_one(StaffAccount, invited.id)
            account.invitation_hash, account.invitation_ends_at = digest, now + timedelta(hours=72)
            send_invitation(saved, account, "https://localhost/zaproszenie/tajne", now)
    first, second = all_messages(session)
    assert "https://localhost/zaproszenie/tajne" in first.body
    assert (first.channel, first.address) == (Channel.E_MAIL, invited.e_mail)
    assert first.dedupe_key != second.dedupe_key


def test_figures_of_a_week_for_the_dashboard(session: Session) -> None:
    now = real_clock.now()
    for state in (MessageState.SENT, MessageState.DELIVERED, MessageState.PERMANENT_FAILURE, MessageState.CREATED):
        message = a_message(now=now)
        with transaction() as saved:
            saved.get_one(Message, message.id).state = state
    a_message(now=now - timedelta(days=8))
    assert queries.deliveries_by_channel(session, now=now)[Channel.SMS] == {"good": 2, "waiting": 1, "bad": 1}
    period = queries.deliveries(session, since=now, until=now + timedelta(seconds=1))
    assert period[Channel.SMS, MessageState.SENT] == 1
