"""Who is told what about a ride: the passenger, relatives who want to know, and both about what a representative did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.fleet.models import Vehicle
from services_app.journal.actions import Actor
from services_app.messaging.actions import queue_message, quiet_hours, told_in_the_talk, withdraw_messages
from services_app.messaging.models import Message
from services_app.messaging.policy.sending import after_quiet_hours
from services_app.messaging.terms import MessageState, Recipient
from services_app.residents.models import Representative, Resident
from services_app.residents.queries import recipient_of_representative, recipients_for, scopes_of
from services_app.residents.terms import Scope
from services_app.rides.labels import left_in
from services_app.rides.models import Leg, Ride, RideEvent
from services_app.rides.policy import QuotaState, phone_moment, phone_words
from services_app.rides.queries import cancellation_preview, told_from, told_until
from services_app.rides.terms import PROMISED, QuotaUnit, ReturnMode, RideState
from services_app.verdict import Reason
from services_app.web.contact import answering_hours
from services_app.wording import N_
from services_app.workdays import OpenHours

BOOKED: Final = Reason("BOOKED", N_("zamówiony przejazd"))
MOVED: Final = Reason("MOVED", N_("zmieniony przejazd"))
BOOKED_UNAGREED: Final = Reason("BOOKED_UNAGREED", N_("zamówiony przejazd, czeka na zgodę"))
MOVED_UNAGREED: Final = Reason("MOVED_UNAGREED", N_("zmieniony przejazd, czeka na zgodę"))
AGREED: Final = Reason("AGREED", N_("jest zgoda, przejazd się odbędzie"))
CANCELLED: Final = Reason("CANCELLED", N_("odwołany przejazd"))
THERE_CANCELLED: Final = Reason("THERE_CANCELLED", N_("odwołana droga tam, powrót zostaje"))
BACK_BY_PHONE: Final = Reason("BACK_BY_PHONE", N_("po telefonie do nas"))
BACK_CANCELLED: Final = Reason("BACK_CANCELLED", N_("odwołany powrót, droga tam zostaje"))
TURNED_DOWN: Final = Reason("TURNED_DOWN", N_("przejazd nie może się odbyć"))
CALL: Final = Reason("CALL", N_("Wystarczy zadzwonić"))
LATE_FOR_RELATIVE: Final = N_("auto spóźni się około {late} min")
LATE_TOLD_AFTER: Final = timedelta(minutes=30)
"""News of a delay is of use so long after the new hour."""
CANCELLED_BY_US: Final = Reason("CANCELLED_BY_US", N_("przejazd się nie odbędzie, limit bez zmian"))
NOBODY_THERE: Final = Reason("NOBODY_THERE", N_("kierowca nikogo nie zastał"))
EXCUSED: Final = Reason("EXCUSED", N_("nieobecność wyjaśniona, limit bez zmian"))
MISSED_BY_US: Final = Reason("MISSED_BY_US", N_("przejazd się nie odbył z naszej winy, limit bez zmian"))
COUNTS: Final = Reason("COUNTS", N_("Ten przejazd liczy się do limitu"))
DOES_NOT_COUNT: Final = Reason("DOES_NOT_COUNT", N_("Ten przejazd nie liczy się do limitu"))
BACK_DOES_NOT_COUNT: Final = Reason("BACK_DOES_NOT_COUNT", N_("Ten powrót nie liczy się do limitu"))
"""The way there was made, and does count."""
HOME_BY_PHONE: Final = Reason("HOME_BY_PHONE", N_("powrót na telefon"))
"""In the place of an hour, of a way home nobody was told one for."""
RESULT_TOLD_WITHIN: Final = timedelta(days=7)
"""What was noted of a ride can be objected to for so long, and more: it waits for the day, and for somebody who calls."""

LEFT: Final[Mapping[QuotaUnit, str]] = {
    QuotaUnit.ROUND_TRIP: N_("Zostało przejazdów: {periods}"),
    QuotaUnit.LEG: N_("Zostało kursów w jedną stronę: {periods}"),
}
LEFT_IN_PERIOD: Final = N_("{left} {period}")
"""As in "0 w tym miesiącu"."""


def left_in_words(quotas: tuple[QuotaState, ...], *, today: date) -> list[Reason]:
    """What is left of the limits, to be said in the reader's language: one sentence for all that count the same thing."""
    return [
        Reason("LEFT", words, {"periods": [_left_in(state, today=today) for state in quotas if state.unit is unit]})
        for unit, words in LEFT.items()
        if any(state.unit is unit for state in quotas)
    ]


