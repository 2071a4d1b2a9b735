"""The yearly review of who may do what, its protocol, and trainings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.access import begin_access_review, decide_access
from services_app.duties.models import AccessReview, AccessReviewItem
from services_app.duties.queries.access import last_review_on
from services_app.duties.terms import AccessDecision
from services_app.duties.waiting import access_review_waiting
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.staff.models import StaffAccount, StaffRole
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page


@pytest.fixture
def manager(page: Page, session: Session, clock: Clock) -> Page:
    clock.at("2026-11-23 10:00")
    make_staff(session, "administrator", name="Ada Administratorka")
    make_staff(session, "operator", "driver", name="Olga Operatorka")
    page.sign_in("staff", make_staff(session, "manager", name="Maria Kierowniczka").id)
    return page


def begun(page: Page) -> AccessReview:
    page.get("/przeglad-uprawnien/").post("/przeglad-uprawnien/nowy")
    return page.session.scalars(select(AccessReview).order_by(AccessReview.id.desc()).limit(1)).one()


def item_of(session: Session, name: str) -> AccessReviewItem:
    query = select(AccessReviewItem).join(StaffAccount, AccessReviewItem.account_id == StaffAccount.id)
    return session.scalars(
        query.where(StaffAccount.last_name == name).order_by(AccessReviewItem.id.desc()).limit(1)
    ).one()


def decided(page: Page, name: str, decision: str) -> Page:
    item = item_of(page.session, name)
    return page.get(f"/przeglad-uprawnien/{item.review_id}").post(
        f"/przeglad-uprawnien/konto/{item.id}", {"decyzja": decision}
    )


def waiting(app: Flask, session: Session) -> list[tuple[str, int]]:
    with app.test_request_context():
        return [(item.words, item.count) for item in access_review_waiting(session, now())]


def test_every_account_is_looked_at_and_the_protocol_stays(manager: Page, session: Session) -> None:
    review = begun(manager)
    assert "bez decyzji: 3" in manager.main
    decided(manager, "Administratorka", "zostaje")
    decided(manager, "Operatorka", "odbierz")
    decided(manager, "Kierowniczka", "zostaje")
    assert "Swoje konto sprawdza inna osoba" in manager.text
    manager.post(f"/przeglad-uprawnien/{review.id}/koniec")
    assert "Zostało kont: 1" in manager.text
    operator = session.scalars(select(StaffAccount).where(StaffAccount.last_name == "Operatorka")).one()
    assert operator.deactivated_at is not None
    ada = session.scalars(select(StaffAccount).where(StaffAccount.last_name == "Administratorka")).one()
    manager.sign_in("staff", ada.id)
    decided(manager, "Kierowniczka", "zostaje")
    manager.post(f"/przeglad-uprawnien/{review.id}/koniec")
    assert "Przegląd jest zakończony" in manager.text
    assert "Odbierz" not in manager.main
    manager.get(f"/przeglad-uprawnien/{review.id}/protokol.csv")
    rows = list(csv.reader(io.StringIO(manager.body.decode("utf-8-sig")), delimiter=";"))
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["Olga Operatorka"][2:5] == ["Kierowca, Operator telefonu", "", "odebrany"]
    assert by_name["Olga Operatorka"][6] == "Maria Kierowniczka"
    assert by_name["Maria Kierowniczka"][6] == "Ada Administratorka"
    assert by_name["Maria Kierowniczka"][3].startswith("2026-11-23")
    deeds = session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)).all()
    assert [deed for deed in deeds if deed.startswith(("access_", "staff_deactivated"))] == [
        "access_review_begun", "access_confirmed", "staff_deactivated", "access_taken_away", "access_confirmed", "access_review_finished",
    ]  # fmt: skip


def test_the_protocol_keeps_the_roles_held_when_it_was_decided(manager: Page, session: Session) -> None:
    review = begun(manager)
    operator = session.scalars(select(StaffAccount).where(StaffAccount.last_name == "Operatorka")).one()
    operator.roles = [role for role in operator.roles if role.role == "driver"]
    session.commit()
    decided(manager, "Operatorka", "zostaje")
    operator = session.get_one(StaffAccount, operator.id)
    operator.roles = [*operator.roles, StaffRole(role="auditor")]
    session.commit()
    assert item_of(session, "Operatorka").roles == ["driver"]
    manager.get(f"/przeglad-uprawnien/{review.id}")
    assert "Audytor" not in manager.main


def test_a_finished_review_is_not_changed_any_more(manager: Page, session: Session) -> None:
    begun(manager)
    item = item_of(session, "Operatorka")
    review = session.get_one(AccessReview, item.review_id)
    review.running, review.finished_at, review.finished_by_id = None, now(), review.begun_by_id
    session.commit()
    decided(manager, "Operatorka", "odbierz")
    assert "Ten przegląd jest zakończony" in manager.text
    assert item_of(session, "Operatorka").decision is None


def test_what_was_decided_is_not_decided_again(manager: Page, session: Session) -> None:
    begun(manager)
    decided(manager, "Operatorka", "odbierz")
    decided(manager, "Operatorka", "zostaje")
    assert "O tym koncie ktoś już zdecydował" in manager.text
    assert item_of(session, "Operatorka").decision is AccessDecision.TAKE_AWAY


def test_two_who_decide_at_the_same_moment_leave_one_decision(app: Flask, manager: Page, session: Session) -> None:
    review = begun(manager)
    item, by = item_of(session, "Operatorka"), Actor("staff", review.begun_by_id)
    item_id, account_id = item.id, item.account_id
    session.commit()

    def deciding(decision: AccessDecision) -> Callable[[], Verdict]:
        def deed() -> Verdict:
            with transaction() as writing:
                return decide_access(writing, item_id, decision, by=by, now=now())

        return deed

    answers = at_once(app, [deciding(AccessDecision.KEEP), deciding(AccessDecision.TAKE_AWAY)])
    assert sorted(answer.codes for answer in answers) == [(), ("DECIDED",)]
    session.rollback()
    closed = session.get_one(StaffAccount, account_id).deactivated_at is not None
    assert (session.get_one(AccessReviewItem, item_id).decision is AccessDecision.TAKE_AWAY) == closed


def test_two_who_begin_at_the_same_moment_begin_one_review(app: Flask, manager: Page, session: Session) -> None:
    by = Actor("staff", make_staff(session, "manager").id)

    def deed() -> int:
        with transaction() as writing:
            return begin_access_review(writing, by=by, now=now()).id

    assert len(set(at_once(app, [deed, deed]))) == 1
    session.rollback()
    assert len(session.scalars(select(AccessReviewItem)).all()) == 4


def test_who_begins_while_a_review_runs_is_given_that_one(manager: Page, session: Session) -> None:
    review = begun(manager)
    with transaction() as writing:
        again = begin_access_review(writing, by=Actor("staff", review.begun_by_id), now=now())
        assert again.id == review.id
    assert len(session.scalars(select(AccessReview)).all()) == 1
    assert len(session.scalars(select(AccessReviewItem)).all()) == 3


def test_who_is_alone_confirms_their_own_account(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "administrator", name="Ada Sama").id)
    review = begun(page)
    decided(page, "Sama", "odbierz")
    assert "ostatn" in page.text.lower() or "administrator" in page.text.lower()
    assert item_of(session, "Sama").decision is None
    decided(page, "Sama", "zostaje")
    page.post(f"/przeglad-uprawnien/{review.id}/koniec")
    assert session.get_one(AccessReview, review.id).finished_at is not None


def test_an_auditor_reads_and_decides_nothing(manager: Page, session: Session) -> None:
    review = begun(manager)
    manager.sign_in("staff", make_staff(session, "auditor").id)
    manager.get("/przeglad-uprawnien/")
    assert "Zacznij przegląd" not in manager.main
    manager.get(f"/przeglad-uprawnien/{review.id}")
    assert "Odbierz" not in manager.main
    manager.post(f"/przeglad-uprawnien/konto/{item_of(session, 'Operatorka').id}", {"decyzja": "odbierz"}, status=403)


def test_a_decision_nobody_offered_is_refused(manager: Page, session: Session) -> None:
    begun(manager)
    manager.post(f"/przeglad-uprawnien/konto/{item_of(session, 'Operatorka').id}", {"decyzja": "usun"}, status=400)


def test_the_morning_view_asks_a_year_after_the_last_review(
    app: Flask, manager: Page, session: Session, clock: Clock
) -> None:
    assert last_review_on(session) == today()
    assert waiting(app, session) == []
    clock.pass_by(days=364)
    assert waiting(app, session) == []
    clock.pass_by(days=1)
    assert waiting(app, session) == [("Coroczny przegląd uprawnień", 1)]
    manager.sign_in("staff", make_staff(session, "manager", name="Nowa Szefowa").id)
    begun(manager)
    assert waiting(app, session) == [("Przegląd uprawnień: konta bez decyzji", 4)]
    for name in ("Administratorka", "Operatorka", "Kierowniczka"):
        decided(manager, name, "zostaje")
    manager.sign_in("staff", item_of(session, "Administratorka").account_id)
    decided(manager, "Szefowa", "zostaje")
    assert waiting(app, session) == [("Przegląd uprawnień: zakończ i zachowaj protokół", 1)]
    manager.post(f"/przeglad-uprawnien/{item_of(session, 'Szefowa').review_id}/koniec")
    assert waiting(app, session) == []
    assert last_review_on(session) == today()
    clock.pass_by(days=365)
    assert waiting(app, session) == [("Coroczny przegląd uprawnień", 1)]


def test_a_training_is_noted_with_its_day(manager: Page, session: Session, clock: Clock) -> None:
    manager.get("/przeglad-uprawnien/szkolenia")
    assert manager.main.count("do przeszkolenia") == 3
    operator = session.scalars(select(StaffAccount).where(StaffAccount.last_name == "Operatorka")).one()
    manager.fill_and_send({"account": str(operator.id), "topic": "Ochrona danych", "trained_on": "20.11.2026"})
    assert manager.main.count("do przeszkolenia") == 2
    begun(manager)
    assert "piątek 20 listopada 2026" in manager.main
    clock.pass_by(days=400)
    manager.sign_in("staff", make_staff(session, "manager").id)
    manager.get("/przeglad-uprawnien/szkolenia")
    assert manager.main.count("do przeszkolenia") == 4
    later = today() + timedelta(days=1)
    manager.fill_and_send({"topic": "x", "trained_on": f"{later.day}.{later.month:02d}.{later.year}"})
    assert "jeszcze nie nadszedł" in manager.main
