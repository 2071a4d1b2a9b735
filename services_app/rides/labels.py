"""The Polish wording of the programme's words, for forms, lists and cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services_app.residents.labels import ASSISTANCES, MOBILITIES
from services_app.rides.terms import (
    ApplicationState,
    Assistance,
    Channel,
    Condition,
    DayUnit,
    Direction,
    EnrolmentState,
    HorizonUnit,
    Mobility,
    NotTaken,
    Period,
    PriceKind,
    Priority,
    Proof,
    Purpose,
    QuotaUnit,
    ReturnMode,
    RideResult,
    RideState,
    RulesState,
    Verification,
)
from services_app.wording import N_

PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.MEDICAL: N_("lekarz specjalista lub badania"),
    Purpose.SPECIALIST: N_("lekarz specjalista"),
    Purpose.GP: N_("lekarz rodzinny"),
    Purpose.OFFICE: N_("urząd"),
    Purpose.BANK: N_("bank"),
    Purpose.CEMETERY: N_("cmentarz"),
    Purpose.LIBRARY: N_("biblioteka"),
    Purpose.CULTURE: N_("kultura"),
    Purpose.STATION: N_("dworzec"),
    Purpose.EMERGENCY: N_("nagły wypadek"),
}

MOBILITY: Final[Mapping[Mobility, str]] = MOBILITIES
ASSISTANCE: Final[Mapping[Assistance, str]] = ASSISTANCES
"""These two are the register's words: who books, who drives and who is asked read the same."""

RETURN_MODES: Final[Mapping[ReturnMode, str]] = {
    ReturnMode.FIXED_HOUR: N_("powrót o ustalonej godzinie"),
    ReturnMode.DRIVER_WAITS: N_("kierowca czeka"),
    ReturnMode.CALL_WHEN_READY: N_("powrót na telefon"),
}

CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.ONLINE: N_("przez internet"),
    Channel.PHONE: N_("przez telefon"),
    Channel.DESK: N_("w ośrodku"),
}

CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.CANNOT_USE_TRANSIT: N_("ma trudność w jeździe autobusem"),
    Condition.LIVES_ALONE: N_("mieszka w pojedynkę"),
    Condition.NO_FAMILY_HELP: N_("nie ma wystarczającej pomocy rodziny"),
    Condition.HEALTH_LIMITS: N_("ma ograniczenia zdrowotne"),
    Condition.WHEELCHAIR: N_("porusza się na wózku"),
    Condition.SENIOR_CARD: N_("ma kartę seniora"),
    Condition.RESIDENT: N_("mieszka w mieście programu"),
    Condition.LOCAL_TAXPAYER: N_("rozlicza podatki w mieście"),
    Condition.DISABILITY_LIGHT: N_("ma orzeczenie o niepełnosprawności"),
    Condition.DISABILITY_MODERATE: N_("ma orzeczenie: stopień co najmniej umiarkowany"),
    Condition.DISABILITY_SEVERE: N_("ma orzeczenie: stopień znaczny"),
    Condition.INCOME_WITHIN_LIMIT: N_("ma dochód w granicach limitu"),
}

PERIODS: Final[Mapping[Period, str]] = {
    Period.MONTH: N_("miesiąc"),
    Period.QUARTER: N_("kwartał"),
    Period.HALF_YEAR: N_("półrocze"),
    Period.YEAR: N_("rok kalendarzowy"),
    Period.PROGRAMME: N_("cały program"),
}

LEFT_IN: Final[Mapping[Period, str]] = {
    Period.MONTH: N_("w tym miesiącu"),
    Period.QUARTER: N_("w tym kwartale"),
    Period.HALF_YEAR: N_("w tym półroczu"),
    Period.YEAR: N_("w tym roku"),
    Period.PROGRAMME: N_("do końca programu"),
}
"""As in "zostało 1 w tym miesiącu", while it is that month."""
_IN_MONTH: Final = (
    N_("w styczniu"), N_("w lutym"), N_("w marcu"), N_("w kwietniu"), N_("w maju"), N_("w czerwcu"), N_("w lipcu"), N_("w sierpniu"),
    N_("we wrześniu"), N_("w październiku"), N_("w listopadzie"), N_("w grudniu"),
)  # fmt: skip
_LEFT_IN_OF_RIDE: Final[Mapping[Period, str]] = {
    Period.QUARTER: N_("w kwartale tego przejazdu"),
    Period.HALF_YEAR: N_("w półroczu tego przejazdu"),
    Period.YEAR: N_("w roku tego przejazdu"),
    Period.PROGRAMME: N_("do końca programu"),
}
"""The same for a ride in another month, year…: its limits are not today's."""


def left_in(period: Period, starts_on: date, *, current: bool) -> str:
    """The words for the period of a limit that begins on a day; ``current``: today lies in it."""
    if current:
        return LEFT_IN[period]
    return _IN_MONTH[starts_on.month - 1] if period is Period.MONTH else _LEFT_IN_OF_RIDE[period]


