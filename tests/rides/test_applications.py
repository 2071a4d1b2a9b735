"""Joining without an account: applied for online, read by staff, accepted, refused, withdrawn, let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.database import db, transaction
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.residents.actions import erase_resident
from services_app.residents.models import Resident
from services_app.residents.queries.exporting import everything_about
from services_app.residents.terms import Mobility, PhoneNumber, ToldBy
from services_app.rides.actions import enrol
from services_app.rides.actions.applying import (
    Applied,
    accept_as_known,
    accept_as_new,
    blank_applications,
    receive_application,
    refuse_application,
    withdraw_application,
)
from services_app.rides.models import Enrolment, JoinApplication, RideRulesVersion
from services_app.rides.queries.applications import key_of_application
from services_app.rides.terms import ApplicationState, Channel, Condition, EnrolmentState, NotTaken
from services_app.web.languages import LANGUAGES
from services_app.wording import day_and_hour
from tests.at_once import at_once
from tests.factories.residents import make_resident, pesel_of
from tests.factories.rides import NOW, OPERATOR, make_rules
from tests.factories.staff import make_staff
from tests.page import Page

BORN = date(1946, 12, 5)
PESEL = pesel_of(BORN, 991)
MYSELF, CLOSE = "/przejazdy/dolacz/siebie", "/przejazdy/dolacz/bliska-osobe"
TRANSIT = Condition.CANNOT_USE_TRANSIT
SENDING = "Wyślij zgłoszenie"
NOBODY = Actor("nobody")
FILLED = {
    "first_name": "Zofia", "last_name": "Zmyślona", "pesel": PESEL, "phone": "600 100 200", "street": "Zagórska", "house_number": "12",
    "flat_number": "3", "mobility": "cane", TRANSIT.value: "yes",
}  # fmt: skip
APPLIED = Applied(
    "Zofia", "Zmyślona", BORN, PESEL, PhoneNumber("+48600100200", land_line=False), "Zagórska", "12", "3", "Kielce", Mobility.CANE,
    frozenset({TRANSIT, Condition.RESIDENT}),
)  # fmt: skip


@pytest.fixture(autouse=True)
def kielce(session: Session, clock: Any) -> RideRulesVersion:
    clock.at(NOW.isoformat())
    made = make_rules(session)
    session.commit()
    return made


@pytest.fixture
def operator(new_page: Callable[[], Page], session: Session) -> Page:
    reader = new_page()
    reader.sign_in("staff", make_staff(session, "operator").id)
    return reader


@pytest.fixture
def coordinator(new_page: Callable[[], Page], session: Session) -> Page:
    reader = new_page()
    reader.sign_in("staff", make_staff(session, "coordinator").id)
    return reader


def applied(session: Session, now: datetime = NOW, **values: Any) -> int:
    """An application in the register, as somebody sent it; its id."""
    session.commit()
    with transaction() as writing:
        return receive_application(writing, Applied(**{**vars(APPLIED), **values}), by=NOBODY, now=now).id


def the_application(session: Session) -> JoinApplication:
    session.expire_all()
    return session.scalars(select(JoinApplication)).one()


def count(session: Session, model: Any) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def told(session: Session) -> list[tuple[str, ToldThrough]]:
    session.expire_all()
    return [(one.kind, one.channel) for one in session.scalars(select(Message).order_by(Message.id))]


def address(application_id: int, deed: str = "") -> str:
    return f"/przejazdy/zgloszenia/internetowe/{application_id}{deed}"


# --- the public form ----------------------------------------------------------------------------------------------------------------------


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
    page.get(MYSELF).fill_and_send({**FILLED, **typed, "last_name": "Z" * 100}).fill_and_send(
        {"agreed": True}, form=SENDING
    )
    made = the_application(session)
    assert (made.birth_on, made.pesel is None) == (BORN, "no_pesel" in typed)


def test_answers_are_changed_from_the_check_page_and_stay(page: Page) -> None:
    page.get(MYSELF).fill_and_send({**FILLED, TRANSIT.value: "no"})
    assert "Brakuje warunku: trudność w jeździe autobusem." in page.main
    assert "Każde czyta człowiek." in page.main
    page.fill_and_send(form="Zmień odpowiedzi")
    assert (page.errors, page.fields()["pesel"], page.fields()[TRANSIT.value]) == ([], [PESEL], ["no"])


def test_sending_twice_makes_one_application(page: Page, session: Session) -> None:
    page.get(MYSELF).fill_and_send(FILLED)
    sent = {**page.fields(SENDING), "agreed": ["y"]}
    for _time in range(2):
        page.get(MYSELF).post(MYSELF, sent)
        assert page.h1.startswith("Mamy zgłoszenie Z/")
    assert count(session, JoinApplication) == 1
    assert count(session, Message) == 1


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


def test_the_tenth_application_from_an_address_is_taken_and_the_eleventh_is_not(
    page: Page, session: Session, clock: Any
) -> None:
    def send(number: int) -> None:
        page.get(MYSELF).fill_and_send({**FILLED, "pesel": pesel_of(BORN, number), "phone": f"600 100 {200 + number}"})
        page.fill_and_send({"agreed": True}, form=SENDING, status=None)

    for number in range(10):
        send(number)
        assert page.h1.startswith("Mamy zgłoszenie Z/")
    send(10)
    assert page.response is not None
    assert (page.response.status_code, page.errors[0][:27]) == (429, "Wysłano już kilka zgłoszeń.")
    assert count(session, JoinApplication) == 10
    clock.at((NOW + timedelta(minutes=61)).isoformat())
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert count(session, JoinApplication) == 11


def test_one_phone_hears_of_three_applications_at_most(page: Page, session: Session) -> None:
    for number in range(4):
        page.get(MYSELF).fill_and_send({**FILLED, "pesel": pesel_of(BORN, number)})
        page.fill_and_send({"agreed": True}, form=SENDING, status=429 if number == 3 else 200)
    assert count(session, JoinApplication) == 3


def test_without_rules_nobody_is_asked_anything(page: Page, session: Session, kielce: RideRulesVersion) -> None:
    session.delete(session.get_one(RideRulesVersion, kielce.id))
    session.commit()
    for path in (MYSELF, CLOSE):
        page.get(path)
        assert "Zadzwoń, powiemy, kiedy ruszą zgłoszenia." in page.main


def test_the_number_is_shown_to_who_knows_the_address_and_for_a_month(page: Page, session: Session, clock: Any) -> None:
    made = applied(session)
    key = key_of_application(made)
    page.get(f"/przejazdy/dolacz/przyjete/{key}")
    for wrong in (f"{made}-{'A' * 22}", f"{made + 1}{key[1:]}", str(made), "x", "²-A"):
        page.get(f"/przejazdy/dolacz/przyjete/{wrong}", status=404)
    clock.at((NOW + timedelta(days=30)).isoformat())
    page.get(f"/przejazdy/dolacz/przyjete/{key}")
    clock.at((NOW + timedelta(days=30, seconds=1)).isoformat())
    page.get(f"/przejazdy/dolacz/przyjete/{key}", status=404)


@pytest.mark.parametrize(("language", "words"), [("en", "Send the application"), ("uk", "Надіслати заявку")])
def test_the_form_and_its_message_speak_the_chosen_language(
    page: Page, session: Session, language: str, words: str
) -> None:
    page.get("/").fill_and_send(form=LANGUAGES[language], button=LANGUAGES[language])
    page.get(MYSELF).fill_and_send(FILLED)
    page.fill_and_send({"agreed": True}, form=words)
    made = the_application(session)
    assert made.language == language
    message = session.scalars(select(Message)).one()
    assert message.language == language
    assert "zgłoszenie" not in message.body


# --- staff --------------------------------------------------------------------------------------------------------------------------------


def test_nobody_but_the_desk_opens_or_decides_anything(page: Page, session: Session) -> None:
    made = applied(session)
    resident = make_resident(session)
    deeds = ("/nowa-osoba", f"/ta-osoba/{resident.id}", "/odmowa", "/rezygnacja")
    session.commit()
    page.get("/przejazdy/zgloszenia/internetowe", follow=False, status=302)
    page.get(address(made), follow=False, status=302)
    page.sign_in("resident", resident.id)
    for path in ("/przejazdy/zgloszenia/internetowe", address(made)):
        page.get(path, status=403)
    for role in ("driver", "auditor", "manager", "administrator"):
        page.sign_in("staff", make_staff(session, role).id)
        page.get("/przejazdy/zgloszenia/internetowe", status=403)
        page.get(address(made), status=403)
        for deed in deeds:
            page.post(address(made, deed), {}, status=403)
    assert the_application(session).is_waiting


def test_the_morning_view_leads_to_who_waits_and_reading_is_journalled(operator: Page, session: Session) -> None:
    made = applied(session)
    operator.get("/pulpit").follow("Zadzwoń i przyjmij")
    assert [cell[:19] for cell in operator.rows()[0][:2]] == [f"Z/{made}/2026", "Zmyślona Zofia, 79 "]
    operator.follow(f"Z/{made}/2026")
    assert PESEL not in operator.text
    for words in (
        "Zofia Zmyślona",
        f"*******{PESEL[-4:]}",
        "600 100 200",
        "Zagórska 12/3, Kielce",
        "2026-1",
        "Nie znaleźliśmy nikogo",
    ):
        assert words in operator.main
    read = session.scalars(select(JournalEntry).where(JournalEntry.deed == "join_application_read")).one()
    assert (read.actor_kind, read.subject_id) == ("staff", str(made))
    operator.get(address(999999), status=404)


def test_a_new_person_gets_an_entry_and_a_declared_enrolment_and_is_told(coordinator: Page, session: Session) -> None:
    made = applied(session)
    coordinator.get(address(made)).fill_and_send(form=address(made, "/nowa-osoba"))
    assert coordinator.path.startswith("/przejazdy/zgloszenia/")
    assert "Zostało do sprawdzenia" in coordinator.main
    resident = session.scalars(select(Resident)).one()
    assert (resident.name, resident.pesel, resident.address, resident.mobility) == (
        "Zofia Zmyślona",
        PESEL,
        "Zagórska 12/3",
        Mobility.CANE,
    )
    assert (resident.told_by, [phone.number for phone in resident.phones]) == (ToldBy.SMS, ["+48600100200"])
    enrolment = session.scalars(select(Enrolment)).unique().one()
    assert (enrolment.state, enrolment.channel, enrolment.statement_text) == (
        EnrolmentState.DECLARED,
        Channel.ONLINE,
        "2026-1",
    )
    assert {each.condition for each in enrolment.conditions} == {TRANSIT, Condition.RESIDENT}
    application = the_application(session)
    assert (application.state, application.resident_id) == (ApplicationState.ACCEPTED, resident.id)
    # said once: what had not gone out yet of "we have it" is taken back
    assert told(session) == [("application_received", ToldThrough.SMS), ("application_accepted", ToldThrough.SMS)]
    noted = set(session.scalars(select(JournalEntry.deed)))
    assert {"resident_registered", "enrolment_declared", "join_application_accepted"} <= noted
    coordinator.get("/przejazdy/zgloszenia/internetowe", stan="zalatwione").follow(application.number)
    coordinator.follow("Karta osoby")


def test_an_operator_goes_on_to_the_card(operator: Page, session: Session) -> None:
    made = applied(session)
    operator.get(address(made)).fill_and_send(form=address(made, "/nowa-osoba"))
    assert operator.path == f"/osoby/{the_application(session).resident_id}"


def test_somebody_without_a_pesel_needs_another_document(operator: Page, session: Session) -> None:
    made = applied(session, pesel=None, phone=PhoneNumber("+48413312524", land_line=True))
    operator.get(address(made)).fill_and_send(form=address(made, "/nowa-osoba"))
    assert operator.errors == ["Ta osoba nie ma numeru PESEL. Poproś o numer innego dokumentu i wpisz go."]
    assert count(session, Resident) == 0
    operator.fill_and_send({"other_document": "FR 123456"}, form=address(made, "/nowa-osoba"))
    resident = session.scalars(select(Resident)).one()
    assert (resident.other_document, resident.birth_on, resident.told_by) == ("FR123456", BORN, ToldBy.CALL)
    assert [channel for _kind, channel in told(session)] == [ToldThrough.CALL, ToldThrough.CALL]


def test_likely_duplicates_stop_it_until_somebody_says_it_is_another_person(operator: Page, session: Session) -> None:
    make_resident(session, "Zofia", "Zmyślona", birth_on=BORN)
    made = applied(session)
    operator.get(address(made))
    assert "ta sama data urodzenia i podobne nazwisko" in operator.main
    operator.fill_and_send(form=address(made, "/nowa-osoba"))
    assert operator.errors == ["W rejestrze jest ktoś podobny. Sprawdź, czy to nie ta osoba."]
    assert count(session, Resident) == 1
    operator.fill_and_send({"somebody_else": True}, form=address(made, "/nowa-osoba"))
    assert count(session, Resident) == 2


def test_the_same_pesel_is_never_registered_twice(operator: Page, session: Session) -> None:
    make_resident(session, "Zofia", "Zmyślona", birth_on=BORN, pesel=PESEL)
    made = applied(session)
    operator.get(address(made)).fill_and_send({"somebody_else": True}, form=address(made, "/nowa-osoba"), status=409)
    assert operator.errors == ["Osoba z tym numerem PESEL lub dokumentem jest już w rejestrze. Otwórz jej kartę."]
    assert (count(session, Resident), the_application(session).is_waiting) == (1, True)


def test_a_known_person_is_enrolled_and_nothing_else_of_the_file_changes(operator: Page, session: Session) -> None:
    known = make_resident(session, "Zofia", "Zmyślona", birth_on=BORN, pesel=PESEL, phones=("600 700 800",))
    made = applied(session)
    before = everything_about(session, known.id)["residents"]
    operator.get(address(made))
    assert "ten sam PESEL" in operator.main
    assert "inny telefon niż w zgłoszeniu" in operator.main
    operator.fill_and_send(form=address(made, f"/ta-osoba/{known.id}"))
    assert "Przyjęto zgłoszenie." in operator.main
    assert everything_about(session, known.id)["residents"] == before
    assert the_application(session).resident_id == known.id
    assert session.scalars(select(Enrolment)).unique().one().state is EnrolmentState.DECLARED
    # the person is told at their own number, too: somebody else may have applied in their name
    assert [(each.kind, each.address) for each in session.scalars(select(Message).order_by(Message.id))][1:] == [
        ("enrolment_received", "+48600700800"), ("application_accepted", "+48600100200"),
    ]  # fmt: skip


def test_who_is_in_the_programme_already_keeps_the_enrolment(operator: Page, session: Session) -> None:
    known = make_resident(session, "Zofia", "Zmyślona", birth_on=BORN, pesel=PESEL)
    session.commit()
    with transaction() as writing:
        enrol(writing, known.id, [], by=OPERATOR, channel=Channel.PHONE, now=NOW)
    made = applied(session)
    operator.get(address(made)).fill_and_send(form=address(made, f"/ta-osoba/{known.id}"))
    enrolment = session.scalars(select(Enrolment)).unique().one()
    assert (enrolment.channel, list(enrolment.conditions)) == (Channel.PHONE, [])
    assert the_application(session).state is ApplicationState.ACCEPTED


def test_somebody_else_is_found_by_the_search(operator: Page, session: Session) -> None:
    make_resident(session, "Bożena", "Nowak", phones=("600 700 800",))
    restricted = make_resident(session, "Barbara", "Nowak", restricted_at=NOW)
    made = applied(session)
    operator.get(address(made)).fill_and_send({"q": "nowak"}, form="Szukaj")
    assert "Bożena Nowak" in operator.main
    assert "Barbara" not in operator.main
    operator.get(address(made), q=PESEL)
    assert PESEL not in operator.text
    operator.post(address(made, f"/ta-osoba/{restricted.id}"), {})
    assert operator.errors == ["Karty tej osoby nie można teraz otworzyć. Zapytaj administratora."]
    operator.post(address(made, "/ta-osoba/999999"), {})
    assert operator.errors == ["Karty tej osoby nie można teraz otworzyć. Zapytaj administratora."]


def test_a_refusal_says_every_reason_and_a_groundless_one_is_not_taken(operator: Page, session: Session) -> None:
    made = applied(session, e_mail="zofia@poczta.example")
    operator.get(address(made)).fill_and_send(form=address(made, "/odmowa"))
    assert operator.errors == ["Zaznacz powód albo wpisz go. Ta osoba go usłyszy."]
    operator.fill_and_send({"because": ["not_reached"], "note": "Zapraszamy do nas."}, form=address(made, "/odmowa"))
    assert "Odmowa zapisana." in operator.main
    application = the_application(session)
    assert [each["code"] for each in application.reasons] == ["NOT_REACHED", "NOTE"]
    message = session.scalars(select(Message).where(Message.kind == "application_refused")).one()
    assert message.channel is ToldThrough.E_MAIL
    assert "Nie udało się dodzwonić pod podany numer." in message.body
    assert "Zapraszamy do nas." in message.body
    operator.get(address(made))
    assert "Zapraszamy do nas." in operator.main
    assert count(session, Resident) == 0


def test_what_the_rules_say_against_it_is_told_without_being_typed(session: Session) -> None:
    made = applied(session, town="Zagnańsk", conditions=frozenset(), phone=PhoneNumber("+48413312524", land_line=True))
    with transaction() as writing:
        assert refuse_application(writing, made, [], None, by=OPERATOR, now=NOW).allowed
    codes = [each["code"] for each in the_application(session).reasons]
    assert codes[:2] == ["NOT_RESIDENT", "CONDITION_NOT_MET"]
    call = session.scalars(select(Message).where(Message.kind == "application_refused")).one()
    assert call.channel is ToldThrough.CALL
    assert "Kielce" in call.body


def test_who_gives_up_is_not_told_and_not_called(operator: Page, session: Session) -> None:
    made = applied(session, phone=PhoneNumber("+48413312524", land_line=True))
    operator.get(address(made)).fill_and_send(form=address(made, "/rezygnacja"))
    assert the_application(session).state is ApplicationState.WITHDRAWN
    assert [one.state.value for one in session.scalars(select(Message))] == ["withdrawn"]


@pytest.mark.parametrize("deed", ["/nowa-osoba", "/odmowa", "/rezygnacja", "/ta-osoba/{known}"])
def test_the_second_clerk_reads_who_was_first(operator: Page, coordinator: Page, session: Session, deed: str) -> None:
    known = make_resident(session, "Bożena", "Nowak")
    made = applied(session)
    coordinator.get(address(made)).fill_and_send({"note": "Dziękujemy."}, form=address(made, "/odmowa"))
    operator.post(address(made, deed.format(known=known.id)), {"note": "Spóźnione."}, status=409)
    application = the_application(session)
    who = f"{day_and_hour(NOW, 'pl')}. Twojej decyzji nie zapisaliśmy."
    assert operator.errors[0].startswith("To zgłoszenie już ktoś załatwił: ")
    assert operator.errors[0].endswith(who)
    assert (application.state, count(session, Resident)) == (ApplicationState.REFUSED, 1)


def test_two_clerks_at_once_make_one_person(app: Flask, session: Session) -> None:
    made = applied(session)
    staff = [make_staff(session, "operator").id, make_staff(session, "coordinator").id]
    session.commit()

    def accept(who: int) -> Callable[[], tuple[bool, tuple[str, ...]]]:
        def deed() -> tuple[bool, tuple[str, ...]]:
            with transaction() as writing:
                taken = accept_as_new(writing, made, by=Actor("staff", who), now=NOW)
                return taken.resident_id is not None, taken.verdict.codes

        return deed

    assert sorted(at_once(app, [accept(who) for who in staff])) == [(False, ("ALREADY_DECIDED",)), (True, ())]
    assert (count(session, Resident), count(session, Enrolment)) == (1, 1)


def test_two_applications_of_one_person_accepted_at_once_make_one_entry(
    app: Flask, new_page: Callable[[], Page], session: Session
) -> None:
    ids = [applied(session), applied(session)]
    readers = [new_page(), new_page()]
    for reader in readers:
        reader.sign_in("staff", make_staff(session, "operator").id)
        session.commit()

    def accept(reader: Page, made: int) -> Callable[[], int]:
        def deed() -> int:
            reader.post(address(made, "/nowa-osoba"), {}, status=None, follow=False)
            assert reader.response is not None
            return reader.response.status_code

        return deed

    answers = at_once(app, [accept(*pair) for pair in zip(readers, ids, strict=True)])
    assert sorted(answers) == [302, 409]
    assert count(session, Resident) == 1
    assert sorted(one.state.value for one in session.scalars(select(JoinApplication))) == ["accepted", "waiting"]


def test_reading_pages_writes_nothing_but_who_read(operator: Page, page: Page, session: Session) -> None:
    made = applied(session)
    before = (count(session, JoinApplication), count(session, Message), count(session, Resident))
    for path in (MYSELF, CLOSE, f"/przejazdy/dolacz/przyjete/{key_of_application(made)}"):
        page.get(path)
    operator.get(address(made), q="nowak")
    operator.get("/przejazdy/zgloszenia/internetowe")
    assert (count(session, JoinApplication), count(session, Message), count(session, Resident)) == before
    deeds = list(session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)))
    assert deeds == ["join_application_received", "join_application_read"]


# --- what is kept -------------------------------------------------------------------------------------------------------------------------


def test_what_names_a_person_is_sealed_in_the_database(session: Session) -> None:
    applied(session, applicant_name="Ewa Wymyślna", applicant_phone=PhoneNumber("+48600300400", land_line=False))
    raw = session.connection().exec_driver_sql("SELECT * FROM join_applications").mappings().one()
    stored = " ".join(str(value) for value in raw.values())
    for planted in (PESEL, "Zofia", "Zmyślona", "600100200", "Zagórska", "Wymyślna", "600300400"):
        assert planted not in stored


def test_an_application_is_in_the_copy_of_ones_data_without_who_applied(session: Session) -> None:
    made = applied(session, applicant_name="Ewa Wymyślna", applicant_phone=PhoneNumber("+48600300400", land_line=False))
    with transaction() as writing:
        resident_id = accept_as_new(writing, made, by=OPERATOR, now=NOW).resident_id
    assert resident_id is not None
    copy = everything_about(session, resident_id)
    [row] = copy["join_applications"]
    assert (row["first_name"], row["pesel"]) == ("Zofia", PESEL)
    assert "Wymyślna" not in str(copy)
    assert "600300400" not in str(copy)


def test_erasing_a_person_empties_what_they_sent(session: Session) -> None:
    made = applied(session)
    with transaction() as writing:
        resident_id = accept_as_new(writing, made, by=OPERATOR, now=NOW).resident_id
    with transaction() as writing:
        erase_resident(writing, writing.get_one(Resident, resident_id), by=OPERATOR, now=NOW)
    row = the_application(session)
    assert (row.first_name, row.pesel, row.pesel_hash, row.phone, row.birth_on) == (
        "",
        None,
        None,
        "",
        date(1946, 1, 1),
    )
    assert (row.state, row.blanked_at) == (ApplicationState.ACCEPTED, NOW)


def test_an_emptied_application_can_still_be_opened(operator: Page, session: Session) -> None:
    made = applied(session)
    with transaction() as writing:
        blank_applications(writing, [made], now=NOW)
    assert (the_application(session).state, count(session, Message)) == (ApplicationState.WITHDRAWN, 0)
    operator.get(address(made))
    assert "usunięto po okresie przechowywania" in operator.main
    operator.get("/przejazdy/zgloszenia/internetowe", stan="zalatwione")
    assert "dane usunięte" in operator.main


def test_every_way_to_decide_counts_once(session: Session) -> None:
    known = make_resident(session, "Bożena", "Nowak")
    made = applied(session)
    with transaction() as writing:
        withdraw_application(writing, made, by=OPERATOR, now=NOW)
    with transaction() as writing:
        assert refuse_application(writing, made, [NotTaken.NOT_CONFIRMED], None, by=OPERATOR, now=NOW).codes == (
            "ALREADY_DECIDED",
        )
    with transaction() as writing:
        assert accept_as_known(writing, made, known.id, by=OPERATOR, now=NOW).verdict.codes == ("ALREADY_DECIDED",)
    assert db.session.get_one(JoinApplication, made).resident_id is None


def test_the_notice_stands_where_somebody_unknown_applies(page: Page) -> None:
    for path in (MYSELF, CLOSE):
        page.get(path)
        ids = {str(tag["id"]) for tag in page.soup.select("form [id^=rodo-]")}
        assert {"rodo-administrator", "rodo-cele", "rodo-podstawa", "rodo-okres", "rodo-prawa", "rodo-skarga"} <= ids


def test_a_program_that_fills_in_everything_sends_nothing(page: Page, session: Session) -> None:
    page.get(MYSELF).fill_and_send(FILLED)
    page.fill_and_send({"agreed": True, "adres_strony": "https://spam.example"}, form=SENDING)
    assert len(page.errors) == 1
    assert count(session, JoinApplication) == 0
    page.fill_and_send({"agreed": True}, form=SENDING)
    assert count(session, JoinApplication) == 1
