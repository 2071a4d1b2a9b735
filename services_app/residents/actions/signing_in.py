"""Signing in without a password.

Nothing tells a known person from an unknown one: a code's row is made for every contact, the same questions are asked of the database,
and the message of an unknown contact is written and taken back.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services_app import clock
from services_app.journal.actions import Actor, record
from services_app.messaging.actions import queue_message
from services_app.messaging.terms import Channel, Recipient
from services_app.residents.actions.letters import personal_code_hash
from services_app.residents.models import Representative, Resident, SignInCode
from services_app.residents.policy.codes import new_sign_in_code, read_personal_code
from services_app.residents.queries.people import people_with_contact
from services_app.sealed import lookup_hash
from services_app.verdict import Reason, Verdict
from services_app.web.sessions import open_sign_in
from services_app.web.throttle import count_try, forget_tries, take_back_try
from services_app.wording import N_

ADDRESS_TRIES = 30
"""From one network address in a window: a day centre's visitors share one."""
WRONG_CODES = 20
"""From one network address in a window, whosever codes they are: enough for a day centre full of slips, few for who guesses."""
CODES_A_DAY = 10
"""To one phone or e-mail, so that nobody has a stranger's phone ring all night. Signing in gives none back: whoever asks for codes of a
stranger's number would see by it that somebody uses the number here."""
_LONGEST_DAY_MINUTES = 25 * 60
"""The day in October when the clock is set back."""

TOO_MANY = Reason("TOO_MANY", N_("Za dużo prób. Odczekaj {minutes} minut albo zadzwoń do nas."))
CODES_USED = Reason(
    "CODES_USED", N_("Dziś nie możemy już wysłać kodu na ten numer lub e-mail. Zadzwoń do nas, pomożemy.")
)
CODE_WRONG = Reason("CODE_WRONG", N_("To nie jest właściwy kod. Sprawdź cyfry w wiadomości i wpisz je jeszcze raz."))
CODE_ENDED = Reason("CODE_ENDED", N_("Ten kod już nie działa. Wyślij sobie nowy."))
LETTER_WRONG = Reason(
    "LETTER_WRONG", N_("Kod z listu i data urodzenia nie pasują do siebie. Sprawdź, co wpisano, albo zadzwoń do nas.")
)


@dataclass(frozen=True)
class CodeAnswer:
    """What a code opened: a session's token and whose it is, or those to choose from, or why not."""

    verdict: Verdict = field(default_factory=Verdict)
    person: Resident | Representative | None = None
    token: str = ""
    choice: tuple[Resident | Representative, ...] = ()
    reference: str = ""
    """Names the proved code while one chooses."""


def kind_of(person: Resident | Representative) -> str:
    """``resident`` or ``representative``."""
    return "resident" if isinstance(person, Resident) else "representative"


def _no(reason: Reason, values: Mapping[str, Any] | None = None) -> Verdict:
    return Verdict((Reason(reason.code, reason.message, values or {}),))


def _too_many(settings: Mapping[str, Any]) -> Verdict:
    return _no(TOO_MANY, {"minutes": settings["SIGN_IN_LOCK_MINUTES"]})


def _may_try(session: Session, settings: Mapping[str, Any], key: str, address: str, *, now: datetime) -> bool:
    minutes = int(settings["SIGN_IN_LOCK_MINUTES"])
    of_address = count_try(session, f"sign-in-address:{address}", limit=ADDRESS_TRIES, minutes=minutes, now=now)
    of_contact = count_try(session, key, limit=int(settings["SIGN_IN_TRIES"]), minutes=minutes, now=now)
    return of_address and of_contact


def _contact_key(contact: str) -> str:
    return f"sign-in-contact:{contact}"


def _day_key(contact: str, *, now: datetime) -> str:
    """Each Warsaw day has a counter of its own: what is used up today is free again at midnight."""
    return f"sign-in-day:{clock.day_of(now)}:{contact}"


def _wrong_codes_key(address: str) -> str:
    return f"sign-in-wrong:{address}"


def request_code(
    session: Session, contact: str, *, address: str, language: str, settings: Mapping[str, Any], now: datetime
) -> tuple[str, Verdict]:
    """Make a code and send it when somebody has this contact; returns what names it, the same for everybody.

    ``contact`` is a mobile number (+48…) or an e-mail; ``address`` the network address that asks; ``settings`` the configuration.
    """
    if not _may_try(session, settings, _contact_key(contact), address, now=now):
        return "", _too_many(settings)
    if not count_try(session, _day_key(contact, now=now), limit=CODES_A_DAY, minutes=_LONGEST_DAY_MINUTES, now=now):
        return "", _no(CODES_USED)
    reference, code = secrets.token_urlsafe(24), new_sign_in_code()
    ends_at = now + timedelta(minutes=int(settings["CODE_MINUTES"]))
    row = SignInCode(
        reference=_reference_hash(reference),
        contact=contact,
        code_hash=_code_hash(reference, code),
        created_at=now,
        ends_at=ends_at,
    )
    session.add(row)
    session.flush()
    people = people_with_contact(session, contact, today=clock.day_of(now))
    person = people[0] if people else None
    recipient = Recipient(
        kind_of(person) if person else "resident", person.id if person else 0, person.name if person else "",
        person.language if person else language, Channel.E_MAIL if "@" in contact else Channel.SMS, contact,
    )  # fmt: skip
    with session.begin_nested() as attempt:
        queue_message(
            session, "sign_in_code", recipient, {"code": code, "minutes": int(settings["CODE_MINUTES"])},
            dedupe_key=f"sign_in_code:{row.id}", now=now, expires_at=ends_at, urgent=True, subject=("sign_in_code", row.id),
        )  # fmt: skip
        if person is None:
            attempt.rollback()
    return reference, Verdict()


