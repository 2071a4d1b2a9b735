"""The process ``flask scheduler``: a clock that starts jobs, and an orderly end.

Its job store is memory: what was done and what is to be done stands in the database, so any number of these processes may run, on any
number of machines, and any of them may be killed.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from services_app import clock
from services_app.database import transaction
from services_app.reminders import actions
from services_app.reminders.jobs import Job, jobs_of, worker_in
from services_app.wording import WARSAW

log = structlog.get_logger(__name__)

BEATS_EVERY_SECONDS = 20


def guarded(app: Flask, job: Job) -> Callable[[], None]:
    """A job that reports trouble and lives to see its next turn."""

    def run() -> None:
        try:
            with app.app_context():
                job.run(app)
        except Exception as error:  # noqa: BLE001 - a database that is away for a minute must not end the process that sends reminders
            log.error("job_failed", job=job.name, error=type(error).__name__)  # its words may quote a row

    return run


def trigger_of(when: float | str) -> BaseTrigger:
    """A number of seconds, or a crontab line on the Warsaw clock."""
    if isinstance(when, str):
        return CronTrigger.from_crontab(when, timezone=WARSAW)
    return IntervalTrigger(seconds=when, timezone=WARSAW)


def made_scheduler(app: Flask) -> BackgroundScheduler:
    """The scheduler with every job of the product, not started. A late tick happens once, never twice at a time."""
    jobs = [*jobs_of(app), _heartbeat_job()]
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=WARSAW,
    )
    for job in jobs:
        first = {} if isinstance(job.when, str) else {"next_run_time": clock.now()}
        scheduler.add_job(guarded(app, job), trigger_of(job.when), id=job.name, name=job.name, **first)
    return scheduler


def _heartbeat_job() -> Job:
    process, began_at = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[:80], clock.now()

    def run(_app: Flask) -> None:
        with transaction() as session:
            actions.beat(session, process, began_at=began_at, now=clock.now())

    return Job("heartbeat", BEATS_EVERY_SECONDS, run)


def run_until_told(app: Flask, told: threading.Event) -> None:
    """Run until the event is set; then the messages in hand are finished, the rest is given back, and the jobs end."""
    scheduler = made_scheduler(app)
    scheduler.start()
    log.info("scheduler_started", jobs=[job.id for job in scheduler.get_jobs()])
    told.wait()
    worker_in(app).stopping.set()
    scheduler.shutdown(wait=True)
    worker_in(app).stop()
    log.info("scheduler_stopped")


def run(app: Flask) -> None:
    """The process itself: until SIGTERM or Ctrl-C."""
    told = threading.Event()
    listen_for_the_end(told)
    run_until_told(app, told)


def listen_for_the_end(told: threading.Event) -> None:
    """Set the event at the first SIGTERM or Ctrl-C.

    Later ones are ignored: a second signal in the middle of ``set`` would wait for ever for the lock its own thread holds.
    """
    numbers = (signal.SIGTERM, signal.SIGINT)

    def tell(_signal: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        told.set()

    for number in numbers:
        signal.signal(number, tell)
