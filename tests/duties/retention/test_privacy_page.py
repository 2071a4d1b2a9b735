"""The page on data protection says what the register of processing says, for both are read from one table."""

from __future__ import annotations

import csv
import io
import re

from services_app.duties.policy.retention_table import OF_STAFF, TABLE
from services_app.duties.terms import Kept
from tests.duties.retention.keeping import PERIOD
from tests.page import Page


def register(page: Page) -> list[list[str]]:
    text = page.get("/przechowywanie/rejestr.csv").body.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_basis_recipients_and_period_are_the_registers_own(administrator: Page) -> None:
    rows = register(administrator)
    said = administrator.get("/prywatnosc").main
    assert len(rows) == len(TABLE)
    for kept, (name, people, purpose, basis, recipients, period, _source, starts, _who) in zip(
        TABLE, rows, strict=True
    ):
        if kept in OF_STAFF:
            assert name not in said
            continue
        whole = f"{name} Czyje {people} Po co {purpose} Podstawa prawna {basis} Kto je dostaje {recipients} Jak długo {period}"
        assert whole in said
        assert f"Liczone od: {starts}." in said


def test_a_period_the_office_enters_stands_on_both(administrator: Page) -> None:
    assert "do ustalenia przez ośrodek" in administrator.get("/prywatnosc").main
    administrator.get(f"/przechowywanie/{Kept.PERSON.value}/okres").fill_and_send(PERIOD)
    row = register(administrator)[0]
    assert row[5] in administrator.get("/prywatnosc").main
    assert f"{row[5]} ({row[6]})" in administrator.get("/prywatnosc").main


def test_the_notice_where_data_are_given_names_the_same_articles(administrator: Page) -> None:
    basis = TABLE[Kept.PERSON].basis
    administrator.get("/osoby/nowa")
    notice = administrator.soup.select_one("#rodo-podstawa")
    assert notice is not None
    for article in ("art. 6 ust. 1 lit. e", "art. 9 ust. 2 lit. b i g"):
        assert article in notice.get_text()
        assert article in basis
    assert re.search("zgod", notice.get_text())
    assert "zgoda, art. 6 ust. 1 lit. a" in basis
