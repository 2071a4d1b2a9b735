"""What the tests of applications share: the form as it is filled in, an application in the register, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ToldThrough
from services_app.rides.models import JoinApplication
from services_app.rides.terms import Condition
from tests.factories.applications import PESEL, send_application
from tests.factories.rides import NOW
from tests.page import Page

MYSELF, CLOSE = "/przejazdy/dolacz/siebie", "/przejazdy/dolacz/bliska-osobe"
LIST = "/przejazdy/zgloszenia/internetowe"
TRANSIT = Condition.CANNOT_USE_TRANSIT
SENDING = "Wyślij zgłoszenie"
FILLED = {
    "first_name": "Zofia", "last_name": "Zmyślona", "pesel": PESEL, "phone": "600 100 200", "street": "Zagórska", "house_number": "12",
    "flat_number": "3", "mobility": "cane", TRANSIT.value: "yes",
}  # fmt: skip
"""What somebody types into the form who applies for themselves."""


def apply_online(page: Page, *, sending: str = SENDING, status: int | None = 200, **typed: Any) -> Page:
    """The form and its check page, to the end; ``typed`` replaces parts of :data:`FILLED`."""
    page.get(MYSELF).fill_and_send({**FILLED, **typed})
    return page.fill_and_send({"agreed": True}, form=sending, status=status)


def applied(session: Session, now: datetime = NOW, **values: Any) -> int:
    """An application in the register, as somebody sent it; its id."""
    session.commit()
    with transaction() as writing:
        return send_application(writing, now=now, **values).id


def the_application(session: Session) -> JoinApplication:
    """The only one there is, as it stands in the database now."""
    session.expire_all()
    return session.scalars(select(JoinApplication)).one()


def told(session: Session) -> list[tuple[str, ToldThrough]]:
    """What was said and how, in the order it was queued."""
    session.expire_all()
    return [(one.kind, one.channel) for one in session.scalars(select(Message).order_by(Message.id))]


def address(application_id: int, deed: str = "") -> str:
    """The staff's page of an application, or the address of one of its forms."""
    return f"{LIST}/{application_id}{deed}"
