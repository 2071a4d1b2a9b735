"""What the scheduler does, job by job. Any number of processes may do the same at the same moment: the database decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from services_app import clock
from services_app.database import db, transaction
from services_app.messaging import outbox
from services_app.messaging.actions import forget_secrets
from services_app.messaging.terms import Channel
from services_app.messaging.worker import Worker
from services_app.reminders import actions

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Reminders saved together: on SQLite everybody else's saving waits that long."""

FORGOTTEN_AT_ONCE = 500
"""Codes whose words are forgotten in one go."""

Queue = Callable[[Session], object]
"""Queues one reminder, idempotently (``queue_message`` under a key of its own)."""


class ReminderSource(Protocol):
    """A feature's answer to "what is to be said now": reads only, and yields what queues each reminder."""

    def __call__(self, session: Session, /, *, now: datetime) -> Iterable[Queue]:
        """What is due and perhaps not queued yet."""


@dataclass(frozen=True)
class Job:
    """A job as the scheduler runs it: every so many seconds (a number) or by a crontab line in Warsaw time (a text)."""

    name: str
    when: float | str
    run: Callable[[Flask], object]


def jobs_of(app: Flask) -> list[Job]:
    """Every job registered in ``app.extensions["jobs"]`` as ``(name, seconds or crontab, callable(app))``."""
    return [Job(*entry) for entry in app.extensions["jobs"]]


def worker_in(app: Flask) -> Worker:
    """This process's senders, made when first needed."""
    worker: Worker | None = app.extensions.get("outbox_worker")
    if worker is None:
        worker = app.extensions["outbox_worker"] = Worker(app)
    return worker


def send_sms(app: Flask) -> int:
    """Send the SMS that are due."""
    return worker_in(app).drain(Channel.SMS)


def send_e_mail(app: Flask) -> int:
    """Send the e-mails that are due."""
    return worker_in(app).drain(Channel.E_MAIL)


def sweep(_app: Flask) -> int:
    """Give back what senders that died were holding; end what came too late."""
    with transaction() as session:
        return outbox.sweep(session, now=clock.now())


def queue_reminders(app: Flask) -> int:
    """Ask every feature what is to be said, and put it into the outbox; returns how many were new."""
    now = clock.now()
    return sum(_queue_from(source, now=now) for source in app.extensions["reminder_sources"])


def _queue_from(source: ReminderSource, *, now: datetime) -> int:
    due = list(source(db.session(), now=now))
    db.session.rollback()
    return sum(_queue_together(chunk) for chunk in _chunks(due, AT_ONCE))


def _queue_together(chunk: Sequence[Queue]) -> int:
    try:
        with transaction() as session:
            return sum(bool(queue(session)) for queue in chunk)
    except Exception as error:  # noqa: BLE001 - one reminder that cannot be written must not keep a hundred others from being sent
        if len(chunk) == 1:
            log.error("reminder_not_queued", error=type(error).__name__)  # its words may quote a row
            return 0
        return sum(_queue_together([queue]) for queue in chunk)


def _chunks(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def clean_up(app: Flask) -> None:
    """Once a night: what nobody needs any more goes, each feature's own leavings too (``app.extensions["retention_hooks"]``).

    Each step is saved for itself; one that fails is logged and keeps none of the others from their work.
    """
    now = clock.now()
    for hook in (actions.remove_leavings, *app.extensions["retention_hooks"]):
        _step(name_of(hook), partial(_in_a_transaction, hook, now=now))
    _step("forget_secrets", partial(_forget_secrets, now=now))


RetentionHook = Callable[..., object]
"""``hook(session, now=…)``: removes or counts what a feature keeps no longer."""


def name_of(hook: RetentionHook) -> str:
    """What the log calls a step."""
    return getattr(hook, "__name__", type(hook).__name__)


def _step(name: str, run: Callable[[], object]) -> None:
    try:
        run()
    except Exception as error:  # noqa: BLE001 - a table that cannot be cleaned tonight must not let all the others grow
        log.error("job_failed", job=f"clean_up:{name}", error=type(error).__name__)  # its words may quote a row


def _in_a_transaction(hook: RetentionHook, *, now: datetime) -> None:
    with transaction() as session:
        hook(session, now=now)


def _forget_secrets(*, now: datetime) -> None:
    """In portions: after a long standstill, or where it was never done, no statement takes longer than on other nights."""
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        with transaction() as session:
            forgotten = forget_secrets(session, now=now, most=FORGOTTEN_AT_ONCE)
