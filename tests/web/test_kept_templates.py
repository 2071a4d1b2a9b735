"""Compiled templates kept on disk: used again by the next process, compiled anew when anything changed, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import DictLoader

from services_app.web import kept_templates
from services_app.web.kept_templates import KeptTemplates
from services_app.web.spoken import SpokenEnvironment

TEXT = "{{ _('Zaloguj') }}"


def shown(app: Flask, kept: KeptTemplates, source: str = TEXT, spoken: str = "pl") -> tuple[str, int]:
    """The words a new process shows, and how many templates it had to compile."""
    compiled = 0

    class Counting(SpokenEnvironment):
        def compile(self, *arguments: object, **named: object) -> object:  # type: ignore[override]  # Jinja's has overloads
            nonlocal compiled
            compiled += 1
            return super().compile(*arguments, **named)  # type: ignore[call-overload]  # Jinja's has overloads

    environment = Counting(app, loader=DictLoader({"a.html": source}), bytecode_cache=kept, autoescape=True)
    with app.test_request_context(), force_locale(spoken):
        return environment.get_template("a.html").render(), compiled


def test_the_next_process_does_not_compile_again(app: Flask, tmp_path: Path) -> None:
    assert shown(app, KeptTemplates(tmp_path / "kept")) == ("Zaloguj", 1)
    assert shown(app, KeptTemplates(tmp_path / "kept")) == ("Zaloguj", 0)


def test_each_language_has_its_own(app: Flask, tmp_path: Path) -> None:
    assert shown(app, KeptTemplates(tmp_path)) == ("Zaloguj", 1)
    words, compiled = shown(app, KeptTemplates(tmp_path), spoken="en")
    assert compiled == 1
    assert words != "Zaloguj"
    assert shown(app, KeptTemplates(tmp_path)) == ("Zaloguj", 0)


def test_a_changed_template_is_compiled_anew(app: Flask, tmp_path: Path) -> None:
    shown(app, KeptTemplates(tmp_path))
    assert shown(app, KeptTemplates(tmp_path), source="{{ 1 + 1 }}") == ("2", 1)


def test_another_release_compiles_anew(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "filters.py").write_text("old", encoding="utf-8")
    monkeypatch.setattr(kept_templates, "_OURS", ours)
    shown(app, KeptTemplates(tmp_path / "kept"))
    assert shown(app, KeptTemplates(tmp_path / "kept"))[1] == 0
    (ours / "filters.py").write_text("newer", encoding="utf-8")
    assert shown(app, KeptTemplates(tmp_path / "kept"))[1] == 1


def test_a_damaged_file_is_compiled_anew(app: Flask, tmp_path: Path) -> None:
    shown(app, KeptTemplates(tmp_path))
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:-20])
    assert shown(app, KeptTemplates(tmp_path)) == ("Zaloguj", 1)


def test_a_folder_that_cannot_be_written_is_done_without(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    kept = KeptTemplates(tmp_path / "file" / "templates")
    assert shown(app, kept) == ("Zaloguj", 1)
    assert shown(app, kept) == ("Zaloguj", 1)


def test_nobody_else_reads_or_writes_the_folder(tmp_path: Path) -> None:
    KeptTemplates(tmp_path / "kept")
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
