"""Reminders of rides: one working day before, while cancelling is still free, and on the morning of the ride.

Asked every few minutes by any number of schedulers. A reminder's key is the ride, the hour promised and who is told: asked for twice it is
queued once, and after a move the new hour makes a new one, while the old was taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services_app import workdays
from services_app.clock import day_of, moment_at
from services_app.messaging.actions import queue_message, quiet_hours
from services_app.messaging.models import Message
from services_app.messaging.policy.sending import before_quiet_hours, is_quiet
from services_app.messaging.terms import Channel, MessageState, Recipient
from services_app.residents.queries import recipients_for, scopes_of
from services_app.rides.actions.telling import first_moment, kind_for, message_values, notice_for_relative
from services_app.rides.models import Leg, Ride
from services_app.rides.queries import working_among
from services_app.rides.terms import RideState
from services_app.verdict import Reason
from services_app.web.contact import answering_hours
from services_app.wording import N_

REMINDED: Final = (RideState.CONFIRMED, RideState.ASSIGNED)
DAY_BEFORE_AT: Final = time(10)
"""The Warsaw hour of the reminder one working day before."""
BEFORE_THE_TERM: Final = timedelta(hours=3)
"""How long before the last moment to cancel the reminder goes at the latest."""
EVENING: Final = timedelta(hours=1)
"""How long before the quiet hours somebody is reminded whose hour would fall into them."""
MORNING_AT: Final = time(7)
"""The Warsaw hour of the reminder on the day itself."""
BEFORE_THE_RIDE: Final = timedelta(hours=2)
"""How long before the pick-up the morning's reminder is told, when the ride is that early."""
DAYS_AHEAD: Final = 8
"""The longest a working day before may lie back: over Christmas and a weekend."""
BATCH: Final = 500
"""How many rides are looked at in one go, so that no transaction grows long."""

RIDES_TOMORROW: Final = Reason("REMINDER", N_("przypomnienie o przejeździe"))
RIDES_TODAY: Final = Reason("REMINDER", N_("dziś jest przejazd"))


@dataclass(frozen=True)
class Desk:
    """When people can be told: when somebody is there to call and be called, and from which hour until which no phone should ring."""

    hours: Sequence[workdays.OpenHours] = ()
    quiet: tuple[int, int] = (0, 0)


NOTHING_KNOWN: Final = Desk()
"""No hours entered, no hours quiet."""


@dataclass(frozen=True)
class Due:
    """A reminder whose hour has come: from when until when it makes sense."""

    kind: str
    due_at: datetime
    ends_at: datetime
    what: Reason


def day_before_at(ride: Ride, told_at: datetime | None = None, desk: Desk = NOTHING_KNOWN) -> datetime:
    """When somebody is reminded while cancelling is still free: one working day before at ten, earlier when the term ends earlier.

    ``told_at``: when everything about the ride was told last; at the booking when left out. Where the term was over then, or ends so
    early that a reminder would be forgotten again, the usual hour stands. ``desk``: when people are told.
    """
    usual = moment_at(workdays.working_days_before(ride.on, 1), DAY_BEFORE_AT)
    in_term = _in_term(ride.cancel_until, desk)
    helps = (told_at or ride.booked_at) < in_term and day_of(in_term) >= ride.on - timedelta(days=DAYS_AHEAD)
    return min(usual, in_term) if helps else usual


def _in_term(term: datetime, desk: Desk) -> datetime:
    """So long before a call still keeps the term, and while the desk is open to call and be called; never at night."""
    at = (workdays.last_open_moment(desk.hours, term) or term) - BEFORE_THE_TERM
    open_at = workdays.last_open_moment(desk.hours, at)
    at = at if open_at is None or open_at == at else open_at - BEFORE_THE_TERM
    return before_quiet_hours(at, *desk.quiet) - EVENING if is_quiet(at, *desk.quiet) else at


