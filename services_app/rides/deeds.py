"""What the deeds of booking and driving are called in the journal."""

from __future__ import annotations

from services_app.journal import labels as journal
from services_app.wording import N_

DEEDS = {
    "ride_booked": N_("zamówiono przejazd"),
    "ride_moved": N_("zmieniono przejazd"),
    "ride_refused": N_("odmówiono przejazdu"),
    "ride_rules_overridden": N_("zgodzono się na przejazd mimo zasad"),
    "ride_cancelled": N_("odwołano przejazd"),
    "ride_leg_cancelled": N_("odwołano jedną drogę przejazdu"),
    "ride_cancelled_by_operator": N_("odwołano przejazd z naszej winy"),
    "ride_state_changed": N_("zmieniono stan przejazdu"),
    "ride_picked_up": N_("zapisano, że pasażer wsiadł"),
    "ride_delivered": N_("zapisano, że pasażer dojechał"),
    "ride_leg_not_there": N_("zapisano, że nikogo nie było na powrót"),
    "ride_excused": N_("usprawiedliwiono nieobecność"),
    "ride_ready": N_("zgłoszono gotowość do powrotu"),
    "ride_assigned": N_("przypisano przejazd do samochodu"),
    "ride_replanned": N_("w planie przeniesiono przejazd do innego samochodu"),
    "ride_unassigned": N_("cofnięto przypisanie przejazdu"),
    "place_saved": N_("zapamiętano miejsce"),
    "place_forgotten": N_("usunięto zapamiętane miejsce"),
    "day_closed": N_("zamknięto dzień przejazdów"),
    "day_opened": N_("otwarto dzień przejazdów"),
    "vehicle_added": N_("dodano samochód"),
    "vehicle_changed": N_("zmieniono dane samochodu"),
    "driver_added": N_("dodano kierowcę"),
    "driver_changed": N_("zmieniono dane kierowcy"),
    "contractor_added": N_("dodano firmę przewozową"),
    "contractor_changed": N_("zmieniono dane firmy przewozowej"),
    "shift_planned": N_("zaplanowano zmianę"),
    "shift_cancelled": N_("odwołano zmianę"),
    "shift_driver_changed": N_("oddano zmianę innemu kierowcy"),
    "absence_noted": N_("zapisano nieobecność"),
    "absence_ended": N_("usunięto nieobecność"),
}
SUBJECTS = {
    "ride": N_("przejazd"),
    "refusal": N_("odmowa"),
    "saved_place": N_("zapamiętane miejsce"),
    "day": N_("dzień"),
    "vehicle": N_("samochód"),
    "driver": N_("kierowca"),
    "contractor": N_("firma przewozowa"),
    "absence": N_("nieobecność"),
}


def name_deeds() -> None:
    """Tell the journal the words; those of vehicles stand here too, since only rides show them."""
    for deed, words in DEEDS.items():
        journal.register(deed, words)
    for kind, words in SUBJECTS.items():
        journal.register_subject(kind, words)
