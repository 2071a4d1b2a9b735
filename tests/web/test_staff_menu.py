"""The staff menu is put together once for the same roles on the same page."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.staff import make_staff
from tests.page import Page


def test_hosts_somebody_makes_up_do_not_fill_the_memory(page: Page, session: Session, app: Flask) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/pracownicy/moje-konto")
    before = len(app.extensions["staff_menus"])
    for number in range(3):
        page.client.get(
            "/pracownicy/moje-konto", base_url="https://localhost", headers={"Host": f"host{number}.example"}
        )
    assert len(app.extensions["staff_menus"]) == before
