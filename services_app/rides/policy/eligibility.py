"""Who may ride: alternatives joined by "or", each a set of conditions that must all hold on the day of the ride."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services_app.rides.policy.asked import Passenger
from services_app.rides.policy.reading import in_order
from services_app.rides.policy.shape import Alternative, RideRules
from services_app.rides.policy.words import ASKED_FOR, CARRIED, named
from services_app.rides.terms import IMPLIES, WHEELCHAIRS, Condition, Mobility, Verification
from services_app.verdict import Reason, Verdict
from services_app.wording import N_, CalendarDay, search_key


def birthday_in(year: int, birth_date: date) -> date:
    """The birthday in a year; who was born on 29 February has it on the last day of February (art. 112 of the Civil Code)."""
    last = calendar.monthrange(year, birth_date.month)[1]
    return date(year, birth_date.month, min(birth_date.day, last))


def turns(age: int, birth_date: date) -> date:
    """The day a person reaches an age."""
    return birthday_in(birth_date.year + age, birth_date)


def age_on(on: date, birth_date: date) -> int:
    """Completed years on a day."""
    return on.year - birth_date.year - (on < birthday_in(on.year, birth_date))


def conditions_met(passenger: Passenger) -> frozenset[Condition]:
    """Every condition that holds: the stated ones, what they imply, and a wheelchair where one is used."""
    stated = passenger.conditions
    implied = frozenset[Condition]().union(*(IMPLIES.get(each, frozenset()) for each in stated))
    wheelchair = frozenset({Condition.WHEELCHAIR} if passenger.mobility in WHEELCHAIRS else ())
    return stated | implied | wheelchair


@dataclass(frozen=True)
class _Unmet:
    """What one alternative still asks of a passenger."""

    too_young: bool
    elsewhere: bool
    conditions: tuple[Condition, ...]

    @property
    def distance(self) -> int:
        """How many things are missing."""
        return self.too_young + self.elsewhere + len(self.conditions)


def _unmet(alternative: Alternative, passenger: Passenger, on: date) -> _Unmet:
    return _Unmet(
        too_young=alternative.min_age is not None and age_on(on, passenger.birth_date) < alternative.min_age,
        elsewhere=alternative.resident_of is not None and not same_town(passenger.residence, alternative.resident_of),
        conditions=tuple(in_order(alternative.conditions - conditions_met(passenger))),
    )


def same_town(one: str, other: str) -> bool:
    """True when two spellings name the same town."""
    return one == other or search_key(one) == search_key(other)


def eligibility_reasons(rules: RideRules, passenger: Passenger, on: date, *, joining: bool = False) -> Iterator[Reason]:
    """Nothing when an alternative holds on that day; otherwise what the nearest one lacks, the first one on a tie.

    ``joining``: no ride is asked for, so the words are of a place in the programme.

    Sources: who may ride by each regulamin (Kielce 2024: 70, resident, trouble with city transport; Kielce 2022: 70, or any age in a
    wheelchair; Wrocław 2018: 75); the age is that of the day of the ride.
    """
    nearest = min(rules.eligibility, key=lambda each: _unmet(each, passenger, on).distance)
    unmet = _unmet(nearest, passenger, on)
    if unmet.too_young and nearest.min_age is not None:
        yield _too_young(nearest.min_age, passenger.birth_date, joining=joining)
    if unmet.elsewhere:
        yield Reason(
            "NOT_RESIDENT",
            N_("Przejazdy są dla mieszkańców: {town}. Zapytaj o podobną pomoc w swojej gminie."),
            {"town": nearest.resident_of},
        )
    if unmet.conditions:
        yield Reason(
            "CONDITION_NOT_MET",
            N_("Brakuje warunku: {conditions}. Jeśli to się zmieniło, zgłoś to nam."),
            {"conditions": named(unmet.conditions, ASKED_FOR)},
        )


def _too_young(age: int, birth_date: date, *, joining: bool) -> Reason:
    message = N_("W dniu przejazdu trzeba mieć ukończone {age} lat, czyli jechać można od {since}.")
    if joining:
        message = N_("Do programu można dołączyć po ukończeniu {age} lat, czyli od {since}.")
    return Reason("TOO_YOUNG", message, {"age": age, "since": CalendarDay.of(turns(age, birth_date))})


def mobility_reasons(rules: RideRules, passenger: Passenger) -> Iterator[Reason]:
    """Whether the programme's cars carry a person who moves this way.

    Source: Kielce 2021: a wheelchair must be declared, people lying down are not carried.
    """
    if passenger.mobility in rules.mobility:
        return
    if passenger.mobility is Mobility.LYING:
        yield Reason("MOBILITY_NOT_CARRIED", N_("Nie wozimy osób leżących. Zapytaj przychodnię o transport sanitarny."))
        return
    yield Reason(
        "MOBILITY_NOT_CARRIED",
        N_("Nasze samochody wożą: {carried}. Zadzwoń do nas, poszukamy innej pomocy."),
        {"carried": named(in_order(rules.mobility), CARRIED)},
    )


def enrolment_verdict(rules: RideRules, passenger: Passenger, on: date) -> Verdict:
    """Whether somebody may join the programme so as to ride on a day; sources: those of the two lists of reasons."""
    return Verdict.of([*eligibility_reasons(rules, passenger, on, joining=True), *mobility_reasons(rules, passenger)])


def may_ride_unverified(rules: RideRules) -> bool:
    """True when riding does not wait for the coordinator to verify the conditions.

    No regulamin found says it; it is a field of the rules for the office to confirm.
    """
    return rules.verification is Verification.MAY_RIDE_MEANWHILE


def conditions_to_verify(rules: RideRules) -> tuple[Condition, ...]:
    """What the coordinator checks with somebody who joins: all conditions of all alternatives, and residence where asked."""
    asked = frozenset[Condition]().union(*(each.conditions for each in rules.eligibility))
    if any(each.resident_of for each in rules.eligibility):
        asked |= {Condition.RESIDENT}
    return tuple(in_order(asked))


def what_else_helps(rules: RideRules, passenger: Passenger, on: date) -> tuple[str, ...]:
    """Other help worth naming to this passenger, as sentences of these rules (translated where known).

    The house's own rule: a refusal says which help there is instead. Ages and conditions are data of the rules.
    """
    held, age = conditions_met(passenger), age_on(on, passenger.birth_date)
    return tuple(
        each.text
        for each in rules.other_help
        if (each.min_age is None or age >= each.min_age) and (not each.for_conditions or each.for_conditions & held)
    )
