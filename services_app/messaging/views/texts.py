"""The wordings of messages, which staff may change."""

from __future__ import annotations

import json

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.messaging import actions, labels, queries
from services_app.messaging.forms import TextForm, shown_text
from services_app.messaging.policy import sms
from services_app.messaging.policy.texts import preview, spoken_samples, text_verdict
from services_app.messaging.shipped import KINDS, LANGUAGES, Text, shipped_text
from services_app.messaging.shipped.kinds import PLACES
from services_app.messaging.terms import Channel
from services_app.messaging.views.blueprint import messaging
from services_app.web.access import staff_with
from services_app.web.as_it_was import unless_overtaken
from services_app.web.languages import say
from services_app.web.once import answers_once


@messaging.get("/teksty")
@staff_with("coordinator", "administrator")
def texts() -> str:
    """Every kind of message with its wordings."""
    return render_template(
        "messaging/texts.html", kinds=KINDS, labels=labels, edited=queries.edited_texts(db.session()), channels=list(Channel)
    )  # fmt: skip


def _wording_or_404(kind: str, channel: str, language: str) -> Channel:
    if kind not in KINDS or channel not in list(Channel) or language not in LANGUAGES:
        abort(404)
    return Channel(channel)


@messaging.route("/teksty/<kind>/<channel>/<language>", methods=["GET", "POST"])
@staff_with("coordinator", "administrator")
@answers_once
def text(kind: str, channel: str, language: str) -> str | Response:
    """One wording: changed, tried out on sample values, saved."""
    by_channel = _wording_or_404(kind, channel, language)
    with_subject = by_channel is Channel.E_MAIL
    form = TextForm.about(shown_text(queries.text_in_force(db.session(), kind, by_channel, language)))
    written = form.text(with_subject=with_subject)
    if not form.validate_on_submit():
        return _text_page(form, kind, by_channel, language, written)
    verdict = text_verdict(kind, by_channel, language, written)
    if verdict.allowed and "preview" not in request.form:
        if not _saved(form, kind, by_channel, language):
            return _text_page(form, kind, by_channel, language, form.text(with_subject=with_subject))
        flash(_("Zapisano. Nowe wiadomości będą miały tę treść."), "success")
        return redirect(url_for("messaging.texts"))
    for reason in verdict.reasons:
        form.say_no("subject" if reason.code == "SUBJECT_EMPTY" else "body", say(reason))
    return _text_page(form, kind, by_channel, language, written)


def _saved(form: TextForm, kind: str, channel: Channel, language: str) -> bool:
    """Save it; False, said in the form, when somebody else was faster."""

    def held(session: Session) -> Text:
        return actions.held_text(session, kind, channel, language, by=actor(), now=clock.now())

    def save(session: Session, _before: Text | None) -> bool:
        written = form.text(with_subject=channel is Channel.E_MAIL)
        return actions.write_text(session, kind, channel, language, written, by=actor(), now=clock.now()).allowed

    return bool(unless_overtaken(form, held, shown_text, save))


def _text_page(form: TextForm, kind: str, channel: Channel, language: str, written: Text) -> str:
    today = clock.today()
    subject, body, parts = preview(kind, channel, language, written, today=today)
    samples = json.dumps(spoken_samples(kind, language, today=today), ensure_ascii=False)
    allowed = KINDS[kind].allowed_in(channel)
    return render_template(
        "messaging/text.html", form=form, kind=kind, kinds=KINDS, channel=channel, language=language, labels=labels, subject=subject,
        body=body, parts=parts, characters=sms.characters(body), places=[(name, PLACES[name].label) for name in allowed],
        samples=samples, needed=KINDS[kind].needed, edited=queries.edited_texts(db.session()).get((kind, channel, language)),
        shipped=shipped_text(kind, channel, language), alphabet="pl" if current_app.config["SMS_ROMANISE_UKRAINIAN"] else language,
    )  # fmt: skip


@messaging.post("/teksty/<kind>/<channel>/<language>/przywroc")
@staff_with("coordinator", "administrator")
@answers_once
def restore_text(kind: str, channel: str, language: str) -> Response:
    """Back to the wording that came with the product."""
    by_channel = _wording_or_404(kind, channel, language)
    with transaction() as session:
        by, now = actor(), clock.now()
        if not actions.restore_shipped_text(session, kind, by_channel, language, by=by, now=now):
            discard(session)
    flash(_("Przywrócono pierwotną treść."), "success")
    return redirect(url_for("messaging.text", kind=kind, channel=channel, language=language))
