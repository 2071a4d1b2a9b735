"""Where the package journal is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.journal import models as models  # the tables
from services_app.journal import readings
from services_app.journal import triggers as triggers  # on tables made without migrations
from services_app.journal.actions import trim_journal
from services_app.journal.cli import journal_commands
from services_app.journal.views import journal, moment_in_words, subject_in_words, who_in_words
from services_app.web.wiring import add_to_staff_menu


def init_app(app: Flask) -> None:
    """Register the page and the commands; write down readings after each page."""
    readings.init_app(app)
    app.extensions.setdefault("retention_hooks", []).append(trim_journal)
    app.register_blueprint(journal)
    app.cli.add_command(journal_commands)
    app.jinja_env.filters.update(
        moment_in_words=moment_in_words, who_in_words=who_in_words, subject_in_words=subject_in_words
    )
    add_to_staff_menu(
        app, 920, _("Ustawienia"), _("Dziennik"), "journal.entries", "auditor", "administrator", "manager"
    )
