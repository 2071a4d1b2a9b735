"""What a version of the ride rules holds: one field for everything that differs between towns and years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

from services_app.rides.policy.reading import Between, Fault, Sized, Text, fault, plain, read
from services_app.rides.terms import (
    ALWAYS_CHARGED,
    MAY_BE_CHARGED,
    Assistance,
    Condition,
    DayUnit,
    HorizonUnit,
    Mobility,
    Period,
    PriceKind,
    Priority,
    Proof,
    Purpose,
    QuotaUnit,
    ReturnMode,
    RideResult,
    Verification,
)
from services_app.wording import N_

Age = Annotated[int, Between(0, 120)]
Grosze = Annotated[int, Between(0, 10_000_000)]
Minutes = Annotated[int, Between(0, 480)]


@dataclass(frozen=True)
class Alternative:
    """One way of being entitled: everything named here must hold at once, on the day of the ride."""

    min_age: Age | None = None
    resident_of: Text | None = None
    conditions: frozenset[Condition] = frozenset()
    income_limit_grosze: Grosze | None = None
    """The monthly income meant by ``income_within_limit``; whether it holds is verified by a person."""

    def contradictions(self) -> Iterator[Fault]:
        """An amount goes with its condition, and the condition with its amount."""
        if (self.income_limit_grosze is None) == (Condition.INCOME_WITHIN_LIMIT in self.conditions):
            yield fault(
                "income_limit_grosze",
                "CONTRADICTION",
                N_("Kwota dochodu i warunek dochodu idą razem. Podaj oba albo żaden."),
            )


@dataclass(frozen=True)
class Quota:
    """At most ``limit`` units in each period, by the date of the ride."""

    period: Period
    limit: Annotated[int, Between(0, 1000)]
    unit: QuotaUnit = QuotaUnit.ROUND_TRIP
    starts_on: date | None = None
    ends_on: date | None = None
    """The first and the last day of the programme; only for a quota on the whole programme."""

    def contradictions(self) -> Iterator[Fault]:
        """Only the whole programme has dates of its own, and it needs them in order."""
        dates = [on for on in (self.starts_on, self.ends_on) if on is not None]
        if self.period is not Period.PROGRAMME and dates:
            yield fault("starts_on", "CONTRADICTION", N_("Daty podaj tylko przy limicie na cały program."))
        elif self.period is Period.PROGRAMME and (len(dates) < 2 or dates[0] > dates[1]):
            yield fault("starts_on", "CONTRADICTION", N_("Podaj pierwszy i ostatni dzień programu, w tej kolejności."))


@dataclass(frozen=True)
class Service:
    """When the cars ride. A bound that is None is not set; a bound itself is still allowed."""

    weekdays: Annotated[frozenset[Annotated[int, Between(0, 6)]], Sized(1, 7)] = frozenset({0, 1, 2, 3, 4})
    """Days of the week, Monday = 0."""
    on_holidays: bool = False
    first_pickup: time | None = None
    last_pickup: time | None = None
    home_by: time | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Hours in their order."""
        bounds = [at for at in (self.first_pickup, self.last_pickup, self.home_by) if at is not None]
        if bounds != sorted(bounds):
            yield fault(
                "first_pickup",
                "CONTRADICTION",
                N_("Ustaw godziny po kolei: pierwszy wyjazd, ostatni wyjazd, powrót do domu."),
            )


@dataclass(frozen=True)
class Term:
    """So many days before the ride, until an hour of that day (None: the whole day)."""

    number: Annotated[int, Between(0, 60)]
    unit: DayUnit = DayUnit.CALENDAR_DAYS
    cutoff: time | None = None


@dataclass(frozen=True)
class Horizon:
    """How far ahead a ride may be booked; the first day counts from midnight."""

    number: Annotated[int, Between(1, 400)]
    unit: HorizonUnit = HorizonUnit.CALENDAR_DAYS


@dataclass(frozen=True)
class NoShowPattern:
    """So many absences within so many months, and a person looks at it; nothing happens by itself."""

    absences: Annotated[int, Between(1, 50)]
    months: Annotated[int, Between(1, 24)]


@dataclass(frozen=True)
class PurposeRule:
    """An allowed purpose; a lower tier goes first, and an approver may have to agree."""

    purpose: Purpose
    tier: Annotated[int, Between(1, 9)] = 1
    needs_approval: bool = False


@dataclass(frozen=True)
class Area:
    """Where a ride may lead: these towns, and so many kilometres beyond."""

    towns: Annotated[tuple[Text, ...], Sized(1, 100)]
    beyond_km: Annotated[int, Between(0, 500)] = 0


@dataclass(frozen=True)
class Companions:
    """Who may come along."""

    most: Annotated[int, Between(0, 8)] = 1
    min_age: Age | None = None
    must_be_declared: bool = True
    ride_free: bool = True


@dataclass(frozen=True)
class Sharing:
    """Whether strangers may share a car, and how much longer a ride may take for it."""

    allowed: bool = False
    max_detour_minutes: Minutes = 0

    def contradictions(self) -> Iterator[Fault]:
        """A detour only where rides are shared."""
        if not self.allowed and self.max_detour_minutes:
            yield fault("max_detour_minutes", "CONTRADICTION", N_("Przejazdy nie są łączone, więc wpisz tu 0."))


@dataclass(frozen=True)
class ZonePrice:
    """What a ride to a zone costs."""

    zone: Text
    grosze: Grosze


