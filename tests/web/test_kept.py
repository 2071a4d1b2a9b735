"""A drawing is kept by its content: the same content is not drawn twice, another one never shows the old."""

from __future__ import annotations

from services_app.web.kept import KeptByContent


def test_the_same_content_is_drawn_once() -> None:
    kept: KeptByContent[str] = KeptByContent()
    drawn: list[str] = []

    def draw() -> str:
        drawn.append("day")
        return "day"

    assert [kept.get(("a", (1, 2)), draw), kept.get(("a", (1, 2)), draw)] == ["day", "day"]
    assert drawn == ["day"]


def test_changed_content_is_drawn_anew() -> None:
    kept: KeptByContent[str] = KeptByContent()
    assert kept.get(("a", 1), lambda: "old") == "old"
    assert kept.get(("a", 2), lambda: "new") == "new"
    assert kept.get(("a", 1), lambda: "drawn again") == "old"


def test_only_the_last_ones_are_kept() -> None:
    kept: KeptByContent[str] = KeptByContent(most=2)
    for content in ("a", "b", "a", "c"):
        kept.get(content, lambda: "first")
    assert kept.get("a", lambda: "again") == "first"
    assert kept.get("b", lambda: "again") == "again"
