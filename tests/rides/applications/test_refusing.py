"""An application that comes to nothing: refused with reasons, given up."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.residents.models import Resident
from services_app.residents.terms import PhoneNumber
from services_app.rides.actions.applying import refuse_application
from services_app.rides.terms import ApplicationState
from tests.factories.rides import NOW, OPERATOR
from tests.page import Page
from tests.rides.applications.applying import address, applied, the_application
from tests.rides.walking import count


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
