"""What the deeds in the journal are called: each feature registers the words of its own deeds when it is imported."""

from __future__ import annotations

from services_app.wording import N_

_deeds: dict[str, str] = {}
_readings: set[str] = set()
_subjects: dict[str, str] = {}

ACTOR_KINDS = {
    "staff": N_("pracownik"),
    "resident": N_("mieszkaniec"),
    "representative": N_("przedstawiciel"),
    "system": N_("system"),
    "nobody": N_("osoba bez konta"),
}


def register(deed: str, words: str, *, reading: bool = False) -> None:
    """Give a deed its Polish words (marked with ``N_``). ``reading``: somebody looked into a person's file."""
    _deeds[deed] = words
    if reading:
        _readings.add(deed)


def register_subject(kind: str, words: str) -> None:
    """Give a kind of subject its Polish word (marked with ``N_``): ``ride`` → ``przejazd``."""
    _subjects[kind] = words


def label_of(deed: str) -> str:
    """The words of a deed; one that nobody registered is shown by its code, with spaces."""
    return _deeds.get(deed, deed.replace("_", " "))


def subject_label(kind: str) -> str:
    """The word for a kind of subject; an unknown one by its code."""
    return _subjects.get(kind, kind.replace("_", " "))


def known_deeds() -> dict[str, str]:
    """Every registered deed with its words, by words."""
    return dict(sorted(_deeds.items(), key=lambda item: item[1]))


def readings() -> frozenset[str]:
    """The registered deeds that only look."""
    return frozenset(_readings)


register("journal_exported", N_("pobrano dziennik do pliku"))
register("journal_trimmed", N_("usunięto wpisy dziennika po upływie czasu przechowywania"))
register_subject("journal", N_("dziennik"))
