"""How many rides may be booked in a minute: a person needs a few, a program left running would fill the cars."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services_app.database import discard
from services_app.journal.actions import Actor
from services_app.verdict import Reason, Verdict
from services_app.web.throttle import count_try
from services_app.wording import N_

PEOPLE_BEHIND_AN_ADDRESS: Final = 2
"""A network address may book as much as two people: a day home, a clinic and a library have one each."""
FASTER_DESK: Final = 6
"""Staff book for caller after caller, and entering a pile of paper is faster still."""
TOO_FAST = Reason(
    "TOO_FAST", N_("To za dużo zamówień naraz. Odczekaj minutę i potwierdź jeszcze raz. Nic, co wybrano, nie zginęło.")
)


def pace_verdict(session: Session, *, by: Actor, address: str, limit: int, now: datetime) -> Verdict:
    """Count one more booked ride in the transaction that books it; over the limit nothing of that transaction is saved.

    ``limit`` is how many one person may book in a minute, ``address`` the network address it came from. Counted last, so that bookings
    of many people behind one address wait for each other only for the moment of saving.
    """
    staff = by.kind == "staff"
    person = count_try(
        session, f"booking|{by.kind}:{by.id}", limit=limit * FASTER_DESK if staff else limit, minutes=1, now=now
    )
    place = staff or count_try(
        session, f"booking from|{address}", limit=limit * PEOPLE_BEHIND_AN_ADDRESS, minutes=1, now=now
    )
    if person and place:
        return Verdict()
    discard(session)
    return Verdict((TOO_FAST,))
