"""Contrast, size of text, quiet motion and language: switches kept for the next visit in a cookie of their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from werkzeug.wrappers import Response

COOKIE = "__Host-preferences"
_YEAR_SECONDS = 365 * 24 * 3600
CONTRASTS = ("normal", "high")
TEXT_SIZES = ("100", "125", "150")


@dataclass(frozen=True)
class Preferences:
    """How this visitor wants pages to look."""

    contrast: str = "normal"
    text_size: str = "100"
    quiet_motion: bool = False
    language: str = ""


def preferences() -> Preferences:
    """The visitor's switches, read from the cookie; anything odd in it counts as not chosen."""
    kept = g.get("preferences")
    if kept is None:
        kept = g.preferences = _read(request.cookies.get(COOKIE, ""))
    chosen: Preferences = kept
    return chosen


def _read(text: str) -> Preferences:
    parts = dict(part.partition("=")[::2] for part in text.split("&") if "=" in part)
    return Preferences(
        contrast="high" if parts.get("c") == "high" else "normal",
        text_size=parts["t"] if parts.get("t") in TEXT_SIZES else "100",
        quiet_motion=parts.get("m") == "quiet",
        language=parts["l"] if parts.get("l") in ("pl", "en", "uk") else "",
    )


def chosen_language() -> str:
    """The language this visitor chose, or nothing."""
    return preferences().language if request else "pl"


def keep(response: Response, chosen: Preferences) -> None:
    """Keep the switches for a year."""
    motion = "quiet" if chosen.quiet_motion else "full"
    text = f"c={chosen.contrast}&t={chosen.text_size}&m={motion}&l={chosen.language}"
    response.set_cookie(COOKIE, text, max_age=_YEAR_SECONDS, secure=True, httponly=True, samesite="Lax", path="/")
