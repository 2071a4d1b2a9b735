"""Putting people into the register and keeping it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.journal.actions import Actor, record
from services_app.residents import actions
from services_app.residents.actions.locking import locked_resident
from services_app.residents.models import Resident, ResidentPhone
from services_app.residents.policy.rights import told_by_verdict
from services_app.residents.queries.people import LikelySame, document_hash, likely_duplicates, pesel_hash
from services_app.residents.terms import Likeness, PersonDetails, Wishes
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

_GONE = Verdict((Reason("GONE", N_("Tej osoby nie ma już w rejestrze.")),))
"""The code of the refusal after which the form shows what is saved now and may be sent again."""
CERTAIN = frozenset({Likeness.SAME_PESEL, Likeness.SAME_DOCUMENT})


@dataclass(frozen=True)
class RegisterAnswer:
    """What came of saving: the resident, or why not; or those who may be the same person and must be looked at first."""

    resident: Resident | None = None
    verdict: Verdict = field(default_factory=Verdict)
    alike: tuple[LikelySame, ...] = ()


def register_resident(
    session: Session, person: PersonDetails, *, by: Actor, now: datetime, somebody_else: bool = False
) -> RegisterAnswer:
    """Add a person. Those who look the same stop it until somebody says it is another person; the same PESEL or document always does."""
    person = _with_known_street(session, person)
    refused = _refused(session, person, but=None, somebody_else=somebody_else)
    if refused is not None:
        return refused
    resident = Resident(created_at=now)
    if not _written(session, resident, person, now=now):
        return _already_known(session, likely_duplicates(session, person))
    record(session, "resident_registered", ("resident", resident.id), by=by, now=now, resident_id=resident.id)
    return RegisterAnswer(resident)


def change_resident(
    session: Session, resident_id: int, person: PersonDetails, *, by: Actor, now: datetime, somebody_else: bool = False
) -> RegisterAnswer:  # fmt: skip
    """Change what is kept; refused for somebody erased meanwhile."""
    resident = locked_resident(session, resident_id)
    if resident is None:
        return _no(session, _GONE)
    person = _with_known_street(session, person)
    refused = _refused(session, person, but=resident.id, somebody_else=somebody_else)
    if refused is not None:
        return refused
    before = _kept(resident)
    if not _written(session, resident, person, now=now):
        return _already_known(session, likely_duplicates(session, person, but=resident_id))
    changed = sorted(name for name, value in _kept(resident).items() if value != before[name])
    details = {"changed": changed}
    record(
        session, "resident_changed", ("resident", resident.id), by=by, now=now, resident_id=resident.id, details=details
    )
    return RegisterAnswer(resident)


def change_wishes(session: Session, resident_id: int, wishes: Wishes, *, by: Actor, now: datetime) -> RegisterAnswer:
    """What a resident changes online: contact, language, how to be told, how they get about."""
    resident = locked_resident(session, resident_id)
    if resident is None:
        return _no(session, _GONE)
    verdict = told_by_verdict(wishes.told_by, wishes.phones, wishes.e_mail)
    if not verdict.allowed:
        return _no(session, verdict)
    before = _kept(resident)
    _write_wishes(resident, wishes)
    resident.find_by_search()
    resident.changed_at = now
    changed = sorted(name for name, value in _kept(resident).items() if value != before[name])
    details = {"changed": changed}
    record(
        session, "resident_changed", ("resident", resident.id), by=by, now=now, resident_id=resident.id, details=details
    )
    return RegisterAnswer(resident)


def note_pesel_shown(session: Session, resident_id: int, *, by: Actor, now: datetime) -> None:
    """Somebody asked for the whole PESEL: it is noted before it is shown."""
    record(session, "pesel_shown", ("resident", resident_id), by=by, now=now, resident_id=resident_id)


def _no(session: Session, verdict: Verdict) -> RegisterAnswer:
    discard(session)
    return RegisterAnswer(verdict=verdict)


def _refused(session: Session, person: PersonDetails, *, but: int | None, somebody_else: bool) -> RegisterAnswer | None:
    wishes = person.wishes
    verdict = told_by_verdict(wishes.told_by, wishes.phones, wishes.e_mail)
    if but is None and not person.pesel and not person.other_document:
        needed = Reason("NOT_IDENTIFIED", N_("Podaj numer PESEL albo numer innego dokumentu."))
        verdict = verdict.also(Verdict((needed,)))
    if not verdict.allowed:
        return _no(session, verdict)
    alike = tuple(likely_duplicates(session, person, but=but))
    if any(CERTAIN.intersection(one.why) for one in alike):
        return _already_known(session, alike)
    if alike and but is None and not somebody_else:
        discard(session)
        return RegisterAnswer(alike=alike)
    return None


def _already_known(session: Session, alike: Iterable[LikelySame]) -> RegisterAnswer:
    discard(session)
    said = N_("Osoba z tym numerem PESEL lub dokumentem jest już w rejestrze. Otwórz jej kartę.")
    return RegisterAnswer(verdict=Verdict((Reason("ALREADY_KNOWN", said),)), alike=tuple(alike))


def _written(session: Session, resident: Resident, person: PersonDetails, *, now: datetime) -> bool:
    """Write it, unless somebody else saved the same number at this very moment."""
    try:
        with session.begin_nested():
            _write(session, resident, person)
            resident.changed_at = now
            session.add(resident)
            session.flush()
    except IntegrityError:
        return False
    return True


def _with_known_street(session: Session, person: PersonDetails) -> PersonDetails:
    """The street as its register writes it, where it has one: it is read on the driver's sheet, and found under one name."""
    # read at the moment of use: places puts its own in when it is plugged in
    street = actions.street_name(session, person.address.town, person.address.street)
    return replace(person, address=replace(person.address, street=street))


