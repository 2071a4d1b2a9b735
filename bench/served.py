"""What gunicorn serves while pages are measured: the product, and beside it the bare page, in one process on one database.

gunicorn "bench.served:side_by_side()"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bench.harness import Reference
from config import from_environment
from services_app import create_app

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def side_by_side() -> Wsgi:
    """Addresses under ``/bare/`` go to the reference, all others to the product; the one comparison costs neither anything."""
    settings = from_environment()
    product = create_app(settings)
    bare = Reference(str(settings["DATABASE_URL"])).app

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        chosen = bare if environ["PATH_INFO"].startswith("/bare/") else product
        return chosen.wsgi_app(environ, start)

    return answer
