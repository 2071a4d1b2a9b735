"""Where the web layer is plugged into the application."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_wtf.csrf import CSRFProtect

from services_app import clock
from services_app.web import access, errors, folding, languages, observing, once, security, sessions
from services_app.web.access import current_identity
from services_app.web.cli import keys_commands
from services_app.web.contact import centre, contact, contact_or_nothing
from services_app.web.kept import PARTS, KeptByContent, kept_part
from services_app.web.preferences import preferences
from services_app.web.spoken import remembering_addresses
from services_app.web.views import web

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Logs first, then who is asking, then the door."""
    observing.init_app(app)
    languages.init_app(app)
    sessions.init_app(app)
    csrf.init_app(app)
    access.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    folding.init_app(app)
    app.extensions.setdefault("sign_in_pages", {})
    app.extensions.setdefault("staff_menu", [])
    app.extensions.setdefault("retention_hooks", []).append(sessions.sweep_sign_ins)
    app.extensions["staff_menus"] = {}
    version_static(app)
    if not app.debug:
        app.jinja_env.globals["url_for"] = remembering_addresses(app.url_for, lambda: request.script_root)
    app.jinja_env.globals["kept_part"] = kept_part(KeptByContent(0 if app.debug else PARTS))
    app.jinja_env.globals["new_request_id"] = once.new_request_id  # imported macros see globals, not the page's context
    app.register_blueprint(web)
    app.cli.add_command(keys_commands)
    app.context_processor(lambda: page_context(app))


def page_context(app: Flask) -> dict[str, Any]:
    """What every template may use."""
    line = contact_or_nothing() if g.get("bare_page") else contact()
    return {
        "contact": line,
        "preferences": preferences(),
        "identity": current_identity(),
        "new_request_id": once.new_request_id,
        "known_endpoints": app.view_functions,
        "may_open": access.may_open,
        "session_ends_at": _iso(g.get("session_ends_at")),
        "session_now": clock.now().isoformat(),
        "session_warn_minutes": 2,
        "staff_menu": [] if g.get("bare_page") else staff_menu(app),
        "centre": centre(),
        "demo": bool(app.config["DEMO"]),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@dataclass(frozen=True)
class MenuItem:
    """One page in the staff menu."""

    order: int
    section: Any
    label: Any
    endpoint: str
    roles: tuple[str, ...]


def staff_menu(app: Flask) -> list[dict[str, Any]]:
    """The sections this member of staff may open, each with its pages, in order; one of them is where the person is now."""
    identity = current_identity()
    if identity.kind != "staff":
        return []
    made: dict[Any, list[dict[str, Any]]] = app.extensions["staff_menus"]
    key = (identity.roles, request.endpoint, request.script_root)  # no host: it is the asker's to choose
    if key not in made:
        made[key] = _menu_for(
            app, identity
        )  # the same for everybody with these roles on this page: labels are lazy texts
    return made[key]


def _menu_for(app: Flask, identity: Any) -> list[dict[str, Any]]:
    sections: dict[str, dict[str, Any]] = {}
    for item in sorted(app.extensions["staff_menu"], key=lambda item: item.order):
        if item.roles and not identity.has(*item.roles):
            continue
        section = sections.setdefault(str(item.section), {"label": item.section, "items": [], "active": False})
        active = request.endpoint == item.endpoint
        near = request.blueprint == item.endpoint.partition(".")[0]
        section["items"].append({"label": item.label, "url": url_for(item.endpoint), "active": active, "near": near})
    found = list(sections.values())
    for sign in ("active", "near"):
        here = [section for section in found if any(item[sign] for item in section["items"])]
        if here:
            here[0]["active"] = True
            break
    return found


def add_to_staff_menu(app: Flask, order: int, section: Any, label: Any, endpoint: str, *roles: str) -> None:
    """Add a page to the staff menu under a section; without roles every member of staff sees it. Both words are lazy texts."""
    app.extensions["staff_menu"].append(MenuItem(order, section, label, endpoint, roles))


def version_static(app: Flask) -> None:
    """Give each static address the file's version, so browsers may keep it for a year."""
    versions: dict[str, str] = {}

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not name:
            return
        if name not in versions or app.debug:
            file = Path(app.static_folder or "") / str(name)
            versions[name] = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"
        values["v"] = versions[name]
