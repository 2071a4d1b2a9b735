"""The only reader of the clock, and what day it is in Warsaw."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from services_app.wording import WARSAW


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Warsaw, also at 23:30."""
    return now().astimezone(WARSAW).date()


def day_of(moment: datetime) -> date:
    """The Warsaw day a moment falls on."""
    return moment.astimezone(WARSAW).date()


class NoSuchHour(ValueError):
    """The hour does not exist on that day: the clock jumps over it."""


def moment_at(on: date, at: time) -> datetime:
    """The UTC moment of a Warsaw day and hour.

    The hour that comes twice in October is taken the first time; the one that never comes in March raises :class:`NoSuchHour`.
    """
    shown = datetime.combine(on, at, tzinfo=WARSAW)
    moment = shown.astimezone(UTC)
    if moment.astimezone(WARSAW).replace(fold=0) != shown.replace(fold=0):
        raise NoSuchHour(f"{on} {at}")
    return moment
