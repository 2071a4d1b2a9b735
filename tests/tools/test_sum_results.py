"""The closing line of ``./dev test``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.sum_results import main


def write(folder: Path, name: str, **counts: int) -> None:
    numbers = " ".join(f'{key}="{value}"' for key, value in counts.items())
    (folder / f"{name}.xml").write_text(f'<testsuites><testsuite {numbers} time="61.0"/></testsuites>')


def test_all_passes_are_added_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "sqlite", tests=10, failures=0, errors=0, skipped=1)
    write(tmp_path, "postgresql", tests=5, failures=0, errors=0, skipped=0)
    assert main(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == ["2 min 2 s in all passes", "14 passed, 0 failed, 1 skipped"]


def test_a_failure_or_an_error_fails_the_whole(tmp_path: Path) -> None:
    write(tmp_path, "sqlite", tests=10, failures=0, errors=1, skipped=0)
    assert main(tmp_path) == 1


def test_no_test_at_all_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "sqlite", tests=0, failures=0, errors=0, skipped=0)
    assert main(tmp_path) == 1
