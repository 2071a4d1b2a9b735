"""The field nobody sees: it stands in every form anybody may send that makes us write to somebody, and what fills it in sends nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.web.forms import TRAP_FIELD
from tests.factories.residents import make_resident
from tests.page import Page

FORMS = {
    "/logowanie": {"contact": "600 100 200"},
    "/dostepnosc/zadanie": {"place": "Wejście", "barrier": "Schody", "name": "Jan", "answer_by": "e_mail", "e_mail": "j@poczta.example.pl"},
}  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_nobody_meets_it(page: Page, path: str) -> None:
    field = page.get(path).soup.select_one(f"[name={TRAP_FIELD}]")
    assert field is not None
    assert field.find_parent(attrs={"hidden": True}) is not None
    assert (field["tabindex"], field["autocomplete"], field.get("value")) == ("-1", "off", None)


@pytest.mark.parametrize("path", FORMS)
def test_what_fills_it_in_sends_nothing_and_a_person_simply_sends_again(
    page: Page, session: Session, path: str
) -> None:
    make_resident(session, phones=["600 100 200"])
    session.commit()
    page.get(path).fill_and_send({**FORMS[path], TRAP_FIELD: "https://buy.example"}, form=path)
    assert "Wyślij jeszcze raz albo zadzwoń do nas." in page.main
    assert messages_in(session) == 0
    page.fill_and_send(form=path)
    assert page.path != path
    assert messages_in(session) == 1


def messages_in(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Message)) or 0
