"""A clock that stands where a test puts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from services_app.wording import WARSAW


def warsaw(text: str) -> datetime:
    """The aware moment (UTC) of a Warsaw wall clock: ``"2026-06-24 14:00"``."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)


class Clock:
    """Stands still until it is moved: ``clock.at("2026-06-24 14:00")`` (Warsaw), ``clock.pass_by(minutes=10)``."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None
        self._coordinates: time_machine.Traveller | None = None

    def at(self, moment: str | datetime, *, runs: bool = False) -> datetime:
        """Put the clock to a moment; a text is read on a Warsaw clock. Returns the moment.

        ``runs`` lets it go on from there: for a browser, whose own waiting needs a clock that moves.
        """
        if isinstance(moment, str):
            moment = warsaw(moment)
        if self._coordinates is None:
            self._travel = time_machine.travel(moment, tick=runs)
            self._coordinates = self._travel.start()
        else:
            self._coordinates.move_to(moment, tick=runs)
        return moment

    def pass_by(self, **length: float) -> datetime:
        """Let time pass: ``pass_by(hours=1, minutes=5)``."""
        return self.at(datetime.now(UTC) + timedelta(**length))

    def release(self) -> None:
        """Give the real time back."""
        if self._travel is not None:
            self._travel.stop()
        self._travel = self._coordinates = None