def _left_in(state: QuotaState, *, today: date) -> Reason:
    period = left_in(state.period, state.starts_on, current=state.covers(today))
    return Reason("LEFT_IN", LEFT_IN_PERIOD, {"left": state.left, "period": period})


def leg_at(ride: Ride, sequence: int) -> Leg | None:
    """The ride's way there (0) or back (1), unless it was cancelled."""
    return next((leg for leg in ride.legs if leg.sequence == sequence and leg.active), None)


def first_moment(ride: Ride) -> datetime:
    """The first hour told: of the way there, else of the way back."""
    return min((leg.promised_from_at for leg in ride.legs if leg.active), default=ride.appointment_at)


def only_home(ride: Ride) -> bool:
    """Whether we drive somebody home who got there without us."""
    return leg_at(ride, 0) is None and leg_at(ride, 1) is not None


def kind_for(ride: Ride, kind: str) -> str:
    """The kind of message to be sent: nobody who only goes home with us may be told to wait at home, nor whoever calls for it an hour."""
    back = leg_at(ride, 1)
    if kind not in _LEAVES_HOME or back is None or not only_home(ride):
        return kind
    return "ride_back_by_phone" if back.awaits_call else "ride_back_only"


_LEAVES_HOME: Final = frozenset({"ride_confirmed", "ride_moved", "ride_day_before", "ride_morning"})
"""Kinds that say when to leave home."""


def message_values(
    ride: Ride, resident: Resident, hours: Sequence[OpenHours] = (), *, now: datetime
) -> dict[str, object]:
    """What a text about a ride may say; ``hours``: when somebody answers the phone."""
    back = leg_at(ride, 1)
    outbound = leg_at(ride, 0)
    ends = (resident.address, ride.whole_destination)
    values: dict[str, object] = {"day": ride.on, "hour": first_moment(ride)}
    if only_home(ride) and back is not None and back.awaits_call:
        values["hour"] = HOME_BY_PHONE
    values["from"], values["to"] = reversed(ends) if only_home(ride) else ends
    if outbound is not None and back is not None and ride.return_mode is not ReturnMode.CALL_WHEN_READY:
        values["return_hour"] = back.promised_from_at
    elif outbound is not None and back is not None and back.awaits_call:
        values["return_call"] = BACK_BY_PHONE
    return values | _term(ride, hours, now=now)


def _term(ride: Ride, hours: Sequence[OpenHours], *, now: datetime) -> dict[str, object]:
    """Until when it can be cancelled, and by phone, where the line falls silent before."""
    if ride.cancel_until <= now:
        return {"by_phone": CALL}
    by_phone, last = phone_words(ride.cancel_until, hours, now=now), phone_moment(ride.cancel_until, hours)
    silent = {"phone_until": last} if last is not None and last > now else {}
    return {"cancel_until": ride.cancel_until, "by_phone": by_phone or CALL, **silent}


def told_hour(ride: Ride) -> dict[str, object]:
    """The hour told in few words: of leaving home, else of the way back; none while that one waits for a call."""
    if not only_home(ride):
        return {"hour": first_moment(ride)}
    back = leg_at(ride, 1)
    return {} if back is None or back.awaits_call else {"return_hour": back.promised_from_at}


def _hour_of(ride: Ride, about: Mapping[str, object] | None) -> dict[str, object]:
    """The same; of the way home alone, where a message is ``about`` nothing else."""
    if about is None:
        return told_hour(ride)
    return {} if about["hour"] is HOME_BY_PHONE else {"return_hour": about["hour"]}


