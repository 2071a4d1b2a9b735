"""When a person's file is due, and how an administrator removes it with a protocol."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.duties.models import RetentionRun
from services_app.duties.terms import Kept
from services_app.journal.models import JournalEntry
from services_app.residents.models import PersonalDataRequest, Resident
from services_app.residents.terms import DataRequestKind
from services_app.rides.models import Ride
from tests.duties.retention.keeping import PERIOD, due, left, removed, ruled
from tests.factories.residents import make_resident
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town


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
