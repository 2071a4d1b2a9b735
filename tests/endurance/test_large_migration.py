"""F11 at length: a step that rebuilds large tables, killed half-way twice, then started by four processes at once."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select, text

from bench.harness import Figure, Place
from bench.town import fill
from services_app.database import db
from tests.endurance.conftest import Note
from tests.processes import BIN, ROOT, Running, start
from tests.settings import app_on, environment_for

RIDES, PEOPLE = 200_000, 20_000
TRIAL = "trial"
STEP = '''
"""A step like those to come: a column with a value for every ride and person, an index, a table."""

import sqlalchemy as sa
from alembic import op

revision = "trial"
down_revision = "{head}"


def upgrade():
    for name, source in (("rides", "state"), ("residents", "last_name")):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("tried", sa.String(80), nullable=True))
        op.execute(f"UPDATE {{name}} SET tried = {{source}}")
        with op.batch_alter_table(name) as table:
            table.alter_column("tried", existing_type=sa.String(80), nullable=False)
            table.create_index(f"ix_{{name}}_tried", ["tried"])
    op.create_table("trials", sa.Column("id", sa.Integer, primary_key=True))
'''


def scripts_with_the_step(folder: Path) -> Path:
    """The product's migrations, and one more."""
    made = folder / "migrations"
    shutil.copytree(ROOT / "migrations", made, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(made)).get_current_head()
    (made / "versions" / "0999_trial.py").write_text(STEP.format(head=head))
    return made


def checksums(app: Flask, columns: dict[str, list[str]]) -> dict[str, str]:
    """A fingerprint of these columns of every row, table by table."""
    found = {}
    with app.app_context(), db.engine.connect() as connection:
        for name, names in columns.items():
            table = Table(name, MetaData(), autoload_with=connection)
            chosen = [table.c[each] for each in names]
            order = list(table.primary_key.columns)
            digest = hashlib.sha256()
            rows = connection.execution_options(yield_per=5_000).execute(select(*chosen).order_by(*order))
            for row in rows:
                digest.update(repr(tuple(row)).encode())
            found[name] = digest.hexdigest()
    return found


def columns_of(app: Flask) -> dict[str, list[str]]:
    """What the database holds, Alembic's own table aside."""
    with app.app_context():
        inspector = inspect(db.engine)
        names = sorted(set(inspector.get_table_names()) - {"alembic_version"})
        return {name: [str(column["name"]) for column in inspector.get_columns(name)] for name in names}


def head_of(app: Flask) -> str:
    with app.app_context(), db.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def upgrade(url: str, folder: Path, scripts: Path, name: str) -> Running:
    return start([str(BIN / "flask"), "db", "upgrade", "-d", str(scripts)], environment_for(url, folder), folder / name)


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
