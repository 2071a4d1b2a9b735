"""The migrations run up, down and up again, with rows in the tables."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from services_app.dashboard.demo import town
from services_app.database import db
from tests.databases import WorkersDatabase
from tests.processes import ROOT
from tests.settings import app_on, migrate_to
from tools.check_migrations import differences, head_findings
from tools.prepare_demo import run_command

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))


def rows_by_table() -> dict[str, int]:
    """How many rows each table holds, but for Alembic's own."""
    names = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
    with db.engine.connect() as connection:
        return {name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names}


def test_the_head_is_noted_and_there_is_one() -> None:
    assert head_findings() == []


def test_the_migrations_make_what_the_models_say(database: WorkersDatabase, tmp_path: Path) -> None:
    assert differences(database.another("models", migrated=False), str(tmp_path)) == []


def test_everything_can_be_taken_back(database: WorkersDatabase, tmp_path: Path) -> None:
    url = database.another("down", migrated=False)
    migrate_to(url, tmp_path)
    migrate_to(url, tmp_path, "base")
    with app_on(url, tmp_path) as app, app.app_context():
        assert rows_by_table() == {}


@pytest.mark.slow
def test_each_step_goes_down_and_up_with_rows_in_the_tables(
    database: WorkersDatabase, database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.another("filled")
    if database_kind == "postgresql":  # the whole town is filled on SQLite
        monkeypatch.setattr(town, "RESIDENTS", 60)
    with app_on(url, tmp_path, DEMO=True) as app:
        run_command(app, "demo", "fill")
        with app.app_context():
            assert sum(rows_by_table().values()) > 1000, "the demo should have filled the tables"
            for script in SCRIPTS.walk_revisions():
                step_down_and_up(app, script.revision)


def step_down_and_up(app: Flask, revision: str) -> None:
    """Undo the newest step and do it again, then leave it undone: rows in tables it does not make stay as they are."""
    before = rows_by_table()
    flask_migrate.downgrade(revision="-1")
    below = rows_by_table()
    assert below == {name: count for name, count in before.items() if name in below}, (
        f"{revision} loses rows on its way down"
    )
    flask_migrate.upgrade(revision=revision)
    again = rows_by_table()
    assert set(again) == set(before), f"{revision} does not make the same tables again"
    assert {name: again[name] for name in below} == below, f"{revision} loses rows on its way up"
    flask_migrate.downgrade(revision="-1")
