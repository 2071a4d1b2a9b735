"""Promises to older readers that need no browser to be measured: letters, targets, colours, errors, sentences, the statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy.orm import Session

from tests.critic import words_of
from tests.factories.staff import make_staff
from tests.page import Page
from tests.rides.walking import Town
from tests.web.test_components import colours, contrast

TOP = Path(__file__).parents[2]
SCSS = TOP / "assets/scss"
DIST = TOP / "static/dist"
FACES = ("public", "staff")

PUBLIC = (
    "/", "/przejazdy/", "/przejazdy/dolacz", "/logowanie", "/logowanie/list", "/prywatnosc", "/deklaracja-dostepnosci",
    "/mapa-strony", "/pracownicy/logowanie", "/dostepnosc/zadanie",
)  # fmt: skip
OWN = (
    "/przejazdy/zamow", "/przejazdy/moje", "/przejazdy/miejsca", "/moje-dane", "/moje-dane/zmien", "/moi-przedstawiciele",
)  # fmt: skip


# --- letters, targets, colours (E4, E5, E6, E16) --------------------------------------------------------------------------------------


def scale(name: str) -> dict[int, list[float]]:
    """A face's sizes of letters: step → small screen and large, in px."""
    tokens = (SCSS / "_tokens.scss").read_text(encoding="utf-8")
    block = re.search(rf"\${name}-scale: \((.*?)\n\);", tokens, re.DOTALL)
    assert block is not None
    found = re.findall(r"(\d+): _size\((\d+)px, (\d+)px", block[1])
    return {int(step): [float(small), float(large)] for step, small, large in found}


def test_letters_are_large() -> None:
    public, staff = scale("public"), scale("staff")
    assert min(public[19]) >= 19
    assert min(size for sizes in public.values() for size in sizes) >= 19
    assert min(size for sizes in staff.values() for size in sizes) >= 16


@pytest.mark.parametrize("face", FACES)
def test_no_style_makes_letters_small(face: str) -> None:
    css = (DIST / f"{face}.css").read_text(encoding="utf-8")
    sizes = re.findall(r"font-size:([\d.]+)(rem|px)\b", css)
    assert len(sizes) > 40
    assert [size for size, unit in sizes if 0 < float(size) * (16 if unit == "rem" else 1) < 16] == []


def first_size(css: str, name: str) -> str:
    """What a custom property is set to first."""
    found = re.search(rf"--{name}:\s*([^;}}]+)", css)
    assert found is not None, name
    return found[1].strip()


TARGETS = (
    ".govuk-button", ".govuk-input", ".govuk-select", ".govuk-textarea", ".govuk-details__summary", ".govuk-error-summary__list a",
)  # fmt: skip


@pytest.mark.parametrize("face", FACES)
def test_what_is_pressed_is_as_large_as_a_fingertip(face: str) -> None:
    css = (DIST / f"{face}.css").read_text(encoding="utf-8")
    assert first_size(css, "target") == "44px"
    tall = {
        part.strip()
        for selectors, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", css)
        if "min-height:var(--target)" in rule
        for part in selectors.split(",")
    }
    assert [target for target in TARGETS if target not in tall] == []


@pytest.mark.parametrize("theme", ["colours", "high-contrast"])
@pytest.mark.parametrize("ground", ["ground", "sheet"])
@pytest.mark.parametrize("edge", ["line", "ink", "action", "danger", "focus-ink"])
def test_borders_and_focus_stand_out_three_to_one(theme: str, ground: str, edge: str) -> None:
    found = colours(theme)
    if (theme, edge) == ("high-contrast", "focus-ink"):
        edge = "focus"  # on black it is the bright half of the focus that stands out
    assert contrast(found[edge], found[ground]) >= 3


def test_the_focus_has_two_colours_that_differ_strongly() -> None:
    for theme in ("colours", "high-contrast"):
        found = colours(theme)
        assert contrast(found["focus"], found["focus-ink"]) >= 7


@pytest.mark.parametrize("face", FACES)
def test_styles_answer_wishes_of_the_device_and_the_printer(face: str) -> None:
    css = (DIST / f"{face}.css").read_text(encoding="utf-8")
    assert re.search(r"@media[^{]*prefers-reduced-motion:\s*reduce", css)
    assert re.search(r"@media[^{]*forced-colors:\s*active", css)
    assert re.search(r"@media print\s*\{[^@]*font-size:14pt", css)


# --- the phone, the way in, the statement (E12, E14, E20) -----------------------------------------------------------------------------


