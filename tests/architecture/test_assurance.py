"""``docs/assurance.md`` names, row by row, what shows that a promise is kept: every test and document it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.processes import ROOT

ASSURANCE = ROOT / "docs" / "assurance.md"
_TEST = re.compile(r"(tests/[\w/]+\.py)(?:::(\w+(?:::\w+)*))?")
_FILE = re.compile(
    r"`((?:docs|bench|static|migrations|services_app|templates|tools)/[\w./-]+\.\w+|README\.md|dev)(?:#[\w-]+)?`"
)


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of a file, those in classes as ``Class::test``."""
    if not path.exists():
        return frozenset()
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {node.name} | {
                f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)
            }
    return frozenset(names)


def missing(text: str) -> list[str]:
    """What a text names that is not there."""
    absent = []
    for file, name in _TEST.findall(text):
        path = ROOT / file
        if not path.exists() or (name and name not in names_in(path)):
            absent.append(f"{file}::{name}" if name else file)
    return absent + [name for name in _FILE.findall(text) if not (ROOT / name).exists()]


def rows(text: str) -> list[list[str]]:
    """The rows of every table, without heads and rulers."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 2 and not set(cells[0]) <= set("-: "):
            found.append(cells)
    return found


def test_every_test_and_document_named_is_there() -> None:
    assert missing(ASSURANCE.read_text(encoding="utf-8")) == []


def test_the_rows_name_what_shows_them() -> None:
    named = [row for row in rows(ASSURANCE.read_text(encoding="utf-8")) if re.fullmatch(r"[A-Z]{1,2}\d+\w?", row[0])]
    assert len(named) >= 40
    unshown = [row[0] for row in named if not _TEST.search(" ".join(row)) and not _FILE.search(" ".join(row))]
    assert unshown == [], "these rows name neither a test nor a document"


def test_a_test_that_is_gone_would_be_noticed() -> None:
    text = "| S1 | tests/architecture/test_assurance.py::test_that_never_was, `docs/nowhere.md` |"
    assert missing(text) == ["tests/architecture/test_assurance.py::test_that_never_was", "docs/nowhere.md"]