def _reference_hash(reference: str) -> str:
    return lookup_hash("sign_in_reference", reference)


def _code_hash(reference: str, code: str) -> str:
    return lookup_hash("sign_in_code", f"{reference}|{code}")


def _waiting_code(session: Session, reference: str, *, now: datetime) -> SignInCode | None:
    query = select(SignInCode).where(SignInCode.reference == _reference_hash(reference), SignInCode.ends_at > now)
    return session.scalar(query.where(SignInCode.used_at.is_(None)).with_for_update())


def contact_of_code(session: Session, reference: str) -> str | None:
    """Where a code was sent that opened nothing yet, for whoever asked for it in this browser and begins anew. The same for everybody."""
    query = select(SignInCode.contact).where(SignInCode.reference == _reference_hash(reference))
    return session.scalar(query.where(SignInCode.used_at.is_(None)))


def prove_code(
    session: Session, reference: str, code: str, *, address: str, settings: Mapping[str, Any], now: datetime
) -> CodeAnswer:
    """Take the six digits. The right ones open a session, or a choice when several share the contact.

    Wrong ones are counted for the code and, over all codes, for the network address they come from. Above its limit nothing is looked at.
    """
    row = _waiting_code(session, reference, now=now)
    if row is None or row.proved_at is not None or row.tries >= int(settings["CODE_TRIES"]):
        return CodeAnswer(_no(CODE_ENDED))
    minutes = int(settings["SIGN_IN_LOCK_MINUTES"])
    if not count_try(session, _wrong_codes_key(address), limit=WRONG_CODES, minutes=minutes, now=now):
        return CodeAnswer(_too_many(settings))
    row.tries += 1
    people = people_with_contact(session, row.contact, today=clock.day_of(now))
    if not hmac.compare_digest(row.code_hash, _code_hash(reference, code)) or not people:
        return CodeAnswer(_no(CODE_ENDED if row.tries >= int(settings["CODE_TRIES"]) else CODE_WRONG))
    row.proved_at = now
    take_back_try(session, _wrong_codes_key(address), now=now)
    forget_tries(session, _contact_key(row.contact))
    if len(people) == 1:
        return _signed_in(session, people[0], row, now=now)
    chosen_by = secrets.token_urlsafe(24)
    row.reference = _reference_hash(chosen_by)
    return CodeAnswer(choice=tuple(people), reference=chosen_by)


def waiting_choice(session: Session, reference: str, *, now: datetime) -> tuple[Resident | Representative, ...]:
    """Those to choose from after a right code; none when it ran out."""
    row = _waiting_code(session, reference, now=now)
    return tuple(people_with_contact(session, row.contact, today=clock.day_of(now))) if row and row.proved_at else ()


def choose_person(session: Session, reference: str, chosen: str, *, now: datetime) -> CodeAnswer:
    """Sign in as one of those who share the contact (``resident:7``)."""
    row = _waiting_code(session, reference, now=now)
    if row is None or row.proved_at is None:
        return CodeAnswer(_no(CODE_ENDED))
    for person in people_with_contact(session, row.contact, today=clock.day_of(now)):
        if f"{kind_of(person)}:{person.id}" == chosen:
            return _signed_in(session, person, row, now=now)
    return CodeAnswer(_no(CODE_ENDED))


def _signed_in(
    session: Session, person: Resident | Representative, row: SignInCode | None, *, now: datetime
) -> CodeAnswer:
    if row is not None:
        row.used_at = now
    kind = kind_of(person)
    token = open_sign_in(session, kind, person.id, now=now)
    whose = person.id if isinstance(person, Resident) else None
    how = {"how": "code" if row is not None else "letter"}
    record(session, "signed_in", (kind, person.id), by=Actor(kind, person.id), now=now, resident_id=whose, details=how)
    return CodeAnswer(person=person, token=token)


def sign_in_with_letter(
    session: Session, code: str, birth_on: date, *, address: str, settings: Mapping[str, Any], now: datetime
) -> CodeAnswer:
    """Sign in with the personal code of a letter and the birth date. Guesses are counted by code and by address."""
    read = read_personal_code(code)
    tried = personal_code_hash(read or code)
    if not _may_try(session, settings, f"sign-in-letter:{tried}", address, now=now):
        return CodeAnswer(_too_many(settings))
    query = select(Resident).where(
        Resident.personal_code_hash == tried, Resident.erased_at.is_(None), Resident.restricted_at.is_(None)
    )
    resident = session.scalar(query)
    if resident is None or resident.birth_on != birth_on:
        return CodeAnswer(_no(LETTER_WRONG))
    forget_tries(session, f"sign-in-letter:{tried}")
    return _signed_in(session, resident, None, now=now)


def sweep_sign_in_codes(session: Session, *, now: datetime) -> None:
    """Remove codes that ended: contacts of people we do not know are not kept."""
    session.execute(delete(SignInCode).where(SignInCode.ends_at < now - timedelta(minutes=30)))
