"""The register at the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.places.actions import install_kielce
from services_app.residents import actions
from services_app.residents.models import Resident
from services_app.residents.terms import Mobility, Sex, ToldBy
from tests.factories.residents import make_resident, pesel_of
from tests.frozen import Clock
from tests.meanwhile import sent_at_once, told
from tests.residents.conftest import staff_member

PESEL = pesel_of(date(1946, 12, 5), 135)
TYPED = {
    "pesel": f"{PESEL[:6]} {PESEL[6:]}",
    "first_name": "Jadwiga",
    "last_name": "Próbna-Żak",
    "street": "Zagórska",
    "house_number": "12",
    "flat_number": "3",
    "postcode": "25355",
    "staircase": "B",
    "floor": "2",
    "has_lift": "no",
    "gate_code": "12#34",
    "driver_note": "Dzwonić dwa razy.",
    "phone_1": "600 100 200",
    "phone_2": "0 41 331 25 24",
    "phone_2_note": "syn",
    "e_mail": "Jadwiga@Poczta.pl",
    "mobility": "walker",
    "assistance": "through_door",
    "usual_companion": "córka Ewa",
}


@pytest.fixture
def desk(page: Any, session: Session) -> Any:
    page.sign_in("staff", staff_member(session, "operator"))
    return page


def only_resident(session: Session) -> Resident:
    return session.scalars(select(Resident)).one()


def test_a_person_is_registered_with_everything(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    assert desk.h1 == "Jadwiga Próbna-Żak"
    saved = only_resident(session)
    assert (saved.pesel, saved.birth_on, saved.sex) == (PESEL, date(1946, 12, 5), Sex.FEMALE)
    assert [(phone.number, phone.land_line, phone.note) for phone in saved.phones] == [
        ("+48600100200", False, None),
        ("+48413312524", True, "syn"),
    ]
    assert (saved.e_mail, saved.postcode, saved.has_lift, saved.mobility) == (
        "jadwiga@poczta.pl",
        "25-355",
        False,
        Mobility.WALKER,
    )
    assert (saved.latitude, saved.longitude, saved.place_is_exact) == (50.8703, 20.6275, False)
    assert {"zak", "probna", "jadwiga", "zagorska", "12"} <= {row.word for row in saved.search_words}


def test_coordinates_come_from_whoever_knows_streets(
    desk: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        actions,
        "locate",
        lambda _session, town, street, number: (50.9, 20.7, (town, street, number) == ("Kielce", "Zagórska", "12")),
    )
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    saved = only_resident(session)
    assert (saved.latitude, saved.longitude, saved.place_is_exact) == (50.9, 20.7, True)


STREETS = [
    ("1 maja", "1 Maja"), ("ul. 1 MAJA", "1 Maja"), ("zagorska", "Zagórska"), ("solidarnosci", "Aleja Solidarności"),
    ("al. Solidarności", "Aleja Solidarności"), ("os. Solidarności", "os. Solidarności"), ("1 maj", "1 maj"), ("Nieznana", "Nieznana"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), STREETS)
def test_a_street_is_kept_as_the_street_register_writes_it(desk: Any, session: Session, typed: str, kept: str) -> None:
    with transaction() as writing:
        install_kielce(writing)
    desk.get("/osoby/nowa").fill_and_send({**TYPED, "street": typed}, button="Zapisz")
    saved = only_resident(session)
    assert saved.street == kept
    desk.get(f"/osoby/{saved.id}/zmien").fill_and_send({"street": "ZAGORSKA"}, button="Zapisz")
    session.expire_all()
    assert only_resident(session).street == "Zagórska"


def test_a_street_of_another_town_is_kept_as_typed(desk: Any, session: Session) -> None:
    with transaction() as writing:
        install_kielce(writing)
    desk.get("/osoby/nowa").fill_and_send({**TYPED, "street": "1 maja", "town": "Chęciny"}, button="Zapisz")
    assert only_resident(session).street == "1 maja"


def test_somebody_without_a_pesel_has_another_document_and_a_birth_date(desk: Any, session: Session) -> None:
    typed = {**TYPED, "pesel": "", "other_document": "fa 123 456", "birth_on": "5.12.1946", "language": "uk"}
    desk.get("/osoby/nowa").fill_and_send(typed, button="Zapisz")
    saved = only_resident(session)
    assert (saved.pesel, saved.other_document, saved.birth_on, saved.language) == (
        None,
        "FA123456",
        date(1946, 12, 5),
        "uk",
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("pesel", PESEL[:10], "Numer PESEL ma 11 cyfr. Wpisano 10."),
        ("pesel", "12345678901", "Ten numer PESEL jest błędny"),
        ("pesel", "", "Podaj numer PESEL albo numer innego dokumentu"),
        ("birth_on", "31.02.1946", "Podaj datę"),
        ("birth_on", "6.12.1946", "nie zgadza się z numerem PESEL"),
        ("first_name", " ", "Podaj imię."),
        ("last_name", "", "Podaj nazwisko."),
        ("last_name", "ż" * 101, "za długie"),
        ("street", "", "Podaj ulicę"),
        ("house_number", "", "Podaj numer domu."),
        ("phone_1", "600 100", "Podaj numer telefonu"),
        ("e_mail", "jadwiga", "Podaj adres e-mail"),
        ("postcode", "25-3", "Podaj kod pocztowy"),
    ],
)
def test_each_mistake_is_said_and_what_was_typed_stays(
    desk: Any, session: Session, field: str, typed: str, said: str
) -> None:
    desk.get("/osoby/nowa").fill_and_send({**TYPED, field: typed}, button="Zapisz")
    assert any(said in error for error in desk.errors), desk.errors
    assert desk.fields("/osoby/nowa")["street"] == ([""] if field == "street" else ["Zagórska"])
    assert session.scalars(select(Resident)).all() == []


LAND_LINE = {**TYPED, "phone_1": "41 331 25 24", "phone_2": "", "phone_2_note": "", "e_mail": ""}


def test_a_land_line_alone_means_a_call_unless_somebody_chose_otherwise(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send(LAND_LINE, button="Zapisz")
    saved = only_resident(session)
    assert saved.told_by is ToldBy.CALL
    edit = f"/osoby/{saved.id}/zmien"
    offered = [option["value"] for option in desk.get(edit).form(edit).select("#told_by option")]
    assert offered == ["sms", "e_mail", "call"]
    desk.fill_and_send(phone_1="600 100 200", told_by="sms", form=edit)
    assert only_resident(session).told_by is ToldBy.SMS


def test_a_mobile_beside_a_land_line_means_an_sms(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send({**LAND_LINE, "phone_2": "600 100 200"}, button="Zapisz")
    assert only_resident(session).told_by is ToldBy.SMS


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"told_by": "sms"}, "Na telefon stacjonarny nie wyślemy SMS-a. Wybierz rozmowę albo dopisz komórkę."),
        ({"told_by": "e_mail"}, "Dopisz adres e-mail albo wybierz inny sposób."),
        ({"told_by": "call", "phone_1": ""}, "Dopisz numer telefonu albo wybierz inny sposób."),
        ({"phone_1": ""}, "Do SMS-a trzeba numeru komórki. Dopisz go albo wybierz inny sposób."),
    ],
)
def test_a_way_of_telling_that_cannot_be_is_said_beside_its_field(
    desk: Any, session: Session, typed: dict[str, str], said: str
) -> None:
    desk.get("/osoby/nowa").fill_and_send({**LAND_LINE, **typed}, button="Zapisz")
    assert desk.errors == [said]
    assert desk.links()[said] == "#told_by"
    assert said in desk.soup.select_one("#told_by-error").get_text()
    assert desk.title.startswith("Błąd:")
    assert session.scalars(select(Resident)).all() == []


def test_a_reason_about_the_whole_stands_on_top_and_in_the_title(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    assert any("jest już w rejestrze" in error for error in desk.errors)
    assert desk.title.startswith("Błąd:")
    assert "To inna osoba" not in desk.main


def test_a_birth_date_alone_must_be_possible(desk: Any) -> None:
    for typed in ("24.11.2126", "1.1.1850", ""):
        desk.get("/osoby/nowa").fill_and_send(
            {**TYPED, "pesel": "", "other_document": "FA123456", "birth_on": typed}, button="Zapisz"
        )
        assert any("urodzenia" in error for error in desk.errors)


def test_an_sms_is_not_promised_to_a_land_line(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send(
        {**TYPED, "phone_1": "41 331 25 24", "phone_2": "", "told_by": "sms"}, button="Zapisz"
    )
    assert "Na telefon stacjonarny nie wyślemy SMS-a. Wybierz rozmowę albo dopisz komórkę." in desk.errors
    desk.fill_and_send(told_by="call", form="/osoby/nowa")
    assert only_resident(session).told_by is ToldBy.CALL


def test_people_who_look_the_same_are_shown_before_saving(desk: Any, session: Session) -> None:
    make_resident(session, "Jadwiga", "Probna Zak", birth_on=date(1946, 12, 5))
    make_resident(session, "Jadzia", "Próbna-Żak", phones=["600 100 200"])
    make_resident(session, "Henryk", "Próbna", street="Zagórska", house_number="12")
    make_resident(session, "Zenon", "Ktoinny")
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    assert "Czy to nie ta sama osoba?" in desk.main
    assert "ta sama data urodzenia i podobne nazwisko" in desk.main
    assert "ten sam telefon i podobne nazwisko" in desk.main
    assert "ten sam adres i nazwisko" in desk.main
    assert "Ktoinny" not in desk.main
    assert len(session.scalars(select(Resident)).all()) == 4
    desk.fill_and_send(form="/osoby/nowa", somebody_else=True)
    assert desk.h1 == "Jadwiga Próbna-Żak"
    assert len(session.scalars(select(Resident)).all()) == 5


def test_the_same_pesel_is_never_saved_twice(desk: Any, session: Session) -> None:
    known = make_resident(session, "Jadwiga", "Próbna", pesel=PESEL)
    known_id = known.id
    session.commit()
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    assert any("jest już w rejestrze" in error for error in desk.errors)
    assert f"/osoby/{known_id}" in desk.links().values()
    desk.post(
        "/osoby/nowa",
        {**TYPED, "told_by": "sms", "language": "pl", "has_lift": "", "town": "Kielce", "somebody_else": "y"},
    )
    assert len(session.scalars(select(Resident)).all()) == 1


def test_two_who_save_at_once_do_not_overwrite_each_other(desk: Any, new_page: Any, session: Session) -> None:
    resident = make_resident(session, phones=["600 100 200"])
    resident_id = resident.id
    other = new_page()
    other.sign_in("staff", staff_member(session, "coordinator"))
    desk.get(f"/osoby/{resident_id}/zmien")
    other.get(f"/osoby/{resident_id}/zmien").fill_and_send(last_name="Pierwsza", form=f"/osoby/{resident_id}/zmien")
    desk.fill_and_send(last_name="Druga", form=f"/osoby/{resident_id}/zmien")
    assert told(desk)[:2] == ([], ["Nazwisko: Pierwsza"])
    assert session.get_one(Resident, resident_id).last_name == "Pierwsza"


def test_what_the_other_saved_is_taken_over_and_the_second_save_goes_through(
    desk: Any, new_page: Any, session: Session
) -> None:
    resident = make_resident(session, phones=["600 100 200"])
    resident_id = resident.id
    form = f"/osoby/{resident_id}/zmien"
    other = new_page()
    other.sign_in("staff", staff_member(session, "coordinator"))
    desk.get(form)
    other.get(form).fill_and_send(
        phone_1="601 100 200", gate_code="77#", mobility="cane", pesel=PESEL, other_document="AB 123 456", form=form
    )
    desk.fill_and_send(last_name="Druga", gate_code="88#", phone_2="600-100-333", form=form)
    said = told(desk)
    assert set(said.taken) == {
        "Telefon: 601 100 200", "Jak się porusza: chodzi o lasce lub o kulach", f"Numer PESEL: *******{PESEL[-4:]}",
        "Numer innego dokumentu: zapisany",
    }  # fmt: skip
    assert said.differing == ["Kod do bramy lub domofonu: 77#"]
    assert PESEL not in desk.body.decode()
    assert "123456" not in desk.body.decode()
    fields = desk.fields(form)
    assert (fields["last_name"], fields["gate_code"]) == (["Druga"], ["88#"])
    assert (fields["phone_1"], fields["phone_2"], fields["mobility"]) == (["601 100 200"], ["600-100-333"], ["cane"])
    assert (fields["pesel"], fields["other_document"]) == ([""], [""])

    desk.fill_and_send(form=form)
    session.expire_all()
    after = session.get_one(Resident, resident_id)
    assert (after.last_name, after.gate_code, after.mobility) == ("Druga", "88#", Mobility.CANE)
    assert [phone.number for phone in after.phones] == ["+48601100200", "+48600100333"]
    assert (after.pesel, after.other_document) == (PESEL, "AB123456")


@pytest.mark.parametrize(("typed", "saved_at_once"), [(PESEL, True), (pesel_of(date(1946, 12, 5), 777), False)])
def test_a_pesel_typed_by_two_is_a_conflict_only_when_they_differ(
    desk: Any, new_page: Any, session: Session, typed: str, saved_at_once: bool
) -> None:
    resident_id = make_resident(session, phones=["600 100 200"]).id
    form = f"/osoby/{resident_id}/zmien"
    other = new_page()
    other.sign_in("staff", staff_member(session, "coordinator"))
    desk.get(form)
    other.get(form).fill_and_send(pesel=PESEL, form=form)
    desk.fill_and_send(pesel=typed, birth_on="", form=form)
    if not saved_at_once:
        assert told(desk).differing == [f"Numer PESEL: *******{PESEL[-4:]}"]
        assert PESEL not in desk.body.decode()
        desk.fill_and_send(form=form)
    assert "Zapisano zmiany." in desk.text
    session.expire_all()
    assert session.get_one(Resident, resident_id).pesel == typed


def test_two_desks_that_save_one_person_at_once_both_keep_their_change(
    desk: Any, new_page: Any, session: Session, app: Flask
) -> None:
    resident_id = make_resident(session, phones=["600 100 200"]).id
    address = f"/osoby/{resident_id}/zmien"
    other = new_page()
    other.sign_in("staff", staff_member(session, "coordinator"))
    mine = [(desk.get(address), {"phone_1": "601 100 200"}), (other.get(address), {"gate_code": "77#"})]
    forms = [(page, {**page.fields(address), **typed}) for page, typed in mine]
    session.commit()
    page = sent_at_once(app, address, forms)
    said = told(page)
    assert (len(said.taken), said.differing) == (1, [])
    page.fill_and_send(form=address)
    session.expire_all()
    after = session.get_one(Resident, resident_id)
    assert ([phone.number for phone in after.phones], after.gate_code) == (["+48601100200"], "77#")


def test_what_only_i_changed_is_not_said_to_have_changed_meanwhile(desk: Any, session: Session) -> None:
    resident_id = make_resident(session, phones=["600 100 200"]).id
    form = f"/osoby/{resident_id}/zmien"
    desk.get(form)
    session.get_one(Resident, resident_id).personal_code_at = now()  # a letter went out: no field of the form
    session.commit()
    desk.fill_and_send(floor="3", form=form)
    assert "Zapisano zmiany." in desk.text


def test_editing_keeps_what_was_not_touched(desk: Any, session: Session) -> None:
    desk.get("/osoby/nowa").fill_and_send(TYPED, button="Zapisz")
    before = only_resident(session)
    resident_id, pesel = before.id, before.pesel
    desk.get(f"/osoby/{resident_id}/zmien").fill_and_send(floor="3", form=f"/osoby/{resident_id}/zmien")
    after = only_resident(session)
    assert (after.floor, after.pesel, after.first_name, len(after.phones), after.gate_code) == (
        "3",
        pesel,
        "Jadwiga",
        2,
        "12#34",
    )
    changed = session.scalars(select(JournalEntry).where(JournalEntry.deed == "resident_changed")).one()
    assert changed.details == {"changed": ["floor"]}


def test_reading_a_card_is_journalled(desk: Any, session: Session) -> None:
    resident_id = make_resident(session).id
    session.commit()
    desk.get(f"/osoby/{resident_id}")
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.deed, entry.resident_id, entry.actor_kind) == ("resident_read", resident_id, "staff")


def test_a_pesel_is_masked_until_asked_for_and_asking_is_journalled(desk: Any, session: Session) -> None:
    resident_id = make_resident(session, pesel=PESEL).id
    session.commit()
    desk.get(f"/osoby/{resident_id}")
    assert PESEL not in desk.main
    assert f"*******{PESEL[-4:]}" in desk.main
    with desk.showing_pesel():
        desk.fill_and_send(form=f"/osoby/{resident_id}/pesel")
    assert PESEL in desk.main
    deeds = [entry.deed for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert deeds == ["resident_read", "pesel_shown"]


def test_the_letter_is_a_pdf_and_its_code_replaces_the_old_one(desk: Any, session: Session) -> None:
    resident_id = make_resident(session).id
    session.commit()
    hashes = []
    for _ in range(2):
        desk.get(f"/osoby/{resident_id}/list").fill_and_send(form=f"/osoby/{resident_id}/list")
        assert desk.response.mimetype == "application/pdf"
        assert desk.body.startswith(b"%PDF-")
        assert b"/MarkInfo" in desk.body or b"StructTreeRoot" in desk.body
        hashes.append(session.get_one(Resident, resident_id).personal_code_hash)
    assert hashes[0] != hashes[1]
    assert "unieważnia" in desk.get(f"/osoby/{resident_id}/list").main


@pytest.mark.parametrize("role", ["operator", "coordinator", "manager", "administrator"])
def test_these_roles_keep_the_register(page: Any, session: Session, role: str) -> None:
    resident_id = make_resident(session).id
    page.sign_in("staff", staff_member(session, role))
    for path in (
        "/osoby",
        "/osoby/nowa",
        f"/osoby/{resident_id}",
        f"/osoby/{resident_id}/zmien",
        f"/osoby/{resident_id}/list",
    ):
        page.get(path)


def test_an_auditor_reads_and_changes_nothing(page: Any, session: Session) -> None:
    resident_id = make_resident(session).id
    page.sign_in("staff", staff_member(session, "auditor"))
    page.get(f"/osoby/{resident_id}")
    page.get(f"/osoby/{resident_id}/przedstawiciele")
    for path in (
        "/osoby/nowa",
        f"/osoby/{resident_id}/zmien",
        f"/osoby/{resident_id}/list",
        f"/osoby/{resident_id}/dane.zip",
    ):
        page.get(path, status=403)
    for path in (
        f"/osoby/{resident_id}/pesel",
        f"/osoby/{resident_id}/przedstawiciele",
        f"/osoby/{resident_id}/ogranicz",
    ):
        page.post(path, status=403)


@pytest.mark.parametrize("role", ["driver", "clerk", "caps_coordinator"])
def test_drivers_and_others_never_open_the_register(page: Any, session: Session, role: str) -> None:
    resident_id = make_resident(session).id
    page.sign_in("staff", staff_member(session, role))
    for path in ("/osoby", "/osoby/nowa", f"/osoby/{resident_id}", f"/osoby/{resident_id}/zmien"):
        page.get(path, status=403)


def test_a_resident_never_opens_the_register(page: Any, session: Session) -> None:
    resident_id = make_resident(session).id
    session.commit()
    page.sign_in("resident", resident_id)
    page.get(f"/osoby/{resident_id}", status=403)
    page.get("/osoby?q=kow", status=403)


def test_another_feature_adds_a_panel(desk: Any, app: Any, session: Session) -> None:
    from markupsafe import Markup

    resident_id = make_resident(session).id
    session.commit()
    app.extensions["resident_panels"].append(lambda _session, resident: ("Przejazdy tej osoby", Markup("<p>Dwa.</p>")))
    try:
        assert "Przejazdy tej osoby" in desk.get(f"/osoby/{resident_id}").main
    finally:
        app.extensions["resident_panels"].pop()


def test_a_second_click_does_not_register_twice(desk: Any, session: Session, clock: Clock) -> None:
    desk.get("/osoby/nowa")
    fields = {name: values[0] for name, values in desk.fields("/osoby/nowa").items()}
    desk.post("/osoby/nowa", {**fields, **TYPED})
    desk.post("/osoby/nowa", {**fields, **TYPED})
    assert desk.h1 == "Jadwiga Próbna-Żak"
    assert len(session.scalars(select(Resident)).all()) == 1
