"""F12 at length: sixty requests a second for a minute, six restarts in it; one instance behind a held socket, then two behind a proxy."""

from __future__ import annotations

import itertools
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.harness import Figure, Place
from tests.endurance.conftest import Note
from tests.faults.client import NO_ANSWER, Client
from tests.faults.patience import wait_until
from tests.processes import Running, held_socket, serve_on, wait_until_live
from tests.settings import environment_for

A_SECOND, SECONDS, PEOPLE = 60, 60, 48
PATHS = ("/", "/deklaracja-dostepnosci", "/przejazdy/", "/logowanie")


class Stream:
    """Requests at a steady pace, whether or not earlier ones were answered; the second address is asked when the first has no answer."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls
        self.moments: list[float] = []
        self.seconds: list[float] = []
        self.failed: list[str] = []
        self._numbers = itertools.count()

    def _ask(self, number: int) -> None:
        path, said = PATHS[number % len(PATHS)], ""
        began = time.monotonic()
        for turn in range(len(self.urls)):
            try:
                answer = Client(self.urls[(number + turn) % len(self.urls)], timeout=30).get(path)
            except NO_ANSWER as error:
                said = type(error).__name__
                continue
            if answer.status < 400:
                self.moments.append(time.monotonic())
                self.seconds.append(time.monotonic() - began)
                return
            said = str(answer.status)
        self.failed.append(said)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Requests for as long as the block lasts, and no less than the minute."""
        done, began = threading.Event(), time.monotonic()

        def pace(people: ThreadPoolExecutor) -> None:
            for number in self._numbers:
                late = time.monotonic() - began
                if done.is_set() and late > SECONDS:
                    return
                if late < number / A_SECOND:
                    time.sleep(number / A_SECOND - late)
                people.submit(self._ask, number)

        with ThreadPoolExecutor(PEOPLE) as people:
            pacing = threading.Thread(target=pace, args=(people,))
            pacing.start()
            try:
                yield
            finally:
                done.set()
                pacing.join()

    @property
    def longest_gap(self) -> float:
        """The longest time in which nobody was answered."""
        return max(later - earlier for earlier, later in itertools.pairwise(sorted(self.moments)))


def hup(running: Running) -> None:
    """New workers in place of the old ones."""
    before = set(running.children())
    running.signal(signal.SIGHUP)
    wait_until(lambda: bool(running.children()) and not before & set(running.children()))


class Instance:
    """A server on a socket that outlives it, as systemd holds it."""

    def __init__(self, listener: socket.socket, environment: dict[str, str], log: Path) -> None:
        self.listener, self.environment, self.log = listener, environment, log
        self.running = serve_on(listener, environment, log)
        wait_until_live(self.running)

    def restart(self) -> None:
        """Asked to end, it finishes what it has; then a new one."""
        assert self.running.stop() == 0
        self.running = serve_on(self.listener, self.environment, self.log)
        wait_until_live(self.running)


@contextmanager
def instance(environment: dict[str, str], log: Path) -> Iterator[Instance]:
    with held_socket() as listener:
        made = Instance(listener, environment, log)
        try:
            yield made
        finally:
            made.running.kill_all()


def test_one_instance_is_restarted_six_times_in_a_minute(workplace: Place, note: Note, tmp_path: Path) -> None:
    environment = environment_for(workplace.database("one"), tmp_path)
    with instance(environment, tmp_path / "log") as one:
        stream = Stream(one.running.url)
        with stream.flowing():
            for number in range(6):
                time.sleep(SECONDS / 8)
                hup(one.running) if number % 2 else one.restart()
    note(*figures_of("one instance, three stops and three HUPs", stream, gap=3.0, failed=None))


def test_two_instances_are_restarted_in_turn(workplace: Place, note: Note, tmp_path: Path) -> None:
    environment = environment_for(workplace.database("two"), tmp_path)
    with instance(environment, tmp_path / "log1") as one, instance(environment, tmp_path / "log2") as other:
        stream = Stream(one.running.url, other.running.url)
        with stream.flowing():
            for number in range(6):
                time.sleep(SECONDS / 8)
                (other if number % 2 else one).restart()
    note(*figures_of("two instances, six stops in turn", stream, gap=3.0, failed=0))


def figures_of(what: str, stream: Stream, *, gap: float, failed: int | None) -> list[Figure]:
    """What came of a stream. With one instance those whose connection was taken in the very instant of a stop ask again themselves."""
    took = sorted(stream.seconds)
    return [
        Figure(f"F12, {what}: answered", len(took), ""),
        Figure(f"F12, {what}: not answered", len(stream.failed), "", at_most=failed),
        Figure(f"F12, {what}: longest time without an answer", round(stream.longest_gap, 2), "s", at_most=gap),
        Figure(f"F12, {what}: 99 of 100 within", round(took[int(len(took) * 0.99)], 2), "s"),
    ]
