from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import transaction
from services_app.web.models import Throttle
from services_app.web.throttle import count_try, forget_tries, sweep_throttles, take_back_try
from tests.at_once import at_once


def tries(session: Session, number: int, *, after: timedelta = timedelta(0), key: str = "k") -> list[bool]:
    session.rollback()
    answers = []
    for _ in range(number):
        with transaction() as own:
            answers.append(count_try(own, key, limit=3, minutes=10, now=product_clock.now() + after))
    return answers


def test_as_many_tries_as_the_limit_and_no_more(session: Session) -> None:
    assert tries(session, 5) == [True, True, True, False, False]
    assert tries(session, 1, key="other") == [True]


def test_the_lock_lasts_its_minutes_and_tries_during_it_do_not_lengthen_it(session: Session) -> None:
    tries(session, 4)
    assert tries(session, 3, after=timedelta(minutes=9, seconds=50)) == [False] * 3
    assert tries(session, 1, after=timedelta(minutes=10, seconds=5)) == [True]


def test_tries_of_an_old_window_do_not_count(session: Session) -> None:
    tries(session, 3)
    assert tries(session, 3, after=timedelta(minutes=10, seconds=1)) == [True] * 3


def test_who_waited_and_reads_an_earlier_clock_counts_in_the_same_window(session: Session) -> None:
    assert tries(session, 2) == [True, True]
    assert tries(session, 3, after=timedelta(milliseconds=-300)) == [True, False, False]


def test_a_clock_set_back_by_hours_locks_nobody_for_hours(session: Session) -> None:
    assert tries(session, 4) == [True, True, True, False]
    assert tries(session, 4, after=timedelta(hours=-2)) == [True, True, True, False]


def test_a_success_is_taken_back_or_forgotten(session: Session) -> None:
    tries(session, 3)
    with transaction() as own:
        take_back_try(own, "k", now=product_clock.now())
    assert tries(session, 2) == [True, False]
    with transaction() as own:
        forget_tries(own, "k")
    assert tries(session, 3) == [True] * 3


def test_the_key_cannot_be_read_from_the_database(session: Session) -> None:
    tries(session, 1, key="anna@mopr.example")
    assert "anna" not in session.scalars(select(Throttle.key_hash)).one()


def test_old_counters_are_swept(session: Session) -> None:
    tries(session, 1)
    session.rollback()
    with transaction() as own:
        sweep_throttles(own, now=product_clock.now() + timedelta(hours=23))
    assert session.scalars(select(Throttle)).all()
    session.rollback()
    with transaction() as own:
        sweep_throttles(own, now=product_clock.now() + timedelta(hours=25))
    assert not session.scalars(select(Throttle)).all()


def test_many_at_once_get_as_many_tries_as_the_limit(app: Flask, session: Session) -> None:
    def try_twice() -> list[bool]:
        answers = []
        for _ in range(2):
            with transaction() as own:
                answers.append(count_try(own, "k", limit=5, minutes=10, now=product_clock.now()))
        return answers

    session.rollback()
    allowed = [answer for answers in at_once(app, [try_twice] * 6) for answer in answers]
    assert sorted(allowed) == [False] * 7 + [True] * 5