@dataclass(frozen=True)
class Price:
    """What a passenger pays: for a ride, a kilometre, a month or a prepaid ride, by kind."""

    kind: PriceKind = PriceKind.FREE
    grosze: Grosze = 0
    zones: tuple[ZonePrice, ...] = ()

    def contradictions(self) -> Iterator[Fault]:
        """An amount where there is one to pay, zones where the price goes by zones."""
        if (self.kind is PriceKind.ZONE) != bool(self.zones):
            yield fault("zones", "CONTRADICTION", N_("Strefy podaj tylko przy cenie za strefy, co najmniej jedną."))
        if (self.kind in {PriceKind.FREE, PriceKind.ZONE}) == bool(self.grosze):
            yield fault("grosze", "CONTRADICTION", N_("Kwota nie pasuje do rodzaju ceny. Popraw kwotę albo rodzaj."))


@dataclass(frozen=True)
class OtherHelp:
    """Another help worth naming to somebody who is refused; the text is a sentence for the resident."""

    text: Text
    min_age: Age | None = None
    for_conditions: frozenset[Condition] = frozenset()
    """Told to those for whom any of these holds; empty: to all of that age."""


@dataclass(frozen=True)
class RideRules:
    """One version of the rules. Values only; which version holds on which day is kept with the version."""

    eligibility: Annotated[tuple[Alternative, ...], Sized(1, 20)]
    quotas: tuple[Quota, ...]
    service: Service
    booking: Term
    purposes: Annotated[tuple[PurposeRule, ...], Sized(1, 20)]
    horizon: Horizon | None = None
    cancelling: Term | None = None
    """None: free until the first pick-up."""
    charged: frozenset[RideResult] = MAY_BE_CHARGED
    no_show_pattern: NoShowPattern | None = None
    forbidden_purposes: frozenset[Purpose] = frozenset()
    priority: Priority = Priority.FIRST_COME
    area: Area | None = None
    waiting_minutes: Minutes | None = None
    return_modes: Annotated[frozenset[ReturnMode], Sized(1, 3)] = frozenset({ReturnMode.FIXED_HOUR})
    companions: Companions = Companions()
    mobility: Annotated[frozenset[Mobility], Sized(1, 6)] = frozenset(Mobility) - {Mobility.LYING}
    assistance: Annotated[frozenset[Assistance], Sized(1, 3)] = frozenset(Assistance)
    sharing: Sharing = Sharing()
    proof: Proof = Proof.NONE
    price: Price = Price()
    verification: Verification = Verification.MAY_RIDE_MEANWHILE
    window_minutes: Minutes = 15
    """The promised window: a car may come so much after the promised minute."""
    other_help: tuple[OtherHelp, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The rules as plain JSON values, one key for each field."""
        return plain(self)  # type: ignore[no-any-return]  # a dataclass becomes a dict

    @classmethod
    def from_json(cls, body: object) -> RideRules:
        """The rules from plain JSON values.

        Every field must be there and nothing else; raises :class:`~services_app.rides.policy.reading.DoesNotFit` naming every
        fault by its path, also a contradiction between fields.
        """
        return read(cls, body)

    def contradictions(self) -> Iterator[Fault]:
        """What two fields say against each other."""
        yield from self._doubled()
        yield from self._charges()
        if ReturnMode.DRIVER_WAITS in self.return_modes and not self.waiting_minutes:
            yield fault("waiting_minutes", "CONTRADICTION", N_("Kierowca ma czekać. Podaj, ile minut najdłużej."))
        if self.horizon is not None and _at_least_days(self.horizon) < self.booking.number:
            yield fault(
                "horizon", "CONTRADICTION", N_("Zamówienia otwierają się później, niż się zamykają. Popraw terminy.")
            )

    def _doubled(self) -> Iterator[Fault]:
        counted = set()
        for place, quota in enumerate(self.quotas):
            if (quota.period, quota.unit) in counted:
                yield fault(f"quotas[{place}]", "REPEATED", N_("Taki limit już jest na liście. Zostaw jeden."))
            counted.add((quota.period, quota.unit))
        allowed = set()
        for place, rule in enumerate(self.purposes):
            if rule.purpose in allowed:
                yield fault(f"purposes[{place}]", "REPEATED", N_("Ten cel już jest na liście. Zostaw jeden."))
            if rule.purpose in self.forbidden_purposes:
                yield fault(
                    f"purposes[{place}]", "CONTRADICTION", N_("Ten cel jest też na liście wykluczonych. Wybierz jedno.")
                )
            allowed.add(rule.purpose)

    def _charges(self) -> Iterator[Fault]:
        if not self.charged >= ALWAYS_CHARGED:
            yield fault(
                "charged", "CONTRADICTION", N_("Przejazd wykonany i zamówiony zawsze liczą się do limitu. Dodaj je.")
            )
        if not self.charged <= MAY_BE_CHARGED:
            yield fault(
                "charged",
                "CONTRADICTION",
                N_(
                    "Limitu nie zmniejsza przejazd odwołany w porę, usprawiedliwiony ani niewykonany z winy przewoźnika."
                ),
            )


def _at_least_days(horizon: Horizon) -> int:
    """The fewest days a horizon may span, whatever the month; working days count as so many days."""
    return horizon.number * 28 if horizon.unit is HorizonUnit.MONTHS else horizon.number
