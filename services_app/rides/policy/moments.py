"""From when and until when: booking, changing and cancelling, to the minute of the Warsaw clock.

Sources: Kielce 2024: 3 calendar days ahead, cancel or change 1 day before; Kielce 2021: 3 and 1 working days; Wrocław 2018: 3 calendar
days ahead, at most 30; Inowrocław 2018: 3 working days by 14:00, at most 2 months ahead, cancel by 12:00 of the preceding working day.
Working days: :mod:`services_app.workdays`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from services_app.rides.policy.shape import Horizon, RideRules, Term
from services_app.rides.terms import NOT_BEGUN, DayUnit, HorizonUnit, RideState
from services_app.verdict import Reason
from services_app.wording import N_, WARSAW, LastMoment, local
from services_app.workdays import OpenHours, last_open_moment, months_after, working_days_before

END_OF_DAY = time(23, 59)
TOO_LATE_TO_CHANGE = Reason(
    "TOO_LATE_TO_CHANGE", N_("Na zmianę jest już za późno. Zadzwoń do nas, zobaczymy, co da się zrobić.")
)
NOT_CHANGEABLE = Reason("NOT_CHANGEABLE", N_("Tego przejazdu nie można już zmienić. Zamów nowy albo zadzwoń."))
ONE_WAY_LEFT = Reason(
    "ONE_WAY_LEFT",
    N_("Jedna droga jest odwołana, więc tu nie zmienisz terminu. Zadzwoń albo odwołaj resztę i zamów od nowa."),
)


def warsaw_minute(now: datetime) -> datetime:
    """A moment on the Warsaw clock, to the minute: whoever acts within the last minute is in time."""
    return local(now).replace(tzinfo=WARSAW, second=0, microsecond=0)


def in_time(until: datetime, *, now: datetime) -> bool:
    """Whether somebody who acts now keeps a last moment: the whole of its minute still counts."""
    return warsaw_minute(now) <= until


def _days_before(on: date, number: int, unit: DayUnit | HorizonUnit) -> date:
    if unit == DayUnit.WORKING_DAYS:
        return working_days_before(on, number)
    return on - timedelta(days=number)


def _last_moment(term: Term, on: date, pickup_at: time | None) -> datetime:
    """The end of a term before a ride; never later than the ride itself."""
    day = _days_before(on, term.number, term.unit)
    end = datetime.combine(day, term.cutoff or END_OF_DAY, tzinfo=WARSAW)
    return end if pickup_at is None else min(end, datetime.combine(on, pickup_at, tzinfo=WARSAW))


def book_from(rules: RideRules, on: date) -> datetime | None:
    """The first moment to book a ride on a day; None when there is no horizon."""
    horizon: Horizon | None = rules.horizon
    if horizon is None:
        return None
    if horizon.unit is HorizonUnit.MONTHS:
        day = months_after(on, -horizon.number)
    else:
        day = _days_before(on, horizon.number, horizon.unit)
    return datetime.combine(day, time(0), tzinfo=WARSAW)


def book_until(rules: RideRules, on: date, pickup_at: time | None = None) -> datetime:
    """The last moment to book a ride on a day."""
    return _last_moment(rules.booking, on, pickup_at)


def cancel_until(rules: RideRules, on: date, pickup_at: time | None = None) -> datetime | None:
    """The last moment to cancel at no loss; None when the rules name no term, so only the pick-up ends it."""
    return None if rules.cancelling is None else _last_moment(rules.cancelling, on, pickup_at)


BY_PHONE_UNTIL = N_("Telefonicznie: {until}")
NOT_BY_PHONE = Reason("NOT_BY_PHONE", N_("Telefonicznie już nie, tylko na naszej stronie"))


def phone_moment(until: datetime, hours: Sequence[OpenHours]) -> datetime | None:
    """By when one can call to keep a term that ends when nobody answers; None when its own end is told rightly, or no hours are known."""
    last = last_open_moment(hours, until)
    return None if last == until else last


def phone_words(until: datetime, hours: Sequence[OpenHours], *, now: datetime) -> Reason | None:
    """The same as a sentence without its full stop: "Telefonicznie: do piątku 27 listopada, 15:30"."""
    last = phone_moment(until, hours)
    if last is None or not in_time(until, now=now):
        return None
    if not in_time(last, now=now):
        return NOT_BY_PHONE
    return Reason("BY_PHONE_UNTIL", BY_PHONE_UNTIL, {"until": LastMoment.of(last)})


def booking_reasons(rules: RideRules, on: date, pickup_at: time | None, *, now: datetime) -> Iterator[Reason]:
    """Whether it is too late or too early to book."""
    opens, closes, moment = book_from(rules, on), book_until(rules, on, pickup_at), warsaw_minute(now)
    if moment > closes:
        yield Reason(
            "TOO_LATE_TO_BOOK",
            N_("Na ten dzień jest już za późno. Ostatni moment: {until}. Wybierz późniejszy dzień albo zadzwoń."),
            {"until": closes},
        )
    if opens is not None and moment < opens:
        yield Reason(
            "TOO_EARLY_TO_BOOK",
            N_("Na ten dzień jest jeszcze za wcześnie. Pierwszy moment: {since}. Wybierz bliższy dzień."),
            {"since": opens},
        )


def change_reasons(state: RideState, whole: bool, until: datetime, *, now: datetime) -> Iterator[Reason]:
    """Why a promised ride cannot be moved to another day, hour or place; the term is the one for cancelling it freely.

    ``whole``: none of its ways was cancelled.
    """
    if state not in NOT_BEGUN:
        yield NOT_CHANGEABLE
        return
    if not in_time(until, now=now):
        yield TOO_LATE_TO_CHANGE
    if not whole:
        yield ONE_WAY_LEFT
