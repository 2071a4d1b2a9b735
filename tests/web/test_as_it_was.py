"""Three values of a field: what the form was drawn from, what was typed, what is stored by now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm

from services_app.residents.policy.numbers import read_phone
from services_app.web.as_it_was import ChangingForm, Unseen
from services_app.web.forms import DayField, ReadField, WholeNumberField, as_choices


class Door(PlainForm):
    name = StringField("Drzwi")
    note = StringField("Jak trafić")


class House(ChangingForm):
    name = StringField("Nazwa")
    note = TextAreaField("Uwagi")
    phone = ReadField("Telefon", read_phone)
    seats = WholeNumberField("Miejsca")
    since = DayField("Od kiedy")
    quiet = BooleanField("Cisza")
    kind = SelectField("Rodzaj", choices=as_choices([("a", "dom"), ("b", "blok")]))
    days = SelectMultipleField("Dni", choices=as_choices([("1", "wtorek"), ("2", "środa")]))
    doors = FieldList(FormField(Door), "Drzwi")
    secret = StringField("Numer PESEL")


BEFORE: dict[str, Any] = {
    "name": "Stara", "note": "raz\ndwa", "phone": "600 100 200", "seats": 4, "since": date(2026, 1, 1), "quiet": True, "kind": "a",
    "days": ["2", "1"], "doors": [{"name": "przód", "note": ""}, {"name": "tył", "note": ""}],
    "secret": Unseen("44051401359", "*******1359"),
    "beside": [1, date(2026, 1, 1)],
}  # fmt: skip
SENT = {
    "name": "Stara", "note": "raz\r\ndwa", "phone": "600-100-200", "seats": "4", "since": "2026-01-01", "quiet": "y", "kind": "a",
    "days": ["1", "2"], "doors-0-name": "przód", "doors-0-note": "", "doors-1-name": " tył ", "doors-1-note": "", "secret": "",
}  # fmt: skip
"""A form sent as it was drawn, in a person's other spelling."""


def drawn(app: Flask, stored: Mapping[str, Any] = BEFORE) -> str:
    """What a form drawn from ``stored`` carries."""
    with app.test_request_context("/"):
        return str(House.about(stored).as_it_was.data)


def sent(app: Flask, now: Mapping[str, Any], typed: Mapping[str, Any], was: str | None = None) -> tuple[bool, House]:
    """Whether a form drawn from BEFORE and sent with ``typed`` is overtaken by what is stored ``now``; and the form."""
    data = {**SENT, "as_it_was": drawn(app) if was is None else was, **typed}
    with app.test_request_context("/", method="POST", data=data):
        form = House.about({**BEFORE, **now})
        return form.overtaken({**BEFORE, **now}), form


def lines(form: House) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    assert form.meanwhile is not None
    taken, differing = ([(line.label, line.words) for line in group] for group in form.meanwhile)
    return taken, differing


CHANGES = [
    ("name", "Nowa", "Moja", ("Nazwa", "Nowa")),
    ("note", "trzy\ncztery", "moje", ("Uwagi", "trzy\ncztery")),
    ("phone", "601 100 200", "602 100 200", ("Telefon", "601 100 200")),
    ("seats", 7, "9", ("Miejsca", "7")),
    ("since", date(2026, 2, 3), "5.05.2026", ("Od kiedy", "3.02.2026")),
    ("since", None, "5.05.2026", ("Od kiedy", "")),
    ("kind", "b", "c", ("Rodzaj", "blok")),
    ("days", ["1"], ["2"], ("Dni", "wtorek")),
]


@pytest.mark.parametrize(("name", "theirs", "mine", "line"), CHANGES)
def test_a_field_only_the_other_changed_is_taken_over_and_said(
    app: Flask, name: str, theirs: Any, mine: Any, line: tuple[str, str]
) -> None:
    overtaken, form = sent(app, {name: theirs}, {})
    assert overtaken
    assert lines(form) == ([line], [])
    assert form[name].data == theirs
    again, _form = sent(app, {name: theirs}, {name: _as_sent(form, name)}, was=str(form.as_it_was.data))
    assert not again


def _as_sent(form: House, name: str) -> Any:
    """What the page's field would send."""
    return form[name].data if name in ("kind", "days") else form[name]._value()


@pytest.mark.parametrize(("name", "theirs", "mine", "line"), CHANGES)
def test_a_field_both_changed_keeps_what_was_typed_and_a_second_save_goes_through(
    app: Flask, name: str, theirs: Any, mine: Any, line: tuple[str, str]
) -> None:
    overtaken, form = sent(app, {name: theirs}, {name: mine})
    assert overtaken
    assert lines(form) == ([], [line])
    assert form[name].data != theirs
    again, _form = sent(app, {name: theirs}, {name: mine}, was=str(form.as_it_was.data))
    assert not again


@pytest.mark.parametrize(
    ("name", "both"),
    [("name", "Nowa"), ("phone", "601100200"), ("kind", "b"), ("days", ["2"]), ("secret", "44051401458")],
)
def test_the_same_change_by_both_is_no_conflict(app: Flask, name: str, both: Any) -> None:
    theirs = Unseen(both, "*******1458") if name == "secret" else "601 100 200" if name == "phone" else both
    overtaken, form = sent(app, {name: theirs}, {name: both})
    assert not overtaken
    assert form.meanwhile is None


