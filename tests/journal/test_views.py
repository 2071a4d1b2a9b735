from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import transaction
from services_app.journal import labels
from services_app.journal.actions import Actor, record
from services_app.journal.models import JournalEntry
from services_app.journal.queries import views_of
from tests.counting import counted_queries
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page


def write(session: Session, deed: str, by: Actor, times: int = 1, resident_id: int | None = None) -> None:
    session.rollback()
    with transaction() as own:
        for _ in range(times):
            record(own, deed, ("resident", resident_id), by=by, now=product_clock.now(), resident_id=resident_id)


@pytest.fixture
def auditor(session: Session, page: Page) -> Actor:
    account = make_staff(session, "auditor", name="Ewa Łoś")
    page.sign_in("staff", account.id)
    return Actor("staff", account.id)


def test_the_journal_names_who_did_what(page: Page, auditor: Actor, session: Session) -> None:
    write(session, "staff_signed_in", auditor)
    write(session, "never_registered", Actor("system"))
    page.get("/dziennik/")
    rows = page.rows()
    assert [row[1] for row in rows] == ["system", "Ewa Łoś (pracownik)"]
    assert [row[2] for row in rows] == ["never registered", "logowanie pracownika"]


def test_it_is_narrowed_by_person_deed_day_and_resident(
    page: Page, auditor: Actor, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-20 23:59:59")
    page.sign_in("staff", auditor.id or 0)
    write(session, "staff_signed_in", auditor)
    clock.at("2026-11-21 00:00")
    write(session, "staff_changed", auditor, resident_id=5)
    write(session, "staff_changed", Actor("staff", make_staff(session, name="Jan Lis").id))

    def found(**asked: str) -> int:
        page.get("/dziennik/?" + urlencode(asked))
        return len(page.rows()) if page.soup.find("table") else 0

    assert found() == 3
    assert found(person="łoś") == 2
    assert found(person="los") == 2
    assert found(person="nikt taki") == 0
    assert found(deed="staff_changed") == 2
    assert found(first_day="21.11.2026") == 2
    assert found(last_day="20.11.2026") == 1
    assert found(first_day="20.11.2026", last_day="21.11.2026") == 3
    assert found(resident="5") == 1
    assert found(person="łoś", deed="staff_changed") == 1
    assert "kto: łoś" in page.main
    page.follow("kto: łoś usuń")
    assert len(page.rows()) == 2


def test_what_cannot_be_read_is_said_and_asks_for_nothing(page: Page, auditor: Actor) -> None:
    page.get("/dziennik/", first_day="kiedyś", last_day="1.1.0001", resident="99999999999999999999", before="x" * 50)
    assert len(page.errors) == 3
    page.get("/dziennik/", before="99999999999999999999")


def test_long_journals_come_in_pages_with_as_many_queries(page: Page, auditor: Actor, session: Session) -> None:
    write(session, "staff_changed", auditor, times=1)
    few = _queries(page)
    write(session, "staff_changed", auditor, times=129)
    assert _queries(page) == few
    seen = [row[4] for row in page.rows()]
    while "Starsze wpisy" in page.links():
        page.follow("Starsze wpisy")
        seen += [row[4] for row in page.rows()]
    assert len(seen) == len(set(seen)) == 130
    page.follow("Najnowsze wpisy")
    assert len(page.rows()) == 50


def _queries(page: Page) -> int:
    with counted_queries() as asked:
        page.get("/dziennik/")
    return len(asked)


def test_the_file_holds_the_same_and_taking_it_is_journalled(page: Page, auditor: Actor, session: Session) -> None:
    write(session, "staff_changed", auditor, times=60)
    page.get("/dziennik/plik.csv", deed="staff_changed")
    text = page.body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Numer", "Kiedy", "Kto", "Co zrobiono", "Czego dotyczy", "Mieszkaniec nr"]
    assert len(rows) == 61
    assert rows[1][2] == "Ewa Łoś (pracownik)"
    last = session.query(JournalEntry).order_by(JournalEntry.id.desc()).limit(1).one()
    assert (last.deed, last.actor_id) == ("journal_exported", auditor.id)


@pytest.mark.parametrize(
    ("roles", "status"), [(("manager",), 200), (("administrator",), 200), (("operator", "coordinator", "driver"), 403)]
)
def test_only_those_who_look_after_it_read_it(
    page: Page, session: Session, roles: tuple[str, ...], status: int
) -> None:
    page.sign_in("staff", make_staff(session, *roles).id)
    page.get("/dziennik/", status=status)
    page.get("/dziennik/plik.csv", status=status)


def test_a_resident_s_views_tell_who_looked(session: Session) -> None:
    labels.register("test_file_opened", "otwarto", reading=True)
    ewa = Actor("staff", make_staff(session, name="Ewa Łoś").id)
    write(session, "resident_read", ewa, resident_id=5)
    write(session, "test_file_opened", Actor("representative", 3), resident_id=5)
    write(session, "resident_read", Actor("resident", 5), resident_id=5)  # one's own look
    write(session, "resident_read", ewa, resident_id=6)  # somebody else's file
    write(session, "resident_changed", ewa, resident_id=5)  # no look
    views = views_of(session, 5)
    assert [(view.actor_kind, view.deed) for view in views] == [
        ("representative", "test_file_opened"),
        ("staff", "resident_read"),
    ]
    assert views[1].who == "Ewa Łoś"


def test_a_deed_nobody_named_is_shown_by_its_code() -> None:
    assert labels.label_of("bus_washed") == "bus washed"
    assert labels.subject_label("bus_stop") == "bus stop"
    assert labels.known_deeds()["journal_exported"] == "pobrano dziennik do pliku"
