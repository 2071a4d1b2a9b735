"""May this passenger have this ride? Every rule is asked, and every "no" is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from services_app.rides.policy.asked import Passenger, PastRide, RideAssessment, RideQuestion
from services_app.rides.policy.eligibility import eligibility_reasons, may_ride_unverified, mobility_reasons, same_town
from services_app.rides.policy.moments import book_from, book_until, booking_reasons, cancel_until
from services_app.rides.policy.quotas import quota_reasons, quotas_left
from services_app.rides.policy.reading import in_order
from services_app.rides.policy.shape import PurposeRule, RideRules, Service
from services_app.rides.policy.words import ALLOWED_TRIPS, HELP, RETURNS, named
from services_app.rides.terms import INCLUDES, Priority, Purpose, ReturnMode, RideResult
from services_app.verdict import Reason, Verdict
from services_app.wording import N_
from services_app.workdays import is_public_holiday


def ride_verdict(
    rules: RideRules, request: RideQuestion, passenger: Passenger, history: Sequence[PastRide], *, now: datetime
) -> RideAssessment:
    """The answer of a rule version to one request; whether a car is free is another question.

    ``now`` is aware, or naive on the Warsaw clock. ``history`` holds the passenger's other rides, past and coming.
    Each code stands at most once among the reasons.
    """
    states = quotas_left(rules, history, request.on)
    reasons = [
        *eligibility_reasons(rules, passenger, request.on),
        *_verification_reasons(rules, passenger),
        *mobility_reasons(rules, passenger),
        *purpose_reasons(rules, request.purpose),
        *area_reasons(rules, request.destination_town, request.km_beyond),
        *_companion_reasons(rules, request),
        *_comfort_reasons(rules, request),
        *day_reasons(rules.service, request.on),
        *hour_reasons(rules.service, request),
        *booking_reasons(rules, request.on, request.pickup_at, now=now),
        *quota_reasons(rules, states, request.on, request.legs),
        *_double_reasons(request, history),
    ]
    rule = purpose_rule(rules, request.purpose)
    return RideAssessment(
        verdict=Verdict.of(reasons),
        quotas=states,
        book_from=book_from(rules, request.on),
        book_until=book_until(rules, request.on, request.pickup_at),
        cancel_until=cancel_until(rules, request.on, request.pickup_at),
        needs_approval=rule is not None and rule.needs_approval,
        tier=1 if rule is None else rule.tier,
    )


def _verification_reasons(rules: RideRules, passenger: Passenger) -> Iterator[Reason]:
    if not passenger.verified and not may_ride_unverified(rules):
        yield Reason(
            "NOT_VERIFIED", N_("Koordynator musi najpierw sprawdzić zgłoszenie do programu. Zadzwoń i zapytaj, kiedy.")
        )


def purpose_rule(rules: RideRules, purpose: Purpose) -> PurposeRule | None:
    """What the rules say of a purpose, by its own name or by a wider one's; None when it is not allowed."""
    if purpose in rules.forbidden_purposes:
        return None
    by_name = {rule.purpose: rule for rule in rules.purposes}
    wider = [by_name[each] for each, included in INCLUDES.items() if purpose in included and each in by_name]
    return by_name.get(purpose) or (wider[0] if wider else None)


def tier_of(rules: RideRules, purpose: Purpose) -> int:
    """Where a purpose stands when cars are short, the lowest first; 1 for every one where the order of requests decides.

    No source found: no regulamin we know names tiers (Kielce names none either). A field for the office to fill, as
    ``may_ride_unverified``. Who has a promise keeps it: tiers decide who gets the next free car when one falls away.
    """
    rule = purpose_rule(rules, purpose)
    return 1 if rule is None or rules.priority is not Priority.TIERS else rule.tier


