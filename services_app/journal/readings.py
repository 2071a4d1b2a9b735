"""Readings noted on a page are written before the page is sent; when they cannot be, the page is not shown.

Nobody waits for the disk meanwhile: a power cut may take the readings of its last second with it, as it takes the pages they were on.
"""

from __future__ import annotations

from flask import Flask, g
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import record, record_at_once


def write_readings(response: Response) -> Response:
    """After a successful page: one entry for each file that was opened."""
    readings = g.pop("readings", [])
    if readings and response.status_code < 300:
        by, now = actor(), clock.now()
        opened = list(dict.fromkeys(readings))
        if len(opened) == 1 and record_at_once(db.session(), *opened[0][:2], by=by, now=now, resident_id=opened[0][2]):
            return response
        with transaction(lasting=False) as session:
            for deed, subject, resident_id in opened:
                record(session, deed, subject, by=by, now=now, resident_id=resident_id)
    return response


def init_app(app: Flask) -> None:
    """Write readings after each request."""
    app.after_request(write_readings)
