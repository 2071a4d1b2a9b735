"""The same form twice at once, and a worker that stops half way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.fleet.models import Vehicle
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import password_matches
from services_app.staff.views import my_account
from services_app.web import once
from services_app.web.models import AnsweredRequest
from tests.at_once import at_once
from tests.factories.fleet import make_vehicle
from tests.factories.staff import PASSWORD, make_staff
from tests.frozen import Clock
from tests.page import Page

NEW_CAR = "/flota/samochody/nowy"
CAR = {
    "name": "Zielony bus", "plate": "TK 123AB", "kind": "own", "contractor": "", "seats": "6", "wheelchair_places": "0",
    "in_service_from": "1.01.2026",
}  # fmt: skip
NEW_PASSWORD = "zielone krzesło na dachu"
WORKER_STOPS = SystemExit


def cars(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Vehicle.plate)))


def with_id(values: dict[str, str]) -> dict[str, str]:
    return {**values, "request_id": str(uuid.uuid4())}


@pytest.fixture
def coordinator(page: Page, session: Session) -> Page:
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def test_of_two_clicks_at_once_the_second_is_not_told_that_its_own_car_is_there_already(
    coordinator: Page, new_page: Callable[[], Page], session: Session, app: Flask
) -> None:
    fields = {**with_id(CAR), "csrf_token": coordinator.get(NEW_CAR).csrf_token()}
    other = new_page()
    cookie = coordinator.client.get_cookie("__Host-session")
    assert cookie is not None
    other.client.set_cookie("__Host-session", cookie.value, domain="localhost", secure=True)

    def send(reader: Page) -> Callable[[], tuple[int, str | None]]:
        def deed() -> tuple[int, str | None]:
            response = reader.client.post(NEW_CAR, data=fields, base_url="https://localhost")
            return response.status_code, response.location

        return deed

    session.rollback()
    assert at_once(app, [send(coordinator), send(other)]) == [(302, "/flota/"), (302, "/flota/")]
    assert cars(session) == ["TK 123AB"]


def test_a_click_that_looked_before_the_first_was_saved_is_answered_as_the_first(
    coordinator: Page, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, look, looked = with_id(CAR), once._replay, []
    coordinator.post(NEW_CAR, fields, follow=False, status=302)

    def too_early(key: str) -> object:
        looked.append(key)
        return None if len(looked) == 1 else look(key)

    monkeypatch.setattr(once, "_replay", too_early)
    coordinator.post(NEW_CAR, fields, follow=False, status=302)
    assert coordinator.location == "/flota/"
    assert cars(session) == ["TK 123AB"]


def test_another_car_with_a_taken_number_is_still_refused(coordinator: Page, session: Session) -> None:
    make_vehicle(session, plate="TK 123AB")
    coordinator.post(NEW_CAR, with_id(CAR))
    assert "Samochód z tym numerem już jest w spisie." in coordinator.main


def test_a_password_counted_and_not_yet_changed_is_changed_by_the_repetition(
    page: Page, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_staff(session, "operator")
    page.sign_in("staff", account.id)
    fields = with_id({"current_password": PASSWORD, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD})

    def stop(_stored: object, _typed: object) -> bool:
        raise WORKER_STOPS

    with monkeypatch.context() as while_counting:
        while_counting.setattr(my_account, "password_matches", stop)
        with pytest.raises(WORKER_STOPS):
            page.post("/pracownicy/moje-konto/haslo", fields)
    assert "Hasło zmienione." in page.post("/pracownicy/moje-konto/haslo", fields).main
    session.expire_all()
    assert password_matches(session.get_one(StaffAccount, account.id).password_hash, NEW_PASSWORD)


@pytest.mark.parametrize(("seconds_later", "waits"), [(9, True), (11, False)])
def test_after_a_worker_stopped_right_after_saving_the_repetition_says_so_on_the_form_s_own_page(
    page: Page, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch, seconds_later: int, waits: bool
) -> None:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "administrator").id)
    theirs = make_staff(session, "operator")
    address = f"/pracownicy/{theirs.id}"
    page.get(address)
    fields = with_id({"first_name": "Ola", "last_name": "Nowa", "roles": "operator"})

    def stop(_key: str, _response: object) -> None:
        raise WORKER_STOPS

    with monkeypatch.context() as after_saving:
        after_saving.setattr(once, "_remember_location", stop)
        with pytest.raises(WORKER_STOPS):
            page.post(address, fields)
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    clock.at(f"2026-11-23 10:00:{seconds_later:02d}")
    page.post(address, fields)
    assert page.path == address
    assert "To jest już zapisane." in page.main
    assert bool(waited) is waits


def test_a_button_s_repetition_leads_back_to_where_it_was_pressed(
    page: Page, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at("2026-11-23 10:00")
    page.sign_in("staff", make_staff(session, "administrator").id)
    theirs = make_staff(session, "operator")
    page.get(f"/pracownicy/{theirs.id}")
    button, fields = f"/pracownicy/{theirs.id}/wylacz", with_id({})
    page.post(button, fields, follow=False, status=302)
    row = session.scalars(select(AnsweredRequest)).one()
    row.location = None  # as if the worker had stopped before it noted where it leads
    session.commit()
    clock.at("2026-11-23 10:01")
    page.get(f"/pracownicy/{theirs.id}").post(button, fields, follow=False, status=302)
    assert page.location == f"/pracownicy/{theirs.id}"


def test_what_was_not_there_leaves_the_id_free(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "operator").id)
    fields = with_id({})
    page.post("/pracownicy/moje-konto/sesje/123456/zakoncz", fields, status=404)
    page.post("/pracownicy/moje-konto/sesje/123456/zakoncz", fields, status=404)
    session.rollback()
    assert session.scalars(select(AnsweredRequest)).all() == []
