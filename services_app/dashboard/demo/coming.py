"""Two weeks of rides ahead, booked through the same door as everybody's: rules, plan, messages and all."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock, workdays
from services_app.journal.actions import SYSTEM
from services_app.places.labels import likeliest_purpose
from services_app.places.models import Destination
from services_app.residents.models import Resident
from services_app.rides.actions import Booked, assign_leg, book_ride
from services_app.rides.models import Enrolment, Ride
from services_app.rides.queries import offer_times, place_of
from services_app.rides.scheduling import RideWish
from services_app.rides.terms import Channel, EnrolmentState, Mobility, Purpose, ReturnMode, RideState

RIDES = 36


def wishes(session: Session, *, now: datetime) -> list[tuple[int, RideWish, datetime]]:
    """Who wants to ride where and when, and when they called: the same on each first start of a day."""
    chance = random.Random(8)  # noqa: S311 - a demo must be the same each time
    today = clock.day_of(now)
    ridden = select(Ride.resident_id).where(Ride.on >= today.replace(day=1) - timedelta(days=1))
    riders = list(
        session.scalars(
            select(Resident).join(Enrolment)
            .where(Enrolment.state == EnrolmentState.VERIFIED, Resident.id.not_in(ridden), Resident.mobility != Mobility.FIXED_WHEELCHAIR)
            .order_by(Resident.id)
        )
    )  # fmt: skip
    places = list(
        session.scalars(
            select(Destination)
            .where(Destination.category.in_(("szpital", "przychodnia", "urząd")))
            .order_by(Destination.id)
        )
    )
    days = [on for on in (today + timedelta(days=number) for number in range(15)) if workdays.is_working_day(on)]
    chance.shuffle(riders)
    found = []
    for number, rider in enumerate(riders[:RIDES]):
        on, place = days[number % len(days)], chance.choice(places)
        wish = RideWish(
            on=on, appointment_at=time(chance.choice((9, 10, 11, 12, 13)), chance.choice((0, 15, 30))), visit_minutes=30,
            purpose=Purpose(likeliest_purpose(place.category)), place=place_of(place, place.entrances[0] if place.entrances else None),
            return_mode=ReturnMode.DRIVER_WAITS,
        )  # fmt: skip
        called_at = min(now, clock.moment_at(on - timedelta(days=5), time(9, number % 60)))
        found.append((rider.id, wish, called_at))
    return found


def book_wish(session: Session, resident_id: int, wish: RideWish, *, now: datetime) -> bool:
    """Book one of them as the operator would; False when nothing fits."""
    offers = offer_times(session, session.get_one(Resident, resident_id), wish, now=now)
    if not offers.times:
        return False
    answer = book_ride(session, resident_id, wish, offers.times[0].choice, by=SYSTEM, channel=Channel.PHONE, now=now)
    return isinstance(answer, Booked)


def give_near_rides_their_cars(session: Session, *, now: datetime) -> None:
    """Today's and tomorrow's rides are assigned as planned: the coordinator did it the day before."""
    today = clock.day_of(now)
    near = select(Ride).where(Ride.on.between(today, today + timedelta(days=1)), Ride.state == RideState.CONFIRMED)
    for ride in session.scalars(near).unique().all():
        for leg in ride.legs:
            if leg.shift_id is not None:
                assign_leg(session, leg.id, leg.shift_id, by=SYSTEM, now=now)
