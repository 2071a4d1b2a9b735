"""What came of a deed, said on the page that follows it."""

from __future__ import annotations

from flask import flash

from services_app.verdict import Verdict
from services_app.web.languages import say


def flash_outcome(verdict: Verdict, done: str, *, refused: str = "warning") -> None:
    """Each reason why not, in the tone ``refused``; or that it is done."""
    for reason in verdict.reasons:
        flash(say(reason), refused)
    if verdict.allowed:
        flash(done, "success")