def test_what_only_the_sender_changed_is_said_nowhere(app: Flask) -> None:
    overtaken, form = sent(app, {"name": "Nowa"}, {"seats": "9", "quiet": ""})
    assert overtaken
    assert lines(form) == ([("Nazwa", "Nowa")], [])
    assert (form.seats.data, form.name.data) == (9, "Nowa")


def test_a_form_nobody_overtook_is_saved_whatever_was_typed(app: Flask) -> None:
    assert sent(app, {}, {})[0] is False
    assert sent(app, {}, {"name": "Moja", "phone": "", "days": [], "secret": "44051401458"})[0] is False


@pytest.mark.parametrize(("typed", "group"), [("y", 0), ("", 1)])
def test_a_box_ticked_off_by_others_is_taken_over_unless_it_was_ticked_off_here(
    app: Flask, typed: str, group: int
) -> None:
    data = {key: value for key, value in SENT.items() if key != "quiet"} | ({"quiet": "y"} if typed else {})
    was = drawn(app)
    with app.test_request_context("/", method="POST", data={**data, "as_it_was": was}):
        form = House.about(BEFORE)
        assert form.overtaken({**BEFORE, "quiet": False}) is (group == 0), "ticked off by both is the same change"
        assert form.quiet.data is False


def test_a_number_never_shown_is_neither_put_into_the_form_nor_said_in_full(app: Flask) -> None:
    theirs = {"secret": Unseen("44051401458", "*******1458")}
    overtaken, form = sent(app, theirs, {})
    assert overtaken
    assert lines(form) == ([("Numer PESEL", "*******1458")], [])
    assert form.secret.data == ""
    overtaken, form = sent(app, theirs, {"secret": "02070803628"})
    assert lines(form) == ([], [("Numer PESEL", "*******1458")])
    assert form.secret.data == "02070803628"


def test_rows_of_a_list_are_compared_by_position(app: Flask) -> None:
    doors = [{"name": "brama", "note": "dzwonek"}, {"name": "tył", "note": "po schodach"}]
    overtaken, form = sent(app, {"doors": doors}, {"doors-0-note": "kod 7", "doors-1-name": "bok"})
    assert overtaken
    assert lines(form) == (
        [("Drzwi 1", "brama"), ("Drzwi 2: jak trafić", "po schodach")], [("Drzwi 1: jak trafić", "dzwonek")],
    )  # fmt: skip
    assert form.doors.data == [{"name": "brama", "note": "kod 7"}, {"name": "bok", "note": "po schodach"}]


def test_a_list_with_another_number_of_rows_stays_as_typed_and_is_said_as_a_whole(app: Flask) -> None:
    doors = [{"name": "brama", "note": "dzwonek"}]
    overtaken, form = sent(app, {"doors": doors}, {"doors-1-name": "bok"})
    assert overtaken
    assert lines(form) == ([], [("Drzwi", "brama, dzwonek")])
    assert [row["name"] for row in form.doors.data] == ["przód", "bok"]


def test_a_list_left_alone_is_taken_over_with_its_rows(app: Flask) -> None:
    doors = [*BEFORE["doors"], {"name": "dach", "note": ""}]
    _overtaken, form = sent(app, {"doors": doors}, {"doors-1-name": "tył"})
    assert lines(form) == ([("Drzwi", "przód; tył; dach")], [])
    assert form.doors.data == doors


def test_rows_added_here_to_a_list_nobody_else_touched_are_saved(app: Flask) -> None:
    assert sent(app, {}, {"doors-2-name": "dach", "doors-2-note": ""})[0] is False


def test_what_stands_beside_the_form_is_watched_too_but_not_listed(app: Flask) -> None:
    overtaken, form = sent(app, {"beside": [1, date(2026, 1, 2)]}, {"name": "Moja"})
    assert overtaken
    assert lines(form) == ([], [])


@pytest.mark.parametrize("was", ["", "was_", "was_AAAAAAAA", "was_AAAAAAAABBBBBBBBCCC", "ośle łąki", "x" * 5000])
def test_a_form_that_does_not_say_what_it_was_drawn_from_overwrites_nothing_unsaid(app: Flask, was: str) -> None:
    overtaken, form = sent(app, {"name": "Nowa"}, {"seats": "9"}, was=was)
    assert overtaken
    _taken, differing = lines(form)
    assert ("Nazwa", "Nowa") in differing
    assert ("Miejsca", "4") in differing
    assert form.name.data == "Stara"


def test_what_the_form_carries_says_nothing_and_is_short(app: Flask) -> None:
    first, second = drawn(app), drawn(app)
    assert first[12:] != second[12:], "equal values of two forms are not recognised"
    assert not {first[at : at + 8] for at in range(12, len(first), 8)} & {
        second[at : at + 8] for at in range(12, len(second), 8)
    }
    assert len(first) == 4 + 8 * (1 + 1 + 1 + 9 + 4), "a salt; one beside, one list, nine fields, four of rows"
    for value in ("Stara", "600", "4405"):
        assert value not in first
