from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_app import wording

WEDNESDAY = datetime(2026, 6, 24, 14, 0)


def test_a_last_moment_reads_as_people_say_it() -> None:
    assert wording.until(WEDNESDAY) == "do środy 24 czerwca, 14:00"
    assert wording.until(WEDNESDAY, "en") == "until Wednesday 24 June, 14:00"
    assert wording.until(WEDNESDAY, "uk") == "до 24 червня (середа), 14:00"


def test_a_moment_is_told_on_a_warsaw_clock() -> None:
    assert wording.hour(datetime(2026, 6, 24, 12, 0, tzinfo=UTC)) == "14:00"
    assert wording.hour(datetime(2026, 12, 24, 12, 0, tzinfo=UTC)) == "13:00"
    assert wording.day_and_hour(datetime(2026, 6, 24, 22, 30, tzinfo=UTC)) == "czwartek 25 czerwca, 0:30"


@pytest.mark.parametrize(
    ("on", "said"), [(date(2026, 11, 24), "we wtorek 24 listopada"), (date(2026, 11, 26), "w czwartek 26 listopada")]
)
def test_a_day_something_happens_on(on: date, said: str) -> None:
    assert wording.on_day(on) == said


@pytest.mark.parametrize(
    ("number", "polish", "ukrainian", "english"),
    [
        (1, "rok", "rok", "rok"), (2, "lata", "lata", "lat"), (4, "lata", "lata", "lat"), (5, "lat", "lat", "lat"),
        (11, "lat", "lat", "lat"), (12, "lat", "lat", "lat"), (21, "lat", "rok", "lat"), (22, "lata", "lata", "lat"),
        (112, "lat", "lat", "lat"), (0, "lat", "lat", "lat"),
    ],
)  # fmt: skip
def test_nouns_go_with_their_numbers(number: int, polish: str, ukrainian: str, english: str) -> None:
    forms = ("rok", "lata", "lat")
    assert wording.plural(number, *forms) == polish
    assert wording.plural(number, *forms, "uk") == ukrainian
    assert wording.plural(number, *forms, "en") == english


@pytest.mark.parametrize(
    ("minutes", "polish", "english"),
    [(0, "0 min", "0 min"), (45, "45 min", "45 min"), (60, "1 godz.", "1 h"), (90, "1 godz. 30 min", "1 h 30 min")],
)
def test_lengths_of_time(minutes: int, polish: str, english: str) -> None:
    assert wording.duration(minutes) == polish
    assert wording.duration(minutes, "en") == english


@pytest.mark.parametrize(("grosze", "said"), [(1700, "17 zł"), (1750, "17,50 zł"), (5, "0,05 zł"), (-100, "-1 zł")])
def test_money(grosze: int, said: str) -> None:
    assert wording.money(grosze) == said


def test_names_are_found_without_their_marks_and_sorted_with_them() -> None:
    assert wording.search_key("  Żółć-Łąka  ") == "zolc laka"
    names = ["żaba", "łoś", "las", "lok", "ąb", "az", "b", "źle"]
    assert sorted(names, key=wording.sort_key) == ["az", "ąb", "b", "las", "lok", "łoś", "źle", "żaba"]


@given(st.text())
def test_a_search_key_is_the_same_for_a_name_and_its_key(text: str) -> None:
    key = wording.search_key(text)
    assert wording.search_key(key) == key


def test_any_value_reads_inside_a_sentence() -> None:
    assert wording.in_words([date(2026, 11, 26), time(9, 5), 3]) == "czwartek 26 listopada, 9:05, 3"
    assert wording.in_words(timedelta(minutes=90)) == "1 godz. 30 min"


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "7 marca 2031"), ("en", "7 March 2031"), ("uk", "7 березня 2031")]
)
def test_a_day_that_may_be_years_away_is_said_with_its_year(language: str, said: str) -> None:
    assert wording.in_words(wording.CalendarDay.of(date(2031, 3, 7)), language) == said
