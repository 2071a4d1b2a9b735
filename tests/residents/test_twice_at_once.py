"""Two who change the register at the same moment: nothing stands twice, nothing typed is lost, nobody meets an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.journal.actions import SYSTEM
from services_app.residents.actions import (
    NewRepresentative,
    RegisterAnswer,
    Representing,
    add_representative,
    adding_online,
    change_resident,
    new_code_for_letter,
    record_representation,
    register_resident,
    restrict_resident,
)
from services_app.residents.models import Representation, Representative, Resident
from services_app.residents.terms import (
    Address,
    ConsentHow,
    PersonDetails,
    RepresentativeKind,
    Scope,
    ToldBy,
    Wishes,
)
from services_app.verdict import Verdict
from tests.at_once import at_once
from tests.factories.residents import make_representative, make_resident, pesel_of

BORN = date(1946, 12, 5)
EWA = NewRepresentative(RepresentativeKind.RELATIVE, "Ewa Nowak", "+48601222333", None)
OTHER = replace(EWA, name="Piotr Lis", phone="+48601222334")
CONSENT = Representing(Scope.BOOK, True, ConsentHow.BY_PHONE)
PERSON = PersonDetails(
    "Jadwiga", "Kowalska", BORN, Address("Zagórska", "12"), Wishes(e_mail="j@poczta.example.pl", told_by=ToldBy.E_MAIL),
    pesel=pesel_of(BORN, 135),
)  # fmt: skip


@pytest.fixture
def jadwiga(session: Session) -> int:
    resident = make_resident(session, phones=["600 100 200"])
    session.commit()
    return resident.id


def codes(answers: list[Any]) -> list[tuple[str, ...]]:
    """What each was refused for, the first one to come through first."""
    verdicts = [answer.verdict if isinstance(answer, RegisterAnswer) else answer for answer in answers]
    return sorted(answer.codes if isinstance(answer, Verdict) else () for answer in verdicts)


def at_the_desk(resident_id: int, who: Callable[[Session], Any]) -> Any:
    with transaction() as writing:
        resident = writing.get_one(Resident, resident_id)
        answer = record_representation(writing, resident, who(writing), CONSENT, by=SYSTEM, now=now(), today=today())
        return answer if isinstance(answer, Verdict) else answer.id


def online(resident_id: int, said: NewRepresentative) -> Any:
    with transaction() as writing:
        resident = writing.get_one(Resident, resident_id)
        answer = add_representative(writing, resident, said, CONSENT, by=SYSTEM, now=now(), today=today())
        return answer if isinstance(answer, Verdict) else answer.id


def consents(session: Session) -> list[Representation]:
    session.rollback()
    return list(session.scalars(select(Representation)))


def test_two_who_record_the_same_relative_record_one_consent(app: Flask, session: Session, jadwiga: int) -> None:
    deeds = [lambda: at_the_desk(jadwiga, lambda _writing: EWA)] * 3 + [lambda: online(jadwiga, EWA)]
    assert codes(at_once(app, deeds)) == [(), *[("ALREADY_REPRESENTS",)] * 3]
    assert len(consents(session)) == 1, "revoking it leaves no other in force"
    assert len(session.scalars(select(Representative)).all()) == 1


def test_two_who_choose_the_same_clinic_record_one_consent(app: Flask, session: Session, jadwiga: int) -> None:
    clinic_id = make_representative(session, "Przychodnia Zdrowie", kind=RepresentativeKind.CLINIC).id
    session.commit()

    def deed() -> Any:
        return at_the_desk(jadwiga, lambda writing: writing.get_one(Representative, clinic_id))

    assert codes(at_once(app, [deed, deed, deed])) == [(), ("ALREADY_REPRESENTS",), ("ALREADY_REPRESENTS",)]
    assert len(consents(session)) == 1


def test_another_name_on_the_same_phone_may_act_too(app: Flask, session: Session, jadwiga: int) -> None:
    namesake = replace(EWA, phone="+48601222339")
    deeds = [
        lambda: at_the_desk(jadwiga, lambda _writing: EWA),
        lambda: at_the_desk(jadwiga, lambda _writing: replace(EWA, name="Piotr Lis")),
        lambda: at_the_desk(jadwiga, lambda _writing: namesake),
    ]
    assert codes(at_once(app, deeds)) == [(), (), ()]


def test_after_the_consent_ended_another_is_recorded(app: Flask, session: Session, jadwiga: int) -> None:
    assert isinstance(at_the_desk(jadwiga, lambda _writing: EWA), int)
    [first] = consents(session)
    first.revoked_at = now()
    session.commit()
    assert isinstance(at_the_desk(jadwiga, lambda _writing: EWA), int)


def test_two_named_at_once_count_toward_what_one_may_have(
    app: Flask, session: Session, jadwiga: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding_online, "MOST_HELD", 1)
    answers = at_once(app, [lambda: online(jadwiga, EWA), lambda: online(jadwiga, OTHER)])
    assert codes(answers) == [(), ("TOO_MANY_HELD",)]
    assert len(consents(session)) == 1


def test_two_who_register_the_same_number_register_one_person(app: Flask, session: Session) -> None:
    session.commit()

    def deed() -> RegisterAnswer:
        with transaction() as writing:
            return register_resident(writing, PERSON, by=SYSTEM, now=now())

    answers = at_once(app, [deed] * 4)
    assert codes(answers) == [(), *[("ALREADY_KNOWN",)] * 3]
    assert all(len(answer.alike) == 1 for answer in answers if answer.resident is None), "whose card to open is said"
    assert len(session.scalars(select(Resident)).all()) == 1


def test_two_cards_never_get_the_same_number(app: Flask, session: Session) -> None:
    ids = [make_resident(session).id, make_resident(session).id]
    session.commit()

    def deed(resident_id: int) -> RegisterAnswer:
        with transaction() as writing:
            return change_resident(writing, resident_id, PERSON, by=SYSTEM, now=now())

    assert codes(at_once(app, [lambda: deed(ids[0]), lambda: deed(ids[1])])) == [(), ("ALREADY_KNOWN",)]
    session.rollback()
    assert sorted(one.e_mail or "" for one in session.scalars(select(Resident))) == ["", "j@poczta.example.pl"]


def test_a_letter_a_restriction_and_a_change_at_once_meet_no_error(app: Flask, session: Session, jadwiga: int) -> None:
    def restrict() -> bool:
        with transaction() as writing:
            return restrict_resident(writing, writing.get_one(Resident, jadwiga), True, by=SYSTEM, now=now())

    def letter() -> str | None:
        with transaction() as writing:
            return new_code_for_letter(writing, writing.get_one(Resident, jadwiga), by=SYSTEM, now=now())

    def change() -> RegisterAnswer:
        with transaction() as writing:
            return change_resident(writing, jadwiga, PERSON, by=SYSTEM, now=now())

    restricted, code, other_code, changed = at_once(app, [restrict, letter, letter, change])
    assert restricted is True
    assert isinstance(code, str)
    assert isinstance(other_code, str)
    assert isinstance(changed, RegisterAnswer)
    assert changed.verdict.allowed
    session.rollback()
    saved = session.get_one(Resident, jadwiga)
    assert saved.restricted_at is not None
    assert saved.personal_code_at is not None


@pytest.mark.parametrize("deed", ["letter", "restriction"])
def test_nothing_is_done_to_somebody_erased_meanwhile(session: Session, jadwiga: int, deed: str) -> None:
    with transaction() as writing:
        resident = writing.get_one(Resident, jadwiga)
        resident.erased_at = now()
    with transaction() as writing:
        resident = writing.get_one(Resident, jadwiga)
        if deed == "letter":
            assert new_code_for_letter(writing, resident, by=SYSTEM, now=now()) is None
        else:
            assert restrict_resident(writing, resident, True, by=SYSTEM, now=now()) is False
    session.expire_all()
    saved = session.get_one(Resident, jadwiga)
    assert (saved.personal_code_hash, saved.restricted_at) == (None, None)
