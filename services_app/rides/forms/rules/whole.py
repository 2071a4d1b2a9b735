"""The form of a whole version: from the stored rules into fields, from fields into JSON, faults back to their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, FormField, HiddenField, RadioField, SelectMultipleField, StringField

from services_app.rides.forms.rules.parts import (
    ALLOWED,
    FORBIDDEN,
    MOST_ROWS,
    UNLISTED,
    AlternativePart,
    AreaPart,
    CompanionsPart,
    HorizonPart,
    NoShowPart,
    OtherHelpPart,
    PricePart,
    PurposePart,
    QuotaPart,
    ServicePart,
    SharingPart,
    TermPart,
    words,
)
from services_app.rides.labels import (
    FIELDS,
    MOBILITY,
    PRIORITIES,
    PROOFS,
    RESULTS,
    RETURN_MODES,
    VERIFICATIONS,
)
from services_app.rides.policy import Fault
from services_app.rides.policy.words import HELP
from services_app.rides.terms import ALWAYS_CHARGED, MAY_BE_CHARGED, Purpose, RideResult
from services_app.web.forms import Form, WholeNumberField, at_most, needed
from services_app.web.languages import say, say_text

ROWS = ("eligibility", "quotas", "price-zones", "other_help")
"""The lists that grow and shrink by a button."""


class RulesForm(Form):
    """Every rule as a sentence with gaps; the fields bear the names of the rules, so that a fault finds its field."""

    name = StringField(_("Nazwa wersji"), [needed(_("Nadaj wersji nazwę.")), at_most(160)])
    revision = HiddenField()
    eligibility = FieldList(FormField(AlternativePart), max_entries=MOST_ROWS)
    verification = RadioField(_("Sprawdzenie zgłoszenia"), choices=words(VERIFICATIONS))
    quotas = FieldList(FormField(QuotaPart), max_entries=MOST_ROWS)
    charged = SelectMultipleField(
        _("Limit zmniejsza też"),
        choices=words({each: RESULTS[each] for each in RideResult if each in MAY_BE_CHARGED - ALWAYS_CHARGED}),
    )
    no_show_pattern = FormField(NoShowPart)
    service = FormField(ServicePart)
    booking = FormField(TermPart)
    horizon = FormField(HorizonPart)
    cancelling = FormField(TermPart)
    purposes = FieldList(FormField(PurposePart), max_entries=len(Purpose))
    priority = RadioField(_("Kto ma pierwszeństwo"), choices=words(PRIORITIES))
    area = FormField(AreaPart)
    return_modes = SelectMultipleField(_("Pasażer wybiera powrót"), choices=words(RETURN_MODES))
    waiting_minutes = WholeNumberField(_("Ile minut czeka kierowca"))
    window_minutes = WholeNumberField(_("Ile minut po podanej godzinie"))
    companions = FormField(CompanionsPart)
    mobility = SelectMultipleField(_("Wozimy osoby, dla których pasuje"), choices=words(MOBILITY))
    assistance = SelectMultipleField(_("Kierowca daje"), choices=words(HELP))
    sharing = FormField(SharingPart)
    proof = RadioField(_("Potwierdzenie przejazdu"), choices=words(PROOFS))
    price = FormField(PricePart)
    other_help = FieldList(FormField(OtherHelpPart), max_entries=MOST_ROWS)

    # --- rows -------------------------------------------------------------------------------------------------------------------------

    def rows_of(self, name: str) -> FieldList[Any]:
        """The list with a name from :data:`ROWS`; KeyError for another."""
        if name not in ROWS:
            raise KeyError(name)
        found = self.price.form.zones if name == "price-zones" else self[name]
        assert isinstance(found, FieldList)
        return found

    def change_rows(self, deed: str) -> str | None:
        """Carry out ``add:quotas`` or ``remove:quotas-1``; returns the list's name, None when the deed is no such."""
        what, _colon, which = deed.partition(":")
        name = which if what == "add" else which.rpartition("-")[0]
        if what not in ("add", "remove") or name not in ROWS:
            return None
        rows = self.rows_of(name)
        if what == "remove":
            rows.entries = [row for row in rows.entries if row.name != which]
        elif len(rows.entries) < MOST_ROWS:
            rows.append_entry({})
        return name

    # --- out --------------------------------------------------------------------------------------------------------------------------

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields; an empty alternative among others would let everybody ride."""
        good = bool(super().validate(extra_validators))
        if len(self.eligibility.entries) > 1:
            for row in self.eligibility.entries:
                if row.form.is_blank:
                    good = False
                    told = gettext("Ta możliwość jest pusta, więc jeździłby każdy. Wpisz warunek albo ją usuń.")
                    _tell(row.form.min_age, told, [self.eligibility])
        return good

    def body(self) -> dict[str, Any]:
        """What was typed, as the JSON of ``RideRules``; whether it fits is for the rules to say."""
        return {
            "eligibility": [_plain(row.form) for row in self.eligibility],
            "quotas": [_plain(row.form) for row in self.quotas],
            "service": {**_plain(self.service.form), "weekdays": _numbers(self.service.form.weekdays.data)},
            "booking": _plain(self.booking.form),
            "horizon": _plain(self.horizon.form) if self.horizon.form.number.data is not None else None,
            "cancelling": _plain(self.cancelling.form) if self.cancelling.form.number.data is not None else None,
            "no_show_pattern": _plain(self.no_show_pattern.form) if any(self.no_show_pattern.data.values()) else None,
            "purposes": [_purpose(row.form) for row in self._purposes(ALLOWED)],
            "forbidden_purposes": [row.form.purpose.data for row in self._purposes(FORBIDDEN)],
            "area": _area(self.area.form),
            "charged": [*ALWAYS_CHARGED, *(self.charged.data or [])],
            "companions": {**_plain(self.companions.form)},
            "sharing": {**_plain(self.sharing.form), "max_detour_minutes": self.sharing.form.max_detour_minutes.data or 0},
            "price": _price(self.price.form),
            "other_help": [_plain(row.form) for row in self.other_help],
            "waiting_minutes": self.waiting_minutes.data,
            "window_minutes": self.window_minutes.data,
            **{name: self[name].data for name in ("verification", "priority", "proof")},
            **{name: self[name].data or [] for name in ("return_modes", "mobility", "assistance")},
        }  # fmt: skip

    def _purposes(self, use: str) -> list[Any]:
        return [row for row in self.purposes if row.form.use.data == use]

    # --- faults -----------------------------------------------------------------------------------------------------------------------

    def take_faults(self, faults: Iterable[Fault]) -> list[str]:
        """Put each fault beside its field; returns what belongs to no field."""
        homeless = []
        for fault in faults:
            field, lists = self._field_at(fault.path)
            if field is None:
                homeless.append(say(fault.reason))
            else:
                _tell(field, _under_its_rule(fault), lists)
        return homeless

    def _field_at(self, path: str) -> tuple[Field | None, list[FieldList[Any]]]:
        """The field a path leads to, and the lists on the way."""
        steps = re.findall(r"[^.\[\]]+", path.replace("forbidden_purposes", "purposes"))
        place: Any = self
        lists: list[FieldList[Any]] = []
        for step in steps:
            following = self._step(place, step)
            if following is None:
                break
            place = following
            if isinstance(place, FieldList):
                lists.append(place)
        return (None if place is self else _first_field(place)), lists

    def _step(self, place: Any, step: str) -> Any:
        if isinstance(place, FieldList):
            rows = self._purposes(ALLOWED) if place is self.purposes else place.entries
            return rows[int(step)] if step.isdecimal() and int(step) < len(rows) else None
        form = place.form if isinstance(place, FormField) else place
        known = getattr(form, "_fields", None)
        return None if known is None else known.get(step)

    # --- in ---------------------------------------------------------------------------------------------------------------------------

    @staticmethod
    def values_of(body: dict[str, Any]) -> dict[str, Any]:
        """The stored JSON as the form's own values."""
        values = {**body, "purposes": list(_purpose_rows(body))}
        values["service"] = {
            **body["service"],
            "weekdays": [str(day) for day in body["service"]["weekdays"]],
            **{name: _hour(body["service"][name]) for name in ("first_pickup", "last_pickup", "home_by")},
        }
        values["quotas"] = [
            {**quota, "starts_on": _day(quota["starts_on"]), "ends_on": _day(quota["ends_on"])}
            for quota in body["quotas"]
        ]
        for name in ("booking", "cancelling"):
            values[name] = {**body[name], "cutoff": _hour(body[name]["cutoff"])} if body[name] else {}
        values["area"] = {**body["area"], "towns": ", ".join(body["area"]["towns"])} if body["area"] else {}
        for name in ("horizon", "no_show_pattern"):
            values[name] = body[name] or {}
        return values


