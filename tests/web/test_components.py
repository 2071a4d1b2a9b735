"""The macros every page is made of: labels, errors, kept values, charts; and what the look promises: contrast, weight, one token file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from wtforms import (
    BooleanField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

TOP = Path(__file__).parents[2]
CHOICES = [SelectChoice("a", "Lekarz"), SelectChoice("b", "Urząd")]


class Sample(Form):
    """A field of each kind."""

    name = StringField("Imię", description="Jak w dowodzie")
    secret = PasswordField("Hasło")
    note = TextAreaField("Uwagi")
    purpose = SelectField("Cel", choices=CHOICES, validate_choice=False)
    place = RadioField("Dokąd", choices=CHOICES, validate_choice=False)
    help = SelectMultipleField("Pomoc", choices=CHOICES, validate_choice=False)
    agree = BooleanField("Zgoda")


FIELDS = """{% import "components/forms.html" as f %}{{ f.error_summary(form) }}
{{ f.text(form.name) }}{{ f.password(form.secret) }}{{ f.textarea(form.note, count=50) }}{{ f.select(form.purpose) }}
{{ f.radios(form.place) }}{{ f.checkboxes(form.help) }}{{ f.checkbox(form.agree) }}"""


@pytest.fixture
def bare() -> Iterator[Flask]:
    """The templates alone: no database, no signing in. As in the product, blocks leave no empty lines."""
    app = Flask(__name__, template_folder=str(TOP / "templates"))
    app.secret_key = "only for this test"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["new_request_id"] = lambda: "fresh"
    Babel(app)
    CSRFProtect(app)
    with app.test_request_context():
        yield app


def drawn(app: Flask, source: str, **context: Any) -> BeautifulSoup:
    return BeautifulSoup(app.jinja_env.from_string(source).render(**context), "html.parser")


def the(soup: BeautifulSoup, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def with_errors() -> Sample:
    form = Sample(data={"name": "Jan", "secret": "sekret", "place": "b", "help": ["b"]})
    for field in form:
        field.errors = [f"Popraw {field.name}."]
    return form


def test_every_line_of_the_summary_leads_to_a_field_that_can_take_the_focus(bare: Flask) -> None:
    soup = drawn(bare, FIELDS, form=with_errors())
    links = soup.select("[data-error-summary] a")
    assert len(links) == 7
    for link in links:
        target = the(soup, str(link["href"]))
        assert target.name in ("input", "select", "textarea"), link


def test_what_is_wrong_stands_beside_the_field_and_is_read_out_with_it(bare: Flask) -> None:
    soup = drawn(bare, FIELDS, form=with_errors())
    described = str(the(soup, "#name")["aria-describedby"]).split()
    said = [the(soup, f"#{name}").get_text(" ", strip=True) for name in described]
    assert said == ["Jak w dowodzie", "Błąd: Popraw name."]
    assert the(soup, "#name")["aria-invalid"] == "true"


def test_every_description_a_field_names_is_on_the_page(bare: Flask) -> None:
    soup = drawn(bare, FIELDS, form=with_errors())
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for tag in soup.select("[aria-describedby]"):
        assert set(str(tag["aria-describedby"]).split()) <= set(ids), tag


def test_without_errors_there_is_no_summary_and_nothing_is_called_invalid(bare: Flask) -> None:
    soup = drawn(bare, FIELDS, form=Sample())
    assert not soup.select("[data-error-summary], [aria-invalid], .govuk-error-message")


def test_what_was_typed_and_chosen_stays(bare: Flask) -> None:
    soup = drawn(bare, FIELDS, form=with_errors())
    assert the(soup, "#name")["value"] == "Jan"
    assert [tag["value"] for tag in soup.select("input[checked]")] == ["b", "b"]


def test_a_password_is_never_sent_back_to_the_page(bare: Flask) -> None:
    assert not the(drawn(bare, FIELDS, form=with_errors()), "#secret").has_attr("value")


def test_what_people_type_cannot_become_markup(bare: Flask) -> None:
    form = Sample(data={"name": '"><b>x</b>', "note": "</textarea><b>x</b>"})
    soup = drawn(bare, FIELDS, form=form)
    assert not soup.select("b")
    assert the(soup, "#name")["value"] == '"><b>x</b>'


def test_a_form_carries_a_fresh_request_id_and_keeps_the_posted_one(bare: Flask) -> None:
    source = "{% from 'components/forms.html' import request_id_field %}{{ request_id_field() }}"
    assert the(drawn(bare, source), "input")["value"] == "fresh"
    with bare.test_request_context(method="POST", data={"request_id": "first"}):
        assert the(drawn(bare, source), "input")["value"] == "first"


def bars_of(app: Flask, *values: list[int]) -> BeautifulSoup:
    series = [{"label": f"seria {at}", "values": one, "tone": "rides"} for at, one in enumerate(values)]
    source = (
        '{% from "components/charts.html" import bars %}{{ bars("c", "Tytuł", "Opis", labels, series, unit="Dzień") }}'
    )
    return drawn(app, source, labels=["pon.", "wt."], series=series)


def test_bars_grow_from_zero_in_proportion(bare: Flask) -> None:
    heights = [float(str(bar["height"])) for bar in bars_of(bare, [3, 6]).select("rect.tone-rides[x]")]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)


@pytest.mark.parametrize("most", [1, 5, 6, 24, 25, 26, 999, 100_000])
def test_the_highest_bar_stays_under_the_top_line(bare: Flask, most: int) -> None:
    soup = bars_of(bare, [most, 0])
    assert 0 < float(str(the(soup, "rect.tone-rides[x]")["height"])) <= 200
    assert int(soup.select(".chart__scale")[-1].get_text()) >= most


def test_the_table_of_a_chart_holds_the_same_figures(bare: Flask) -> None:
    rows = [
        [cell.get_text() for cell in row.select("th, td")] for row in bars_of(bare, [3, 6], [1, 0]).select("table tr")
    ]
    assert rows == [["Dzień", "seria 0", "seria 1"], ["pon.", "3", "1"], ["wt.", "6", "0"]]


def test_charts_of_nothing_are_drawn_all_the_same(bare: Flask) -> None:
    assert not bars_of(bare, [0, 0]).select("rect.tone-rides[x]")
    source = """{% import "components/charts.html" as c %}{{ c.rows_of_bars("r", "T", "O", []) }}{{ c.sparkline([], "nic") }}
        {{ c.timeline("t", "T", "O", []) }}"""
    assert len(drawn(bare, source).select("figure, svg.sparkline")) == 3


def test_a_run_beyond_the_hours_shown_is_cut_at_the_edge(bare: Flask) -> None:
    rows = [
        {
            "label": "Bus",
            "bars": [{"start": 5, "end": 7, "words": "wcześnie"}, {"start": 21, "end": 22, "words": "późno"}],
        }
    ]
    source = '{% from "components/charts.html" import timeline %}{{ timeline("t", "T", "O", rows, from_hour=6, to_hour=20) }}'
    run = the(drawn(bare, source, rows=rows), ".run")
    assert float(str(run["x"])) == 150
    assert float(str(run["width"])) == 71


# --- promises of the look -------------------------------------------------------------------------------------------------------------


def colours(theme: str) -> dict[str, str]:
    tokens = (TOP / "assets/scss/_tokens.scss").read_text()
    block = re.search(rf"\${theme}: \((.*?)\n\);", tokens, re.DOTALL)
    assert block is not None
    return dict(re.findall(r'"([\w-]+)": (#[0-9a-f]{6})\b', block[1]))


def lightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((lightness(one), lightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


READ = [
    *((ink, ground) for ink in ("ink", "quiet") for ground in ("ground", "ground-deep", "sheet", "waiting-soft", "rides-soft")),
    *((tone, f"{tone}-soft") for tone in ("rides", "caps", "family", "directory", "danger", "good", "waiting")),
    *((tone, "sheet") for tone in ("action", "visited", "rides", "caps", "family", "danger", "good", "waiting")),
    ("danger", "ground"), ("action", "ground"), ("action", "ground-deep"), ("on-action", "action"), ("on-action", "action-deep"),
    ("on-band", "band"), ("on-band", "band-deep"), ("focus-ink", "focus"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["colours", "high-contrast"])
@pytest.mark.parametrize(("words", "ground"), READ)
def test_words_stand_out_seven_to_one(theme: str, words: str, ground: str) -> None:
    found = colours(theme)
    assert contrast(found[words], found[ground]) >= 7


def test_both_themes_name_the_same_colours() -> None:
    assert set(colours("high-contrast")) == set(colours("colours"))


def test_only_the_token_file_names_colours() -> None:
    for file in (TOP / "assets/scss").glob("*.scss"):
        if file.name not in ("_tokens.scss", "_print.scss"):
            assert not re.search(r"#[0-9a-f]{3,8}\b", file.read_text()), file.name


def test_templates_have_no_inline_style_or_script() -> None:
    for file in (TOP / "templates").rglob("*.html"):
        words = file.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)", words), file


def test_what_a_first_visit_fetches_leaves_room_for_the_page() -> None:
    dist = TOP / "static/dist"
    fetched = [dist / "public.css", dist / "public.js", *(dist / "fonts").glob("*.woff2")]
    assert len(fetched) == 8
    assert sum(len(gzip.compress(file.read_bytes())) for file in fetched) <= 70_000


def test_the_lock_of_the_sources_names_no_place_to_download_from() -> None:
    lock = (TOP / "assets/package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
