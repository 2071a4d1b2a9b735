"""What is installed is what was looked at: exact versions with hashes, from no named place."""

from __future__ import annotations

from pathlib import Path

from tools.check_lock import all_findings, findings


def test_the_locks_hold_what_is_asked_for_with_hashes() -> None:
    assert all_findings() == []


def test_a_lock_without_hashes_or_with_an_old_version_is_noticed(tmp_path: Path) -> None:
    asked, lock = tmp_path / "asked.in", tmp_path / "lock.txt"
    asked.write_text("flask>=3\nsqlalchemy>=2.1\nbabel\n")
    lock.write_text("flask==3.1.3 \\\n    --hash=sha256:00\nsqlalchemy==2.0.9\n")
    assert findings(asked, lock) == [
        "lock.txt: sqlalchemy has no hash",
        "lock.txt: sqlalchemy 2.0.9 is not >=2.1; run ./dev lock",
        "lock.txt: babel is missing; run ./dev lock",
    ]
