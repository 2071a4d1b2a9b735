"""Taking requests for accessibility, answering them in their terms, reviewing the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.database import discard
from services_app.duties.labels import SAID_TO_REQUESTER
from services_app.duties.models import AccessibilityRequest, AccessibilityStep, StatementReview
from services_app.duties.policy.accessibility import answer_due, answer_verdict
from services_app.duties.queries.accessibility import key_of
from services_app.duties.terms import OPEN_REQUESTS, AnswerBy, RequestChannel, RequestState, ReviewOutcome
from services_app.journal.actions import Actor, record
from services_app.messaging.actions import queue_message
from services_app.messaging.terms import Channel, Recipient
from services_app.verdict import Reason, Verdict
from services_app.web.links import whole_address
from services_app.web.throttle import count_try
from services_app.wording import N_

TRIES_OF_AN_ADDRESS, ADDRESS_MINUTES = 10, 60
"""A library or a day home sits behind one address."""
TRIES_OF_A_CONTACT, CONTACT_MINUTES = 3, 12 * 60
"""Nobody can have a stranger's phone rung again and again."""
KEPT_IN_OUTBOX_DAYS = 14

_CHANNELS = {AnswerBy.E_MAIL: Channel.E_MAIL, AnswerBy.SMS: Channel.SMS, AnswerBy.CALL: Channel.CALL}
_KNOWS_ALREADY = (RequestChannel.PAGE, RequestChannel.PHONE, RequestChannel.IN_PERSON)
"""Who saw or heard the number at once is not called or written to just to hear it again."""


@dataclass(frozen=True)
class Asked:
    """What a requester says."""

    name: str
    answer_by: AnswerBy
    place: str
    barrier: str
    wish: str = ""
    phone: str = ""
    e_mail: str = ""
    address: str = ""
    language: str = "pl"

    @property
    def contact(self) -> str:
        """Where the answer goes."""
        return {AnswerBy.E_MAIL: self.e_mail, AnswerBy.LETTER: self.address}.get(self.answer_by, self.phone)


def throttle_verdict(session: Session, asked: Asked, *, address: str, now: datetime) -> Verdict:
    """Count one more sending of the public form, for its network address and for the contact it names."""
    free = count_try(session, f"accessibility|{address}", limit=TRIES_OF_AN_ADDRESS, minutes=ADDRESS_MINUTES, now=now)
    contact = " ".join(asked.contact.casefold().split())
    free &= count_try(
        session, f"accessibility to|{contact}", limit=TRIES_OF_A_CONTACT, minutes=CONTACT_MINUTES, now=now
    )
    if free:
        return Verdict()
    return Verdict.of(
        [
            Reason(
                "TOO_MANY",
                N_("Wysłano już kilka żądań. Zadzwoń do nas albo spróbuj później. Nic, co wpisano, nie zginęło."),
            )
        ]
    )


def receive_request(
    session: Session,
    asked: Asked,
    channel: RequestChannel,
    *,
    by: Actor,
    now: datetime,
    received_on: date | None = None,
) -> AccessibilityRequest:
    """Enter a request; its seven days run from ``received_on`` (today when left out). The requester is told its number and terms."""
    on = received_on or day_of(now)
    request = AccessibilityRequest(
        name=asked.name, answer_by=asked.answer_by, phone=asked.phone or None, e_mail=asked.e_mail or None, address=asked.address or None,
        language=asked.language, place=asked.place, barrier=asked.barrier, wish=asked.wish or None, channel=channel, received_on=on,
        received_at=now, entered_by_id=by.id if by.kind == "staff" else None, due_on=answer_due(on),
    )  # fmt: skip
    session.add(request)
    session.flush()
    knows = channel in _KNOWS_ALREADY and asked.answer_by in (AnswerBy.CALL, AnswerBy.LETTER)
    step = _add_step(session, request, RequestState.RECEIVED, "", None, by=by, now=now, told=not knows)
    if not knows:
        values = {"number": request.number, "answer_day": request.due_on, "link": link_of(request)}
        _tell(session, request, "accessibility_received", values, step, now=now)
    details = {"channel": channel.value, "due_on": request.due_on.isoformat()}
    record(session, "accessibility_request_received", _subject(request), by=by, now=now, details=details)
    return request


