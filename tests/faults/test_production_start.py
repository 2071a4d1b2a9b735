"""What refuses to start, and what a start in production looks like: real processes, real signals, real answers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import WorkersDatabase
from tests.faults.client import Client
from tests.postgres import Cluster
from tests.processes import BIN, ROOT, scheduler, web
from tests.settings import environment_for


def start_of(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What loading the product says."""
    little = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-c", "import wsgi; print('started')"], cwd=ROOT, env={**little, **environment},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


@pytest.fixture
def production(database: WorkersDatabase, tmp_path: Path) -> dict[str, str]:
    return environment_for(database.url, tmp_path)


def test_a_postgresql_that_may_forget_is_refused(
    production: dict[str, str], cluster: Cluster | None, database: WorkersDatabase
) -> None:
    done = start_of({**production, "DATABASE_MAY_FORGET": "0"})
    if cluster is None:
        assert "started" in done.stdout, done.stderr
        return
    assert done.returncode != 0
    assert "UnsafeDatabase" in done.stderr
    assert "fsync is off" in done.stderr
    assert "synchronous_commit is off" in done.stderr
    assert "started" in start_of(production).stdout


def test_sqlite_without_a_file_is_refused(production: dict[str, str]) -> None:
    done = start_of({**production, "DATABASE_URL": "sqlite://", "DATABASE_MAY_FORGET": "0"})
    assert done.returncode != 0
    assert "names no file" in done.stderr


def test_gunicorn_says_at_once_what_is_missing(production: dict[str, str], tmp_path: Path) -> None:
    del production["SECRET_KEY"]
    little = {"PATH": "/usr/bin:/bin", "PORT": "0", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(BIN / "gunicorn"), "wsgi:app"], cwd=ROOT, env={**little, **production}, capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr + done.stdout


def test_it_serves_counts_and_stops_as_the_manual_says(production: dict[str, str], tmp_path: Path) -> None:
    environment = {**production, "LOG_LEVEL": "INFO", "METRICS_TOKEN": "a token of the tests"}
    with web(environment, tmp_path / "log", workers=2) as running, scheduler(environment, tmp_path / "s") as sends:
        client = Client(running.url)
        for _time in range(20):
            answer = client.get("/health/ready")
            assert answer.status == 200
            assert json.loads(answer.body) == {"status": "ready"}
        assert "/" not in answer.headers.get("server", ""), "the server's version is nobody's business"
        assert client.send("TRACE", "/").status == 405
        assert client.get("/metrics").status == 404
        known = client.send("GET", "/metrics", headers={"Authorization": "Bearer a token of the tests"})
        counted = [line for line in known.body.splitlines() if 'endpoint="web.ready"' in line and "_total" in line]
        assert sum(float(line.rsplit(" ", 1)[1]) for line in counted) == 20, "both workers are added up"
        until = time.monotonic() + 120
        while "scheduler_started" not in sends.output() and time.monotonic() < until:
            time.sleep(0.1)
        assert sends.stop() == 0
        assert running.stop() == 0
    for line in (running.output() + sends.output()).splitlines():
        entry = json.loads(line)
        assert {"event", "level", "timestamp"} <= set(entry), line
        assert entry["timestamp"].endswith(("Z", "+00:00"))


def test_the_first_administrator_comes_in_by_a_link_that_works_once(
    production: dict[str, str], database: WorkersDatabase
) -> None:
    database.note_unknown()
    name = ["--first-name", "Ewa", "--last-name", "Lis"]
    command = [str(BIN / "flask"), "staff", "invite", "kierownik@mopr.example", *name, "--role", "administrator"]
    little = {"PATH": "/usr/bin:/bin", "FLASK_APP": "wsgi", "LANG": "C.UTF-8"}
    said = subprocess.run(
        command, cwd=ROOT, env={**little, **production}, capture_output=True, text=True, timeout=180, check=False
    )
    assert said.returncode == 0, said.stderr
    link = said.stdout.strip().splitlines()[-1]
    assert link.startswith("https://localhost/pracownicy/zaproszenie/")


def test_a_stop_by_the_terminal_is_a_stop_in_order(production: dict[str, str], tmp_path: Path) -> None:
    with web(production, tmp_path / "log", workers=1) as running:
        running.signal(signal.SIGINT)
        assert running.process.wait(timeout=90) == 0
