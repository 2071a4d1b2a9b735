"""Pages speak Polish, English and Ukrainian: whole pages, not words of one language among those of another."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy.orm import Session

from services_app.residents.models import Resident
from services_app.web.languages import LANGUAGES
from tests.every_address import addresses_with, rows_for_pages
from tests.factories.staff import make_staff
from tests.page import HOME, Page
from tests.rides.walking import Town

PUBLIC = (
    "/",
    "/przejazdy/",
    "/przejazdy/dolacz",
    "/logowanie",
    "/logowanie/list",
    "/prywatnosc",
    "/mapa-strony",
    "/pracownicy/logowanie",
)
OWN = (
    "/przejazdy/zamow",
    "/przejazdy/moje",
    "/przejazdy/miejsca",
    "/moje-dane",
    "/moje-dane/zmien",
    "/moi-przedstawiciele",
)
FOREIGN = [language for language in LANGUAGES if language != "pl"]

NAMES = (
    "Miejski Ośrodek Pomocy Rodzinie w Kielcach", "ul. Studzienna 2, 25-544 Kielce", "Jadwiga Kowalska", "Zagórska", "Anna (córka)",
    "Zofia Zmyślona", "Zmyślona Zofia", "Prezesa", "ul. Moniuszki 1A, 00-014 Warszawa", "Kielce", "Poradnia na Wzgórzu",
    "Grunwaldzka 45", "MOPR", "PESEL",
)  # fmt: skip
"""Names stay as they are in every language."""
_POLISH = re.compile(r"\b\w*[ąćęłńśźżĄĆĘŁŃŚŹŻ]\w*\b")
_CYRILLIC = re.compile(r"[а-яіїєґ]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def choose(page: Page, language: str, path: str = "/") -> None:
    """Press the switch."""
    page.get(path).fill_and_send(form=LANGUAGES[language], button=LANGUAGES[language])


def words_of_the_page(soup: BeautifulSoup) -> Iterator[str]:
    """What is read of a page, without parts that say they are Polish and without names and what people typed."""
    body = soup.body
    assert body is not None
    for text in body.find_all(string=True):
        speaking = text.find_parent(lang=True)
        if text.parent is None or text.parent.name in ("script", "style") or not text.strip():
            continue
        if isinstance(speaking, Tag) and speaking.name != "html" and speaking.get("lang") == "pl":
            continue
        said = " ".join(str(text).split())
        for name in NAMES:
            said = said.replace(name, "")
        yield said


def left_in_polish(soup: BeautifulSoup) -> set[str]:
    """Words with letters only Polish has."""
    return {word for said in words_of_the_page(soup) for word in _POLISH.findall(said)}


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_speaks_the_chosen_language_all_through(page: Page, town: Town, path: str, language: str) -> None:
    choose(page, language)
    page.get(path)
    assert page.soup.html is not None
    assert page.soup.html["lang"] == language
    assert left_in_polish(page.soup) == set()
    if language == "uk":
        said = "".join(words_of_the_page(page.soup))
        assert len(_CYRILLIC.findall(said)) > 2 * len(_LATIN.findall(said))
        assert _CYRILLIC.search(page.h1)


@pytest.mark.parametrize("language", FOREIGN)
def test_a_residents_pages_speak_the_language_of_the_file(
    page: Page, session: Session, town: Town, language: str
) -> None:
    session.get_one(Resident, town.rider.id).language = language
    session.commit()
    page.sign_in("resident", town.rider.id)
    for path in OWN:
        page.get(path)
        assert page.soup.html is not None
        assert page.soup.html["lang"] == language, path
        assert left_in_polish(page.soup) == set(), path


@pytest.mark.parametrize("language", FOREIGN)
def test_every_page_of_the_staff_speaks_the_chosen_language(
    app: Flask, page: Page, session: Session, town: Town, language: str
) -> None:
    rows = rows_for_pages(town)
    page.sign_in("staff", make_staff(session, "operator", "coordinator", "administrator", "manager").id)
    choose(page, language, "/pulpit")
    opened, left = [], {}
    for path in addresses_with(app, town, rows):
        page.get(path, status=None, follow=False)
        if page.status != 200 or page.soup.html is None:
            continue
        assert page.soup.html["lang"] == language, path
        opened.append(path)
        left[path] = left_in_polish(page.soup)
    assert {path: words for path, words in left.items() if words} == {}
    assert {f"/przejazdy/zgloszenia/internetowe/{rows['application_id']}", "/flota/zmiany/nowa"} <= set(opened)


def test_the_look_for_polish_words_finds_them(page: Page, town: Town) -> None:
    page.get("/logowanie")
    assert {"się", "Wyślij"} <= left_in_polish(page.soup)


def test_the_choice_is_kept_and_can_be_taken_back(page: Page) -> None:
    choose(page, "uk")
    assert page.get("/logowanie").h1 != "Zaloguj się"
    choose(page, "pl")
    assert page.get("/logowanie").h1 == "Zaloguj się"


def test_the_switches_name_each_language_in_itself(page: Page) -> None:
    for language in LANGUAGES:
        choose(page, language)
        offered = {
            str(button["value"]): button.get_text(strip=True) for button in page.soup.select("button[name=language]")
        }
        assert offered == LANGUAGES
        assert all(button["lang"] == button["value"] for button in page.soup.select("button[name=language]"))


@pytest.mark.parametrize(
    ("asked", "spoken"), [("uk,en;q=0.5", "uk"), ("de,en;q=0.7", "en"), ("de", "pl"), ("en;q=0.1,pl", "pl")]
)
def test_a_first_visit_speaks_what_the_browser_asks_for(page: Page, asked: str, spoken: str) -> None:
    answer = page.client.get("/logowanie", base_url=HOME, headers={"Accept-Language": asked})
    assert f'<html lang="{spoken}"' in answer.text


@pytest.mark.parametrize("language", FOREIGN)
def test_the_statement_of_accessibility_stays_polish_and_says_so(page: Page, language: str) -> None:
    choose(page, language)
    page.get("/deklaracja-dostepnosci")
    assert page.h1 == "Deklaracja dostępności"
    assert page.soup.select("main [lang=pl] h1")


@pytest.mark.parametrize("language", FOREIGN)
def test_errors_speak_the_language_too(page: Page, language: str) -> None:
    choose(page, language)
    page.get("/nie-ma-takiej-strony", status=404)
    assert left_in_polish(page.soup) == set()
    page.get("/logowanie").fill_and_send({"contact": "to nie numer"}, form="/logowanie", status=None)
    assert page.errors
    assert left_in_polish(page.soup) == set()
