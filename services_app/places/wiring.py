"""Where the package places is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.places.cli import places_cli
from services_app.places.queries import coordinates_of, registered_street
from services_app.places.views import KEEPERS, places
from services_app.residents import actions as residents_actions
from services_app.web.wiring import add_to_staff_menu


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    app.cli.add_command(places_cli)
    app.register_blueprint(places)
    residents_actions.locate = coordinates_of
    residents_actions.street_name = registered_street
    add_to_staff_menu(app, 60, _("Spisy"), _("Miejsca"), "places.destinations", *KEEPERS, "operator", "auditor")
