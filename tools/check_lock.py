"""Checks that the locks hold what the ``.in`` files ask for, every package with hashes, and no address of a package index.

Nothing is fetched: the locks are compared with the ``.in`` files by names and version limits.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.parts import ROOT, python_parts


def wanted(path: Path) -> list[Requirement]:
    """The requirements of an ``.in`` file and of those it includes."""
    found: list[Requirement] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("-r "):
            found += wanted(path.parent / text[3:].strip())
        elif text:
            found.append(Requirement(text))
    return found


def locked(path: Path) -> dict[str, tuple[str, int]]:
    """Each package of a lock: its version and how many hashes stand under it."""
    return {part.name: (part.version, len(part.hashes)) for part in python_parts(path)}


def findings(asked: Path, lock: Path) -> list[str]:
    """Everything wrong with one lock."""
    packages = locked(lock)
    wrong = [f"{lock.name}: {name} has no hash" for name, (_, hashes) in packages.items() if not hashes]
    for requirement in wanted(asked):
        version = packages.get(canonicalize_name(requirement.name), ("", 0))[0]
        if not version:
            wrong.append(f"{lock.name}: {requirement.name} is missing; run ./dev lock")
        elif not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{lock.name}: {requirement.name} {version} is not {requirement.specifier}; run ./dev lock")
    if re.search(r"https?://|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8")):
        wrong.append(f"{lock.name}: names a package index")
    return wrong


def all_findings() -> list[str]:
    """Everything wrong with both locks, and where they disagree."""
    product, development = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    wrong = findings(ROOT / "requirements.in", product) + findings(ROOT / "requirements-dev.in", development)
    theirs = locked(development)
    wrong += [
        f"{name} is {version} for running and {theirs.get(name, ('nothing', 0))[0]} for development"
        for name, (version, _) in locked(product).items()
        if theirs.get(name, ("", 0))[0] != version
    ]
    return wrong


if __name__ == "__main__":
    problems = all_findings()
    print("\n".join(problems) or "the locks hold what is asked for")
    sys.exit(bool(problems))
