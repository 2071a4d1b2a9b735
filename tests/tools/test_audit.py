"""The audit of known weaknesses: it finds them, and is silent only when everything could be looked up in a new copy."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools import audit
from tools.parts import NPM, PYPI, Part, locked_parts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLASK, FONT = Part(PYPI, "flask", "3.1.3"), Part(NPM, "@fonts/one", "5.3.0")


def write(
    folder: Path, name: str, part: Part, fixed: str = "0.0.1", *, days: float = 1, now: datetime = NOW, **more: Any
) -> None:
    """An advisory about all versions before ``fixed``, changed so many days ago."""
    path = folder / part.ecosystem / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    ranges = [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    affected = [{"package": {"ecosystem": part.ecosystem, "name": part.name}, "ranges": ranges}]
    modified = (now - timedelta(days=days)).isoformat()
    path.write_text(json.dumps({"id": name, "modified": modified, "affected": affected, **more}))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small copy: one old advisory about each of the two packages."""
    write(tmp_path, "OLD-1", FLASK)
    write(tmp_path, "OLD-2", FONT)
    return tmp_path


def told(database: Path, capsys: pytest.CaptureFixture[str], *, any_age: bool = False) -> tuple[int, list[str]]:
    """The audit's end and its lines, without those that tell how much there was."""
    code = audit.audited(database, [FLASK, FONT], now=NOW, any_age=any_age)
    return code, [line for line in capsys.readouterr().out.splitlines() if "advisories, the newest" not in line]


def test_without_a_known_weakness_it_says_how_many_were_checked_and_of_when_the_copy_is(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.audited(database, [FLASK, FONT], now=NOW, any_age=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "PyPI: 1 advisories, the newest of 2026-11-22 12:00 UTC",
        "npm: 1 advisories, the newest of 2026-11-22 12:00 UTC",
        "2 packages checked, no known weakness",
    ]


@pytest.mark.parametrize(("fixed", "code"), [("3.1.3", 0), ("3.1.4", 1)])
def test_a_weakness_repaired_later_than_the_locked_version_is_found(
    database: Path, capsys: pytest.CaptureFixture[str], fixed: str, code: int
) -> None:
    write(database, "NEW-1", FLASK, fixed, aliases=["CVE-1"], summary="Cookies fly out")
    assert told(database, capsys)[0] == code
    found = audit.findings(audit.read_advisories(database, [FLASK], now=NOW), [FLASK])
    assert found == (["flask 3.1.3 (PyPI): NEW-1, CVE-1 Cookies fly out"] if code else [])


def test_an_archive_is_read_as_a_folder_is(
    database: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    write(database, "NEW-1", FONT, "6.0.0")
    path = tmp_path_factory.mktemp("packed") / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in database.rglob("*.json"):
            archive.write(one, one.name)
    assert told(path, capsys) == (1, ["@fonts/one 5.3.0 (npm): NEW-1"])


def test_a_kind_of_package_the_copy_knows_nothing_of_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "OLD-1", FLASK)
    assert told(tmp_path, capsys) == (
        1,
        ["@fonts/one 5.3.0 (npm) cannot be checked: the database holds nothing about npm"],
    )


def test_an_advisory_nobody_can_read_or_compare_is_a_failure(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (database / "PyPI" / "cut.json").write_text('{"id": "CUT-1", "affec')
    write(database, "ODD-1", FLASK, "soon")
    code, lines = told(database, capsys)
    assert code == 1
    assert lines == [
        f"cannot be read: {database}/PyPI/cut.json",
        "flask 3.1.3 (PyPI) cannot be checked against ODD-1: soon is no version of a Python package",
    ]


@pytest.mark.parametrize(("days", "code"), [(14, 0), (14.01, 1)])
def test_a_copy_of_two_weeks_is_young_enough_and_an_older_one_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days: float, code: int
) -> None:
    write(tmp_path, "OLD-1", FLASK, days=days)
    write(tmp_path, "OLD-2", FONT)
    assert told(tmp_path, capsys)[0] == code
    assert told(tmp_path, capsys, any_age=True)[0] == 0


def test_a_day_that_has_not_come_makes_no_copy_young(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "OLD-1", FLASK, days=-1)
    write(tmp_path, "OLD-2", FONT, days=-1)
    assert told(tmp_path, capsys)[0] == 1


def test_without_a_copy_it_ends_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([str(tmp_path / "nowhere")]) == 2
    assert "There is no database" in capsys.readouterr().err


def test_every_locked_package_is_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, part in enumerate(locked_parts()):
        write(tmp_path, f"ALL-{number}", part, "100000.0.0", now=datetime.now(UTC))
    assert audit.main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert [part for part in locked_parts() if f"{part}: ALL-" not in out] == []


@pytest.fixture
def published(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What a publisher on a loopback port hands out: an archive for each kind of package. The audit fetches from there."""
    folder = tmp_path_factory.mktemp("published")
    for part in (FLASK, FONT):
        publish(folder, part)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OSV_SOURCE", f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes no lines."""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


def publish(folder: Path, part: Part) -> None:
    write(folder, "NEW", part, now=datetime.now(UTC), days=0.1)
    with zipfile.ZipFile(folder / part.ecosystem / "all.zip", "w") as archive:
        archive.write(folder / part.ecosystem / "NEW.json", "NEW.json")


@pytest.mark.usefixtures("published")
def test_it_fetches_only_when_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([str(tmp_path / "copy")]) == 2
    assert audit.main([str(tmp_path / "copy"), "--fetch"]) == 0
    assert audit.main([str(tmp_path / "copy")]) == 0
    assert "no known weakness" in capsys.readouterr().out


def test_what_does_not_come_whole_replaces_nothing(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([str(tmp_path), "--fetch"]) == 0
    before = (tmp_path / "PyPI" / "all.zip").read_bytes()
    (published / "PyPI" / "all.zip").write_bytes(before[: len(before) // 2])
    assert audit.main([str(tmp_path), "--fetch"]) == 2
    assert "is no archive" in capsys.readouterr().err
    assert (tmp_path / "PyPI" / "all.zip").read_bytes() == before
