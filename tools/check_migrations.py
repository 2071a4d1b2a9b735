"""Checks that the migrations make exactly what the models say, on SQLite and on a PostgreSQL of its own, and that their head is noted."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from services_app.database import db, metadata
from tests.postgres import Server
from tests.settings import app_on, migrate_to

ROOT = Path(__file__).parents[1]
CURRENT_HEAD = ROOT / "migrations" / ".current-head"


def differences(database_url: str, data_dir: str) -> list[str]:
    """What autogenerate would still change after all migrations have run."""
    migrate_to(database_url, data_dir)
    with app_on(database_url, data_dir) as app, app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def head_findings() -> list[str]:
    """Two people who each add a migration meet at this file, not in production."""
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    if len(heads) != 1:
        return [f"the migrations have {len(heads)} heads: {heads}"]
    noted = CURRENT_HEAD.read_text(encoding="utf-8").strip() if CURRENT_HEAD.exists() else "nothing"
    return [] if noted == heads[0] else [f"migrations/.current-head says {noted}, the head is {heads[0]}"]


def main() -> int:
    """Compare on both databases."""
    wrong = head_findings()
    server = Server()
    try:
        cluster = server.start()
        cluster.create("models")
        with tempfile.TemporaryDirectory() as folder:
            for url in (f"sqlite:///{folder}/models.db", cluster.url("models")):
                wrong += [f"{url.split(':')[0]}: {difference}" for difference in differences(url, folder)]
    finally:
        server.remove()
    print("\n".join(wrong) or "the migrations make what the models say")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
