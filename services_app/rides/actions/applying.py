"""Joining the programme without an account: what came in, and what staff make of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.database import discard
from services_app.journal.actions import Actor, record
from services_app.messaging.actions import queue_message, withdraw_messages
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.messaging.terms import Recipient
from services_app.residents.actions import register_resident
from services_app.residents.models import Resident
from services_app.residents.queries.people import LikelySame, pesel_hash
from services_app.residents.terms import Mobility, PhoneNumber
from services_app.rides.actions.enrolling import STATEMENT, decided_before, enrol
from services_app.rides.actions.locking import Gone, lock_resident
from services_app.rides.labels import NOT_TAKEN
from services_app.rides.models import JoinApplication
from services_app.rides.policy import enrolment_verdict, what_else_helps
from services_app.rides.queries import NoRules, enrolment_of, in_programme, rules_in_force
from services_app.rides.queries.applications import applying_passenger, declared_in, person_from
from services_app.rides.terms import ApplicationState, Channel, Condition, NotTaken
from services_app.verdict import Reason, Verdict
from services_app.web.throttle import count_try
from services_app.wording import N_

TRIES_OF_AN_ADDRESS, ADDRESS_MINUTES = 10, 60
"""A library or a day home sits behind one address."""
TRIES_OF_A_PHONE, PHONE_MINUTES = 3, 12 * 60
"""Nobody can have a stranger's phone rung again and again."""
KEPT_IN_OUTBOX_DAYS = 14

NO_RULES: Final = Reason(
    "NO_RULES", N_("Żadne zasady teraz nie obowiązują. Zgłoszenie przyjmiesz, gdy będą ogłoszone.")
)
NOBODY: Final = Reason("NOBODY", N_("Karty tej osoby nie można teraz otworzyć. Zapytaj administratora."))
WHY_NOT: Final = Reason("WHY_NOT", N_("Zaznacz powód albo wpisz go. Ta osoba go usłyszy."))
TOO_MANY: Final = Reason(
    "TOO_MANY", N_("Wysłano już kilka zgłoszeń. Zadzwoń do nas albo spróbuj później. Nic, co wpisano, nie zginęło.")
)


@dataclass(frozen=True)
class Applied:
    """What the public form says; the applicant is left out when somebody applies for themselves."""

    first_name: str
    last_name: str
    birth_on: date
    pesel: str | None
    phone: PhoneNumber
    street: str
    house_number: str
    flat_number: str | None
    town: str
    mobility: Mobility
    conditions: frozenset[Condition]
    e_mail: str | None = None
    language: str = "pl"
    applicant_name: str | None = None
    applicant_phone: PhoneNumber | None = None


def application_pace_verdict(session: Session, applied: Applied, *, address: str, now: datetime) -> Verdict:
    """Count one more sending, for its network address and for the phone that will hear of it."""
    phone = (applied.applicant_phone or applied.phone).number
    free = count_try(session, f"application|{address}", limit=TRIES_OF_AN_ADDRESS, minutes=ADDRESS_MINUTES, now=now)
    free &= count_try(session, f"application to|{phone}", limit=TRIES_OF_A_PHONE, minutes=PHONE_MINUTES, now=now)
    return Verdict() if free else Verdict((TOO_MANY,))


def receive_application(session: Session, applied: Applied, *, by: Actor, now: datetime) -> JoinApplication:
    """Keep an application until staff decide; the applicant is told its number. Raises ``NoRules``."""
    version, _rules = rules_in_force(session, day_of(now))
    by_whom = applied.applicant_phone
    made = JoinApplication(
        state=ApplicationState.WAITING, received_at=now, language=applied.language, applicant_name=applied.applicant_name,
        applicant_phone=by_whom.number if by_whom else None, applicant_land_line=by_whom is not None and by_whom.land_line,
        pesel=applied.pesel, pesel_hash=pesel_hash(applied.pesel) if applied.pesel else None, birth_on=applied.birth_on,
        first_name=applied.first_name, last_name=applied.last_name, phone=applied.phone.number, land_line=applied.phone.land_line,
        e_mail=applied.e_mail, street=applied.street, house_number=applied.house_number, flat_number=applied.flat_number,
        town=applied.town, mobility=applied.mobility, conditions=sorted(each.value for each in applied.conditions),
        rules_version_id=version.id, statement_text=STATEMENT, reasons=[],
    )  # fmt: skip
    session.add(made)
    session.flush()
    _noted(session, made, "join_application_received", by=by, now=now, for_other=made.for_other)
    _tell(session, made, "application_received", {}, now=now)
    return made


