"""F1 and F2: 32 people at the desk want 20 places, by real forms and four real web processes; then the same while workers are killed.

Meanwhile coordinators put rides from car to car.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import WorkersDatabase
from tests.faults.client import Client
from tests.faults.crowd import Told, all_book, check, repeat_all, staff_moving, through_kills
from tests.faults.desk import Desk, open_desk
from tests.faults.patience import on_this_machine
from tests.processes import web
from tests.settings import environment_for

CLIENTS, PLACES, WORKERS = 32, 20, 4
SLOWEST_SECONDS = 10.0
"""The patience of a writer. The promise of two seconds is measured by the trial of endurance, on a machine that does nothing else."""
BACK_SECONDS = 5.0


@pytest.fixture
def desk(app: Flask, session: Session, database: WorkersDatabase) -> Desk:
    return open_desk(app, session, database, riders=CLIENTS, places=PLACES)


@pytest.mark.slow
def test_32_people_get_20_places_and_nobody_an_error(
    session: Session, database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    environment, told = environment_for(database.url, tmp_path), Told()
    with web(environment, tmp_path / "log", workers=WORKERS) as running:
        for _first in range(4 * WORKERS):  # each worker reads its templates once
            assert Client(running.url, desk.cookie).get(desk.path(desk.riders[0]), **desk.query()).status == 200
        with staff_moving(desk, running.url, told):
            all_book(desk, running.url, told)
        assert told.unanswered == 0
        assert told.moved > 0
        check(desk, session, environment, told)
        repeat_all(desk, session, running.url, told)
    assert told.seconds(0.99) < on_this_machine(SLOWEST_SECONDS)


@pytest.mark.slow
def test_killed_workers_and_servers_lose_and_double_nothing(
    session: Session, database: WorkersDatabase, desk: Desk, tmp_path: Path
) -> None:
    environment, told = environment_for(database.url, tmp_path), Told()
    came = through_kills(desk, session, environment, tmp_path / "log", told, workers=WORKERS, kills=5)
    assert came.workers_killed >= 5
    assert told.unanswered > 0, "the killing should have been felt"
    assert max(came.gaps) < on_this_machine(BACK_SECONDS)
    check(desk, session, environment, told)
