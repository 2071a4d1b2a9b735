"""Days as one says them on the phone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services_app.rides.forms.booking import read_coming_day
from services_app.rides.forms.spoken_days import read_spoken_day
from services_app.wording import WEEKDAYS, WEEKDAYS_ACCUSATIVE
from tests.rides.staff_face import USUAL_REQUEST, Office

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "ahead"),
    [("dziś", 0), ("Dzisiaj", 0), ("jutro", 1), (" JUTRO ", 1), ("pojutrze", 2), ("tomorrow", 1), ("завтра", 1)],
)
def test_a_word_counts_days_from_today(said: str, ahead: int) -> None:
    assert read_spoken_day(said, today=MONDAY) == MONDAY + timedelta(days=ahead)


@pytest.mark.parametrize("today", [MONDAY + timedelta(days=ahead) for ahead in range(7)])
@pytest.mark.parametrize("names", [WEEKDAYS, WEEKDAYS_ACCUSATIVE])
def test_a_weekday_is_the_next_such_day_and_never_today(names: tuple[str, ...], today: date) -> None:
    for number, name in enumerate(names):
        meant = read_spoken_day(name, today=today)
        assert meant is not None
        assert meant.weekday() == number
        assert 1 <= (meant - today).days <= 7


@pytest.mark.parametrize(
    ("said", "day"),
    [("sroda", 25), ("W SRODE", 25), ("śr.", 25), ("we wtorek", 24), ("niedz", 29), ("on Friday", 27), ("у п’ятницю", 27)],
)  # fmt: skip
def test_marks_capitals_and_shortened_words_make_no_other_day(said: str, day: int) -> None:
    assert read_spoken_day(said, today=MONDAY) == date(2026, 11, day)


@pytest.mark.parametrize("said", ["", "w", "za tydzień", "kiedyś", "środa 25", "w przyszłą środę", "5"])
def test_anything_else_is_not_guessed(said: str) -> None:
    assert read_spoken_day(said, today=MONDAY) is None


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("środa 2 grudnia", date(2026, 12, 2)),
        ("w środę, 2.12", date(2026, 12, 2)),
        ("Śr. 2.12.2026", date(2026, 12, 2)),
        ("czwartek 2 grudnia", None),
        ("środa grudnia", None),
        ("w środę", date(2026, 11, 25)),
    ],
)  # fmt: skip
def test_a_weekday_before_a_date_is_read_when_it_is_that_days(said: str, on: date | None) -> None:
    assert read_coming_day(said, today=MONDAY) == on


def test_the_desk_shows_in_full_the_day_a_word_meant(office: Office) -> None:
    rider = office.rider()
    office.shift()
    office.clock.at("2026-06-17 09:00")
    office.sign_in("operator")
    ask, page = "Pokaż godziny F8", office.page.get(f"/przejazdy/biurko/{rider.id}")
    page.fill_and_send({**USUAL_REQUEST, "on": "we wtorek"}, form=ask)
    assert page.fields(ask)["on"] == ["23.06.2026"]
    assert any("wtorek 23 czerwca" in legend.text for legend in page.soup.select("fieldset legend"))
    page.fill_and_send({"on": "jutro"}, form=ask)
    assert page.fields(ask)["on"] == ["18.06.2026"]
    assert "czwartek 18 czerwca" in page.main, "also where nobody can ride that day"
    page.fill_and_send({"on": "kiedyś"}, form=ask)
    assert page.fields(ask)["on"] == ["kiedyś"]
