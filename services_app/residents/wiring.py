"""Where the package residents is plugged into the application."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal import labels, queries
from services_app.messaging.queries import phone_finders
from services_app.residents.actions import sweep_sign_in_codes
from services_app.residents.identity import REPRESENTATIVES, RESIDENTS
from services_app.residents.models import Representative, Resident
from services_app.residents.views import residents
from services_app.residents.views.blueprint import GUARDS, READERS
from services_app.residents.views.signing_in import sign_in_page
from services_app.residents.waiting import data_requests_waiting
from services_app.web import sessions
from services_app.web.waiting import ask_here
from services_app.web.wiring import add_to_staff_menu
from services_app.wording import N_


def init_app(app: Flask) -> None:
    """Register pages, commands and hooks."""
    sessions.signatories["resident"] = RESIDENTS
    sessions.signatories["representative"] = REPRESENTATIVES
    app.extensions.setdefault("resident_panels", [])
    app.extensions.setdefault("retention_hooks", []).append(sweep_sign_in_codes)
    app.extensions["sign_in_pages"]["residents.sign_in"] = sign_in_page
    app.register_blueprint(residents)
    ask_here(app, data_requests_waiting, *GUARDS)
    add_to_staff_menu(app, 20, _("Osoby"), _("Szukaj"), "residents.search", *READERS)
    add_to_staff_menu(
        app, 21, _("Osoby"), _("Nowa osoba"), "residents.new", "operator", "coordinator", "manager", "administrator"
    )
    add_to_staff_menu(app, 22, _("Osoby"), _("Wnioski o dane"), "residents.data_requests", *GUARDS, "auditor")
    queries.name_of_actor["resident"] = _names_of_residents
    queries.name_of_actor["representative"] = _names_of_representatives
    phone_finders["resident"] = _phone_of_resident
    phone_finders["representative"] = _phone_of_representative
    _name_deeds()


def _phone_of_resident(session: Session, resident_id: int) -> str | None:
    resident = session.get(Resident, resident_id)
    return resident.phones[0].number if resident is not None and resident.phones else None


def _phone_of_representative(session: Session, representative_id: int) -> str | None:
    representative = session.get(Representative, representative_id)
    return None if representative is None else representative.phone


def _names_of_residents(session: Session, ids: set[int]) -> dict[int, str]:
    return {one.id: one.name for one in session.scalars(select(Resident).where(Resident.id.in_(ids)))}


def _names_of_representatives(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Representative.id, Representative.name).where(Representative.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _name_deeds() -> None:
    labels.register("resident_read", N_("otwarto dane osoby"), reading=True)
    labels.register("resident_data_copied_read", N_("pobrano kopię danych osoby"), reading=True)
    labels.register("pesel_shown", N_("pokazano cały numer PESEL"), reading=True)
    labels.register("resident_registered", N_("zapisano nową osobę"))
    labels.register("resident_changed", N_("zmieniono dane osoby"))
    labels.register("representation_recorded", N_("zapisano zgodę na działanie w czyimś imieniu"))
    labels.register("representation_revoked", N_("cofnięto zgodę na działanie w czyimś imieniu"))
    labels.register("personal_code_made", N_("zrobiono osobisty kod do listu"))
    labels.register("signed_in", N_("zalogowano się"))
    labels.register("data_request_received", N_("zapisano wniosek o dane"))
    labels.register("data_request_answered", N_("zapisano odpowiedź na wniosek o dane"))
    labels.register("restriction_began", N_("ograniczono przetwarzanie danych"))
    labels.register("restriction_ended", N_("zniesiono ograniczenie przetwarzania"))
    labels.register("resident_erased", N_("usunięto dane osoby"))
    labels.register_subject("resident", N_("osoba"))
    labels.register_subject("representative", N_("przedstawiciel"))
    labels.register_subject("representation", N_("zgoda na działanie w czyimś imieniu"))
    labels.register_subject("data_request", N_("wniosek o dane"))
