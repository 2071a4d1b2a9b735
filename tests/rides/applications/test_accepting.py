"""An application accepted: somebody new, somebody the register knows, somebody like them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.residents.models import Resident
from services_app.residents.queries.exporting import everything_about
from services_app.residents.terms import Mobility, PhoneNumber, ToldBy
from services_app.rides.actions import enrol
from services_app.rides.models import Enrolment, JoinApplication
from services_app.rides.terms import ApplicationState, Channel, Condition, EnrolmentState
from tests.at_once import at_once
from tests.factories.applications import BORN, PESEL
from tests.factories.residents import make_resident
from tests.factories.rides import NOW, OPERATOR
from tests.factories.staff import make_staff
from tests.page import Page
from tests.rides.applications.applying import LIST, TRANSIT, address, applied, the_application, told
from tests.rides.walking import count


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
    coordinator.get(LIST, stan="zalatwione").follow(application.number)
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
