"""Two people change one wording."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import MessageText
from tests.factories.staff import make_staff
from tests.page import Page

PATH = "/wiadomosci/teksty/ride_confirmed/sms/pl"
THEIRS, MINE = "{sender}: dzień {day} o {hour}", "{sender}: zapraszamy {day} o {hour}"


def test_who_saves_a_wording_second_is_told_keeps_it_and_may_save_again(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    before = page.get(PATH).fields()
    page.post(PATH, {"body": THEIRS, "as_it_was": before["as_it_was"][0]})
    assert "Zapisano." in page.text
    page.post(PATH, {"body": MINE, "as_it_was": before["as_it_was"][0]})
    assert "Ktoś inny zmienił to w tym czasie." in page.main
    assert THEIRS in page.main
    form = page.soup.select("form:has(textarea)")[0]
    assert form.select("textarea")[0].get_text().strip() == MINE
    assert session.scalars(select(MessageText.body)).all() == [THEIRS]
    page.post(PATH, {"body": MINE, "as_it_was": form.select("input[name=as_it_was]")[0]["value"]})
    assert "Zapisano." in page.text
    session.expire_all()
    assert session.scalars(select(MessageText.body)).all() == [MINE]
