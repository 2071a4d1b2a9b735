"""What went out, what did not, and in the demo what it looked like."""

from __future__ import annotations

import enum
from typing import TypeVar

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.messaging import actions, labels, queries
from services_app.messaging.models import Message
from services_app.messaging.shipped import KINDS
from services_app.messaging.terms import Channel, MessageState
from services_app.messaging.views.blueprint import LAST_ID, OFFICE, messaging
from services_app.web.access import public, staff_with
from services_app.web.contact import grouped
from services_app.web.once import answers_once
from services_app.web.outcome import flash_outcome
from services_app.web.paging import page_number

Chosen = TypeVar("Chosen", bound=enum.StrEnum)


def _chosen(name: str, words: type[Chosen]) -> Chosen | None:
    try:
        return words(request.args.get(name, ""))
    except ValueError:
        return None


@messaging.get("/")
@staff_with(*OFFICE, "manager")
def outbox() -> str:
    """Every message, newest first."""
    kind = request.args.get("kind")
    wanted = queries.Wanted(
        _chosen("state", MessageState), _chosen("channel", Channel), kind if kind in KINDS else None
    )
    before = request.args.get("before", type=int)
    rows, older = queries.messages_before(db.session(), wanted, before=before if before and before <= LAST_ID else None)
    return render_template(
        "messaging/outbox.html", rows=rows, older=older, wanted=wanted, kinds=KINDS, labels=labels,
        deliveries=queries.deliveries_by_channel(db.session(), now=clock.now()),
    )  # fmt: skip


def _message_or_404(message_id: int) -> Message:
    message = db.session().get(Message, message_id)
    if message is None:
        abort(404)
    return message


@messaging.get("/<int:message_id>")
@staff_with(*OFFICE)
def message(message_id: int) -> str:
    """One message with its history; opening it is noted, because it tells about a person."""
    found = _message_or_404(message_id)
    note_reading("message_read", ("message", found.id), found.resident_id)
    hidden = found.kind in queries.SECRET_KINDS
    return render_template(
        "messaging/message.html", message=found, history=queries.history_of(db.session(), found.id), kinds=KINDS, labels=labels,
        grouped=grouped, hidden=hidden, now=clock.now(),
    )  # fmt: skip


@messaging.get("/nieudane")
@staff_with(*OFFICE)
def failed() -> str:
    """Messages that did not reach anybody in the last two weeks."""
    page = queries.failed_messages(db.session(), now=clock.now(), number=page_number())
    return render_template("messaging/failed.html", page=page, kinds=KINDS, labels=labels, now=clock.now())


@messaging.post("/<int:message_id>/jeszcze-raz")
@staff_with(*OFFICE)
@answers_once
def send_again(message_id: int) -> Response:
    """Try a failed message once more."""
    now = clock.now()
    _message_or_404(message_id)
    with transaction() as session:
        verdict = actions.send_again(session, message_id, by=actor(), now=now)
        if not verdict.allowed:
            discard(session)
        waits = session.get_one(Message, message_id).due_at > now
    if waits:
        flash_outcome(verdict, _("Wiadomość wyjdzie jeszcze raz rano, żeby nikogo nie budzić."))
    else:
        flash_outcome(verdict, _("Wiadomość wyjdzie jeszcze raz za chwilę."))
    return redirect(url_for("messaging.failed"))


@messaging.get("/na-ekranie")
@public
def demo_outbox() -> str:
    """The demo's phones and letters, for whoever tries it out; outside the demo there is no such page."""
    if not current_app.config["DEMO"]:
        abort(404)
    messages = queries.latest_on_screen(db.session(), now=clock.now())
    return render_template("messaging/demo_outbox.html", messages=messages, kinds=KINDS, grouped=grouped)
