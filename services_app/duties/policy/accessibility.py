"""The terms of a request for digital accessibility (act of 4 April 2019, art. 18) and of the statement (art. 11). Calendar days. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from services_app.duties.terms import (
    OPEN_REQUESTS,
    REQUEST_DAYS,
    REQUEST_MONTHS,
    REVIEW_DAY,
    REVIEW_MONTH,
    REVIEW_REMINDED_MONTH,
    AnswerBy,
    RequestState,
)
from services_app.verdict import Reason, Verdict
from services_app.wording import N_
from services_app.workdays import months_after


def answer_due(received_on: date) -> date:
    """The last day to answer: seven days (art. 18), the day of receiving not counted; a day off does not move it."""
    return received_on + timedelta(days=REQUEST_DAYS)


def latest_due(received_on: date) -> date:
    """The last day a delayed answer may be put off to: two months from the request (art. 18), or the month's last day."""
    return months_after(received_on, REQUEST_MONTHS)


def contact_verdict(answer_by: AnswerBy, phone: str, mobile: bool, e_mail: str, address: str) -> Verdict:
    """Whether somebody can be answered the way they chose: it needs its own contact.

    The house's own rule: an answer within seven days (act of 4 April 2019, art. 18) must have somewhere to go.
    """
    if answer_by is AnswerBy.E_MAIL and not e_mail:
        return Verdict.of([Reason("E_MAIL_NEEDED", N_("Podaj adres e-mail albo wybierz inny sposób odpowiedzi."))])
    if answer_by in (AnswerBy.SMS, AnswerBy.CALL) and not phone:
        return Verdict.of([Reason("PHONE_NEEDED", N_("Podaj numer telefonu albo wybierz inny sposób odpowiedzi."))])
    if answer_by is AnswerBy.SMS and not mobile:
        words = N_("Na telefon stacjonarny nie wyślemy SMS-a. Podaj komórkę albo wybierz rozmowę.")
        return Verdict.of([Reason("MOBILE_NEEDED", words)])
    if answer_by is AnswerBy.LETTER and not address:
        words = N_("Podaj adres, na który wyślemy list, albo wybierz inny sposób odpowiedzi.")
        return Verdict.of([Reason("ADDRESS_NEEDED", words)])
    return Verdict()


def answer_verdict(
    state: RequestState, answer: RequestState, words: str, new_on: date | None, received_on: date, *, today: date
) -> Verdict:
    """Whether a request may be answered like this (art. 18: a delay or a refusal has its reason): every reason against."""
    return Verdict.of(_against(state, answer, words, new_on, received_on, today))


def _against(
    state: RequestState, answer: RequestState, words: str, new_on: date | None, received_on: date, today: date
) -> Iterator[Reason]:
    if state not in OPEN_REQUESTS:
        yield Reason("ANSWERED", N_("Na to żądanie już odpowiedziano."))
    if not words.strip():
        yield Reason("WORDS_NEEDED", N_("Napisz, co odpowiadamy tej osobie. Przy odmowie i opóźnieniu podaj powód."))
    if answer is not RequestState.DELAYED:
        return
    if new_on is None:
        yield Reason("DAY_NEEDED", N_("Podaj nowy termin."))
        return
    if new_on <= today:
        yield Reason("DAY_PAST", N_("Nowy termin musi być po dzisiejszym dniu."))
    latest = latest_due(received_on)
    if new_on > latest:
        words_late = N_("Nowy termin może być najpóźniej za 2 miesiące od żądania, czyli {day}.")
        yield Reason("DAY_LATE", words_late, {"day": latest})


def review_due(last_on: date) -> date:
    """Until when the statement must be reviewed again: 31 March of the year after it was made or last reviewed (art. 11)."""
    return date(last_on.year + 1, REVIEW_MONTH, REVIEW_DAY)


def review_reminded(last_on: date, *, today: date) -> bool:
    """Whether the morning view speaks of the review: from 1 February of the year it is due."""
    return today >= review_due(last_on).replace(month=REVIEW_REMINDED_MONTH, day=1)
