"""Where a door is, as drivers and operators read it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

GROUND: Final = frozenset({"0", "p", "parter"})
"""How people write the ground floor."""


def floor_words(floor: str) -> str:
    """A floor as it was typed, in words: ``3`` is "piętro 3", ``0`` and ``parter`` are "parter"."""
    typed = floor.strip()
    return str(_("parter")) if typed.lower().rstrip(".") in GROUND else str(_("piętro %(floor)s", floor=typed))
