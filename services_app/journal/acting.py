"""Who answers for what is done on a page."""

from __future__ import annotations

from services_app.journal.actions import Actor
from services_app.web.access import current_identity


def actor() -> Actor:
    """Whoever is signed in, or nobody: the ``by`` of every action a view carries out."""
    return Actor.of(current_identity())
