"""The list of parts is what the locks hold: names, versions, hashes."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom

from tools.parts import NPM, PYPI, ROOT, Part, locked_parts
from tools.sbom import differences, list_of_parts, lists_own_parts, main

PARTS = [Part(NPM, "@fonts/one", "5.3.0", ("ab" * 64,)), Part(PYPI, "flask", "3.1.3", ("0a" * 32, "0b" * 32))]


def test_the_list_of_this_product_holds_what_its_locks_hold() -> None:
    listed: dict[str, Any] = json.loads(lists_own_parts())
    theirs = {
        (one.get("group", ""), one["name"], one["version"], digest["content"])
        for one in listed["components"]
        for digest in one["hashes"]
    }
    assert theirs == python_lock_read_plainly() | npm_lock_read_plainly()


def python_lock_read_plainly() -> set[tuple[str, str, str, str]]:
    """Read apart from the code under test: a package is a line with ``==``, its hashes are what follows."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return {
        ("", package.split("==")[0], re.split(r"[ \\]", package.split("==")[1])[0], digest)
        for package in packages
        if "==" in package
        for digest in re.findall(r"sha256:(\w+)", package)
    }


def npm_lock_read_plainly() -> set[tuple[str, str, str, str]]:
    """What package.json itself names as going into the pages; none of the three needs others."""
    folder = ROOT / "assets"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {
        (
            name.rpartition("/")[0], name.rpartition("/")[2], version,
            base64.b64decode(locked[f"node_modules/{name}"]["integrity"].removeprefix("sha512-")).hex(),
        )
        for name, version in wanted.items()
    }  # fmt: skip


def test_what_only_builds_the_pages_is_no_part_of_them() -> None:
    assert {part.name for part in locked_parts() if part.ecosystem == NPM}.isdisjoint(
        {"esbuild", "sass", "subset-font"}
    )


def test_the_same_parts_give_the_same_bytes() -> None:
    made = list_of_parts(PARTS, name="x", version="1")
    assert made == list_of_parts(list(reversed(PARTS)), name="x", version="1")
    assert "timestamp" not in made
    assert "serialNumber" not in made


def test_cyclonedx_tools_can_read_it() -> None:
    read = Bom.from_json(json.loads(list_of_parts(PARTS, name="x", version="1")))  # type: ignore[attr-defined]  # added by its serialiser
    assert [str(component.purl) for component in read.components] == [
        "pkg:npm/%40fonts/one@5.3.0",
        "pkg:pypi/flask@3.1.3",
    ]


def test_every_difference_is_named() -> None:
    listed = json.loads(list_of_parts(PARTS, name="x", version="1"))
    assert differences(listed, PARTS) == []
    locked = [Part(PYPI, "flask", "3.1.3", ("0a" * 32,)), Part(PYPI, "jinja2", "3.1.6", ("0c" * 32,))]
    assert differences(listed, locked) == [
        "pkg:pypi/jinja2@3.1.6 is missing",
        "pkg:npm/%40fonts/one@5.3.0 is not locked",
        "pkg:pypi/flask@3.1.3 has other hashes",
    ]


def test_a_written_list_passes_its_check_and_a_changed_one_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "parts.json"
    assert main([str(path)]) == 0
    assert main(["--check", str(path)]) == 0
    path.write_text(path.read_text(encoding="utf-8").replace("pkg:pypi/flask@", "pkg:pypi/flask@9"), encoding="utf-8")
    assert main(["--check", str(path)]) == 1
    assert "pkg:pypi/flask@" in capsys.readouterr().out