@dataclass(frozen=True)
class Taken:
    """What came of accepting: whose card it is and the enrolment, or why not, or who may be the same person."""

    verdict: Verdict = field(default_factory=Verdict)
    resident_id: int | None = None
    enrolment_id: int | None = None
    alike: tuple[LikelySame, ...] = ()


def accept_as_new(
    session: Session, application_id: int, *, by: Actor, now: datetime, other_document: str | None = None, somebody_else: bool = False
) -> Taken:  # fmt: skip
    """Put the person into the register and declare what they declared. Those who look the same stop it until ``somebody_else`` is said."""
    application, verdict = _held(session, application_id, now=now)
    if not verdict.allowed:
        return _no(session, verdict)
    person = person_from(application, today=day_of(now), other_document=other_document)
    answer = register_resident(session, person, by=by, now=now, somebody_else=somebody_else)
    if answer.resident is None:
        return Taken(answer.verdict, alike=answer.alike)
    return _accepted(session, application, answer.resident, by=by, now=now)


def accept_as_known(session: Session, application_id: int, resident_id: int, *, by: Actor, now: datetime) -> Taken:
    """The person is in the register: enrolled if not in the programme; nothing else of their file changes."""
    application, verdict = _held(session, application_id, now=now)
    if not verdict.allowed:
        return _no(session, verdict)
    try:
        resident = lock_resident(session, resident_id)
    except Gone:
        return _no(session, Verdict((NOBODY,)))
    if resident.restricted_at is not None:
        return _no(session, Verdict((NOBODY,)))
    return _accepted(session, application, resident, by=by, now=now)


def _accepted(session: Session, application: JoinApplication, resident: Resident, *, by: Actor, now: datetime) -> Taken:
    enrolment = enrolment_of(session, resident.id)
    if enrolment is None or not in_programme(enrolment):
        knows = _recipient(application).address in _contacts(resident)
        enrolment = enrol(
            session, resident.id, declared_in(application), by=by, channel=Channel.ONLINE, now=now,
            statement_text=application.statement_text, tell=not knows,
        )  # fmt: skip
    application.resident_id = resident.id
    _decided(application, ApplicationState.ACCEPTED, by=by, now=now)
    withdraw_messages(session, (_KIND, application.id), now=now, because="decided")
    about = update(Message).where(Message.subject_kind == _KIND, Message.subject_id == application.id)
    session.execute(about.values(resident_id=resident.id), execution_options={"synchronize_session": False})
    _noted(session, application, "join_application_accepted", by=by, now=now)
    _tell(session, application, "application_accepted", {}, now=now)
    return Taken(resident_id=resident.id, enrolment_id=enrolment.id)


def _contacts(resident: Resident) -> set[str]:
    """Where the person of the register is reached."""
    return {phone.number for phone in resident.phones} | ({resident.e_mail} if resident.e_mail else set())


def refuse_application(
    session: Session, application_id: int, because: Collection[NotTaken], note: str | None, *, by: Actor, now: datetime
) -> Verdict:
    """Refuse with what the rules say against it, what staff found, and their own words; at least one of the three."""
    application, verdict = _held(session, application_id, now=now)
    if not verdict.allowed:
        return _no(session, verdict).verdict
    _version, rules = rules_in_force(session, day_of(now))
    passenger, today = applying_passenger(application), day_of(now)
    against = enrolment_verdict(rules, passenger, today)
    found = [Reason(each.value.upper(), NOT_TAKEN[each]) for each in NotTaken if each in because]
    if not (against.reasons or found or note):
        return _no(session, Verdict((WHY_NOT,))).verdict
    helps = what_else_helps(rules, passenger, today) if against.reasons else ()
    application.reasons = [
        *({"code": reason.code, "text": reason.text} for reason in [*against.reasons, *found]),
        *([{"code": "NOTE", "text": note}] if note else []), *({"code": "OTHER_HELP", "text": text} for text in helps),
    ]  # fmt: skip
    _decided(application, ApplicationState.REFUSED, by=by, now=now)
    codes = [each["code"] for each in application.reasons]
    _noted(session, application, "join_application_refused", by=by, now=now, codes=codes)
    said = [*against.reasons, *found, *([note] if note else [])]
    withdraw_messages(session, (_KIND, application.id), now=now, because="decided")
    _tell(session, application, "application_refused", {"reasons": said}, now=now)
    return Verdict()


