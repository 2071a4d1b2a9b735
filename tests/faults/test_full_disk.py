"""F8: the disk of the database and of the logs is full: nothing is saved by halves, people are told plainly, and room alone heals it.

The disk is a small one in memory, mounted for the test; where nobody may mount, the test says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import func, make_url, select, text

from services_app.database import db
from services_app.journal.models import JournalEntry
from services_app.messaging.models import Message
from services_app.rides.models import Ride, RideEvent
from tests.databases import WorkersDatabase
from tests.faults.client import Answer, Client
from tests.faults.crowd import flask_says
from tests.faults.desk import Desk, open_desk
from tests.postgres import Cluster
from tests.processes import Running, web
from tests.settings import app_on, environment_for

MEGABYTE = 1024 * 1024
DISK = 48 * MEGABYTE
TABLES = (Ride, RideEvent, JournalEntry, Message)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of its own, small enough to be filled, where PostgreSQL's user can reach it."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = Path(tempfile.mkdtemp(prefix="disk-"))
    place.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        place.rmdir()
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)
        place.rmdir()


@contextmanager
def kept_on(disk: Path, database: WorkersDatabase, cluster: Cluster | None) -> Iterator[str]:
    """The address of a migrated database whose tables lie on that disk."""
    url = database.another("full")
    if cluster is None:
        file = Path(url.removeprefix("sqlite:///"))
        shutil.move(file, disk / file.name)
        yield f"sqlite:///{disk / file.name}"
        return
    name = str(make_url(url).database)
    space = disk / "tables"
    space.mkdir()
    shutil.chown(space, "postgres", "postgres")
    with cluster.admin() as admin:
        admin.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(space))))
        admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(sql.Identifier(name)))
    try:
        yield url
    finally:
        cluster.drop(name)
        with cluster.admin() as admin:
            admin.execute("DROP TABLESPACE small")


def fill_up(disk: Path) -> Path:
    """Take every byte that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65536):
            pass
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 512):
            pass
    return ballast


def counted(app: Flask) -> list[int]:
    """Rides, their history, the journal, messages."""
    with app.app_context():
        numbers = [int(db.session.scalar(select(func.count()).select_from(table)) or 0) for table in TABLES]
        db.session.rollback()
    return numbers


def is_sound(app: Flask) -> bool:
    """What the database says of itself."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        return connection.execute(text("SELECT count(*) FROM rides")).scalar_one() is not None


def assert_plainly_refused(answer: Answer) -> None:
    """In Polish, with what to do; no word of the inside."""
    assert answer.status == 503, answer.main[:500]
    assert "Przez chwilę nie możemy tego zapisać" in answer.main
    assert "Nic nie zginęło" in answer.main
    for inside in ("disk", "SQLITE", "Errno", "psycopg", "Traceback"):
        assert inside not in answer.main


def open_cards_until_refused(client: Client, path: str) -> None:
    """Opening a person's file is journalled: no entry, no file. PostgreSQL first uses up what room its files still have inside."""
    for _card in range(300):
        card = client.get(path)
        if card.status != 200:
            assert_plainly_refused(card)
            assert "Kowalska" not in card.main
            return
    raise AssertionError("files are shown although nobody can write down who saw them")


@pytest.mark.slow
def test_a_full_disk_refuses_plainly_saves_nothing_by_halves_and_heals_with_room(
    database: WorkersDatabase, cluster: Cluster | None, disk: Path, tmp_path: Path
) -> None:
    with kept_on(disk, database, cluster) as url, app_on(url, tmp_path) as app:
        with app.app_context():
            desk = open_desk(app, db.session(), database, riders=6, places=6)
            db.session.remove()
        data = disk / "data"
        data.mkdir()
        environment = environment_for(url, data, LOG_LEVEL="INFO")
        with web(environment, disk / "log", workers=2) as running:
            _full_and_healed(app, desk, running, disk)
        assert "are sound" in flask_says(environment, "rides", "verify", "--every")
        assert "is whole" in flask_says(environment, "journal", "verify")
        assert is_sound(app)


def _full_and_healed(app: Flask, desk: Desk, running: Running, disk: Path) -> None:
    client = Client(running.url, desk.cookie)
    forms = {rider: desk.filled_form(client, rider)[1] for rider in desk.riders[:4]}
    workers, ballast = running.children(), fill_up(disk)
    open_cards_until_refused(client, desk.path(desk.riders[4]))
    before = counted(app)
    for rider, form in forms.items():
        assert_plainly_refused(client.post(desk.path(rider), form))
    for path in ("/deklaracja-dostepnosci", "/przejazdy/", "/health/live"):
        for _log_line in range(20):  # the log has no room either
            assert (path, Client(running.url).get(path).status) == (path, 200)
    assert counted(app) == before, "something was saved by half"
    ballast.unlink()
    for rider, form in forms.items():
        saved = client.post(desk.path(rider), form)
        assert (saved.status, saved.location) == (302, desk.path(rider)), saved.main[:500]
    assert counted(app)[0] == before[0] + len(forms)
    assert client.get(desk.path(desk.riders[4])).status == 200
    assert running.children() == workers, "nothing had to be restarted"
