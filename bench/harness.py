"""How speed is measured here.

A page is compared with a reference in the same run, on the same server and database: a bare Flask page with one indexed SELECT. The two
take turns, so that a busy machine slows both. Time is processor time unless a figure says otherwise.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, event, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.postgres import Server
from tests.settings import app_on, migrate_to

RESULTS = Path(__file__).parent / "RESULTS.md"
HOME = "https://localhost"


@dataclass(frozen=True)
class Figure:
    """One measured number and what was promised of it (no limit: only noted)."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        if self.at_most is not None and self.value > self.at_most:
            return False
        return self.at_least is None or self.value >= self.at_least

    @property
    def promise(self) -> str:
        """The promise in words."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g} {self.unit}"
        return f"≥ {self.at_least:g} {self.unit}" if self.at_least is not None else ""


@dataclass(frozen=True)
class Times:
    """How long something took, each time: milliseconds of processor and of wall clock."""

    processor: tuple[float, ...]
    wall: tuple[float, ...]

    def p50(self) -> float:
        """Half of the calls took no more processor time."""
        return percentile(self.processor, 50)

    def p95(self) -> float:
        """All but one call in twenty took no more processor time."""
        return percentile(self.processor, 95)

    def wall_p50(self) -> float:
        """Half of the calls took no longer on the wall clock (a database in another process counts here)."""
        return percentile(self.wall, 50)

    def wall_p95(self) -> float:
        """All but one call in twenty took no longer on the wall clock."""
        return percentile(self.wall, 95)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that ``share`` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(len(ordered) * share / 100) - 1))]


Call = Callable[[], object]


def take_turns(calls: Mapping[str, Call], *, rounds: int, warm_up: int = 5) -> dict[str, Times]:
    """Time several calls, one of each a round. The collector of garbage runs between rounds, not inside a measurement."""
    for call in calls.values():
        for _ in range(warm_up):
            call()
    processor: dict[str, list[float]] = {name: [] for name in calls}
    wall: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            for name, call in calls.items():
                began, wall_began = time.process_time_ns(), time.perf_counter_ns()
                call()
                wall[name].append((time.perf_counter_ns() - wall_began) / 1e6)
                processor[name].append((time.process_time_ns() - began) / 1e6)
            if turn % 20 == 19:
                gc.collect()
    finally:
        gc.enable()
    return {name: Times(tuple(processor[name]), tuple(wall[name])) for name in calls}


# --- where it is measured ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """What a benchmark may use: which database, where to put files, and whether it should hurry (a look, not a measurement)."""

    kind: str
    folder: Path
    server: Server | None
    hurry: bool = False

    def database(self, name: str) -> str:
        """The address of a new, migrated database."""
        if self.server is None:
            url = f"sqlite:///{self.folder}/{name}.db"
        else:
            self.server.cluster.create(name)
            url = self.server.cluster.url(name)
        migrate_to(url, self.folder)
        return url

    @contextlib.contextmanager
    def app(self, database_url: str, **settings: Any) -> Iterator[Flask]:
        """The product on a database, as in production (``TESTING`` off)."""
        with app_on(database_url, self.folder, **{"TESTING": False, **settings}) as app:
            yield app


@contextlib.contextmanager
def place(kind: str, *, hurry: bool = False) -> Iterator[Place]:
    """A folder, and for PostgreSQL a server that keeps every commit on disk; gone afterwards."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = None
        if kind == "postgresql":
            server = Server(durable=True)
            stack.callback(server.remove)
            server.start()
        yield Place(kind, folder, server, hurry)


# --- pages ------------------------------------------------------------------------------------------------------------------------------

_BARE = Table("bench_bare", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(80)))
_BARE_ROWS = 10_000


class Reference:
    """The bare page: Flask, one SELECT by primary key among ten thousand rows, a few words of HTML."""

    def __init__(self, database_url: str) -> None:
        self.engine: Engine = create_engine(database_url)
        _BARE.drop(self.engine, checkfirst=True)
        _BARE.create(self.engine)
        with self.engine.begin() as connection:
            connection.execute(
                _BARE.insert(), [{"id": number, "name": f"name {number}"} for number in range(_BARE_ROWS)]
            )
        self.app = Flask("bare")
        self.app.add_url_rule("/bare/<int:number>", "bare", self._answer)
        self._next = 0

    def _answer(self, number: int) -> str:
        with self.engine.connect() as connection:
            name = connection.execute(select(_BARE.c.name).where(_BARE.c.id == number)).scalar_one()
        return f"<!doctype html><html lang=pl><title>{name}</title><p>{name}</p></html>"

    def call(self) -> object:
        """Answer one request, each time for another row."""
        self._next = (self._next + 7) % _BARE_ROWS
        return asked(self.app, f"/bare/{self._next}")

    def close(self) -> None:
        """Take the reference's table away."""
        _BARE.drop(self.engine)
        self.engine.dispose()


