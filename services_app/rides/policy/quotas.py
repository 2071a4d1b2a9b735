"""The limits: counted by the date of the ride, not of the booking; several hold at once.

Sources: Kielce 2024: 1 a month and 8 a year, there and back as one; Wrocław 2018: 4 legs a month; Inowrocław 2018: 3 a half-year;
Kościan 2021: 2 a month. What is charged: rides made, absences and late cancellations (Kielce 2024: not cancelling costs one ride);
never what the operator cancelled or missed.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date

from services_app.rides.policy.asked import PastRide, QuotaState
from services_app.rides.policy.shape import Quota, RideRules
from services_app.rides.policy.words import LIMIT_NAMES, named
from services_app.rides.terms import Period, QuotaUnit, RideResult
from services_app.verdict import Reason
from services_app.wording import N_

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


def period_around(quota: Quota, on: date) -> tuple[date, date]:
    """The first and last day of the period a day falls into; a programme has its own dates."""
    if quota.period is Period.PROGRAMME:
        assert quota.starts_on is not None
        assert quota.ends_on is not None
        return quota.starts_on, quota.ends_on
    months = _MONTHS[quota.period]
    first = (on.month - 1) // months * months + 1
    last = first + months - 1
    return date(on.year, first, 1), date(on.year, last, calendar.monthrange(on.year, last)[1])


def programme_runs(rules: RideRules, on: date) -> bool:
    """True on the days of every programme with dates of its own that limits rides; always where there is none."""
    bounds = (period_around(quota, on) for quota in rules.quotas if quota.period is Period.PROGRAMME)
    return all(first <= on <= last for first, last in bounds)


def charges_quota(rules: RideRules, result: RideResult) -> bool:
    """True when a ride with this result uses up the limits."""
    return result in rules.charged


def units_of(quota: Quota, legs: int) -> int:
    """What a ride takes from a quota: a leg each, or one for there and back (one way counts as one, too)."""
    return legs if quota.unit is QuotaUnit.LEG else 1


def quotas_left(rules: RideRules, history: Iterable[PastRide], on: date) -> tuple[QuotaState, ...]:
    """Every quota in its period around a day: limit, used and left."""
    charged = [ride for ride in history if charges_quota(rules, ride.result)]
    return tuple(_state(quota, charged, on) for quota in rules.quotas)


def _state(quota: Quota, charged: Iterable[PastRide], on: date) -> QuotaState:
    first, last = period_around(quota, on)
    used = sum(units_of(quota, ride.legs) for ride in charged if first <= ride.on <= last)
    return QuotaState(quota.period, quota.unit, quota.limit, used, first, last)


def quota_reasons(rules: RideRules, states: Iterable[QuotaState], on: date, legs: int) -> Iterator[Reason]:
    """Limits that have no room for a ride of so many legs, and a programme that does not run on that day."""
    paired = list(zip(rules.quotas, states, strict=True))
    full = [(state, needed) for quota, state in paired if (needed := units_of(quota, legs)) > state.left]
    if len(full) == 1:
        yield _one_full(*full[0])
    elif full:
        names = named((state.period for state, _ in full), LIMIT_NAMES)
        yield Reason(
            "QUOTA_USED",
            N_("Na ten przejazd brakuje limitów: {limits}. Wybierz dzień z późniejszego okresu."),
            {"limits": names},
        )
    for state in [state for quota, state in paired if quota.period is Period.PROGRAMME and not _runs(state, on)]:
        yield Reason(
            "OUTSIDE_PROGRAMME",
            N_("Program trwa od {first} do {last}. Wybierz dzień z tego czasu."),
            {"first": f"{state.starts_on:%d.%m.%Y}", "last": f"{state.ends_on:%d.%m.%Y}"},
        )


def _one_full(state: QuotaState, needed: int) -> Reason:
    if state.unit is QuotaUnit.LEG:
        message = N_(
            "Zostało kursów: {left} z {limit} ({limit_name}), a potrzeba {needed}. Zamów mniej kursów albo wybierz późniejszy dzień."
        )
    elif state.period is Period.PROGRAMME:
        message = N_("Wykorzystano {limit_name} ({used} z {limit}). Zadzwoń, podpowiemy inną pomoc.")
    else:
        message = N_("Wykorzystano {limit_name} ({used} z {limit}). Wybierz dzień z następnego okresu.")
    values = {"used": state.used, "left": state.left, "limit": state.limit, "needed": needed}
    return Reason("QUOTA_USED", message, values | {"limit_name": LIMIT_NAMES[state.period]})


def _runs(state: QuotaState, on: date) -> bool:
    return state.starts_on <= on <= state.ends_on
