"""Where the package staff is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.journal import queries as journal
from services_app.staff import models as models  # the tables
from services_app.staff.cli import staff_commands
from services_app.staff.identity import STAFF
from services_app.staff.queries import staff_named, staff_names
from services_app.staff.views import staff
from services_app.staff.views.sign_in import sign_in_page
from services_app.web import sessions
from services_app.web.wiring import add_to_staff_menu


def init_app(app: Flask) -> None:
    """Register pages, commands and hooks."""
    sessions.signatories["staff"] = STAFF
    journal.name_of_actor["staff"] = staff_names
    journal.actors_named["staff"] = staff_named
    app.register_blueprint(staff)
    app.cli.add_command(staff_commands)
    app.extensions["sign_in_pages"]["staff.sign_in"] = sign_in_page
    add_to_staff_menu(app, 910, _("Ustawienia"), _("Pracownicy"), "staff.accounts", "administrator")
