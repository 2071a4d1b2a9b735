"""The database a run of the tests uses, and how it is made clean again between two tests.

The migrations run once, into a template; each worker gets a copy. After a test only what it wrote is undone: emptied tables, or a new
copy when rows that come with the migrations were touched or another process may have written.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.postgres import Cluster

Migrate = Callable[[str], None]
TEMPLATE = "template_services"
_WRITES = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
_WRITES_AFTER_WITH = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


def written_table(statement: str) -> str | None:
    """The table a statement writes to; None for one that only reads.

    ``SELECT … FOR UPDATE`` only reads; a ``WITH`` may hold a writing statement inside.
    """
    found = _WRITES.match(statement)
    if found is None and statement.lstrip()[:4].upper() == "WITH":
        found = _WRITES_AFTER_WITH.search(statement)
    return found.group(1).lower() if found else None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One worker at a time (they share the folder)."""
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class WorkersDatabase(ABC):
    """One worker's database, with the means to make more of its kind."""

    url: str

    def __init__(self) -> None:
        self.written: set[str] = set()
        self.unknown = False

    def note_written(self, table: str) -> None:
        """Remember that the running test wrote to a table."""
        self.written.add(table)

    def note_unknown(self) -> None:
        """Remember that another process may have written anything."""
        self.unknown = True

    @property
    def touched(self) -> bool:
        """Whether there is anything to undo."""
        return self.unknown or bool(self.written)

    def clean(self, let_go: Callable[[], None], leave_one: Callable[[], None]) -> None:
        """Undo what the test wrote; ``let_go`` closes this process's connections, ``leave_one`` only where it has several."""
        if self.touched:
            self._restore(let_go, leave_one)
        self.written = set()
        self.unknown = False

    @abstractmethod
    def _restore(self, let_go: Callable[[], None], leave_one: Callable[[], None]) -> None: ...

    @abstractmethod
    def another(self, name: str, *, migrated: bool = True) -> str:
        """The address of one more database, migrated or empty."""

    @abstractmethod
    def remove(self) -> None:
        """Nothing of the run stays behind."""


class SqliteDatabase(WorkersDatabase):
    """A file, copied from the migrated template."""

    def __init__(self, folder: Path, shared: Path, migrate: Migrate) -> None:
        super().__init__()
        self.folder = folder
        self.template = shared / "template.db"
        with _alone(shared):
            if not self.template.exists():
                fresh = shared / "fresh.db"
                migrate(f"sqlite:///{fresh}")
                _fold_wal(fresh)
                fresh.rename(self.template)
        self.path = folder / "services.db"
        self.url = f"sqlite:///{self.path}"
        self._copy()

    def _copy(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)

    def _restore(self, let_go: Callable[[], None], leave_one: Callable[[], None]) -> None:
        let_go()
        self._copy()

    def another(self, name: str, *, migrated: bool = True) -> str:
        """The address of one more file."""
        path = self.folder / f"{name}.db"
        for leftover in self.folder.glob(f"{name}.db*"):
            leftover.unlink()
        if migrated:
            shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def remove(self) -> None:
        """pytest removes its temporary folders by itself."""


def _fold_wal(path: Path) -> None:
    """Bring everything into the one file, so that copying it copies all of it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class PostgresDatabase(WorkersDatabase):
    """A database of the run's cluster, copied from the migrated template."""

    def __init__(self, worker: str, cluster: Cluster, shared: Path, migrate: Migrate) -> None:
        super().__init__()
        self.cluster = cluster
        self.worker = worker
        self.made: list[str] = []
        self._sweeping: psycopg.Connection[tuple[object, ...]] | None = None
        with _alone(shared):
            if not cluster.exists(TEMPLATE):
                cluster.create("fresh")
                migrate(cluster.url("fresh"))
                with cluster.admin() as admin:
                    admin.execute(sql.SQL("ALTER DATABASE fresh RENAME TO {}").format(sql.Identifier(TEMPLATE)))
        self.name = f"services_{worker}"
        self.url = cluster.url(self.name)
        self._copy(self.name)
        self.seeded = self._tables_with_rows()

    def _copy(self, name: str) -> None:
        self.cluster.create(name, TEMPLATE)
        self.made.append(name)

    def _tables_with_rows(self) -> set[str]:
        with self.cluster.admin(self.name) as admin:
            names = [
                str(row[0]) for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
            filled = "SELECT EXISTS (SELECT 1 FROM {})"
            return {
                name
                for name in names
                if admin.execute(sql.SQL(filled).format(sql.Identifier(name))).fetchone() == (True,)
            }

    def _restore(self, let_go: Callable[[], None], leave_one: Callable[[], None]) -> None:
        if self.unknown or self.written & self.seeded:
            let_go()
            self._stop_sweeping()
            self._copy(self.name)
            return
        leave_one()  # a new connection costs more than emptying the tables
        emptied = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in sorted(self.written)]
        self._sweeper().execute(sql.SQL("; ").join(emptied))

    def _sweeper(self) -> psycopg.Connection[tuple[object, ...]]:
        """The superuser's connection for emptying tables. What it is sent at once is one transaction."""
        if self._sweeping is None:
            self._sweeping = self.cluster.admin(self.name)
            # The journal refuses to be emptied, and rows refer to each other: here the triggers are silent.
            self._sweeping.execute("SET session_replication_role = replica")
        return self._sweeping

    def _stop_sweeping(self) -> None:
        if self._sweeping is not None:
            self._sweeping.close()
        self._sweeping = None

    def another(self, name: str, *, migrated: bool = True) -> str:
        """The address of one more database of the cluster."""
        full_name = f"{name}_{self.worker}"
        if migrated:
            self._copy(full_name)
        else:
            self.cluster.create(full_name)
            self.made.append(full_name)
        return self.cluster.url(full_name)

    def remove(self) -> None:
        """Drop what this worker made."""
        self._stop_sweeping()
        for name in self.made:
            self.cluster.drop(name)
