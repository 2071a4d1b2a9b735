"""Where the package messaging is plugged into the application."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from services_app.messaging.actions import queue_message
from services_app.messaging.terms import Channel, Recipient
from services_app.messaging.views import messaging
from services_app.messaging.views.receipts import receipts
from services_app.messaging.waiting import calls_waiting, failures_waiting
from services_app.staff.actions import invitation_hooks
from services_app.staff.models import StaffAccount
from services_app.web.waiting import ask_here
from services_app.web.wiring import add_to_staff_menu, csrf

_SECTION = _("Wiadomości")


def send_invitation(session: Session, account: StaffAccount, link: str, now: datetime) -> None:
    """An invitation goes out by e-mail in the transaction that made it; a later one has a link of its own, so it is another message."""
    recipient = Recipient("staff", account.id, account.name, "pl", Channel.E_MAIL, account.e_mail)
    ends_at = account.invitation_ends_at or now
    queue_message(
        session, "staff_invitation", recipient, {"link": link, "ends_until": ends_at, "who": account.name},
        dedupe_key=f"staff_invitation:{account.invitation_hash}", now=now, expires_at=ends_at, subject=("staff_account", account.id),
        urgent=True,
    )  # fmt: skip


def init_app(app: Flask) -> None:
    """Register pages, menu and hooks."""
    app.register_blueprint(messaging)
    csrf.exempt(receipts)  # called by the provider's machine; what it says is believed for its key, not for a cookie
    if send_invitation not in invitation_hooks:
        invitation_hooks.append(send_invitation)
    ask_here(app, calls_waiting, "operator", "coordinator")
    ask_here(app, failures_waiting, "operator", "coordinator", "administrator")
    add_to_staff_menu(app, 310, _SECTION, _("Do zadzwonienia"), "messaging.call_list", "operator", "coordinator")
    add_to_staff_menu(app, 320, _SECTION, _("Nieudane"), "messaging.failed", "operator", "coordinator", "administrator")
    add_to_staff_menu(
        app, 330, _SECTION, _("Wszystkie"), "messaging.outbox", "operator", "coordinator", "administrator", "manager"
    )
    add_to_staff_menu(app, 340, _SECTION, _("Treści wiadomości"), "messaging.texts", "coordinator", "administrator")