_HOURS_BACK: Final = frozenset({"return_hour", "return_call"})
_TERM: Final = frozenset({"cancel_until", "by_phone", "phone_until"})
_SEEN: Final = _HOURS_BACK | _TERM | {"from", "to", "plate"}


def notice_for_relative(
    ride: Ride, resident: Resident, what: Reason, facts: Mapping[str, object], scope: Scope | None,
    about: Mapping[str, object] | None = None,
) -> dict[str, object]:  # fmt: skip
    """What a relative is told of a ride. ``facts`` is what the passenger is told, ``about`` what is said of the way home alone.

    Who may see the rides reads the same as the passenger; who is only told of them (or whose consent is not known here) the day and the
    hours, not where to: the name of a clinic says something about somebody's health (RODO art. 5(1)(c)).
    """
    who = {"first_name": resident.first_name, "who": resident.name}
    told = {"what": what, "day": ride.on, **who, **_hour_of(ride, about)}
    if ride.state not in PROMISED:
        return told
    also = _HOURS_BACK if scope in (None, Scope.TOLD) else _SEEN if "cancel_until" in facts else _SEEN - _TERM
    return told | {name: value for name, value in facts.items() if name in also}


def who_asked(session: Session, ride: Ride) -> set[int]:
    """The representatives who booked or moved a ride that needs agreement: they were promised the answer."""
    query = select(RideEvent.by_id).where(
        RideEvent.ride_id == ride.id, RideEvent.deed.in_(("booked", "moved")), RideEvent.by_kind == "representative"
    )
    return {each for each in session.scalars(query) if each is not None}


def tell_of_ride(
    session: Session, kind: str, ride: Ride, resident: Resident, what: Reason, *, by: Actor, now: datetime,
    left: tuple[QuotaState, ...] = (), reasons: tuple[str, ...] = (), said: bool = False, also: Collection[int] = (),
    counts: Reason | None = None, ends: datetime | None = None, about: Mapping[str, object] | None = None,
    closed_because: str = "",
) -> None:  # fmt: skip
    """Tell the passenger with a message of this kind, relatives with a notice; of a representative's deed both know.

    ``said``: a member of staff has told the passenger already, on the phone. A call is then noted as made; whatever goes out in
    writing still goes out. ``also``: representatives who hear of it though they did not ask to be told of rides. ``counts``: what a ride
    that was not made does to the limits. ``ends``: until when it makes sense; an hour after the ride when left out. ``about``: values said
    instead of the ride's own, when it is of one way only. ``closed_because``: why nobody drives that day, as it was written for everybody.
    """
    hours = answering_hours(session, today=day_of(now))
    facts = message_values(ride, resident, hours, now=now)
    values = facts | ({"left": left_in_words(left, today=day_of(now))} if left else {})
    values |= {"reasons": list(reasons)} if reasons else {}
    values |= {"closed_because": closed_because.rstrip(" .")} if closed_because else {}
    values |= ({"counts": counts} if counts else {}) | dict(about or {})
    key, urgent = _key(kind, ride, now=now), _cannot_wait(ride, now=now)
    ends = ends or _of_use_until(ride, now=now)
    kind, told = kind_for(ride, kind), _told(session, resident, by, also, now=now)
    scopes = scopes_of(session, resident.id, today=day_of(now)) if any(map(_a_relative, told)) else {}
    for recipient in told:
        own = not _a_relative(recipient)
        said_to = values if own else notice_for_relative(ride, resident, what, facts, scopes.get(recipient.id), about)
        _queue(
            session, kind if own else "relative_notice", recipient, said_to, ride, f"{key}:{recipient.kind}:{recipient.id}",
            now=now, ends=ends, urgent=urgent,
        )  # fmt: skip
        if own and said and by.kind == "staff":
            told_in_the_talk(session, f"{key}:{recipient.kind}:{recipient.id}", by=by, now=now)
        if own:
            _tell_deed(session, ride, recipient, what, f"{key}:did", by=by, now=now, about=about)


def _a_relative(recipient: Recipient) -> bool:
    return recipient.kind != "resident"


