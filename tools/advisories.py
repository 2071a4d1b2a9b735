"""Whether a published advisory (OSV format) concerns a locked package. Pure: advisories are given, nothing is read or fetched.

Versions of Python packages are compared as PEP 440 says, those of npm packages as semantic versioning says. An advisory that cannot be
understood is never taken for a harmless one: :class:`Unclear` is raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tools.parts import NPM, Part

_FIRST = "0"
"""In advisories: before every version."""
_NO_LIMIT = "*"
_COMPARED = ("ECOSYSTEM", "SEMVER")
"""The ranges that name versions; ``GIT`` names commits of a source nobody installs from."""
_EVENTS = ("introduced", "fixed", "last_affected", "limit")
_SEMANTIC = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")

Key = Any
"""What versions of one ecosystem are compared by."""


class Unclear(Exception):
    """An advisory or a version that cannot be compared."""


def concerns(advisory: Mapping[str, Any], part: Part) -> bool:
    """Whether an advisory holds for this version of a package. Withdrawn ones hold for none. Raises :class:`Unclear`."""
    if advisory.get("withdrawn"):
        return False
    affected = [one for one in advisory.get("affected", ()) if _names(one.get("package", {}), part)]
    return any(_affects(one, part) for one in affected)


def _names(package: Mapping[str, Any], part: Part) -> bool:
    name = str(package.get("name", ""))
    if package.get("ecosystem") != part.ecosystem:
        return False
    return name == part.name if part.ecosystem == NPM else canonicalize_name(name) == part.name


def names_of(advisory: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The packages an advisory speaks of, as ecosystem and name."""
    packages = [one.get("package", {}) for one in advisory.get("affected", ())]
    return frozenset(
        (ecosystem, name if ecosystem == NPM else canonicalize_name(name))
        for package in packages
        for ecosystem, name in [(str(package.get("ecosystem", "")), str(package.get("name", "")))]
    )


def _affects(affected: Mapping[str, Any], part: Part) -> bool:
    key_of = semantic_key if part.ecosystem == NPM else python_key
    version = key_of(part.version)
    listed: Sequence[str] = affected.get("versions") or ()
    ranges = [one for one in affected.get("ranges") or () if one.get("type") in _COMPARED]
    if not listed and not ranges:
        raise Unclear("it names no versions")
    return any(_same(one, version, key_of) for one in listed) or any(
        _within(one.get("events") or (), version, key_of) for one in ranges
    )


def _same(listed: str, version: Key, key_of: Callable[[str], Key]) -> bool:
    """Old releases may have names no rule knows; they are none that a lock can hold."""
    try:
        return bool(key_of(listed) == version)
    except Unclear:
        return False


def _within(events: Iterable[Mapping[str, str]], version: Key, key_of: Callable[[str], Key]) -> bool:
    """Walk along the events of a range as OSV's schema describes, up to the version."""
    told = [(name, value) for event in events for name, value in event.items()]
    if not any(name == "introduced" for name, _ in told) or any(name not in _EVENTS for name, _ in told):
        raise Unclear("its range of versions is not one that can be read")
    limits = [value for name, value in told if name == "limit" and value != _NO_LIMIT]
    if limits and not any(version < key_of(limit) for limit in limits):
        return False
    steps = [(name, None if value == _FIRST else key_of(value)) for name, value in told if name != "limit"]
    inside = False
    for name, at in sorted(steps, key=lambda step: (step[1] is not None, step[1])):
        if name == "introduced":
            inside = inside or at is None or version >= at
        elif at is None or (version >= at if name == "fixed" else version > at):
            inside = False
    return inside


def python_key(version: str) -> Key:
    """A version of a Python package, to be compared (PEP 440). Raises :class:`Unclear`."""
    try:
        return Version(version)
    except InvalidVersion:
        raise Unclear(f"{version} is no version of a Python package") from None


def semantic_key(version: str) -> Key:
    """A version of an npm package, to be compared (semver.org, 11). Raises :class:`Unclear`."""
    read = _SEMANTIC.fullmatch(version)
    if read is None:
        raise Unclear(f"{version} is no version of an npm package")
    numbers = tuple(int(number) for number in read.group(1, 2, 3))
    if read[4] is None:
        return (*numbers, 1, ())
    # Of what stands after the dash numbers come before words, and numbers are compared as such.
    before = tuple((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in read[4].split("."))
    return (*numbers, 0, before)
