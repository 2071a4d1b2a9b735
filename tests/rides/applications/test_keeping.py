"""What is kept of an application: sealed, copied for the person, emptied."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.residents.actions import erase_resident
from services_app.residents.models import Resident
from services_app.residents.queries.exporting import everything_about
from services_app.residents.terms import PhoneNumber
from services_app.rides.actions.applying import accept_as_new, blank_applications
from services_app.rides.terms import ApplicationState
from tests.factories.applications import PESEL
from tests.factories.rides import NOW, OPERATOR
from tests.page import Page
from tests.rides.applications.applying import LIST, address, applied, the_application
from tests.rides.walking import count


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
    operator.get(LIST, stan="zalatwione")
    assert "dane usunięte" in operator.main
