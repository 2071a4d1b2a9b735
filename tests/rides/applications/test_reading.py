"""Who opens applications, and what that leaves behind."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.rides.models import JoinApplication
from services_app.rides.queries.applications import key_of_application
from tests.factories.applications import PESEL
from tests.factories.residents import make_resident
from tests.factories.staff import make_staff
from tests.page import Page
from tests.rides.applications.applying import CLOSE, LIST, MYSELF, address, applied, the_application
from tests.rides.walking import count


def test_nobody_but_the_desk_opens_or_decides_anything(page: Page, session: Session) -> None:
    made = applied(session)
    resident = make_resident(session)
    deeds = ("/nowa-osoba", f"/ta-osoba/{resident.id}", "/odmowa", "/rezygnacja")
    session.commit()
    page.get(LIST, follow=False, status=302)
    page.get(address(made), follow=False, status=302)
    page.sign_in("resident", resident.id)
    for path in (LIST, address(made)):
        page.get(path, status=403)
    for role in ("driver", "auditor", "manager", "administrator"):
        page.sign_in("staff", make_staff(session, role).id)
        page.get(LIST, status=403)
        page.get(address(made), status=403)
        for deed in deeds:
            page.post(address(made, deed), {}, status=403)
    assert the_application(session).is_waiting


def test_the_morning_view_leads_to_who_waits_and_reading_is_journalled(operator: Page, session: Session) -> None:
    made = applied(session)
    operator.get("/pulpit").follow("Zadzwoń i przyjmij")
    assert [cell[:19] for cell in operator.rows()[0][:2]] == [f"Z/{made}/2026", "Zmyślona Zofia, 79 "]
    operator.follow(f"Z/{made}/2026")
    assert PESEL not in operator.text
    for words in (
        "Zofia Zmyślona",
        f"*******{PESEL[-4:]}",
        "600 100 200",
        "Zagórska 12/3, Kielce",
        "2026-1",
        "Nie znaleźliśmy nikogo",
    ):
        assert words in operator.main
    read = session.scalars(select(JournalEntry).where(JournalEntry.deed == "join_application_read")).one()
    assert (read.actor_kind, read.subject_id) == ("staff", str(made))
    operator.get(address(999999), status=404)


def test_reading_pages_writes_nothing_but_who_read(operator: Page, page: Page, session: Session) -> None:
    made = applied(session)
    before = (count(session, JoinApplication), count(session, Message), count(session, Resident))
    for path in (MYSELF, CLOSE, f"/przejazdy/dolacz/przyjete/{key_of_application(made)}"):
        page.get(path)
    operator.get(address(made), q="nowak")
    operator.get(LIST)
    assert (count(session, JoinApplication), count(session, Message), count(session, Resident)) == before
    deeds = list(session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)))
    assert deeds == ["join_application_received", "join_application_read"]
