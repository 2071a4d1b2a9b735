"""Everything points down: import-linter's contracts hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.processes import BIN, ROOT

NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "data", "misc"}


def test_the_layers_hold() -> None:
    told = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_module_has_a_name_that_says_nothing() -> None:
    named: list[Path] = [path for path in (ROOT / "services_app").rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert [path for path in named if path.stem in NAMES_THAT_SAY_NOTHING] == []
