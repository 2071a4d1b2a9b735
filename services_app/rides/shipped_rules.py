"""The versions that come with the product: Kielce year by year, and three towns as templates.

Each holds what the town published and nothing else; what was not published stays at the widest value ("not set"), so that nobody is
refused for a rule no source names. Which version is in force on which day is kept with the stored versions; an administrator copies,
corrects and dates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Final

from services_app.rides.policy import (
    Alternative,
    Area,
    Companions,
    Horizon,
    OtherHelp,
    PurposeRule,
    Quota,
    RideRules,
    Service,
    Term,
)
from services_app.rides.terms import (
    Condition,
    DayUnit,
    HorizonUnit,
    Period,
    Proof,
    Purpose,
    QuotaUnit,
    ReturnMode,
    Verification,
)
from services_app.wording import N_


class ShippedCode(StrEnum):
    """The codes of the shipped versions."""

    KIELCE_2021 = "kielce-2021"
    KIELCE_2022 = "kielce-2022"
    KIELCE_2024 = "kielce-2024"
    WROCLAW_2018 = "wroclaw-2018"
    INOWROCLAW_2018 = "inowroclaw-2018"
    KOSCIAN_2021 = "koscian-2021"


@dataclass(frozen=True)
class ShippedVersion:
    """A version with where it comes from."""

    code: ShippedCode
    title: str
    source: str
    """The published regulamin it follows."""
    rules: RideRules
    in_force_from: date | None = None
    """None: a template of another town, never in force by itself."""
    in_force_until: date | None = None
    """The last day; None: still in force."""
    to_be_confirmed: bool = False
    """Shown with a mark until an administrator confirms it with the office."""

    @property
    def is_template(self) -> bool:
        """True for another town's rules, to be copied from."""
        return self.in_force_from is None


_EMERGENCY: Final = OtherHelp(N_("W nagłym wypadku zadzwoń pod numer 112 albo 999."))
_KIELCE_HELP: Final = (
    OtherHelp(N_("Autobusy miejskie w Kielcach są bezpłatne od 70. roku życia."), min_age=70),
    OtherHelp(
        N_("Osoby z niepełnosprawnością wozi osobna służba. Telefon do dyspozytora: 534 799 972."),
        for_conditions=frozenset(
            {
                Condition.WHEELCHAIR,
                Condition.DISABILITY_LIGHT,
                Condition.DISABILITY_MODERATE,
                Condition.DISABILITY_SEVERE,
            }
        ),
    ),
    _EMERGENCY,
)


def _purposes(*allowed: Purpose) -> tuple[PurposeRule, ...]:
    return tuple(PurposeRule(purpose) for purpose in allowed)


KIELCE_2021: Final = RideRules(
    eligibility=(Alternative(min_age=70, conditions=frozenset({Condition.CANNOT_USE_TRANSIT, Condition.LIVES_ALONE})),),
    quotas=(Quota(Period.MONTH, 2), Quota(Period.YEAR, 6)),
    service=Service(first_pickup=time(6), home_by=time(20)),
    booking=Term(3, DayUnit.WORKING_DAYS),
    cancelling=Term(1, DayUnit.WORKING_DAYS),
    purposes=_purposes(Purpose.MEDICAL, Purpose.OFFICE, Purpose.BANK),
    other_help=_KIELCE_HELP,
)
"""Kielce, regulamin of 2021: 70 or older, living alone, trouble with city transport; a declared companion rides free; nobody lying."""

KIELCE_2022: Final = replace(
    KIELCE_2021,
    eligibility=(
        Alternative(min_age=70, conditions=frozenset({Condition.CANNOT_USE_TRANSIT})),
        Alternative(conditions=frozenset({Condition.WHEELCHAIR})),
    ),
    service=Service(first_pickup=time(8), home_by=time(20)),
    booking=Term(3),
    cancelling=Term(1),
    purposes=_purposes(Purpose.MEDICAL, Purpose.OFFICE, Purpose.BANK, Purpose.CEMETERY),
)
"""Kielce, regulamin of 2022: 70 or older with trouble in city transport, or anybody in a wheelchair; terms in calendar days."""

KIELCE_2024: Final = RideRules(
    eligibility=(Alternative(min_age=70, resident_of="Kielce", conditions=frozenset({Condition.CANNOT_USE_TRANSIT})),),
    quotas=(Quota(Period.MONTH, 1), Quota(Period.YEAR, 8)),
    service=Service(first_pickup=time(8), home_by=time(15)),
    booking=Term(3),
    cancelling=Term(1),
    purposes=_purposes(Purpose.MEDICAL, Purpose.OFFICE, Purpose.BANK),
    area=Area(("Kielce",)),
    waiting_minutes=30,
    return_modes=frozenset({ReturnMode.FIXED_HOUR, ReturnMode.DRIVER_WAITS}),
    proof=Proof.PER_RIDE,
    other_help=_KIELCE_HELP,
)
"""Kielce, regulamin of 2024, the newest found: one ride there and back a month, inside the city, a statement for each ride."""