def _by_the_evening(ends: datetime, desk: Desk) -> datetime:
    """The end itself, or the beginning of the quiet hours that last until then."""
    last = ends - timedelta(minutes=1)
    return before_quiet_hours(last, *desk.quiet) if is_quiet(last, *desk.quiet) else ends


def morning_at(ride: Ride) -> datetime:
    """When somebody is reminded on the day: at seven, when the quiet hours end; earlier for a ride that begins early."""
    return min(moment_at(ride.on, MORNING_AT), first_moment(ride) - BEFORE_THE_RIDE)


def due_reminders(
    ride: Ride, desk: Desk = NOTHING_KNOWN, *, now: datetime, told_at: datetime | None = None
) -> Iterator[Due]:
    """The reminders of a ride whose hour has come. Who was told everything after that hour needs none.

    ``told_at``: when that was, for a ride that was moved or agreed to since it was booked; at the booking when left out. The one of the
    day before ends with the evening: missed, it rings nobody out of bed, and the morning's comes.
    """
    first, told = first_moment(ride), told_at or ride.booked_at
    early, morning = day_before_at(ride, told, desk), morning_at(ride)
    ends = _by_the_evening(ride.cancel_until if ride.cancel_until > early else morning, desk)
    if told < early <= now < min(ends, morning):
        yield Due("ride_day_before", early, ends, RIDES_TOMORROW)
    if told < morning <= now < first:
        yield Due("ride_morning", morning, first, RIDES_TODAY)


def ride_reminders(session: Session, *, now: datetime) -> Iterator[Callable[[Session], bool]]:
    """What is due and not queued yet: one callable for each person to be told, to be called inside a transaction.

    Reads only. Each callable looks once more whether the ride still stands as it was read, so that one moved or cancelled in between is
    not spoken of.
    """
    after, desk = 0, Desk(answering_hours(session, today=day_of(now)), quiet_hours())
    while True:
        rides = _rides_ahead(session, day_of(now), after)
        known, told = _known_keys(session, rides), _last_told(session, rides)
        works = working_among(
            session, {leg.shift_id for ride in rides for leg in ride.legs if leg.shift_id is not None}
        )
        for ride in rides:
            for due in due_reminders(ride, desk, now=now, told_at=told.get(ride.id)):
                if _prefix(ride, due.kind) not in known:
                    yield from _reminders_of(session, ride, due, desk, works, now=now)
        if len(rides) < BATCH:
            return
        after = rides[-1].id


def _rides_ahead(session: Session, today: date, after: int) -> Sequence[Ride]:
    query = (
        select(Ride)
        .options(joinedload(Ride.resident))
        .where(
            Ride.on.between(today, today + timedelta(days=DAYS_AHEAD)), Ride.state.in_(REMINDED), Ride.id > after,
        )
        .order_by(Ride.id)
        .limit(BATCH)
    )  # fmt: skip
    return session.scalars(query).unique().all()


def _known_keys(session: Session, rides: Sequence[Ride]) -> set[str]:
    """The beginnings of the keys already there for these rides: everybody to be told of one is queued together."""
    query = select(Message.dedupe_key).where(
        Message.subject_kind == "ride",
        Message.subject_id.in_([ride.id for ride in rides]),
        Message.dedupe_key.like("reminder:%"),
    )
    return {key.rsplit(":", 2)[0] for key in session.scalars(query)}


_TELLS_ALL: Final = ("ride_confirmed", "ride_moved", "ride_there_only", "ride_back_only", "ride_back_by_phone")
"""Kinds of messages that say everything a reminder says."""


def _last_told(session: Session, rides: Sequence[Ride]) -> dict[int, datetime]:
    """When the passengers of these rides were told last how they go, by anything but a reminder."""
    query = (
        select(Message.subject_id, func.max(Message.created_at))
        .where(
            Message.subject_kind == "ride", Message.subject_id.in_([ride.id for ride in rides]), Message.recipient_kind == "resident",
            Message.kind.in_(_TELLS_ALL), Message.dedupe_key.not_like("reminder:%"), Message.state != MessageState.WITHDRAWN,
        )
        .group_by(Message.subject_id)
    )  # fmt: skip
    return {ride_id: at for ride_id, at in session.execute(query) if ride_id is not None}


