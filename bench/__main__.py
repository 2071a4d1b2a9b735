"""``./dev bench [NAME…] [--database sqlite|postgresql|both] [--hurry]``: run benchmarks, print JSON and a table, keep both in RESULTS.md.

Ends with 1 when a promise is not kept. ``--hurry`` is a look at whether everything runs: its figures are not kept.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from datetime import UTC, datetime
from types import ModuleType

import bench
from bench.harness import Figure, as_json, as_table, place, record

NOT_BENCHMARKS = {"__main__", "harness"}


def benchmarks() -> dict[str, ModuleType]:
    """Every benchmark by name: a module of this folder with ``figures(place)``."""
    names = [info.name for info in pkgutil.iter_modules(bench.__path__) if info.name not in NOT_BENCHMARKS]
    modules = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "figures")}


def run_one(name: str, module: ModuleType, kind: str, *, hurry: bool) -> list[Figure]:
    """Run one benchmark on one database and say what came out."""
    with place(kind, hurry=hurry) as where:
        figures: list[Figure] = list(module.figures(where))
    print(f"\n{name} ({kind})\n{as_table(figures)}\n{as_json(name, kind, figures)}", flush=True)
    if not hurry:
        description = " ".join((module.__doc__ or "").split("\n\n")[0].split())
        record(name, kind, figures, description, on=datetime.now(UTC).date().isoformat())
    return figures


def kinds_for(module: ModuleType, wished: str) -> tuple[str, ...]:
    """On which databases a benchmark runs: as wished, unless it needs none (``DATABASES = ("none",)``)."""
    own: tuple[str, ...] = getattr(module, "DATABASES", ("sqlite", "postgresql"))
    if own == ("none",):
        return own
    return own if wished == "both" else tuple(kind for kind in own if kind == wished)


def main(arguments: list[str]) -> int:
    """Run what was asked for; 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="The promises of speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks; all without a name")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--hurry", action="store_true", help="small sizes, nothing is kept")
    wished = parser.parse_args(arguments)
    known = benchmarks()
    unknown = set(wished.names) - set(known)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}")
    broken = [
        f"{name} ({kind}): {figure.what} is {figure.value:g} {figure.unit}, promised {figure.promise}"
        for name in (wished.names or sorted(known))
        for kind in kinds_for(known[name], wished.database)
        for figure in run_one(name, known[name], kind, hurry=wished.hurry)
        if not figure.holds
    ]
    print("\n" + ("\n".join(["not kept:", *broken]) if broken else "every promise is kept"))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
