"""A text without its translation, or with other places to fill in, does not pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import TemplateSyntaxError

from tools import check_translations
from tools.check_translations import ROOT, findings, texts


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


def test_every_template_is_read() -> None:
    read = {place for text in texts() for place, _line in text.locations}
    speaking = [path for path in (ROOT / "templates").rglob("*") if path.is_file() and "{{ _(" in path.read_text()]
    assert speaking
    assert {path.relative_to(ROOT).as_posix() for path in speaking} <= read


def test_a_template_that_cannot_be_read_is_no_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "babel.cfg").write_text((ROOT / "babel.cfg").read_text())
    (tmp_path / "services_app").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{{ _('Nowy') }}{% unknown %}")
    monkeypatch.setattr(check_translations, "ROOT", tmp_path)
    with pytest.raises(TemplateSyntaxError, match="unknown"):
        check_translations.texts()
