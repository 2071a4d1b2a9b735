"""What the readable copy of one's data prints of rides: labels of columns, and the words of what they hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from services_app.journal.labels import ACTOR_KINDS
from services_app.residents.copied import OWNER, ROW, SAID_ELSEWHERE, STAFF, WORKINGS, Field, Section
from services_app.residents.labels import LANGUAGES
from services_app.rides import labels
from services_app.rides.statements import statement_text
from services_app.rides.terms import Condition, Purpose
from services_app.wording import N_, CalendarDay

STEPS: Final[Mapping[str, str]] = {
    "booked": N_("zamówiono przejazd"),
    "moved": N_("zmieniono przejazd"),
    "assigned": N_("przypisano przejazd do samochodu"),
    "unassigned": N_("cofnięto przypisanie przejazdu"),
    "state": N_("zmieniono stan przejazdu"),
    "late": N_("kierowca zapowiedział spóźnienie"),
    "arrived": N_("kierowca był na miejscu"),
    "picked_up": N_("zapisano, że pasażer wsiadł"),
    "delivered": N_("zapisano, że pasażer dojechał"),
    "ready": N_("zgłoszono gotowość do powrotu"),
    "not_there": N_("zapisano, że nikogo nie było na powrót"),
    "cancelled": N_("odwołano przejazd"),
    "leg_cancelled": N_("odwołano jedną drogę przejazdu"),
    "cancelled_by_operator": N_("odwołano przejazd z naszej winy"),
    "excused": N_("usprawiedliwiono nieobecność"),
}
"""What the steps in the life of a ride are called."""
_OUTCOMES: Final = {"accepted_other": N_("przyjęto inną godzinę"), "declined": N_("nie przyjęto innej godziny")}
_WAYS: Final = {True: N_("aktualna"), False: N_("odwołana")}
_VERSION: Final = "the rules of the programme are published"
_PLACE: Final = "where a place lies; its name or address is printed"
_ROW: Final = {"id": ROW, "resident_id": OWNER}


def reasons_said(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each reason as it was told; by its code when the told text was removed."""
    told = [str(reason.get("text") or labels.REASONS.get(reason.get("code", ""), "")) for reason in reasons]
    return [text for text in told if text]


def wish_said(wish: Mapping[str, Any]) -> list[Any]:
    """Where to, at what hour and for what somebody asked (the JSON of a wish; empty parts are left out)."""
    place, hour, purpose = wish.get("place") or {}, wish.get("appointment_at"), wish.get("purpose")
    said = [place.get("name"), place.get("address"), place.get("town")]
    return [
        *(part for part in said if part),
        *([time.fromisoformat(hour)] if hour else []),
        *([labels.PURPOSES[Purpose(purpose)]] if purpose else []),
    ]


def offers_said(offers: Sequence[Mapping[str, Any]]) -> list[date]:
    """The moments of pick-up that were offered instead, or the days."""
    return [
        datetime.fromisoformat(offer["pickup_at"]) if offer.get("pickup_at") else date.fromisoformat(offer["on"])
        for offer in offers
    ]


def _conditions_said(conditions: Sequence[str]) -> list[str]:
    return [labels.CONDITIONS[Condition(condition)] for condition in conditions]


