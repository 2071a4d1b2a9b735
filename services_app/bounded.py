"""Connections to PostgreSQL that do not wait for ever."""

from __future__ import annotations

from typing import Any

import psycopg

PING_SECONDS = 1.0
"""How long a pooled connection may take to say that it is alive, before another is opened."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits only so long for an answer.

    The server's own limits are of no use when nothing arrives from it any more; without this one a worker would wait for ever.
    """

    answer_seconds: float | None = None
    """None: no limit (migrations)."""
    asked_whether_alive = False
    """Between two uses only that is asked."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises ``psycopg.OperationalError`` and gives the connection up when the limit is over."""
        limit = PING_SECONDS if self.asked_whether_alive else self.answer_seconds
        try:
            return super().wait(gen, interval, limit if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()  # the answer may still come, and would be taken for that to the next question
            raise
