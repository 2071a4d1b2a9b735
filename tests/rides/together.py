"""A booking that is chosen now and sent later, for tests of what two do at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services_app.database import db, transaction
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, book_ride, offer_times
from services_app.rides.scheduling import RideWish
from services_app.rides.terms import Channel
from tests.factories.rides import NOW, OPERATOR


def chosen_booking(resident_id: int, wish: RideWish, channel: Channel = Channel.ONLINE) -> Callable[[], Any]:
    """Choose the first offer now, book it later, as on a page that was open: (was it booked, what else was offered, reasons)."""
    resident = db.session.get_one(Resident, resident_id)
    choice = offer_times(db.session(), resident, wish, now=NOW).times[0].choice
    db.session.rollback()

    def deed() -> Any:
        with transaction() as session:
            answer = book_ride(session, resident_id, wish, choice, by=OPERATOR, channel=channel, now=NOW)
            if isinstance(answer, Booked):
                return True, 0, ()
            return False, len(answer.offers.times) + len(answer.offers.other_days), answer.verdict.codes

    return deed
