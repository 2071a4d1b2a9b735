"""What two people do at the same moment, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from services_app.database import db, transaction
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, book_ride, offer_times
from services_app.rides.scheduling import RideWish
from services_app.rides.terms import Channel
from tests.factories.rides import NOW, OPERATOR


def at_once(app: Flask, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all deeds at the same moment, each in a thread and an application context of its own; their answers in order."""
    answers: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(place: int, deed: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait(timeout=20)
            try:
                answers[place] = deed()
            except Exception as error:  # noqa: BLE001 - the test looks at whatever went wrong
                answers[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


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
