"""The steps of signing in with a code, as a visitor takes them."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import Message

PHONE = "600 100 200"


def code_in(session: Session) -> str:
    """The code of the newest message."""
    message = session.scalars(select(Message).where(Message.kind == "sign_in_code").order_by(Message.id.desc())).first()
    assert message is not None
    found = re.search(r"(?<!\d)\d{6}(?!\d)", message.body)
    assert found
    return found.group()


def ask_for_code(page: Any, contact: str = PHONE, path: str = "/logowanie") -> None:
    page.get(path).fill_and_send(contact=contact, form="/logowanie")


def enter(page: Any, code: str) -> None:
    page.fill_and_send(code=code, form="/logowanie/kod")
