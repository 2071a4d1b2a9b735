"""What a relative reads of a ride: as much as the senior, as far as the consent reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.residents.queries import scopes_of
from services_app.residents.terms import Scope, ToldBy
from services_app.rides.actions import cancel_ride
from services_app.rides.models import Ride
from services_app.rides.policy import RideRules
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import ReturnMode
from services_app.wording import hour
from tests.factories.fleet import make_shift
from tests.factories.phone_lines import make_phone_line
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, ROOMY, booked_ride, make_rider, make_rules, wish_for
from tests.rides.one_ride import messages, stored

TERM = "do poniedziałku 22 czerwca, 23:59"


def followed_ride(
    session: Session, *scopes: Scope, by: ToldBy = ToldBy.E_MAIL, rules: RideRules = KIELCE_2024, **wish: Any
) -> Ride:
    """A ride whose passenger's daughter is told of it, with these consents."""
    make_phone_line(session)
    rider = make_rider(session, make_rules(session, rules), told_by=ToldBy.E_MAIL, e_mail="jadwiga@poczta.example.pl")
    daughter = make_representative(session, e_mail="ewa@example.org", told_by=by, now=NOW)
    for scope in scopes:
        let_represent(session, daughter, rider, scope=scope, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider, wish_for(**wish)).id
    return stored(session, ride_id)


def told_daughter(session: Session) -> str:
    return messages(session, kind="relative_notice")[-1].body


@pytest.mark.parametrize("scope", [Scope.BOOK, Scope.SEE])
def test_who_may_see_the_rides_reads_the_same_facts_as_the_senior(session: Session, scope: Scope) -> None:
    ride = followed_ride(session, scope)
    (own,) = messages(session, kind="ride_confirmed")
    body = told_daughter(session)
    out, back = (hour(leg.promised_from_at) for leg in ride.legs)
    where = f"{ride.destination_name}, {ride.destination_address}, {ride.destination_town}"
    for fact in (
        "wtorek 23 czerwca", out, back, where, ride.resident.address, TERM,
        "Telefonicznie: do poniedziałku 22 czerwca, 15:30.", "514 643 274",
    ):  # fmt: skip
        assert fact in own.body, fact
        assert fact in body, fact
    assert "wózek" not in body


def test_who_is_only_told_reads_the_day_and_the_hours_and_not_where_to(session: Session) -> None:
    ride = followed_ride(session, Scope.TOLD)
    body = told_daughter(session)
    for fact in ("wtorek 23 czerwca", *(hour(leg.promised_from_at) for leg in ride.legs), "514 643 274"):
        assert fact in body
    for unsaid in (ride.destination_name, ride.resident.address, "odwołać"):
        assert unsaid not in body


def test_a_way_home_by_phone_is_said_as_such(session: Session) -> None:
    followed_ride(session, Scope.TOLD, rules=ROOMY, return_mode=ReturnMode.CALL_WHEN_READY)
    assert "Powrót do domu: po telefonie do nas" in told_daughter(session)


def test_an_sms_to_a_relative_names_no_place(session: Session) -> None:
    ride = followed_ride(session, Scope.BOOK, by=ToldBy.SMS)
    body = told_daughter(session)
    assert hour(ride.legs[1].promised_from_at) in body
    assert "Poradnia" not in body
    assert messages(session, kind="relative_notice")[-1].parts == 1


def test_of_a_cancelled_ride_nobody_reads_until_when_to_cancel(session: Session) -> None:
    ride = followed_ride(session, Scope.BOOK)
    with transaction() as writing:
        cancel_ride(writing, ride.id, by=OPERATOR, now=NOW + timedelta(hours=1))
    body = told_daughter(session)
    assert "odwołany przejazd" in body
    assert "można odwołać" not in body


def test_of_several_consents_the_widest_counts_and_one_that_is_over_does_not(session: Session) -> None:
    ride = followed_ride(session, Scope.TOLD, Scope.SEE)
    today = NOW.date()
    (scope,) = scopes_of(session, ride.resident_id, today=today).values()
    assert scope is Scope.SEE
    daughter = make_representative(session, "Jan Nowak", phone="600 100 202", now=NOW)
    let_represent(session, daughter, ride.resident, scope=Scope.BOOK, valid_until=today, now=NOW)
    assert scopes_of(session, ride.resident_id, today=today)[daughter.id] is Scope.BOOK
    assert daughter.id not in scopes_of(session, ride.resident_id, today=today + timedelta(days=1))