def _prefix(ride: Ride, kind: str) -> str:
    return f"reminder:{ride.id}:{int(first_moment(ride).timestamp())}:{kind}"


def reminder_key(ride: Ride, kind: str, recipient: Recipient) -> str:
    """What makes a reminder the same: the ride, the hour promised, which of the two, and who is told."""
    return f"{_prefix(ride, kind)}:{recipient.kind}:{recipient.id}"


@dataclass(frozen=True)
class Reminder:
    """One reminder to one person, in plain values. Called inside a transaction it goes into the outbox, once."""

    ride_id: int
    revision: int
    resident_id: int
    kind: str
    recipient: Recipient
    values: Mapping[str, object]
    key: str
    ends_at: datetime
    urgent: bool
    now: datetime

    def __call__(self, session: Session) -> bool:
        """Queue it; False when it was there already or the ride is no longer what it was."""
        stands = (
            select(Ride.id)
            .where(Ride.id == self.ride_id, Ride.revision == self.revision, Ride.state.in_(REMINDED))
            .with_for_update(key_share=True)
        )
        if session.scalar(stands) is None:
            return False
        return queue_message(
            session, self.kind, self.recipient, self.values, dedupe_key=self.key, now=self.now, expires_at=self.ends_at,
            subject=("ride", self.ride_id), resident_id=self.resident_id, urgent=self.urgent,
        )  # fmt: skip


def _reminders_of(
    session: Session, ride: Ride, due: Due, desk: Desk, works: Collection[int], *, now: datetime
) -> Iterator[Reminder]:
    resident = ride.resident
    values = message_values(ride, resident, desk.hours, now=now) | _plate(ride, works)
    told = recipients_for(session, resident, today=day_of(now))
    scopes = scopes_of(session, resident.id, today=day_of(now)) if len(told) > 1 else {}
    for recipient in told:
        if recipient.channel is Channel.CALL and _waits_for_another(ride, due, desk, now=now):
            continue
        own = recipient.kind == "resident"
        said = values if own else notice_for_relative(ride, resident, due.what, values, scopes.get(recipient.id))
        yield Reminder(
            ride_id=ride.id, revision=ride.revision, resident_id=resident.id, kind=kind_for(ride, due.kind) if own else "relative_notice",
            recipient=recipient, values=said, key=reminder_key(ride, due.kind, recipient), ends_at=due.ends_at,
            urgent=due.kind == "ride_morning", now=now,
        )  # fmt: skip


def _waits_for_another(ride: Ride, due: Due, desk: Desk, *, now: datetime) -> bool:
    """Whether nobody is at the desk any more to make this call, and need not be: it is night, or the morning's call comes in time."""
    opens = workdays.next_open_moment(desk.hours, now)
    if opens is None or opens < due.ends_at:
        return False
    in_the_morning = workdays.next_open_moment(desk.hours, morning_at(ride))
    return is_quiet(now, *desk.quiet) or (in_the_morning is not None and in_the_morning < first_moment(ride))


def _plate(ride: Ride, works: Collection[int]) -> dict[str, object]:
    """The number of the car that comes first, once a coordinator has put that way on it: the hour told is that of the first way.

    Nothing while its shift is not among those that take place (``works``): another car is being looked for.
    """
    ways = sorted((leg for leg in ride.legs if leg.active), key=lambda leg: leg.promised_from_at)
    first: Leg | None = next(iter(ways), None)
    if first is None or first.assigned_at is None or first.shift is None or first.shift_id not in works:
        return {}
    return {"plate": first.shift.vehicle.plate}