WROCLAW_2018: Final = RideRules(
    eligibility=(Alternative(min_age=75, resident_of="Wrocław", conditions=frozenset({Condition.SENIOR_CARD})),),
    quotas=(Quota(Period.MONTH, 4, QuotaUnit.LEG),),
    service=Service(),
    booking=Term(3),
    horizon=Horizon(30),
    purposes=_purposes(Purpose.MEDICAL, Purpose.OFFICE),
    verification=Verification.BEFORE_FIRST_RIDE,
    other_help=(_EMERGENCY,),
)
"""Wrocław, regulamin of 2018: limits count each leg; hours and the term of cancelling were not published."""

INOWROCLAW_2018: Final = RideRules(
    eligibility=(Alternative(min_age=70, resident_of="Inowrocław"),),
    quotas=(Quota(Period.HALF_YEAR, 3),),
    service=Service(first_pickup=time(7), home_by=time(18)),
    booking=Term(3, DayUnit.WORKING_DAYS, time(14)),
    horizon=Horizon(2, HorizonUnit.MONTHS),
    cancelling=Term(1, DayUnit.WORKING_DAYS, time(12)),
    purposes=_purposes(Purpose.SPECIALIST, Purpose.OFFICE, Purpose.CEMETERY),
    forbidden_purposes=frozenset({Purpose.EMERGENCY, Purpose.GP}),
    area=Area(("Inowrocław",)),
    companions=Companions(min_age=16),
    other_help=(_EMERGENCY,),
)
"""Inowrocław, regulamin of 2018: terms in working days with cut-off hours, two months ahead at most."""

KOSCIAN_2021: Final = RideRules(
    eligibility=(Alternative(min_age=70, resident_of="Kościan"),),
    quotas=(Quota(Period.MONTH, 2),),
    service=Service(first_pickup=time(9), last_pickup=time(18), home_by=time(20)),
    booking=Term(3, DayUnit.WORKING_DAYS),
    purposes=_purposes(Purpose.MEDICAL, Purpose.CEMETERY, Purpose.OFFICE, Purpose.STATION, Purpose.CULTURE),
    forbidden_purposes=frozenset({Purpose.EMERGENCY}),
    waiting_minutes=30,
    return_modes=frozenset({ReturnMode.FIXED_HOUR, ReturnMode.DRIVER_WAITS}),
    companions=Companions(min_age=16),
    proof=Proof.PER_LEG,
    other_help=(_EMERGENCY,),
)
"""Kościan, regulamin of 2021: pick-ups until 18, home by 20; a statement for each leg; the term of cancelling was not published."""

SHIPPED: Final = (
    ShippedVersion(
        ShippedCode.KIELCE_2021,
        N_("Kielce, zasady z 2021 roku"),
        N_("Regulamin „Taksówki dla seniora”, Kielce 2021"),
        KIELCE_2021,
        date(2021, 1, 1),
        date(2021, 12, 31),
    ),
    ShippedVersion(
        ShippedCode.KIELCE_2022,
        N_("Kielce, zasady z 2022 roku"),
        N_("Regulamin „Taksówki dla seniora”, Kielce 2022"),
        KIELCE_2022,
        date(2022, 1, 1),
        date(2022, 12, 31),
    ),
    ShippedVersion(
        ShippedCode.KIELCE_2024,
        N_("Kielce, zasady z 2024 roku"),
        N_("Regulamin „Taksówki dla seniora”, Kielce 2024"),
        KIELCE_2024,
        date(2024, 1, 1),
        to_be_confirmed=True,
    ),
    ShippedVersion(
        ShippedCode.WROCLAW_2018,
        N_("Wrocław 2018, wzór"),
        N_("Regulamin przewozu seniorów, Wrocław 2018"),
        WROCLAW_2018,
    ),
    ShippedVersion(
        ShippedCode.INOWROCLAW_2018,
        N_("Inowrocław 2018, wzór"),
        N_("Regulamin przewozu seniorów, Inowrocław 2018"),
        INOWROCLAW_2018,
    ),
    ShippedVersion(
        ShippedCode.KOSCIAN_2021,
        N_("Kościan 2021, wzór"),
        N_("Regulamin przewozu seniorów, Kościan 2021"),
        KOSCIAN_2021,
    ),
)

BY_CODE: Final[Mapping[ShippedCode, ShippedVersion]] = {version.code: version for version in SHIPPED}
