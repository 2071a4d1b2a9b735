"""How entries hang together: each carries the hash of what it says and of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services_app.sealed import lookup_hash

FIRST_HASH = "0" * 64


def entry_hash(
    previous_hash: str,
    at: datetime,
    by: tuple[str, int | None],
    deed: str,
    subject: tuple[str, str | None],
    resident_id: int | None,
    details: Mapping[str, Any],
) -> str:
    """The hash of an entry: over everything it says and the hash before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [previous_hash, moment, *by, deed, *subject, resident_id, dict(details)]
    written = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def head_seal(entry_id: int, digest: str) -> str:
    """What proves that this product wrote the end of the chain: it needs the look-up key, which the database does not hold."""
    return lookup_hash("journal head", f"{entry_id}|{digest}")
