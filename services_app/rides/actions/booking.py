"""Accepting a ride: rules and plan are asked again under the locks, and everything that belongs to it is saved at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from services_app.clock import NoSuchHour
from services_app.journal.actions import SYSTEM, Actor, record
from services_app.planning import DayPlan, Insertion, LegRequest, PlacedLeg
from services_app.rides.actions.living import event
from services_app.rides.actions.locking import hold_rules, lock_days, lock_resident, lock_ride
from services_app.rides.actions.telling import (
    BOOKED,
    BOOKED_UNAGREED,
    MOVED,
    MOVED_UNAGREED,
    first_moment,
    forget_messages,
    leg_at,
    tell_of_deed,
    tell_of_ride,
)
from services_app.rides.models import Leg, Refusal, Ride
from services_app.rides.planning_day import changed_times, planned_day
from services_app.rides.policy import PastRide, QuotaState, cancel_until, change_reasons, quotas_left
from services_app.rides.policy.moments import TOO_LATE_TO_CHANGE
from services_app.rides.queries import (
    Asking,
    Found,
    NoRules,
    asking_of,
    offers_for,
    place_or_room,
    rules_answer,
)
from services_app.rides.queries.asking import RESTRICTED
from services_app.rides.scheduling import Choice, Offers, RideWish, TimeOffer, direction_of, moment_of
from services_app.rides.terms import Channel, RideResult, RideState
from services_app.verdict import Reason, Verdict
from services_app.wording import local


@dataclass(frozen=True)
class Booked:
    """The ride was accepted (or moved), as offered."""

    ride: Ride
    offer: TimeOffer


@dataclass(frozen=True)
class NotBooked:
    """Nothing was saved, and every reason why."""

    verdict: Verdict
    look: Callable[[], Offers]

    @cached_property
    def offers(self) -> Offers:
        """What could be offered instead. It is looked for when somebody asks, while the day is still held."""
        return self.look()


def book_ride(
    session: Session, resident_id: int, wish: RideWish, chosen: Choice, *, by: Actor, channel: Channel, now: datetime,
    override_reason: str | None = None, said: bool = False,
) -> Booked | NotBooked:  # fmt: skip
    """Accept a ride at the chosen times, both ways or neither.

    The resident and the day are locked, then the rules and the plan are asked again: of two who want the last place one gets it, the
    other can be offered the next best times. With ``override_reason`` (a coordinator's, which the caller has checked) the rules'
    reasons are set aside and recorded; what no car can drive stays refused. ``said``: the passenger has heard it on the phone.
    Raises ``Gone`` for nobody.
    """
    override_reason = _worth(override_reason)
    resident = lock_resident(session, resident_id)
    lock_days(session, [wish.on])
    asking = asking_of(session, resident, wish.on, now=now, calendar=hold_rules(session))
    answer = _answer(session, asking, wish, chosen, override_reason)
    if isinstance(answer, NotBooked):
        return answer
    ride = Ride(
        resident_id=resident.id, channel=channel, booked_by_kind=by.kind, booked_by_id=by.id, booked_at=now,
        state=RideState.REQUESTED if answer.assessment.needs_approval else RideState.CONFIRMED,
    )  # fmt: skip
    overridden = _describe(ride, asking, wish, answer, override_reason, by)
    ride.legs = _new_legs(wish, answer.insertion)
    session.add(ride)
    session.flush()
    _save_changed(session, answer, now=now)
    _note(session, ride, "booked", overridden, by=by, now=now)
    _tell(session, asking, ride, "ride_confirmed", BOOKED, by=by, now=now, said=said)
    return Booked(ride, answer.offer)


def move_ride(
    session: Session, ride_id: int, wish: RideWish, chosen: Choice, *, by: Actor, now: datetime,
    override_reason: str | None = None, said: bool = False,
) -> Booked | NotBooked:  # fmt: skip
    """Change the time or the place of a ride that stays the same ride, under the same rules and before its term.

    Old reminders are taken back. With ``override_reason`` neither the term nor the rules stand in the way. Raises ``Gone``.
    """
    override_reason = _worth(override_reason)
    locked = lock_ride(session, ride_id, wish.on)
    ride, resident = locked.ride, locked.resident
    asking = asking_of(session, resident, wish.on, now=now, moving=ride, calendar=hold_rules(session))
    verdict = _may_change(ride, override_reason, now=now)
    if not verdict.allowed:
        return NotBooked(verdict, lambda: Offers(wish, verdict))
    answer = _answer(session, asking, wish, chosen, override_reason)
    if isinstance(answer, NotBooked):
        return answer
    before = _promised(ride)
    asks = asking.needs_approval(wish, answer.assessment)  # before the ride becomes what is wished
    overridden = _describe(ride, asking, wish, answer, override_reason, by)
    ride.state = RideState.REQUESTED if asks else RideState.CONFIRMED
    flag_modified(
        ride, "overridden"
    )  # another revision even when only its ways change: what was read of it before is stale
    ride.legs.clear()
    session.flush()
    ride.legs.extend(_new_legs(wish, answer.insertion))
    session.flush()
    _save_changed(session, answer, now=now)
    forget_messages(session, ride, "ride_moved", now=now)
    _note(session, ride, "moved", overridden, by=by, now=now, told={**before, "to": _promised(ride)})
    _tell(session, asking, ride, "ride_moved", MOVED, by=by, now=now, said=said)
    return Booked(ride, answer.offer)


def _worth(reason: str | None) -> str | None:
    """A reason that says something; blanks set nothing aside."""
    return (reason or "").strip() or None


def _may_change(ride: Ride, override_reason: str | None, *, now: datetime) -> Verdict:
    against = change_reasons(ride.state, ride.whole, ride.cancel_until, now=now)
    return Verdict.of(each for each in against if override_reason is None or each is not TOO_LATE_TO_CHANGE)


def _promised(ride: Ride) -> dict[str, Any]:
    """The day and the moments a ride was promised for: of an open way home there is none."""
    back = leg_at(ride, 1)
    return {
        "on": ride.on.isoformat(), "pickup_at": first_moment(ride).isoformat(), "return": back is not None,
        "return_at": None if back is None or back.awaits_call else back.promised_from_at.isoformat(),
    }  # fmt: skip


def _answer(
    session: Session, asking: Asking, wish: RideWish, chosen: Choice, override_reason: str | None
) -> Found | NotBooked:
    """The place for the choice, or every reason and the next best times."""
    try:
        exact = asking.exact(wish)
    except (NoRules, NoSuchHour):
        offers = rules_answer(asking, wish)
        return NotBooked(offers.verdict, lambda: offers)
    if asking.resident.restricted_at is not None:  # no coordinator's reason sets this aside
        no = Verdict((RESTRICTED,))
        return NotBooked(no, lambda: Offers(wish, no))
    moving = None if asking.moving is None else asking.moving.id
    day = planned_day(session, wish.on, without_ride_id=moving)
    found = place_or_room(session, asking, day, wish, chosen, exact, past_rules=override_reason is not None)
    if isinstance(found, Found):
        return found
    return NotBooked(found, lambda: offers_for(session, asking, wish))


def _describe(
    ride: Ride, asking: Asking, wish: RideWish, found: Found, override_reason: str | None, by: Actor
) -> list[Reason]:
    """Put into the ride what was wished and promised; the reasons a coordinator set aside."""
    place, offer = wish.place, found.offer
    version = asking.version_on(wish.on)
    ride.rules_version_id, ride.on = version.id, wish.on
    ride.purpose, ride.visit_minutes, ride.return_mode = wish.purpose, wish.visit_minutes, wish.return_mode
    ride.destination_id, ride.entrance_id = place.destination_id, place.entrance_id
    ride.destination_name, ride.destination_address, ride.destination_town = place.name, place.address, place.town
    ride.destination_latitude, ride.destination_longitude = place.latitude, place.longitude
    ride.appointment_at, ride.note = offer.appointment_at, wish.note
    ride.companions, ride.companion_age = wish.companions, wish.companion_age
    ride.mobility, ride.assistance = asking.mobility(wish), asking.assistance(wish)
    ride.cancel_until = _cancel_until(asking, wish, offer)
    ride.charged_legs, ride.excused = wish.legs, False
    set_aside = asking.verdict(wish, found.assessment).reasons if override_reason is not None else ()
    ride.overridden = [{"code": reason.code, "text": reason.text} for reason in set_aside]
    ride.override_reason = override_reason
    ride.override_by_id = by.id if override_reason is not None and by.kind == "staff" else None
    return list(set_aside)


def _cancel_until(asking: Asking, wish: RideWish, offer: TimeOffer) -> datetime:
    moment = cancel_until(asking.rules_on(wish.on), wish.on, local(offer.pickup_at).time())
    return offer.pickup_at if moment is None else moment


def _new_legs(wish: RideWish, insertion: Insertion) -> list[Leg]:
    request = insertion.request
    asked = [request.outbound, *([request.back] if request.back is not None else [])]
    both = zip(asked, insertion.legs, strict=True)
    return [leg_from(wish.on, sequence, leg, placed) for sequence, (leg, placed) in enumerate(both)]


def leg_from(on: date, sequence: int, asked: LegRequest, placed: PlacedLeg) -> Leg:
    """A way as it is stored: what was promised, and where the planner keeps room for it."""
    return Leg(
        on=on, sequence=sequence, direction=direction_of(sequence), active=True,
        from_latitude=asked.origin.lat, from_longitude=asked.origin.lon,
        to_latitude=asked.destination.lat, to_longitude=asked.destination.lon,
        seats=asked.load.seats, wheelchairs=asked.load.wheelchairs,
        boarding_minutes=int(asked.pickup_minutes), alighting_minutes=int(asked.dropoff_minutes), shared=not asked.exclusive,
        promised_from_at=moment_of(asked.pickup.earliest), promised_until_at=moment_of(asked.pickup.latest),
        arrive_by_at=moment_of(asked.dropoff.latest), planned_pickup_at=moment_of(placed.pickup_at),
        planned_dropoff_at=moment_of(placed.dropoff_at), shift_id=int(placed.shift_key),
    )  # fmt: skip


def _save_changed(session: Session, found: Found, *, now: datetime) -> None:
    """Other passengers' planned minutes, inside what they were promised; another car for who makes room.

    Nobody had been told a car yet, so nobody is told of another. The day's lock is enough: nobody changes a ride of the day without it.
    """
    save_times(session, found.insertion.changed)
    if not found.moved:
        return
    for leg in session.scalars(select(Leg).where(Leg.id.in_(found.moved)).order_by(Leg.id)):
        record(
            session, "ride_replanned", ("ride", leg.ride_id), by=SYSTEM, now=now, resident_id=leg.ride.resident_id,
            details={"way": leg.sequence, "shift": leg.shift_id},
        )  # fmt: skip


def save_times(session: Session, changed: Iterable[tuple[DayPlan, DayPlan]]) -> None:
    """Write the planned moments, and the shift, of the ways that differ between plans as they were and as they become."""
    for before, after in changed:
        for leg_id, (pickup, dropoff) in changed_times(before, after).items():
            values: dict[str, Any] = {"planned_pickup_at": moment_of(pickup), "planned_dropoff_at": moment_of(dropoff)}
            values["shift_id"] = int(after.shift.key)
            session.execute(update(Leg).where(Leg.id == leg_id).values(**values))


def _note(
    session: Session, ride: Ride, deed: str, overridden: list[Reason], *, by: Actor, now: datetime,
    told: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    codes = [reason.code for reason in overridden]
    event(
        session, ride, deed, by=by, now=now, reason=ride.override_reason, details={**(told or {}), "set_aside": codes}
    )
    details = {"on": ride.on.isoformat(), **({"set_aside": codes} if ride.override_reason else {})}
    record(session, f"ride_{deed}", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id, details=details)
    if ride.override_reason is not None:
        record(
            session, "ride_rules_overridden", ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id,
            details={"set_aside": codes},
        )  # fmt: skip


def _tell(
    session: Session, asking: Asking, ride: Ride, kind: str, what: Reason, *, by: Actor, now: datetime, said: bool
) -> None:
    if ride.state is RideState.REQUESTED:  # the ride is told once the coordinator has agreed; who asked for it at once
        unagreed = BOOKED_UNAGREED if what is BOOKED else MOVED_UNAGREED
        tell_of_deed(session, ride, asking.resident, unagreed, by=by, now=now)
        return
    tell_of_ride(session, kind, ride, asking.resident, what, by=by, now=now, left=_left(asking, ride), said=said)


def _left(asking: Asking, ride: Ride) -> tuple[QuotaState, ...]:
    """Limits with this ride in them."""
    with_this = [*asking.history, PastRide(ride.on, RideResult.BOOKED, ride.charged_legs)]
    return quotas_left(asking.rules_on(ride.on), with_this, ride.on)


def refuse(
    session: Session, resident_id: int, offers: Offers, *, by: Actor, channel: Channel, now: datetime, outcome: str | None = None
) -> Refusal:  # fmt: skip
    """Keep a "no" with all its reasons and what was offered instead. The wish's note is left out: it is nobody's business later."""
    return _keep_refusal(
        session, resident_id, offers.verdict, by=by, now=now, rules_version_id=offers.rules_version_id, channel=channel,
        wished_on=offers.wish.on, wish=replace(offers.wish, note=None).to_json(),
        offered=[_offered(offer) for offer in (*offers.times, *offers.other_days)], outcome=outcome,
    )  # fmt: skip


def refuse_day(
    session: Session, resident_id: int, wish: Mapping[str, Any], against: Verdict, *, rules_version_id: int | None,
    days: Iterable[date], by: Actor, channel: Channel, now: datetime,
) -> Refusal:  # fmt: skip
    """Keep a "no" to a day of which it is clear before the wish is whole: with what was said of it so far, and the days named instead."""
    return _keep_refusal(
        session, resident_id, against, by=by, now=now, rules_version_id=rules_version_id, channel=channel,
        wished_on=date.fromisoformat(wish["on"]), wish=dict(wish), offered=[{"on": on.isoformat()} for on in days], outcome=None,
    )  # fmt: skip


def _keep_refusal(
    session: Session, resident_id: int, verdict: Verdict, *, by: Actor, now: datetime, **facts: Any
) -> Refusal:
    refusal = Refusal(
        resident_id=resident_id, at=now, by_kind=by.kind, by_id=by.id,
        reasons=[{"code": reason.code, "text": reason.text} for reason in verdict.reasons], **facts,
    )  # fmt: skip
    session.add(refusal)
    session.flush()
    details = {"codes": list(verdict.codes)}
    record(session, "ride_refused", ("refusal", refusal.id), by=by, now=now, resident_id=resident_id, details=details)
    return refusal


def _offered(offer: TimeOffer) -> dict[str, Any]:
    return {
        "on": offer.on.isoformat(),
        "pickup_at": offer.pickup_at.isoformat(),
        "appointment_at": offer.appointment_at.isoformat(),
        "return_at": None if offer.return_at is None else offer.return_at.isoformat(),
    }
