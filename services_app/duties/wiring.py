"""Where the package duties is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.duties import copied, waiting
from services_app.duties import models as models  # the tables
from services_app.duties.actions.retention import count_what_is_due
from services_app.duties.queries.accessibility import last_statement_review, phone_of_requester
from services_app.duties.views import BLUEPRINTS
from services_app.duties.views.access import READERS as ACCESS_READERS
from services_app.duties.views.blueprint import ANSWERERS, KEEPERS, TAKERS
from services_app.duties.views.retention import processing_of_residents
from services_app.messaging.queries import phone_finders
from services_app.residents.copied import add_sections
from services_app.web.waiting import ask_here
from services_app.web.wiring import add_to_staff_menu

_PEOPLE, _SETTINGS = _("Osoby"), _("Ustawienia")


def init_app(app: Flask) -> None:
    """Register pages, menu and hooks."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_sections(copied.SECTIONS)
    app.extensions["statement_review"] = last_statement_review
    app.extensions["processing_of_residents"] = processing_of_residents
    phone_finders["accessibility"] = phone_of_requester
    ask_here(app, waiting.accessibility_waiting, *ANSWERERS)
    ask_here(app, waiting.statement_review_waiting, *ANSWERERS)
    ask_here(app, waiting.breaches_waiting, *KEEPERS)
    ask_here(app, waiting.incident_contact_waiting, *KEEPERS)
    ask_here(app, waiting.access_review_waiting, *KEEPERS)
    app.extensions.setdefault("retention_hooks", []).append(count_what_is_due)
    ask_here(app, waiting.retention_waiting, "administrator")
    add_to_staff_menu(app, 2, _("Pulpit"), _("Zgłoś incydent"), "incidents.report_incident")
    requests = "accessibility.accessibility_requests"
    add_to_staff_menu(app, 23, _PEOPLE, _("Żądania dostępności"), requests, *ANSWERERS, "auditor")
    add_to_staff_menu(app, 24, _PEOPLE, _("Nowe żądanie dostępności"), "accessibility.enter_request", *TAKERS)
    add_to_staff_menu(app, 930, _SETTINGS, _("Deklaracja dostępności"), "duties.statement_review", *ANSWERERS)
    add_to_staff_menu(app, 940, _SETTINGS, _("Incydenty"), "duties.incident_settings", *KEEPERS)
    add_to_staff_menu(app, 941, _SETTINGS, _("Rejestr naruszeń"), "duties.breaches", *KEEPERS)
    add_to_staff_menu(app, 950, _SETTINGS, _("Przegląd uprawnień"), "duties.access_reviews_list", *ACCESS_READERS)
    add_to_staff_menu(app, 951, _SETTINGS, _("Szkolenia"), "duties.trainings", *KEEPERS)
    add_to_staff_menu(app, 960, _SETTINGS, _("Przechowywanie danych"), "duties.retention", *ACCESS_READERS)