def withdraw_application(session: Session, application_id: int, *, by: Actor, now: datetime) -> Verdict:
    """The applicant does not want it any more: what waits to be sent is taken back, nobody is told."""
    application, verdict = _held(session, application_id, now=now, rules_needed=False)
    if not verdict.allowed:
        return _no(session, verdict).verdict
    _decided(application, ApplicationState.WITHDRAWN, by=by, now=now)
    withdraw_messages(session, (_KIND, application.id), now=now, because="withdrawn")
    _noted(session, application, "join_application_withdrawn", by=by, now=now)
    return Verdict()


def _held(
    session: Session, application_id: int, *, now: datetime, rules_needed: bool = True
) -> tuple[JoinApplication, Verdict]:
    """The application, locked; refused when somebody has decided already, or no rules are in force. Raises ``Gone``."""
    query = select(JoinApplication).where(JoinApplication.id == application_id).with_for_update(of=JoinApplication)
    application = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if application is None:
        raise Gone(f"application {application_id}")
    if not application.is_waiting:
        return application, Verdict((decided_before(session, application.decided_by_id, application.decided_at),))
    try:
        rules_in_force(session, day_of(now))
    except NoRules:
        return application, Verdict((NO_RULES,) if rules_needed else ())
    return application, Verdict()


def _no(session: Session, verdict: Verdict) -> Taken:
    discard(session)
    return Taken(verdict)


def _decided(application: JoinApplication, state: ApplicationState, *, by: Actor, now: datetime) -> None:
    application.state, application.decided_at, application.decided_by_id = state, now, by.id


_KIND: Final = "join_application"


def _noted(
    session: Session, application: JoinApplication, deed: str, *, by: Actor, now: datetime, **details: Any
) -> None:
    record(session, deed, (_KIND, application.id), by=by, now=now, resident_id=application.resident_id, details=details)


def _recipient(application: JoinApplication, *, in_full: bool = False) -> Recipient:
    """Who applied, by SMS or e-mail, a land line alone by a call; ``in_full``: what does not fit an SMS rather by e-mail."""
    name = application.applicant_name or application.name
    own = (application.phone, application.land_line)
    phone, land_line = (
        (application.applicant_phone, application.applicant_land_line) if application.applicant_phone else own
    )
    if application.e_mail and (land_line or in_full):
        through, address = ToldThrough.E_MAIL, application.e_mail
    else:
        through, address = ToldThrough.CALL if land_line else ToldThrough.SMS, phone
    return Recipient(_KIND, application.id, name, application.language, through, address)


def _tell(
    session: Session, application: JoinApplication, kind: str, values: dict[str, object], *, now: datetime
) -> None:
    recipient = _recipient(application, in_full=bool(values))
    queue_message(
        session, kind, recipient, {"number": application.number, **values}, dedupe_key=f"{kind}:{application.id}", now=now,
        expires_at=now + timedelta(days=KEPT_IN_OUTBOX_DAYS), subject=(_KIND, application.id), resident_id=application.resident_id,
    )  # fmt: skip


def phone_of_applicant(session: Session, application_id: int) -> str | None:
    """Where an applicant can be called when a message did not arrive."""
    found = session.get(JoinApplication, application_id)
    return None if found is None else (found.applicant_phone or found.phone or None)


def blank_applications(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Take from applications who applied, for whom and what they said, and the messages about them; states, days and codes stay.

    What still waited ends as withdrawn: there is nobody left to call.
    """
    query = select(JoinApplication).where(JoinApplication.id.in_(list(ids))).with_for_update(of=JoinApplication)
    for one in session.scalars(query):
        one.first_name = one.last_name = one.phone = one.street = one.house_number = one.town = ""
        one.applicant_name = one.applicant_phone = one.pesel = one.pesel_hash = one.e_mail = one.flat_number = None
        one.birth_on = one.birth_on.replace(month=1, day=1)
        one.mobility, one.conditions = Mobility.WALKS, []
        one.reasons = [{"code": reason["code"], "text": ""} for reason in one.reasons]
        one.blanked_at = now
        if one.is_waiting:
            one.state, one.decided_at = ApplicationState.WITHDRAWN, now
    gone = delete(Message).where(Message.subject_kind == _KIND, Message.subject_id.in_(list(ids)))
    session.execute(gone, execution_options={"synchronize_session": False})
    session.flush()
