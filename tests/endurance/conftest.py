"""What the long trials share: a place to work in, with a PostgreSQL that keeps its commits, and a sheet for the figures.

At the end the sheet becomes the section "faults" of ``bench/RESULTS.md``; a run of some of the trials only prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from bench.harness import Figure, Place, as_table, place, record

Note = Callable[..., None]
DESCRIPTION = (
    "Minutes of trouble, measured: 32 people and coordinators at once by real forms on four web processes, the same while workers and "
    "whole servers are killed, restarts under sixty requests a second, a migration of 200,000 rides and 20,000 people. "
    "Made by `./dev endurance`; the clients share the machine with the servers."
)


class Sheet:
    """The figures of a run, and which trials have handed theirs in."""

    def __init__(self) -> None:
        self.figures: dict[str, list[Figure]] = {}
        self.trials = 0

    def note(self, trial: str, *figures: Figure) -> None:
        """Keep a trial's figures, and fail it when a promise is not kept."""
        self.figures[trial] = list(figures)
        print(f"\n{as_table(figures)}", flush=True)
        broken = [
            f"{each.what}: {each.value:g} {each.unit}, promised {each.promise}" for each in figures if not each.holds
        ]
        assert not broken, "\n".join(broken)


@pytest.fixture(scope="session")
def sheet(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Sheet]:
    """Where figures are noted."""
    made = Sheet()
    made.trials = len({item.path for item in request.session.items})
    yield made
    if len(made.figures) == len(request.session.items) and made.trials == 3:
        figures = [figure for trial in made.figures.values() for figure in trial]
        record("faults", database_kind, figures, DESCRIPTION, on=datetime.now(UTC).date().isoformat())


@pytest.fixture
def note(sheet: Sheet, request: pytest.FixtureRequest) -> Note:
    """Note the running trial's figures."""

    def keep(*figures: Figure) -> None:
        sheet.note(request.node.name, *figures)

    return keep


@pytest.fixture(scope="session")
def workplace(database_kind: str) -> Iterator[Place]:
    """A folder and databases as production has them."""
    with place(database_kind) as where:
        yield where
