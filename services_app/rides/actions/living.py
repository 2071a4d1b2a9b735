"""The life of a ride after it was promised: who, when and why at each step. The operator's own failure never charges a limit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from services_app.clock import day_of
from services_app.journal.actions import Actor, record
from services_app.residents.models import Resident
from services_app.rides.actions.locking import Locked, lock_leg, lock_ride
from services_app.rides.actions.telling import (
    AGREED,
    BACK_CANCELLED,
    BACK_DOES_NOT_COUNT,
    CANCELLED,
    CANCELLED_BY_US,
    COUNTS,
    EXCUSED,
    HOME_BY_PHONE,
    NOBODY_THERE,
    RESULT_TOLD_WITHIN,
    THERE_CANCELLED,
    TURNED_DOWN,
    absence_was_told,
    first_moment,
    forget_messages,
    leg_at,
    tell_of_ride,
    tell_result,
    tell_step,
    who_asked,
)
from services_app.rides.models import Leg, Refusal, Ride, RideEvent
from services_app.rides.policy import charges_quota
from services_app.rides.queries import (
    CancellationPreview,
    cancellation_preview,
    excusable,
    may_cancel,
    may_get_in_from,
    may_set_out,
    missed_the_ride,
    missed_the_way_home,
    only_home_stands,
    rules_of,
    wish_of,
)
from services_app.rides.terms import PROMISED, TO_BE_DRIVEN, RideResult, RideState, may_become, result_of
from services_app.verdict import Reason, Verdict
from services_app.wording import N_, hour

NOT_NOW = Reason("NOT_NOW", N_("W tej chwili nie można tego zrobić. Odśwież stronę i zobacz, co się zmieniło."))
REASON_NEEDED = Reason("REASON_NEEDED", N_("Napisz, dlaczego. Wystarczy jedno zdanie."))
NOTHING_TO_CANCEL = Reason("NOTHING_TO_CANCEL", N_("Tego przejazdu nie można już odwołać. Zadzwoń do nas."))
TOO_EARLY = Reason("TOO_EARLY", N_("Na to jest za wcześnie. Ten przejazd jest o {hour}. Sprawdź, czy to ten pasażer."))
YES = Verdict()


def event(
    session: Session, ride: Ride, deed: str, *, by: Actor, now: datetime, reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add a step to the life of a ride, with the state it has now."""
    session.add(
        RideEvent(
            ride_id=ride.id, at=now, deed=deed, state=ride.state, by_kind=by.kind, by_id=by.id, reason=reason, details=dict(details or {})
        )
    )  # fmt: skip


def _journalled(session: Session, ride: Ride, deed: str, *, by: Actor, now: datetime, **details: Any) -> None:
    record(session, deed, ("ride", ride.id), by=by, now=now, resident_id=ride.resident_id, details=details)


def _step(
    session: Session, ride: Ride, state: RideState, *, by: Actor, now: datetime, reason: str | None = None
) -> None:
    """Move a ride to a state that may follow, and count it anew."""
    ride.state = state
    ride.charged_legs = _charged(ride)
    event(session, ride, "state", by=by, now=now, reason=reason)
    _journalled(session, ride, "ride_state_changed", by=by, now=now, state=state.value)


def _charged(ride: Ride) -> int:
    """How many ways the ride counts in its present state, by its own rules."""
    result = result_of(ride.state, excused=ride.excused)
    if result is None or not charges_quota(rules_of(ride.rules_version), result):
        return 0
    return ride.charged_legs or sum(leg.active for leg in ride.legs) or len(ride.legs)


def change_state(
    session: Session, ride_id: int, state: RideState, *, by: Actor, now: datetime, reason: str | None = None
) -> Verdict:
    """Move a ride along its life; only steps that may follow, and none that has a deed of its own. What we missed is not counted."""
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    own_deed = state in _OWN_DEED or ride.state is RideState.REQUESTED
    if own_deed or not may_become(ride.state, state) or (state in _OF_THE_DAY and ride.on > day_of(now)):
        return Verdict((NOT_NOW,))
    come_to = {RideState.NO_SHOW: missed_the_ride(ride, now=now), RideState.ON_THE_WAY: may_set_out(ride)}
    if not come_to.get(state, True):
        return Verdict((NOT_NOW,))
    if state in _NEEDS_REASON and not reason:
        return Verdict((REASON_NEEDED,))
    _step(session, ride, state, by=by, now=now, reason=reason)
    if state not in PROMISED:
        forget_messages(session, ride, state.value, now=now)
    if state in _NOT_MADE:
        tell_result(session, ride, locked.resident, by=by, now=now)
    return YES


