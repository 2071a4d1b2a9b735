"""Backups that can be trusted: ``python -m tools.backup make FOLDER`` and ``python -m tools.backup restore FILE``.

The database is the one DATABASE_URL names. On SQLite a copy of the file would lack what still stands in its journal, and ``.backup`` never
ends under load; ``VACUUM INTO`` reads one moment of it while others write. On PostgreSQL it is ``pg_dump``. A restore goes only into an
empty database. The keys are not in the backup: kept elsewhere, or it protects nobody.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

SQLITE, POSTGRESQL = ".sqlite", ".pgdump"


class BackupFault(Exception):
    """The backup could not be made or is none; nothing was changed."""


def make(database_url: str, folder: Path) -> Path:
    """A complete copy of this moment, readable by its owner only. Raises :class:`BackupFault`; no half file stays behind."""
    url = make_url(database_url)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"services-{datetime.now(UTC):%Y%m%dT%H%M%S}{_suffix(url)}"
    unfinished = folder / f".{name}"
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy = _copy_sqlite if _suffix(url) == SQLITE else _dump
        copy(url, unfinished)
        check(unfinished)
        return unfinished.rename(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(database_url: str, file: Path) -> None:
    """Fill an empty database from a backup. Raises :class:`BackupFault` when the file is damaged or the database is not empty."""
    url = make_url(database_url)
    if file.suffix != _suffix(url):
        raise BackupFault(f"{file.name} is a backup of another kind of database")
    check(file)
    load = _load_sqlite if file.suffix == SQLITE else _load
    load(url, file)


def check(file: Path) -> None:
    """Raise :class:`BackupFault` unless the file is whole."""
    if file.suffix == POSTGRESQL:
        # reads the whole archive, not only its table of contents
        _run(["pg_restore", "--file", os.devnull, str(file)], f"{file.name} is damaged")
        return
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
            tables = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'journal_entries'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupFault(f"{file.name} is damaged: {error}") from None
    if found != "ok" or not tables:
        raise BackupFault(f"{file.name} is damaged or not ours: {found}")


def _suffix(url: URL) -> str:
    return SQLITE if url.get_backend_name() == "sqlite" else POSTGRESQL


def _copy_sqlite(url: URL, target: Path) -> None:
    target.unlink()  # VACUUM INTO writes only where nothing is; a file beside it with a hidden name is ours alone
    mask = os.umask(0o077)
    try:
        with contextlib.closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, timeout=30)) as source:
            source.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BackupFault(f"the database cannot be read: {error}") from None
    finally:
        os.umask(mask)


def _load_sqlite(url: URL, file: Path) -> None:
    target = Path(str(url.database))
    if target.exists() and target.stat().st_size:
        raise BackupFault(f"{target} is there already: restore into an empty place, then put it where it belongs")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
        mask = os.umask(0o077)
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            os.umask(mask)


def _dump(url: URL, target: Path) -> None:
    _run(
        ["pg_dump", "--format=custom", "--no-owner", "--file", str(target), _libpq(url)],
        "the dump failed",
        url.password,
    )


def _load(url: URL, file: Path) -> None:
    question = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    tables = _run(
        ["psql", "--no-psqlrc", "--tuples-only", "--command", question, _libpq(url)], "no database", url.password
    )
    if tables.strip() != "0":
        raise BackupFault("the database is not empty: restore into a new one, then point DATABASE_URL to it")
    # the web's role, if it has one, may not be known here; grants to it would stop the restore
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(["pg_restore", *options, "--dbname", _libpq(url), str(file)], "nothing was restored", url.password)


def _libpq(url: URL) -> str:
    """The address without SQLAlchemy's driver, and without the password, which goes by the environment."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(command: list[str], fault: str, password: str | None = None) -> str:
    environment = {**os.environ, **({} if password is None else {"PGPASSWORD": password})}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    except FileNotFoundError:
        raise BackupFault(f"{command[0]} is not installed (Debian: postgresql-client)") from None
    if done.returncode:
        raise BackupFault(f"{fault}: {done.stderr.strip()[:500]}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """The command."""
    if len(arguments) != 2 or arguments[0] not in ("make", "restore"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if arguments[0] == "make":
            print(make(os.environ["DATABASE_URL"], Path(arguments[1])))
        else:
            restore(os.environ["DATABASE_URL"], Path(arguments[1]))
            print("Restored. Now: flask db upgrade, flask journal verify, flask rides verify.")
    except BackupFault as fault:
        print(f"No: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
