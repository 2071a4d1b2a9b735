"""One box finds a person by whatever the operator hears."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from services_app.clock import today
from services_app.database import db
from services_app.residents.queries import found_residents
from services_app.residents.queries.people import search_query
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.residents.conftest import staff_member


@pytest.fixture
def people(session: Session) -> dict[str, int]:
    lucja = make_resident(
        session,
        "Łucja",
        "Święcicka-Żak",
        phones=["600 100 200", "41 331 25 24"],
        street="Świętokrzyska",
        house_number="12A",
    )
    jan = make_resident(session, "Jan", "Kowalski", phones=["512 643 274"], street="Zagórska", house_number="7")
    anna = make_resident(session, "Anna", "Kowalczyk", phones=["41 362 68 82"], street="Zagórska", house_number="70")
    return {"lucja": lucja.id, "jan": jan.id, "anna": anna.id}


def found(session: Session, text: str) -> set[int]:
    return {resident.id for resident in found_residents(session, text, today=today()).rows}


@pytest.mark.parametrize(
    "text",
    [
        "święcicka",
        "swiecicka",
        "SWIEC",
        "zak lucja",
        "Łucja Święcicka-Żak",
        "swiecicka-zak",
        "luc swi",
        "600100200",
        "600 100 200",
        "+48 600 100 200",
        "0048600100200",
        "48600100200",
        "100 200",
        "0100200",
        "(600) 100-200",
        "41 331 25 24",
        "0 41 331 25 24",
        "331 25 24",
        "2524",
        "świętokrzyska 12",
        "ul. Swietokrzyska 12a",
        "Świętokrzyska 12a/22",
        "świętokrzyska 12 / 5",
        "swietokrz lucja",
        "  łucja   zak ",
    ],
)
def test_a_person_is_found_however_the_operator_writes_it(session: Session, people: dict[str, int], text: str) -> None:
    assert found(session, text) == {people["lucja"]}


def test_a_common_beginning_finds_everybody_in_dictionary_order(session: Session, people: dict[str, int]) -> None:
    rows = found_residents(session, "kow", today=today()).rows
    assert [row.id for row in rows] == [people["anna"], people["jan"]]


def test_whose_whole_name_was_typed_stands_before_whose_name_only_begins_or_ends_so(session: Session) -> None:
    names = ["Chmurna-Próbna", "Próbna-Żak", "Próbnas", "Próbna"]
    ids = {name: make_resident(session, "Ewa", name).id for name in names}
    wanted = ["Próbna", "Próbna-Żak", "Chmurna-Próbna", "Próbnas"]
    for typed in ("probna", "PRÓBNA", "ewa próbna", "probna ewa"):
        assert [row.id for row in found_residents(session, typed, today=today()).rows] == [ids[name] for name in wanted]
    pages = [
        found_residents(session, "probna", today=today(), page=number, size=1).rows[0].id for number in (1, 2, 3, 4)
    ]
    assert pages == [ids[name] for name in wanted]
    begun = [row.id for row in found_residents(session, "probn", today=today()).rows]
    assert begun == [ids[name] for name in ("Chmurna-Próbna", "Próbna", "Próbna-Żak", "Próbnas")]


def test_the_beginning_of_a_house_number_narrows_a_street(session: Session, people: dict[str, int]) -> None:
    assert found(session, "zagorska 70") == {people["anna"]}
    assert found(session, "zagorska") == {people["anna"], people["jan"]}


def test_a_pesel_finds_its_owner_with_spaces_too(session: Session, people: dict[str, int]) -> None:
    jan = found_residents(session, "kowalski jan", today=today()).rows[0]
    assert jan.pesel is not None
    assert found(session, f" {jan.pesel[:6]} {jan.pesel[6:]} ") == {jan.id}


@pytest.mark.parametrize(
    "text", ["", " ", "k", "123", "%", "_", "''; DROP TABLE residents", "kowalski anna", "\x00", "ł" * 500]
)
def test_too_little_or_nonsense_finds_nobody(session: Session, people: dict[str, int], text: str) -> None:
    assert found(session, text) == set()


def test_a_daughters_number_finds_the_mother(session: Session, people: dict[str, int]) -> None:
    mother = make_resident(session, "Maria", "Lis")
    let_represent(session, make_representative(session, phone="601 222 333"), mother)
    assert found(session, "601 222 333") == {mother.id}


@pytest.mark.parametrize(("days_after", "finds"), [(0, True), (1, False)])
def test_a_daughters_number_finds_the_mother_until_the_last_day_of_the_consent(
    session: Session, days_after: int, finds: bool
) -> None:
    mother, last_day = make_resident(session, "Maria", "Lis"), date(2026, 11, 23)
    let_represent(session, make_representative(session, phone="601 222 333"), mother, valid_until=last_day)
    rows = found_residents(session, "601 222 333", today=last_day + timedelta(days_after)).rows
    assert [row.id for row in rows] == ([mother.id] if finds else [])


def test_a_changed_name_is_found_and_the_old_one_is_not(session: Session, people: dict[str, int]) -> None:
    jan = found_residents(session, "kowalski", today=today()).rows[0]
    jan.last_name = "Wrona"
    jan.find_by_search()
    session.flush()
    assert found(session, "wrona jan") == {jan.id}
    assert found(session, "kowalski") == set()


def test_erased_and_restricted_people_are_not_found(session: Session, people: dict[str, int]) -> None:
    from services_app import clock

    jan = found_residents(session, "kowalski", today=today()).rows[0]
    jan.restricted_at = clock.now()
    session.flush()
    assert found(session, "kowalski") == set()
    assert {row.id for row in found_residents(session, "kowalski", today=today(), restricted_too=True).rows} == {jan.id}


def test_a_list_asks_the_database_as_often_for_three_as_for_thirty(session: Session) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def asked_for(text: str) -> int:
        session.expire_all()
        statements.clear()
        list(found_residents(session, text, today=today()).rows)
        return len(statements)

    for number in range(3):
        make_resident(session, "Ewa", "Trzeba", phones=[f"600 200 1{number:02d}"])
    for number in range(40):
        make_resident(session, "Ewa", "Wielu", phones=[f"600 300 1{number:02d}"])
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert asked_for("trzeba") == asked_for("wielu")
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_page_shows_25_and_says_there_are_more(page: Any, session: Session) -> None:
    for number in range(30):
        make_resident(session, "Ewa", "Wielu", phones=[f"600 300 1{number:02d}"])
    page.sign_in("staff", staff_member(session, "operator"))
    page.get("/osoby?q=wielu")
    assert len(page.rows()) == 25
    page.follow("Następna strona")
    assert len(page.rows()) == 5


def test_nothing_found_says_what_to_try(page: Any, session: Session) -> None:
    page.sign_in("staff", staff_member(session, "auditor"))
    assert "Spróbuj samego nazwiska" in page.get("/osoby?q=niktaki").main


@pytest.mark.slow
def test_ten_thousand_people_are_searched_by_their_words_index(session: Session) -> None:
    from sqlalchemy import insert, text

    from services_app import clock
    from services_app.residents.models import Resident, ResidentSearchWord
    from services_app.residents.policy.search import words_of
    from services_app.wording import sort_key

    firsts = ["Anna", "Maria", "Jan", "Ewa", "Zofia", "Piotr", "Adam", "Helena", "Irena", "Józef"]
    lasts = [
        f"{a}{b}{c}ska"
        for a in ("Kow", "Now", "Wiś", "Lew", "Zie")
        for b in ("al", "ic", "an", "or", "ew")
        for c in "bcdfghklmnprstwz"
    ]
    streets = [f"Ulica{number:03d}" for number in range(300)]
    now = clock.now()
    residents, words = [], []
    for number in range(1, 10_001):
        first, last, street = firsts[number % 10], lasts[number % len(lasts)], streets[number % 300]
        phone = f"+486{number:08d}"
        residents.append(
            {
                "id": number,
                "pesel_hash": str(number),
                "birth_on": now.date(),
                "first_name": first,
                "last_name": last,
                "search_name": "",
                "sort_name": sort_key(f"{last} {first}"),
                "street": street,
                "search_street": "",
                "house_number": "1",
                "town": "Kielce",
                "latitude": 50.0,
                "longitude": 20.0,
                "created_at": now,
                "changed_at": now,
                "version": 1,
            }
        )
        words += [{"resident_id": number, "word": word} for word in words_of(first, last, street, "1", [phone])]
    for start in range(0, len(residents), 5_000):
        session.execute(insert(Resident), residents[start : start + 5_000])
    for start in range(0, len(words), 20_000):
        session.execute(insert(ResidentSearchWord), words[start : start + 20_000])
    session.execute(text("ANALYZE"))
    engine = session.get_bind()
    explain = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    for asked in ("0000 9999", "kowalbska anna", "zofia nowic", "ulica123 jan", "wis"):
        query = search_query(asked, today=today())
        assert query is not None
        said = query.limit(26).compile(engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(str(row[-1]) for row in session.execute(text(f"{explain} {said}")))
        # not everybody's words are read; of many people found PostgreSQL may well read the whole table
        assert not re.search(r"Seq Scan on resident_search_words|SCAN resident", plan), plan
        if asked == "kowalbska anna":  # words few people have never lead through everybody in the order of the list
            assert "ix_residents_sort_name" not in plan, plan