QUOTA_UNITS: Final[Mapping[QuotaUnit, str]] = {
    QuotaUnit.ROUND_TRIP: N_("przejazdy tam i z powrotem"),
    QuotaUnit.LEG: N_("kursy w jedną stronę"),
}

DAY_UNITS: Final[Mapping[DayUnit, str]] = {
    DayUnit.CALENDAR_DAYS: N_("dni kalendarzowe"),
    DayUnit.WORKING_DAYS: N_("dni robocze"),
}

HORIZON_UNITS: Final[Mapping[HorizonUnit, str]] = {
    HorizonUnit.CALENDAR_DAYS: N_("dni kalendarzowe"),
    HorizonUnit.WORKING_DAYS: N_("dni robocze"),
    HorizonUnit.MONTHS: N_("miesiące"),
}

PROOFS: Final[Mapping[Proof, str]] = {
    Proof.NONE: N_("bez oświadczenia"),
    Proof.PER_RIDE: N_("oświadczenie za każdy przejazd"),
    Proof.PER_LEG: N_("oświadczenie za każdy kurs"),
}

PRICE_KINDS: Final[Mapping[PriceKind, str]] = {
    PriceKind.FREE: N_("bezpłatnie"),
    PriceKind.FLAT: N_("stała opłata za przejazd"),
    PriceKind.ZONE: N_("opłata za strefę"),
    PriceKind.PER_KILOMETRE: N_("opłata za kilometr"),
    PriceKind.SUBSCRIPTION: N_("abonament miesięczny"),
    PriceKind.PREPAID: N_("przejazd opłacony z góry"),
}

VERIFICATIONS: Final[Mapping[Verification, str]] = {
    Verification.BEFORE_FIRST_RIDE: N_("sprawdzenie przed pierwszym przejazdem"),
    Verification.MAY_RIDE_MEANWHILE: N_("można jeździć w czasie sprawdzania"),
}

PRIORITIES: Final[Mapping[Priority, str]] = {
    Priority.FIRST_COME: N_("kolejność zgłoszeń"),
    Priority.TIERS: N_("ważniejszy cel ma pierwszeństwo"),
}

STATES: Final[Mapping[RideState, str]] = {
    RideState.REQUESTED: N_("zgłoszony"),
    RideState.CONFIRMED: N_("potwierdzony"),
    RideState.ASSIGNED: N_("ma samochód"),
    RideState.ON_THE_WAY: N_("samochód jedzie"),
    RideState.ON_BOARD: N_("w drodze"),
    RideState.DONE: N_("wykonany"),
    RideState.CANCELLED_IN_TIME: N_("odwołany w porę"),
    RideState.CANCELLED_LATE: N_("odwołany za późno"),
    RideState.CANCELLED_BY_OPERATOR: N_("odwołany przez nas"),
    RideState.NO_SHOW: N_("pasażer nie przyszedł"),
    RideState.MISSED: N_("niewykonany z naszej winy"),
    RideState.REFUSED: N_("odmowa"),
}

RESULTS: Final[Mapping[RideResult, str]] = {
    RideResult.DONE: N_("przejazd wykonany"),
    RideResult.BOOKED: N_("przejazd zamówiony"),
    RideResult.NO_SHOW: N_("nieobecność pasażera"),
    RideResult.NO_SHOW_EXCUSED: N_("nieobecność usprawiedliwiona"),
    RideResult.CANCELLED_IN_TIME: N_("przejazd odwołany w porę"),
    RideResult.CANCELLED_LATE: N_("przejazd odwołany za późno"),
    RideResult.CANCELLED_BY_OPERATOR: N_("przejazd odwołany przez nas"),
    RideResult.MISSED: N_("przejazd niewykonany z naszej winy"),
}

REASONS: Final[Mapping[str, str]] = {
    "TOO_YOUNG": N_("za młody wiek"),
    "CONDITION_NOT_MET": N_("brak warunku programu"),
    "NOT_RESIDENT": N_("zamieszkanie w innej gminie"),
    "NOT_VERIFIED": N_("zgłoszenie jeszcze nie sprawdzone"),
    "DAY_CLOSED": N_("dzień bez przejazdów"),
    "OUTSIDE_HOURS": N_("poza godzinami przejazdów"),
    "TOO_LATE_TO_BOOK": N_("za późno na zamówienie"),
    "TOO_EARLY_TO_BOOK": N_("za wcześnie na zamówienie"),
    "QUOTA_USED": N_("wykorzystany limit"),
    "OUTSIDE_PROGRAMME": N_("poza czasem programu"),
    "PURPOSE_NOT_ALLOWED": N_("cel spoza programu"),
    "OUTSIDE_AREA": N_("miejsce poza obszarem"),
    "MOBILITY_NOT_CARRIED": N_("brak samochodu dla tej osoby"),
    "COMPANION_TOO_YOUNG": N_("za młody opiekun"),
    "COMPANION_TOO_MANY": N_("za dużo opiekunów"),
    "RETURN_MODE_NOT_OFFERED": N_("taki powrót nie jest możliwy"),
    "WAITING_TOO_LONG": N_("za długie czekanie kierowcy"),
    "ASSISTANCE_NOT_OFFERED": N_("takiej pomocy kierowca nie daje"),
    "ALREADY_BOOKED_THEN": N_("inny przejazd w tym czasie"),
    "NO_VEHICLE": N_("brak wolnego samochodu"),
    "NOT_ENROLLED": N_("osoba spoza programu"),
    "NO_RULES": N_("dzień bez zasad programu"),
    "NO_SUCH_HOUR": N_("godzina, której nie ma"),
    "RESTRICTED": N_("dane wstrzymane"),
    "NOT_AGREED": N_("brak zgody koordynatora"),
    "TOO_LATE_TO_CHANGE": N_("za późno na zmianę"),
    "NOT_CHANGEABLE": N_("przejazd już trwa albo minął"),
    "ONE_WAY_LEFT": N_("jedna droga już odwołana"),
}
"""Reasons for a refusal in two or three words, for counts and charts."""

