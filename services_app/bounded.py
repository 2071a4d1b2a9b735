"""Connections to PostgreSQL that do not wait for ever."""

from __future__ import annotations

import select
import time
from typing import Any, Final

import psycopg

PING_SECONDS: Final = 1.0
"""How long a pooled connection may take to say that it is alive, before another is opened."""
TRUSTED_SECONDS: Final = 0.25
"""For how long after its use a connection counts as alive without being asked, unless it was seen to be cut. No server falls and stands
again within it, so whoever is let down by that comes while there is none, and could not have been answered anyway."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits only so long for an answer.

    The server's own limits are of no use when nothing arrives from it any more; without this one a worker would wait for ever.
    """

    answer_seconds: float | None = None
    """None: no limit (migrations)."""
    answered_at = 0.0
    """When it was made or last given back after use, on the clock that never turns back."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises ``psycopg.OperationalError`` and gives the connection up when the limit is over."""
        try:
            return super().wait(gen, interval, self.answer_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()  # the answer may still come, and would be taken for that to the next question
            raise

    def is_alive(self) -> bool:
        """Whether the server still answers; one that answered a moment ago, and has said nothing since, is not asked again."""
        if self.closed:
            return False
        if time.monotonic() - self.answered_at < TRUSTED_SECONDS and not self._has_something_to_say():
            return True
        patience, autocommit = self.answer_seconds, self.autocommit
        try:
            self.answer_seconds, self.autocommit = PING_SECONDS, True
            self.execute("")
            self.autocommit = autocommit
        except psycopg.Error:
            return False
        finally:
            self.answer_seconds = patience
        return True

    def _has_something_to_say(self) -> bool:
        """Whether something lies on the line between two uses: mostly that it was cut."""
        line = select.poll()
        line.register(self.fileno(), select.POLLIN)
        return bool(line.poll(0))
