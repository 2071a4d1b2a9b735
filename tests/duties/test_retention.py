"""The retention table: periods the office sets, what is due by them, removal after an administrator's word, protocols."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.accessibility import Asked, answer_request, receive_request
from services_app.duties.actions.retention import count_what_is_due, decide_erasure, remove_due, set_retention_rule
from services_app.duties.models import AccessibilityRequest, ErasureDecision, RetentionRule, RetentionRun
from services_app.duties.policy.retention import (
    PERSONS_SETS,
    Decided,
    ended_before,
    erasure_verdict,
    rule_verdict,
    same_cut_verdict,
)
from services_app.duties.policy.retention_table import ASKED_OF_OFFICE, TABLE
from services_app.duties.queries.retention import due_count, due_ids
from services_app.duties.terms import AnswerBy, Kept, LetGo, RequestChannel, RequestState
from services_app.duties.waiting import retention_waiting
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.models import PersonalDataRequest, Resident
from services_app.residents.terms import DataRequestKind, Mobility, PhoneNumber
from services_app.rides.actions import end_enrolment
from services_app.rides.actions.applying import Applied, accept_as_known, receive_application, refuse_application
from services_app.rides.models import Enrolment, JoinApplication, Ride
from services_app.rides.terms import ApplicationState, NotTaken, RideState
from tests.at_once import at_once
from tests.factories.residents import make_resident
from tests.factories.rides import booked_ride
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town, make_town

PERIOD = {"years": "5", "legal_source": "JRWA 8111, kategoria B5"}


@pytest.fixture
def administrator(page: Page, session: Session) -> Page:
    page.sign_in("staff", make_staff(session, "administrator", name="Ada Administratorka").id)
    return page


def by(session: Session) -> Actor:
    return Actor("staff", make_staff(session, "administrator").id)


def ruled(session: Session, kept: Kept, years: int = 5) -> Actor:
    actor = by(session)
    with transaction() as writing:
        set_retention_rule(writing, kept, years, "JRWA 8111", today(), by=actor, now=now())
    return actor


def due(session: Session, kept: Kept, years: int = 5) -> list[int]:
    session.expire_all()
    return list(session.scalars(due_ids(kept, ended_before(years, today=today()), today=today())))


def removed(kept: Kept, actor: Actor, years: int = 5, chosen: list[int] | None = None) -> int:
    with transaction() as writing:
        return remove_due(writing, kept, ended_before(years, today=today()), chosen, by=actor, now=now()).count


# --- the rules ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "before"),
    [(date(2031, 12, 31), date(2026, 1, 1)), (date(2032, 1, 1), date(2027, 1, 1))],
)
def test_years_run_from_the_first_of_january_after_the_end(on: date, before: date) -> None:
    assert ended_before(5, today=on) == before  # what ended in 2026 is due from 1 January 2032 on


def test_nothing_goes_without_a_period_and_its_source() -> None:
    assert rule_verdict(None, "").codes == ("NO_PERIOD",)
    assert rule_verdict(5, "").codes == ("NO_PERIOD",)
    assert rule_verdict(5, "JRWA 8111").allowed
    assert same_cut_verdict(date(2025, 1, 1), date(2026, 1, 1)).codes == ("CHANGED_MEANWHILE",)


def test_every_set_says_all_and_a_fixed_period_stands_exactly_where_the_office_sets_none() -> None:
    assert set(TABLE) == set(Kept)
    for kept, row in TABLE.items():
        assert all((row.name, row.people, row.purpose, row.basis, row.recipients, row.starts)), kept
        assert bool(row.period) == (row.let_go is not LetGo.CONFIRMED), kept


# --- what is due --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(session: Session, clock: Clock) -> Town:
    """Somebody who rode once, in June 2026."""
    clock.at("2026-06-15 08:00")
    made = make_town(session, phones=("600 100 200",))
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, made.rider.id))
    ride = session.scalars(select(Ride)).one()
    ride.state, ride.note = RideState.DONE, "Tajemnicza notatka"
    session.commit()
    return made


def left(session: Session, town: Town) -> None:
    """The person left the programme, still in 2026."""
    with transaction() as writing:
        enrolment = writing.scalars(select(Enrolment).where(Enrolment.resident_id == town.rider.id)).one()
        end_enrolment(writing, enrolment.id, by=Actor("system"), now=now())


def test_a_file_is_due_years_after_the_person_left(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2032-01-01 08:00")
    assert due(session, Kept.PERSON) == [], "still in the programme"
    clock.at("2026-12-31 12:00")
    left(session, town)
    clock.at("2031-12-31 12:00")
    assert due(session, Kept.PERSON) == []
    clock.at("2032-01-01 12:00")
    assert due(session, Kept.PERSON) == [town.rider.id]


def test_a_ride_a_question_or_a_restriction_keeps_a_file(session: Session, town: Town, clock: Clock) -> None:
    left(session, town)
    clock.at("2032-01-02 12:00")
    person = session.get_one(Resident, town.rider.id)
    ride = session.scalars(select(Ride)).one()
    since: list[tuple[object, str, object, object]] = [
        (ride, "on", date(2027, 1, 1), date(2026, 12, 31)),
        (person, "restricted_at", now(), None),
        (person, "created_at", datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
    ]
    for row, name, later, before in since:
        setattr(row, name, later)
        session.commit()
        assert due(session, Kept.PERSON) == [], name
        setattr(row, name, before)
        session.commit()
        assert due(session, Kept.PERSON) == [town.rider.id], name
    asked = PersonalDataRequest(
        resident_id=person.id, kind=DataRequestKind.ACCESS, received_at=datetime(2026, 7, 1, tzinfo=UTC), answer_by=date(2026, 8, 1)
    )  # fmt: skip
    session.add(asked)
    session.commit()
    assert due(session, Kept.PERSON) == []
    asked.answered_at = datetime(2026, 7, 20, tzinfo=UTC)
    session.commit()
    assert due(session, Kept.PERSON) == [person.id]


def test_an_administrator_looks_ticks_confirms_and_a_protocol_stays(
    administrator: Page, session: Session, town: Town, clock: Clock
) -> None:
    left(session, town)
    clock.at("2032-01-02 12:00")
    kept = make_resident(session, "Janina", "Potrzebna")
    kept.created_at = datetime(2026, 7, 1, tzinfo=UTC)
    session.commit()
    kept_id, name = kept.id, town.rider.last_name
    administrator.sign_in("staff", make_staff(session, "administrator", name="Ada Administratorka").id)
    administrator.get("/przechowywanie/person")
    assert "Bez tego niczego nie usuwamy" in administrator.main
    administrator.get("/przechowywanie/person/okres").fill_and_send(PERIOD)
    administrator.get("/przechowywanie/person")
    assert "Do usunięcia: 2." in administrator.main
    assert name in administrator.main
    form = {"przed": "2027-01-01", "osoba": [str(town.rider.id)]}
    administrator.post("/przechowywanie/person", form)
    assert "Zaznacz, że to potwierdzasz" in administrator.text
    assert administrator.soup.select("#potwierdzam[aria-invalid=true][aria-describedby=potwierdzam-error]")
    assert session.scalars(select(RetentionRun)).all() == []
    administrator.post("/przechowywanie/person", {**form, "potwierdzam": "tak"})
    assert "Usunięto: 1" in administrator.text
    assert session.get_one(Resident, town.rider.id).erased_at is not None
    assert session.get_one(Resident, kept_id).erased_at is None
    run = session.scalars(select(RetentionRun)).one()
    assert (run.kept, run.removed, run.subject_ids, run.ended_before) == (
        Kept.PERSON, 1, [town.rider.id], date(2027, 1, 1),
    )  # fmt: skip
    assert "Ada Administratorka" in administrator.main
    deeds = session.scalars(select(JournalEntry.deed)).all()
    assert {"retention_rule_changed", "resident_erased", "retention_deleted"} <= set(deeds)
    assert name not in str([entry.details for entry in session.scalars(select(JournalEntry))])


def test_somebody_who_came_back_meanwhile_is_not_erased(session: Session, town: Town, clock: Clock) -> None:
    left(session, town)
    clock.at("2032-01-02 12:00")
    actor = ruled(session, Kept.PERSON)
    assert due(session, Kept.PERSON) == [town.rider.id]
    person = session.get_one(Resident, town.rider.id)
    person.restricted_at = now()
    session.commit()
    assert removed(Kept.PERSON, actor, chosen=[person.id]) == 0
    assert session.scalars(select(RetentionRun)).all() == []


def test_old_rides_lose_places_and_words_and_stay_counted(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2031-12-31 12:00")
    assert due(session, Kept.RIDE) == []
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    [ride_id] = due(session, Kept.RIDE)
    assert removed(Kept.RIDE, actor) == 1
    session.expire_all()
    ride = session.get_one(Ride, ride_id)
    assert (ride.note, ride.destination_name, ride.state) == (None, "Dane usunięte", RideState.DONE)
    assert session.get_one(Resident, town.rider.id).erased_at is None
    assert due(session, Kept.RIDE) == []


def test_a_ride_still_promised_is_never_blanked(session: Session, town: Town, clock: Clock) -> None:
    ride = session.scalars(select(Ride)).one()
    ride.state = RideState.CONFIRMED
    session.commit()
    clock.at("2040-01-01 12:00")
    assert due(session, Kept.RIDE) == []


def test_old_messages_go_and_those_on_their_way_stay(session: Session, town: Town, clock: Clock) -> None:
    first, second = make_message(session, "a"), make_message(session, "b")
    first.state, second.state = MessageState.DELIVERED, MessageState.CREATED
    session.commit()
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.MESSAGE)
    kept_id, gone_id = second.id, first.id
    assert gone_id in due(session, Kept.MESSAGE)
    removed(Kept.MESSAGE, actor)
    session.expire_all()
    assert session.get(Message, gone_id) is None
    assert session.get(Message, kept_id) is not None


def make_message(session: Session, key: str) -> Any:
    message = Message(
        dedupe_key=key, kind="ride_morning", channel="sms", recipient_kind="resident", recipient_id=1, address="+48600100200", body="x",
        created_at=now(), due_at=now(), expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    session.add(message)
    session.commit()
    return message


def test_words_of_answered_data_requests_go_and_days_stay(session: Session, town: Town, clock: Clock) -> None:
    session.add(
        PersonalDataRequest(
            resident_id=town.rider.id, kind=DataRequestKind.ACCESS, received_at=now(), answer_by=today(), answered_at=now(), note="poufne",
            outcome="wysłano",
        )
    )  # fmt: skip
    session.commit()
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.DATA_REQUEST)
    assert removed(Kept.DATA_REQUEST, actor) == 1
    session.expire_all()
    row = session.scalars(select(PersonalDataRequest)).one()
    assert (row.note, row.outcome, row.kind) == (None, None, DataRequestKind.ACCESS)
    assert removed(Kept.DATA_REQUEST, actor) == 0


@pytest.mark.parametrize("decided", [True, False])
def test_applications_from_the_internet_are_emptied_when_their_period_is_over(
    session: Session, town: Town, clock: Clock, decided: bool
) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    sent = Applied(
        "Zofia", "Zmyślona", date(1946, 12, 5), None, PhoneNumber("+48600100200", land_line=False), "Zagórska", "12", None, "Kielce",
        Mobility.CANE, frozenset(),
    )  # fmt: skip
    session.commit()
    with transaction() as writing:
        made = receive_application(writing, sent, by=Actor("nobody"), now=now()).id
    if decided:
        with transaction() as writing:
            refuse_application(writing, made, [NotTaken.NOT_REACHED], None, by=actor, now=now())
    ruled(session, Kept.APPLICATION)
    clock.at("2031-12-31 12:00")
    assert due(session, Kept.APPLICATION) == []
    clock.at("2032-01-01 12:00")
    assert removed(Kept.APPLICATION, actor) == 1
    session.expire_all()
    row = session.get_one(JoinApplication, made)
    state = ApplicationState.REFUSED if decided else ApplicationState.WITHDRAWN
    assert (row.first_name, row.phone, row.street, row.state) == ("", "", "", state)
    assert session.scalars(select(Message).where(Message.subject_kind == "join_application")).all() == []
    assert removed(Kept.APPLICATION, actor) == 0


def test_an_application_is_held_with_the_card_it_became(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    sent = Applied(
        "Zofia", "Zmyślona", date(1946, 12, 5), None, PhoneNumber("+48600100200", land_line=False), "Zagórska", "12", None, "Kielce",
        Mobility.CANE, frozenset(),
    )  # fmt: skip
    session.commit()
    with transaction() as writing:
        made = receive_application(writing, sent, by=Actor("nobody"), now=now()).id
    with transaction() as writing:
        accept_as_known(writing, made, town.rider.id, by=actor, now=now())
    clock.at("2032-01-01 12:00")
    assert due(session, Kept.APPLICATION) == [made]
    town.rider.restricted_at = now()
    session.commit()
    assert due(session, Kept.APPLICATION) == []


def test_who_asked_for_accessibility_is_forgotten_and_the_outcome_stays(
    page: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    asked = Asked(
        "Genowefa Wymyślona", AnswerBy.E_MAIL, "strona", "nie widzę przycisku", e_mail="genowefa@poczta.example"
    )
    with transaction() as writing:
        request_id = receive_request(writing, asked, RequestChannel.PAGE, by=Actor("nobody"), now=now()).id
    clock.at("2026-12-31 10:00")
    with transaction() as writing:
        answer_request(writing, request_id, RequestState.DONE, "Jest większy.", None, by=actor, now=now())
    clock.at("2032-01-01 12:00")
    ruled(session, Kept.ACCESSIBILITY)
    assert removed(Kept.ACCESSIBILITY, actor) == 1
    session.expire_all()
    row = session.get_one(AccessibilityRequest, request_id)
    assert (row.name, row.e_mail, row.barrier, row.state) == ("", None, "", RequestState.DONE)
    assert {step.words for step in row.steps} == {""}
    assert session.scalars(select(Message)).all() == []
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get(f"/dostepnosc/{request_id}")
    assert "usunięto po okresie przechowywania" in page.main
    steps = [line.text for line in page.soup.select("main li")]
    assert [word for step in steps for word in ("przyjęto", "załatwione") if word in step] == ["przyjęto", "załatwione"]


def test_what_is_confirmed_must_be_what_was_shown(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE, years=4)
    with transaction() as writing:
        answer = remove_due(writing, Kept.RIDE, date(2027, 1, 1), None, by=actor, now=now())
    assert answer.verdict.codes == ("CHANGED_MEANWHILE",)
    assert len(due(session, Kept.RIDE, years=4)) == 1


def test_two_who_confirm_at_the_same_moment_leave_one_protocol(
    app: Flask, session: Session, town: Town, clock: Clock
) -> None:
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    session.commit()
    assert sorted(at_once(app, [lambda: removed(Kept.RIDE, actor)] * 2)) == [0, 1]
    session.rollback()
    assert [run.removed for run in session.scalars(select(RetentionRun))] == [1]


# --- somebody asks for erasure: set by set ------------------------------------------------------------------------------------------------


def decided(**held: date) -> dict[Kept, Decided]:
    return {kept: Decided(held.get(kept.value), "RODO art. 17") for kept in PERSONS_SETS}


def test_a_ground_a_day_to_come_and_the_card_last() -> None:
    on = date(2026, 11, 23)
    assert erasure_verdict(decided(), today=on).allowed
    assert erasure_verdict(decided(ride=date(2026, 11, 24), person=date(2026, 11, 24)), today=on).allowed
    assert erasure_verdict(decided(ride=date(2026, 11, 24)), today=on).codes == ("CARD_LAST",)
    assert erasure_verdict(decided(person=on), today=on).codes == ("DAY_PAST",)
    assert erasure_verdict(decided() | {Kept.RIDE: Decided(None, "")}, today=on).codes == ("GROUND",)


def test_sets_are_erased_or_held_with_their_ground_and_asked_about_again(
    app: Flask, page: Page, session: Session, town: Town, clock: Clock
) -> None:
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get(f"/osoby/{town.rider.id}/dane").follow("Usuń dane tej osoby")
    ground = {f"{kept.value}_ground": "art. 17 ust. 3 lit. b" for kept in PERSONS_SETS}
    erase = {f"{kept.value}_what": "erase" for kept in PERSONS_SETS}
    page.fill_and_send({**ground, **erase, "person_what": "hold"})
    assert page.soup.select("#person_until-error")
    page.fill_and_send({"message_what": "hold", "message_until": "1.01.2033", "person_what": "erase"})
    assert "Trzymaj też kartę" in page.main
    page.fill_and_send({"message_what": "erase", "person_what": "hold", "person_until": "1.07.2032"})
    ride = session.scalars(select(Ride)).one()
    assert (ride.note, ride.destination_name) == (None, "Dane usunięte")
    assert session.get_one(Resident, town.rider.id).erased_at is None
    kept = {one.kept: one.held_until for one in session.scalars(select(ErasureDecision))}
    assert kept == {Kept.PERSON: date(2032, 7, 1), Kept.RIDE: None, Kept.MESSAGE: None, Kept.DATA_REQUEST: None}
    left(session, town)
    clock.at("2032-07-01 12:00")
    assert due(session, Kept.PERSON) == [], "held until today"
    clock.at("2032-07-02 12:00")
    assert due(session, Kept.PERSON) == [town.rider.id]
    with app.test_request_context():
        assert "Dane trzymane do dnia, który minął" in [item.words for item in retention_waiting(session, now())]
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get("/przechowywanie/").follow("Zdecyduj znowu").fill_and_send({**ground, **erase})
    assert session.get_one(Resident, town.rider.id).erased_at is not None
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    deeds = [entry for entry in entries if entry.deed == "erasure_decided"]
    assert [entry.details["person"] for entry in deeds] == ["2032-07-01", "erased"]
    with app.test_request_context():
        assert "Dane trzymane do dnia, który minął" not in [item.words for item in retention_waiting(session, now())]


def test_two_who_decide_at_the_same_moment_erase_once(app: Flask, session: Session, town: Town) -> None:
    actor, resident_id = by(session), town.rider.id
    session.commit()

    def deed() -> tuple[str, ...]:
        with transaction() as writing:
            return decide_erasure(writing, resident_id, decided(), by=actor, now=now()).codes

    assert sorted(at_once(app, [deed, deed])) == [(), ("ERASED",)]
    session.rollback()
    assert len(session.scalars(select(ErasureDecision)).all()) == len(PERSONS_SETS)


@pytest.mark.parametrize("role", ["manager", "coordinator", "operator", "auditor"])
def test_only_an_administrator_decides_about_erasure(page: Page, session: Session, role: str) -> None:
    resident_id = make_resident(session).id
    page.sign_in("staff", make_staff(session, role).id)
    page.get(f"/osoby/{resident_id}/decyzja", status=403)
    page.post(f"/osoby/{resident_id}/decyzja", {"person_what": "erase"}, status=403)
    assert session.scalars(select(ErasureDecision)).all() == []


# --- periods, the register, the morning view ----------------------------------------------------------------------------------------------


def test_a_period_to_come_holds_from_its_day_and_the_one_before_stays(
    administrator: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send(PERIOD)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, "years": "10", "valid_from": "1.01.2027"})
    assert "5 lat" in administrator.main
    assert "10 lat" not in administrator.main
    clock.at("2027-01-01 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/")
    assert "10 lat" in administrator.main
    administrator.get("/przechowywanie/ride/okres")
    assert "5 lat" in administrator.main
    assert len(session.scalars(select(RetentionRule)).all()) == 2


@pytest.mark.parametrize(
    "given", [{"years": "1"}, {"years": "50"}, {"valid_from": "23.11.2026"}, {"valid_from": "23.11.2031"}]
)
def test_a_possible_period_is_kept(administrator: Page, session: Session, clock: Clock, given: dict[str, str]) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, **given})
    rule = session.scalars(select(RetentionRule)).one()
    assert given in ({"years": str(rule.years)}, {"valid_from": f"{rule.valid_from:%d.%m.%Y}"})


@pytest.mark.parametrize(
    "given",
    [{"years": "0"}, {"years": "51"}, {"legal_source": ""}, {"valid_from": "22.11.2026"}, {"valid_from": "24.11.2031"}],
)
def test_an_impossible_period_is_refused(
    administrator: Page, session: Session, clock: Clock, given: dict[str, str]
) -> None:
    clock.at("2026-11-23 10:00")
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    administrator.get("/przechowywanie/ride/okres").fill_and_send({**PERIOD, **given})
    assert administrator.soup.select(f"#{next(iter(given))}-error")
    assert session.scalars(select(RetentionRule)).all() == []


def test_only_sets_the_office_decides_on_have_such_a_page(administrator: Page) -> None:
    for kept in ("journal", "draft", "cokolwiek"):
        administrator.get(f"/przechowywanie/{kept}", status=404)
        administrator.get(f"/przechowywanie/{kept}/okres", status=404)


def test_a_manager_reads_and_removes_nothing(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get("/przechowywanie/")
    assert "Wpisz okres" not in page.main
    page.get("/przechowywanie/person", status=403)
    page.post("/przechowywanie/person", {"potwierdzam": "tak"}, status=403)


def test_the_register_of_processing_comes_from_the_same_table(administrator: Page, session: Session) -> None:
    ruled(session, Kept.RIDE)
    administrator.get("/przechowywanie/rejestr.csv")
    header, *rows = csv.reader(io.StringIO(administrator.body.decode("utf-8-sig")), delimiter=";")
    assert len(rows) == len(TABLE)
    assert all(cell for row in rows for name, cell in zip(header, row, strict=True) if name != "Skąd okres")
    periods = {row[0]: row[5:7] for row in rows}
    assert periods[TABLE[Kept.RIDE].name] == ["5 lat", "JRWA 8111"]
    assert periods[TABLE[Kept.PERSON].name][0] == "do ustalenia przez ośrodek"
    assert periods[TABLE[Kept.JOURNAL].name][0] == "2 lata"


def test_the_night_counts_and_the_morning_view_says_it(app: Flask, session: Session, town: Town, clock: Clock) -> None:
    def said() -> list[tuple[str, int]]:
        with app.test_request_context():
            return [(item.words, item.count) for item in retention_waiting(session, now())]

    missing = len(ASKED_OF_OFFICE)
    assert said() == [("Okresy przechowywania do ustalenia", missing)]
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    with transaction() as writing:
        count_what_is_due(writing, now=now())
    session.expire_all()
    assert said() == [
        ("Dane po okresie przechowywania, do usunięcia", 1), ("Okresy przechowywania do ustalenia", missing - 1),
    ]  # fmt: skip
    assert due_count(session, Kept.RIDE, date(2027, 1, 1), today=today()) == 1
    removed(Kept.RIDE, actor)
    session.expire_all()
    assert said() == [("Okresy przechowywania do ustalenia", missing - 1)]
