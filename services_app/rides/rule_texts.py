"""A version of the rules as Polish sentences: one or more for each field, for reading, editing and comparing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services_app.rides.labels import FIELDS, REASONS, labels_of
from services_app.rides.policy import Alternative, PurposeRule, Quota, RideRules, Term, TrialResult
from services_app.rides.policy.reading import in_order
from services_app.rides.policy.words import HELP, named
from services_app.rides.terms import (
    DayUnit,
    HorizonUnit,
    Period,
    PriceKind,
    Priority,
    Proof,
    QuotaUnit,
    Verification,
)
from services_app.verdict import Reason
from services_app.wording import N_, WEEKDAYS, money, plural


@dataclass(frozen=True)
class RuleText:
    """One field of the rules in words. A sentence is a :class:`Reason`, so it is shown in the reader's language like one."""

    field: str
    heading: str
    sentences: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """All sentences in Polish."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Difference:
    """A field that reads differently in two versions."""

    field: str
    heading: str
    old: RuleText
    new: RuleText


def rule_texts(rules: RideRules) -> tuple[RuleText, ...]:
    """Every field of a version in words, in the order a reader expects."""
    return tuple(rule_text(rules, field) for field in _WRITERS)


def rule_text(rules: RideRules, field: str) -> RuleText:
    """One field in words; KeyError for a field that rules do not have."""
    sentences = tuple(Reason(field, message, values) for message, values in _WRITERS[field](rules))
    return RuleText(field, FIELDS[field], sentences)


def differences(old: RideRules, new: RideRules) -> tuple[Difference, ...]:
    """The fields that differ, each with its old and new sentences."""
    changed = [field for field in _WRITERS if getattr(old, field) != getattr(new, field)]
    return tuple(Difference(field, FIELDS[field], rule_text(old, field), rule_text(new, field)) for field in changed)


def trial_sentences(result: TrialResult) -> tuple[Reason, ...]:
    """What a trial found: how many of the bookings would have been refused, and how many for each reason."""
    counts = {"refused": result.refused, "asked": result.asked}
    if not result.refused:
        return (Reason("TRIAL", N_("Żadne z {asked} zamówień nie byłoby odmową."), counts),)
    first = Reason("TRIAL", N_("Odmową byłoby {refused} z {asked} zamówień."), counts)
    return (
        first,
        *(
            Reason(code, N_("{why}: {count}."), {"why": REASONS[code], "count": count})
            for code, count in result.by_reason
        ),
    )


_Sentence = tuple[str, Mapping[str, object]]
_Sentences = Iterator[_Sentence]


def _part(message: str, **values: object) -> Reason:
    """A piece of a sentence with its own places."""
    return Reason("PART", message, values)


def _eligibility(rules: RideRules) -> _Sentences:
    for place, alternative in enumerate(rules.eligibility):
        conditions = tuple(_asked(alternative))
        if not conditions:
            yield N_("Jeździć może każda osoba."), {}
        elif place:
            yield N_("Jeździć może też osoba, która: {conditions}."), {"conditions": conditions}
        else:
            yield N_("Jeździć może osoba, która: {conditions}."), {"conditions": conditions}


def _asked(alternative: Alternative) -> Iterator[object]:
    if alternative.min_age is not None:
        yield _part(N_("w dniu przejazdu ma co najmniej {age} lat"), age=alternative.min_age)
    if alternative.resident_of is not None:
        yield _part(N_("mieszka w granicach: {town}"), town=alternative.resident_of)
    yield from labels_of(in_order(alternative.conditions))
    if alternative.income_limit_grosze is not None:
        yield _part(N_("limit dochodu: {amount}"), amount=money(alternative.income_limit_grosze))


_QUOTA_TEXTS: Final[Mapping[tuple[Period, QuotaUnit], str]] = {
    (Period.MONTH, QuotaUnit.ROUND_TRIP): N_("Limit przejazdów tam i z powrotem na miesiąc: {limit}."),
    (Period.QUARTER, QuotaUnit.ROUND_TRIP): N_("Limit przejazdów tam i z powrotem na kwartał: {limit}."),
    (Period.HALF_YEAR, QuotaUnit.ROUND_TRIP): N_("Limit przejazdów tam i z powrotem na półrocze: {limit}."),
    (Period.YEAR, QuotaUnit.ROUND_TRIP): N_("Limit przejazdów tam i z powrotem na rok: {limit}."),
    (Period.PROGRAMME, QuotaUnit.ROUND_TRIP): N_("Limit przejazdów tam i z powrotem od {first} do {last}: {limit}."),
    (Period.MONTH, QuotaUnit.LEG): N_("Limit kursów w jedną stronę na miesiąc: {limit}."),
    (Period.QUARTER, QuotaUnit.LEG): N_("Limit kursów w jedną stronę na kwartał: {limit}."),
    (Period.HALF_YEAR, QuotaUnit.LEG): N_("Limit kursów w jedną stronę na półrocze: {limit}."),
    (Period.YEAR, QuotaUnit.LEG): N_("Limit kursów w jedną stronę na rok: {limit}."),
    (Period.PROGRAMME, QuotaUnit.LEG): N_("Limit kursów w jedną stronę od {first} do {last}: {limit}."),
}


def _quotas(rules: RideRules) -> _Sentences:
    if not rules.quotas:
        yield N_("Liczba przejazdów nie jest ograniczona."), {}
    for quota in rules.quotas:
        yield _QUOTA_TEXTS[quota.period, quota.unit], {"limit": quota.limit, **_programme_days(quota)}


def _programme_days(quota: Quota) -> dict[str, object]:
    if quota.starts_on is None or quota.ends_on is None:
        return {}
    return {"first": f"{quota.starts_on:%d.%m.%Y}", "last": f"{quota.ends_on:%d.%m.%Y}"}


def _service(rules: RideRules) -> _Sentences:
    service = rules.service
    if service.weekdays == frozenset(range(5)):
        yield N_("Jeździmy od poniedziałku do piątku."), {}
    elif len(service.weekdays) == len(WEEKDAYS):
        yield N_("Jeździmy we wszystkie dni tygodnia."), {}
    else:
        yield N_("Jeździmy w dni: {days}."), {"days": tuple(WEEKDAYS[day] for day in sorted(service.weekdays))}
    yield (N_("Także w święta.") if service.on_holidays else N_("W święta nie jeździmy.")), {}
    bounds = (service.first_pickup, service.last_pickup, service.home_by)
    if not any(bounds):
        yield N_("Godzin nie ustalono."), {}
    if service.first_pickup is not None:
        yield N_("Pierwszy wyjazd jest o {hour}."), {"hour": service.first_pickup}
    if service.last_pickup is not None:
        yield N_("Ostatni wyjazd z domu jest o {hour}."), {"hour": service.last_pickup}
    if service.home_by is not None:
        yield N_("Powrót do domu jest najpóźniej o {hour}."), {"hour": service.home_by}


_SPANS: Final[Mapping[str, tuple[str, str, str]]] = {
    DayUnit.CALENDAR_DAYS: (
        N_("{number} dzień kalendarzowy"),
        N_("{number} dni kalendarzowe"),
        N_("{number} dni kalendarzowych"),
    ),
    DayUnit.WORKING_DAYS: (N_("{number} dzień roboczy"), N_("{number} dni robocze"), N_("{number} dni roboczych")),
    HorizonUnit.MONTHS: (N_("{number} miesiąc"), N_("{number} miesiące"), N_("{number} miesięcy")),
}


def _span(number: int, unit: DayUnit | HorizonUnit) -> Reason:
    one, few, many = _SPANS[unit]
    return _part(plural(number, one, few, many), number=number)


def _booking(rules: RideRules) -> _Sentences:
    yield _term(
        rules.booking,
        (
            N_("Przejazd można zamówić także w jego dniu, do wyjazdu."),
            N_("Przejazd można zamówić w jego dniu do godziny {hour}."),
        ),
        (
            N_("Przejazd trzeba zamówić najpóźniej {span} wcześniej, do końca dnia."),
            N_("Przejazd trzeba zamówić najpóźniej {span} wcześniej, do godziny {hour}."),
        ),
    )


def _cancelling(rules: RideRules) -> _Sentences:
    if rules.cancelling is None:
        yield N_("Przejazd można odwołać bez straty do chwili wyjazdu."), {}
        return
    yield _term(
        rules.cancelling,
        (
            N_("Przejazd można odwołać bez straty w jego dniu, do wyjazdu."),
            N_("Przejazd można odwołać bez straty w jego dniu do godziny {hour}."),
        ),
        (
            N_("Przejazd można odwołać bez straty najpóźniej {span} wcześniej, do końca dnia."),
            N_("Przejazd można odwołać bez straty najpóźniej {span} wcześniej, do godziny {hour}."),
        ),
    )


def _term(term: Term, same_day: tuple[str, str], before: tuple[str, str]) -> _Sentence:
    """The sentence of a term: on the day itself or days before, to the end of the day or to an hour."""
    whole, to_hour = before if term.number else same_day
    values: dict[str, object] = {"span": _span(term.number, term.unit)}
    if term.cutoff is None:
        return whole, values
    return to_hour, values | {"hour": term.cutoff}


def _horizon(rules: RideRules) -> _Sentences:
    if rules.horizon is None:
        yield N_("Przejazd można zamówić z dowolnym wyprzedzeniem."), {}
    else:
        yield (
            N_("Przejazd można zamówić najwcześniej {span} przed jego dniem."),
            {"span": _span(rules.horizon.number, rules.horizon.unit)},
        )


def _purposes(rules: RideRules) -> _Sentences:
    yield N_("Wozimy w miejsca: {places}."), {"places": _places(rules.purposes)}
    tiers = sorted({rule.tier for rule in rules.purposes})
    for tier in tiers if len(tiers) > 1 else ():
        places = _places(rule for rule in rules.purposes if rule.tier == tier)
        yield N_("Pierwszeństwo {tier}: {places}."), {"tier": tier, "places": places}
    asked = _places(rule for rule in rules.purposes if rule.needs_approval)
    if asked:
        yield N_("Zgody koordynatora wymaga: {places}."), {"places": asked}


def _places(rules: Iterable[PurposeRule]) -> tuple[str, ...]:
    return labels_of(rule.purpose for rule in rules)


def _forbidden(rules: RideRules) -> _Sentences:
    if rules.forbidden_purposes:
        yield (
            N_("Na liście wykluczeń jest: {places}."),
            {"places": labels_of(in_order(rules.forbidden_purposes))},
        )
    else:
        yield N_("Lista wykluczeń jest pusta."), {}


def _charged(rules: RideRules) -> _Sentences:
    yield N_("Limit zmniejsza: {results}."), {"results": labels_of(in_order(rules.charged))}


def _no_shows(rules: RideRules) -> _Sentences:
    pattern = rules.no_show_pattern
    if pattern is None:
        yield N_("Nieobecności nie są zliczane."), {}
        return
    months = _span(pattern.months, HorizonUnit.MONTHS)
    yield (
        N_(
            "Koordynator rozmawia z pasażerem, gdy nieobecności jest {absences} lub więcej. Liczymy ostatni czas: {months}."
        ),
        {"absences": pattern.absences, "months": months},
    )


def _priority(rules: RideRules) -> _Sentences:
    first_come = rules.priority is Priority.FIRST_COME
    yield (
        (
            N_("Decyduje kolejność zgłoszeń.")
            if first_come
            else N_("Gdy zabraknie aut, najpierw jadą osoby, których cel jest ważniejszy.")
        ),
        {},
    )


def _area(rules: RideRules) -> _Sentences:
    if rules.area is None:
        yield N_("Obszar przejazdów nie jest ograniczony."), {}
    elif rules.area.beyond_km:
        yield (
            N_("Wozimy w granicach: {towns}, i do {km} km dalej."),
            {"towns": rules.area.towns, "km": rules.area.beyond_km},
        )
    else:
        yield N_("Wozimy w granicach: {towns}."), {"towns": rules.area.towns}


def _waiting(rules: RideRules) -> _Sentences:
    if rules.waiting_minutes:
        yield N_("Kierowca czeka najwyżej {minutes} min."), {"minutes": rules.waiting_minutes}
    else:
        yield N_("Czasu czekania kierowcy nie ustalono."), {}


def _returns(rules: RideRules) -> _Sentences:
    yield N_("Do wyboru: {modes}."), {"modes": labels_of(in_order(rules.return_modes))}


def _companions(rules: RideRules) -> _Sentences:
    limits = rules.companions
    if not limits.most:
        yield N_("Opiekun nie jedzie z pasażerem."), {}
        return
    yield N_("Opiekunów może jechać najwyżej {most}."), {"most": limits.most}
    if limits.min_age is not None:
        yield N_("Opiekun ma co najmniej {age} lat."), {"age": limits.min_age}
    if limits.must_be_declared:
        yield N_("Opiekuna trzeba zgłosić przy zamówieniu."), {}
    yield (N_("Opiekun jedzie bezpłatnie.") if limits.ride_free else N_("Opiekun płaci za przejazd.")), {}


def _mobility(rules: RideRules) -> _Sentences:
    yield N_("Wozimy osoby, dla których pasuje: {ways}."), {"ways": labels_of(in_order(rules.mobility))}


def _assistance(rules: RideRules) -> _Sentences:
    yield N_("Kierowca daje: {kinds}."), {"kinds": named(in_order(rules.assistance), HELP)}


def _sharing(rules: RideRules) -> _Sentences:
    if rules.sharing.allowed:
        minutes = rules.sharing.max_detour_minutes
        yield N_("Kilka osób może jechać razem. Droga może trwać najwyżej {minutes} min dłużej."), {"minutes": minutes}
    else:
        yield N_("Każdy jedzie osobno."), {}


_PROOFS: Final[Mapping[Proof, str]] = {
    Proof.NONE: N_("Przejazdu nie trzeba potwierdzać podpisem."),
    Proof.PER_RIDE: N_("Pasażer podpisuje oświadczenie za każdy przejazd."),
    Proof.PER_LEG: N_("Pasażer podpisuje oświadczenie za każdy kurs w jedną stronę."),
}


def _proof(rules: RideRules) -> _Sentences:
    yield _PROOFS[rules.proof], {}


_PRICES: Final[Mapping[PriceKind, str]] = {
    PriceKind.FREE: N_("Przejazd jest bezpłatny."),
    PriceKind.FLAT: N_("Przejazd kosztuje {amount}."),
    PriceKind.ZONE: N_("Cena zależy od strefy: {zones}."),
    PriceKind.PER_KILOMETRE: N_("Kilometr kosztuje {amount}."),
    PriceKind.SUBSCRIPTION: N_("Abonament na miesiąc kosztuje {amount}."),
    PriceKind.PREPAID: N_("Przejazd opłaca się z góry: {amount}."),
}


def _price(rules: RideRules) -> _Sentences:
    price = rules.price
    zones = tuple(_part(N_("{zone} {amount}"), zone=each.zone, amount=money(each.grosze)) for each in price.zones)
    yield _PRICES[price.kind], {"amount": money(price.grosze), "zones": zones}


def _verification(rules: RideRules) -> _Sentences:
    if rules.verification is Verification.BEFORE_FIRST_RIDE:
        yield N_("Koordynator sprawdza zgłoszenie przed pierwszym przejazdem."), {}
    else:
        yield N_("Można jeździć, zanim koordynator sprawdzi zgłoszenie."), {}


def _window(rules: RideRules) -> _Sentences:
    if rules.window_minutes:
        yield N_("Samochód może przyjechać do {minutes} min po podanej godzinie."), {"minutes": rules.window_minutes}
    else:
        yield N_("Samochód przyjeżdża o podanej godzinie."), {}


def _other_help(rules: RideRules) -> _Sentences:
    if not rules.other_help:
        yield N_("Innej pomocy nie podano."), {}
    for each in rules.other_help:
        yield each.text.replace("{", "{{").replace("}", "}}"), {}


_WRITERS: Final[Mapping[str, Callable[[RideRules], _Sentences]]] = {
    "eligibility": _eligibility,
    "verification": _verification,
    "quotas": _quotas,
    "charged": _charged,
    "no_show_pattern": _no_shows,
    "service": _service,
    "booking": _booking,
    "horizon": _horizon,
    "cancelling": _cancelling,
    "purposes": _purposes,
    "forbidden_purposes": _forbidden,
    "priority": _priority,
    "area": _area,
    "return_modes": _returns,
    "waiting_minutes": _waiting,
    "window_minutes": _window,
    "companions": _companions,
    "mobility": _mobility,
    "assistance": _assistance,
    "sharing": _sharing,
    "proof": _proof,
    "price": _price,
    "other_help": _other_help,
}
