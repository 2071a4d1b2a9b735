"""Both sides of every limit an advisory can set."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tools.advisories import Unclear, concerns, semantic_key
from tools.parts import NPM, PYPI, Part


def advisory(*events: dict[str, str], versions: tuple[str, ...] = (), name: str = "Some_Package", **more: Any) -> Any:
    """An advisory about one Python package."""
    kind = more.pop("type", "ECOSYSTEM")
    ecosystem = more.pop("ecosystem", PYPI)
    ranges = [{"type": kind, "events": list(events)}] if events else []
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, "versions": list(versions)}
    return {"id": "TEST-1", "modified": "2026-11-20T10:00:00Z", "affected": [affected], **more}


def locked(version: str) -> Part:
    return Part(PYPI, "some-package", version)


@pytest.mark.parametrize(
    ("version", "concerned"),
    [
        ("0.9", False), ("1.0rc1", False), ("1.0", True), ("1.5.post1", True), ("2.0rc1", True), ("2.0", False),
        ("2.0.post1", False), ("2.9", False), ("3.0", True), ("3.1.4", True), ("3.1.5", False), ("10.0", False),
    ],
)  # fmt: skip
def test_a_weakness_holds_from_its_introduction_until_its_repair(version: str, concerned: bool) -> None:
    told = advisory({"introduced": "3.0"}, {"fixed": "3.1.5"}, {"introduced": "1.0"}, {"fixed": "2.0"})
    assert concerns(told, locked(version)) is concerned


@pytest.mark.parametrize(("version", "concerned"), [("0.0.1.dev1", True), ("1.9", True), ("1.9.1", False)])
def test_the_last_affected_version_is_affected_and_the_next_is_not(version: str, concerned: bool) -> None:
    assert concerns(advisory({"introduced": "0"}, {"last_affected": "1.9"}), locked(version)) is concerned


def test_a_weakness_nobody_repaired_holds_for_every_later_version() -> None:
    assert concerns(advisory({"introduced": "1"}), locked("99"))
    assert not concerns(advisory({"introduced": "1"}), locked("0.99"))


@pytest.mark.parametrize(("version", "concerned"), [("1.9", True), ("2.0", False)])
def test_what_lies_beyond_a_limit_is_not_spoken_of(version: str, concerned: bool) -> None:
    assert concerns(advisory({"introduced": "0"}, {"limit": "2.0"}), locked(version)) is concerned
    assert concerns(advisory({"introduced": "0"}, {"limit": "*"}), locked(version))


@pytest.mark.parametrize(("version", "concerned"), [("1.0", True), ("1.0.0", True), ("1.0.1", False)])
def test_a_listed_version_is_meant_however_it_is_written(version: str, concerned: bool) -> None:
    assert concerns(advisory(versions=("2004d", "1.0")), locked(version)) is concerned


def test_a_listed_version_counts_beside_a_range() -> None:
    told = advisory({"introduced": "5"}, versions=("1.0",))
    assert [concerns(told, locked(version)) for version in ("1.0", "2.0", "5.0")] == [True, False, True]


def test_a_withdrawn_advisory_concerns_nobody() -> None:
    assert concerns(advisory({"introduced": "0"}), locked("1"))
    assert not concerns(advisory({"introduced": "0"}, withdrawn="2026-11-01T00:00:00Z"), locked("1"))


def test_another_package_and_the_same_name_elsewhere_are_not_meant() -> None:
    assert not concerns(advisory({"introduced": "0"}, name="some-package-too"), locked("1"))
    assert not concerns(advisory({"introduced": "0"}, ecosystem=NPM), locked("1"))


@pytest.mark.parametrize(
    "told",
    [
        advisory({"introduced": "0"}, {"fixed": "the next one"}),
        advisory({"fixed": "2.0"}),
        advisory({"introduced": "0"}, {"healed": "2.0"}),
        advisory({"introduced": "0"}, type="GIT"),
        advisory(),
    ],
)
def test_what_cannot_be_understood_is_never_taken_for_harmless(told: Any) -> None:
    with pytest.raises(Unclear):
        concerns(told, locked("1.0"))


def test_a_locked_version_nobody_can_compare_is_told() -> None:
    with pytest.raises(Unclear):
        concerns(advisory({"introduced": "0"}), locked("newest"))
    with pytest.raises(Unclear):
        concerns(advisory({"introduced": "0"}, ecosystem=NPM, name="x"), Part(NPM, "x", "1.0"))


@pytest.mark.parametrize(
    ("version", "concerned"),
    [("6.0.0-rc.1", False), ("6.0.0", True), ("6.1.9", True), ("6.10.0", False), ("6.2.0-beta.2", True)],
)
def test_npm_packages_are_compared_by_semantic_versioning(version: str, concerned: bool) -> None:
    told = advisory({"introduced": "6.0.0"}, {"fixed": "6.2.0"}, ecosystem=NPM, name="@one/two", type="SEMVER")
    assert concerns(told, Part(NPM, "@one/two", version)) is concerned


def test_semantic_versions_stand_in_the_order_of_their_standard() -> None:
    ordered = [
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
        "1.0.0", "1.2.0", "1.10.0",
    ]  # fmt: skip
    assert sorted(random.Random(1).sample(ordered, len(ordered)), key=semantic_key) == ordered
    assert semantic_key("v1.0.0+build.5") == semantic_key("1.0.0")
