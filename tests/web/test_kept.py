"""A drawing is kept by its content: the same content is not drawn twice, another one never shows the old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from services_app.web.kept import KeptByContent, kept_part
from tests.factories.staff import make_staff
from tests.page import Page


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


def drawing(words: str, drawn: list[str]) -> Callable[[], str]:
    def draw() -> str:
        drawn.append(words)
        return words

    return draw


def test_the_same_content_is_drawn_once_and_another_anew() -> None:
    drawn: list[str] = []
    part = kept_part(KeptByContent(2))
    for content in ("pl", "pl", "en", "pl"):
        assert part("menu", content, caller=drawing(content, drawn)) == content
    assert drawn == ["pl", "en"]


def test_nothing_is_kept_while_templates_are_being_written() -> None:
    drawn: list[str] = []
    part = kept_part(KeptByContent(0))
    for _time in range(2):
        part("menu", caller=drawing("anew", drawn))
    assert drawn == ["anew", "anew"]


def sections(page: Page) -> list[str]:
    return [link.get_text() for link in page.soup.select(".staff-menu a")]


def test_two_of_different_roles_on_one_page_see_their_own_menus(session: Session, new_page: Any) -> None:
    operator, administrator = new_page(), new_page()
    operator.sign_in("staff", make_staff(session, "operator").id)
    administrator.sign_in("staff", make_staff(session, "administrator").id)
    for _again in range(2):
        assert "Ustawienia" in sections(administrator.get("/pulpit"))
        assert "Ustawienia" not in sections(operator.get("/pulpit"))


def test_the_chosen_contrast_and_language_change_the_frame(session: Session, page: Page) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    assert "Większy kontrast" in page.get("/pulpit").soup.select(".staff-foot")[0].get_text()
    page.get("/ustawienia?contrast=high&back=/pulpit")
    assert "Zwykłe kolory" in page.get("/pulpit").soup.select(".staff-foot")[0].get_text()
    page.get("/ustawienia?language=en&back=/pulpit")
    assert "Normal colours" in page.get("/pulpit").soup.select(".staff-foot")[0].get_text()
