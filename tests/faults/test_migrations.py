"""F11: migrations killed half-way, and started by four processes at once: they run once, whole, and can be run again."""

from __future__ import annotations

import time
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from services_app.database import db
from tests.databases import WorkersDatabase
from tests.faults.desk import open_desk
from tests.faults.patience import on_this_machine
from tests.faults.trial_step import TRIAL, checksums, columns_of, scripts_with_the_step, upgrade
from tests.processes import BIN, ROOT, Running, start
from tests.settings import app_on, environment_for
from tools.check_migrations import differences

HEAD = ScriptDirectory(str(ROOT / "migrations")).get_current_head()


@pytest.fixture
def url(database: WorkersDatabase) -> str:
    return database.another("to_migrate", migrated=False)


def migration(url: str, folder: Path, name: str) -> Running:
    return start([str(BIN / "flask"), "db", "upgrade"], environment_for(url, folder), folder / name)


def heads_of(app: Flask) -> list[str]:
    """The revisions the database says it has."""
    with app.app_context():
        if not inspect(db.engine).has_table("alembic_version"):
            return []
        with db.engine.connect() as connection:
            return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def assert_whole(url: str, folder: Path) -> None:
    """One head, the tables the models say, the journal's guards in place, the shipped rules there once."""
    assert differences(url, str(folder)) == []
    with app_on(url, folder) as app:
        assert heads_of(app) == [HEAD]


def test_four_processes_at_once_migrate_once(url: str, tmp_path: Path) -> None:
    runs = [migration(url, tmp_path, f"log{number}") for number in range(4)]
    try:
        assert [run.process.wait(timeout=240) for run in runs] == [0] * 4, [run.output()[-1500:] for run in runs]
    finally:
        for run in runs:
            run.kill_all()
    assert_whole(url, tmp_path)


@pytest.mark.slow
def test_a_killed_migration_leaves_nothing_and_the_next_one_ends_well(url: str, tmp_path: Path) -> None:
    began = time.monotonic()
    whole = migration(url, tmp_path, "rehearsal")
    assert whole.process.wait(timeout=240) == 0
    takes = time.monotonic() - began
    with app_on(url, tmp_path) as app, app.app_context():
        complete = set(inspect(db.engine).get_table_names())
    assert takes < on_this_machine(60)
    with app_on(url, tmp_path) as app, app.app_context():
        _empty()
    fractions, killed_before_its_end = [0.75, 0.55, 0.4], 0
    while fractions:
        fraction = fractions.pop(0)
        run = migration(url, tmp_path, f"log{len(fractions)}")
        time.sleep(takes * fraction)
        run.kill_all()
        with app_on(url, tmp_path) as app, app.app_context():
            found = set(inspect(db.engine).get_table_names())
            assert found in (set(), {"alembic_version"}, complete), "half of a migration stayed behind"
            assert heads_of(app) in ([], [HEAD])
            killed_before_its_end += found != complete
            if found == complete:  # the machine is quicker now than it was for the rehearsal: once more, and sooner
                _empty()
                fractions.append(fraction / 2)
    assert killed_before_its_end >= 3
    last = migration(url, tmp_path, "last")
    assert last.process.wait(timeout=240) == 0
    assert_whole(url, tmp_path)


def test_a_step_that_rebuilds_a_table_keeps_every_row_that_refers_to_it(
    database: WorkersDatabase, tmp_path: Path
) -> None:
    """SQLite drops the old table, and must not take along what refers to it."""
    url, scripts = database.another("stepped"), scripts_with_the_step(tmp_path)
    with app_on(url, tmp_path) as app:
        with app.app_context():
            open_desk(app, db.session(), None, riders=3, places=2)
            db.session.remove()
        columns = columns_of(app)
        before = checksums(app, columns)
        run = upgrade(url, tmp_path, scripts, "step")
        assert run.process.wait(timeout=240) == 0, run.output()[-1500:]
        assert checksums(app, columns) == before
        assert heads_of(app) == [TRIAL]


def _empty() -> None:
    """Back to a database without tables."""
    flask_migrate.downgrade(revision="base")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
