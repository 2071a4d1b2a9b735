"""The application of the city's welfare centre: create_app is the only place that knows every feature."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from config import for_flask
from services_app import sealed
from services_app.dashboard import wiring as dashboard
from services_app.database import db
from services_app.duties import wiring as duties
from services_app.fleet import wiring as fleet
from services_app.journal import wiring as journal
from services_app.messaging import wiring as messaging
from services_app.places import wiring as places
from services_app.reminders import wiring as reminders
from services_app.residents import wiring as residents
from services_app.rides import wiring as rides
from services_app.staff import wiring as staff
from services_app.web import wiring as web
from services_app.web.kept_templates import KeptTemplates
from services_app.web.spoken import SpokenEnvironment

_TOP = Path(__file__).resolve().parent.parent

FEATURES = (web, journal, staff, messaging, residents, places, fleet, rides, duties, reminders, dashboard)


def create_app(settings: Mapping[str, Any]) -> Flask:
    """Put the application together from its settings (see ``config.py`` for their names)."""
    app = Flask(__name__, template_folder=str(_TOP / "templates"), static_folder=str(_TOP / "static"))
    app.config.update(for_flask(settings))
    app.jinja_environment = SpokenEnvironment
    app.jinja_options = {
        "bytecode_cache": KeptTemplates(Path(settings["TEMPLATES_DIR"] or f"{settings['DATA_DIR']}/templates"))
    }
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    sealed.keyring.load(str(settings["SEALING_KEYS"]), str(settings["LOOKUP_KEY"]))
    db.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    return app


def with_migrations(app: Flask) -> Flask:
    """The same with what commands need to change the schema. Servers do without: loading it takes a sixth of their start."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(_TOP / "migrations"), render_as_batch=True, compare_type=True)
    return app
