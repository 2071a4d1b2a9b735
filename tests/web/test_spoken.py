"""Templates compiled once per language, and addresses built once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import force_locale
from jinja2 import DictLoader
from werkzeug.routing import BuildError

from services_app.web.spoken import remembering_addresses

SOURCES = {
    "words.html": (
        "{% from 'part.html' import part %}{{ _('Zaloguj') }}|{{ _('Przejazdy: %(day)s', day=day) }}|{{ part() }}|{{ shown_language() }}"
    ),
    "part.html": "{% macro part() %}{{ _('Wyloguj') }}{% endmacro %}",
    "chosen.html": "{{ _(message) }}",
}


@pytest.fixture
def templates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = app.jinja_env
    for spoken in ("pl", "en", "uk"):
        monkeypatch.setattr(environment.in_language(spoken), "loader", DictLoader(SOURCES))  # type: ignore[attr-defined]  # our own environment


@pytest.mark.usefixtures("templates")
def test_one_template_speaks_each_language_its_imported_macros_too(app: Flask) -> None:
    said = {}
    with app.test_request_context():
        for spoken in ("pl", "en", "uk", "pl"):
            with force_locale(spoken):
                said[spoken] = render_template("words.html", day="<b>")
    assert said["pl"] == "Zaloguj|Przejazdy: &lt;b&gt;|Wyloguj|pl"
    assert said["en"].endswith("|en")
    assert "Zaloguj" not in said["en"]
    assert "Wyloguj" not in said["en"]
    assert said["uk"].endswith("|uk")
    assert len(set(said.values())) == 3
    assert all("&lt;b&gt;" in words and "<b>" not in words for words in said.values()), (
        "what is filled in is escaped in every language"
    )


@pytest.mark.usefixtures("templates")
def test_a_text_known_only_while_the_page_is_drawn_is_translated_then(app: Flask) -> None:
    with app.test_request_context():
        said = []
        for spoken in ("pl", "en"):
            with force_locale(spoken):
                said.append(render_template("chosen.html", message="Wyloguj"))
    assert said[0] == "Wyloguj"
    assert said[1] not in ("", "Wyloguj")


def test_a_template_that_is_a_text_speaks_the_language_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert render_template_string("{{ _('Wyloguj') }}") != "Wyloguj"


def test_a_remembered_address_is_the_one_that_would_be_built(app: Flask) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("rides.day", {}), ("static", {"filename": "img/favicon.svg"}), ("rides.desk_for", {"resident_id": 7}),
        ("rides.desk_for", {"resident_id": 12345}), ("rides.book", {"osoba": 3}), ("rides.book", {"osoba": None}),
        ("rides.day", {"on": "2026-11-26"}), ("rides.my_rides", {"osoba": 3, "minione": 1}), ("rides.book", {"osoba": "<&"}),
    ]  # fmt: skip
    with app.test_request_context(base_url="https://localhost/here"):
        root = ["/here"]
        url_for = remembering_addresses(app.url_for, lambda: root[0])
        for endpoint, values in [*asked, *asked]:
            assert url_for(endpoint, **values) == app.url_for(endpoint, **values)
    with app.test_request_context(base_url="https://localhost"):
        root[0] = ""
        assert url_for("rides.day") == app.url_for("rides.day") == "/przejazdy/dzien"


def test_a_page_that_does_not_exist_is_refused_as_ever(app: Flask) -> None:
    with app.test_request_context():
        url_for = remembering_addresses(app.url_for, str)
        for values in ({}, {"number": 1}):
            with pytest.raises(BuildError, match="nowhere"):
                url_for("nowhere", **values)
