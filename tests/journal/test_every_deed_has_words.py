"""Whoever reads the journal reads Polish: every deed and every subject that is noted anywhere has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from services_app.journal import labels

CODE = Path(__file__).parents[2] / "services_app"
NOTES = frozenset({"record", "_journalled", "note_reading"})


def noted() -> Iterator[tuple[str, str | None]]:
    """Each deed written out in a call that notes it, with the kind of its subject where that is written out, too."""
    for file in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or _called(node) not in NOTES:
                continue
            subjects = [part.elts[0] for part in node.args if isinstance(part, ast.Tuple) and part.elts]
            kind = next((_text(each) for each in subjects), None)
            yield from ((deed, kind) for part in node.args for deed in _choices(part))


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _choices(node: ast.expr) -> Iterator[str]:
    """The text itself, or both of "one if … else the other"."""
    if isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    elif (text := _text(node)) is not None:
        yield text


def test_every_deed_and_subject_that_is_noted_has_polish_words(app: Flask) -> None:
    found = list(noted())
    assert len({deed for deed, _kind in found}) > 40
    assert {deed for deed, _kind in found} <= set(labels.known_deeds())
    kinds = {kind for _deed, kind in found if kind is not None}
    assert {kind for kind in kinds if labels.subject_label(kind) == kind.replace("_", " ")} == set()


def test_the_search_finds_both_words_of_a_choice() -> None:
    call = ast.parse('record(session, "a" if opened else "b", ("ride", 1))').body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert [deed for part in call.value.args for deed in _choices(part)] == ["a", "b"]
