"""What the programme is, for everybody."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories.rides import NOW, make_rules
from tests.frozen import Clock
from tests.page import Page


@pytest.fixture(autouse=True)
def a_monday_morning(clock: Clock) -> None:
    clock.at(NOW)


def test_the_programme_is_explained_with_the_mark_of_unconfirmed_rules(page: Page, session: Session) -> None:
    version = make_rules(session)
    session.commit()
    page.get("/przejazdy/")
    assert page.h1 == "Taksówka dla seniora"
    assert "Do potwierdzenia przez ośrodek" in page.main
    assert "Limit przejazdów tam i z powrotem na miesiąc: 1." in page.main
    version.confirmed_on = NOW.date()
    session.commit()
    page.get("/przejazdy/")
    assert "Do potwierdzenia przez ośrodek" not in page.main


def test_without_rules_the_programme_says_so(page: Page, session: Session) -> None:
    page.get("/przejazdy/")
    assert "Nie ma jeszcze zasad programu" in page.main
