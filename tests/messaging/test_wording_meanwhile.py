"""Two people change one wording."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import MessageText
from tests.at_once import at_once
from tests.factories.staff import make_staff
from tests.meanwhile import told
from tests.page import Page

SMS, E_MAIL = (f"/wiadomosci/teksty/ride_confirmed/{channel}/pl" for channel in ("sms", "e_mail"))
THEIRS, MINE = "{sender}: dzień {day} o {hour}", "{sender}: zapraszamy {day} o {hour}"


@pytest.fixture
def coordinator(page: Page, session: Session) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


@pytest.fixture
def other(new_page: Callable[[], Page], session: Session) -> Page:
    page = new_page()
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def save(page: Page, **typed: str) -> Page:
    return page.fill_and_send(typed, form="Pokaż, jak wyjdzie", button="Zapisz Ctrl+Enter")


def test_who_saves_a_wording_second_is_told_keeps_it_and_may_save_again(
    coordinator: Page, other: Page, session: Session
) -> None:
    coordinator.get(SMS)
    assert "Zapisano." in save(other.get(SMS), body=THEIRS).text
    save(coordinator, body=MINE)
    assert told(coordinator)[:2] == ([], [f"Treść: {THEIRS}"])
    assert coordinator.fields("Pokaż, jak wyjdzie")["body"] == [MINE]
    assert session.scalars(select(MessageText.body)).all() == [THEIRS]
    assert "Zapisano." in save(coordinator).text
    assert session.scalars(select(MessageText.body)).all() == [MINE]


def test_a_subject_and_a_body_changed_by_two_are_both_saved(coordinator: Page, other: Page, session: Session) -> None:
    coordinator.get(E_MAIL)
    save(other.get(E_MAIL), subject="Twój przejazd")
    save(coordinator, body=f"{MINE}\r\n\r\nDo zobaczenia")
    assert told(coordinator)[:2] == (["Temat e-maila: Twój przejazd"], [])
    save(coordinator)
    kept = session.scalars(select(MessageText)).one()
    assert (kept.subject, kept.body) == ("Twój przejazd", f"{MINE}\n\nDo zobaczenia")


def test_the_same_wording_by_both_is_simply_saved(coordinator: Page, other: Page, session: Session) -> None:
    coordinator.get(SMS)
    save(other.get(SMS), body=MINE)
    assert "Zapisano." in save(coordinator, body=MINE).text


def test_a_look_at_how_it_comes_out_saves_nothing(coordinator: Page, session: Session) -> None:
    coordinator.get(SMS).fill_and_send({"body": MINE}, form="Pokaż, jak wyjdzie", button="Pokaż, jak wyjdzie")
    assert session.scalars(select(MessageText)).all() == []


@pytest.mark.parametrize("edited", [False, True])
def test_of_two_who_write_a_wording_at_once_one_is_saved_and_one_is_told(
    coordinator: Page, other: Page, session: Session, app: Flask, edited: bool
) -> None:
    if edited:
        save(coordinator.get(SMS), body="{sender}: {day} {hour}")
    pages = [(coordinator.get(SMS), THEIRS), (other.get(SMS), MINE)]
    forms = [
        {**{key: values[0] for key, values in page.fields("Pokaż, jak wyjdzie").items()}, "body": body}
        for page, body in pages
    ]
    session.commit()

    def send(number: int) -> Callable[[], int]:
        return lambda: pages[number][0].client.post(SMS, data=forms[number], base_url="https://localhost").status_code

    answers = at_once(app, [send(0), send(1)])
    assert sorted(answers) == [200, 302]
    session.expire_all()
    assert session.scalars(select(MessageText.body)).all() == [forms[answers.index(302)]["body"]]
