"""Fields in a folded part name their labels by id."""

from __future__ import annotations

from bs4 import BeautifulSoup
from markupsafe import Markup

from services_app.web.folding import named_when_folded

PART = Markup(
    '<fieldset class="govuk-fieldset" aria-describedby="x">\n<legend class="l">Kto</legend>'
    '<input class="box" id="a" name="a" type="checkbox"><label class="govuk-label" for="a">Pierwsze</label></fieldset>'
    '<label class="govuk-label" for="b">Drugie</label><select class="s" id="b" name="b"></select>'
    '<input type="hidden" name="c" id="c" value="1">'
)


def test_each_field_points_at_its_label_and_the_group_at_its_legend() -> None:
    soup = BeautifulSoup(named_when_folded(PART), "html.parser")
    named = {str(field["id"]): field.get("aria-labelledby") for field in soup.select("input, select")}
    assert named == {"a": "a-own", "b": "b-own", "c": None}
    assert {label["id"]: label.get_text() for label in soup.select("label")} == {"a-own": "Pierwsze", "b-own": "Drugie"}
    [group] = soup.select("fieldset")
    [legend] = soup.select("legend")
    assert group["aria-labelledby"] == legend["id"]
    assert group["aria-describedby"] == "x"


def test_a_part_without_fields_stays_as_it_is() -> None:
    words = Markup("<p>Tylko słowa</p>")
    assert named_when_folded(words) == words