def tell_of_deed(session: Session, ride: Ride, resident: Resident, what: Reason, *, by: Actor, now: datetime) -> None:
    """Tell the passenger what a representative did where nothing else is told yet; nobody else's deed is told so."""
    for recipient in recipients_for(session, resident, today=day_of(now), with_representatives=False):
        _tell_deed(session, ride, recipient, what, f"{_key(what.code, ride, now=now)}:did", by=by, now=now)


def _tell_deed(
    session: Session, ride: Ride, recipient: Recipient, what: Reason, key: str, *, by: Actor, now: datetime,
    about: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    if by.kind == "representative":
        told = {"what": what, "day": ride.on, "who": representative_name(session, by), **_hour_of(ride, about)}
        _queue(session, "representative_did", recipient, told, ride, key, now=now, ends=_of_use_until(ride, now=now))


def _key(word: str, ride: Ride, *, now: datetime) -> str:
    return f"{word}:{ride.id}:{ride.revision}:{int(now.timestamp())}"


def _of_use_until(ride: Ride, *, now: datetime) -> datetime:
    """An hour after the ride, or after it can be told at all: news of a ride that is over is no reason to ring at night."""
    return max(first_moment(ride), _out_of_the_quiet(now)) + timedelta(hours=1)


def _out_of_the_quiet(now: datetime) -> datetime:
    return after_quiet_hours(now, datetime.max.replace(tzinfo=UTC), *quiet_hours())


TO_GET_READY: Final = timedelta(hours=2)
"""So long before the car comes somebody must know, even when it wakes them up."""


def _cannot_wait(ride: Ride, *, now: datetime) -> bool:
    """Whether the quiet hours would keep a message until there is no time left to act on it."""
    first = first_moment(ride)
    told_at = _out_of_the_quiet(now)
    return told_at > now and now < first < told_at + TO_GET_READY


def _told(session: Session, resident: Resident, by: Actor, also: Collection[int], *, now: datetime) -> list[Recipient]:
    told = recipients_for(session, resident, today=day_of(now), also=also)
    if by.kind == "representative" and by.id is not None and not any(_is(each, by) for each in told):
        acting = session.get(Representative, by.id)
        own = None if acting is None else recipient_of_representative(acting)
        told = told if own is None else [*told, own]
    return told


def _is(recipient: Recipient, by: Actor) -> bool:
    return recipient.kind == by.kind and recipient.id == by.id


def representative_name(session: Session, by: Actor) -> str:
    """The name of the representative who did something; nothing for anybody else."""
    acting = None if by.id is None else session.get(Representative, by.id)
    return "" if acting is None else acting.name


def tell_result(session: Session, ride: Ride, resident: Resident, *, by: Actor, now: datetime) -> None:
    """Tell what was noted of a ride that was not made, whether it counts, and how to object: by day, nothing in it hurries."""
    kind, what = _RESULTS[ride.state]
    if ride.excused and ride.state is RideState.NO_SHOW:
        what = EXCUSED
    session.flush()
    tell_of_ride(
        session, kind, ride, resident, what, by=by, now=now, left=cancellation_preview(session, ride, now=now).left_before,
        counts=COUNTS if ride.charged_legs else DOES_NOT_COUNT, ends=now + RESULT_TOLD_WITHIN,
    )  # fmt: skip


_RESULTS: Final = {RideState.NO_SHOW: ("ride_no_show", NOBODY_THERE), RideState.MISSED: ("ride_missed", MISSED_BY_US)}


def absence_was_told(session: Session, ride: Ride, *, now: datetime) -> bool:
    """An absence no longer counts: what says that it does is taken back; whether some of it has gone out, and is to be put right."""
    withdraw_messages(session, ("ride", ride.id), now=now, because="excused", kinds=("ride_no_show",))
    return bool(_sent_of(session, ride, ("ride_no_show",)))


def _sent_of(session: Session, ride: Ride, kinds: Collection[str]) -> list[Message]:
    """What was told of a ride, or waits to be."""
    query = select(Message).where(
        Message.subject_kind == "ride", Message.subject_id == ride.id, Message.kind.in_(kinds), Message.state != MessageState.WITHDRAWN
    )  # fmt: skip
    return list(session.scalars(query))


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
        told_at = f"{int(leg.promised_from_at.timestamp())}:{int(now.timestamp())}"
        key = f"ride_ready_taken:{ride.id}:{leg.shift_id}:{told_at}"  # the same hour with another car is news
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


def tell_late(session: Session, ride: Ride, resident: Resident, leg: Leg, minutes: int, *, now: datetime) -> None:
    """Tell a delay: the passenger by their own way (a land line by a call), relatives who want to know by theirs."""
    comes_at = leg.promised_from_at + timedelta(minutes=minutes)
    own: dict[str, object] = {"late": minutes, "new_hour": comes_at}
    at: dict[str, object] = {"return_hour" if leg.sequence else "hour": comes_at}
    if leg.shift is not None:
        own["plate"] = leg.shift.vehicle.plate
    what = Reason("LATE", LATE_FOR_RELATIVE, {"late": minutes})
    notice = {"what": what, "day": ride.on, "first_name": resident.first_name, "who": resident.name, **at}
    # the same delay of another promise is news: a ride may be moved, and a way home gets its hour only when it is asked for
    key = f"ride_late:{ride.id}:{ride.revision}:{leg.sequence}:{int(comes_at.timestamp())}"
    ends = max(comes_at, now) + LATE_TOLD_AFTER
    for recipient in recipients_for(session, resident, today=day_of(now)):
        kind, values = ("ride_late", own) if recipient.kind == "resident" else ("relative_notice", notice)
        _queue(
            session, kind, recipient, values, ride, f"{key}:{recipient.kind}:{recipient.id}", now=now, ends=ends, urgent=True
        )  # fmt: skip


def tell_of_other_car(
    session: Session, ride: Ride, resident: Resident, leg: Leg, *, plate: str | None, now: datetime
) -> None:
    """Another car comes than the one that was named: nobody should turn it away. Before one was named there is nothing to say."""
    if plate is None or told_until(leg) <= now or not _car_was_named(session, ride, leg):
        return
    values: dict[str, object] = {"day": ride.on, "hour": told_from(leg), "plate": plate}
    ends = max(told_from(leg), now) + LATE_TOLD_AFTER
    for recipient in recipients_for(session, resident, today=day_of(now), with_representatives=False):
        key = f"ride_other_car:{ride.id}:{leg.sequence}:{leg.shift_id}:{int(now.timestamp())}"
        _queue(session, "ride_other_car", recipient, values, ride, key, now=now, ends=ends, urgent=True)


def _car_was_named(session: Session, ride: Ride, leg: Leg) -> bool:
    """Whether the passenger has read a car's number: in the morning, of this way when it was late, or when they said they were ready."""
    by_phone = leg.sequence == 1 and ride.return_mode is ReturnMode.CALL_WHEN_READY
    kinds = ("ride_ready_taken",) if by_phone else ("ride_morning", "ride_back_only", "ride_late")
    told = [each for each in _sent_of(session, ride, kinds) if _speaks_of(each, leg)]
    return any(plate in message.body for message in told for plate in (_plates(session) if told else ()))


def _speaks_of(message: Message, leg: Leg) -> bool:
    """A delay is told of one way, and its key says of which; everything else is told of the ride."""
    return message.kind != "ride_late" or message.dedupe_key.split(":")[3] == str(leg.sequence)


def _plates(session: Session) -> Collection[str]:
    """The numbers of all cars, read once a transaction: a car that falls out has many passengers."""
    transaction, kept = session.get_transaction(), session.info.get("plates")
    if kept is None or kept[0] is not transaction:
        session.info["plates"] = kept = (transaction, [each for each in session.scalars(select(Vehicle.plate)) if each])
    plates: Collection[str] = kept[1]
    return plates


def forget_messages(session: Session, ride: Ride, because: str, *, now: datetime) -> None:
    """Take back whatever about the ride has not gone out yet: it is no longer true."""
    withdraw_messages(session, ("ride", ride.id), now=now, because=because)
