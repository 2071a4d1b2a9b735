"""Polish wording of kinds of places, with the icon and the likeliest purpose of a ride there."""

from __future__ import annotations

from services_app.journal import labels as journal
from services_app.wording import N_

CATEGORIES: dict[str, tuple[str, str, str]] = {
    "szpital": (N_("szpital"), "clinic", "medical"),
    "przychodnia": (N_("przychodnia"), "clinic", "medical"),
    "poradnia": (N_("poradnia"), "clinic", "medical"),
    "urząd": (N_("urząd"), "office", "office"),
    "MOPR": (N_("pomoc społeczna"), "office", "office"),
    "bank": (N_("bank"), "bank", "bank"),
    "cmentarz": (N_("cmentarz"), "church", "cemetery"),
    "biblioteka": (N_("biblioteka"), "culture", "library"),
    "kultura": (N_("kultura"), "culture", "culture"),
    "muzeum": (N_("muzeum"), "culture", "culture"),
    "kościół": (N_("kościół"), "church", "culture"),
    "komunikacja": (N_("dworzec"), "pin", "station"),
    "DPS": (N_("dom pomocy społecznej"), "home", "office"),
    "klub seniora": (N_("klub seniora"), "people", "culture"),
    "klub": (N_("klub"), "people", "culture"),
    "handel": (N_("handel"), "shop", "office"),
    "sport": (N_("sport"), "people", "culture"),
    "inne": (N_("inne miejsce"), "pin", "office"),
}
"""Category → (wording, icon, likeliest purpose)."""


def category_words(category: str) -> str:
    """The category as people say it."""
    return CATEGORIES.get(category, CATEGORIES["inne"])[0]


def category_icon(category: str) -> str:
    """The icon drawn beside it."""
    return CATEGORIES.get(category, CATEGORIES["inne"])[1]


def likeliest_purpose(category: str) -> str:
    """Why people mostly ride there (a word of the ride programme)."""
    return CATEGORIES.get(category, CATEGORIES["inne"])[2]


journal.register_subject("destination", N_("miejsce"))
journal.register("destination_added", N_("dodano miejsce"))
journal.register("destination_changed", N_("zmieniono miejsce"))
journal.register("destination_closed", N_("zamknięto miejsce"))
journal.register("destination_reopened", N_("przywrócono miejsce"))
