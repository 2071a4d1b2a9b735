"""Who may open which address: the table equals the product, and every door keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import literal, select
from werkzeug.routing import BaseConverter, IntegerConverter, UUIDConverter

from services_app.web import sessions
from services_app.web.access import STAFF_ROLES, Access, Identity, Nobody, declared_access
from services_app.web.sessions import Signatories
from tests.critic import carried_out_once
from tests.page import HOME, Page
from tools.write_routes import ROUTES, table

MAY_BE_REPEATED = {
    "messaging.receipts": "a receipt that comes twice moves a message no further than once",
    "residents.choose_who": "chooses whom one acts for; choosing again is the same choice",
    "residents.enter_code": "a code opens one session only and is counted by itself",
    "residents.letter": "prints a letter; a second print is a second letter on purpose",
    "residents.reveal_pesel": "shows a number; each look is to stand in the journal",
    "residents.sign_in": "each try is counted against guessing",
    "residents.sign_in_by_letter": "each try is counted against guessing",
    "residents.sign_out": "signing out twice is signing out",
    "staff.second_factor": "a code is taken once by itself",
    "staff.sign_in": "each try is counted against guessing",
    "staff.sign_out": "signing out twice is signing out",
    "staff.stay": "staying signed in saves nothing",
}
"""Endpoints whose POST needs no request id, each with the reason: doing it twice is the same as doing it once."""

PEOPLE: dict[str, Identity | Nobody] = {
    "nobody": Nobody(),
    "resident": Identity("resident", 1, "Mieszkanka"),
    "representative": Identity("representative", 1, "Opiekunka"),
    "staff without a role": Identity("staff", 1, "Nowy pracownik"),
    **{role: Identity("staff", 1, "Pracownica", frozenset({role})) for role in STAFF_ROLES},
}


@pytest.fixture
def open_doors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The product with every view replaced by one word, so that only the doors answer."""

    def inside(access: Access | None) -> Any:
        def view(**_arguments: object) -> str:
            return "inside"

        view.access = access  # type: ignore[attr-defined]  # the mark a decorator leaves
        return view

    for endpoint in list(app.view_functions):
        if endpoint != "static":
            with app.app_context():
                access = declared_access(endpoint)
            monkeypatch.setitem(app.view_functions, endpoint, inside(access))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """An address, with its endpoint and a method, for each route."""
    adapter = app.url_map.bind("localhost", url_scheme="https")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: _value(rule._converters[name]) for name in rule.arguments}
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            found.append((rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def _value(converter: BaseConverter) -> object:
    if isinstance(converter, IntegerConverter):
        return 999_999
    if isinstance(converter, UUIDConverter):
        return "00000000-0000-4000-8000-000000000000"
    options = getattr(converter, "items", None)  # any(a, b): one of its words
    if options:
        return min(options)
    return "2026-11-23"


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    with app.app_context():
        silent = [rule.endpoint for rule in app.url_map.iter_rules() if declared_access(rule.endpoint) is None]
    assert silent == []


def test_the_table_of_routes_is_the_products(app: Flask) -> None:
    kept = ROUTES.read_text(encoding="utf-8").splitlines()
    assert kept == table(app), "look at the difference, then run: python -m tools.write_routes"


def test_every_form_is_carried_out_once_or_may_be_repeated(app: Flask) -> None:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    repeated = {endpoint for endpoint in posts if not carried_out_once(app, endpoint)}
    assert repeated == set(MAY_BE_REPEATED), "a view that saves needs @answers_once, or a reason in MAY_BE_REPEATED"


@pytest.mark.parametrize("who", PEOPLE)
def test_each_door_lets_in_whom_its_table_names(
    open_doors: Flask, page: Page, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = PEOPLE[who]
    if isinstance(person, Identity):
        everybody = Signatories(select(literal(person.id).label("id")), lambda _id, _rows: person)
        monkeypatch.setitem(sessions.signatories, person.kind, everybody)
        page.sign_in(person.kind, person.id)
    wrong = []
    for endpoint, method, path in addresses(open_doors):
        with open_doors.app_context():
            access = declared_access(endpoint)
        assert access is not None
        answer = page.client.open(path, method=method, base_url=HOME, headers={"Origin": HOME})
        came_in = answer.status_code == 200 and answer.text == "inside"
        if came_in != access.admits(person):
            wrong.append(f"{method} {path}: {answer.status_code}, although {endpoint} is for {access}")
        elif not came_in and answer.status_code not in ((302, 401) if who == "nobody" else (403, 404)):
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []
