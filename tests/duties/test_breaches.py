"""The register of personal data breaches: hours that run, decisions, people told, and the contact for incidents."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.duties.models import DataBreach, IncidentContact
from services_app.duties.waiting import breaches_waiting, incident_contact_waiting
from services_app.journal.models import JournalEntry
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.meanwhile import told
from tests.page import Page

HAPPENED = "List trafił do sąsiada Wymyślonego"
DESCRIBED = {
    "kinds": ["confidentiality"], "people": "seniorzy z programu", "people_count": "1", "records": "imię i adres", "records_count": "1",
    "consequences": "ktoś poznał adres", "measures": "odzyskano list", "risk": "some", "uodo_decision": "tell",
    "csirt_decision": "not_needed", "people_decision": "not_needed", "people_reason": "list wrócił zamknięty",
}  # fmt: skip
PERSON = {
    "name": "Adam Bezpieczny",
    "phone": "41 331 25 24",
    "e_mail": "incydent@mopr.example",
    "instruction": "Zadzwoń.",
}


@pytest.fixture
def manager(page: Page, session: Session, clock: Clock) -> Page:
    clock.at("2026-11-20 16:30")  # a Friday
    page.sign_in("staff", make_staff(session, "manager", name="Maria Kierowniczka").id)
    return page


def reported(page: Page) -> DataBreach:
    page.get("/incydent").fill_and_send({"happened": HAPPENED})
    return page.session.scalars(select(DataBreach).order_by(DataBreach.id.desc()).limit(1)).one()


def waiting(app: Flask, session: Session) -> list[str]:
    with app.test_request_context():
        return [item.words for item in breaches_waiting(session, now())]


def test_any_member_of_staff_reports_and_only_keepers_see_the_register(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "driver").id)
    breach = reported(page)
    assert page.h1 == "Zgłoszenie zapisane"
    assert breach.happened == HAPPENED
    page.get("/naruszenia/", status=403)
    page.get(f"/naruszenia/{breach.id}", status=403)
    page.get("/naruszenia/rejestr.csv", status=403)
    for role in ("coordinator", "auditor", "operator"):
        page.sign_in("staff", make_staff(session, role).id)
        page.get(f"/naruszenia/{breach.id}", status=403)


def test_the_words_are_sealed_and_the_journal_holds_none(manager: Page, session: Session) -> None:
    breach = reported(manager)
    assert "sąsiada" not in str(session.connection().exec_driver_sql("SELECT happened FROM data_breaches").scalar_one())
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send({**DESCRIBED, "measures": "Zadzwoniono do Wymyślonego"})
    details = [entry.details for entry in session.scalars(select(JournalEntry))]
    assert "Wymyślon" not in str(details)
    changed = next(each for each in details if "risk" in each)
    assert changed["risk"] == [None, "some"]
    assert changed["people_count"] == [None, 1]
    assert changed["measures"] == []


@pytest.mark.parametrize(
    ("hours", "csirt", "uodo"),
    [
        (0, "do soboty 21", "do poniedziałku 23"),
        (24, "minął", "do poniedziałku 23"),
        (71.9, "minął", "do poniedziałku 23"),
        (72, "minął", "minął"),
    ],
)
def test_the_hours_are_counted_down_on_the_morning_view(
    app: Flask, manager: Page, session: Session, clock: Clock, hours: float, csirt: str, uodo: str
) -> None:
    reported(manager)
    clock.pass_by(hours=hours)
    said = waiting(app, session)
    assert len(said) == 2
    assert "CSIRT" in said[0]
    assert csirt in said[0]
    assert "UODO" in said[1]
    assert uodo in said[1]


def test_an_entry_goes_from_report_to_closing(app: Flask, manager: Page, session: Session, clock: Clock) -> None:
    breach = reported(manager)
    assert "zostało: 72 godz." in manager.main
    manager.post(f"/naruszenia/{breach.id}/zamknij")
    assert "Oceń ryzyko dla osób." in manager.main
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(DESCRIBED)
    assert waiting(app, session) == [f"Naruszenie nr {breach.id}: UODO do poniedziałku 23 listopada, 16:30"]
    clock.pass_by(hours=50)
    manager.sign_in("staff", make_staff(session, "administrator").id)
    told = {"uodo_told_on": "22.11.2026", "uodo_told_hour": "12:00", "uodo_reference": "UODO/1"}
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(told)
    assert waiting(app, session) == [f"Naruszenie nr {breach.id}: uzupełnij i zamknij wpis"]
    manager.get(f"/naruszenia/{breach.id}").post(f"/naruszenia/{breach.id}/zamknij")
    assert "zostaje w rejestrze" in manager.text
    assert waiting(app, session) == []
    manager.get("/naruszenia/?stan=zamkniete").follow(f"Wpis {breach.id}")
    assert "Maria Kierowniczka: zmieniono wpis o naruszeniu danych" in manager.main
    assert "liczba osób" in manager.main


def test_a_closed_entry_is_changed_only_after_it_was_opened_again(manager: Page, session: Session) -> None:
    breach = reported(manager)
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(
        {**DESCRIBED, "risk": "none", "uodo_decision": "not_needed", "uodo_reason": "brak ryzyka"}
    )
    manager.get(f"/naruszenia/{breach.id}").post(f"/naruszenia/{breach.id}/zamknij")
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send({"people_count": "2"})
    assert "Ten wpis jest zamknięty" in manager.main
    manager.get(f"/naruszenia/{breach.id}").post(f"/naruszenia/{breach.id}/otworz")
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send({"people_count": "2"})
    assert session.get_one(DataBreach, breach.id).people_count == 2
    deeds = [
        deed
        for deed in session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id))
        if not deed.endswith("_read")
    ]
    assert deeds[-4:] == [
        "breach_changed", "breach_closed", "breach_reopened", "breach_changed",
    ]  # fmt: skip


def test_a_contradiction_is_said_beside_its_field_and_nothing_is_saved(manager: Page, session: Session) -> None:
    breach = reported(manager)
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(
        {**DESCRIBED, "uodo_decision": "not_needed", "people_reason": "", "uodo_told_on": "21.11.2026"}
    )
    assert manager.soup.select("#uodo_told_hour-error")
    manager.fill_and_send({"uodo_told_on": ""})
    assert manager.soup.select("#uodo_reason-error")
    assert manager.soup.select("#uodo_decision-error")
    assert manager.soup.select("#people_reason-error")
    assert session.get_one(DataBreach, breach.id).risk is None


def test_two_who_write_the_same_field_lose_nothing(
    manager: Page, new_page: Callable[[], Page], session: Session
) -> None:
    breach = reported(manager)
    other = another_manager(new_page, session)
    manager.get(f"/naruszenia/{breach.id}/zmien")
    other.get(f"/naruszenia/{breach.id}/zmien").fill_and_send({"people_count": "5"})
    manager.fill_and_send({"people_count": "7"})
    assert told(manager)[:2] == ([], ["Liczba osób: 5"])
    assert session.get_one(DataBreach, breach.id).people_count == 5
    manager.fill_and_send()
    session.expire_all()
    assert session.get_one(DataBreach, breach.id).people_count == 7


def another_manager(new_page: Callable[[], Page], session: Session) -> Page:
    page = new_page()
    page.sign_in("staff", make_staff(session, "manager").id)
    return page


def test_what_somebody_else_saved_first_is_taken_over(
    manager: Page, new_page: Callable[[], Page], session: Session
) -> None:
    breach_id = reported(manager).id
    address = f"/naruszenia/{breach_id}/zmien"
    other = another_manager(new_page, session)
    manager.get(address)
    told_uodo = {"people_count": "0", "uodo_told_on": "20.11.2026", "uodo_told_hour": "16:30"}
    other.get(address).fill_and_send({**DESCRIBED, **told_uodo})
    manager.fill_and_send({"measures": "zmieniono zamki", "kinds": ["confidentiality", "integrity"]})
    said = told(manager)
    for line in (
        "Liczba osób: 0", "Zgłoszono do UODO: dzień: 20.11.2026", "Zgłoszono do UODO: godzina: 16:30",
    ):  # fmt: skip
        assert line in said.taken
    assert any(line.startswith("UODO: decyzja:") for line in said.taken)
    assert [line.split(":")[0] for line in said.differing] == ["Rodzaj naruszenia", "Co zrobiono i co jest zaplanowane"]
    assert "Co się stało" not in said.words, "the same in both"
    manager.fill_and_send()
    session.expire_all()
    saved = session.get_one(DataBreach, breach_id)
    assert (saved.measures, saved.people_count, saved.uodo_told_at) == ("zmieniono zamki", 0, now())
    assert saved.kinds == ["confidentiality", "integrity"]


def test_a_moment_of_the_future_is_no_moment(manager: Page, session: Session) -> None:
    manager.get("/incydent").fill_and_send({"happened": HAPPENED, "found_on": "20.11.2026", "found_hour": "16:31"})
    assert "jeszcze nie nadeszła" in manager.main
    assert session.scalars(select(DataBreach)).all() == []
    manager.fill_and_send({"found_hour": "16:30"})
    assert session.scalars(select(DataBreach)).one().found_at == now()


def test_the_register_goes_out_as_a_file_and_that_is_journalled(manager: Page, session: Session) -> None:
    breach = reported(manager)
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send({**DESCRIBED, "measures": "=HYPERLINK(1)"})
    manager.get("/naruszenia/rejestr.csv")
    header, row = csv.reader(io.StringIO(manager.body.decode("utf-8-sig")), delimiter=";")
    entry = dict(zip(header, row, strict=True))
    assert entry["co się stało"] == HAPPENED
    assert entry["podjęte środki"] == "'=HYPERLINK(1)"
    assert entry["stwierdzono"] == "2026-11-20 16:30+01:00"
    assert entry["liczba osób"] == "1"
    assert entry["decyzja o UODO"] == "Zgłaszamy do UODO"
    assert session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)).all()[-1] == "data_breaches_exported"


def test_people_at_high_risk_wait_to_be_told(app: Flask, manager: Page, session: Session) -> None:
    breach = reported(manager)
    fields = {
        **DESCRIBED,
        "risk": "high",
        "people_decision": "tell",
        "uodo_told_on": "20.11.2026",
        "uodo_told_hour": "16:30",
    }
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(fields)
    assert waiting(app, session) == [f"Naruszenie nr {breach.id}: zawiadom osoby"]
    manager.get(f"/naruszenia/{breach.id}/zmien").fill_and_send(
        {"people_told_on": "20.11.2026", "people_told_how": "listem"}
    )
    assert waiting(app, session) == [f"Naruszenie nr {breach.id}: uzupełnij i zamknij wpis"]


# --- the contact for incidents ------------------------------------------------------------------------------------------------------------


def test_the_contact_is_confirmed_shown_to_all_and_asked_for_again_after_a_year(
    app: Flask, manager: Page, session: Session, clock: Clock
) -> None:
    def asked() -> list[str]:
        with app.test_request_context():
            return [item.words for item in incident_contact_waiting(session, now())]

    assert asked() == ["Nie ma osoby kontaktowej do incydentów"]
    manager.get("/incydent")
    assert "Nie wpisano jeszcze osoby kontaktowej" in manager.main
    manager.get("/ustawienia/incydenty").fill_and_send(PERSON)
    assert "Maria Kierowniczka" in manager.main
    assert "https://incydent.cert.pl/" in str(manager.soup)
    assert asked() == []
    manager.sign_in("staff", make_staff(session, "driver").id)
    manager.get("/incydent")
    assert "Adam Bezpieczny" in manager.main
    assert "41 331 25 24" in manager.main
    clock.pass_by(days=365)
    assert asked() == []
    clock.pass_by(days=1)
    assert asked() == ["Osoba kontaktowa do incydentów: potwierdź po roku"]


def test_the_contacts_before_stay_as_history(manager: Page, session: Session) -> None:
    manager.get("/ustawienia/incydenty").fill_and_send(PERSON)
    manager.get("/ustawienia/incydenty").fill_and_send({"name": "Ewa Nowa"})
    assert [row.name for row in session.scalars(select(IncidentContact).order_by(IncidentContact.id))] == [
        "Adam Bezpieczny", "Ewa Nowa",
    ]  # fmt: skip
    assert "Adam Bezpieczny" in manager.main
    manager.get("/incydent")
    assert "Adam Bezpieczny" not in manager.main


@pytest.mark.parametrize(
    "address", ["http://incydent.example", "javascript:alert(1)", "incydent.cert.pl", 'https://x"y']
)
def test_the_address_for_reports_must_be_a_safe_one(manager: Page, session: Session, address: str) -> None:
    manager.get("/ustawienia/incydenty").fill_and_send({**PERSON, "csirt_address": address})
    assert manager.soup.select("#csirt_address-error")
    assert session.scalars(select(IncidentContact)).all() == []
