"""Pages of the house itself: switches, health, figures, the statement of accessibility, privacy, the map of the site."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db
from services_app.web import observing
from services_app.web.access import public, safe_target
from services_app.web.preferences import CONTRASTS, TEXT_SIZES, keep, preferences

web = Blueprint("web", __name__)

SITE_MAP = (
    ("dashboard.home", _("Strona główna")),
    ("rides.about", _("Taksówka dla seniora: zasady i jak zamówić")),
    ("rides.join", _("Jak dołączyć do programu przejazdów")),
    ("residents.sign_in", _("Logowanie dla mieszkańców i bliskich")),
    ("staff.sign_in", _("Logowanie dla pracowników")),
    ("web.accessibility_statement", _("Deklaracja dostępności")),
    ("accessibility.ask_for_accessibility", _("Zgłoś, że coś jest niedostępne")),
    ("web.privacy", _("Ochrona danych")),
)
"""The public pages by name, in the order a visitor would look for them."""


@dataclass(frozen=True)
class StatementDates:
    """The days the accessibility statement must name."""

    published_on: date
    updated_on: date
    made_on: date
    reviewed_on: date | None


def statement_dates(settings: Mapping[str, Any], reviewed_on: date | None = None) -> StatementDates:
    """The days as the office configured them (ISO dates); the statement is reviewed every year by 31 March.

    ``reviewed_on``: the last review noted by staff; the later of it and the configured one counts.
    """
    published, updated, made = (
        date.fromisoformat(settings[f"STATEMENT_{name}_ON"]) for name in ("PUBLISHED", "UPDATED", "MADE")
    )
    configured = settings["STATEMENT_REVIEWED_ON"]
    known = [day for day in (reviewed_on, date.fromisoformat(configured) if configured else None) if day is not None]
    return StatementDates(published, updated, made, max(known, default=None))


def _from_another_feature(name: str) -> Any:
    """What a feature above knows for a page of the house; a database that is away does not keep the page from being shown."""
    find = current_app.extensions.get(name)
    try:
        return find(db.session()) if find is not None else None
    except (DBAPIError, PoolTimeout):
        db.session().invalidate()
        return None


def last_review_noted() -> date | None:
    """The last review of the statement that staff noted."""
    noted: date | None = _from_another_feature("statement_review")
    return noted


@web.get("/ustawienia", endpoint="preferences")
@public
def set_preferences() -> AnyResponse:
    """Turn a switch and go back to where one was. It writes nothing here: the choice stays in the visitor's own cookie."""
    asked, chosen = request.args, preferences()
    if asked.get("contrast") in CONTRASTS:
        chosen = replace(chosen, contrast=asked["contrast"])
    if asked.get("text_size") in TEXT_SIZES:
        chosen = replace(chosen, text_size=asked["text_size"])
    if asked.get("motion") in ("quiet", "full"):
        chosen = replace(chosen, quiet_motion=asked["motion"] == "quiet")
    if asked.get("language") in ("pl", "en", "uk"):
        chosen = replace(chosen, language=asked["language"])
    response = redirect(safe_target(asked.get("back"), "/"))
    keep(response, chosen)
    return response


@web.get("/health/live")
@public
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@web.get("/health/ready")
@public
def ready() -> AnyResponse:
    """The process can do its work: its database answers within its time limit."""
    try:
        db.session.execute(text("SELECT 1"))
    except (DBAPIError, PoolTimeout):
        db.session().invalidate()
        return make_response(jsonify(status="database away"), 503)
    return jsonify(status="ready")


@web.get("/metrics")
@public
def metrics() -> AnyResponse:
    """Figures for Prometheus, for those who know the token; without a configured token there is no such page."""
    token = str(current_app.config["METRICS_TOKEN"])
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    return Response(observing.metrics_text(), mimetype="text/plain; version=0.0.4")


@web.get("/deklaracja-dostepnosci")
@public
def accessibility_statement() -> str:
    """The accessibility statement in its prescribed form."""
    return render_template(
        "web/accessibility_statement.html",
        base_url=current_app.config["BASE_URL"],
        statement=statement_dates(current_app.config, last_review_noted()),
    )


@web.get("/prywatnosc")
@public
def privacy() -> str:
    """What happens with personal data, set by set as the register of processing says it."""
    return render_template("web/privacy.html", processing=_from_another_feature("processing_of_residents"))


@web.get("/mapa-strony")
@public
def site_map() -> str:
    """Every public page by its name."""
    return render_template("web/site_map.html", pages=SITE_MAP)


@web.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    contact = current_app.config["SECURITY_CONTACT"] or url_for("web.privacy", _external=True)
    lines = (
        f"Contact: {contact}",
        "Preferred-Languages: pl, en",
        f"Canonical: {current_app.config['BASE_URL']}/.well-known/security.txt",
    )
    expires = f"Expires: {_end_of_next_year()}"
    return Response("\n".join((*lines, expires, "")), mimetype="text/plain")


def _end_of_next_year() -> str:
    return f"{clock.today().year + 1}-12-31T23:00:00Z"


@web.get("/favicon.ico")
@public
def favicon() -> AnyResponse:
    """The mark, for browsers that ask for it by its old name."""
    return redirect(url_for("static", filename="img/favicon.svg"))