def purpose_reasons(rules: RideRules, purpose: Purpose) -> Iterator[Reason]:
    """Whether rides lead to such a place at all.

    Sources: the purposes each regulamin lists (Kielce 2024: office, bank, medical); Inowrocław 2018 and Kościan 2021: never emergencies.
    """
    if purpose_rule(rules, purpose) is not None:
        return
    if purpose is Purpose.EMERGENCY:
        yield Reason("PURPOSE_NOT_ALLOWED", N_("To nie jest pogotowie. W nagłym wypadku zadzwoń pod 112 albo 999."))
        return
    yield Reason("PURPOSE_NOT_ALLOWED", N_("Tam nie wozimy. Możesz jechać: {trips}."), {"trips": allowed_trips(rules)})


def allowed_trips(rules: RideRules) -> tuple[str, ...]:
    """Where rides lead, as in "możesz jechać do banku"."""
    return named((rule.purpose for rule in rules.purposes), ALLOWED_TRIPS)


def other_purpose(rules: RideRules) -> Reason:
    """What somebody hears whose purpose is none of those the rules know."""
    words = N_("Program nie obejmuje innych przejazdów. Możesz jechać: {trips}. Jeśli nie wiesz, co wybrać, zadzwoń.")
    return Reason("PURPOSE_NOT_ALLOWED", words, {"trips": allowed_trips(rules)})


def area_reasons(rules: RideRules, destination_town: str, km_beyond: float | None = None) -> Iterator[Reason]:
    """Whether the cars go that far; ``km_beyond`` the area's towns where somebody measured.

    Source: Kielce 2024 and Inowrocław 2018: inside the city.
    """
    area = rules.area
    if area is None or any(same_town(destination_town, town) for town in area.towns):
        return
    if km_beyond is not None and km_beyond <= area.beyond_km:
        return
    if not area.beyond_km:
        yield Reason(
            "OUTSIDE_AREA", N_("Wozimy tylko w granicach: {towns}. Wybierz miejsce bliżej."), {"towns": area.towns}
        )
        return
    yield Reason(
        "OUTSIDE_AREA",
        N_("Wozimy w granicach: {towns} i do {km} km dalej. Wybierz miejsce bliżej."),
        {"towns": area.towns, "km": area.beyond_km},
    )


def _companion_reasons(rules: RideRules, request: RideQuestion) -> Iterator[Reason]:
    """Who comes along. Sources: Kielce 2021: declared before; Inowrocław 2018 and Kościan 2021: 16 or older."""
    limits, ages = rules.companions, request.companion_ages
    if len(ages) > limits.most:
        yield _too_many(limits.most)
    if limits.min_age is not None and any(age is not None and age < limits.min_age for age in ages):
        yield Reason(
            "COMPANION_TOO_YOUNG",
            N_("Opiekun musi mieć co najmniej {age} lat. Wybierz starszą osobę."),
            {"age": limits.min_age},
        )


def _too_many(most: int) -> Reason:
    if not most:
        return Reason(
            "COMPANION_TOO_MANY", N_("Opiekun nie może jechać razem z pasażerem. Zadzwoń, jeśli potrzebna jest pomoc.")
        )
    return Reason(
        "COMPANION_TOO_MANY", N_("Liczba opiekunów, którzy mogą jechać: {most}. Zmniejsz ich liczbę."), {"most": most}
    )


def _comfort_reasons(rules: RideRules, request: RideQuestion) -> Iterator[Reason]:
    """The way back and the help asked for, where they are known.

    Source: Kielce 2024: the driver waits up to 30 minutes, for a longer visit the hour of the way back is agreed.
    """
    mode, help_asked = request.return_mode, request.assistance
    if mode is not None and mode not in rules.return_modes:
        offered = named(in_order(rules.return_modes), RETURNS)
        yield Reason("RETURN_MODE_NOT_OFFERED", N_("Takiego powrotu nie ma. Wybierz: {offered}."), {"offered": offered})
    elif mode is ReturnMode.DRIVER_WAITS and (request.visit_minutes or 0) > (rules.waiting_minutes or 0):
        yield Reason(
            "WAITING_TOO_LONG",
            N_("Kierowca czeka najwyżej {minutes} min. Przy dłuższej wizycie wybierz godzinę powrotu."),
            {"minutes": rules.waiting_minutes or 0},
        )
    if help_asked is not None and help_asked not in rules.assistance:
        offered = named(in_order(rules.assistance), HELP)
        yield Reason(
            "ASSISTANCE_NOT_OFFERED", N_("Kierowca daje tylko: {offered}. Weź ze sobą opiekuna."), {"offered": offered}
        )


