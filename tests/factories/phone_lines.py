"""The line to call, for tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from services_app.web.contact import forget_contacts
from services_app.web.models import PhoneLine


def make_phone_line(session: Session, **values: Any) -> PhoneLine:
    """The taxi line, answered on working days from 7:30 until 15:30 unless ``values`` say otherwise; flushed."""
    filled: dict[str, Any] = {
        "programme": "rides", "phone": "+48514643274", "opens_at": time(7, 30), "closes_at": time(15, 30), "working_days_only": True,
        "valid_from": date(2024, 1, 1), **values,
    }  # fmt: skip
    line = PhoneLine(**filled)
    session.add(line)
    session.flush()
    forget_contacts()
    return line
