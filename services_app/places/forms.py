"""The form of a destination with its entrances."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, Regexp

from services_app.places.actions import DestinationFacts, EntranceFacts
from services_app.places.labels import CATEGORIES
from services_app.places.models import Destination
from services_app.places.positions import read_near_position, shown_position
from services_app.places.queries import bare_street
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import ReadField, as_choices, at_most, cleaned, needed
from services_app.web.languages import say_text

ENTRANCE_ROWS = 4
_STEP_FREE = {True: "yes", False: "no", None: ""}


class EntranceForm(PlainForm):
    """One entrance; an empty name means there is none."""

    name = StringField(_("Wejście"), [at_most(120)], filters=[cleaned])
    note = StringField(_("Jak trafić"), [at_most(300)], filters=[cleaned])
    step_free = SelectField(
        _("Bez schodów"),
        choices=as_choices([("", _("nie wiadomo")), ("yes", _("tak")), ("no", _("nie, są schody"))]),
        default="",
    )


class DestinationForm(ChangingForm):
    """A place people ride to."""

    name = StringField(_("Nazwa"), [needed(_("Podaj nazwę miejsca.")), at_most(200)])
    category = SelectField(_("Rodzaj"))
    street = StringField(_("Ulica"), [needed(_("Podaj ulicę.")), at_most(120)])
    house_number = StringField(_("Numer"), [at_most(20)])
    postcode = StringField(
        _("Kod pocztowy"), [Optional(), Regexp(r"^\d\d-?\d\d\d$", message=_("Kod ma pięć cyfr, na przykład 25-544."))]
    )
    town = StringField(_("Miejscowość"), [needed(_("Podaj miejscowość.")), at_most(80)], default="Kielce")
    position = ReadField(_("Położenie na mapie"), read_near_position)
    note = StringField(_("Uwagi dla kierowcy"), [at_most(500)])
    entrances = FieldList(FormField(EntranceForm), _("Wejście"), min_entries=ENTRANCE_ROWS, max_entries=ENTRANCE_ROWS)
    confirmed = BooleanField(_("Dane sprawdzone dzisiaj"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = as_choices(
            (code, say_text(words)) for code, (words, _icon, _purpose) in CATEGORIES.items()
        )

    def facts(self, street: tuple[float, float], before: Destination | None = None) -> DestinationFacts:
        """What was typed; without a position of its own the place lies at its ``street``, which is not exact."""
        typed = None if before is not None and self.leaves_position(before) else self.position.value
        latitude, longitude = typed or street
        postcode = (self.postcode.data or "").replace("-", "")
        return DestinationFacts(
            name=self.name.data or "", category=self.category.data, street=self.street.data or "",
            house_number=self.house_number.data or None, postcode=f"{postcode[:2]}-{postcode[2:]}" if postcode else None,
            town=self.town.data or "Kielce", latitude=latitude, longitude=longitude, note=self.note.data or None,
            place_is_exact=typed is not None, entrances=tuple(_entrance(row.form) for row in self.entrances),
            confirmed=bool(self.confirmed.data),
        )  # fmt: skip

    def leaves_position(self, before: Destination) -> bool:
        """Whether another street was typed, and the position in its field is still that of the old one."""
        streets = [(bare_street(street or ""), town) for street, town in (
            (self.street.data, self.town.data), (before.street, before.town),
        )]  # fmt: skip
        return streets[0] != streets[1] and self.position.data == shown(before)["position"]


def _entrance(form: Any) -> EntranceFacts | None:
    if not form.name.data:
        return None
    answer = {"yes": True, "no": False}.get(form.step_free.data)
    return EntranceFacts(form.name.data, form.note.data or None, answer)


def shown(place: Destination) -> dict[str, Any]:
    """A destination as the form shows it: each entrance in its own row, an empty row where one was closed."""
    rows = [{"name": "", "note": "", "step_free": ""} for _row in range(ENTRANCE_ROWS)]
    for entrance in place.entrances:
        if entrance.position < ENTRANCE_ROWS:
            rows[entrance.position] = {
                "name": entrance.name,
                "note": entrance.note or "",
                "step_free": _STEP_FREE[entrance.step_free],
            }
    fields = ("name", "category", "street", "house_number", "postcode", "town", "note")
    return {
        **{name: getattr(place, name) or "" for name in fields},
        "position": shown_position(place.latitude, place.longitude) if place.place_is_exact else "",
        "entrances": rows,
    }
