"""When a message goes out, how often it is tried, and which state may follow which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from services_app.messaging.terms import FINISHED, Channel, MessageState
from services_app.wording import WARSAW
from services_app.workdays import OpenHours, next_open_moment

TRIES = 12
"""After so many failures a person takes over: about eleven hours, well inside the provider's memory of our keys."""

_WAITS = (30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 14400)
_KEY_REMEMBERED = timedelta(hours=20)
"""SMS providers remember a key for a day; an attempt older than this can no longer be repeated without risking a second SMS."""


def wait_after(failures: int) -> timedelta:
    """How long to wait after the n-th failure (from 1): half a minute at first, four hours in the end."""
    return timedelta(seconds=_WAITS[min(max(failures, 1), len(_WAITS)) - 1])


def may_try_again(failures: int) -> bool:
    """Whether another attempt follows, or a person is asked."""
    return failures < TRIES


def outcome_forgotten(attempted_at: datetime, *, now: datetime) -> bool:
    """Whether an attempt nobody heard the end of is too old for the provider to recognise its repetition."""
    return now - attempted_at > _KEY_REMEMBERED


_REPORTED = "status_"


def failure_reported(status: str) -> str:
    """The word for a delivery the provider reported as failed."""
    return f"{_REPORTED}{status}"


def was_reported_undelivered(failure: str | None) -> bool:
    """Whether the provider had taken the message and the phone had not: then, and only then, sending it anew cannot double it."""
    return (failure or "").startswith(_REPORTED)


def is_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> bool:
    """Whether the moment lies in the quiet hours of the Warsaw clock (20 to 7 spans midnight; equal hours mean none)."""
    at = moment.astimezone(WARSAW).hour
    if quiet_from <= quiet_until:
        return quiet_from <= at < quiet_until
    return at >= quiet_from or at < quiet_until


def end_of_quiet_hours(moment: datetime, quiet_from: int, quiet_until: int) -> datetime | None:
    """When the quiet hours end that the moment falls into; None when it falls into none."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return None
    local = moment.astimezone(WARSAW)
    ends = datetime.combine(local.date(), time(quiet_until), tzinfo=WARSAW)
    if ends <= local:
        ends = datetime.combine(local.date() + timedelta(days=1), time(quiet_until), tzinfo=WARSAW)
    return ends.astimezone(moment.tzinfo)


def after_quiet_hours(moment: datetime, expires_at: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into; what would be too late by then does not wait."""
    ends = end_of_quiet_hours(moment, quiet_from, quiet_until)
    return ends if ends is not None and ends < expires_at else moment


def before_quiet_hours(moment: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """The moment itself, or the beginning of the quiet hours it falls into."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return moment
    local = moment.astimezone(WARSAW)
    began = datetime.combine(local.date(), time(quiet_from), tzinfo=WARSAW)
    if began > local:
        began = datetime.combine(local.date() - timedelta(days=1), time(quiet_from), tzinfo=WARSAW)
    return began.astimezone(moment.tzinfo)


_ORDER = {
    MessageState.CREATED: 0,
    MessageState.SENDING: 1,
    MessageState.TEMPORARY_FAILURE: 1,
    MessageState.SENT: 2,
}


def may_become(state: MessageState, new: MessageState) -> bool:
    """Whether a provider's receipt may move a message: forward only, and never out of a finished state."""
    if state in FINISHED:
        return False
    return new in FINISHED or _ORDER[new] > _ORDER[state]


def can_be_withdrawn(state: MessageState) -> bool:
    """Whether the message has, as far as we know, not gone out yet."""
    return state in (MessageState.CREATED, MessageState.SENDING, MessageState.TEMPORARY_FAILURE)


_LEAD = timedelta(hours=1)
"""A message about a ride ends an hour after its moment: news of a car that never came is still of use then, a call before it is better."""


def best_called_before(expires_at: datetime, quiet_from: int, quiet_until: int, *, now: datetime) -> datetime | None:
    """By when a call still helps somebody to be ready, and wakes nobody; None when that moment is over and only "at once" is left."""
    before = before_quiet_hours(expires_at - _LEAD, quiet_from, quiet_until)
    return before if before > now else None


def call_due_at(
    moment: datetime, expires_at: datetime, hours: Sequence[OpenHours], quiet_from: int, quiet_until: int
) -> datetime:
    """When somebody can be asked to call: at once while the line is answered (``hours``), else when the desk opens.

    What could no longer be acted on by then does not wait for the desk while people are awake: whoever is still there may call.
    """
    morning = end_of_quiet_hours(moment, quiet_from, quiet_until)
    opens = next_open_moment(hours, moment) or morning or moment
    helps_until = expires_at - _LEAD if morning is None else expires_at
    return opens if opens <= helps_until else moment


def keeps_quiet_hours(channel: Channel) -> bool:
    """An SMS rings at night; a letter waits in its box, and calls are made in office hours anyway."""
    return channel is Channel.SMS