FIELDS: Final[Mapping[str, str]] = {
    "eligibility": N_("Kto może jeździć"),
    "quotas": N_("Limity"),
    "service": N_("Dni i godziny"),
    "booking": N_("Do kiedy zamówić"),
    "purposes": N_("Dokąd wozimy"),
    "horizon": N_("Od kiedy można zamówić"),
    "cancelling": N_("Do kiedy odwołać"),
    "charged": N_("Co zmniejsza limit"),
    "no_show_pattern": N_("Powtarzające się nieobecności"),
    "forbidden_purposes": N_("Dokąd nie wozimy"),
    "priority": N_("Kto ma pierwszeństwo"),
    "area": N_("Obszar"),
    "waiting_minutes": N_("Czekanie kierowcy"),
    "return_modes": N_("Powrót"),
    "companions": N_("Opiekun"),
    "mobility": N_("Kogo wozimy"),
    "assistance": N_("Pomoc kierowcy"),
    "sharing": N_("Wspólne przejazdy"),
    "proof": N_("Potwierdzenie przejazdu"),
    "price": N_("Cena"),
    "verification": N_("Sprawdzenie zgłoszenia"),
    "window_minutes": N_("Dokładność godziny"),
    "other_help": N_("Inna pomoc"),
}
"""The fields of a version of the rules."""

DIRECTIONS: Final[Mapping[Direction, str]] = {
    Direction.OUTBOUND: N_("tam"),
    Direction.RETURN: N_("z powrotem"),
}

ENROLMENT_STATES: Final[Mapping[EnrolmentState, str]] = {
    EnrolmentState.DECLARED: N_("czeka na sprawdzenie"),
    EnrolmentState.VERIFIED: N_("sprawdzone"),
    EnrolmentState.REFUSED: N_("odmowa przyjęcia"),
    EnrolmentState.ENDED: N_("zakończone"),
}

APPLICATION_STATES: Final[Mapping[ApplicationState, str]] = {
    ApplicationState.WAITING: N_("czeka na rozmowę"),
    ApplicationState.ACCEPTED: N_("przyjęte"),
    ApplicationState.REFUSED: N_("odmowa"),
    ApplicationState.WITHDRAWN: N_("wycofane"),
}
NOT_TAKEN: Final[Mapping[NotTaken, str]] = {
    NotTaken.NOT_CONFIRMED: N_("Nie udało się potwierdzić danych ze zgłoszenia."),
    NotTaken.NOT_REACHED: N_("Nie udało się dodzwonić pod podany numer."),
}
"""What the applicant is told."""

RULES_STATES: Final[Mapping[RulesState, str]] = {
    RulesState.TEMPLATE: N_("wzór"),
    RulesState.DRAFT: N_("szkic"),
    RulesState.PUBLISHED: N_("ogłoszone"),
}

_TABLES: Final[tuple[Mapping[Any, str], ...]] = (
    PURPOSES, MOBILITY, ASSISTANCE, RETURN_MODES, CHANNELS, CONDITIONS, PERIODS, QUOTA_UNITS, DAY_UNITS, HORIZON_UNITS, PROOFS,
    PRICE_KINDS, VERIFICATIONS, PRIORITIES, STATES, RESULTS, DIRECTIONS, ENROLMENT_STATES, APPLICATION_STATES, NOT_TAKEN, RULES_STATES,
)  # fmt: skip
_BY_TYPE: Final[Mapping[type, Mapping[Any, str]]] = {type(next(iter(words))): words for words in _TABLES}


def label_of(value: StrEnum) -> str:
    """The Polish label of any value of the programme's terms, to be translated when shown."""
    return _BY_TYPE[type(value)][value]


def labels_of(values: Iterable[StrEnum]) -> tuple[str, ...]:
    """The labels of several values, each to be translated on its own."""
    return tuple(label_of(value) for value in values)