def _tell(field: Field, message: str, lists: list[FieldList[Any]]) -> None:
    if message not in field.errors:
        field.errors = [*field.errors, message]
    for each in reversed(lists):  # a list remembers its rows' errors from its own look
        each.errors = [row.errors for row in each.entries]


_SAID: dict[str, Callable[[], str]] = {
    "NOT_A_NUMBER": lambda: gettext("Wpisz tu liczbę."),
    "WRONG_COUNT": lambda: gettext("Zaznacz albo wpisz co najmniej jedną pozycję."),
    "NOT_A_TEXT": lambda: gettext("Wpisz tu tekst, najwyżej 400 znaków."),
    "WRONG_LENGTH": lambda: gettext("Wpisz tu tekst, najwyżej 400 znaków."),
}
"""Faults that read better in a form than in a file."""


def _plainly(fault: Fault) -> str:
    said = _SAID.get(fault.reason.code)
    return said() if said else say(fault.reason)


def _under_its_rule(fault: Fault) -> str:
    """The message with its rule before it: in the list on top of the page "from 0 to 60" alone would not say where."""
    rule = FIELDS.get(re.split(r"[.\[]", fault.path, maxsplit=1)[0])
    message = _plainly(fault)
    return f"{say_text(rule)}: {message[0].lower()}{message[1:]}" if rule else message