def day_reasons(service: Service, on: date) -> Iterator[Reason]:
    """Whether the cars ride on a day at all.

    Sources: every regulamin found: Monday to Friday; public holidays: the act of 18 January 1951 on days free from work
    (:mod:`services_app.workdays`).
    """
    if on.weekday() not in service.weekdays:
        yield Reason("DAY_CLOSED", N_("Tego dnia tygodnia nie ma przejazdów. Wybierz inny dzień."))
    elif not service.on_holidays and is_public_holiday(on):
        yield Reason("DAY_CLOSED", N_("To dzień ustawowo wolny od pracy, bez przejazdów. Wybierz inny dzień."))


def hour_reasons(service: Service, request: RideQuestion) -> Iterator[Reason]:
    """Hours against the bounds. Before the hours are planned, the appointment stands for the pick-up and its end for the way back.

    Sources: Kielce 2024: 8–15; Inowrocław 2018: 7–18; Kościan 2021: pick-ups 9–18, home by 20.
    """
    leaves = request.pickup_at or request.appointment_at
    home = request.return_at or _visit_ends(request)
    last, first, home_by = service.last_pickup or service.home_by, service.first_pickup, service.home_by
    early = first is not None and leaves is not None and leaves < first
    late = last is not None and leaves is not None and leaves > last
    home_late = home_by is not None and home is not None and home > home_by
    if early:
        yield Reason(
            "OUTSIDE_HOURS", N_("Pierwszy wyjazd jest o {first}. Wybierz późniejszą godzinę."), {"first": first}
        )
    elif home_late and late and service.last_pickup is not None:
        yield Reason(
            "OUTSIDE_HOURS",
            N_("Ostatni wyjazd z domu jest o {last}, a powrót najpóźniej o {home}. Wybierz wcześniejszą godzinę."),
            {"last": last, "home": home_by},
        )
    elif home_late:
        yield Reason(
            "OUTSIDE_HOURS",
            N_("Powrót do domu jest najpóźniej o {last}. Wybierz wcześniejszą godzinę."),
            {"last": home_by},
        )
    elif late:
        yield Reason(
            "OUTSIDE_HOURS", N_("Ostatni wyjazd z domu jest o {last}. Wybierz wcześniejszą godzinę."), {"last": last}
        )


def _visit_ends(request: RideQuestion) -> time | None:
    if request.legs == 1 or request.appointment_at is None:
        return None
    starts = datetime.combine(request.on, request.appointment_at)
    ends = starts + timedelta(minutes=request.visit_minutes or 0)
    return ends.time() if ends.date() == request.on else time.max


def _double_reasons(request: RideQuestion, history: Sequence[PastRide]) -> Iterator[Reason]:
    """A promised ride at the same time. Where the hours are not known on both sides, the same day counts as the same time.

    The house's own rule: nobody sits in two cars at once.
    """
    booked = (ride for ride in history if ride.result is RideResult.BOOKED and ride.on == request.on)
    if any(_meet(request, ride) for ride in booked):
        yield Reason(
            "ALREADY_BOOKED_THEN",
            N_("Na ten czas jest już zamówiony przejazd. Wybierz inny termin albo zmień tamten przejazd."),
        )


def _meet(request: RideQuestion, ride: PastRide) -> bool:
    starts, ends = request.pickup_at, request.return_at or request.appointment_at
    if starts is None or ends is None or ride.starts_at is None or ride.ends_at is None:
        return True
    return starts == ride.starts_at or (starts < ride.ends_at and ride.starts_at < ends)
