"""Many rows at once, as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite.

Keys and indexes wait until all rows are there; then they are made, which checks every row. The database must be nobody else's meanwhile.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import URL, Connection, ForeignKeyConstraint, Index, Table, create_engine, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from services_app.database import Base

Rows = Iterable[tuple[Any, ...]]
_BATCH: Final = 10_000
_HASTY: Final = ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=OFF", "temp_store=MEMORY", "cache_size=-400000")
"""SQLite without a journal, its pages in memory: should the filling fail, the file is worth nothing."""
_USUAL: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_ROOMY: Final = ("synchronous_commit = off", "maintenance_work_mem = '512MB'")
"""PostgreSQL: nobody waits for a commit, indexes are sorted in memory."""


class Bulk:
    """A connection of its own (without the product's time limits) that writes rows of some models in one transaction."""

    def __init__(self, url: URL, models: Sequence[type[Base]]) -> None:
        """``models``: those with indexes and keys to be put off; others may be written too."""
        self.engine = create_engine(url)
        self.postgresql = self.engine.dialect.name == "postgresql"
        self.connection: Connection
        tables: list[Table] = [model.__table__ for model in models]  # type: ignore[misc]  # a mapped class has a table
        self._indexes: list[Index] = [index for table in tables for index in table.indexes]
        # SQLite has no way to drop a foreign key, but one to look away and check afterwards.
        self._keys: list[ForeignKeyConstraint] = [
            key for table in tables if self.postgresql for key in table.foreign_key_constraints
        ]

    @contextlib.contextmanager
    def hastily(self) -> Iterator[Bulk]:
        """Inside, rows are written; afterwards the database is as durable, and everything as well checked, as before."""
        with self.engine.connect().execution_options(writes=True) as self.connection:
            self._pragmas(_HASTY)
            self._put_off()
            # millions of tuples that refer to nothing: looking through them for circles would take a third of the time
            gc.disable()
            try:
                yield self
            finally:
                gc.enable()
            self._make_up()
            self.connection.commit()
            self._pragmas(_USUAL)
            self._check_keys()
        self._tidy()
        self.engine.dispose()

    def _put_off(self) -> None:
        if self.postgresql:
            for setting in _ROOMY:
                self.connection.execute(text(f"SET LOCAL {setting}"))
        for key in self._keys:
            self.connection.execute(DropConstraint(key))
        for index in self._indexes:
            index.drop(self.connection)

    def _make_up(self) -> None:
        for index in self._indexes:
            index.create(self.connection)
        for key in self._keys:
            self.connection.execute(AddConstraint(key))

    def _pragmas(self, pragmas: Iterable[str]) -> None:
        if not self.postgresql:
            for pragma in pragmas:
                self._raw().execute(f"PRAGMA {pragma}")

    def _check_keys(self) -> None:
        if not self.postgresql:
            broken = self._raw().execute("PRAGMA foreign_key_check").fetchone()
            assert broken is None, broken

    def _tidy(self) -> None:
        """What the server's own housekeeping does sooner or later."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.postgresql:
                connection.execute(text("VACUUM ANALYZE"))
            else:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _raw(self) -> Any:
        return self.connection.connection.driver_connection

    def write(self, model: type[Base], columns: Sequence[str], rows: Rows) -> None:
        """Insert rows; values are texts, numbers, truths or None, moments written as the database keeps them."""
        table = model.__tablename__
        named = ", ".join(f'"{column}"' for column in columns)
        if self.postgresql:
            self._copy(f"COPY {table} ({named}) FROM STDIN WITH (NULL 'None')", rows)
            return
        marks = ", ".join("?" * len(columns))
        self._raw().executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)

    def _copy(self, statement: str, rows: Rows) -> None:
        """Each row as a line of text (no value holds a tab, a backslash or the word None), many lines at a time."""
        rows = iter(rows)
        with self._raw().cursor() as cursor, cursor.copy(statement) as copy:
            while batch := list(itertools.islice(rows, _BATCH)):
                copy.write("".join(["\t".join(map(str, row)) + "\n" for row in batch]))

    def number_on(self, models: Iterable[type[Base]]) -> None:
        """Ids that were given here are not given again (SQLite sees to that itself)."""
        for name in [model.__tablename__ for model in models if self.postgresql]:
            last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            self.connection.execute(text(last))
