"""Where the package dashboard is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.dashboard import morning as morning  # its pages
from services_app.dashboard import office as office  # its pages
from services_app.dashboard.cli import demo
from services_app.dashboard.home import home
from services_app.web.wiring import add_to_staff_menu


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(home)
    app.register_blueprint(demo)
    add_to_staff_menu(app, 1, _("Pulpit"), _("Pulpit"), "dashboard.morning")
    add_to_staff_menu(app, 910, _("Ustawienia"), _("Telefony i godziny"), "dashboard.phone_lines", "administrator")
