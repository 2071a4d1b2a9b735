"""How gunicorn serves the product; ``--bind`` and the environment may say otherwise."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# gunicorn's control socket is one more door, and nobody here uses it.
control_socket_disable = True
# What is under way at a stop is finished: a booking that was sent is answered.
graceful_timeout = 30
timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# Longer than any form or link of ours, shorter than an attack.
limit_request_line = 4094
limit_request_fields = 60
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats only, never data
# The product logs its own requests, by route and without addresses or queries.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()

# Loaded once, then forked: a worker that was lost is replaced at once, and what is wrong with the configuration is said before any starts.
# New code therefore needs a restart; a HUP only renews the workers.
preload_app = True
# ./dev run: the first process also brings the demo in order, and only then opens the door.
_prepares_demo = os.environ.get("PREPARE_DEMO") == "1"

# wsgi.py then leaves out what only commands need.
os.environ["SERVES_PAGES"] = "1"

# Counters of all workers are added up through files; they begin anew with each start of the server.
_made_here = "PROMETHEUS_MULTIPROC_DIR" not in os.environ
if _made_here:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's own messages as one JSON object a line, in the shape of the product's."""

    def setup(self, cfg: Any) -> None:
        """Set up the handlers as gunicorn does, with our formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(_JsonFormatter())


class _JsonFormatter:
    """Line breaks inside values are escaped, so no entry can be forged; of an error only its kind is told."""

    def format(self, record: Any) -> str:
        """The record as one line."""
        entry: dict[str, Any] = {
            "logger": "gunicorn",
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry, ensure_ascii=False)


logger_class = JsonLogger


def on_starting(server: Any) -> None:
    """Before the port is opened: the demo is migrated and filled, when this is ``./dev run``."""
    if _prepares_demo:
        from tools.prepare_demo import prepare

        prepare(server.app.wsgi())


def child_exit(server: Any, worker: Any) -> None:
    """A worker is gone: its gauges go too."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # prometheus_client is partly untyped


def on_exit(server: Any) -> None:
    """The server is gone: the folder made for its counters goes too."""
    if _made_here:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
