"""One application is decided once, whoever is second."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.database import db, transaction
from services_app.journal.actions import Actor
from services_app.residents.models import Resident
from services_app.rides.actions.applying import accept_as_known, accept_as_new, refuse_application, withdraw_application
from services_app.rides.models import Enrolment, JoinApplication
from services_app.rides.terms import ApplicationState, NotTaken
from services_app.wording import day_and_hour
from tests.at_once import at_once
from tests.factories.residents import make_resident
from tests.factories.rides import NOW, OPERATOR
from tests.factories.staff import make_staff
from tests.page import Page
from tests.rides.applications.applying import address, applied, the_application
from tests.rides.walking import count


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
