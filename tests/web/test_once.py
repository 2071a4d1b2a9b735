from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.staff.models import StaffAccount
from services_app.web.models import AnsweredRequest
from tests.at_once import at_once
from tests.factories.staff import make_staff
from tests.page import Page

INVITE = "/pracownicy/nowy"


def fields(request_id: str, number: int = 1) -> dict[str, object]:
    return {
        "request_id": request_id,
        "e_mail": f"ewa{number}@mopr.example",
        "first_name": "Ewa",
        "last_name": "Lis",
        "roles": ["operator"],
    }


@pytest.fixture
def administrator(page: Page, session: Session) -> StaffAccount:
    account = make_staff(session, "administrator", name="Adam Wójcik")
    page.sign_in("staff", account.id)
    return account


def invited(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(StaffAccount).where(StaffAccount.first_name == "Ewa")).all())


def test_a_repeated_post_is_answered_as_the_first_was(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    request_id = str(uuid.uuid4())
    first = page.post(INVITE, fields(request_id), follow=False, status=302).location
    assert page.post(INVITE, fields(request_id), follow=False, status=302).location == first
    assert invited(session) == 1


def test_a_refused_form_may_be_corrected_under_its_id(
    page: Page, administrator: StaffAccount, session: Session
) -> None:
    request_id = str(uuid.uuid4())
    page.post(INVITE, {**fields(request_id), "e_mail": administrator.e_mail})
    assert page.errors
    page.post(INVITE, fields(request_id), follow=False, status=302)
    assert invited(session) == 1


def test_two_equal_posts_at_once_have_one_effect_and_one_answer(
    page: Page, new_page: Callable[[], Page], administrator: StaffAccount, session: Session, app: Flask
) -> None:  # fmt: skip
    request_id = str(uuid.uuid4())
    page.get(INVITE)
    token = page.csrf_token()
    readers = [page, new_page()]
    for reader in readers[1:]:
        cookie = page.client.get_cookie("__Host-session")
        assert cookie is not None
        reader.client.set_cookie("__Host-session", cookie.value, domain="localhost", secure=True)

    def send(reader: Page) -> Callable[[], tuple[int, str | None]]:
        def deed() -> tuple[int, str | None]:
            data = {**fields(request_id), "csrf_token": token}
            response = reader.client.post(INVITE, data=data, base_url="https://localhost")
            return response.status_code, response.location

        return deed

    session.rollback()
    answers = at_once(app, [send(reader) for reader in readers])
    assert invited(session) == 1
    assert answers[0] == answers[1]
    assert answers[0][0] == 302


def test_another_person_s_id_is_not_replayed(
    page: Page, new_page: Callable[[], Page], administrator: StaffAccount, session: Session
) -> None:
    request_id = str(uuid.uuid4())
    page.post(INVITE, fields(request_id))
    other = new_page()
    other.sign_in("staff", make_staff(session, "administrator").id)
    other.post(INVITE, fields(request_id, 2), follow=False, status=302)
    assert invited(session) == 2


def test_an_id_that_is_none_is_no_claim(page: Page, administrator: StaffAccount, session: Session) -> None:
    page.post(INVITE, fields("not a uuid"), follow=False, status=302)
    assert session.scalars(select(AnsweredRequest)).all() == []
