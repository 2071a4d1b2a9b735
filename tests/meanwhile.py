"""What a page says when others changed the record its form is about, for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Flask

from tests.at_once import at_once
from tests.critic import words_of
from tests.page import Page


class Told(NamedTuple):
    """The lines of both groups, as ``Label: value``; and the whole panel."""

    taken: list[str]
    differing: list[str]
    words: str


def told(page: Page) -> Told:
    """What the panel on the page says; the page must have one."""
    panel = page.soup.select_one(".refusal[role=alert]")
    assert panel is not None, f"nothing of others' changes on {page.path}: {page.main[:300]}"
    assert "Te dane zmieniły się w międzyczasie" in words_of(panel)
    groups: dict[str, list[str]] = {"Z nowych danych przejęliśmy": [], "Tu zostanie to, co jest w formularzu": []}
    for heading in panel.find_all("p"):
        for begins, lines in groups.items():
            if words_of(heading).startswith(begins):
                following = heading.find_next_sibling("ul")
                assert following is not None
                lines += [" ".join(line.get_text().split()) for line in following.find_all("li")]
    for link in panel.select("a[href^='#']"):
        assert page.soup.select_one(str(link["href"])) is not None, f"{link['href']} leads nowhere"
    taken, differing = groups.values()
    return Told(taken, differing, words_of(panel))


def sent_at_once(app: Flask, address: str, sent: Sequence[tuple[Page, Mapping[str, Any]]]) -> Page:
    """Two pages send their forms at the same moment: one is saved, the other is told and shown once more. Returns that other one."""

    def send(page: Page, fields: Mapping[str, Any]) -> Callable[[], Any]:
        return lambda: page.client.post(address, data=fields, base_url="https://localhost")

    answers = at_once(app, [send(page, fields) for page, fields in sent])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    late = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
    page = sent[late][0]
    page.show(answers[late])
    return page
