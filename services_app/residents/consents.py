"""The texts people agree to, by version: an old version stays readable for as long as a consent refers to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services_app.residents.terms import Scope
from services_app.wording import N_


@dataclass(frozen=True)
class ConsentText:
    """One version of a text: since when it is read out or shown, what it is called and what it says (Polish, marked for translation)."""

    version: str
    since: date
    name: str
    text: str

    @property
    def number(self) -> str:
        """Which version of this text it is, as people count: 1, 2, …"""
        return self.version.rpartition("-")[2]


_REPRESENTATION = {
    Scope.BOOK: (
        ConsentText(
            "representation-book-1", date(2026, 11, 1), N_("Zgoda na zamawianie przejazdów"),
            N_(
                "Zgadzam się, żeby ta osoba lub instytucja zamawiała, zmieniała i odwoływała moje przejazdy i widziała je. "
                "Ośrodek może z nią o nich rozmawiać. Zgodę mogę cofnąć w każdej chwili, a to, co zrobiono wcześniej, pozostaje ważne."
            ),
        ),
    ),
    Scope.SEE: (
        ConsentText(
            "representation-see-1", date(2026, 11, 1), N_("Zgoda na wgląd w przejazdy"),
            N_(
                "Zgadzam się, żeby ta osoba lub instytucja widziała moje przejazdy. Nie może ich zmieniać. "
                "Zgodę mogę cofnąć w każdej chwili."
            ),
        ),
    ),
    Scope.TOLD: (
        ConsentText(
            "representation-told-1", date(2026, 11, 1), N_("Zgoda na wiadomości o przejazdach"),
            N_(
                "Zgadzam się, żeby ta osoba lub instytucja dostawała wiadomości o moich przejazdach. "
                "Zgodę mogę cofnąć w każdej chwili."
            ),
        ),
    ),
}  # fmt: skip


def consent_text(scope: Scope, *, today: date) -> ConsentText:
    """The text in force for a scope."""
    texts = _REPRESENTATION[scope]
    return max((text for text in texts if text.since <= today), key=lambda text: text.since, default=texts[0])


def consent_by_version(version: str) -> ConsentText | None:
    """The text a recorded consent refers to; None for a version nobody knows."""
    return next((text for texts in _REPRESENTATION.values() for text in texts if text.version == version), None)
