"""Logs and figures for those who keep the service running: never a name, a number or a message's text."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import structlog
from flask import Flask, g, request
from prometheus_client import REGISTRY as OWN_PROCESS
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from werkzeug.wrappers import Response

log = structlog.get_logger("web")

REQUESTS = Counter("http_requests_total", "Answers by route and status", ["endpoint", "method", "status"])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = Histogram("http_request_seconds", "Time to answer by route", ["endpoint"])


class _JsonLines(logging.Formatter):
    """What libraries say, in the shape of our own lines; of an error only its kind, since its words may be personal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry = {
            "logger": record.name, "event": record.getMessage(), "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }  # fmt: skip
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry, ensure_ascii=False)


class _Output:
    """Standard output; a log that cannot be written (a full disk) costs nobody their answer."""

    def write(self, text: str) -> None:
        """Write, or go on without."""
        with contextlib.suppress(OSError):
            sys.stdout.write(text)

    def flush(self) -> None:
        """Flush, or go on without."""
        with contextlib.suppress(OSError):
            sys.stdout.flush()


def set_up_logging(level: str) -> None:
    """JSON lines to standard output, in UTC, one event each; line breaks cannot be smuggled in (they are JSON-escaped)."""
    logging.basicConfig(stream=sys.stdout, level=level, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_JsonLines())
    for chatty in ("apscheduler", "urllib3", "alembic", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(_Output()),  # type: ignore[arg-type]  # all it asks of a file
        cache_logger_on_first_use=False,
    )


def metrics_text() -> bytes:
    """All figures in Prometheus' text format, of all processes when they share a directory."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(OWN_PROCESS)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library is only partly typed
    return generate_latest(registry)


def _begin() -> None:
    g.began_at = time.perf_counter()
    g.request_no = uuid.uuid4().hex[:16]


def _method() -> str:
    """The method, as long as it is one: each made-up one would be a figure of its own for ever."""
    return request.method if request.method in _METHODS else "OTHER"


def _end(response: Response) -> Response:
    endpoint, method = request.endpoint or "none", _method()
    seconds = time.perf_counter() - g.get("began_at", time.perf_counter())
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    SECONDS.labels(endpoint).observe(seconds)
    if endpoint != "static":
        log.info(
            "request", request=g.get("request_no"), endpoint=endpoint, method=method, status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )  # fmt: skip
    return response


def init_app(app: Flask) -> None:
    """Count and log every request."""
    set_up_logging(str(app.config["LOG_LEVEL"]))
    app.before_request(_begin)
    app.after_request(_end)
    app.logger.handlers.clear()
    app.logger.addHandler(_StructuredErrors())
    app.logger.propagate = False


class _StructuredErrors(logging.Handler):
    """Flask's own reports of unexpected errors, as JSON with the place but without values (they may be personal)."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        place = ""
        trace = error.__traceback__ if error else None
        while trace is not None:
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        log.error(
            "unexpected",
            error=type(error).__name__ if error else record.levelname,
            place=place,
            endpoint=request.endpoint if request else None,
        )
