"""What the readable copy of one's data prints: each table as a section, each column by a Polish label or left out with a reason.

The machine-readable copy beside it holds every column. Here stand the tables of the register and of what lies below it (messages,
sign-ins, the journal); a feature above adds its own with :func:`add_sections`. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services_app.journal import labels as journal
from services_app.messaging.labels import CHANNELS, STATES, failure_in_words
from services_app.messaging.shipped import KINDS
from services_app.residents import labels
from services_app.residents.consents import consent_by_version
from services_app.staff.labels import device_in_words
from services_app.wording import N_, CalendarDay

Words = Mapping[Any, str] | Callable[[Any], Any]
"""What a stored value is called: a table of labels, or what makes texts, days and moments of it (a list of them for several)."""


@dataclass(frozen=True)
class Field:
    """A printed column: its label, and the words of its values where these are codes."""

    label: str
    words: Words | None = None

    def said(self, value: Any) -> Any:
        """The value as it is to be read, its texts marked for translation; None when there is nothing to say."""
        if self.words is None:
            return value
        return self.words(value) if callable(self.words) else self.words.get(value)


@dataclass(frozen=True)
class Section:
    """One table in the copy."""

    title: str
    fields: Mapping[str, Field]
    """In the order they are printed."""
    left_out: Mapping[str, str]
    """The other columns of the copy for machines, each with why nobody needs to read it."""
    place: int = 50
    """Where it stands among the sections: lower comes first."""
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """A name in place of a key: the field, the column with the key, the column of the other table that names the row."""


ROW: Final = "a number of a row"
OWNER: Final = "the person whose copy this is"
STAFF: Final = "a number of an account of staff"
WORKINGS: Final = "how the system did its work"
SAID_ELSEWHERE: Final = "another section or field says it"
_ROW = {"id": ROW, "resident_id": OWNER}

_sections: dict[str, Section] = {}
_not_on_paper: dict[str, str] = {}


def add_sections(sections: Mapping[str, Section], not_on_paper: Mapping[str, str] | None = None) -> None:
    """Print tables of a feature; ``not_on_paper``: its tables that are only in the copy for machines, each with why."""
    _sections.update(sections)
    _not_on_paper.update(not_on_paper or {})


def sections() -> dict[str, Section]:
    """Every section by the name of its table, in the order of the paper."""
    return dict(sorted(_sections.items(), key=lambda item: item[1].place))


def not_on_paper() -> dict[str, str]:
    """The tables that are only in the copy for machines, each with why."""
    return dict(_not_on_paper)


def _kind_of_message(kind: str) -> str | None:
    return KINDS[kind].label if kind in KINDS else None


def _consent(version: str) -> str | None:
    text = consent_by_version(version)
    return None if text is None else text.text


RECIPIENTS: Final = {**journal.ACTOR_KINDS, "join_application": N_("osoba ze zgłoszenia")}

add_sections(
    {
        "residents": Section(
            N_("Dane osobowe"),
            {
                "first_name": Field(N_("Imię")),
                "last_name": Field(N_("Nazwisko")),
                "pesel": Field(N_("PESEL")),
                "other_document": Field(N_("Inny dokument")),
                "birth_on": Field(N_("Data urodzenia"), CalendarDay.of),
                "sex": Field(N_("Płeć"), labels.SEXES),
                "street": Field(N_("Ulica")),
                "house_number": Field(N_("Numer domu")),
                "flat_number": Field(N_("Numer mieszkania")),
                "postcode": Field(N_("Kod pocztowy")),
                "town": Field(N_("Miejscowość")),
                "staircase": Field(N_("Klatka")),
                "floor": Field(N_("Piętro")),
                "has_lift": Field(N_("Winda")),
                "gate_code": Field(N_("Kod do bramy")),
                "driver_note": Field(N_("Uwagi dla kierowcy")),
                "latitude": Field(N_("Szerokość geograficzna")),
                "longitude": Field(N_("Długość geograficzna")),
                "place_is_exact": Field(N_("Położenie dokładne")),
                "e_mail": Field(N_("E-mail")),
                "language": Field(N_("Język"), labels.LANGUAGES),
                "told_by": Field(N_("Sposób powiadamiania"), labels.TOLD_BY),
                "mobility": Field(N_("Poruszanie się"), labels.MOBILITIES),
                "assistance": Field(N_("Pomoc kierowcy"), labels.ASSISTANCES),
                "usual_companion": Field(N_("Kto zwykle towarzyszy")),
                "notes": Field(N_("Uwagi")),
                "personal_code_at": Field(N_("Osobisty kod wydano")),
                "created_at": Field(N_("Utworzono")),
                "changed_at": Field(N_("Zmieniono")),
                "restricted_at": Field(N_("Ograniczono przetwarzanie")),
                "erased_at": Field(N_("Usunięto dane")),
            },
            {"id": ROW},
            place=10,
        ),
        "resident_phones": Section(
            N_("Telefony"),
            {"number": Field(N_("Numer")), "land_line": Field(N_("Telefon stacjonarny")), "note": Field(N_("Uwaga"))},
            {**_ROW, "position": "the order of the list"},
            place=11,
        ),
        "representatives": Section(
            N_("Kto może działać w Twoim imieniu"),
            {"name": Field(N_("Kto")), "kind": Field(N_("Kim jest"), labels.REPRESENTATIVE_KINDS)},
            {"id": ROW},
            place=12,
        ),
        "representations": Section(
            N_("Zgody na działanie w Twoim imieniu"),
            {
                "said_name": Field(N_("Kto, Twoimi słowami")),
                "said_kind": Field(N_("Kim jest, Twoimi słowami"), labels.REPRESENTATIVE_KINDS),
                "scope": Field(N_("Zakres"), labels.SCOPES),
                "told_of_rides": Field(N_("Dostaje wiadomości o przejazdach")),
                "consent_how": Field(N_("Jak wyrażono zgodę"), labels.CONSENT_WAYS),
                "consent_text": Field(N_("Treść zgody"), _consent),
                "consented_at": Field(N_("Zgoda z dnia")),
                "recorded_by_kind": Field(N_("Kto zapisał"), journal.ACTOR_KINDS),
                "valid_until": Field(N_("Ważne do")),
                "revoked_at": Field(N_("Cofnięto")),
                "revoked_by_kind": Field(N_("Kto cofnął"), journal.ACTOR_KINDS),
            },
            {**_ROW, "representative_id": SAID_ELSEWHERE, "recorded_by_id": ROW, "revoked_by_id": ROW},
            place=13,
        ),
        "personal_data_requests": Section(
            N_("Wnioski o dane"),
            {
                "kind": Field(N_("Rodzaj"), labels.DATA_REQUESTS),
                "received_at": Field(N_("Wpłynęło")),
                "answer_by": Field(N_("Odpowiedź do")),
                "note": Field(N_("Uwaga")),
                "answered_at": Field(N_("Odpowiedziano")),
                "outcome": Field(N_("Odpowiedź")),
            },
            {**_ROW, "answered_by_id": STAFF},
            place=14,
        ),
        "messages": Section(
            N_("Wiadomości"),
            {
                "created_at": Field(N_("Utworzono")),
                "kind": Field(N_("Rodzaj"), _kind_of_message),
                "recipient_kind": Field(N_("Dla kogo"), RECIPIENTS),
                "recipient_name": Field(N_("Odbiorca")),
                "channel": Field(N_("Sposób powiadamiania"), CHANNELS),
                "address": Field(N_("Adres")),
                "language": Field(N_("Język"), labels.LANGUAGES),
                "subject": Field(N_("Temat")),
                "body": Field(N_("Treść")),
                "spoken": Field(N_("Treść rozmowy")),
                "state": Field(N_("Stan"), STATES),
                "failure": Field(N_("Dlaczego nie doszła"), failure_in_words),
                "urgent": Field(N_("Pilna")),
                "sent_at": Field(N_("Wysłano")),
                "finished_at": Field(N_("Zakończono")),
            },
            {
                **_ROW,
                "recipient_id": ROW,
                "subject_kind": "the text says what it is about",
                "subject_id": ROW,
                "parts": WORKINGS,
                "attempts": WORKINGS,
                "due_at": WORKINGS,
                "expires_at": WORKINGS,
                "leased_until": WORKINGS,
                "provider_id": WORKINGS,
                "told_by_id": STAFF,
            },
            place=80,
        ),
        "sign_ins": Section(
            N_("Logowania"),
            {
                "opened_at": Field(N_("Początek")),
                "ended_at": Field(N_("Koniec")),
                "device": Field(N_("Urządzenie"), device_in_words),
            },
            {"id": ROW, "kind": OWNER, "subject_id": OWNER, "ends_at": WORKINGS, "ended_because": WORKINGS},
            place=90,
        ),
        "journal_entries": Section(
            N_("Kto i kiedy używał Twoich danych"),
            {
                "at": Field(N_("Kiedy")),
                "deed": Field(N_("Co zrobiono"), journal.label_of),
                "actor_kind": Field(N_("Kto"), journal.ACTOR_KINDS),
                "subject_kind": Field(N_("Czego dotyczy"), journal.subject_label),
            },
            {**_ROW, "actor_id": ROW, "subject_id": ROW, "details": WORKINGS},
            place=95,
        ),
    },
    {
        "resident_search_words": "the name, the address and the phones once more, as the search finds them",
        "message_events": "how each message was tried; its last state is printed",
    },
)
