"""Letters and parts of an SMS: the counter beside the text says what the server counts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from services_app.messaging.policy import sms
from services_app.messaging.policy.filling import fill
from services_app.messaging.policy.texts import preview, spoken_samples
from services_app.messaging.shipped import KINDS, LANGUAGES, shipped_text
from services_app.messaging.terms import Channel
from tests.browser import Site, Visitor
from tests.factories.staff import make_staff
from tests.processes import ROOT

SOURCE = ROOT / "assets" / "js" / "sms.js"
LETTERS = "abcXYZ 019.,:ąćęłńóśźżĄĆĘŁŃÓŚŹŻ€{}[]^~|\\\n„”–…’éüßøđжїґЄ😀👵🏽ñ@Δ\u00a0"
TABLE = [
    "", "a" * 160, "a" * 161, "a" * 306, "a" * 307, "€" * 80, "€" * 81, "a" * 152 + "€" + "a" * 10, "ж" * 70, "ж" * 71, "ж" * 134,
    "ж" * 135, "ą" + "a" * 69, "ą" + "a" * 70, "ж" * 66 + "😀" + "ж" * 3, "ж" * 66 + "😀" + "ж" * 66, "Zażółć gęślą jaźń " * 9,
]  # fmt: skip


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A browser's page with the counter's own functions."""
    page = browser.new_page()
    page.evaluate(
        SOURCE.read_text(encoding="utf-8").replace("export ", "")
        + "; window.sms = {smsSize, asSms, fill, wordingSize}; null"
    )
    yield page
    page.close()


def some_texts(number: int) -> list[str]:
    """Texts of all lengths from a mix of alphabets, the same each time."""
    dice = random.Random(2026)
    alphabets = (LETTERS, LETTERS[:20], "abc def", "aż" * 5, "жї ", "😀a")
    return ["".join(dice.choices(dice.choice(alphabets), k=dice.randrange(400))) for _text in range(number)]


def counted(tab: Tab, call: str, texts: list[Any]) -> Any:
    """What the browser says of each text."""
    return tab.evaluate(f"(texts) => texts.map((text) => window.sms.{call})", texts)


def test_the_browser_counts_as_the_server(tab: Tab) -> None:
    texts = [*TABLE, *some_texts(300)]
    said = counted(tab, "smsSize(text)", texts)
    assert [(each["n"], each["parts"]) for each in said] == [(sms.characters(text), sms.parts(text)) for text in texts]


@pytest.mark.parametrize("language", ["pl", "uk"])
def test_the_browser_takes_off_the_same_marks(tab: Tab, language: str) -> None:
    texts = [*TABLE, *some_texts(300)]
    assert counted(tab, f"asSms(text, '{language}')", texts) == [sms.as_sms(text, language) for text in texts]


def test_the_browser_fills_places_as_the_server(tab: Tab) -> None:
    values = {"hour": "9:10", "day": "", "to": "a {hour} [b]"}
    texts = [
        "{hour}.[ Powrót {return_hour}.]",
        "[{day}, ]{to}[ x {hour}]",
        "{}{hour",
        "[[{hour}]]",
        " {day} ",
        "[bez miejsc]",
    ]
    said = tab.evaluate("([texts, values]) => texts.map((text) => window.sms.fill(text, values))", [texts, values])
    assert said == [fill(text, values) for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_wording_counts_as_its_preview(tab: Tab, language: str) -> None:
    for kind in KINDS:
        text = shipped_text(kind, Channel.SMS, language)
        _subject, body, parts = preview(kind, Channel.SMS, language, text)
        given = [text.body, spoken_samples(kind, language), language]
        said = tab.evaluate("([text, values, language]) => window.sms.wordingSize(text, values, language)", given)
        assert (said["n"], said["parts"]) == (sms.characters(body), parts), kind


@pytest.mark.parametrize(
    "words", ["{hour}, {day}: zażółć gęślą jaźń[ {return_hour}]", "{hour} {day} " + "ż" * 200, "{hour} {day} 😀"]
)
def test_the_counter_beside_the_field_says_what_the_preview_says(site: Site, visitor: Visitor, words: str) -> None:
    account_id = make_staff(site.session, "coordinator").id
    site.session.commit()
    visitor.sign_in("staff", account_id)
    visitor.goto("/wiadomosci/teksty/ride_confirmed/sms/pl")
    visitor.page.locator("textarea").fill(words)
    counter = visitor.page.locator("[data-counter-words]").inner_text()
    visitor.page.get_by_role("status").filter(has_text=counter).wait_for()
    visitor.shot("licznik")
    visitor.click("Pokaż, jak wyjdzie")
    assert counter.rstrip(".") + "." in visitor.page.locator("main").inner_text()
