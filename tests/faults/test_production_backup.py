"""F10: a backup made while others write holds every row acknowledged before; restored elsewhere it is sound."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import inspect, make_url, text
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.actions import Actor, record
from services_app.journal.roles import restrict_role
from services_app.residents.models import Resident
from tests.databases import PostgresDatabase, WorkersDatabase
from tests.factories.residents import make_resident
from tests.faults.patience import on_this_machine
from tests.postgres import Cluster
from tests.processes import ROOT
from tests.settings import app_on, environment_for
from tools.backup import BackupFault, check, make, restore


def rows_of_all_tables() -> dict[str, list[Any]]:
    """Every row of every table, in order."""
    with db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))
            for name in inspect(db.engine).get_table_names()
        }


def fill(session: Session, count: int) -> list[int]:
    """People, each with an entry in the journal."""
    made = []
    session.rollback()
    for _ in range(count):
        with transaction() as own:
            resident = make_resident(own)
            record(own, "resident_added", ("resident", resident.id), by=Actor("staff", None), now=clock.now())
            made.append(resident.id)
    return made


@pytest.fixture
def empty(database: WorkersDatabase) -> str:
    return database.another("restored", migrated=False)


def test_a_backup_under_writes_has_every_earlier_row_and_is_sound(
    app: Flask, session: Session, database: WorkersDatabase, empty: str, tmp_path: Path
) -> None:
    before = fill(session, 60)
    stop, slowest = threading.Event(), [0.0]

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                began = time.monotonic()
                fill(db.session(), 1)
                slowest[0] = max(slowest[0], time.monotonic() - began)
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        began = time.monotonic()
        file = make(database.url, tmp_path / "backups")
        assert time.monotonic() - began < on_this_machine(10)
    finally:
        stop.set()
        writer.join()
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    restore(empty, file)
    with app_on(empty, tmp_path) as restored, restored.app_context():
        kept = set(db.session.scalars(db.select(Resident.id)))
        assert set(before) <= kept
        said = restored.test_cli_runner().invoke(args=["journal", "verify"])
        assert said.exit_code == 0, said.output
        assert restored.test_cli_runner().invoke(args=["rides", "verify"]).exit_code == 0


def test_the_restored_tables_are_equal_row_by_row(
    app: Flask, session: Session, database: WorkersDatabase, empty: str, tmp_path: Path
) -> None:
    fill(session, 20)
    session.rollback()
    file = make(database.url, tmp_path)
    restore(empty, file)
    with app.app_context():
        was = rows_of_all_tables()
    with app_on(empty, tmp_path) as restored, restored.app_context():
        assert rows_of_all_tables() == was
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:  # the triggers came along
            connection.execute(text("UPDATE journal_entries SET deed = 'changed'"))


def test_a_cut_off_backup_is_refused_and_nothing_is_written(
    session: Session, database: WorkersDatabase, empty: str, tmp_path: Path
) -> None:
    fill(session, 20)
    file = make(database.url, tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupFault, match="damaged"):
        check(file)
    with pytest.raises(BackupFault, match="damaged"):
        restore(empty, file)
    file.write_bytes(whole)
    restore(empty, file)


def test_a_database_with_something_in_it_is_not_overwritten(
    session: Session, database: WorkersDatabase, tmp_path: Path
) -> None:
    fill(session, 1)
    file = make(database.url, tmp_path)
    with pytest.raises(BackupFault, match=r"empty"):
        restore(database.url, file)


def test_the_command_says_what_it_did(session: Session, database: WorkersDatabase, tmp_path: Path) -> None:
    fill(session, 1)
    environment = {**environment_for(database.url, tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "tools.backup"]
    made = subprocess.run(
        [*command, "make", str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(made.stdout.strip()).exists()
    again = subprocess.run(
        [*command, "restore", made.stdout.strip()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert again.stderr.startswith("No: ")
    assert "Traceback" not in again.stderr


def test_a_wrong_key_is_noticed_at_the_first_look(
    app: Flask, session: Session, database: WorkersDatabase, empty: str, tmp_path: Path
) -> None:
    from services_app.sealed import CannotOpen, keyring

    fill(session, 1)
    restore(empty, make(database.url, tmp_path))
    keys = dict(keyring.sealing)
    with app_on(empty, tmp_path) as restored, restored.app_context():
        try:
            keyring.sealing = {name: bytes(reversed(key)) for name, key in keys.items()}
            with pytest.raises(CannotOpen):
                db.session.scalars(db.select(Resident)).all()
        finally:
            keyring.sealing = keys


def test_it_is_restored_where_nobody_knows_the_webs_role(
    session: Session, database: WorkersDatabase, cluster: Cluster | None, empty: str, tmp_path: Path
) -> None:
    if cluster is None:
        pytest.skip("SQLite knows no roles")
    fill(session, 1)
    database.note_unknown()
    role = f"the web {os.getpid()} on another server"
    name = sql.Identifier(role)
    with cluster.admin() as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    try:
        with db.engine.begin() as owner:
            restrict_role(owner, role)
        file = make(database.url, tmp_path)
    finally:
        with cluster.admin(make_url(database.url).database or "") as admin:
            admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
            admin.execute(sql.SQL("DROP ROLE {}").format(name))
    restore(empty, file)
    with app_on(empty, tmp_path) as restored, restored.app_context():
        assert len(db.session.scalars(db.select(Resident)).all()) == 1


def test_postgresql_without_its_programs_is_a_plain_no(
    database: WorkersDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(database, PostgresDatabase):
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFault, match="not installed"):
        make(database.url, tmp_path)
    assert list(tmp_path.glob("*services-*")) == []
