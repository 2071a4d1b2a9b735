"""The call list: people without a mobile phone, and those no message reached."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.messaging import actions, queries
from services_app.messaging.forms import CallAgainForm
from services_app.messaging.policy.sending import best_called_before
from services_app.messaging.shipped import KINDS
from services_app.messaging.views.blueprint import messaging
from services_app.web.access import staff_with
from services_app.web.contact import grouped
from services_app.web.once import answers_once
from services_app.web.outcome import flash_outcome


@messaging.get("/dzwonienie")
@staff_with("operator", "coordinator")
def call_list() -> str:
    """Whom to call, with the sentence to say."""
    now = clock.now()
    waiting = queries.open_calls(db.session(), now=now)
    shown = [call for call in waiting if call.due_at <= now]
    later = [call for call in waiting if call.due_at > now]
    return render_template(
        "messaging/call_list.html", shown=shown, later=later, kinds=KINDS, choices=CallAgainForm().again.iter_choices, now=now,
        grouped=grouped, best_before=_best_before, count=queries.open_call_count(db.session(), now=now),
        languages=queries.LANGUAGES_TO_MENTION,
    )  # fmt: skip


def _best_before(expires_at: datetime, *, now: datetime) -> datetime | None:
    return best_called_before(expires_at, *actions.quiet_hours(), now=now)


@messaging.post("/dzwonienie/<int:message_id>/powiadomiona")
@staff_with("operator", "coordinator")
@answers_once
def told(message_id: int) -> Response:
    """The person knows now."""
    with transaction() as session:
        done = actions.mark_told(session, message_id, by=actor(), now=clock.now())
        if not done:
            discard(session)
    if done:
        flash(_("Zapisano: osoba wie."), "success")
    else:
        flash(_("Ktoś już się tym zajął. Nie trzeba dzwonić."), "info")
    return redirect(url_for("messaging.call_list"))


@messaging.post("/dzwonienie/<int:message_id>/nie-odbiera")
@staff_with("operator", "coordinator")
@answers_once
def not_answered(message_id: int) -> Response:
    """Nobody picked up; the task comes back later."""
    form, now = CallAgainForm(), clock.now()
    if not form.validate_on_submit():
        flash(_("Wybierz z listy, kiedy spróbować znów."), "danger")
        return redirect(url_for("messaging.call_list"))
    again_at = form.again_at(now)
    with transaction() as session:
        verdict = actions.mark_not_answered(session, message_id, again_at, by=actor(), now=now)
        if not verdict.allowed:
            discard(session)
    flash_outcome(verdict, _("Zapisano. Przypomnimy o tym telefonie."))
    return redirect(url_for("messaging.call_list"))