def asked(app: Flask, path: str, cookie: str = "") -> tuple[str, int]:
    """Ask an application for a page through WSGI, without a client's work; its status and length. Raises unless the page came."""
    headers = [("Cookie", cookie)] if cookie else []
    environ = EnvironBuilder(path=path, base_url=HOME, headers=headers).get_environ()
    body, status, _headers = run_wsgi_app(app, environ, buffered=True)
    length = sum(len(part) for part in body)
    if not status.startswith("200"):
        raise RuntimeError(f"{path} answered {status}")
    return status, length


def pages_against_reference(
    app: Flask, database_url: str, pages: Mapping[str, tuple[str, str]], *, at_most: float | None, rounds: int = 200
) -> list[Figure]:
    """How many times the reference's processor time each page takes (medians, taken in turns).

    ``pages`` gives for each name its path and the cookie header of whoever opens it.
    """
    reference = Reference(database_url)
    try:
        calls: dict[str, Call] = {"reference": reference.call}
        for name, (path, cookie) in pages.items():
            calls[name] = _page_call(app, path, cookie)
        times = take_turns(calls, rounds=rounds)
    finally:
        reference.close()
    bare = times.pop("reference")
    figures = [Figure("bare Flask page, processor p50", round(bare.p50(), 3), "ms")]
    for name, taken in times.items():
        figures.append(Figure(f"{name}: times the bare page", round(taken.p50() / bare.p50(), 2), "×", at_most))
        figures.append(Figure(f"{name}: processor p50 / p95", round(taken.p50(), 2), f"/ {taken.p95():.2f} ms"))
        figures.append(Figure(f"{name}: wall p50 / p95", round(taken.wall_p50(), 2), f"/ {taken.wall_p95():.2f} ms"))
    return figures


def _page_call(app: Flask, path: str, cookie: str) -> Call:
    return lambda: asked(app, path, cookie)


def queries_of(app: Flask, path: str, cookie: str = "") -> int:
    """How many statements one page sends to the database, the beginning of its transaction aside."""
    counted = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal counted
        counted += statement.split(maxsplit=1)[0].upper() not in ("BEGIN", "PRAGMA")

    event.listen(Engine, "before_cursor_execute", count)
    try:
        asked(app, path, cookie)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return counted


# --- what came out ----------------------------------------------------------------------------------------------------------------------


def as_table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | measured | promised | kept |", "|---|---:|---:|---|"]
    for figure in figures:
        kept = "" if not figure.promise else ("yes" if figure.holds else "**no**")
        lines.append(f"| {figure.what} | {figure.value:g} {figure.unit} | {figure.promise} | {kept} |")
    return "\n".join(lines)


def as_json(name: str, kind: str, figures: Iterable[Figure]) -> str:
    """The figures as one JSON object."""
    measured = [{**asdict(figure), "holds": figure.holds} for figure in figures]
    return json.dumps({"bench": name, "database": kind, "figures": measured}, ensure_ascii=False)


def machine() -> str:
    """What it was measured on: cores, how busy they were, Python, system; nothing that names the machine."""
    busy = "load of the last 1, 5 and 15 minutes " + ", ".join(f"{number:.1f}" for number in os.getloadavg())
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {busy}, {system}"


def record(name: str, kind: str, figures: Sequence[Figure], description: str, *, on: str) -> None:
    """Write the section of this benchmark into ``bench/RESULTS.md``, in place of an earlier one."""
    heading = f"## {name} ({kind})"
    section = f"{heading}\n\n{description}\n\n{as_table(figures)}\n\nMeasured on {on}: {machine()}.\n"
    text = (
        RESULTS.read_text(encoding="utf-8")
        if RESULTS.exists()
        else "# Speed and size, measured\n\nMade by `./dev bench`.\n"
    )
    parts = re.split(r"(?m)^(?=## )", text)
    sections = {part.splitlines()[0]: part.strip() + "\n" for part in parts[1:]}
    sections[heading] = section
    RESULTS.write_text(
        "\n".join([parts[0].strip() + "\n", *(sections[key] for key in sorted(sections))]), encoding="utf-8"
    )


def slowdown(small: Times, large: Times) -> float:
    """How many times slower the median became as the data grew."""
    return statistics.median(large.processor) / statistics.median(small.processor)