_NEEDS_REASON = _NOT_MADE = frozenset({RideState.NO_SHOW, RideState.MISSED})
_OWN_DEED = frozenset(
    {
        RideState.REQUESTED,
        RideState.CANCELLED_IN_TIME,
        RideState.CANCELLED_LATE,
        RideState.CANCELLED_BY_OPERATOR,
        RideState.REFUSED,
    }
)
"""Cancelling, agreeing and refusing tell people and give the car back: they are never a mere step."""
_OF_THE_DAY = frozenset({RideState.ON_THE_WAY, RideState.ON_BOARD, RideState.NO_SHOW, RideState.MISSED})
"""What happens on the day of the ride and not before; nobody would be told of it."""


def mark_no_show(session: Session, ride_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """The passenger was not there. Who was brought there and is not to be found for the way home has made the ride: that way ends."""
    locked = lock_ride(session, ride_id)
    back = missed_the_way_home(locked.ride, now=now)
    if back is None:
        return change_state(session, ride_id, RideState.NO_SHOW, by=by, now=now, reason=reason)
    if not reason:
        return Verdict((REASON_NEEDED,))
    _nobody_went_home(session, locked, back, reason, by=by, now=now)
    return YES


def _nobody_went_home(session: Session, locked: Locked, back: Leg, reason: str, *, by: Actor, now: datetime) -> None:
    """The way home counts as an absence does by the ride's own rules, and is told; whether it is excused a person decides."""
    ride = locked.ride
    counts = charges_quota(rules_of(ride.rules_version), RideResult.NO_SHOW)
    _give_back(back)
    if not counts:
        ride.charged_legs = min(ride.charged_legs, len(_ways(ride)))
    event(session, ride, "not_there", by=by, now=now, reason=reason, details={"way": back.sequence})
    _journalled(session, ride, "ride_leg_not_there", by=by, now=now, way=back.sequence)
    forget_messages(session, ride, RideState.NO_SHOW.value, now=now)
    _step(session, ride, RideState.DONE, by=by, now=now)
    _tell_nobody_went_home(session, locked, COUNTS if counts else BACK_DOES_NOT_COUNT, by=by, now=now)


def _tell_nobody_went_home(session: Session, locked: Locked, counts: Reason, *, by: Actor, now: datetime) -> None:
    ride = locked.ride
    session.flush()
    tell_of_ride(
        session, "ride_no_show", ride, locked.resident, EXCUSED if ride.excused else NOBODY_THERE, by=by, now=now,
        about=_of_the_way_home(ride, locked.resident), left=cancellation_preview(session, ride, now=now).left_before, counts=counts,
        ends=now + RESULT_TOLD_WITHIN,
    )  # fmt: skip


def mark_missed(session: Session, ride_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """We did not come: never counted."""
    return change_state(session, ride_id, RideState.MISSED, by=by, now=now, reason=reason)


def excuse(session: Session, ride_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """A person accepts why somebody was not there or cancelled late: it no longer counts. Of a ride that was made, what was driven does."""
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    if not excusable(ride):
        return Verdict((NOT_NOW,))
    if not reason:
        return Verdict((REASON_NEEDED,))
    counted, ride.excused = ride.charged_legs > 0, True
    ride.charged_legs = len(_ways(ride)) if ride.state is RideState.DONE else _charged(ride)
    event(session, ride, "excused", by=by, now=now, reason=reason)
    _journalled(session, ride, "ride_excused", by=by, now=now)
    if counted and absence_was_told(session, ride, now=now):
        if ride.state is RideState.DONE:  # the way there was made, and counts
            _tell_nobody_went_home(session, locked, BACK_DOES_NOT_COUNT, by=by, now=now)
        else:
            tell_result(session, ride, locked.resident, by=by, now=now)
    return YES


def approve_ride(session: Session, ride_id: int, *, by: Actor, now: datetime) -> Verdict:
    """The coordinator agrees to a purpose that needs it, before the ride would begin; now the passenger is told."""
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    if ride.state is not RideState.REQUESTED or first_moment(ride) <= now:
        return Verdict((NOT_NOW,))
    _step(session, ride, RideState.CONFIRMED, by=by, now=now)
    session.flush()
    left = cancellation_preview(session, ride, now=now).left_before
    asked = who_asked(session, ride)
    tell_of_ride(session, "ride_confirmed", ride, locked.resident, AGREED, by=by, now=now, left=left, also=asked)
    return YES


def turn_down_ride(session: Session, ride_id: int, reason: str, *, by: Actor, now: datetime) -> Verdict:
    """The coordinator does not agree to a request: the reason is told and kept among the refusals, and nothing is counted."""
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    if ride.state is not RideState.REQUESTED:
        return Verdict((NOT_NOW,))
    if not reason:
        return Verdict((REASON_NEEDED,))
    forget_messages(session, ride, "ride_refused", now=now)
    _step(session, ride, RideState.REFUSED, by=by, now=now, reason=reason)
    refusal = Refusal(
        resident_id=ride.resident_id, rules_version_id=ride.rules_version_id, at=now, channel=ride.channel, by_kind=by.kind, by_id=by.id,
        wished_on=ride.on, wish=replace(wish_of(ride), note=None).to_json(), reasons=[{"code": NOT_AGREED, "text": reason}],
    )  # fmt: skip
    session.add(refusal)
    session.flush()
    details = {"codes": [NOT_AGREED], "ride": ride.id}
    record(
        session, "ride_refused", ("refusal", refusal.id), by=by, now=now, resident_id=ride.resident_id, details=details
    )
    left = cancellation_preview(session, ride, now=now).left_before
    tell_of_ride(
        session, "ride_refused_later", ride, locked.resident, TURNED_DOWN, by=by, now=now, left=left, reasons=(reason,),
        also=who_asked(session, ride),
    )  # fmt: skip
    release_legs(ride)
    return YES


NOT_AGREED = "NOT_AGREED"
"""The code of a coordinator's own "no"."""


def cancel_ride(
    session: Session, ride_id: int, *, by: Actor, now: datetime, sequences: Collection[int] | None = None,
    reason: str | None = None, said: bool = False,
) -> CancellationPreview | Verdict:  # fmt: skip
    """Cancel a ride for the passenger, or single ways of it (0 there, 1 back); what it meant for the limits, or why it cannot be.

    A way that somebody has got in for is past cancelling, and with it the whole. ``said``: the passenger has heard it on the phone.
    """
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    preview = cancellation_preview(session, ride, now=now, sequences=sequences)
    if not may_cancel(ride) or not preview.sequences:
        return Verdict((NOTHING_TO_CANCEL,))
    if sequences is None and not preview.whole:
        return Verdict((NOT_NOW,))
    about = _of_the_way_home(ride, locked.resident) if only_home_stands(ride) else None
    forget_messages(session, ride, "ride_cancelled", now=now)
    if preview.whole:
        _cancel_whole(session, ride, preview, by=by, now=now, reason=reason)
    else:
        _cancel_ways(session, ride, preview, by=by, now=now, reason=reason)
    session.flush()
    kind, what = ("ride_there_only", BACK_CANCELLED) if 1 in preview.sequences else ("ride_moved", THERE_CANCELLED)
    if preview.whole or about is not None:  # who is under way needs no new hour to leave home at
        kind, what = "ride_cancelled", CANCELLED if preview.whole else BACK_CANCELLED
    tell_of_ride(
        session, kind, ride, locked.resident, what, by=by, now=now, left=preview.left_after, said=said, about=about
    )
    if preview.whole:
        release_legs(ride)
    return preview


def _of_the_way_home(ride: Ride, resident: Resident) -> dict[str, object]:
    """What is said of the way home alone, also once it is called off; no hour of one that waits for a call."""
    back = next(leg for leg in ride.legs if leg.sequence == 1)
    hour = HOME_BY_PHONE if back.awaits_call else back.promised_from_at
    return {"hour": hour, "from": ride.destination_name, "to": resident.address}


def _cancel_whole(
    session: Session, ride: Ride, preview: CancellationPreview, *, by: Actor, now: datetime, reason: str | None
) -> None:
    ride.state = preview.state
    ride.charged_legs = preview.charged_legs
    event(session, ride, "cancelled", by=by, now=now, reason=reason, details={"in_time": preview.in_time})
    _journalled(session, ride, "ride_cancelled", by=by, now=now, in_time=preview.in_time)


def _cancel_ways(
    session: Session, ride: Ride, preview: CancellationPreview, *, by: Actor, now: datetime, reason: str | None
) -> None:
    """The other way stays. Who is already there and goes home otherwise has finished the ride."""
    for leg in ride.legs:
        if leg.sequence in preview.sequences:
            _give_back(leg)
    ride.charged_legs = preview.charged_legs
    flag_modified(ride, "charged_legs")  # another revision in any case: what was read of the ride before is stale
    details = {"ways": list(preview.sequences), "in_time": preview.in_time}
    event(session, ride, "leg_cancelled", by=by, now=now, reason=reason, details=details)
    _journalled(session, ride, "ride_leg_cancelled", by=by, now=now, **details)
    if all(leg.delivered_at is not None for leg in ride.legs if leg.active) and may_become(ride.state, RideState.DONE):
        _step(session, ride, RideState.DONE, by=by, now=now)


def release_legs(ride: Ride) -> None:
    """A ride that will not be driven takes no room; its ways keep what was promised."""
    for leg in ride.legs:
        _give_back(leg)


def _give_back(leg: Leg) -> None:
    leg.active, leg.shift_id, leg.assigned_at = False, None, None


def cancel_by_operator(
    session: Session, ride_id: int, reason: str, *, by: Actor, now: datetime, closed_because: str = ""
) -> Verdict:
    """We cannot drive it: the passenger is told, and nothing is counted. Why, they are told only of a closed day (``closed_because``)."""
    locked = lock_ride(session, ride_id)
    ride = locked.ride
    if not may_become(ride.state, RideState.CANCELLED_BY_OPERATOR):
        return Verdict((NOT_NOW,))
    if not reason:
        return Verdict((REASON_NEEDED,))
    first = first_moment(ride)
    ride.state, ride.charged_legs = RideState.CANCELLED_BY_OPERATOR, 0
    event(session, ride, "cancelled_by_operator", by=by, now=now, reason=reason)
    _journalled(session, ride, "ride_cancelled_by_operator", by=by, now=now, promised_at=first.isoformat())
    forget_messages(session, ride, "ride_cancelled_by_operator", now=now)
    session.flush()
    tell_of_ride(
        session, "ride_cancelled_by_operator", ride, locked.resident, CANCELLED_BY_US, by=by, now=now,
        closed_because=closed_because,
    )  # fmt: skip
    release_legs(ride)
    return YES


def set_out(session: Session, ride_id: int, *, by: Actor, now: datetime) -> Verdict:
    """The driver is on the way to the passenger."""
    return change_state(session, ride_id, RideState.ON_THE_WAY, by=by, now=now)


def pick_up(session: Session, leg_id: int, *, by: Actor, now: datetime) -> Verdict:
    """The passenger has got in; relatives who want to know are told."""
    locked, leg = lock_leg(session, leg_id)
    ride = locked.ride
    if not leg.active or leg.picked_up_at is not None or not _may_get_in(ride, leg):
        return Verdict((NOT_NOW,))
    earliest = may_get_in_from(leg)
    if earliest is not None and now < earliest:
        return Verdict((Reason(TOO_EARLY.code, TOO_EARLY.message, {"hour": hour(leg.promised_from_at)}),))
    leg.picked_up_at = now
    event(session, ride, "picked_up", by=by, now=now, details={"way": leg.sequence})
    _journalled(session, ride, "ride_picked_up", by=by, now=now, way=leg.sequence)
    for state in _onward(ride.state):
        _step(session, ride, state, by=by, now=now)
    kind = "relative_going_home" if leg.sequence else "relative_picked_up"
    tell_step(session, kind, ride, locked.resident, now=now, plate=_plate(leg))
    return YES


_WAY_ON = (RideState.CONFIRMED, RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD)


def _onward(state: RideState) -> tuple[RideState, ...]:
    """The steps from a state until somebody sits in the car."""
    return _WAY_ON[_WAY_ON.index(state) + 1 :] if state in _WAY_ON else ()


def _may_get_in(ride: Ride, leg: Leg) -> bool:
    if ride.state not in TO_BE_DRIVEN:
        return False
    outbound = leg_at(ride, 0)
    return leg.sequence == 0 or outbound is None or outbound.delivered_at is not None


def deliver(session: Session, leg_id: int, *, by: Actor, now: datetime) -> Verdict:
    """The passenger is where they wanted to be; with the last way the ride is done."""
    locked, leg = lock_leg(session, leg_id)
    ride = locked.ride
    if leg.picked_up_at is None or leg.delivered_at is not None or ride.state not in PROMISED:
        return Verdict((NOT_NOW,))
    leg.delivered_at = now
    event(session, ride, "delivered", by=by, now=now, details={"way": leg.sequence})
    _journalled(session, ride, "ride_delivered", by=by, now=now, way=leg.sequence)
    if all(each.delivered_at is not None for each in ride.legs if each.active):
        _step(session, ride, RideState.DONE, by=by, now=now)
    kind = "relative_home" if leg.sequence else "relative_delivered"
    tell_step(session, kind, ride, locked.resident, now=now, plate=_plate(leg))
    return YES


def _plate(leg: Leg) -> str | None:
    return None if leg.shift is None else leg.shift.vehicle.plate


def finish_ride(session: Session, ride_id: int, *, by: Actor, now: datetime, reason: str | None = None) -> Verdict:
    """Note in the evening that a ride was made, when nobody tapped along the way: each way gets its planned moments."""
    ride = lock_ride(session, ride_id).ride
    if ride.state not in TO_BE_DRIVEN or any(leg.planned_pickup_at > now for leg in _ways(ride)):
        return Verdict((NOT_NOW,))
    for leg in _ways(ride):
        leg.picked_up_at = leg.picked_up_at or leg.planned_pickup_at
        leg.delivered_at = leg.delivered_at or leg.planned_dropoff_at
    for state in _onward(ride.state):
        ride.state = state
    _step(session, ride, RideState.DONE, by=by, now=now, reason=reason)
    return YES


def _ways(ride: Ride) -> list[Leg]:
    return [leg for leg in ride.legs if leg.active]
