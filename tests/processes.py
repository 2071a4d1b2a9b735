"""The product's processes as production runs them: gunicorn and schedulers of their own, for the tests that kill them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A process of the product with all its children (a group of its own), and where it writes."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def url(self) -> str:
        """Where a web process listens."""
        return f"http://127.0.0.1:{self.port}"

    def output(self) -> str:
        """What it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def signal(self, how: signal.Signals) -> None:
        """Send a signal to the process alone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)

    def kill_all(self) -> None:
        """Kill the process and its children at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self, seconds: float = 60) -> int:
        """Ask it to end, and wait; its exit status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def children(self) -> list[int]:
        """The ids of its children: gunicorn's workers."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def start(
    command: list[str], environment: Mapping[str, str], log: Path, port: int = 0, *, keep: tuple[int, ...] = ()
) -> Running:
    """Start a process of the product in a group of its own. ``environment`` is added to the little that Python needs.

    ``keep`` are open files (a listening socket) that it inherits.
    """
    little = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**little, "FLASK_APP": "wsgi", **environment}, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=keep,
        )  # fmt: skip
    return Running(process, log, port)


@contextlib.contextmanager
def web(environment: Mapping[str, str], log: Path, *, workers: int = 2, port: int | None = None) -> Iterator[Running]:
    """gunicorn with the product, ready to answer."""
    chosen = port or free_port()
    served = {**environment, "WEB_WORKERS": str(workers), "PORT": str(chosen)}
    running = start([str(BIN / "gunicorn"), "wsgi:app"], served, log, chosen)
    try:
        wait_until_live(running)
        yield running
    finally:
        running.kill_all()


@contextlib.contextmanager
def held_socket() -> Iterator[socket.socket]:
    """What a service manager does for its service."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        listener.set_inheritable(True)
        yield listener


def serve_on(listener: socket.socket, environment: Mapping[str, str], log: Path) -> Running:
    """gunicorn on a socket that outlives it."""
    bound = ["--bind", f"fd://{listener.fileno()}"]
    command = ["setpriv", "--pdeathsig", "KILL", str(BIN / "gunicorn"), *bound, "wsgi:app"]
    return start(
        command, {**environment, "WEB_WORKERS": "2"}, log, int(listener.getsockname()[1]), keep=(listener.fileno(),)
    )


@contextlib.contextmanager
def scheduler(environment: Mapping[str, str], log: Path) -> Iterator[Running]:
    """``flask scheduler``, one process of it."""
    running = start([str(BIN / "flask"), "scheduler"], environment, log)
    try:
        yield running
    finally:
        running.kill_all()


def wait_until_live(running: Running, seconds: float = 120) -> None:
    """Wait until a web process answers at ``/health/live``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if running.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(running.url + "/health/live", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("the product does not answer:\n" + running.output()[-3000:])
