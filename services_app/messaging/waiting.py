"""What of the messages waits for a person, for the morning view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services_app.messaging.queries import calls_due, failed_count
from services_app.web.waiting import Waiting


def calls_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """People who can only be told by voice, and can be now: nobody is called at night."""
    count, since = calls_due(session, now=now)
    if count:
        yield Waiting(_("Do zadzwonienia"), count, _("Zadzwoń"), url_for("messaging.call_list"), since=since)


def failures_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Messages that did not arrive and still matter."""
    count = failed_count(session, now=now)
    if count:
        yield Waiting(_("Wiadomości, które nie doszły"), count, _("Zobacz"), url_for("messaging.failed"), urgent=True)
