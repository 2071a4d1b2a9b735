"""The table of every address: who may open it, and whether a repeated form is carried out once. ``python -m tools.write_routes`` keeps it.

The table stands in ``tests/architecture/routes.txt``, so that a change of access is seen in every review.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from tests.critic import carried_out_once
from tests.settings import app_on

ROUTES = Path(__file__).parents[1] / "tests" / "architecture" / "routes.txt"


def table(app: Flask) -> list[str]:
    """One line for each route: endpoint, methods, address, access, and ``once`` where it stands above the view."""
    lines = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        access = "public" if rule.endpoint == "static" else str(getattr(view, "access", "UNDECLARED"))
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        once = " | once" if "POST" in methods and carried_out_once(app, rule.endpoint) else ""
        lines.append(f"{rule.endpoint} | {methods} | {rule.rule} | {access}{once}")
    return sorted(lines)


def main() -> None:
    """Write the table as the product is now."""
    with tempfile.TemporaryDirectory() as folder, app_on(f"sqlite:///{folder}/routes.db", folder) as app:
        ROUTES.write_text("\n".join(table(app)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
