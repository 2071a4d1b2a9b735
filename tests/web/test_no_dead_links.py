"""No page leads its reader to a door that is closed to them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from services_app.web.access import STAFF_ROLES, Identity, declared_access
from tests.every_address import addresses_with, rows_for_pages
from tests.factories.staff import make_staff
from tests.page import HOME, Page
from tests.rides.walking import Town

FOR_RESIDENTS = frozenset({"/", "/przejazdy/", "/przejazdy/dolacz"})
"""Public pages speak to residents, whoever reads them."""


def closed_doors(app: Flask, html: str, role: str) -> set[str]:
    """The links of a page that its reader's role may not open."""
    adapter, found = app.url_map.bind("localhost", url_scheme="https"), set()
    for link in BeautifulSoup(html, "html.parser").select("a[href^='/']"):
        path = str(link["href"]).partition("?")[0].partition("#")[0]
        try:
            endpoint, _values = adapter.match(path, method="GET")
        except HTTPException:
            continue
        with app.app_context():
            access = declared_access(endpoint)
        if access is not None and not access.admits(Identity("staff", 1, "", frozenset({role}))):
            found.add(endpoint)
    return found


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_page_leads_its_reader_to_a_closed_door(
    app: Flask, page: Page, session: Session, town: Town, role: str
) -> None:
    rows = rows_for_pages(town)
    page.sign_in("staff", make_staff(session, role).id)
    page.let_pages_see()
    dead: dict[str, set[str]] = {}
    for path in addresses_with(app, town, rows):
        if path in FOR_RESIDENTS:
            continue
        answer = page.client.get(path, base_url=HOME)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            dead[path] = closed_doors(app, answer.get_data(as_text=True), role)
        answer.close()
    assert {path: found for path, found in dead.items() if found} == {}
    assert len(dead) >= 5, f"{role} opened only {len(dead)} pages"
