"""Who is told what about a ride: the passenger, relatives who want to know, and both about what a representative did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import Actor
from services_app.messaging.actions import queue_message, withdraw_messages
from services_app.messaging.terms import Recipient
from services_app.residents.models import Representative, Resident
from services_app.residents.queries import recipient_of_representative, recipients_for
from services_app.rides.models import Leg, Ride
from services_app.rides.policy import QuotaState
from services_app.rides.terms import Period, ReturnMode
from services_app.verdict import Reason
from services_app.wording import N_

BOOKED: Final = Reason("BOOKED", N_("zamówiony przejazd"))
MOVED: Final = Reason("MOVED", N_("zmieniony przejazd"))
CANCELLED: Final = Reason("CANCELLED", N_("odwołany przejazd"))
LEG_CANCELLED: Final = Reason("LEG_CANCELLED", N_("odwołana jedna droga przejazdu"))
CANCELLED_BY_US: Final = Reason("CANCELLED_BY_US", N_("przejazd się nie odbędzie, limit bez zmian"))

LEFT: Final[Mapping[Period, str]] = {
    Period.MONTH: N_("W tym miesiącu zostało: {left}"),
    Period.QUARTER: N_("W tym kwartale zostało: {left}"),
    Period.HALF_YEAR: N_("W tym półroczu zostało: {left}"),
    Period.YEAR: N_("W tym roku zostało: {left}"),
    Period.PROGRAMME: N_("W całym programie zostało: {left}"),
}


def left_in_words(quotas: tuple[QuotaState, ...]) -> list[Reason]:
    """What is left of each limit, a sentence each, to be said in the reader's language."""
    return [Reason("LEFT", LEFT[state.period], {"left": state.left}) for state in quotas]


def leg_at(ride: Ride, sequence: int) -> Leg | None:
    """The ride's way there (0) or back (1), unless it was cancelled."""
    return next((leg for leg in ride.legs if leg.sequence == sequence and leg.active), None)


def first_moment(ride: Ride) -> datetime:
    """The first hour told: of the way there, else of the way back."""
    return min((leg.promised_from_at for leg in ride.legs if leg.active), default=ride.appointment_at)


def message_values(ride: Ride, resident: Resident, *, now: datetime) -> dict[str, object]:
    """What a text about a ride may say."""
    back = leg_at(ride, 1)
    outbound = leg_at(ride, 0)
    values: dict[str, object] = {
        "day": ride.on,
        "hour": first_moment(ride),
        "from": resident.address,
        "to": f"{ride.destination_name}, {ride.destination_address}",
    }
    if outbound is not None and back is not None and ride.return_mode is not ReturnMode.CALL_WHEN_READY:
        values["return_hour"] = back.promised_from_at
    if ride.cancel_until > now:
        values["cancel_until"] = ride.cancel_until
    return values


def tell_of_ride(
    session: Session, kind: str, ride: Ride, resident: Resident, what: Reason, *, by: Actor, now: datetime,
    left: tuple[QuotaState, ...] = (),
) -> None:  # fmt: skip
    """Tell the passenger with a message of this kind, relatives with a notice; of a representative's deed both know."""
    values = message_values(ride, resident, now=now) | ({"left": left_in_words(left)} if left else {})
    key = f"{kind}:{ride.id}:{ride.revision}:{int(now.timestamp())}"
    ends = max(first_moment(ride), now) + timedelta(hours=1)
    for recipient in _told(session, resident, by, now=now):
        own = recipient.kind == "resident"
        _queue(
            session, kind if own else "relative_notice", recipient, values if own else _for_relative(values, resident, what),
            ride, f"{key}:{recipient.kind}:{recipient.id}", now=now, ends=ends,
        )  # fmt: skip
        if own and by.kind == "representative":
            told = {"what": what, "day": ride.on, "hour": values["hour"], "who": _name_of(session, by)}
            _queue(session, "representative_did", recipient, told, ride, f"{key}:did", now=now, ends=ends)


def _told(session: Session, resident: Resident, by: Actor, *, now: datetime) -> list[Recipient]:
    told = recipients_for(session, resident, today=day_of(now))
    if by.kind == "representative" and by.id is not None and not any(_is(each, by) for each in told):
        acting = session.get(Representative, by.id)
        own = None if acting is None else recipient_of_representative(acting)
        told = told if own is None else [*told, own]
    return told


def _is(recipient: Recipient, by: Actor) -> bool:
    return recipient.kind == by.kind and recipient.id == by.id


def _name_of(session: Session, by: Actor) -> str:
    acting = None if by.id is None else session.get(Representative, by.id)
    return "" if acting is None else acting.name


def _for_relative(values: Mapping[str, object], resident: Resident, what: Reason) -> dict[str, object]:
    return {
        "what": what, "day": values["day"], "hour": values["hour"], "first_name": resident.first_name, "who": resident.name,
    }  # fmt: skip


def _queue(
    session: Session, kind: str, recipient: Recipient, values: Mapping[str, object], ride: Ride, key: str, *,
    now: datetime, ends: datetime, urgent: bool = False,
) -> bool:  # fmt: skip
    return queue_message(
        session, kind, recipient, values, dedupe_key=key, now=now, expires_at=ends, subject=("ride", ride.id),
        resident_id=ride.resident_id, urgent=urgent,
    )  # fmt: skip


def tell_step(
    session: Session, kind: str, ride: Ride, resident: Resident, *, now: datetime, plate: str | None = None
) -> None:
    """Tell the relatives who want to know how the ride goes: picked up, delivered, home again."""
    values: dict[str, object] = {"hour": now, "first_name": resident.first_name, "to": ride.destination_name}
    if plate:
        values["plate"] = plate
    for recipient in recipients_for(session, resident, today=day_of(now)):
        if recipient.kind == "representative":
            key = f"{kind}:{ride.id}:{recipient.id}"
            _queue(session, kind, recipient, values, ride, key, now=now, ends=now + timedelta(hours=2), urgent=True)


def tell_return(
    session: Session, ride: Ride, resident: Resident, leg: Leg, *, now: datetime, plate: str | None
) -> None:
    """Tell the passenger who is ready when the car comes."""
    values: dict[str, object] = {
        "day": ride.on,
        "hour": leg.promised_from_at,
        "from": ride.destination_name,
        "to": resident.address,
    }
    if plate:
        values["plate"] = plate
    for recipient in recipients_for(session, resident, today=day_of(now), with_representatives=False):
        key = f"ride_ready_taken:{ride.id}:{int(leg.promised_from_at.timestamp())}"
        _queue(
            session,
            "ride_ready_taken",
            recipient,
            values,
            ride,
            key,
            now=now,
            ends=now + timedelta(hours=2),
            urgent=True,
        )


def forget_messages(session: Session, ride: Ride, because: str, *, now: datetime) -> None:
    """Take back whatever about the ride has not gone out yet: it is no longer true."""
    withdraw_messages(session, ("ride", ride.id), now=now, because=because)
