"""F9: the nights the clock changes, leap days, a clock put back, and processes that stand in another zone: rides keep their local hour."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import unified_diff
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.clock import NoSuchHour, moment_at
from services_app.database import transaction
from services_app.rides.actions import Booked, book_ride, offer_times
from services_app.rides.models import Ride
from services_app.rides.policy import Service
from services_app.rides.queries import rides_of, rides_on
from services_app.rides.scheduling import Choice
from services_app.rides.terms import Channel, ReturnMode
from services_app.wording import hour
from tests.databases import WorkersDatabase
from tests.factories.fleet import make_shift
from tests.factories.rides import OPERATOR, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff
from tests.frozen import Clock, warsaw
from tests.page import Page
from tests.processes import ROOT
from tests.settings import environment_for

ALL_NIGHT = replace(ROOMY, service=Service(first_pickup=time(0), home_by=time(23, 59)))


def round_the_clock(session: Session, on: date) -> None:
    make_shift(session, on, starts=time(0), ends=time(23, 59))


@pytest.mark.parametrize(
    ("on", "at", "utc_hour"),
    [
        (date(2027, 3, 26), time(10), 9),
        (date(2027, 3, 30), time(10), 8),
        (date(2026, 10, 23), time(10), 8),
        (date(2026, 10, 26), time(10), 9),
        (date(2028, 2, 29), time(10), 9),
        (date(2027, 12, 31), time(10), 9),
    ],
)
def test_a_ride_keeps_its_local_hour_on_both_sides_of_the_change(
    session: Session, clock: Clock, on: date, at: time, utc_hour: int
) -> None:
    now = clock.at(datetime.combine(on - timedelta(days=14), time(9), tzinfo=UTC))
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version, birth_on=date(1940, 5, 5))
    make_shift(session, on)
    session.commit()
    with transaction() as own:
        ride_id = booked_ride(own, rider, wish_for(on, at), now=now).id
    session.expire_all()
    (row,) = rides_on(session, on)
    assert row.ride.id == ride_id
    assert row.ride.on == on
    appointment = row.ride.appointment_at.astimezone(UTC)
    assert (appointment.hour, appointment.minute) == (utc_hour, 0)
    assert hour(row.ride.appointment_at) == "10:00"
    assert rides_on(session, on + timedelta(days=1)) == []
    assert [ride.id for ride in rides_of(session, rider.id, today=product_clock.today(), coming=True).rows] == [ride_id]


def test_the_hour_that_never_comes_cannot_be_booked(session: Session, clock: Clock, page: Page) -> None:
    now = clock.at("2027-03-15 09:00")
    version = make_rules(session, ALL_NIGHT)
    rider = make_rider(session, version, birth_on=date(1940, 5, 5))
    never = date(2027, 3, 28)
    round_the_clock(session, never)
    session.commit()
    with pytest.raises(NoSuchHour):
        moment_at(never, time(2, 30))
    wish = wish_for(never, time(2, 30), return_mode=ReturnMode.DRIVER_WAITS, visit_minutes=30)
    offers = offer_times(session, rider, wish, now=now)
    assert not any(
        hour(one.appointment_at).startswith("2:") for one in (*offers.times, *offers.other_days) if one.on == never
    )
    session.rollback()
    forged = Choice(warsaw("2027-03-28 01:30"), warsaw("2027-03-28 03:30"))
    with transaction() as own:
        answer = book_ride(own, rider.id, wish, forged, by=OPERATOR, channel=Channel.PHONE, now=now)
        assert not isinstance(answer, Booked)
        own.info["discarded"] = True
    assert session.scalars(select(Ride)).all() == []
    session.rollback()
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get(
        f"/przejazdy/biurko/{rider.id}", szukaj=1, place="Poradnia", on="2027-03-28", at="2:30", minutes=30,
        purpose="medical", back=ReturnMode.DRIVER_WAITS.value, companions=0, mobility="", assistance="",
    )  # fmt: skip
    assert page.status == 200
    assert "Zapisz przejazd" not in page.main


def test_the_day_of_25_hours_is_one_day() -> None:
    day = date(2026, 10, 25)
    first, last = moment_at(day, time(0)), moment_at(day + timedelta(days=1), time(0))
    assert last - first == timedelta(hours=25)
    assert {product_clock.day_of(first + timedelta(minutes=minutes)) for minutes in range(0, 25 * 60, 30)} == {day}
    assert moment_at(day, time(2, 30)).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_clock_put_back_two_hours_changes_nothing_that_was_said(session: Session, clock: Clock) -> None:
    clock.at("2026-06-15 12:00")
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version)
    on = date(2026, 6, 23)
    make_shift(session, on)
    session.commit()
    with transaction() as own:
        first = booked_ride(own, rider, wish_for(on, time(9)), now=product_clock.now())
        told = (first.appointment_at, first.cancel_until)
    clock.at("2026-06-15 10:00")
    with transaction() as own:
        booked_ride(own, rider, wish_for(on, time(13)), now=product_clock.now())
    session.expire_all()
    rows = rides_on(session, on)
    assert [hour(row.ride.appointment_at) for row in rows] == ["9:00", "13:00"]
    assert (rows[0].ride.appointment_at, rows[0].ride.cancel_until) == told


SHOW = """
import sys
from datetime import datetime, UTC
import time_machine
from tests.settings import make_app
url, folder, rider, operator = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with time_machine.travel(datetime(2027, 3, 27, 22, 45, tzinfo=UTC), tick=False):
    app = make_app(url, folder)
    from tests.faults.client import signed_in_cookie
    for kind, who, path in (
        ("resident", rider, "/przejazdy/moje"),
        ("staff", operator, "/przejazdy/dzien/2027-03-30"),
        ("staff", operator, f"/przejazdy/biurko/{rider}"),
    ):
        client = app.test_client()
        client.set_cookie("__Host-session", signed_in_cookie(app, kind, who), secure=True)
        answer = client.get(path, base_url="https://localhost", follow_redirects=True)
        print(answer.status_code, path)
        print(answer.text)
