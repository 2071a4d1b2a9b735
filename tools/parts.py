"""The parts of others this product is made of, as its locks name them.

Python packages it runs with, and npm packages that went into static/dist.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPI, NPM = "PyPI", "npm"
"""The two kinds of packages, by the names that advisories use."""
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]+)")
_MODULES = "node_modules/"


@dataclass(frozen=True, order=True)
class Part:
    """One locked package. ``hashes`` are of its files, as hex: SHA-256 for Python packages, SHA-512 for npm packages."""

    ecosystem: str
    name: str
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.ecosystem})"


def python_parts(lock: Path) -> list[Part]:
    """The packages of a lock that pip reads, each with the hashes under it, in the lock's order."""
    found: list[Part] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pinned := _PINNED.match(line):
            found.append(Part(PYPI, canonicalize_name(pinned[1]), pinned[2]))
        elif found and (hashed := _HASH.search(line)):
            last = found.pop()
            found.append(Part(PYPI, last.name, last.version, (*last.hashes, hashed[1])))
    return found


def asset_parts(lock: Path) -> list[Part]:
    """The packages of npm's lock that end up in what browsers get: those that are not only for building."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        Part(NPM, path.rpartition(_MODULES)[2], package["version"], _hex(package.get("integrity", "")))
        for path, package in packages.items()
        if path.startswith(_MODULES) and not package.get("dev")
    ]


def _hex(integrity: str) -> tuple[str, ...]:
    return tuple(base64.b64decode(one.removeprefix("sha512-")).hex() for one in integrity.split())


def locked_parts(root: Path = ROOT) -> list[Part]:
    """Everything the running product and its pages are made of, in one order."""
    return sorted([*python_parts(root / "requirements.txt"), *asset_parts(root / "assets" / "package-lock.json")])
