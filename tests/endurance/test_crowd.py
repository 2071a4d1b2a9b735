"""F1 and F2 at length: everybody at once, coordinators between them, round after round; then with workers and servers killed.

That no place was given twice, no acknowledged ride is missing and each repeated form was answered as the first time is asserted before
anything is noted: figures stand in the results only when it was so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from bench.harness import Figure, Place
from services_app.database import db
from tests.endurance.conftest import Note
from tests.faults.client import Client
from tests.faults.crowd import Told, all_book, check, repeat_all, staff_moving, through_kills
from tests.faults.desk import Desk, open_desk
from tests.processes import web
from tests.settings import app_on, environment_for

CLIENTS, PLACES, WORKERS, ROUNDS = 32, 20, 4, 3


@contextlib.contextmanager
def opened(workplace: Place, name: str) -> Iterator[tuple[Flask, Desk, dict[str, str], Path]]:
    """A desk on a new database, inside the application's context; the environment and the log for its servers."""
    url = workplace.database(name)
    with app_on(url, workplace.folder) as app, app.app_context():
        desk = open_desk(app, db.session(), None, riders=CLIENTS, places=PLACES)
        yield app, desk, environment_for(url, workplace.folder), workplace.folder / f"{name}.log"


def test_32_people_want_20_places_round_after_round(workplace: Place, note: Note) -> None:
    seen = Told()
    for number in range(ROUNDS):
        with (
            opened(workplace, f"crowd{number}") as (_app, desk, environment, log),
            web(environment, log, workers=WORKERS) as running,
        ):
            told = Told()
            for _first in range(4 * WORKERS):  # each worker has been at work before
                Client(running.url, desk.cookie).get(desk.path(desk.riders[0]), **desk.query())
                Client(running.url, desk.coordinators_cookie).get(f"/przejazdy/dzien/{desk.on.isoformat()}")
            with staff_moving(desk, running.url, told):
                all_book(desk, running.url, told)
            check(desk, db.session(), environment, told)
            repeat_all(desk, db.session(), running.url, told)
        seen.answers += told.answers
        seen.unanswered += told.unanswered
        seen.moved += told.moved
    note(
        Figure(f"F1: answers to {CLIENTS} people and two coordinators, {ROUNDS} rounds", len(seen.answers), ""),
        Figure("F1: rides put on another car meanwhile", seen.moved, "", at_least=1),
        Figure("F1: answers 5xx or none at all", len(seen.errors) + seen.unanswered, "", at_most=0),
        Figure("F1: half of the answers within", round(seen.seconds(0.5), 2), "s"),
        Figure("F1: 99 of 100 answers within", round(seen.seconds(0.99), 2), "s", at_most=2),
    )


def test_killed_workers_and_servers(workplace: Place, note: Note) -> None:
    with opened(workplace, "killed") as (_app, desk, environment, log):
        told = Told()
        came = through_kills(desk, db.session(), environment, log, told, workers=WORKERS, kills=20)
        check(desk, db.session(), environment, told)
    note(
        Figure("F2: workers killed, besides three whole servers", came.workers_killed, "", at_least=20),
        Figure("F2: requests that met no server and were made again", told.unanswered, "", at_least=1),
        Figure("F2: answers 5xx", len(told.errors), "", at_most=0),
        Figure("F2: a killed server answers again within", round(max(came.gaps), 2), "s", at_most=5),
    )