def _kept(resident: Resident) -> dict[str, object]:
    names = [column.key for column in Resident.__table__.columns if column.key not in ("version", "changed_at")]
    kept: dict[str, object] = {name: getattr(resident, name) for name in names}
    kept["phones"] = [(phone.number, phone.note) for phone in resident.phones]
    return kept


def _write(session: Session, resident: Resident, person: PersonDetails) -> None:
    resident.first_name, resident.last_name = person.first_name, person.last_name
    resident.birth_on, resident.sex, resident.notes = person.birth_on, person.sex, person.notes
    if person.pesel and pesel_hash(person.pesel) != resident.pesel_hash:
        resident.pesel, resident.pesel_hash = person.pesel, pesel_hash(person.pesel)
    if person.other_document and document_hash(person.other_document) != resident.other_document_hash:
        resident.other_document, resident.other_document_hash = (
            person.other_document,
            document_hash(person.other_document),
        )
    moved = not resident.street or (resident.town, resident.street, resident.house_number) != (
        person.address.town, person.address.street, person.address.house_number,
    )  # fmt: skip
    for name, value in vars(person.address).items():
        setattr(resident, name, value)
    if moved:
        _place(session, resident)
    _write_wishes(resident, person.wishes)
    resident.find_by_search()


def _place(session: Session, resident: Resident) -> None:
    # read at the moment of use: places puts its own in when it is plugged in
    found = actions.locate(session, resident.town, resident.street, resident.house_number)
    resident.latitude, resident.longitude, resident.place_is_exact = found


def _write_wishes(resident: Resident, wishes: Wishes) -> None:
    for name in ("e_mail", "language", "told_by", "mobility", "assistance", "usual_companion"):
        setattr(resident, name, getattr(wishes, name))
    known = {phone.number: phone for phone in resident.phones}
    phones = []
    for position, wished in enumerate(wishes.phones):
        phone = known.get(wished.number) or ResidentPhone(number=wished.number)
        phone.land_line, phone.note, phone.position = wished.land_line, wished.note or None, position
        phones.append(phone)
    resident.phones = phones