def landmarks(soup: BeautifulSoup) -> list[str]:
    """The parts of a page in their order."""
    return [tag.name for tag in soup.find_all(["header", "main", "footer"]) if tag.find_parent("main") is None]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_phone_stands_at_the_same_place_of_every_public_page(page: Page, town: Town, path: str) -> None:
    shown(page, path)
    numbers = page.soup.select("header a[href^='tel:']")
    assert len(numbers) == 1
    assert landmarks(page.soup)[:2] == ["header", "main"]
    assert first_link(page.soup)["href"] == "#main"


@pytest.mark.parametrize("path", [*OWN, "/nie-ma-takiej-strony"])
def test_the_phone_stands_on_every_own_page_and_on_errors(page: Page, town: Town, path: str) -> None:
    page.sign_in("resident", town.rider.id)
    page.get(path, status=404 if "nie-ma" in path else 200)
    assert len(page.soup.select("header a[href^='tel:']")) == 1
    assert first_link(page.soup)["href"] == "#main"


def first_link(soup: BeautifulSoup) -> Tag:
    """What the Tab key reaches first."""
    found = soup.select_one("a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']")
    assert found is not None
    return found


def shown(page: Page, path: str) -> Page:
    """A page, in Polish."""
    page.get(path, status=None)
    assert page.status == 200, f"{path}: {page.status}"
    return page


# --- errors (E10) ---------------------------------------------------------------------------------------------------------------------

REFUSED = [
    ("/logowanie", "/logowanie", {}),
    ("/logowanie", "/logowanie", {"contact": "to nie numer"}),
    ("/logowanie/list", "/logowanie/list", {}),
    ("/pracownicy/logowanie", "/pracownicy/logowanie", {}),
]


@pytest.mark.parametrize(("path", "form", "typed"), REFUSED)
def test_a_refused_public_form_says_first_what_to_do_and_keeps_what_was_typed(
    page: Page, path: str, form: str, typed: dict[str, str]
) -> None:
    page.get(path).fill_and_send(typed, form=form, status=None)
    assert page.title.startswith("Błąd:")
    errors_lead_to_their_fields(page.soup)
    for name, value in typed.items():
        field = page.soup.select_one(f"[name={name}]")
        assert field is not None
        assert field.get("value") == value


@pytest.mark.parametrize("path", ["/moje-dane/zmien"])
def test_a_refused_own_form_does_the_same(page: Page, town: Town, path: str) -> None:
    page.sign_in("resident", town.rider.id)
    page.get(path).fill_and_send({"e_mail": "to-nie-adres"}, form=path, status=None)
    errors_lead_to_their_fields(page.soup)


def errors_lead_to_their_fields(soup: BeautifulSoup) -> None:
    """The summary stands before the heading; each of its lines leads to a field that is described by the same words."""
    summary = soup.select_one(".govuk-error-summary")
    heading = soup.find("h1")
    assert summary is not None
    assert heading is not None
    assert heading in summary.find_all_next("h1")
    assert summary.get("tabindex") == "-1" or summary.select_one("[tabindex='-1']") is not None
    links = summary.select("a[href^='#']")
    assert links
    for link in links:
        field = soup.find(id=str(link["href"])[1:])
        assert field is not None
        described = " ".join(words_of(soup.find(id=name)) for name in str(field.get("aria-describedby", "")).split())
        assert words_of(link) in described, f"{words_of(link)!r} is not beside its field"


# --- sentences (E17, L31) -------------------------------------------------------------------------------------------------------------

_SHORTENED = re.compile(r"\b(ul|art|ust|lit|tel|godz|nr|np|dr|al|os|r|pkt|poz|Dz|U)\.", re.IGNORECASE)
MOST_ON_AVERAGE, MOST_IN_ONE = 15, 25
EXPLAINED = {"SMS", "PESEL", "MOPR", "RODO", "PDF", "DPD"}
"""Abbreviations everybody in the programme meets on paper too, or that the page itself explains."""


def sentences(soup: BeautifulSoup) -> Iterator[str]:
    """The sentences of a page's running text; words prescribed by law stay out."""
    main = soup.find("main")
    assert isinstance(main, Tag)
    for prescribed in main.select("#a11y-wstep, #a11y-status, form label, .govuk-visually-hidden"):
        prescribed.decompose()
    for block in main.find_all(["p", "li", "dd"]):
        if block.find(["p", "li", "dd"]) is None:
            text = _SHORTENED.sub(r"\1", words_of(block))
            yield from (part for part in re.split(r"(?<=[.!?:;])\s+", text) if len(part.split()) > 2)


def lengths(found: list[str]) -> list[int]:
    """Words of each sentence."""
    return [len(re.findall(r"\w[\w-]*", sentence)) for sentence in found]


@pytest.mark.parametrize("path", PUBLIC)
def test_sentences_of_public_pages_are_short(page: Page, town: Town, path: str) -> None:
    found = list(sentences(shown(page, path).soup))
    too_long = [sentence for sentence, length in zip(found, lengths(found), strict=True) if length > MOST_IN_ONE]
    assert too_long == []
    if found:
        assert sum(lengths(found)) / len(found) <= MOST_ON_AVERAGE