"""


def shown_in(zone: str, url: str, folder: Path, rider: int, operator: int) -> str:
    """The pages as a process in that zone shows them, without what differs each time."""
    environment = {**environment_for(url, folder), "TZ": zone, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", SHOW, url, str(folder), str(rider), str(operator)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return re.sub(r'<(?:input[^>]*type="hidden"|meta name="csrf-token")[^>]*>', "", done.stdout)


@pytest.mark.slow
def test_processes_in_other_zones_show_the_same_pages(
    session: Session, database: WorkersDatabase, clock: Clock, tmp_path: Path
) -> None:
    now = clock.at("2027-03-15 09:00")
    version = make_rules(session, ROOMY)
    rider = make_rider(session, version, birth_on=date(1940, 5, 5))
    operator = make_staff(session, "operator", "coordinator")
    for on in (date(2027, 3, 26), date(2027, 3, 30)):
        make_shift(session, on)
    session.commit()
    with transaction() as own:
        for on in (date(2027, 3, 26), date(2027, 3, 30)):
            booked_ride(own, rider, wish_for(on), now=now)
    rider_id, operator_id = rider.id, operator.id
    session.rollback()
    clock.release()
    database.note_unknown()
    pages = {
        zone: shown_in(zone, database.url, tmp_path, rider_id, operator_id)
        for zone in ("UTC", "Asia/Tokyo", "America/Los_Angeles")
    }
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        found = "\n".join(unified_diff(pages["UTC"].splitlines(), pages[zone].splitlines(), "UTC", zone, n=0))
        assert not found, found
    page = pages["UTC"]
    assert page.count("200 /") == 3, re.findall(r"^\d{3} /.*", page, re.MULTILINE)
    assert "10:00" in page
