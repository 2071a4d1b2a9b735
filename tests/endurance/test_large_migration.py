"""F11 at length: a step that rebuilds large tables, killed half-way twice, then started by four processes at once."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from bench.harness import Figure, Place
from bench.town import fill
from services_app.database import db
from tests.endurance.conftest import Note
from tests.faults.trial_step import TRIAL, checksums, columns_of, scripts_with_the_step, upgrade
from tests.settings import app_on

RIDES, PEOPLE = 200_000, 20_000


def head_of(app: Flask) -> str:
    with app.app_context(), db.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def killed_half_way(app: Flask, url: str, folder: Path, scripts: Path, columns: dict[str, list[str]]) -> int:
    """How many were killed before their end; after each the database is as it was before."""
    killed = 0
    for number, seconds in enumerate((4.0, 6.0)):
        run = upgrade(url, folder, scripts, f"killed{number}")
        time.sleep(seconds)
        ended = run.process.poll() is not None
        run.kill_all()
        if ended:
            break
        killed += 1
        assert head_of(app) != TRIAL
        assert columns_of(app) == columns
    return killed


def test_a_large_database_is_migrated_once_and_whole(workplace: Place, note: Note, tmp_path: Path) -> None:
    url, scripts = workplace.database("large"), scripts_with_the_step(tmp_path)
    with app_on(url, tmp_path) as app:
        fill(app, rides=RIDES, residents=PEOPLE)
        columns = columns_of(app)
        before = checksums(app, columns)
        killed = killed_half_way(app, url, tmp_path, scripts, columns)
        began = time.monotonic()
        runs = [upgrade(url, tmp_path, scripts, f"log{number}") for number in range(4)]
        try:
            ended = [run.process.wait(timeout=900) for run in runs]
        finally:
            for run in runs:
                run.kill_all()
        took = time.monotonic() - began
        assert ended == [0] * 4, [run.output()[-1500:] for run in runs]
        assert head_of(app) == TRIAL
        changed = [name for name, digest in checksums(app, columns).items() if digest != before[name]]
        assert changed == []
        with app.app_context(), db.engine.connect() as connection:
            empty = connection.execute(
                text("SELECT count(*) FROM rides WHERE tried IS NULL OR tried <> state")
            ).scalar_one()
    note(
        Figure("F11: rides in the database that is migrated", RIDES, ""),
        Figure("F11: migrations killed half-way, nothing of them left", killed, "", at_least=1),
        Figure("F11: of four started at once, ended well", ended.count(0), "", at_least=4),
        Figure("F11: tables whose old columns changed (by checksum)", len(changed), "", at_most=0),
        Figure("F11: rows the step left without their value", int(empty), "", at_most=0),
        Figure("F11: until all four were done", round(took, 1), "s", at_most=60),
    )