SECTIONS: Final[Mapping[str, Section]] = {
    "ride_enrolments": Section(
        N_("Udział w programie"),
        {
            "declared_at": Field(N_("Zgłoszono")),
            "channel": Field(N_("Jak zgłoszono"), labels.CHANNELS),
            "declared_by_kind": Field(N_("Kto zgłosił"), ACTOR_KINDS),
            "statement_text": Field(N_("Oświadczenie"), statement_text),
            "state": Field(N_("Stan"), labels.ENROLMENT_STATES),
            "decided_at": Field(N_("Rozstrzygnięto")),
            "reasons": Field(N_("Powody odmowy"), reasons_said),
            "note": Field(N_("Uwaga")),
            "ended_at": Field(N_("Zakończono")),
        },
        {**_ROW, "rules_version_id": _VERSION, "declared_by_id": ROW, "decided_by_id": STAFF},
        place=20,
    ),
    "ride_enrolment_conditions": Section(
        N_("Warunki udziału"),
        {
            "condition": Field(N_("Warunek"), labels.CONDITIONS),
            "holds": Field(N_("Spełniony")),
            "verified_at": Field(N_("Sprawdzono")),
            "proof": Field(N_("Na jakiej podstawie")),
            "valid_until": Field(N_("Ważne do")),
        },
        {"id": ROW, "enrolment_id": ROW, "verified_by_id": STAFF},
        place=21,
    ),
    "join_applications": Section(
        N_("Zgłoszenia z internetu"),
        {
            "received_at": Field(N_("Wpłynęło")),
            "state": Field(N_("Stan"), labels.APPLICATION_STATES),
            "first_name": Field(N_("Imię")),
            "last_name": Field(N_("Nazwisko")),
            "pesel": Field(N_("PESEL")),
            "birth_on": Field(N_("Data urodzenia"), CalendarDay.of),
            "phone": Field(N_("Telefon")),
            "land_line": Field(N_("Telefon stacjonarny")),
            "e_mail": Field(N_("E-mail")),
            "street": Field(N_("Ulica")),
            "house_number": Field(N_("Numer domu")),
            "flat_number": Field(N_("Numer mieszkania")),
            "town": Field(N_("Miejscowość")),
            "language": Field(N_("Język"), LANGUAGES),
            "mobility": Field(N_("Poruszanie się"), labels.MOBILITY),
            "conditions": Field(N_("Warunki udziału"), _conditions_said),
            "statement_text": Field(N_("Oświadczenie"), statement_text),
            "decided_at": Field(N_("Rozstrzygnięto")),
            "reasons": Field(N_("Powody odmowy"), reasons_said),
            "blanked_at": Field(N_("Usunięto dane")),
        },
        {**_ROW, "rules_version_id": _VERSION, "decided_by_id": STAFF},
        place=22,
    ),
    "rides": Section(
        N_("Przejazdy"),
        {
            "on": Field(N_("Dzień")),
            "state": Field(N_("Stan"), labels.STATES),
            "purpose": Field(N_("Cel"), labels.PURPOSES),
            "destination_name": Field(N_("Dokąd")),
            "destination_address": Field(N_("Adres")),
            "destination_town": Field(N_("Miejscowość")),
            "entrance": Field(N_("Wejście")),
            "appointment_at": Field(N_("Godzina wizyty")),
            "visit_minutes": Field(N_("Czas wizyty w minutach")),
            "return_mode": Field(N_("Powrót"), labels.RETURN_MODES),
            "companions": Field(N_("Ile osób towarzyszy")),
            "companion_age": Field(N_("Wiek osoby towarzyszącej")),
            "mobility": Field(N_("Poruszanie się"), labels.MOBILITY),
            "assistance": Field(N_("Pomoc kierowcy"), labels.ASSISTANCE),
            "note": Field(N_("Uwaga")),
            "channel": Field(N_("Jak zamówiono"), labels.CHANNELS),
            "booked_by_kind": Field(N_("Kto zamówił"), ACTOR_KINDS),
            "booked_at": Field(N_("Zamówiono")),
            "cancel_until": Field(N_("Można odwołać do")),
            "charged_legs": Field(N_("Ile kursów liczy się do limitu")),
            "excused": Field(N_("Nieobecność usprawiedliwiona")),
            "override_reason": Field(N_("Powód wyjątku")),
            "overridden": Field(N_("Od czego zrobiono wyjątek"), reasons_said),
        },
        {
            **_ROW, "rules_version_id": _VERSION, "destination_id": SAID_ELSEWHERE, "entrance_id": SAID_ELSEWHERE,
            "destination_latitude": _PLACE, "destination_longitude": _PLACE, "booked_by_id": ROW, "override_by_id": STAFF,
        },
        place=30,
        named={"entrance": ("entrance_id", "name")},
    ),
    "legs": Section(
        N_("Odcinki przejazdów"),
        {
            "on": Field(N_("Dzień")),
            "direction": Field(N_("Kierunek"), labels.DIRECTIONS),
            "active": Field(N_("Stan"), _WAYS),
            "promised_from_at": Field(N_("Odbiór najwcześniej")),
            "promised_until_at": Field(N_("Odbiór najpóźniej")),
            "arrive_by_at": Field(N_("Na miejscu najpóźniej")),
            "planned_pickup_at": Field(N_("Odbiór według planu")),
            "planned_dropoff_at": Field(N_("Na miejscu według planu")),
            "seats": Field(N_("Miejsca siedzące")),
            "wheelchairs": Field(N_("Miejsca na wózek")),
            "shared": Field(N_("Wspólny przejazd z innymi")),
            "assigned_at": Field(N_("Przydzielono samochód")),
            "ready_at": Field(N_("Zgłoszono gotowość do powrotu")),
            "late_minutes": Field(N_("Spóźnienie w minutach")),
            "arrived_at": Field(N_("Kierowca na miejscu")),
            "picked_up_at": Field(N_("Pasażer wsiadł")),
            "delivered_at": Field(N_("Pasażer dojechał")),
        },
        {
            "id": ROW, "ride_id": ROW, "sequence": SAID_ELSEWHERE, "from_latitude": _PLACE, "from_longitude": _PLACE, "to_latitude": _PLACE,
            "to_longitude": _PLACE, "boarding_minutes": WORKINGS, "alighting_minutes": WORKINGS, "shift_id": ROW,
        },
        place=31,
    ),
    "ride_events": Section(
        N_("Przebieg przejazdów"),
        {
            "at": Field(N_("Kiedy")),
            "deed": Field(N_("Co zrobiono"), STEPS),
            "state": Field(N_("Stan"), labels.STATES),
            "by_kind": Field(N_("Kto"), ACTOR_KINDS),
            "reason": Field(N_("Powód")),
        },
        {"id": ROW, "ride_id": ROW, "by_id": ROW, "details": WORKINGS},
        place=32,
    ),
    "refusals": Section(
        N_("Odmowy"),
        {
            "at": Field(N_("Kiedy")),
            "channel": Field(N_("Jak zamówiono"), labels.CHANNELS),
            "by_kind": Field(N_("Kto"), ACTOR_KINDS),
            "wished_on": Field(N_("Na jaki dzień")),
            "wish": Field(N_("Dokąd i po co"), wish_said),
            "reasons": Field(N_("Powody odmowy"), reasons_said),
            "offered": Field(N_("Co zaproponowano"), offers_said),
            "outcome": Field(N_("Odpowiedź"), _OUTCOMES),
        },
        {**_ROW, "rules_version_id": _VERSION, "by_id": ROW},
        place=33,
    ),
    "saved_places": Section(
        N_("Zapisane miejsca"),
        {
            "label": Field(N_("Nazwa")),
            "destination": Field(N_("Dokąd")),
            "entrance": Field(N_("Wejście")),
        },
        {**_ROW, "destination_id": SAID_ELSEWHERE, "entrance_id": SAID_ELSEWHERE},
        place=34,
        named={"destination": ("destination_id", "name"), "entrance": ("entrance_id", "name")},
    ),
}  # fmt: skip
NOT_ON_PAPER: Final[Mapping[str, str]] = {
    "booking_drafts": "a form not sent yet, kept for a day",
}
