"""A real PostgreSQL server for the tests, from Debian's package: started for one run of pytest, gone with it.

It listens on a socket in a folder of its own and on a loopback port (for the proxies that cut connections). The product connects as the
role ``services``, which owns its databases and is no superuser.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROLE = "services"
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Cluster:
    """A running server: where it listens. Plain values, so that it can be handed to the workers of a parallel run."""

    folder: str
    port: int

    def url(self, name: str, *, by_tcp: bool = False, port: int | None = None) -> str:
        """The address of one database, by its socket or by TCP (perhaps through a proxy's port)."""
        if by_tcp:
            return f"postgresql+psycopg://{ROLE}@127.0.0.1:{port or self.port}/{name}"
        return f"postgresql+psycopg://{ROLE}@/{name}?host={self.folder}&port={self.port}"

    def admin(self, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser that commits each statement."""
        return psycopg.connect(f"host={self.folder} port={self.port} user=postgres dbname={name}", autocommit=True)

    def exists(self, name: str) -> bool:
        """Whether there is such a database."""
        with self.admin() as admin:
            return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None

    def create(self, name: str, template: str = "template0") -> None:
        """A new database, empty or as a copy of another. One of the same name is replaced."""
        self.drop(name)
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        with self.admin() as admin:
            admin.execute(statement.format(sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Remove a database, also from under those connected to it."""
        with self.admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def binaries() -> Path:
    """The folder of the newest installed server. Raises when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql (./dev test does it)")
    return found[-1].parent


def _as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root; its child dies with us even if we are killed."""
    with_us = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "QUIT", *command]
    return [*with_us, *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Starts and stops a cluster in a folder of its own.

    ``durable`` keeps every commit on disk, as production does; otherwise commits are quick and worth nothing after a power cut.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.port = _free_port()
        self.cluster = Cluster(str(self.folder), self.port)
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Cluster:
        """Make the cluster and wait until it answers."""
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        init = [str(binaries() / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust"]
        init += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(_as_postgres(*init), check=True, capture_output=True, cwd="/")
        self.resume()
        with self.cluster.admin() as admin:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
        return self.cluster

    def resume(self) -> None:
        """Start the server of an existing cluster (again)."""
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}"]
        settings += ["max_connections=200", "timezone=UTC", "shared_buffers=64MB", *(() if self.durable else _HASTY)]
        command = [str(binaries() / "postgres"), "-D", str(self.folder / "data")]
        for setting in settings:
            command += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(_as_postgres(*command), stdout=log, stderr=log, cwd="/")
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                self.cluster.admin().close()
                return
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text()[-2000:])

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server and keep the cluster: ``SIGINT`` in order, ``SIGQUIT`` at once, ``SIGKILL`` as a power cut."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
        self.process = None

    def remove(self) -> None:
        """Stop the server and remove the cluster."""
        self.halt(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)
