"""When a period of the file plan is over. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services_app.duties.terms import Kept
from services_app.verdict import Reason, Verdict
from services_app.wording import N_


def ended_before(years: int, *, today: date) -> date:
    """What ended before this day is due: so many whole years are counted from 1 January after the year in which it ended.

    Category B of the file plan (act on archives of 14 July 1983 and the Culture Minister's regulation of 20 October 2015).
    """
    return date(today.year - years, 1, 1)


def rule_verdict(years: int | None, legal_source: str) -> Verdict:
    """Whether anything may be removed: not before the office confirmed a period and where it comes from (RODO art. 5(1)(e))."""
    if years is None or not legal_source:
        words = N_("Najpierw wpisz okres przechowywania i jego źródło. Bez tego niczego nie usuwamy.")
        return Verdict.of([Reason("NO_PERIOD", words)])
    return Verdict()


def same_cut_verdict(shown: date | None, cut: date) -> Verdict:
    """What is confirmed must be what was shown: the period may have been changed meanwhile."""
    if shown == cut:
        return Verdict()
    return Verdict.of([Reason("CHANGED_MEANWHILE", N_("Okres zmienił się w tym czasie. Sprawdź listę jeszcze raz."))])


@dataclass(frozen=True)
class Decided:
    """About one set of somebody's data: erased now (no day) or held until a day, and why."""

    held_until: date | None
    ground: str


PERSONS_SETS = (Kept.RIDE, Kept.MESSAGE, Kept.DATA_REQUEST, Kept.PERSON)
"""The sets of data a person has; the card comes last, for the others stand under it."""


def erasure_verdict(decided: Mapping[Kept, Decided], *, today: date) -> Verdict:
    """Whether an erasure may be decided like this: each set with its ground, a day to come where it is held, the card last.

    RODO art. 17(1): erased unless, art. 17(3)(b), a legal duty holds it; so each set has its own ground. The card last is the house's own
    rule: rides, messages and requests that are held stand under the card, and without it nobody would know whose they are.
    """
    return Verdict.of(_against(decided, today))


def _against(decided: Mapping[Kept, Decided], today: date) -> Iterator[Reason]:
    if any(not one.ground for one in decided.values()):
        yield Reason("GROUND", N_("Przy każdym zbiorze podaj podstawę decyzji."))
    if any(one.held_until is not None and one.held_until <= today for one in decided.values()):
        yield Reason("DAY_PAST", N_("Dzień, do którego trzymamy dane, musi być po dzisiejszym."))
    card, others = decided[Kept.PERSON], [decided[kept] for kept in PERSONS_SETS if kept is not Kept.PERSON]
    if card.held_until is None and any(one.held_until is not None for one in others):
        words = N_(
            "Karty osoby nie można usunąć, gdy trzymamy jej przejazdy, wiadomości albo wnioski. Trzymaj też kartę."
        )
        yield Reason("CARD_LAST", words)
