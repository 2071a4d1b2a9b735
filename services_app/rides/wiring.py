"""Where the package rides is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from services_app.journal import labels as journal
from services_app.messaging.queries import phone_finders
from services_app.residents.actions import erasers
from services_app.residents.copied import add_sections
from services_app.rides import copied, waiting
from services_app.rides import models as models  # the tables
from services_app.rides.actions import sweep_drafts
from services_app.rides.actions.applying import phone_of_applicant
from services_app.rides.actions.erasing import erase_rides
from services_app.rides.cli import rides_cli
from services_app.rides.deeds import name_deeds
from services_app.rides.reminding import ride_reminders
from services_app.rides.views import rides
from services_app.rides.views.coordinator import PLANNERS, READERS
from services_app.rides.views.desk import DESK_ROLES
from services_app.rides.views.enrolment import DESK as JOIN_DESK
from services_app.rides.views.enrolment import READERS as ENROLMENT_READERS
from services_app.rides.views.enrolment import enrolment_panel
from services_app.rides.views.rules import READERS as RULES_READERS
from services_app.web.waiting import ask_here
from services_app.web.wiring import add_to_staff_menu
from services_app.wording import N_

_SECTION = _("Przejazdy")


def init_app(app: Flask) -> None:
    """Register pages, commands and hooks."""
    app.cli.add_command(rides_cli)
    name_deeds()
    add_sections(copied.SECTIONS, copied.NOT_ON_PAPER)
    app.register_blueprint(rides)
    app.extensions.setdefault("reminder_sources", []).append(ride_reminders)
    app.extensions.setdefault("retention_hooks", []).append(sweep_drafts)
    if erase_rides not in erasers:  # one list for all applications of a process
        erasers.append(erase_rides)
    add_to_staff_menu(app, 10, _SECTION, _("Biurko"), "rides.desk", *DESK_ROLES)
    add_to_staff_menu(app, 11, _SECTION, _("Dzień"), "rides.day", *READERS)
    add_to_staff_menu(app, 12, _SECTION, _("Moja zmiana"), "rides.my_shift", "driver")
    ask_here(app, waiting.returns_waiting, *DESK_ROLES)
    ask_here(app, waiting.late_cars, *DESK_ROLES)
    ask_here(app, waiting.rides_waiting_for_car, *PLANNERS)
    ask_here(app, waiting.rides_waiting_for_consent, *PLANNERS)
    ask_here(app, waiting.rides_without_result, *PLANNERS)
    ask_here(app, waiting.own_ways_waiting, "driver")
    ask_here(app, waiting.absences_waiting, *PLANNERS)
    ask_here(app, waiting.enrolments_waiting, *PLANNERS)
    ask_here(app, waiting.applications_waiting, *JOIN_DESK)
    phone_finders["join_application"] = phone_of_applicant
    ask_here(app, waiting.rules_waiting, "administrator")
    journal.register("shift_read", N_("otwarto listę pasażerów zmiany"), reading=True)
    journal.register_subject("shift", N_("zmiana"))
    app.extensions.setdefault("resident_panels", []).append(enrolment_panel)
    add_to_staff_menu(app, 13, _SECTION, _("Zgłoszenia z internetu"), "rides.join_applications", *JOIN_DESK)
    add_to_staff_menu(app, 14, _("Przejazdy"), _("Zgłoszenia do programu"), "rides.enrolments", *ENROLMENT_READERS)
    add_to_staff_menu(app, 70, _("Zasady"), _("Zasady przejazdów"), "rides.rules", *RULES_READERS)
    _name_deeds_of_rules()


def _name_deeds_of_rules() -> None:
    journal.register("enrolment_read", N_("otwarto zgłoszenie do programu"), reading=True)
    journal.register("enrolment_declared", N_("przyjęto zgłoszenie do programu"))
    journal.register("condition_verified", N_("sprawdzono warunek programu"))
    journal.register("enrolment_decided", N_("rozstrzygnięto zgłoszenie do programu"))
    journal.register("enrolment_ended", N_("zakończono udział w programie"))
    journal.register("join_application_read", N_("otwarto zgłoszenie z internetu"), reading=True)
    journal.register("join_application_received", N_("przyszło zgłoszenie z internetu"))
    journal.register("join_application_accepted", N_("przyjęto zgłoszenie z internetu"))
    journal.register("join_application_refused", N_("odmówiono przyjęcia zgłoszenia z internetu"))
    journal.register("join_application_withdrawn", N_("wycofano zgłoszenie z internetu"))
    journal.register_subject("join_application", N_("zgłoszenie z internetu"))
    journal.register("rules_installed", N_("wgrano zasady przejazdów"))
    journal.register("rules_copied", N_("skopiowano zasady przejazdów"))
    journal.register("rules_changed", N_("zmieniono szkic zasad przejazdów"))
    journal.register("rules_discarded", N_("usunięto szkic zasad przejazdów"))
    journal.register("rules_published", N_("ogłoszono zasady przejazdów"))
    journal.register("rules_taken_back", N_("cofnięto ogłoszenie zasad przejazdów"))
    journal.register("rules_confirmed", N_("potwierdzono zasady przejazdów"))
    journal.register_subject("rules", N_("zasady przejazdów"))
    journal.register_subject("enrolment", N_("zgłoszenie do programu"))
