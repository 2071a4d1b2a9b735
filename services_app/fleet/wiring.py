"""Where the package fleet is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.fleet.views import PLANNERS, fleet
from services_app.web.wiring import add_to_staff_menu


def init_app(app: Flask) -> None:
    """Register pages."""
    app.register_blueprint(fleet)
    add_to_staff_menu(app, 50, _("Flota"), _("Zmiany"), "fleet.shifts", *PLANNERS, "operator", "auditor")
    add_to_staff_menu(
        app, 51, _("Flota"), _("Samochody i kierowcy"), "fleet.overview", *PLANNERS, "operator", "auditor"
    )
    add_to_staff_menu(app, 52, _("Flota"), _("Nieobecności"), "fleet.absences", *PLANNERS)
