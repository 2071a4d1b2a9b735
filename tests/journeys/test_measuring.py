"""What measures the pages of the journeys finds what it is there for: both sides of each limit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.large_enough import MOST_JUMPING, jumped, too_small

PUBLIC = "<style>body {font: 20px/1.5 sans-serif} button, input, label {font-size: 19px; padding: 0; border: 0}</style>"


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("tall", "found"), [(44, []), (43, ['button "Dalej" is 43.0 px tall'])])
def test_a_button_is_a_fingertip_tall(blank: Page, tall: int, found: list[str]) -> None:
    blank.set_content(f"{PUBLIC}<button style='height: {tall}px'>Dalej</button>")
    assert too_small(blank) == found


@pytest.mark.parametrize(("tall", "found"), [(44, 0), (30, 1)])
def test_a_box_to_tick_counts_with_its_words(blank: Page, tall: int, found: int) -> None:
    label = f"<label for='a' style='display: inline-block; height: {tall}px'>Tak</label>"
    blank.set_content(f"{PUBLIC}<input type='checkbox' id='a' style='opacity: 0; vertical-align: top'>{label}")
    assert len(too_small(blank)) == found


@pytest.mark.parametrize(("size", "found"), [(19, []), (18, ['the letters of p "Raz" are 18 px'])])
def test_public_letters_are_nineteen_pixels_or_more(blank: Page, size: int, found: list[str]) -> None:
    blank.set_content(f"{PUBLIC}<p style='font-size: {size}px'>Raz</p>")
    assert too_small(blank) == found


@pytest.mark.parametrize(("size", "found"), [(16, []), (15, ['the letters of p "Raz" are 15 px'])])
def test_letters_of_the_staff_are_sixteen_or_more(blank: Page, size: int, found: list[str]) -> None:
    blank.set_content(f"<link rel='stylesheet' href='staff.css'><p style='font-size: {size}px'>Raz</p>")
    assert too_small(blank) == found


def test_what_nobody_sees_is_not_measured(blank: Page) -> None:
    hidden = "<div hidden><button>x</button></div><span style='position: absolute; width: 1px; height: 1px; font-size: 9px'>x</span>"
    blank.set_content(
        PUBLIC + hidden + "<details><summary style='line-height: 44px'>Więcej</summary><button>x</button></details>"
    )
    assert too_small(blank) == []


def test_a_page_that_moves_by_itself_is_noticed(blank: Page) -> None:
    blank.set_content(f"{PUBLIC}<div id='late'></div><p style='height: 300px'>Raz</p>")
    frame = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    blank.evaluate(frame)
    assert jumped(blank)[0] < MOST_JUMPING
    toggle = (
        "e => { const late = document.getElementById('late'); late.style.height = late.style.height ? '' : '300px'; }"
    )
    for _ in range(100):  # a busy machine may draw two changes at once, and tells of a movement later
        blank.evaluate(toggle)
        blank.evaluate(frame)
        if jumped(blank)[0] > MOST_JUMPING:
            return
    pytest.fail("the page moved a hundred times and nothing was noticed")
