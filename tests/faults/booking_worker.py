"""Clients that book rides in processes of their own, and staff who reassign them meanwhile; meant to be killed.

``python -m tests.faults.booking_worker URL DATA_DIR ANSWERS WORKERS RESIDENT…``: the application is made once, then each worker is
forked from it; a worker that is killed is forked again and goes on with its clients. What a client was told is added to the file
ANSWERS, one short line each, which survives any kill.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from services_app.database import db, transaction
from services_app.fleet.models import Shift
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, assign_ride, book_ride, offer_times, unassign
from services_app.rides.models import Ride
from services_app.rides.terms import Channel, ReturnMode
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, wish_for
from tests.settings import make_app

WISH = wish_for(visit_minutes=30, return_mode=ReturnMode.DRIVER_WAITS)


def tell(answers: Path, *words: object) -> None:
    """One line in one write, so that lines of several processes never mix."""
    handle = os.open(answers, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, (" ".join(map(str, words)) + "\n").encode())
    finally:
        os.close(handle)


def book_for(resident_id: int, answers: Path) -> None:
    """A client: look, choose, book; when the time was just taken, look again. Somebody killed before the answer finds the ride made."""
    while True:
        session = db.session()
        resident = session.get_one(Resident, resident_id)
        made = session.scalar(select(Ride.id).where(Ride.resident_id == resident_id))
        offers = offer_times(session, resident, WISH, now=NOW)
        session.rollback()
        if made is not None:
            tell(answers, "booked", resident_id, made)
            return
        if not offers.times:
            tell(answers, "full", resident_id, *offers.verdict.codes)
            return
        choice = random.choice(offers.times).choice
        with transaction() as writing:
            answer = book_ride(writing, resident_id, WISH, choice, by=OPERATOR, channel=Channel.ONLINE, now=NOW)
            ride_id = answer.ride.id if isinstance(answer, Booked) else None
        if ride_id is not None:
            tell(answers, "booked", resident_id, ride_id)
            return


def shuffle_cars(rounds: int) -> None:
    """Staff: put some ride on some car, or take it back."""
    for _ in range(rounds):
        session = db.session()
        rides = session.scalars(select(Ride.id)).all()
        shifts = session.scalars(select(Shift.id).where(Shift.on == RIDE_ON)).all()
        session.rollback()
        if not rides:
            continue
        with transaction() as writing:
            if random.random() < 0.3:
                unassign(writing, random.choice(rides), by=OPERATOR, now=NOW)
            else:
                assign_ride(writing, random.choice(rides), random.choice(shifts), by=OPERATOR, now=NOW)


def work(app: Flask, residents: list[int], answers: Path) -> None:
    """One worker's share of clients; whatever goes wrong is told."""
    random.seed(os.getpid())
    with app.app_context():
        try:
            for resident_id in residents:
                book_for(resident_id, answers)
                shuffle_cars(2)
        except Exception as error:  # noqa: BLE001 - the test reads what happened
            tell(answers, "error", type(error).__name__, str(error).replace("\n", " ")[:300])


def fork(app: Flask, residents: list[int], answers: Path) -> int:
    """A worker of its own, without any of the parent's connections; its process id."""
    child = os.fork()
    if child == 0:
        work(app, residents, answers)
        os._exit(0)
    return child


def main() -> None:
    """Keep the workers going until every share is done."""
    url, data_dir, answers, workers = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    residents = [int(each) for each in sys.argv[5:]]
    app = make_app(url, data_dir)
    shares = {fork(app, residents[place::workers], answers): residents[place::workers] for place in range(workers)}
    while shares:
        child, status = os.wait()
        share = shares.pop(child)
        if os.WIFSIGNALED(status):
            shares[fork(app, share, answers)] = share


if __name__ == "__main__":
    main()
