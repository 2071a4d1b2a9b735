"""Looks up every locked package in a copy of the OSV database of known weaknesses; nothing is fetched unless ``--fetch`` asks for it.

The copy is a folder (or one file) with advisories as JSON files or as the archives OSV publishes, in any subfolders. The audit fails when
a package has a known weakness, when one cannot be checked (no advisories of its kind in the copy, an advisory nobody can read), and
when the copy is older than two weeks: silence of an old or a half copy says nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import requests

from tools.advisories import Unclear, concerns, names_of
from tools.parts import NPM, PYPI, ROOT, Part, locked_parts

MOST_DAYS: Final = 14
SOURCE: Final = "https://osv-vulnerabilities.storage.googleapis.com"
"""Where OSV publishes an archive for each kind of package; ``OSV_SOURCE`` names a mirror."""
_MOST_BYTES: Final = 2 * 1024**3
_SECONDS: Final = 60


class CannotAudit(Exception):
    """There is nothing to look things up in."""


@dataclass
class Advisories:
    """What of a copy concerns the packages asked about, and how much of it there is."""

    about: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    """How many advisories there are for each ecosystem."""
    changed_at: dict[str, datetime] = field(default_factory=dict)
    """For each ecosystem when its newest advisory was changed: that is how old the copy is."""
    unreadable: list[str] = field(default_factory=list)


def read_advisories(database: Path, parts: Sequence[Part], *, now: datetime) -> Advisories:
    """Read a copy. Raises :class:`CannotAudit` when there is none."""
    if not database.exists():
        raise CannotAudit(f"There is no database at {database}. Fetch one with --fetch, or bring a copy.")
    wanted = {(part.ecosystem, part.name) for part in parts}
    read = Advisories()
    for name, content in _files(database):
        try:
            _take_in(read, json.loads(content), wanted, now=now)
        except (ValueError, AttributeError, TypeError, KeyError):
            read.unreadable.append(name)
    return read


def _files(database: Path) -> Iterator[tuple[str, bytes]]:
    for path in [database] if database.is_file() else sorted(database.rglob("*")):
        if path.suffix == ".json":
            yield str(path), path.read_bytes()
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.endswith(".json"):
                        yield f"{path}: {name}", archive.read(name)


def _take_in(read: Advisories, advisory: dict[str, Any], wanted: set[tuple[str, str]], *, now: datetime) -> None:
    names = names_of(advisory)
    changed_at = datetime.fromisoformat(str(advisory["modified"])).astimezone(UTC)
    for ecosystem in {ecosystem for ecosystem, _ in names}:
        read.counted[ecosystem] = read.counted.get(ecosystem, 0) + 1
        # a moment that has not come yet would make an old copy look new for ever
        if changed_at <= now:
            read.changed_at[ecosystem] = max(changed_at, read.changed_at.get(ecosystem, changed_at))
    for name in names & wanted:
        read.about.setdefault(name, []).append(advisory)


def findings(read: Advisories, parts: Sequence[Part]) -> list[str]:
    """Every known weakness, and everything that could not be checked."""
    found = [f"cannot be read: {name}" for name in read.unreadable]
    for part in parts:
        if not read.counted.get(part.ecosystem):
            found.append(f"{part} cannot be checked: the database holds nothing about {part.ecosystem}")
        for advisory in read.about.get((part.ecosystem, part.name), ()):
            try:
                if concerns(advisory, part):
                    found.append(f"{part}: {_title(advisory)}")
            except Unclear as unclear:
                found.append(f"{part} cannot be checked against {advisory.get('id')}: {unclear}")
    return found


def _title(advisory: dict[str, Any]) -> str:
    names = ", ".join([str(advisory.get("id")), *advisory.get("aliases", ())])
    return f"{names} {advisory.get('summary') or ''}".strip()


def age_of(read: Advisories, *, now: datetime) -> timedelta | None:
    """How old the copy is: the oldest of its kinds counts. None when that cannot be told."""
    dated = [read.changed_at.get(ecosystem) for ecosystem in read.counted if ecosystem in (PYPI, NPM)]
    return max((now - at for at in dated if at), default=None) if all(dated) else None


def fetch(database: Path, source: str) -> None:
    """Put today's archives into a folder. Each takes its place only when it has come whole."""
    for ecosystem in (PYPI, NPM):
        folder = database / ecosystem
        folder.mkdir(parents=True, exist_ok=True)
        coming = folder / "all.zip.part"
        with requests.get(
            f"{source}/{ecosystem}/all.zip", stream=True, timeout=_SECONDS, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise CannotAudit(f"{answer.url} answered {answer.status_code}")
            with coming.open("wb") as file:
                for piece in answer.iter_content(1024**2):
                    file.write(piece)
                    if file.tell() > _MOST_BYTES:
                        raise CannotAudit(f"{answer.url} is larger than {_MOST_BYTES} bytes")
        if not zipfile.is_zipfile(coming):
            raise CannotAudit(f"what came from {source} for {ecosystem} is no archive")
        coming.replace(folder / "all.zip")


def audited(database: Path, parts: Sequence[Part], *, now: datetime, any_age: bool) -> int:
    """Look everything up and say what was found; 1 when something was."""
    read = read_advisories(database, parts, now=now)
    found, age = findings(read, parts), age_of(read, now=now)
    for ecosystem in sorted(set(read.counted) & {PYPI, NPM}):
        at = read.changed_at.get(ecosystem)
        print(
            f"{ecosystem}: {read.counted[ecosystem]} advisories, the newest of {at:%Y-%m-%d %H:%M} UTC"
            if at
            else ecosystem
        )
    if not any_age and (age is None or age > timedelta(days=MOST_DAYS)):
        found.append(f"the database is older than {MOST_DAYS} days: bring a new one (--fetch), or say --any-age")
    print("\n".join(found) or f"{len(parts)} packages checked, no known weakness")
    return int(bool(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the audit; 1 when there is a finding, 2 when there is nothing to look things up in."""
    parser = argparse.ArgumentParser(prog="./dev audit", description="Known weaknesses of the locked packages.")
    default = Path(os.environ.get("OSV_DATABASE", ROOT / "var" / "osv"))
    parser.add_argument("database", nargs="?", type=Path, default=default, help="a copy of the OSV database")
    parser.add_argument("--fetch", action="store_true", help="bring today's copy there first")
    parser.add_argument("--any-age", action="store_true", help="accept a copy older than two weeks")
    wished = parser.parse_args(arguments)
    try:
        if wished.fetch:
            fetch(wished.database, os.environ.get("OSV_SOURCE", SOURCE))
        return audited(wished.database, locked_parts(), now=datetime.now(UTC), any_age=wished.any_age)
    except (CannotAudit, requests.RequestException, OSError, zipfile.BadZipFile) as reason:
        print(reason, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
