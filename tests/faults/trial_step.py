"""A step of migration like those to come, tried on the product's own schema: what it must leave as it was."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select

from services_app.database import db
from tests.processes import BIN, ROOT, Running, start
from tests.settings import environment_for

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


def upgrade(url: str, folder: Path, scripts: Path, name: str) -> Running:
    """``flask db upgrade`` with these scripts, started."""
    return start([str(BIN / "flask"), "db", "upgrade", "-d", str(scripts)], environment_for(url, folder), folder / name)
