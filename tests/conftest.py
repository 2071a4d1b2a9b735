"""What every test may ask for: ``app``, ``session``, ``page``, ``clock``, ``database``; in a browser ``browser_page`` and ``site``.

``--database=sqlite`` (default) or ``--database=postgresql`` chooses the database; tests that use one carry the mark ``database`` by
themselves, so that the pure ones need not run twice.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy.orm import Session

from tests.databases import PostgresDatabase, SqliteDatabase, WorkersDatabase
from tests.frozen import Clock
from tests.guards import WriteGuard, stay_inside, writes_watched
from tests.hashing import hash_quickly
from tests.postgres import Cluster, Server
from tests.settings import leave_one, let_go, make_app, migrate_to

pytest_plugins = ["tests.browser"]
settings.register_profile("suite", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("suite")
pytest.register_assert_rewrite("tests.page")

SERVER = pytest.StashKey[Server]()
CLUSTER = pytest.StashKey[Cluster]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which database the tests use."""
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="the database the tests use"
    )


def pytest_configure(config: pytest.Config) -> None:
    """PostgreSQL is started once for the whole run, by the process that hands out the tests."""
    config.addinivalue_line(
        "markers", "endurance: minutes of load and large data; run by ./dev endurance, which keeps the figures"
    )
    gc.disable()  # until the tests are collected, nothing that is made is thrown away
    if config.getoption("--database") != "postgresql" or config.getoption("--collect-only"):
        return
    handed_over = getattr(config, "workerinput", {}).get("cluster")
    if handed_over is not None:
        config.stash[CLUSTER] = Cluster(*handed_over)
        return
    config.stash[SERVER] = Server()
    config.stash[CLUSTER] = config.stash[SERVER].start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of a parallel run where PostgreSQL listens."""
    cluster = node.config.stash.get(CLUSTER, None)
    if cluster is not None:
        node.workerinput["cluster"] = (cluster.folder, cluster.port)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The server ends with the run."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.remove()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses a database says so by the fixtures it asks for; a file's place says what else it is."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)
        place = item.path.parent.name
        if place == "journeys":
            item.add_marker(pytest.mark.journey)
        if place == "faults":
            item.add_marker(pytest.mark.faults)
        if place == "endurance":
            item.add_marker(pytest.mark.endurance)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # begun last, they would keep one core waiting


def pytest_collection_finish() -> None:
    """What is loaded by now is there for good, and each look for waste would go through all of it: a tenth of the work of the run."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches outside fails."""
    stay_inside(monkeypatch)


@pytest.fixture(autouse=True)
def quick_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost little here, but where the time or the parameters themselves are looked at."""
    if "real_hashing" not in request.fixturenames:
        hash_quickly(monkeypatch)


@pytest.fixture
def real_hashing() -> None:
    """Passwords as in production."""


@pytest.fixture(scope="session")
def database_kind(pytestconfig: pytest.Config) -> str:
    """``sqlite`` or ``postgresql``."""
    return str(pytestconfig.getoption("--database"))


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Cluster | None:
    """The running PostgreSQL, when it is the chosen database."""
    return pytestconfig.stash.get(CLUSTER, None)


@pytest.fixture(scope="session")
def workers_database(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None) -> Iterator[WorkersDatabase]:
    """This worker's database, migrated."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = tmp_path_factory.mktemp("database")
    shared = tmp_path_factory.getbasetemp()
    if worker != "main":
        shared = shared.parent

    def migrate(url: str) -> None:
        migrate_to(url, own)

    made: WorkersDatabase
    made = (
        SqliteDatabase(own, shared, migrate) if cluster is None else PostgresDatabase(worker, cluster, shared, migrate)
    )
    yield made
    made.remove()


@pytest.fixture(scope="session")
def workers_app(workers_database: WorkersDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all tests of this worker: making one costs more than most tests."""
    app = make_app(workers_database.url, tmp_path_factory.mktemp("var"))
    yield app
    let_go(app)


@pytest.fixture(scope="session")
def write_guard(workers_database: WorkersDatabase) -> Iterator[WriteGuard]:
    """Watches what is written, and when."""
    with writes_watched(workers_database) as guard:
        yield guard


@pytest.fixture
def database(
    workers_database: WorkersDatabase, workers_app: Flask, write_guard: WriteGuard
) -> Iterator[WorkersDatabase]:
    """The database as the migrations left it; what the test writes is undone after it."""
    yield workers_database
    workers_database.clean(lambda: let_go(workers_app), lambda: leave_one(workers_app))
    write_guard.report()


@pytest.fixture
def app(workers_app: Flask, database: WorkersDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The product on a clean database. Settings changed by a test are put back."""
    from services_app.web import contact

    contact.forget_contacts()
    monkeypatch.setattr(
        contact, "_KEPT_SECONDS", 3600
    )  # looked up anew in the middle of a test it would be one question more
    settings = dict(workers_app.config)
    yield workers_app
    workers_app.config.clear()
    workers_app.config.update(settings)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The test's own session, inside an application context. Pages see what it has committed (``page`` commits for you)."""
    from services_app.database import db

    with app.app_context():
        yield db.session()
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock, to be put where the test needs it: ``clock.at("2026-06-24 14:00")``."""
    made = Clock()
    yield made
    made.release()


@pytest.fixture
def page(app: Flask, session: Session) -> Any:
    """A reader of pages who looks at each of them closely (see ``tests/page.py``)."""
    from tests.page import Page

    return Page(app, session)


@pytest.fixture
def new_page(app: Flask, session: Session) -> Callable[[], Any]:
    """More readers, each with cookies of their own: the senior, her daughter, the operator."""
    from tests.page import Page

    return lambda: Page(app, session)


@pytest.fixture
def data_dir(app: Flask) -> Path:
    """Where the product keeps its files."""
    return Path(app.config["DATA_DIR"])
