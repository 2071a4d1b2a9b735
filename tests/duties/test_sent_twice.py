"""Every form of the office's own duties, sent twice with one request id, is carried out once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.duties.models import (
    AccessibilityRequest,
    AccessReview,
    DataBreach,
    IncidentContact,
    RetentionRule,
    StaffTraining,
    StatementReview,
)
from tests.factories.staff import make_staff
from tests.page import Page

_ASKED = {"place": "Strona", "barrier": "Próg", "name": "Anna Wymyślona", "answer_by": "call", "phone": "41 331 25 24"}
_PERSON = {"name": "Adam Bezpieczny", "phone": "41 331 25 24", "e_mail": "incydent@mopr.example"}
_PERIOD = {"years": "5", "legal_source": "JRWA 8111"}


@pytest.mark.parametrize(
    ("path", "action", "typed", "model"),
    [
        ("/dostepnosc/nowe", None, _ASKED, AccessibilityRequest),
        ("/incydent", None, {"happened": "Zgubiony telefon"}, DataBreach),
        ("/ustawienia/incydenty", None, _PERSON, IncidentContact),
        ("/ustawienia/deklaracja", None, {"outcome": "unchanged"}, StatementReview),
        ("/przeglad-uprawnien/", "/przeglad-uprawnien/nowy", {}, AccessReview),
        ("/przeglad-uprawnien/szkolenia", None, {"topic": "Ochrona danych"}, StaffTraining),
        ("/przechowywanie/ride/okres", None, _PERIOD, RetentionRule),
    ],
)
def test_a_form_sent_twice_is_saved_once(
    page: Page, session: Session, path: str, action: str | None, typed: dict[str, str], model: Any
) -> None:
    page.sign_in("staff", make_staff(session, "administrator").id)
    target = action or path
    fields = {**page.get(path).fields(target), **typed}
    page.post(target, fields)
    first = page.path
    page.post(target, fields)
    assert page.path == first, "the second answer leads where the first did"
    assert session.scalar(select(func.count()).select_from(model)) == 1
