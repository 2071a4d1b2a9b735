"""What residents and representatives see and change themselves, and that it is only theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.messaging.actions import queue_message
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel, MessageState
from services_app.residents.actions import tell_both
from services_app.residents.models import Representation, Representative, Resident
from services_app.residents.queries import may_act_for, people_i_act_for, recipient_of_representative, recipients_for
from services_app.residents.terms import ConsentHow, Mobility, RepresentativeKind, Scope, ToldBy
from services_app.web.access import Identity, Nobody
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.meanwhile import told
from tests.residents.conftest import staff_member


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=["600 100 200", "41 331 25 24"])
    session.commit()
    return resident.id


def test_my_data_shows_what_is_kept_and_who_looked(page: Any, new_page: Any, session: Session, jadwiga: int) -> None:
    desk = new_page()
    desk.sign_in("staff", staff_member(session, "operator", first_name="Beata", last_name="Dyżurna"))
    desk.get(f"/osoby/{jadwiga}")
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane")
    assert "Jadwiga Kowalska" in page.main
    assert "41 331 25 24 ( stacjonarny )" in page.main or "41 331 25 24 (stacjonarny)" in page.main
    [[_when, who, what]] = page.rows("Ostatnie")
    assert "Operator telefonu" in who
    assert "Beata Dyżurna" in who
    assert what == "otwarto dane osoby"


def test_a_resident_changes_contact_and_mobility(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien").fill_and_send(
        phone_1="601 100 200",
        phone_2="",
        e_mail="j@poczta.example.pl",
        told_by="e_mail",
        language="uk",
        mobility="cane",
        form="/moje-dane/zmien",
    )
    saved = session.get_one(Resident, jadwiga)
    assert [phone.number for phone in saved.phones] == ["+48601100200"]
    assert (saved.e_mail, saved.told_by, saved.language, saved.mobility) == (
        "j@poczta.example.pl",
        ToldBy.E_MAIL,
        "uk",
        Mobility.CANE,
    )
    assert "+601100200" in {row.word for row in saved.search_words}
    entry = session.scalars(select(JournalEntry).where(JournalEntry.deed == "resident_changed")).one()
    assert (entry.actor_kind, entry.actor_id, entry.resident_id) == ("resident", jadwiga, jadwiga)
    assert {"e_mail", "language", "mobility"} <= set(entry.details["changed"])


def test_a_resident_whose_data_the_desk_changed_meanwhile_saves_again(
    page: Any, new_page: Any, session: Session, jadwiga: int
) -> None:
    desk = new_page()
    desk.sign_in("staff", staff_member(session, "operator"))
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    desk.get(f"/osoby/{jadwiga}/zmien").fill_and_send(
        e_mail="biuro@poczta.example.pl", notes="tylko dla nas", form=f"/osoby/{jadwiga}/zmien"
    )
    page.fill_and_send(language="uk", form="/moje-dane/zmien")
    assert told(page)[:2] == (["E-mail: biuro@poczta.example.pl"], [])
    assert "tylko dla nas" not in page.main
    page.fill_and_send(form="/moje-dane/zmien")
    session.expire_all()
    after = session.get_one(Resident, jadwiga)
    assert (after.language, after.e_mail, after.notes) == ("uk", "biuro@poczta.example.pl", "tylko dla nas")


def test_a_change_of_what_the_resident_does_not_see_does_not_stop_them(
    page: Any, new_page: Any, session: Session, jadwiga: int
) -> None:
    desk = new_page()
    desk.sign_in("staff", staff_member(session, "operator"))
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    desk.get(f"/osoby/{jadwiga}/zmien").fill_and_send(notes="tylko dla nas", form=f"/osoby/{jadwiga}/zmien")
    page.fill_and_send(language="uk", form="/moje-dane/zmien")
    assert page.path == "/moje-dane"
    session.expire_all()
    after = session.get_one(Resident, jadwiga)
    assert (after.language, after.notes) == ("uk", "tylko dla nas")


def test_a_phone_no_field_shows_is_never_lost(page: Any, new_page: Any, session: Session) -> None:
    resident_id = make_resident(session, phones=["600 100 200", "600 100 201", "600 100 202", "41 331 25 24"]).id
    desk = new_page()
    desk.sign_in("staff", staff_member(session, "operator"))
    desk.get(f"/osoby/{resident_id}/zmien").fill_and_send(phone_2="", form=f"/osoby/{resident_id}/zmien")
    page.sign_in("resident", resident_id)
    page.get("/moje-dane/zmien").fill_and_send(phone_1="601 100 200", form="/moje-dane/zmien")
    phones = [phone.number for phone in session.get_one(Resident, resident_id).phones]
    assert phones == ["+48601100200", "+48600100202", "+48413312524"]


def test_a_wish_that_cannot_be_met_says_why(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien").fill_and_send(
        phone_1="41 331 25 24", phone_2="", told_by="sms", form="/moje-dane/zmien"
    )
    assert page.errors == ["Na telefon stacjonarny nie wyślemy SMS-a. Wybierz rozmowę albo dopisz komórkę."]
    assert page.soup.select_one("#told_by-error") is not None
    assert page.title.startswith("Błąd:")
    assert len(session.get_one(Resident, jadwiga).phones) == 2


def test_the_notice_tells_all_that_the_law_asks(page: Any, session: Session, jadwiga: int) -> None:
    page.sign_in("resident", jadwiga)
    page.get("/moje-dane/zmien")
    elements = (
        "administrator",
        "inspektor",
        "cele",
        "podstawa",
        "interes",
        "odbiorcy",
        "panstwa-trzecie",
        "okres",
        "prawa",
        "cofniecie",
        "skarga",
        "obowiazek",
        "profilowanie",
    )
    for element in elements:
        found = page.soup.find(id=f"rodo-{element}")
        assert found is not None, element
        assert found.get_text(strip=True), element


def test_a_resident_revokes_a_consent_at_once(page: Any, session: Session, jadwiga: int) -> None:
    resident = session.get_one(Resident, jadwiga)
    daughter = make_representative(session)
    representation_id = let_represent(session, daughter, resident).id
    daughter_id = daughter.id
    session.commit()
    told = recipient_of_representative(daughter)
    assert told is not None
    with transaction() as writing:
        queue_message(
            writing,
            "ride_day_before",
            told,
            {"day": today(), "hour": now()},
            dedupe_key="reminder",
            now=now(),
            expires_at=now() + timedelta(days=1),
            subject=("ride", 5),
            resident_id=jadwiga,
        )
    page.sign_in("resident", jadwiga)
    page.get("/moi-przedstawiciele").fill_and_send(form=f"/moi-przedstawiciele/{representation_id}/cofnij")
    assert "Zgoda już nie działa" in page.main
    reminder = session.scalars(select(Message).where(Message.dedupe_key == "reminder")).one()
    assert reminder.state is MessageState.WITHDRAWN
    kinds = {(message.kind, message.recipient_kind) for message in session.scalars(select(Message))}
    assert {("representation_revoked", "resident"), ("representation_revoked", "representative")} <= kinds
    assert not may_act_for(session, Identity("representative", daughter_id, ""), jadwiga, today=today())


def test_strangers_consents_cannot_be_touched_or_seen(page: Any, session: Session, jadwiga: int) -> None:
    other = make_resident(session, "Zofia", "Obca")
    theirs = let_represent(session, make_representative(session, "Adam Cudzy"), other).id
    session.commit()
    page.sign_in("resident", jadwiga)
    page.get("/moi-przedstawiciele")
    assert "Cudzy" not in page.main
    page.post(
        f"/moi-przedstawiciele/{theirs}/cofnij", {"request_id": "3f2b4c1e-8a0d-4e3f-9c55-0123456789ab"}, status=404
    )
    assert session.get_one(Representation, theirs).revoked_at is None


def test_a_representative_sees_only_their_people(page: Any, session: Session, jadwiga: int) -> None:
    clinic = make_representative(session, "Przychodnia Zdrowie", kind=RepresentativeKind.CLINIC, phone="41 362 68 82")
    for number in range(30):
        let_represent(session, clinic, make_resident(session, "Ewa", "Pacjentka", birth_on=date(1940, 1, 1 + number)))
    let_represent(session, clinic, make_resident(session, "Łucja", "Święcicka"))
    let_represent(session, clinic, make_resident(session, "Jan", "Dawny"), valid_until=today() - timedelta(days=1))
    clinic_id = clinic.id
    session.commit()
    page.sign_in("representative", clinic_id)
    page.get("/moje-osoby")
    assert len(page.rows()) == 25
    page.fill_and_send(q="swiec", form="/moje-osoby")
    assert [row[0] for row in page.rows()] == ["Łucja Święcicka"]
    for stranger in ("kowalska", "dawny"):
        assert "Nic nie znaleziono" in page.get(f"/moje-osoby?q={stranger}").main
    page.get("/moje-dane")
    assert "Przychodnia Zdrowie" in page.main
    for path in ("/moje-dane/zmien", "/moi-przedstawiciele", "/moje-dane/kopia.zip"):
        page.get(path, status=404)


def test_who_may_act_for_whom(session: Session) -> None:
    mother, father, stranger = (make_resident(session, name) for name in ("Maria", "Marian", "Obca"))
    daughter = make_representative(session)
    let_represent(session, daughter, mother)
    seeing = let_represent(session, daughter, father, scope=Scope.SEE)
    me = Identity("representative", daughter.id, "")
    day = today()
    assert people_i_act_for(session, me, today=day) == [mother]
    assert set(people_i_act_for(session, me, today=day, scope=Scope.SEE)) == {mother, father}
    assert may_act_for(session, me, father.id, today=day, scope=Scope.SEE)
    assert not may_act_for(session, me, father.id, today=day)
    assert not may_act_for(session, me, stranger.id, today=day, scope=Scope.TOLD)
    seeing.valid_until = day
    assert may_act_for(session, me, father.id, today=day, scope=Scope.SEE)
    seeing.valid_until = day - timedelta(days=1)
    session.flush()
    assert not may_act_for(session, me, father.id, today=day, scope=Scope.SEE)
    assert people_i_act_for(session, Identity("resident", mother.id, ""), today=day) == [mother]
    assert people_i_act_for(session, Nobody(), today=day) == []
    assert people_i_act_for(session, Identity("staff", 1, ""), today=day) == []
    mother.restricted_at = now()
    session.flush()
    assert people_i_act_for(session, me, today=day) == []


def test_each_is_told_the_way_they_wish(session: Session) -> None:
    day = today()
    both = make_resident(session, phones=["41 331 25 24", "600 100 200"], e_mail="a@poczta.example.pl")

    def way(resident: Resident) -> list[tuple[Channel, str]]:
        return [(told.channel, told.address) for told in recipients_for(session, resident, today=day)]

    assert way(both) == [(Channel.SMS, "+48600100200")]
    both.told_by = ToldBy.CALL
    assert way(both) == [(Channel.CALL, "+48413312524")]
    both.told_by = ToldBy.E_MAIL
    assert way(both) == [(Channel.E_MAIL, "a@poczta.example.pl")]
    land_line = make_resident(session, phones=["41 331 25 24"], told_by=ToldBy.SMS)
    assert way(land_line) == [(Channel.CALL, "+48413312524")]
    assert way(make_resident(session)) == []
    daughter = make_representative(session, phone="601 222 333", language="uk")
    let_represent(session, daughter, land_line)
    assert way(land_line) == [(Channel.CALL, "+48413312524"), (Channel.SMS, "+48601222333")]
    assert len(recipients_for(session, land_line, today=day, with_representatives=False)) == 1
    let_represent(session, daughter, both, told_of_rides=False)
    assert len(way(both)) == 1
    land_line.restricted_at = now()
    assert way(land_line) == []


def test_both_are_told_what_the_representative_did(session: Session, jadwiga: int) -> None:
    daughter_id = make_representative(session, phone="601 222 333").id
    session.commit()
    with transaction() as writing:
        for _ in range(2):
            tell_both(
                writing,
                writing.get_one(Resident, jadwiga),
                writing.get_one(Representative, daughter_id),
                what="zamówiono przejazd",
                key="ride-booked:1",
                now=now(),
                subject=("ride", 1),
            )
    told = [
        (message.kind, message.recipient_kind, message.resident_id)
        for message in session.scalars(select(Message).order_by(Message.id))
    ]
    assert told == [("representative_did", "resident", jadwiga), ("representative_did", "representative", jadwiga)]


# --- at the desk -------------------------------------------------------------------------------------------------------------------------

CONSENT = {
    "kind": "relative",
    "name": "Ewa Nowak",
    "phone": "601 222 333",
    "scope": "book",
    "how": "by_phone",
    "consented": True,
}


@pytest.fixture
def desk(page: Any, session: Session) -> Any:
    page.sign_in("staff", staff_member(session, "operator"))
    return page


def record(desk: Any, resident_id: int, **typed: Any) -> None:
    path = f"/osoby/{resident_id}/przedstawiciele"
    desk.get(path).fill_and_send({**CONSENT, **typed}, form=path)


def test_a_consent_is_recorded_with_who_how_when_and_text(desk: Any, session: Session, jadwiga: int) -> None:
    record(desk, jadwiga, valid_until="31.12.2030")
    saved = session.scalars(select(Representation)).one()
    assert (saved.scope, saved.consent_text, saved.recorded_by_kind) == (Scope.BOOK, "representation-book-1", "staff")
    assert (saved.consent_how, saved.representative.name) == (ConsentHow.BY_PHONE, "Ewa Nowak")
    assert timedelta(0) <= now() - saved.consented_at < timedelta(minutes=5)
    assert saved.recorded_by_id is not None
    assert saved.valid_until == date(2030, 12, 31)
    assert saved.representative.phone == "+48601222333"
    assert "„Zgoda na zamawianie przejazdów”, wersja 1" in desk.main
    assert "representation-book" not in desk.main
    kinds = {(message.kind, message.recipient_kind) for message in session.scalars(select(Message))}
    assert kinds == {("representative_added", "representative"), ("representation_added", "resident")}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"consented": False}, "Bez zgody"),
        ({"name": ""}, "Podaj imię i nazwisko albo nazwę."),
        ({"phone": ""}, "Podaj telefon albo e-mail"),
        ({"phone": "41 331 25 24"}, "Na telefon stacjonarny nie wyślemy SMS-a"),
        ({"valid_until": "1.1.2020"}, "w przeszłości"),
    ],
)
def test_what_a_consent_lacks_is_said(
    desk: Any, session: Session, jadwiga: int, typed: dict[str, Any], said: str
) -> None:
    record(desk, jadwiga, **typed)
    assert any(said in error for error in desk.errors), desk.errors
    assert desk.title.startswith("Błąd:")
    assert session.scalars(select(Representation)).all() == []


def test_a_daughter_of_two_is_one_representative(desk: Any, session: Session, jadwiga: int) -> None:
    father_id = make_resident(session, "Henryk").id
    record(desk, jadwiga)
    record(desk, father_id)
    assert "jest już w rejestrze" in desk.errors[0]
    daughter_id = session.scalars(select(Representative.id)).one()
    desk.fill_and_send(form=f"/osoby/{father_id}/przedstawiciele", known=str(daughter_id))
    assert len(session.scalars(select(Representation)).all()) == 2
    record(desk, father_id)
    desk.fill_and_send(form=f"/osoby/{father_id}/przedstawiciele", known=str(daughter_id))
    assert any("ma już ważną zgodę" in error for error in desk.errors)


def test_staff_revoke_a_consent_of_this_person_only(desk: Any, session: Session, jadwiga: int) -> None:
    other_id = make_resident(session, "Henryk").id
    record(desk, jadwiga)
    representation_id = session.scalars(select(Representation.id)).one()
    desk.post(
        f"/osoby/{other_id}/przedstawiciele/{representation_id}/cofnij",
        {"request_id": "3f2b4c1e-8a0d-4e3f-9c55-0123456789ab"},
        status=404,
    )
    desk.get(f"/osoby/{jadwiga}/przedstawiciele").fill_and_send(
        form=f"/osoby/{jadwiga}/przedstawiciele/{representation_id}/cofnij"
    )
    assert session.get_one(Representation, representation_id).revoked_at is not None
    notice = session.scalars(select(Message).where(Message.kind == "representative_added")).one()
    assert notice.state is MessageState.WITHDRAWN
