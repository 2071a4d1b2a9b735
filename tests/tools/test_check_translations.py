"""A text without its translation, or with other places to fill in, does not pass."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools import check_translations
from tools.check_translations import findings


@pytest.mark.parametrize(
    ("translation", "found"),
    [
        ("At {hour}", []),
        ("", ["'O {hour}' is not translated"]),
        ("At that hour", ["'O {hour}' is translated with other places to fill in: 'At that hour'"]),
    ],
)
def test_a_translation_is_whole(translation: str, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("O {hour}", translation, monkeypatch) == [f"en: {text}" for text in found]


def test_missing_and_left_over_texts_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("Nowy", "Old", monkeypatch, held_text="Stary") == [
        "en: 'Nowy' (a.py:1) is missing",
        "en: 'Stary' is no longer used",
    ]


def told(text: str, translation: str, monkeypatch: pytest.MonkeyPatch, held_text: str | None = None) -> list[str]:
    """What is found about a catalogue of one text, but for the compiled file."""
    wanted, held = Catalog(), Catalog(locale="en")
    wanted.add(text, locations=[("a.py", 1)])
    held.add(held_text or text, translation)
    monkeypatch.setattr(check_translations, "catalogue", lambda _language: held)
    return [finding for finding in findings("en", wanted) if "compiled" not in finding]