def _first_field(place: Any) -> Field | None:
    """The field itself, or the first visible one inside."""
    if isinstance(place, FieldList):
        return next((found for row in place.entries if (found := _first_field(row)) is not None), None)
    if isinstance(place, FormField):
        return next((each for each in place.form if not isinstance(each, HiddenField)), None)
    return place if isinstance(place, Field) else None


def _plain(form: Any) -> dict[str, Any]:
    """A part's values as JSON: hours and days as text, an empty text as nothing."""
    return {name: _json(field.data) for name, field in form._fields.items()}


def _json(value: Any) -> Any:
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def _numbers(texts: Iterable[str] | None) -> list[int]:
    return [int(text) for text in texts or ()]


def _purpose(form: Any) -> dict[str, Any]:
    return {"purpose": form.purpose.data, "tier": form.tier.data, "needs_approval": bool(form.needs_approval.data)}


def _area(form: Any) -> dict[str, Any] | None:
    towns = [town.strip() for town in (form.towns.data or "").split(",") if town.strip()]
    if not towns and not form.beyond_km.data:
        return None
    return {"towns": towns, "beyond_km": form.beyond_km.data or 0}


def _price(form: Any) -> dict[str, Any]:
    zones = [_plain(row.form) for row in form.zones]
    return {"kind": form.kind.data, "grosze": form.grosze.data or 0, "zones": zones}


def _purpose_rows(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The allowed purposes in their own order, then the others."""
    listed = {rule["purpose"] for rule in body["purposes"]}
    for rule in body["purposes"]:
        yield {**rule, "use": ALLOWED}
    for purpose in Purpose:
        if purpose.value not in listed:
            use = FORBIDDEN if purpose.value in body["forbidden_purposes"] else UNLISTED
            yield {"purpose": purpose.value, "use": use, "tier": 1, "needs_approval": False}


def _hour(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
