"""How reasons name what the rules ask for. The words of forms and lists stand in ``labels``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from services_app.rides.terms import Assistance, Condition, Mobility, Period, Purpose, ReturnMode
from services_app.wording import N_

K = TypeVar("K")

ASKED_FOR: Final[Mapping[Condition, str]] = {
    Condition.CANNOT_USE_TRANSIT: N_("trudność w jeździe autobusem"),
    Condition.LIVES_ALONE: N_("mieszkanie w pojedynkę"),
    Condition.NO_FAMILY_HELP: N_("brak wystarczającej pomocy rodziny"),
    Condition.HEALTH_LIMITS: N_("ograniczenia zdrowotne"),
    Condition.WHEELCHAIR: N_("poruszanie się na wózku"),
    Condition.SENIOR_CARD: N_("karta seniora"),
    Condition.RESIDENT: N_("zamieszkanie w mieście"),
    Condition.LOCAL_TAXPAYER: N_("podatki rozliczane w mieście"),
    Condition.DISABILITY_LIGHT: N_("orzeczenie o niepełnosprawności"),
    Condition.DISABILITY_MODERATE: N_("orzeczenie o niepełnosprawności, stopień co najmniej umiarkowany"),
    Condition.DISABILITY_SEVERE: N_("orzeczenie o niepełnosprawności, stopień znaczny"),
    Condition.INCOME_WITHIN_LIMIT: N_("dochód w granicach limitu"),
}

ALLOWED_TRIPS: Final[Mapping[Purpose, str]] = {
    Purpose.MEDICAL: N_("do lekarza specjalisty i na badania"),
    Purpose.SPECIALIST: N_("do lekarza specjalisty"),
    Purpose.GP: N_("do lekarza rodzinnego"),
    Purpose.OFFICE: N_("do urzędu"),
    Purpose.BANK: N_("do banku"),
    Purpose.CEMETERY: N_("na cmentarz"),
    Purpose.LIBRARY: N_("do biblioteki"),
    Purpose.CULTURE: N_("na wydarzenie kulturalne"),
    Purpose.STATION: N_("na dworzec"),
    Purpose.EMERGENCY: N_("w nagłym wypadku"),
}

LIMIT_NAMES: Final[Mapping[Period, str]] = {
    Period.MONTH: N_("limit miesięczny"),
    Period.QUARTER: N_("limit kwartalny"),
    Period.HALF_YEAR: N_("limit półroczny"),
    Period.YEAR: N_("limit roczny"),
    Period.PROGRAMME: N_("limit na cały program"),
}

CARRIED: Final[Mapping[Mobility, str]] = {
    Mobility.WALKS: N_("osoby chodzące samodzielnie"),
    Mobility.CANE: N_("osoby o lasce lub o kulach"),
    Mobility.WALKER: N_("osoby z balkonikiem"),
    Mobility.FOLDING_WHEELCHAIR: N_("osoby na wózku składanym"),
    Mobility.FIXED_WHEELCHAIR: N_("osoby na wózku nieskładanym"),
    Mobility.LYING: N_("osoby leżące"),
}

RETURNS: Final[Mapping[ReturnMode, str]] = {
    ReturnMode.FIXED_HOUR: N_("powrót o ustalonej godzinie"),
    ReturnMode.DRIVER_WAITS: N_("powrót po czekaniu kierowcy"),
    ReturnMode.CALL_WHEN_READY: N_("powrót na telefon"),
}

HELP: Final[Mapping[Assistance, str]] = {
    Assistance.KERB: N_("pomoc przy samochodzie"),
    Assistance.DOOR: N_("pomoc do drzwi budynku"),
    Assistance.THROUGH_DOOR: N_("pomoc do drzwi mieszkania i gabinetu"),
}


def named(values: Iterable[K], words: Mapping[K, str]) -> tuple[str, ...]:
    """The words of several values, each to be translated on its own when shown."""
    return tuple(words[value] for value in values)