@pytest.mark.parametrize("path", OWN)
def test_sentences_of_own_pages_are_short(page: Page, town: Town, path: str) -> None:
    page.sign_in("resident", town.rider.id)
    found = list(sentences(shown(page, path).soup))
    assert [sentence for sentence, length in zip(found, lengths(found), strict=True) if length > MOST_IN_ONE] == []


def test_public_pages_have_sentences_to_count(page: Page, town: Town) -> None:
    found = [sentence for path in PUBLIC for sentence in sentences(shown(page, path).soup)]
    assert len(found) > 60
    assert sum(lengths(found)) / len(found) <= MOST_ON_AVERAGE


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/deklaracja-dostepnosci"])
def test_public_pages_use_no_abbreviation_that_nobody_explains(page: Page, town: Town, path: str) -> None:
    shown(page, path)
    text = page.main.replace("ACDE FGHJ KLMN", "")  # what a code in a letter looks like
    found = set(re.findall(r"\b[A-ZĄĆĘŁŃÓŚŹŻ]{2,}\b", text))
    assert found - EXPLAINED == set()


# --- the statement (E20, L22) -----------------------------------------------------------------------------------------------------------

STATEMENT_IDS = (
    "wstep", "podmiot", "zakres", "url", "data-publikacja", "data-aktualizacja", "status", "kontakt", "email", "telefon", "procedura",
    "data-sporzadzenie", "architektura", "komunikacja",
)  # fmt: skip
STATEMENT_HEADINGS = (
    "Stan dostępności cyfrowej", "Niedostępne treści", "Przygotowanie deklaracji dostępności i jej aktualizacja",
    "Informacje zwrotne i dane kontaktowe", "Obsługa wniosków i skarg związanych z dostępnością", "Pozostałe informacje",
    "Dostępność architektoniczna", "Dostępność komunikacyjno-informacyjna",
)  # fmt: skip


@pytest.mark.parametrize("part", STATEMENT_IDS)
def test_the_statement_carries_every_prescribed_mark_once(page: Page, part: str) -> None:
    found = page.get("/deklaracja-dostepnosci").soup.find_all(id=f"a11y-{part}")
    assert len(found) == 1
    assert words_of(found[0])


def test_the_statement_has_its_headings_in_order_and_days_that_have_come(page: Page) -> None:
    soup = page.get("/deklaracja-dostepnosci").soup
    assert page.h1 == "Deklaracja dostępności"
    headings = [words_of(tag) for tag in soup.select("main h2, main h3")]
    assert [heading for heading in headings if heading in STATEMENT_HEADINGS] == list(STATEMENT_HEADINGS)
    days = soup.select("main time[id^=a11y-data]")
    assert len(days) >= 3
    assert all(date.fromisoformat(str(day["datetime"])) for day in days)


def test_the_statement_says_how_to_complain_and_until_when_we_answer(page: Page) -> None:
    page.get("/deklaracja-dostepnosci")
    for words in ("częściowo zgodna z ustawą z dnia 4 kwietnia 2019 r.", "7 dni", "2 miesięcy", "samooceny", "migow"):
        assert words in page.main
    assert page.soup.select("main a[href*='brpo.gov.pl'], main a[href*='rpo.gov.pl']")
    assert str(page.soup.select("#a11y-email")[0]["href"]).startswith("mailto:")
    assert str(page.soup.select("#a11y-url")[0]["href"]).startswith("https://")


def test_a_review_that_took_place_is_named(app: Flask, page: Page) -> None:
    page.get("/deklaracja-dostepnosci")
    assert not page.soup.select("#a11y-data-przeglad")
    app.config["STATEMENT_REVIEWED_ON"] = "2027-03-15"
    page.get("/deklaracja-dostepnosci")
    assert page.soup.select("#a11y-data-przeglad")[0]["datetime"] == "2027-03-15"


@pytest.mark.parametrize(("language", "words"), [("pl", ""), ("en", "in Polish only"), ("uk", "лише польською")])
def test_the_statement_says_in_the_readers_language_that_it_is_in_polish(page: Page, language: str, words: str) -> None:
    page.get("/ustawienia", language=language, back="/deklaracja-dostepnosci")
    said = page.soup.select("main > p.measure, main p.measure")
    assert [words in sentence.get_text() for sentence in said] == ([True] if words else [])


def test_every_face_leads_to_the_statement(page: Page, session: Session) -> None:
    page.get("/")
    assert page.soup.select("a[href='/deklaracja-dostepnosci']")
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/pulpit")
    assert page.soup.select("a[href='/deklaracja-dostepnosci']")
