"""Adds up the passes of ``./dev test``: reads every JUnit file of a folder and prints one closing line."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def totals(folder: Path) -> tuple[int, int, int, float]:
    """Passed, failed (with errors), skipped and seconds over all files of the folder."""
    tests = failed = skipped = 0
    seconds = 0.0
    for path in folder.glob("*.xml"):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            tests += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
            seconds += float(suite.get("time", 0))
    return max(tests - failed - skipped, 0), failed, skipped, seconds


def main(folder: Path) -> int:
    """Print the closing line; 0 when something ran and nothing failed."""
    passed, failed, skipped, seconds = totals(folder)
    print(f"{int(seconds // 60)} min {int(seconds % 60)} s in all passes")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
