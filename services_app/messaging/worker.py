"""The threads that empty the outbox: each claims a few messages, sends them, saves the results, and goes on until nothing is due."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from services_app import clock
from services_app.database import db, transaction
from services_app.messaging import outbox
from services_app.messaging.channels import Outgoing, Result, Sender, sender_for
from services_app.messaging.terms import Channel

log = structlog.get_logger(__name__)

_ONE_SEND_SECONDS = 12
"""The longest a single attempt may take; with less left of a lease, the rest is given back."""
_LOOKS_AGAIN_SECONDS = 0.05
"""How old the knowledge may be that a message is still true when it goes out."""
_SAVES_AGAIN = 5


@dataclass(frozen=True)
class Pace:
    """How many threads a channel has, how many messages a claim takes, and whether each result is saved at once."""

    threads: int
    claimed: int
    saves_each: bool


PACES: Mapping[Channel, Pace] = {Channel.SMS: Pace(8, 25, False), Channel.E_MAIL: Pace(2, 10, True)}
"""SMS results are saved by the claim, for the provider recognises a repetition. E-mail has no such key at the server: each letter is saved
at once, so a kill can at most repeat the one letter in hand (under the same Message-ID)."""


@dataclass
class Worker:
    """The senders of one process. Several threads call nothing on it but :meth:`run_thread`."""

    app: Flask
    stopping: threading.Event = field(default_factory=threading.Event)
    paces: Mapping[Channel, Pace] = field(default_factory=lambda: dict(PACES))
    lease_seconds: int = 60
    _local: threading.local = field(default_factory=threading.local)
    _pools: dict[Channel, ThreadPoolExecutor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lease_seconds = int(self.app.config.get("OUTBOX_LEASE_SECONDS", self.lease_seconds))

    def drain(self, channel: Channel) -> int:
        """Send everything due in a channel, with all its threads; returns how many attempts were made. Nothing due costs one look."""
        with self.app.app_context():
            if not self._anything_due(channel):
                return 0
        pace = self.paces[channel]
        if channel not in self._pools:
            self._pools[channel] = ThreadPoolExecutor(pace.threads, thread_name_prefix=f"outbox-{channel.value}")
        running = [self._pools[channel].submit(self.run_thread, channel) for _number in range(pace.threads)]
        return sum(thread.result() for thread in running)

    def stop(self) -> None:
        """Finish the message in hand, give back the rest, and end."""
        self.stopping.set()
        for pool in self._pools.values():
            pool.shutdown(wait=True)

    def _anything_due(self, channel: Channel) -> bool:
        found = outbox.anything_due(db.session(), channel, now=clock.now())
        db.session.rollback()
        return found

    def run_thread(self, channel: Channel) -> int:
        """One thread's part: claim after claim until nothing is due."""
        sent = 0
        while not self.stopping.is_set():
            with self.app.app_context():
                tried = self.send_some(channel)
            sent += tried
            if not tried:
                break
        self._sender(channel).close()
        return sent

    def _sender(self, channel: Channel) -> Sender:
        senders: dict[Channel, Sender] | None = getattr(self._local, "senders", None)
        if senders is None:
            senders = self._local.senders = {}
        if channel not in senders:
            senders[channel] = sender_for(channel, self.app.config)
        return senders[channel]

    def send_some(self, channel: Channel) -> int:
        """One claim from beginning to end; returns how many attempts were made."""
        lease = uuid.uuid4().hex
        now = clock.now()
        ends = time.monotonic() + self.lease_seconds
        with transaction() as session:
            claimed = outbox.claim(
                session, channel, lease, now=now, leased_until=now + timedelta(seconds=self.lease_seconds),
                limit=self.paces[channel].claimed,
            )  # fmt: skip
        tried = 0
        for results in self._attempts(channel, claimed, lease, ends):
            tried += len(results)
            self._save(results, lease)
        return tried

    def _attempts(
        self, channel: Channel, claimed: Sequence[Outgoing], lease: str, ends: float
    ) -> Iterator[list[tuple[int, Result]]]:
        sender, saves_each = self._sender(channel), self.paces[channel].saves_each
        done: list[tuple[int, Result]] = []
        true: set[int] = set()
        looked_at = float("-inf")
        for place, message in enumerate(claimed):
            moment = time.monotonic()
            if self.stopping.is_set() or moment + _ONE_SEND_SECONDS > ends:
                yield done
                self._release(claimed[place:], lease)
                return
            if moment - looked_at > _LOOKS_AGAIN_SECONDS:
                true, looked_at = self._still_true(claimed[place:], lease), moment
            if message.id in true:
                done.append((message.id, sender.send(message)))
            if saves_each and done:
                yield done
                done = []
        yield done

    def _still_true(self, messages: Sequence[Outgoing], lease: str) -> set[int]:
        true = outbox.still_to_send(db.session(), messages, lease)
        db.session.rollback()
        return true

    def _release(self, rest: Sequence[Outgoing], lease: str) -> None:
        with transaction() as session:
            outbox.release(session, rest, lease)

    def _save(self, results: list[tuple[int, Result]], lease: str) -> None:
        """Save what came of the attempts. A database that is away for a moment must not make us forget what was sent."""
        for attempt in range(_SAVES_AGAIN):
            if not results:
                return
            try:
                with transaction() as session:
                    outbox.save_results(session, results, lease, now=clock.now())
                return
            except DBAPIError as error:
                log.warning("outbox_results_not_saved", error=type(error).__name__, attempt=attempt)
                time.sleep(0.2 * 2**attempt)


@contextmanager
def worker_of(app: Flask) -> Iterator[Worker]:
    """A worker for the length of a block, stopped in good order at its end."""
    worker = Worker(app)
    try:
        yield worker
    finally:
        worker.stop()
