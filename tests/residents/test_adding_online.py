"""A resident lets somebody act for them, alone and online: recorded as at the desk, and nobody learns whose a phone is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import today
from services_app.messaging.models import Message
from services_app.residents.actions import adding_online
from services_app.residents.models import Representation, Representative, Resident
from services_app.residents.queries import may_act_for
from services_app.residents.queries.exporting import everything_about
from services_app.residents.queries.people import people_with_contact
from services_app.residents.terms import ConsentHow, RepresentativeKind, Scope, ToldBy
from services_app.web.access import Identity
from tests.factories.residents import let_represent, make_representative, make_resident

ADD = "/moi-przedstawiciele/dodaj"
LIST = "/moi-przedstawiciele"
TYPED = {"kind": "relative", "name": "Ewa Nowak", "contact": "601 222 333", "scope": "book"}


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=["600 100 200"], e_mail="jadwiga@poczta.example.pl")
    session.commit()
    return resident.id


@pytest.fixture
def mine(page: Any, jadwiga: int) -> Any:
    page.sign_in("resident", jadwiga)
    return page


def name_somebody(page: Any, **typed: Any) -> None:
    """The first step."""
    page.get(ADD).fill_and_send({**TYPED, **typed}, form=ADD)


def agree(page: Any, **typed: Any) -> None:
    """Both steps."""
    name_somebody(page, **typed)
    page.fill_and_send(agreed=True, form=ADD, button="Zapisz zgodę")


def consents(session: Session) -> list[Representation]:
    session.rollback()
    return list(session.scalars(select(Representation).order_by(Representation.id)))


def test_a_consent_given_online_says_who_how_when_and_which_text(mine: Any, session: Session, jadwiga: int) -> None:
    agree(mine, valid_until="31.12.2030")
    assert mine.path == LIST
    assert "Ewa Nowak" in mine.main
    assert "przez stronę" in mine.main
    [saved] = consents(session)
    assert (saved.scope, saved.consent_how, saved.consent_text) == (
        Scope.BOOK,
        ConsentHow.ONLINE,
        "representation-book-1",
    )
    assert (saved.recorded_by_kind, saved.recorded_by_id) == ("resident", jadwiga)
    assert (saved.valid_until, saved.consented_at is not None) == (date(2030, 12, 31), True)
    assert (saved.representative.phone, saved.representative.told_by) == ("+48601222333", ToldBy.SMS)
    told = {(message.kind, message.recipient_kind) for message in session.scalars(select(Message))}
    assert told == {("representative_added", "representative"), ("representation_added", "resident")}


def test_the_one_named_signs_in_with_their_own_phone_and_may_act(mine: Any, session: Session, jadwiga: int) -> None:
    agree(mine)
    [saved] = consents(session)
    assert people_with_contact(session, "+48601222333", today=today()) == [saved.representative]
    me = Identity("representative", saved.representative_id, "")
    assert may_act_for(session, me, jadwiga, today=today())
    notice = session.scalars(select(Message).where(Message.kind == "representative_added")).one()
    assert "Na stronie: logowanie, Twoje prawa." in notice.body
    assert notice.parts == 1


def test_the_words_agreed_to_are_those_of_what_was_chosen(mine: Any) -> None:
    name_somebody(mine, scope="see")
    assert "widziała moje przejazdy. Nie może ich zmieniać" in mine.main
    assert "representation-see-1" in mine.main


def test_without_agreeing_nothing_is_recorded(mine: Any, session: Session) -> None:
    name_somebody(mine)
    mine.fill_and_send(form=ADD, button="Zapisz zgodę")
    assert any("Zaznacz, że się zgadzasz" in error for error in mine.errors)
    assert consents(session) == []


def test_another_text_than_the_one_shown_is_shown_first(mine: Any, session: Session) -> None:
    name_somebody(mine)
    mine.fill_and_send(agreed=True, text_version="representation-book-0", form=ADD, button="Zapisz zgodę")
    assert "Sprawdź i wyraź zgodę" in mine.main
    assert consents(session) == []


def test_going_back_keeps_what_was_typed(mine: Any) -> None:
    name_somebody(mine, valid_until="31.12.2030", told_of_rides=False, language="uk")
    mine.fill_and_send(form=ADD, button="Popraw")
    fields = mine.fields(ADD)
    assert fields["name"] == ["Ewa Nowak"]
    assert fields["valid_until"] == ["31.12.2030"]
    assert fields["language"] == ["uk"]
    assert "told_of_rides" not in fields


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Podaj imię i nazwisko albo nazwę."),
        ({"contact": ""}, "Podaj telefon komórkowy albo e-mail"),
        ({"contact": "41 331 25 24"}, "To telefon stacjonarny"),
        ({"contact": "12"}, "Podaj numer telefonu albo adres e-mail"),
        ({"valid_until": "jutro"}, "Podaj datę"),
    ],
)
def test_what_is_missing_is_said(mine: Any, session: Session, typed: dict[str, Any], said: str) -> None:
    name_somebody(mine, **typed)
    assert any(said in error for error in mine.errors), mine.errors
    assert consents(session) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [  # said beside the field, where it can be put right
        ({"contact": "600 100 200"}, "Twój własny telefon"),
        ({"contact": "Jadwiga@poczta.example.pl"}, "Twój własny telefon"),
        ({"valid_until": "1.1.2020"}, "w przeszłości"),
    ],
)
def test_what_cannot_be_is_said(mine: Any, session: Session, typed: dict[str, Any], said: str) -> None:
    agree(mine, **typed)
    assert any(said in error for error in mine.errors), mine.errors
    [name] = typed
    assert said in mine.soup.find(id=f"{name}-error").get_text()
    assert mine.fields(ADD)["name"] == ["Ewa Nowak"]
    assert consents(session) == []


def test_somebody_known_is_linked_and_the_page_does_not_tell(mine: Any, session: Session, jadwiga: int) -> None:
    known = make_representative(session, "Ewa Nowak-Zielińska", phone="601 222 333", kind=RepresentativeKind.CARER)
    let_represent(session, known, make_resident(session, "Zofia", "Obca"))
    session.commit()
    agree(mine, name="ewa nowak zielinska")
    [_theirs, saved] = consents(session)
    assert saved.representative_id == known.id
    shown = mine.main
    assert "ewa nowak zielinska" in shown
    assert "Zielińska" not in shown
    assert "opiekun" not in shown
    told = session.scalars(select(Message).where(Message.kind == "representation_added")).one()
    assert "Zielińska" not in (told.spoken or "")
    copy = everything_about(session, jadwiga)
    assert [row["name"] for row in copy["representatives"]] == ["ewa nowak zielinska"]
    assert "Zielińska" not in str(copy)
    assert "+48601222333" not in str(copy["messages"])


def test_another_name_on_the_same_phone_is_another_person(mine: Any, session: Session) -> None:
    known = make_representative(session, "Zbigniew Kowal", phone="601 222 333")
    let_represent(session, known, make_resident(session, "Zofia", "Obca"))
    session.commit()
    agree(mine)
    [_theirs, saved] = consents(session)
    assert saved.representative_id != known.id
    assert len(people_with_contact(session, "+48601222333", today=today())) == 2
    assert "Kowal" not in mine.main


def test_a_clinic_is_known_by_its_contact_whatever_it_is_called(mine: Any, session: Session) -> None:
    clinic = make_representative(
        session, "Przychodnia Zdrowie", kind=RepresentativeKind.CLINIC, phone=None, e_mail="rejestracja@zdrowie.example.pl"
    )  # fmt: skip
    session.commit()
    agree(mine, kind="clinic", name="Mój lekarz na Sadach", contact="rejestracja@zdrowie.example.pl")
    [saved] = consents(session)
    assert saved.representative_id == clinic.id
    assert "Mój lekarz na Sadach" in mine.main


def test_nobody_is_added_twice(mine: Any, session: Session) -> None:
    agree(mine)
    agree(mine)
    assert any("ma już ważną zgodę" in error for error in mine.errors)
    assert len(consents(session)) == 1


def test_the_same_form_sent_twice_adds_one(mine: Any, session: Session) -> None:
    name_somebody(mine)
    fields = {**mine.fields(ADD), "agreed": "y", "save": "1"}
    for _sent in range(2):
        mine.post(ADD, fields)
    assert len(consents(session)) == 1
    assert len(list(session.scalars(select(Message).where(Message.kind == "representative_added")))) == 1


def test_the_day_has_room_for_five_and_says_so_at_the_sixth(mine: Any, session: Session) -> None:
    for number in range(adding_online.MOST_A_DAY):
        agree(mine, name=f"Osoba {'ABCDE'[number]}", contact=f"601 222 33{number}")
        assert mine.path == LIST
    agree(mine, name="Osoba F", contact="601 222 339")
    assert mine.errors == ["Dodano dziś już 5 osób. Dodaj następną jutro albo zadzwoń do nas."]
    assert len(consents(session)) == adding_online.MOST_A_DAY


def test_so_many_consents_at_once_and_no_more(mine: Any, session: Session, jadwiga: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(adding_online, "MOST_HELD", 1)
    agree(mine)
    agree(mine, name="Osoba Druga", contact="601 222 334")
    assert mine.errors == ["Działa za Ciebie już 1 osób. Najpierw cofnij którąś zgodę."]
    [first] = consents(session)
    mine.get(LIST).fill_and_send(form=f"{LIST}/{first.id}/cofnij")
    agree(mine, name="Osoba Druga", contact="601 222 334")
    assert mine.path == LIST


def test_who_only_gets_messages_gets_them(mine: Any, session: Session) -> None:
    agree(mine, scope="told", told_of_rides=False)
    [saved] = consents(session)
    assert (saved.scope, saved.told_of_rides) == (Scope.TOLD, True)
    notice = session.scalars(select(Message).where(Message.kind == "representative_added")).one()
    assert "mozesz tylko dostawac wiadomosci o przejazdach" in notice.body
    assert "logowanie" not in notice.body
    assert "Twoje prawa" in notice.body


def messages_of_a_consent(session: Session) -> tuple[Message, Message]:
    """What the representative and what the resident is told."""
    told = {message.recipient_kind: message for message in session.scalars(select(Message))}
    return told["representative"], told["resident"]


def test_an_sms_about_a_consent_says_what_is_allowed_and_until_when_but_no_full_name(
    mine: Any, session: Session
) -> None:
    agree(mine, valid_until="31.12.2030")
    helper, resident = messages_of_a_consent(session)
    said = "zamawiac, zmieniac i odwolywac przejazdy, do 31 grudnia 2030."
    assert f": Jadwiga zgadza sie: mozesz {said}" in helper.body
    assert f"zgode na dzialanie w Twoim imieniu: {said}" in resident.body
    assert "Kowalsk" not in helper.body
    assert "Nowak" not in resident.body
    assert "przejazdzie bliskiej osoby" not in helper.body
    assert (helper.parts, resident.parts) == (1, 1)


def test_an_e_mail_about_a_consent_says_whose_what_until_when_and_how_it_ends(
    mine: Any, session: Session, jadwiga: int
) -> None:
    session.get_one(Resident, jadwiga).e_mail = "jadwiga@poczta.example.pl"
    session.get_one(Resident, jadwiga).told_by = ToldBy.E_MAIL
    session.commit()
    agree(mine, contact="ewa@poczta.example.pl", scope="see", valid_until="31.12.2030")
    helper, resident = messages_of_a_consent(session)
    assert (
        f"Kto się zgadza: {session.get_one(Resident, jadwiga).name}\nCo możesz: tylko widzieć przejazdy" in helper.body
    )
    assert "Kto: Ewa Nowak\nCo może: tylko widzieć przejazdy" in resident.body
    for message in (helper, resident):
        assert "Do kiedy: 31 grudnia 2030" in message.body
        assert "cofnąć w każdej chwili: na naszej stronie albo przez telefon" in message.body
    assert "czyimś" not in resident.body


def test_a_consent_without_an_end_names_none(mine: Any, session: Session) -> None:
    agree(mine)
    assert all(", do" not in message.body for message in messages_of_a_consent(session))


def test_a_representative_cannot_add_anybody(page: Any, session: Session, jadwiga: int) -> None:
    daughter = make_representative(session)
    let_represent(session, daughter, make_resident(session, "Maria"))
    daughter_id = daughter.id
    session.commit()
    page.sign_in("representative", daughter_id)
    page.get(ADD, status=404)
    page.post(ADD, {**TYPED, "agreed": "y", "save": "1", "text_version": "representation-book-1"}, status=404)
    assert len(consents(session)) == 1
    assert session.scalars(select(Representative)).one().id == daughter_id
