"""Readings noted on a page are written before the page is sent; when they cannot be, the page is not shown.

Nobody waits for the disk meanwhile: a power cut may take the readings of its last second with it, as it takes the pages they were on.
"""

from __future__ import annotations

from flask import Flask, g
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import transaction
from services_app.journal.actions import Actor, record
from services_app.web.access import current_identity


def write_readings(response: Response) -> Response:
    """After a successful page: one entry for each file that was opened."""
    readings = g.pop("readings", [])
    if readings and response.status_code < 300:
        by = Actor.of(current_identity())
        now = clock.now()
        with transaction(lasting=False) as session:
            for deed, subject, resident_id in dict.fromkeys(readings):
                record(session, deed, subject, by=by, now=now, resident_id=resident_id)
    return response


def init_app(app: Flask) -> None:
    """Write readings after each request."""
    app.after_request(write_readings)
