"""What waits for a person now: each feature says it, the morning view shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits: how many, since when the oldest, and the one deed to do."""

    words: str
    count: int
    verb: str
    href: str
    since: datetime | None = None
    urgent: bool = False


Source = Callable[[Session, datetime], Iterable[Waiting]]


def ask_here(app: Flask, source: Source, *roles: str) -> None:
    """Register a source of waiting things for the given roles (none: all staff)."""
    app.extensions.setdefault("waiting", []).append((source, frozenset(roles)))


def waiting_for(app: Flask, session: Session, identity: Any, *, now: datetime) -> list[Waiting]:
    """Everything that waits for this member of staff: urgent first, then oldest first."""
    found = [
        item
        for source, roles in app.extensions.get("waiting", [])
        if not roles or identity.has(*roles)
        for item in source(session, now)
        if item.count
    ]
    return sorted(found, key=lambda item: (not item.urgent, item.since or now))
