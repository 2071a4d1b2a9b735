"""Joining the programme: explained, declared online and at the desk, verified, decided, left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from services_app.database import db, transaction
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.rides.actions import enrol
from services_app.rides.models import Enrolment, RideRulesVersion
from services_app.rides.policy import Alternative
from services_app.rides.queries import may_ride
from services_app.rides.shipped_rules import KIELCE_2022, KIELCE_2024
from services_app.rides.terms import Channel, Condition, EnrolmentState, Mobility, Verification
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import NOW, OPERATOR, make_rules
from tests.factories.staff import make_staff

TRANSIT = Condition.CANNOT_USE_TRANSIT.value


@pytest.fixture
def kielce(session: Session, clock: Any) -> RideRulesVersion:
    clock.at(NOW.isoformat())
    return make_rules(session)


@pytest.fixture
def senior(session: Session, kielce: RideRulesVersion) -> Resident:
    """79 years old, of Kielce, not in the programme yet."""
    resident = make_resident(session, phones=("600 100 200",))
    session.commit()
    return resident


@pytest.fixture
def coordinator(new_page: Callable[[], Any], session: Session, kielce: RideRulesVersion) -> Any:
    reader = new_page()
    reader.sign_in("staff", make_staff(session, "coordinator").id)
    return reader


def enrolment_in(session: Session) -> Enrolment:
    session.expire_all()
    return session.scalars(select(Enrolment).order_by(Enrolment.id.desc())).unique().first()  # type: ignore[return-value]  # there is one


def told(session: Session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.id)))


def declared(session: Session, resident: Resident, *conditions: Condition) -> Enrolment:
    session.commit()
    with transaction() as writing:
        return enrol(
            writing, resident.id, conditions or (Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT), by=OPERATOR,
            channel=Channel.PHONE, now=NOW,
        )  # fmt: skip


def test_everybody_may_read_how_to_join(page: Any, kielce: RideRulesVersion) -> None:
    page.get("/przejazdy/dolacz")
    assert "w dniu przejazdu ma co najmniej 70 lat" in page.main
    assert "Przejazd możesz zamówić już po naszym telefonie." in page.main
    page.follow("Zaloguj się i zgłoś")


def test_without_rules_nobody_is_asked_anything(page: Any, session: Session) -> None:
    page.get("/przejazdy/dolacz")
    assert "Zadzwoń, powiemy, kiedy ruszą zgłoszenia." in page.main
    resident = make_resident(session)
    session.commit()
    page.sign_in("resident", resident.id)
    page.get("/przejazdy/dolacz")
    assert "Zadzwoń, powiemy, kiedy ruszą zgłoszenia." in page.main


def test_whom_the_rules_refuse_is_not_sent_to_book_at_once(page: Any, session: Session, senior: Resident) -> None:
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/dolacz")
    page.fill_and_send({TRANSIT: "no"})
    assert "Z tych odpowiedzi wynika, że czegoś brakuje" in page.main
    assert "Przejazd możesz zamówić od razu." not in page.main
    page.fill_and_send({"agreed": True}, form="Wyślij zgłoszenie")
    assert "Mamy zgłoszenie" in page.main
    assert "Pierwszy przejazd można zamówić dopiero po decyzji." in page.main


def test_a_senior_joins_by_one_question_a_check_and_a_statement(page: Any, session: Session, senior: Resident) -> None:
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/dolacz")
    assert [name for name in page.fields() if name not in ("csrf_token", "request_id", "step")] == []
    page.fill_and_send()
    assert page.errors == ["Wybierz „Tak” albo „Nie”."]
    page.fill_and_send({TRANSIT: "yes"})
    assert page.h1 == "Sprawdź i wyślij zgłoszenie"
    assert enrolment_in(session) is None
    page.fill_and_send(form="Wyślij zgłoszenie")
    assert page.errors == ["Zaznacz oświadczenie. Bez niego nie możemy przyjąć zgłoszenia."]
    page.fill_and_send({"agreed": True}, form="Wyślij zgłoszenie")
    assert "Mamy zgłoszenie" in page.main
    assert "Nie musisz czekać. Przejazd można zamówić już teraz." in page.main
    made = enrolment_in(session)
    assert (made.state, made.channel, made.statement_text) == (EnrolmentState.DECLARED, Channel.ONLINE, "2026-1")
    assert {each.condition for each in made.conditions} == {Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}
    assert (made.declared_by_kind, made.declared_by_id) == ("resident", senior.id)
    assert told(session) == ["enrolment_received"]
    page.get(f"/przejazdy/dolacz/{senior.id}")
    assert page.path == f"/przejazdy/program/{senior.id}"


def test_answers_are_changed_from_the_check_page_and_stay(page: Any, senior: Resident) -> None:
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/dolacz").fill_and_send({TRANSIT: "no"})
    assert "Brakuje warunku: trudność w jeździe autobusem." in page.main
    assert "Autobusy miejskie w Kielcach są bezpłatne od 70. roku życia." in page.main
    page.fill_and_send(form="Zmień odpowiedzi")
    assert page.fields()[TRANSIT] == ["no"]
    assert not page.errors


def test_riding_waits_where_the_rules_say_so(page: Any, session: Session, clock: Any) -> None:
    clock.at(NOW.isoformat())
    make_rules(session, replace(KIELCE_2024, verification=Verification.BEFORE_FIRST_RIDE))
    senior = make_resident(session)
    declared(session, senior)
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/program")
    assert "Pierwszy przejazd można zamówić dopiero po decyzji." in page.main
    assert "Zamów przejazd" not in page.main


def test_what_the_file_says_is_not_asked_again(page: Any, session: Session, clock: Any) -> None:
    clock.at(NOW.isoformat())
    make_rules(session, KIELCE_2022)
    wheelchair = make_resident(session, birth_on=date(1980, 1, 1), mobility=Mobility.FIXED_WHEELCHAIR)
    session.commit()
    page.sign_in("resident", wheelchair.id)
    page.get("/przejazdy/dolacz")
    assert "Czy poruszasz się na wózku?" not in page.main
    page.fill_and_send({TRANSIT: "no"})
    assert "czegoś brakuje" not in page.main
    page.fill_and_send({"agreed": True}, form="Wyślij zgłoszenie")
    assert [each.condition for each in enrolment_in(session).conditions] == [Condition.WHEELCHAIR]


def test_only_who_may_book_joins_for_somebody(page: Any, session: Session, senior: Resident) -> None:
    daughter = make_representative(session)
    session.commit()
    page.sign_in("representative", daughter.id)
    page.get(f"/przejazdy/dolacz/{senior.id}", status=404)
    page.get("/przejazdy/dolacz")
    assert "Nie masz teraz zgody" in page.main
    let_represent(session, daughter, senior, now=NOW)
    other = make_resident(session, "Zofia", "Nowak")
    let_represent(session, daughter, other, now=NOW)
    page.get("/przejazdy/dolacz").follow("Jadwiga Kowalska")
    assert "Czy tej osobie trudno jeździć autobusem?" in page.main
    page.fill_and_send({TRANSIT: "yes"}).fill_and_send({"agreed": True}, form="Wyślij zgłoszenie")
    assert (enrolment_in(session).declared_by_kind, enrolment_in(session).declared_by_id) == (
        "representative",
        daughter.id,
    )
    page.get("/przejazdy/program", osoba=999999, status=404)


def test_a_senior_withdraws_and_may_come_back(page: Any, session: Session, senior: Resident) -> None:
    declared(session, senior)
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/program").follow("Rezygnuję z programu").fill_and_send()
    assert "Udział w programie jest zakończony." in page.main
    assert enrolment_in(session).state is EnrolmentState.ENDED
    page.follow("Zgłoś jeszcze raz")
    assert page.h1 == "Zgłoszenie do programu"
    page.get(f"/przejazdy/program/{senior.id}/rezygnacja")
    assert page.path == f"/przejazdy/program/{senior.id}"


def test_an_application_sent_twice_is_one(page: Any, session: Session, senior: Resident) -> None:
    page.sign_in("resident", senior.id)
    page.get("/przejazdy/dolacz").fill_and_send({TRANSIT: "yes"})
    sent = {**page.fields("Wyślij zgłoszenie"), "agreed": ["y"]}
    for _time in range(2):
        page.post(f"/przejazdy/dolacz/{senior.id}", sent)
    assert len(session.scalars(select(Enrolment)).unique().all()) == 1
    assert told(session) == ["enrolment_received"]


def test_the_operator_takes_an_application_from_the_card(page: Any, session: Session, senior: Resident) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get(f"/osoby/{senior.id}").follow("Przyjmij zgłoszenie")
    page.fill_and_send({TRANSIT: "yes", "channel": "desk"})
    assert page.errors == ["Zaznacz oświadczenie. Bez niego nie możemy przyjąć zgłoszenia."]
    page.fill_and_send({"agreed": True})
    assert "czeka na sprawdzenie" in page.main
    assert enrolment_in(session).channel is Channel.DESK
    page.get(f"/przejazdy/zgloszenia/nowe/{senior.id}")
    assert "już w programie albo czeka" in page.main
    page.get("/przejazdy/zgloszenia/nowe/999999", status=404)


def test_the_coordinator_verifies_and_accepts_and_the_senior_may_ride(
    coordinator: Any, session: Session, senior: Resident
) -> None:
    made = declared(session, senior)
    coordinator.get("/przejazdy/zgloszenia").follow("Kowalska Jadwiga")
    assert "Zostało do sprawdzenia: ma trudność w jeździe autobusem, mieszka w mieście programu." in coordinator.main
    coordinator.post(f"/przejazdy/zgloszenia/{made.id}/decyzja", {"decision": "accept"})
    assert coordinator.errors == ["Najpierw sprawdź każdy warunek: tak albo nie."]
    coordinator.get(f"/przejazdy/zgloszenia/{made.id}")
    coordinator.fill_and_send(
        {f"{TRANSIT}-holds": "yes", f"{TRANSIT}-proof": "rozmowa", f"{TRANSIT}-valid_until": "31.12.2027", "resident-holds": "yes"},
        form="Zapisz sprawdzenie",
    )  # fmt: skip
    coordinator.fill_and_send(form=f"/przejazdy/zgloszenia/{made.id}/decyzja", button="Przyjmij do programu")
    assert "Przyjęto do programu." in coordinator.main
    enrolment = enrolment_in(session)
    found = next(each for each in enrolment.conditions if each.condition is Condition.CANNOT_USE_TRANSIT)
    assert (enrolment.state, found.proof, found.valid_until) == (EnrolmentState.VERIFIED, "rozmowa", date(2027, 12, 31))
    assert may_ride(session, senior, NOW.date()).allowed
    assert told(session) == ["enrolment_received", "enrolment_verified"]
    noted = set(session.scalars(select(JournalEntry.deed)))
    assert {"enrolment_read", "condition_verified", "enrolment_decided"} <= noted


def test_a_refusal_tells_every_reason_and_which_other_help_there_is(
    coordinator: Any, page: Any, session: Session, kielce: RideRulesVersion
) -> None:
    young = make_resident(session, birth_on=date(1960, 5, 5), town="Zagnańsk", phones=("600 100 200",))
    made = declared(session, young, Condition.CANNOT_USE_TRANSIT)
    path = f"/przejazdy/zgloszenia/{made.id}"
    coordinator.get(path).fill_and_send({f"{TRANSIT}-holds": "no"}, form="Zapisz sprawdzenie")
    assert "Przyjmij do programu" not in coordinator.main
    coordinator.fill_and_send({"note": "Zapraszamy po siedemdziesiątce."}, form=f"{path}/decyzja", button="Odmów")
    enrolment = enrolment_in(session)
    assert [each["code"] for each in enrolment.reasons] == [
        "TOO_YOUNG",
        "NOT_RESIDENT",
        "CONDITION_NOT_MET",
        "OTHER_HELP",
    ]
    page.sign_in("resident", young.id)
    page.get("/przejazdy/program")
    for words in (
        "Do programu można dołączyć po ukończeniu 70 lat, czyli od 5 maja 2030.",
        "dla mieszkańców: Kielce",
        "Brakuje warunku",
        "po siedemdziesiątce",
        "112",
    ):
        assert words in page.main
    assert told(session)[-1] == "enrolment_refused"
    page.follow("Zgłoś jeszcze raz")


def test_a_refusal_that_no_rule_supports_needs_a_note(coordinator: Any, session: Session, senior: Resident) -> None:
    made = declared(session, senior)
    path = f"/przejazdy/zgloszenia/{made.id}"
    coordinator.get(path).fill_and_send(form=f"{path}/decyzja", button="Odmów")
    assert len(coordinator.errors) == 1
    assert enrolment_in(session).state is EnrolmentState.DECLARED


def test_a_decision_from_an_older_page_changes_nothing_and_says_who_was_first(
    coordinator: Any, new_page: Callable[[], Any], session: Session, senior: Resident
) -> None:
    made = declared(session, senior)
    path = f"/przejazdy/zgloszenia/{made.id}"
    other = new_page()
    other.sign_in("staff", make_staff(session, "coordinator", name="Zofia Druga").id)
    other.get(path)
    coordinator.get(path).fill_and_send({"note": "Dane się nie zgadzają."}, form=f"{path}/decyzja", button="Odmów")
    other.fill_and_send({"note": "Ja też odmawiam."}, form=f"{path}/decyzja", button="Odmów")
    assert "To zgłoszenie już ktoś załatwił: Anna Nowak" in other.main
    assert enrolment_in(session).note == "Dane się nie zgadzają."
    assert told(session) == ["enrolment_received", "enrolment_refused"]


def test_a_coordinator_ends_somebodys_place_with_a_reason(coordinator: Any, session: Session, senior: Resident) -> None:
    made = declared(session, senior)
    made.state = EnrolmentState.VERIFIED
    path = f"/przejazdy/zgloszenia/{made.id}"
    coordinator.get(path).fill_and_send({"note": ""}, form=f"{path}/koniec")
    assert coordinator.errors == ["Wpisz, dlaczego kończysz udział tej osoby."]
    coordinator.fill_and_send({"note": "przeprowadzka"}, form=f"{path}/koniec")
    assert (enrolment_in(session).state, enrolment_in(session).note) == (EnrolmentState.ENDED, "przeprowadzka")
    assert told(session)[-1] == "enrolment_ended"


def test_readers_read_and_do_not_decide(page: Any, session: Session, senior: Resident) -> None:
    made = declared(session, senior)
    page.sign_in("staff", make_staff(session, "auditor").id)
    page.get(f"/przejazdy/zgloszenia/{made.id}")
    assert not page.soup.select("main form")
    page.post(f"/przejazdy/zgloszenia/{made.id}/decyzja", {"decision": "accept"}, status=403)
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/przejazdy/zgloszenia", status=403)


def test_a_file_whose_processing_is_restricted_is_not_listed(
    coordinator: Any, session: Session, senior: Resident
) -> None:
    made = declared(session, senior)
    senior.restricted_at = NOW
    coordinator.get("/przejazdy/zgloszenia")
    assert "Kowalska" not in coordinator.main
    coordinator.get(f"/przejazdy/zgloszenia/{made.id}", status=404)


def test_the_list_asks_as_often_for_many_as_for_few(
    coordinator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(_c: object, _cu: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        coordinator.get("/przejazdy/zgloszenia", stan="czekajace")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    declared(session, make_resident(session, "Anna", "Aaa"))
    asked()
    few = asked()
    people = [make_resident(session, "Anna", f"Osoba{number}") for number in range(26)]
    for one in people:
        declared(session, one)
    assert asked() == few
    assert len(coordinator.rows()) == 25
    coordinator.follow("Następna strona")
    assert len(coordinator.rows()) == 2
    coordinator.get("/przejazdy/zgloszenia", stan="cokolwiek", strona=-4)
    assert coordinator.rows()[0][0].startswith("Aaa Anna")


def test_rules_that_ask_for_an_income_are_asked_and_verified(page: Any, session: Session, clock: Any) -> None:
    clock.at(NOW.isoformat())
    income = Alternative(conditions=frozenset({Condition.INCOME_WITHIN_LIMIT}), income_limit_grosze=200_000)
    make_rules(session, replace(KIELCE_2024, eligibility=(income,)))
    resident = make_resident(session)
    session.commit()
    page.sign_in("resident", resident.id)
    page.get("/przejazdy/dolacz")
    assert "2000 zł" in page.main
    page.fill_and_send({"income_within_limit": "yes"}).fill_and_send({"agreed": True}, form="Wyślij zgłoszenie")
    assert [each.condition for each in enrolment_in(session).conditions] == [Condition.INCOME_WITHIN_LIMIT]
