from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import transaction
from services_app.duties.queries.access import last_sign_ins
from services_app.reminders.jobs import clean_up
from services_app.web.models import SignIn
from services_app.web.sessions import end_all_sign_ins, end_sign_in, hashed, open_sign_in, sign_ins_of
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import HOME, Page


def opened(app: Flask, session: Session, subject_id: int = 1, kind: str = "staff") -> str:
    session.rollback()
    browser = {"User-Agent": "a browser of the tests"}
    with app.test_request_context("/", base_url=HOME, method="POST", headers=browser), transaction() as own:
        return open_sign_in(own, kind, subject_id, now=product_clock.now())


def test_the_token_is_stored_only_as_a_hash(app: Flask, session: Session) -> None:
    token = opened(app, session)
    row = session.scalars(select(SignIn)).one()
    assert row.token_hash == hashed(token) != token
    assert len(token) >= 43  # 256 bits


def test_ended_and_old_sessions_of_a_person_are_removed_with_the_next(
    app: Flask, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 09:00")
    ended, kept = opened(app, session), opened(app, session)
    other = opened(app, session, subject_id=2)
    with transaction() as own:
        end_sign_in(own, ended, because="test", now=product_clock.now())
    opened(app, session)
    hashes = set(session.scalars(select(SignIn.token_hash)))
    assert hashed(ended) not in hashes
    assert {hashed(kept), hashed(other)} < hashes
    clock.at("2026-11-23 21:00")
    last = opened(app, session)
    assert set(session.scalars(select(SignIn.token_hash).where(SignIn.subject_id == 1))) == {hashed(last)}


def test_what_is_over_goes_at_night_but_the_last_sign_in_of_staff(app: Flask, session: Session, clock: Clock) -> None:
    clock.at("2026-11-22 15:10")
    for kind, subject_id in (("staff", 1), ("staff", 1), ("staff", 2), ("resident", 1), ("representative", 1)):
        opened(app, session, subject_id, kind)
    with transaction() as own:
        end_all_sign_ins(own, "staff", 1, because="test", now=product_clock.now())
    clock.at("2026-11-22 15:11")
    opened(app, session, 2)
    opened(app, session, 3, "resident")
    clock.at("2026-11-23 03:10")  # the first ones end at this moment
    clean_up(app)
    session.rollback()
    left = session.execute(select(SignIn.kind, SignIn.subject_id, SignIn.device != "").order_by(SignIn.id)).all()
    assert [tuple(row) for row in left] == [("staff", 1, False), ("staff", 2, True), ("resident", 3, True)]
    assert set(last_sign_ins(session)) == {1, 2}


def test_all_sessions_of_one_person_end_but_the_one_in_use(app: Flask, session: Session) -> None:
    for _ in range(3):
        opened(app, session)
    opened(app, session, subject_id=2)
    mine = sign_ins_of(session, "staff", 1, now=product_clock.now())[0].id
    session.rollback()
    with transaction() as own:
        end_all_sign_ins(own, "staff", 1, because="test", now=product_clock.now(), but=mine)
    assert [row.id for row in sign_ins_of(session, "staff", 1, now=product_clock.now())] == [mine]
    assert len(sign_ins_of(session, "staff", 2, now=product_clock.now())) == 1


def test_a_cookie_with_a_made_up_token_opens_nothing(page: Page, session: Session) -> None:
    account = make_staff(session)
    with page.client.session_transaction(base_url=HOME) as cookie:
        cookie.update(
            {
                "_user_id": "made up",
                "_fresh": True,
                "seen": int(product_clock.now().timestamp()),
                "who": f"staff:{account.id}",
            }
        )
    assert page.get("/pracownicy/moje-konto").path == "/pracownicy/logowanie"


def test_a_get_moves_only_the_cookie_s_clock(page: Page, session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 09:00")
    page.sign_in("staff", make_staff(session).id)
    clock.at("2026-11-23 09:00:20")
    page.get("/pracownicy/moje-konto", follow=False)
    with page.client.session_transaction(base_url=HOME) as cookie:
        assert cookie["seen"] == int(clock.at("2026-11-23 09:00").timestamp())
    clock.at("2026-11-23 09:00:31")
    page.get("/pracownicy/moje-konto")
    with page.client.session_transaction(base_url=HOME) as cookie:
        assert cookie["seen"] == int(clock.at("2026-11-23 09:00:31").timestamp())


def test_two_people_at_two_browsers_stay_apart(page: Page, new_page: Callable[[], Page], session: Session) -> None:
    page.sign_in("staff", make_staff(session, name="Ewa Lis").id)
    other = new_page()
    other.sign_in("staff", make_staff(session, name="Jan Kos").id)
    assert "Ewa Lis" in page.get("/pracownicy/moje-konto").main
    assert "Jan Kos" in other.get("/pracownicy/moje-konto").main
