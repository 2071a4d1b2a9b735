"""The terms of a personal data breach, and when its entry is complete. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services_app.duties.terms import CSIRT_TERM, UODO_TERM, BreachKind, Decision, Risk
from services_app.verdict import Reason, Verdict
from services_app.wording import N_


@dataclass(frozen=True)
class BreachFacts:
    """An entry of the register as it stands or as somebody wants it: RODO art. 33(3), 33(5) and 34."""

    found_at: datetime
    happened: str
    when_happened: str = ""
    kinds: tuple[BreachKind, ...] = ()
    people: str = ""
    people_count: int | None = None
    records: str = ""
    records_count: int | None = None
    consequences: str = ""
    measures: str = ""
    risk: Risk | None = None
    uodo_decision: Decision | None = None
    uodo_reason: str = ""
    uodo_told_at: datetime | None = None
    uodo_reference: str = ""
    uodo_late_reason: str = ""
    csirt_decision: Decision | None = None
    csirt_told_at: datetime | None = None
    csirt_reference: str = ""
    people_decision: Decision | None = None
    people_reason: str = ""
    people_told_on: date | None = None
    people_told_how: str = ""


def uodo_due(facts: BreachFacts) -> datetime | None:
    """Until when UODO must be told (RODO art. 33(1)); None when it was told, or need not be."""
    open_question = facts.uodo_decision is not Decision.NOT_NEEDED and facts.uodo_told_at is None
    return facts.found_at + UODO_TERM if open_question else None


def csirt_due(facts: BreachFacts) -> datetime | None:
    """Until when CSIRT must be told; None when it was told, or the incident does not concern it.

    Act of 5 July 2018 on the national cybersecurity system: an incident in a public entity goes to CSIRT NASK within 24 hours. The article
    is not confirmed: the source this rests on names the act and the hours only, and the act changed in 2026.
    """
    open_question = facts.csirt_decision is not Decision.NOT_NEEDED and facts.csirt_told_at is None
    return facts.found_at + CSIRT_TERM if open_question else None


def people_to_tell(facts: BreachFacts) -> bool:
    """Whether the people concerned are still to be told, without undue delay (RODO art. 34(1))."""
    wanted = facts.people_decision is Decision.TELL or (facts.people_decision is None and facts.risk is Risk.HIGH)
    return wanted and facts.people_told_on is None


def entry_verdict(facts: BreachFacts, *, now: datetime) -> Verdict:
    """Whether an entry may be saved like this: every reason against.

    RODO art. 33(1): UODO may stay untold only where there is no risk, and late telling has its reason.
    """
    return Verdict.of(_contradictions(facts, now))


def _contradictions(facts: BreachFacts, now: datetime) -> Iterator[Reason]:
    if facts.found_at > now:
        yield Reason("FOUND_LATER", N_("Stwierdzenie nie może być w przyszłości. Sprawdź dzień i godzinę."))
    if facts.uodo_decision is Decision.NOT_NEEDED and not facts.uodo_reason:
        yield Reason("UODO_REASON", N_("Napisz, dlaczego nie zgłaszamy do UODO."))
    if facts.uodo_decision is Decision.NOT_NEEDED and facts.risk in (Risk.SOME, Risk.HIGH):
        words = N_("Gdy jest ryzyko dla osób, zgłoszenie do UODO jest obowiązkowe. Zmień decyzję albo ocenę ryzyka.")
        yield Reason("UODO_RISK", words)
    if facts.people_decision is Decision.NOT_NEEDED and not facts.people_reason:
        yield Reason("PEOPLE_REASON", N_("Napisz, dlaczego nie zawiadamiamy osób."))
    for code, told_at in (("UODO", facts.uodo_told_at), ("CSIRT", facts.csirt_told_at)):
        if told_at is not None and not facts.found_at <= told_at <= now:
            words = N_("Chwila zgłoszenia ({name}) musi być po stwierdzeniu i nie w przyszłości.")
            yield Reason(f"{code}_WHEN", words, {"name": code})
    told_late = facts.uodo_told_at is not None and facts.uodo_told_at > facts.found_at + UODO_TERM
    if told_late and not facts.uodo_late_reason:
        yield Reason("UODO_LATE", N_("Minęły 72 godziny. Napisz, dlaczego zgłoszono później."))


def closing_verdict(facts: BreachFacts) -> Verdict:
    """Whether all the register must hold is there (RODO art. 33(3), 33(5)), and everybody was told who is to be told."""
    return Verdict.of(_missing(facts))


def _missing(facts: BreachFacts) -> Iterator[Reason]:
    if not facts.kinds:
        yield Reason("KINDS", N_("Zaznacz rodzaj naruszenia."))
    if not facts.people or facts.people_count is None:
        yield Reason("PEOPLE", N_("Podaj kategorie i przybliżoną liczbę osób."))
    if not facts.records or facts.records_count is None:
        yield Reason("RECORDS", N_("Podaj kategorie i przybliżoną liczbę wpisów."))
    if not facts.consequences:
        yield Reason("CONSEQUENCES", N_("Opisz możliwe skutki."))
    if not facts.measures:
        yield Reason("MEASURES", N_("Opisz, co zrobiono."))
    if facts.risk is None:
        yield Reason("RISK", N_("Oceń ryzyko dla osób."))
    if uodo_due(facts) is not None:
        yield Reason("UODO", N_("Zdecyduj o zgłoszeniu do UODO albo zapisz, kiedy zgłoszono."))
    if csirt_due(facts) is not None:
        yield Reason("CSIRT", N_("Zdecyduj o zgłoszeniu do CSIRT albo zapisz, kiedy zgłoszono."))
    if facts.people_decision is None or people_to_tell(facts):
        yield Reason("TELL_PEOPLE", N_("Zdecyduj o zawiadomieniu osób albo zapisz, kiedy zawiadomiono."))
