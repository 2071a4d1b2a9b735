"""Absences: each may use up a limit; a pattern of them is judged by a person, never by the program.

Source: Kielce 2024: not cancelling without an important reason costs one ride. The pattern (how many within how many months) is no town's
rule that was found, but a field of the rules an office may fill in; without it nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services_app.rides.policy.asked import PastRide
from services_app.rides.policy.shape import RideRules
from services_app.rides.terms import RideResult
from services_app.workdays import months_after


def absences_counted(rules: RideRules, history: Iterable[PastRide], on: date) -> int:
    """Unexcused absences within the months looked at, up to and including ``on``; 0 when the rules look for no pattern."""
    pattern = rules.no_show_pattern
    if pattern is None:
        return 0
    since = months_after(on, -pattern.months)
    return sum(ride.result is RideResult.NO_SHOW and since < ride.on <= on for ride in history)


def no_show_pattern_met(rules: RideRules, history: Iterable[PastRide], on: date) -> bool:
    """True when a person should look at the absences and ask the passenger about them."""
    pattern = rules.no_show_pattern
    return pattern is not None and absences_counted(rules, history, on) >= pattern.absences