def answer_request(
    session: Session, request_id: int, answer: RequestState, words: str, new_on: date | None, *, by: Actor, now: datetime
) -> Verdict:  # fmt: skip
    """Answer a request, or put it off with a reason and a new day; the requester is told the way they chose."""
    query = select(AccessibilityRequest).where(AccessibilityRequest.id == request_id)
    request = session.scalars(query.with_for_update()).one()
    verdict = answer_verdict(request.state, answer, words, new_on, request.received_on, today=day_of(now))
    if not verdict.allowed:
        discard(session)
        return verdict
    request.state = answer
    if answer in OPEN_REQUESTS and new_on is not None:
        request.due_on = new_on
    else:
        new_on, request.closed_at = None, now
    step = _add_step(session, request, answer, words, new_on, by=by, now=now, told=True)
    said = Reason(answer.value, SAID_TO_REQUESTER[answer])
    values = {"number": request.number, "what": said, "answer": words, "answer_day": new_on, "link": link_of(request)}
    _tell(session, request, "accessibility_answered", values, step, now=now)
    details = {"answer": answer.value, "due_on": request.due_on.isoformat()}
    record(session, "accessibility_request_answered", _subject(request), by=by, now=now, details=details)
    return verdict


def link_of(request: AccessibilityRequest) -> str:
    """The whole address of the requester's own page."""
    return whole_address("accessibility.accessibility_status", key=key_of(request.id))


def _subject(request: AccessibilityRequest) -> tuple[str, int]:
    return ("accessibility_request", request.id)


def _add_step(
    session: Session, request: AccessibilityRequest, state: RequestState, words: str, new_on: date | None, *, by: Actor, now: datetime,
    told: bool,
) -> AccessibilityStep:  # fmt: skip
    step = AccessibilityStep(
        request_id=request.id, at=now, state=state, words=words, new_on=new_on, by_id=by.id if by.kind == "staff" else None,
        by_letter=told and request.answer_by is AnswerBy.LETTER,
    )  # fmt: skip
    session.add(step)
    session.flush()
    session.expire(request, ["steps"])
    return step


def _tell(
    session: Session, request: AccessibilityRequest, kind: str, values: dict[str, object], step: AccessibilityStep, *, now: datetime
) -> None:  # fmt: skip
    """By message or call; a letter is the task that the step itself is."""
    channel = _CHANNELS.get(request.answer_by)
    if channel is None:
        return
    contact = request.e_mail if channel is Channel.E_MAIL else request.phone
    told = Recipient("accessibility", request.id, request.name, request.language, channel, contact or "")
    queue_message(
        session, kind, told, {name: value for name, value in values.items() if value}, dedupe_key=f"accessibility:{step.id}", now=now,
        expires_at=now + timedelta(days=KEPT_IN_OUTBOX_DAYS), subject=_subject(request),
    )  # fmt: skip


def mark_letter_sent(session: Session, step_id: int, *, by: Actor, now: datetime) -> bool:
    """A letter was posted; False when somebody has noted it already."""
    step = session.scalar(select(AccessibilityStep).where(AccessibilityStep.id == step_id).with_for_update())
    if step is None or not step.by_letter or step.letter_sent_at is not None:
        discard(session)
        return False
    step.letter_sent_at, step.letter_sent_by_id = now, by.id
    record(session, "accessibility_letter_sent", ("accessibility_request", step.request_id), by=by, now=now)
    return True


def record_statement_review(
    session: Session, reviewed_on: date, outcome: ReviewOutcome, findings: str, *, by: Actor, now: datetime
) -> StatementReview:
    """Note that the accessibility statement was reviewed; its page names the day from now on."""
    review = StatementReview(reviewed_on=reviewed_on, outcome=outcome, findings=findings or None, by_id=by.id, at=now)
    session.add(review)
    session.flush()
    details = {"reviewed_on": reviewed_on.isoformat(), "outcome": outcome.value}
    record(session, "statement_reviewed", ("statement_review", review.id), by=by, now=now, details=details)
    return review
