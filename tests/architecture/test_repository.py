"""What must not be in the repository: unfinished work, places of one machine, keys."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.processes import ROOT

NOT_OURS = ("tests/vendor/", "static/vendor/", "static/fonts/", "assets/node_modules/")
NOT_TEXT = {".woff2", ".woff", ".ttf", ".png", ".ico", ".mo", ".pdf", ".gz", ".jpg"}
# Each with one letter in brackets, so that this list does not find itself.
UNFINISHED = re.compile(r"TOD[O]|FIXM[E]|\bXX[X]\b|NotImplementedErro[r]")
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.])/wor[k]/|/tmp/pla[n]|\.\./share[d]|/roo[t]/|files\.pythonhoste[d]|deb\.debia[n]|registry\.npmj[s]|pypi\.or[g]"
)
SILENCED = re.compile(r"# noq[a](?!: [A-Z0-9]+(?:, [A-Z0-9]+)* - \w)|# type: ignor[e](?!\[[a-z, -]+\]  # \w)|# nose[c]")
"""A check switched off with no reason beside it, or for everything."""
KEYS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KE[Y]|AKI[A][0-9A-Z]{16}")


def our_files() -> Iterator[Path]:
    """Every file that is or would be kept, without others' work."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and not name.startswith(NOT_OURS) and path.suffix not in NOT_TEXT:
            yield path


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where the pattern occurs, as ``file:line``."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in our_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_unfinished() -> None:
    assert found(UNFINISHED) == []


def test_no_place_of_one_machine_is_named() -> None:
    assert found(OF_ONE_MACHINE) == []


def test_no_key_is_kept() -> None:
    assert found(KEYS) == []


def test_every_skip_says_why() -> None:
    silent = re.compile(r"mark\.skip(\(\))?$|pytest\.skip\(\)|mark\.xfail(\(\))?$")
    assert found(silent) == []


def test_every_silenced_check_says_why() -> None:
    assert found(SILENCED) == []
